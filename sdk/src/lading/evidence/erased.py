"""What an evidence file says in place of bytes that were erased (`spec/evidence.md`, part Erased statements).

An erasure's changes are the exchange's word alone. A view remembers which records come from there, and which
statements looked at one of them: those rest on an erased statement, and prove nothing by themselves.
"""

from collections.abc import Iterable
from typing import cast

from lading import acts
from lading.acts.base import R, Record, Statement
from lading.acts.erasure import Erasure
from lading.acts.records import TallyRecord
from lading.evidence.file import EvidenceEntry
from lading.problems import Refused
from lading.register.memory import MemoryView
from lading.statement.envelope import decode
from lading.statement.words import Id


class WatchedView(MemoryView):
    """State records, some of them doubtful. `touched`: a doubtful one was read since `watch` was called."""

    def __init__(self) -> None:
        super().__init__()
        self.touched = False
        self._doubtful: set[tuple[str, str]] = set()

    def watch(self, touched: bool = False) -> None:
        """Begin with the next statement; `touched`: everything that it writes is doubtful in any case."""
        self.touched = touched

    def get(self, kind: type[R], key: str) -> R | None:
        """The record, or None."""
        self.touched = self.touched or (kind.kind, key) in self._doubtful
        return super().get(kind, key)

    def put(self, record: Record) -> None:
        """Write the record: doubtful, if what led to it was. The counts over the whole log never are."""
        super().put(record)
        if self.touched and not isinstance(record, TallyRecord):
            self._doubtful.add((record.kind, record.key))
        else:
            self._doubtful.discard((record.kind, record.key))


def erasures_of(entries: Iterable[EvidenceEntry]) -> dict[Id, Statement[Erasure]]:
    """To each withheld statement the first later entry that is its erasure; nothing of it is verified yet."""
    withheld: dict[Id, int] = {}
    found: dict[Id, Statement[Erasure]] = {}
    for item in entries:
        if item.statement is None:
            withheld[item.id] = item.index
            continue
        erasure = _erasure(item.statement) if withheld else None
        if erasure is not None and withheld.get(erasure.act.statement) == erasure.act.index:
            found.setdefault(erasure.act.statement, erasure)
    return found


def _erasure(statement: str) -> Statement[Erasure] | None:
    try:
        envelope = decode(statement.encode())
        if envelope.members.get("type") != "erasure":
            return None
        return cast(Statement[Erasure], acts.parse(envelope))
    except Refused:
        return None
