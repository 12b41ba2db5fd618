"""`attest`: say, as an assessor, what was found out about a statement."""

import os
from collections.abc import Sequence

from lading.acts.attestation import Attestation
from lading.client.documents import describe_all
from lading.client.flow import Flow
from lading.client.flows.publish import later
from lading.client.flows.say import say
from lading.client.results import Acknowledged, Named, id_of
from lading.client.session import Session


def attest(
    session: Session,
    about: Named,
    kind: str,
    *,
    outcome: str = "passed",
    evidence: Sequence[str | os.PathLike[str]] = (),
    valid_for: str | None = None,
    qualification: str | None = None,
    grant: Named | None = None,
) -> Flow[Acknowledged]:
    """Attest something about a statement, most often a listing. The exchange has to have admitted you as an assessor.

    `kind` is one of those of the act, like `quality` or `security-assessment`; `outcome` is `passed`, `failed` or
    `noted`. `evidence` are files: their digests are signed, and they are sent to the exchange. `valid_for` (ISO 8601)
    is how long it stands. `grant` is the grant by which you read what you attest, where a party gave you one. Attesting
    the same once more returns the attestation that is there, unless it was withdrawn. Raises `Refused`.
    """
    members = {
        "statement": id_of(about),
        "grant": None if grant is None else id_of(grant),
        "kind": kind,
        "outcome": outcome,
        "evidence": describe_all(session, evidence),
        "expires_at": None if valid_for is None else later(session, valid_for),
        "qualification": qualification,
    }
    how = {"moving": ("expires_at",), "words": (valid_for or "",)}
    return (yield from say(session, Attestation, members, alive=("standing",), ends="expires_at", **how))
