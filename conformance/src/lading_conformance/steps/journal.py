"""What a journal notes of readings by virtue of grants and disclosures (LAD-HTP-043, LAD-HTP-046)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from lading_conformance.drivers.answers import integer_of, objects_of, text_of
from lading_conformance.drivers.party import Party
from lading_conformance.oracle.canonical import Json
from lading_conformance.steps import expect
from lading_conformance.trial.outcome import OVER, Blocked, Failed
from lading_conformance.trial.session import Session

PAGES: Final = 100
"""How many answers the suite reads at most to come to the end of a journal."""
WAYS: Final = frozenset({"statement", "proof", "evidence", "state", "event", "attachment"})
MEMBERS: Final = frozenset({"number", "time", "participant", "statement", "read"})
OPENINGS: Final = frozenset({"grant", "disclosure"})


@dataclass(frozen=True)
class Reading:
    """One line of a journal. `opening` is `grant` or `disclosure`, and `by` the id of that."""

    number: int
    time: int
    participant: str
    statement: str
    read: str
    opening: str
    by: str


@dataclass(frozen=True)
class Page:
    """One answer."""

    readings: list[Reading]
    next: int


def page(session: Session, subject: str, party: Party, **query: int) -> Page:
    """Return one answer of a journal as a party reads it, its form checked."""
    path = f"/journal/{subject}" + (f"?{urlencode(query)}" if query else "")
    answer = expect.media_type(expect.status(session.exchange.get(path, party.signer), 200), expect.JSON)
    members = answer.members()
    if set(members) < {"readings", "next"}:
        raise Failed(f"the answer has the members {', '.join(sorted(members))}")
    return Page([_reading(item) for item in objects_of(members, "readings")], integer_of(members, "next"))


def after(session: Session, subject: str, party: Party, number: int = 0, **query: int) -> list[Reading]:
    """Return all readings above a number as a party reads them; fail unless they are numbered without gap."""
    found: list[Reading] = []
    for _ in range(PAGES):
        if session.is_over():
            raise Blocked(OVER)
        got = page(session, subject, party, after=number, **query)
        if not got.readings:
            return found
        numbers = [reading.number for reading in got.readings]
        # LAD-HTP-046
        if numbers != list(range(number + 1, number + 1 + len(numbers))):
            raise Failed(f"behind number {number} the journal has {numbers}")
        if got.next != numbers[-1]:
            raise Failed(f"`next` is {got.next} after a last reading with number {numbers[-1]}")
        found, number = found + got.readings, got.next
    raise Failed(f"the journal has no end after {PAGES} answers")


def _reading(item: dict[str, Json]) -> Reading:
    opening = OPENINGS & set(item)
    # LAD-HTP-046
    if len(opening) != 1 or set(item) - opening != MEMBERS:
        raise Failed(f"a reading has the members {', '.join(sorted(item))}")
    (sort,) = opening
    read = text_of(item, "read")
    if read not in WAYS:
        raise Failed(f"a reading is by {read!r}")
    return Reading(
        integer_of(item, "number"),
        integer_of(item, "time"),
        text_of(item, "participant"),
        text_of(item, "statement"),
        read,
        sort,
        text_of(item, sort),
    )
