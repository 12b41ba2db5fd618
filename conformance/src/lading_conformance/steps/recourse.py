"""What is said beside a trade: claims, answers, rulings, attestations, grants, disclosures, and their attachments.

claim = deals.say(session, recourse.claim(session.consumer, delivery.id, "quality"))
deals.say(session, recourse.ruling(session.arbiter, claim.id))
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from lading_conformance.drivers.answers import Answer, objects_of
from lading_conformance.drivers.exchange import OCTETS
from lading_conformance.drivers.party import Party, clear_terms, now, written_time
from lading_conformance.oracle import sealing, statement
from lading_conformance.oracle.canonical import Json
from lading_conformance.steps import deals, expect
from lading_conformance.steps.deals import DAY
from lading_conformance.steps.expect import Registration
from lading_conformance.trial.outcome import Failed
from lading_conformance.trial.session import Session

WINDOW: Final = 1_000
"""The shortest period that terms can give, in milliseconds."""


@dataclass(frozen=True)
class Attached:
    """Bytes that a statement names."""

    name: str
    data: bytes

    @property
    def digest(self) -> str:
        """Their digest."""
        return sealing.digest(self.data)

    @property
    def named(self) -> dict[str, Json]:
        """How a statement names them."""
        own: dict[str, Json] = {"name": self.name, "media_type": "application/octet-stream"}
        return {**own, "size": len(self.data), "digest": self.digest}


def attached(session: Session, name: str = "document.bin") -> Attached:
    """Return bytes that the run has not used."""
    return Attached(name, session.random.randbytes(300))


def path_of(statement_id: str, attachment: Attached) -> str:
    """Return where an attachment of a statement is."""
    return f"/attachments/{statement_id}/{attachment.digest}"


def put(session: Session, statement_id: str, attachment: Attached, party: Party) -> Answer:
    """Upload an attachment of a statement."""
    return session.exchange.put(path_of(statement_id, attachment), attachment.data, party.signer)


def is_shown(session: Session, statement_id: str, attachment: Attached, reader: Party | None) -> None:
    """Fail unless `reader`, or everybody, is served an attachment byte for byte."""
    signer = None if reader is None else reader.signer
    answer = expect.status(session.exchange.get(path_of(statement_id, attachment), signer), 200)
    if expect.media_type(answer, OCTETS).body != attachment.data:
        raise Failed("an attachment is served with other bytes than were uploaded")


def is_hidden(session: Session, statement_id: str, attachment: Attached, reader: Party | None) -> None:
    """Fail unless an attachment is to `reader`, or to nobody in particular, like one that never was."""
    signer = None if reader is None else reader.signer
    path = f"/attachments/{{}}/{attachment.digest}"
    expect.same_as_absent(session, path, statement_id, signer)


def held(session: Session, jws: bytes) -> list[bool]:
    """Show a statement as a ticket, and return which of its attachments are held, in its order."""
    answer = expect.media_type(expect.status(session.exchange.open_upload(jws), 200), expect.JSON)
    return [item.get("held") is True for item in objects_of(answer.members(), "attachments")]


def claim(party: Party, about: str, ground: str, **members: Json) -> bytes:
    """Return a claim; `members` replace or add."""
    return party.says("claim", **{"statement": about, "ground": ground, **members})


def leak(party: Party, about: str, sample: Attached, **members: Json) -> bytes:
    """Return the claim that data of a delivery turned up elsewhere."""
    return claim(party, about, "leak", evidence=[sample.named], **members)


def answer(party: Party, claim_id: str, said: str = "denied", **members: Json) -> bytes:
    """Return the answer to a claim; `members` replace or add."""
    return party.says("claim", **{"replies_to": claim_id, "answer": said, **members})


def ruling(party: Party, claim_id: str, outcome: str = "dismissed", **members: Json) -> bytes:
    """Return the ruling on a claim; `members` replace or add."""
    return party.says("ruling", **{"claim": claim_id, "outcome": outcome, **members})


def withdrawal(party: Party, statement_id: str) -> bytes:
    """Return the withdrawal of a statement."""
    return party.says("withdrawal", statement=statement_id)


def attestation(party: Party, about: str, kind: str = "quality", **members: Json) -> bytes:
    """Return an attestation that passes what it is about; `members` replace or add."""
    return party.says("attestation", **{"statement": about, "kind": kind, "outcome": "passed", **members})


def second_signature(party: Party, about: str, **members: Json) -> bytes:
    """Return a second signature in a suite that this version only records."""
    named: dict[str, Json] = {"outcome": "noted", "suite": "ml-dsa-65", "signature": "AAECAwQFBgc"}
    return attestation(party, about, "second-signature", **{**named, **members})


def grant(party: Party, contract: str, to: Party, until: int | None = None, /, **members: Json) -> bytes:
    """Return a grant until a moment, or for a day; `members` replace or add."""
    end = written_time(now() + DAY if until is None else until)
    return party.says("grant", **{"contract": contract, "to": to.id, "until": end, **members})


def disclosure(party: Party, about: str, reader: Party | None = None, /, **members: Json) -> bytes:
    """Return a disclosure that was complied with, to `reader` for a day if there is one; `members` replace or add."""
    named: dict[str, Json] = {
        "statement": about,
        "authority": "Cantonal tax office",
        "legal_basis": "An order under the tax procedure act",
        "scope": "The statement, as registered",
        "response": "complied",
    }
    opened: dict[str, Json] = {}
    if reader is not None:
        opened = {"reader": reader.id, "until": written_time(now() + DAY)}
    return party.says("disclosure", **{**named, **opened, **members})


def arbitrated(session: Session, **terms: Json) -> Registration:
    """Return a contract whose terms name the session's arbiter; `terms` replace or add."""
    named: dict[str, Json] = {"arbiter": session.arbiter.id, **terms}
    return deals.contract(session, standing=deals.standing(terms=clear_terms("100.00", **named)))


def never(session: Session) -> str:
    """Return an id that no statement has."""
    return statement.statement_id(session.random.randbytes(32))
