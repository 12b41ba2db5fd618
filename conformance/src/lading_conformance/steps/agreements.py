"""What contracts come from and go through: offers, amendments, notices, payments, and deliveries of nothing.

    offer = offered(session, listing.id, terms=terms(price=euros("80.00")))
    contract = agreed(session, term="P30D")
    say(session, notice(session.provider, contract.id, "suspend"))

Content of no bytes has no chunks, so that a delivery of it is registered at once (LAD-TRF-006).
"""

from __future__ import annotations

from typing import Final

from lading_conformance.drivers.party import Party, clear_terms, now, written_time
from lading_conformance.oracle.canonical import Json
from lading_conformance.steps import deals
from lading_conformance.steps.deals import DAY, Content
from lading_conformance.steps.expect import Registration
from lading_conformance.trial.session import Session

NOTHING: Final = Content(b"")
"""Content that is delivered without an upload."""

SECOND: Final = 1_000


def terms(**members: Json) -> dict[str, Json]:
    """Return the suite's usual terms; `members` replace or add."""
    return {**clear_terms(), **members}


def euros(amount: str) -> dict[str, Json]:
    """Return an amount of money in euros."""
    return {"amount": amount, "currency": "EUR"}


def offer(party: Party, to: Party, /, **members: Json) -> bytes:
    """Return an offer that is open for a day, on the suite's usual terms; `members` replace or add."""
    named: dict[str, Json] = {
        "to": to.id,
        "terms": terms(),
        "purpose": "research",
        "expires_at": written_time(now() + DAY),
    }
    return party.says("offer", **{**named, **members})


def offered(session: Session, listing: str, **members: Json) -> Registration:
    """Return an offer of the run's provider to its consumer."""
    return deals.say(session, offer(session.provider, session.consumer, listing=listing, **members))


def accept(session: Session, offer_id: str, party: Party | None = None) -> Registration:
    """Return the acceptance of an offer by the run's consumer, or by another party."""
    return deals.say(session, (party or session.consumer).says("acceptance", offer=offer_id))


def agreed(session: Session, consumer: Party | None = None, /, **members: Json) -> Registration:
    """Return a contract about a new listing of the provider on `terms(**members)`."""
    return deals.contract(session, consumer, standing=deals.standing(terms=terms(**members)))


def amended(session: Session, agreement: str, **members: Json) -> Registration:
    """Return the acceptance of `terms(**members)` for the contract that the agreement concluded or amended."""
    other = offer(session.provider, session.consumer, amends=agreement, terms=terms(**members))
    return accept(session, deals.say(session, other).id)


def notice(party: Party, contract: str, kind: str, **members: Json) -> bytes:
    """Return a notice about a contract; `members` replace or add."""
    return party.says("notice", **{"contract": contract, "kind": kind, "ground": "no-need", **members})


def termination(party: Party, contract: str, effective_at: int, **members: Json) -> bytes:
    """Return the notice that ends a contract at a moment in milliseconds."""
    return notice(party, contract, "terminate", effective_at=written_time(effective_at), **members)


def payment(session: Session, party: Party, contract: str, kind: str, **members: Json) -> bytes:
    """Return a payment of a hundred euros with a new reference; `members` replace or add."""
    named: dict[str, Json] = {
        "contract": contract,
        "kind": kind,
        "amount": euros("100.00"),
        "reference": session.word(),
    }
    return party.says("payment", **{**named, **members})


def deletion(party: Party, contract: str, **members: Json) -> bytes:
    """Return the word that all data of a contract was erased a second ago; `members` replace or add."""
    named: dict[str, Json] = {
        "contract": contract,
        "method": "overwritten",
        "deleted_at": written_time(now() - SECOND),
    }
    return party.says("deletion", **{**named, **members})


def nothing(party: Party, contract: str, sequence: int = 1, **members: Json) -> bytes:
    """Return a delivery of no bytes, which needs no upload; `members` replace or add."""
    return deals.delivery(party, contract, NOTHING, sequence, **members)


def delivered(session: Session, contract: str, sequence: int = 1, **members: Json) -> Registration:
    """Return a delivery of no bytes by the run's provider."""
    return deals.say(session, nothing(session.provider, contract, sequence, **members))


def receipt(party: Party, delivery_id: str, **members: Json) -> bytes:
    """Return the receipt that accepts a delivery of no bytes; `members` replace or add."""
    return deals.receipt(party, delivery_id, NOTHING, **members)


def received(
    session: Session, contract: str, sequence: int = 1, **members: Json
) -> tuple[Registration, Registration]:
    """Return a delivery of no bytes and the receipt of the run's consumer for it."""
    delivery = delivered(session, contract, sequence, **members)
    return delivery, deals.say(session, receipt(session.consumer, delivery.id))


def refusal(party: Party, delivery_id: str, reason: str = "regret") -> bytes:
    """Return the receipt that refuses a delivery."""
    return party.says("receipt", delivery=delivery_id, outcome="refused", reason=reason)
