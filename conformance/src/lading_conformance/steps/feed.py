"""What the feed of a reader shows, in log order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from lading_conformance.drivers.answers import integer_of, objects_of, text_of
from lading_conformance.drivers.party import Party
from lading_conformance.oracle import statement
from lading_conformance.oracle.canonical import Json
from lading_conformance.oracle.statement import Statement
from lading_conformance.steps import expect
from lading_conformance.trial.outcome import OVER, Blocked, Failed
from lading_conformance.trial.session import Session

PAGES: Final = 100
"""How many answers the suite reads at most to come to the end of a feed."""


@dataclass(frozen=True)
class Event:
    """One entry as a feed shows it; nothing of it is verified."""

    index: int
    time: int
    id: str
    type: str
    jws: bytes

    def read(self) -> Statement:
        """Return what the statement says; `Failed` where its bytes have another id than the event."""
        said = statement.parse(self.jws)
        if said.id != self.id:
            raise Failed(f"the event's statement has the id {said.id}, not {self.id}")
        return said


def after(session: Session, reader: Party, index: int) -> list[Event]:
    """Return the events above a log index that a reader may see, up to the end of the feed."""
    found: list[Event] = []
    for _ in range(PAGES):
        if session.is_over():
            raise Blocked(OVER)
        answer = expect.status(session.exchange.events(reader.signer, after=index), 200)
        members = expect.media_type(answer, expect.JSON).members()
        page = objects_of(members, "events")
        if not page:
            return found
        found += [_event(item) for item in page]
        following = integer_of(members, "next")
        # LAD-HTP-029
        if following <= index:
            raise Failed(f"`next` is {following} after {index}, with events in between")
        index = following
    raise Failed(f"the feed has no end after {PAGES} answers")


def _event(item: dict[str, Json]) -> Event:
    return Event(
        integer_of(item, "index"),
        integer_of(item, "time"),
        text_of(item, "id"),
        text_of(item, "type"),
        text_of(item, "statement").encode("utf-8"),
    )
