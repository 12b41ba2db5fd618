"""Statements whose bytes the exchange erased: what it says of that, and what is left of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from lading_conformance.drivers.answers import objects_of, text_of
from lading_conformance.drivers.party import Party
from lading_conformance.oracle.canonical import Json
from lading_conformance.oracle.statement import Statement
from lading_conformance.steps import expect, feed, sight
from lading_conformance.steps.expect import Registration
from lading_conformance.trial.outcome import Blocked, Failed
from lading_conformance.trial.session import Session

MEMBERS: Final = frozenset(
    {
        "version",
        "type",
        "home",
        "issuer",
        "under",
        "issued_at",
        "statement",
        "index",
        "sort",
        "author",
        "ground",
        "changes",
    }
)
OPTIONAL: Final = frozenset({"readers", "contract", "legal_basis", "extensions", "critical"})
PROSE: Final = frozenset({"title", "name"})
"""Members of records that stand in no change."""

_ID: Final = re.compile(r"sha256:[0-9a-f]{64}")


@dataclass(frozen=True)
class Erased:
    """A registered erasure of a statement."""

    of: str
    id: str
    index: int
    said: Statement


def erase(session: Session, statement_id: str, reader: Party) -> Erased:
    """Have a statement erased, and return the erasure that `reader` sees of it."""
    before = session.checkpoint_size()
    session.operate("erase", statement=statement_id)

    def seen() -> Erased | None:
        return next(iter(erasures(session, statement_id, reader, before - 1)), None)

    found = expect.in_time(session, 5.0, seen, "no erasure appeared in the feed of who read the statement")
    session.checkpoint()
    return found


def is_not_erased(session: Session, statement_id: str, reader: Party) -> None:
    """Order an erasure that cannot be, and fail if one was registered. That the order fails is no fault."""
    before = session.checkpoint_size()
    with suppress(Blocked):
        session.operate("erase", statement=statement_id)
    if more := list(erasures(session, statement_id, reader, before - 1)):
        raise Failed(f"the exchange registered the erasure {more[0].id}")


def erasures(session: Session, statement_id: str, reader: Party, index: int) -> Iterator[Erased]:
    """Yield the erasures of a statement above an index that a reader sees."""
    for event in feed.after(session, reader, index):
        if event.type == "erasure":
            said = event.read()
            if said.payload.get("statement") == statement_id:
                yield Erased(statement_id, event.id, event.index, said)


def form(erased: Erased) -> None:
    """Fail unless the erasure has the members of one, and changes without prose (LAD-ERA-001)."""
    payload = erased.said.payload
    if missing := MEMBERS - set(payload):
        raise Failed(f"the erasure has no {', '.join(sorted(missing))}")
    if others := set(payload) - MEMBERS - OPTIONAL:
        raise Failed(f"the erasure has the members {', '.join(sorted(others))}")
    for change in objects_of(payload, "changes"):
        text_of(change, "kind")
        record = change.get("record")
        if set(change) != {"kind", "record"} or not isinstance(record, dict):
            raise Failed("a change is not a kind with a record")
        if PROSE & set(record) or None in record.values():
            raise Failed(f"a record of the kind {change['kind']} holds prose, or members without a value")


def repeats(
    erased: Erased, original: Registration, sort: str, author: Party, **wanted: list[str] | str | None
) -> None:
    """Fail unless the erasure says of the statement what the log says; `wanted` are readers and contract, or None."""
    payload = erased.said.payload
    readers = wanted.get("readers")
    named: dict[str, object] = {"index": original.index, "sort": sort, "author": author.id, **wanted}
    named["readers"] = sorted(readers) if isinstance(readers, list) else readers
    for name, value in named.items():
        if payload.get(name) != value:
            raise Failed(f"the erasure's `{name}` is {payload.get(name)!r} instead of {value!r}")


def changed_ids(erased: Erased) -> set[str]:
    """Return all ids that stand in the changes of an erasure."""
    return set(_ids(erased.said.payload.get("changes")))


def _ids(value: Json) -> Iterator[str]:
    if isinstance(value, str) and _ID.fullmatch(value):
        yield value
    elif isinstance(value, dict):
        for child in value.values():
            yield from _ids(child)
    elif isinstance(value, list):
        for child in value:
            yield from _ids(child)


def is_gone(session: Session, path: str, reader: Party | None) -> None:
    """Fail unless a read by who might read it is answered with 410, and with none of the bytes."""
    expect.problem(session.exchange.get(path, sight.signer_of(reader)), "gone")


def is_left(session: Session, jws: bytes, original: Registration, reader: Party | None) -> None:
    """Fail unless the place in the log is proved to `reader` as before."""
    place = sight.proof(session, jws, reader)
    if (place.index, place.time) != (original.index, original.time):
        raise Failed(f"the proof is about index {place.index}, not {original.index}")
