"""Replay a whole log: the same rules over the same entries give the same state, or the log is INVALID somewhere."""

from collections.abc import Iterable, Mapping, Sequence
from typing import cast

from lading import acts
from lading.acts.base import Place, Record, Statement
from lading.acts.erasure import Erasure
from lading.acts.records import SELF, DueRecord, StatementRecord
from lading.errors import LadingError
from lading.log.entry import Entry
from lading.problems import Refused
from lading.register.memory import MemoryView
from lading.rules import engine
from lading.statement.envelope import decode
from lading.statement.words import Id, Millis


class Inadmissible(LadingError):
    """The log is INVALID at entry `index`. `refusal` is what the rules say of it, or None where it is out of order."""

    def __init__(self, index: int, reason: str, refusal: Refused | None = None) -> None:
        super().__init__(f"entry {index} is inadmissible: {reason}")
        self.index = index
        self.refusal = refusal


def replay(entries: Iterable[tuple[Entry, bytes | None]]) -> MemoryView:
    """The state after all entries, in log order from entry 0. Raises `Inadmissible` at the first that breaks a rule.

    The entries are those of a published size, which never ends between a receipt and its release. None stands for
    bytes that are gone: what that statement changed is taken from its erasure, which has to follow. Checks neither
    tree nor checkpoint: the caller has verified that these are the log's entries.
    """
    log = list(entries)
    erasures = _erasures(log)
    view = MemoryView()
    last = Millis(0)
    for index, (entry, jws) in enumerate(log):
        try:
            last = _replay_one(view, Place(index, entry.time), entry, jws, erasures, last)
        except Refused as refusal:
            raise Inadmissible(index, str(refusal), refusal) from refusal
    due = view.get(DueRecord, SELF)
    # LAD-RLS-005
    if due is not None and due.receipt is not None:
        raise Inadmissible(due.index, "the log ends with a receipt whose release is due")
    return view


def _erasures(log: Sequence[tuple[Entry, bytes | None]]) -> dict[Id, Statement[Erasure]]:
    """To each statement whose bytes are gone its erasure, the first in the log; each is judged at its own place."""
    gone = {entry.id for entry, jws in log if jws is None}
    found: dict[Id, Statement[Erasure]] = {}
    for _, jws in log:
        erasure = None if jws is None or not gone else _erasure(jws)
        if erasure is not None and erasure.act.statement in gone:
            found.setdefault(erasure.act.statement, erasure)
    return found


def _erasure(jws: bytes) -> Statement[Erasure] | None:
    """The statement, if it is an erasure; what cannot be read is refused at its own place."""
    try:
        envelope = decode(jws)
        if envelope.members.get("type") != "erasure":
            return None
        return cast(Statement[Erasure], acts.parse(envelope))
    except Refused:
        return None


def _replay_one(
    view: MemoryView,
    at: Place,
    entry: Entry,
    jws: bytes | None,
    erasures: Mapping[Id, Statement[Erasure]],
    last: Millis,
) -> Millis:
    # LAD-REG-011
    if entry.time < last:
        raise Inadmissible(at.index, "registration times decrease")
    if view.get(StatementRecord, entry.id) is not None:
        raise Inadmissible(at.index, "the statement was registered before")
    changes = _changes(view, at, entry, jws, erasures)
    for record in list(changes):
        view.put(record)
    return entry.time


def _changes(
    view: MemoryView, at: Place, entry: Entry, jws: bytes | None, erasures: Mapping[Id, Statement[Erasure]]
) -> Iterable[Record]:
    if jws is None:
        erasure = erasures.get(entry.id)
        # LAD-REG-014
        if erasure is None:
            raise Inadmissible(at.index, "the statement is gone, and no erasure says what it changed")
        return engine.effects_of_erased(view, erasure, at)
    envelope = decode(jws)
    # LAD-REG-011
    if envelope.id != entry.id:
        raise Inadmissible(at.index, "the statement is not the one that the entry names")
    statement = acts.parse(envelope)
    engine.authenticate(view, envelope, statement)
    engine.judge(view, statement, at)
    return engine.effects(view, statement, at)
