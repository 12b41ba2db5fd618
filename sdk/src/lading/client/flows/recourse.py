"""`complain`, `answer`, `rule`: claims that people judge, what is said to them, and what the arbiter decides."""

import os
from collections.abc import Sequence

from lading.acts.claim import Claim
from lading.acts.ruling import Ruling
from lading.client.documents import describe, describe_all
from lading.client.flow import Flow
from lading.client.flows.say import say
from lading.client.results import Acknowledged, Named, id_of
from lading.client.session import Session
from lading.client.terms import money
from lading.errors import UsageProblem
from lading.statement.words import Money

Files = Sequence[str | os.PathLike[str]]


def complain(
    session: Session,
    about: Named,
    ground: str,
    *,
    text: str | None = None,
    evidence: Files = (),
    remedy: str | None = None,
) -> Flow[Acknowledged]:
    """Claim on a ground that people have to judge: about a contract's statement as its party, or about any listing.

    `ground` is one of those of the act, like `late`, `not-as-described` or `rights`; `remedy` a token for what you ask
    for. `evidence` are files: their digests are signed, and they are sent. Faults of sealed content that anybody can
    compute are claimed with `claim`. Raises `Refused`, for example `dispute-window-closed`.
    """
    members = {
        "statement": id_of(about),
        "ground": ground,
        "text": text,
        "evidence": describe_all(session, evidence),
        "remedy": remedy,
    }
    return (yield from say(session, Claim, members, alive=("open", "answered", "ruled")))


def answer(
    session: Session, claim: Named, said: str, *, text: str | None = None, evidence: Files = ()
) -> Flow[Acknowledged]:
    """Answer a claim against you: `said` is `conceded` or `denied`."""
    documents = describe_all(session, evidence)
    members = {"replies_to": id_of(claim), "answer": said, "text": text, "evidence": documents}
    return (yield from say(session, Claim, members))


def rule(
    session: Session,
    claim: Named,
    outcome: str,
    *,
    remedy: str | None = None,
    amount: str | Money | None = None,
    by: str | None = None,
    text: str | None = None,
    reasons: str | os.PathLike[str] | None = None,
) -> Flow[Acknowledged]:
    """Decide a claim, as the arbiter whom the terms name: `outcome` is `upheld`, `dismissed` or `settled`.

    `remedy` is one of those of the act, like `refund` with an `amount`; `by` an RFC 3339 time. `reasons` is a file.
    """
    owed = None if amount is None else money(amount).model_dump()
    asked = {"kind": remedy, "amount": owed, "by": by}
    if remedy is None and (amount, by) != (None, None):
        raise UsageProblem(
            "an amount and a time belong to a remedy", hint='Name it, for example remedy="refund".'
        )
    members = {
        "claim": id_of(claim),
        "outcome": outcome,
        "remedy": {name: value for name, value in asked.items() if value is not None} or None,
        "text": text,
        "reasons": None if reasons is None else describe(session, reasons),
    }
    return (yield from say(session, Ruling, members))
