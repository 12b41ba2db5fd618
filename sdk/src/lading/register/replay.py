"""Replay a whole log: the same rules over the same entries give the same state, or the log is INVALID somewhere."""

from collections.abc import Iterable

from lading import acts
from lading.acts.base import Place
from lading.acts.records import SELF, DueRecord, StatementRecord
from lading.errors import LadingError
from lading.log.entry import Entry
from lading.problems import Refused
from lading.register.memory import MemoryView
from lading.rules import engine
from lading.statement.envelope import decode
from lading.statement.words import Millis


class Inadmissible(LadingError):
    """The log is INVALID at entry `index`. `refusal` is what the rules say of it, or None where it is out of order."""

    def __init__(self, index: int, reason: str, refusal: Refused | None = None) -> None:
        super().__init__(f"entry {index} is inadmissible: {reason}")
        self.index = index
        self.refusal = refusal


def replay(entries: Iterable[tuple[Entry, bytes]]) -> MemoryView:
    """The state after all entries, in log order from entry 0. Raises `Inadmissible` at the first that breaks a rule.

    The entries are those of a published size, which never ends between a receipt and its release. Checks neither
    tree nor checkpoint: the caller has verified that these are the log's entries.
    """
    view = MemoryView()
    last = Millis(0)
    for index, (entry, jws) in enumerate(entries):
        try:
            last = _replay_one(view, index, entry, jws, last)
        except Refused as refusal:
            raise Inadmissible(index, str(refusal), refusal) from refusal
    due = view.get(DueRecord, SELF)
    # LAD-RLS-005
    if due is not None and due.receipt is not None:
        raise Inadmissible(due.index, "the log ends with a receipt whose release is due")
    return view


def _replay_one(view: MemoryView, index: int, entry: Entry, jws: bytes, last: Millis) -> Millis:
    envelope = decode(jws)
    # LAD-REG-011
    if envelope.id != entry.id:
        raise Inadmissible(index, "the statement is not the one that the entry names")
    if entry.time < last:
        raise Inadmissible(index, "registration times decrease")
    if view.get(StatementRecord, entry.id) is not None:
        raise Inadmissible(index, "the statement was registered before")
    place = Place(index, entry.time)
    statement = acts.parse(envelope)
    engine.authenticate(view, envelope, statement)
    engine.judge(view, statement, place)
    for record in list(engine.effects(view, statement, place)):
        view.put(record)
    return entry.time
