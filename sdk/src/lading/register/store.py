"""What a host keeps for a register: state records, entries, statements, tiles and checkpoints.

The SDK brings `lading.register.memory`; the reference server brings SQLite. A host promises durability and isolation;
it decides nothing.
"""

from contextlib import AbstractContextManager
from typing import Protocol

from lading.acts.base import Act, Readers, Record, Statement, View
from lading.log.entry import Entry
from lading.log.tiles import TileReader, TileStore
from lading.statement.words import Id, Millis


class Reader(View, TileReader, Protocol):
    """One consistent sight of a register: everything up to one checkpoint."""

    def size(self) -> int:
        """The number of entries."""
        ...

    def last_time(self) -> Millis:
        """The registration time of the last entry; 0 in an empty log."""
        ...

    def checkpoint(self) -> str:
        """The signed checkpoint of `size()` entries; empty in an empty log."""
        ...

    def statement(self, key: Id) -> bytes | None:
        """The bytes of a registered statement; None where there is none, or it was erased."""
        ...

    def id_at(self, index: int) -> Id:
        """The id of the statement at an index below `size()`."""
        ...


class Transaction(Reader, TileStore, Protocol):
    """A sight that can be changed; its own changes are visible in it at once, to others only after commit."""

    def put(self, record: Record) -> None:
        """Write a state record."""
        ...

    def append(self, index: int, entry: Entry, statement: Statement[Act], readers: Readers) -> None:
        """Store an entry at `index`, its statement's bytes, and who may read them."""
        ...

    def erase(self, key: Id) -> None:
        """Destroy the bytes of a statement, and what else was made of its words, such as an index to search."""
        ...

    def put_checkpoint(self, size: int, note: str) -> None:
        """Store the signed checkpoint. A host that shares its store compares and swaps on the size here."""
        ...


class Store(Protocol):
    """Where a register lives."""

    def read(self) -> AbstractContextManager[Reader]:
        """A consistent sight for reading; any number at a time."""
        ...

    def write(self) -> AbstractContextManager[Transaction]:
        """The one writing transaction. Leaving the block commits durably; an exception undoes everything."""
        ...
