"""Sealed deliveries that are handed over: registered, acknowledged, and released.

delivered = deliver(session, sealed_content)
receipt = acknowledge(session, delivered)
share = released(session, receipt)
"""

from __future__ import annotations

from dataclasses import dataclass

from lading_conformance.drivers.answers import text_of
from lading_conformance.drivers.party import Party
from lading_conformance.oracle import base64url
from lading_conformance.oracle.canonical import Json
from lading_conformance.oracle.statement import Statement
from lading_conformance.steps import deals, expect, feed, sealed
from lading_conformance.steps.deals import Content
from lading_conformance.steps.expect import Registration
from lading_conformance.steps.feed import Event
from lading_conformance.steps.sealed import Sealed
from lading_conformance.trial.outcome import Failed
from lading_conformance.trial.session import Session


@dataclass(frozen=True)
class Delivered:
    """A registered sealed delivery, what it seals, and where that is read."""

    sealed: Sealed
    jws: bytes
    prefix: str
    registration: Registration

    @property
    def id(self) -> str:
        """The delivery's id."""
        return self.registration.id


def seal(session: Session, contract: str, content: Content, sequence: int = 1) -> Sealed:
    """Return content sealed with new shares for the exchange and the session's consumer of sealed content."""
    shares = sealed.new_shares(session, sealed.key_of_exchange(session), session.sealed_consumer)
    return sealed.seal(session, contract, content, shares, sequence)


def deliver(session: Session, content: Sealed, **members: Json) -> Delivered:
    """Upload and register a delivery in the exchange's custody; `members` replace or add."""
    jws = content.delivery(session.provider, **members)
    prefix = sealed.upload_all(session, jws, content).prefix
    return Delivered(content, jws, prefix, deals.say(session, jws))


def acknowledge(session: Session, delivered: Delivered) -> Registration:
    """Register the receipt that accepts a delivery."""
    return deals.say(session, delivered.sealed.receipt(session.sealed_consumer, delivered.id))


def released(session: Session, receipt: Registration) -> tuple[Event, bytes]:
    """Return the release that the consumer's feed shows behind a receipt, and its share. It is not verified."""
    events = feed.after(session, session.sealed_consumer, receipt.index)
    if not events or (events[0].index, events[0].type) != (receipt.index + 1, "release"):
        shown = f"a {events[0].type} with index {events[0].index}" if events else "nothing"
        raise Failed(f"behind the receipt with index {receipt.index} the feed shows {shown}")
    return events[0], base64url.decode(text_of(events[0].read().payload, "share"))


def by_exchange(session: Session, said: Statement) -> None:
    """Fail unless a statement is issued by the exchange under its latest statement, and signed by a key of that."""
    head = sealed.head_of_exchange(session)
    if (said.payload.get("issuer"), said.payload.get("under")) != (session.facts.id, head.id):
        raise Failed(f"its issuer is {said.payload.get('issuer')!r}, under {said.payload.get('under')!r}")
    expect.signed(said, head)


def box_is_gone(session: Session, prefix: str) -> None:
    """Fail if a party still reads the exchange's box (LAD-HTP-036)."""
    for party in parties(session):
        expect.problem(session.exchange.get(f"{prefix}/boxes/exchange", party.signer), "not-found")


def parties(session: Session) -> tuple[Party, Party]:
    """Return the two parties of sealed deliveries."""
    return session.provider, session.sealed_consumer
