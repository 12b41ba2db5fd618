"""The register in SQLite: the log, the state, the tree and who may read what, in one file.

Durability: WAL with `synchronous=FULL`, so a commit is on the disk when it returns. Isolation: one writing
transaction at a time; each reader sees one commit. Satisfies `lading.register.store`.
"""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import apsw

from lading.acts.base import Act, Readers, Record, Statement
from lading.acts.listing import Listing
from lading.acts.records import ContractRecord, ListingRecord, ParticipantRecord, SlotRecord, StatementRecord
from lading.log.entry import Entry
from lading.statement.words import Id
from lading_server import schema
from lading_server.connections import BUSY_MILLISECONDS, Connections
from lading_server.durable import FILE_MODE
from lading_server.feed import Audience
from lading_server.searching import searchable
from lading_server.sight import Sight, raw, spelled
from lading_server.state import StateDamaged

MINIMUM_SQLITE: Final = (3, 51, 3)
"""Older libraries can corrupt a database when a WAL file is reset (fixed in 3.51.3)."""
READING_MILLISECONDS: Final = 1_000
"""How long the rewriting of the database waits for those who read the old content."""
WOKEN_READERS: Final = 1_000
"""Readers of one contract, besides its parties, who are told at once that there is something new to read."""
_NUMBER: Final = re.compile(r"delivery/(sha256:[0-9a-f]{64})/([1-9][0-9]*)")
"""The slot that a delivery or a lapse takes."""
_SETTINGS: Final = f"""
    PRAGMA cache_size = -{16 * 1024};     -- KiB a connection
    PRAGMA wal_autocheckpoint = 4000;     -- pages, 16 MB: rows at random places are written back once, not each time
"""


class Forked(StateDamaged):
    """Somebody else wrote to the database while this process held it. Signing on would fork the log."""


def check_library() -> None:
    """Raises `StateDamaged` where the SQLite library at hand would put the log at risk."""
    version = tuple(int(part) for part in apsw.sqlite_lib_version().split("."))
    if version < MINIMUM_SQLITE:
        wanted = ".".join(map(str, MINIMUM_SQLITE))
        hint = f"Install apsw {wanted} or newer."
        raise StateDamaged(f"SQLite {apsw.sqlite_lib_version()} is too old", hint=hint)


class Transaction(Sight):
    """The writing transaction. Its changes are seen by itself at once and by others after the commit."""

    def __init__(self, connection: apsw.Connection) -> None:
        super().__init__(connection)
        self._readers: set[bytes] = set()
        self._public = False

    @property
    def audience(self) -> Audience:
        """Who may see something of what was appended."""
        participants = frozenset(spelled(reader) for reader in self._readers)
        return Audience(self._public, participants)

    def put(self, record: Record) -> None:
        """Write a state record, and what is looked up by it."""
        data = record.model_dump_json()
        self._connection.execute("REPLACE INTO state VALUES (?, ?, ?)", (record.kind, record.key, data))
        self._records[record.kind, record.key] = record
        if isinstance(record, ListingRecord) and record.state != "listed":
            self._unlist(record)
        elif isinstance(record, StatementRecord) and record.contract is not None:
            self._belong(record.index, record.contract)
        elif isinstance(record, ContractRecord):
            self._owe_next(record)
        elif isinstance(record, SlotRecord) and (number := _NUMBER.fullmatch(record.key)):
            self._owe(Id(number[1]), int(number[2]), record.holder)

    def append(self, index: int, entry: Entry, statement: Statement[Act], readers: Readers) -> None:
        """Store an entry, its statement and who may read it; a listing enters the search."""
        public = readers == "public"
        row = (index, raw(entry.id), entry.time, statement.act.type, int(public), statement.jws)
        self._connection.execute("INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?)", row)
        if isinstance(readers, frozenset):
            rows = [(raw(reader), index) for reader in readers]
            self._connection.executemany("INSERT INTO readers VALUES (?, ?)", rows)
            self._readers.update(reader for reader, _ in rows)
        self._public = self._public or public
        self._size = index + 1
        self._last_time = entry.time
        if isinstance(statement.act, Listing):
            self._list(index, statement.act)

    def erase(self, key: Id) -> None:
        """Take a statement's bytes away, and its text from the search. `SqliteStore.clean` removes their traces."""
        self._connection.execute("UPDATE entries SET jws = NULL WHERE id = ?", (raw(key),))
        for do in ("DELETE FROM listed WHERE rowid =", "INSERT INTO unclean (idx) SELECT"):
            self._connection.execute(f"{do} (SELECT idx FROM entries WHERE id = ?)", (raw(key),))

    def put_tile(self, level: int, number: int, data: bytes) -> None:
        """Store a tile in place of the shorter one that it begins with."""
        self._connection.execute("REPLACE INTO tiles VALUES (?, ?, ?)", (level, number, data))
        self._tiles[level, number] = data

    def put_checkpoint(self, size: int, note: str) -> None:
        """Store the signed checkpoint of exactly the entries that are there."""
        if size != self._size:
            raise Forked(f"a checkpoint of {size} entries, but there are {self._size}")
        self._connection.execute("INSERT INTO checkpoints VALUES (?, ?)", (size, note))

    def _list(self, index: int, act: Listing) -> None:
        text = searchable(act.title, act.description or "", *(act.keywords or ()))
        grade = None if act.classification is None else act.classification.grade
        collection = None if act.provenance is None else act.provenance.collection
        provider = self.get(ParticipantRecord, act.issuer)
        row = (index, text, act.kind, grade, collection, None if provider is None else provider.jurisdiction)
        names = "rowid, text, kind, grade, collection, jurisdiction"
        self._connection.execute(f"INSERT INTO listed ({names}) VALUES (?, ?, ?, ?, ?, ?)", row)

    def _unlist(self, record: ListingRecord) -> None:
        version = self.get(StatementRecord, record.key)
        if version is not None:
            self._connection.execute("DELETE FROM listed WHERE rowid = ?", (version.index,))

    def _belong(self, index: int, contract: Id) -> None:
        """A statement belongs to a contract: those to whom the contract is open see something new."""
        self._connection.execute("REPLACE INTO belongs VALUES (?, ?)", (index, raw(contract)))
        self._readers.update(map(raw, self.readers_by_grant(contract, WOKEN_READERS)))

    def _owe_next(self, contract: ContractRecord) -> None:
        """The next number of a schedule is owed from the moment at which it is due."""
        schedule, number = contract.terms.schedule, contract.last_sequence + 1
        if schedule is None:
            self._connection.execute("DELETE FROM owed WHERE contract = ?", (contract.key,))
        elif number <= schedule.deliveries:
            row = (contract.key, number, schedule.due(contract.concluded_at, number))
            self._connection.execute("REPLACE INTO owed VALUES (?, ?, ?)", row)

    def _owe(self, contract: Id, number: int, holder: Id | None) -> None:
        """A number that is taken is owed no more; one of a schedule that is free again is."""
        self._connection.execute("DELETE FROM owed WHERE contract = ? AND sequence = ?", (contract, number))
        record = self.get(ContractRecord, contract)
        schedule = None if record is None else record.terms.schedule
        if holder is None and record is not None and schedule is not None and number <= schedule.deliveries:
            row = (contract, number, schedule.due(record.concluded_at, number))
            self._connection.execute("INSERT INTO owed VALUES (?, ?, ?)", row)


class SqliteStore:
    """The database of one exchange. Any number of readers, one writer."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connections = Connections(path, _SETTINGS)
        self._size: int | None = None
        self._audience = Audience(False, frozenset())

    def create(self) -> None:
        """Make a new database, readable by this user only, and its tables."""
        os.close(os.open(self._path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, FILE_MODE))
        connection = self._connections.here()
        connection.execute("PRAGMA journal_mode = WAL").fetchall()
        with connection:
            connection.execute(schema.TABLES)
            connection.execute("INSERT INTO listed (listed, rank) VALUES ('secure-delete', 1)")
            connection.execute(f"PRAGMA user_version = {schema.VERSION}")

    def check(self) -> None:
        """Raises `StateDamaged` unless this is a database of this server's shape."""
        found = self._connections.here().pragma("user_version")
        if found != schema.VERSION:
            raise StateDamaged(
                f"{self._path} has version {found}; this server writes version {schema.VERSION}",
                hint="Serve it with the server that wrote it, or set up a new exchange: lading exchange init.",
            )

    @contextmanager
    def read(self) -> Iterator[Sight]:
        """One consistent sight, in this thread."""
        connection = self._connections.here()
        connection.execute("BEGIN")
        try:
            yield Sight(connection)
        finally:
            connection.execute("ROLLBACK")

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        """The one writing transaction: durable when the block is left, without a trace where it raises.

        Compare and swap: raises `Forked` where the log is not as this process left it.
        """
        connection = self._connections.here()
        connection.execute("BEGIN IMMEDIATE")
        try:
            transaction = Transaction(connection)
            if self._size not in (None, transaction.size()):
                raise Forked(f"the log has {transaction.size()} entries; it was left with {self._size}")
            yield transaction
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
        self._size = transaction.size()
        self._audience = self._audience.joined(transaction.audience)

    def clean(self, number: int) -> bool:
        """Rewrite the file after the erasures up to this number, so that no place of it keeps what they erased.

        Takes as long as to copy the database; reading goes on, writing waits. False where somebody reads the old
        content so long that it cannot be overwritten yet, or the disk has no room for a copy.
        """
        connection = self._connections.here()
        try:
            connection.execute("VACUUM")
            connection.set_busy_timeout(READING_MILLISECONDS)
            busy, *_ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()[0]
        except (apsw.BusyError, apsw.FullError):
            return False
        finally:
            connection.set_busy_timeout(BUSY_MILLISECONDS)
        if not busy:
            with connection:
                connection.execute("DELETE FROM unclean WHERE number <= ?", (number,))
        return not busy

    def published(self) -> tuple[int, Audience]:
        """The size after the last commit, and who may see something of what was added since the last call."""
        audience, self._audience = self._audience, Audience(False, frozenset())
        return self._size or 0, audience

    def close(self) -> None:
        """Close every thread's connection. No other thread may use the store any more."""
        self._connections.close()
