"""A register's store in memory: for tests, for replay, and for trying rules out. Keeps nothing."""

from collections.abc import Iterator
from contextlib import contextmanager

from lading.acts.base import Act, R, Readers, Record, Statement
from lading.log.entry import Entry
from lading.log.tiles import MemoryTiles
from lading.statement.words import Id, Millis


class MemoryView:
    """State records in a dict. Satisfies `View`."""

    def __init__(self) -> None:
        self.records: dict[tuple[str, str], Record] = {}

    def get(self, kind: type[R], key: str) -> R | None:
        """The record, or None."""
        record = self.records.get((kind.kind, key))
        return record if isinstance(record, kind) else None

    def put(self, record: Record) -> None:
        """Write the record."""
        self.records[record.kind, record.key] = record


class MemorySight(MemoryView, MemoryTiles):
    """A register's whole content in dicts. Satisfies `Transaction`."""

    def __init__(self) -> None:
        MemoryView.__init__(self)
        MemoryTiles.__init__(self)
        self.entries: list[Entry] = []
        self.statements: dict[Id, bytes] = {}
        self.readers: dict[Id, Readers] = {}
        self.note = ""

    def copy(self) -> "MemorySight":
        """The same content, to be changed apart."""
        other = MemorySight()
        other.records, other._tiles = dict(self.records), dict(self._tiles)
        other.entries, other.note = list(self.entries), self.note
        other.statements, other.readers = dict(self.statements), dict(self.readers)
        return other

    def size(self) -> int:
        """The number of entries."""
        return len(self.entries)

    def last_time(self) -> Millis:
        """The last entry's registration time."""
        return self.entries[-1].time if self.entries else Millis(0)

    def checkpoint(self) -> str:
        """The signed checkpoint."""
        return self.note

    def statement(self, key: Id) -> bytes | None:
        """A statement's bytes; None where it was erased."""
        return self.statements.get(key)

    def id_at(self, index: int) -> Id:
        """The id at an index."""
        return self.entries[index].id

    def append(self, index: int, entry: Entry, statement: Statement[Act], readers: Readers) -> None:
        """Store the entry and its statement."""
        if index != len(self.entries):
            raise ValueError("entries are appended at the end")
        self.entries.append(entry)
        self.statements[statement.id] = statement.jws
        self.readers[statement.id] = readers

    def erase(self, key: Id) -> None:
        """Forget a statement's bytes."""
        del self.statements[key]

    def put_checkpoint(self, size: int, note: str) -> None:
        """Store the checkpoint."""
        if size != len(self.entries):
            raise ValueError("the checkpoint is of another size")
        self.note = note


class MemoryStore:
    """Satisfies `Store`; a failed transaction leaves no trace."""

    def __init__(self) -> None:
        self.sight = MemorySight()

    @contextmanager
    def read(self) -> Iterator[MemorySight]:
        """The present content."""
        yield self.sight

    @contextmanager
    def write(self) -> Iterator[MemorySight]:
        """A copy that becomes the content when the block ends well."""
        copy = self.sight.copy()
        yield copy
        self.sight = copy
