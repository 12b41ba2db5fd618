"""What is kept of the logs of peers, in a database of its own: the exchange's log holds nothing of it.

mirror = Mirror(state.mirror)
with mirror.read() as glance:
    found = glance.statement(key)            # the bytes that the peer registered, and
    glance.proof(found)                      # a proof under the peer's own checkpoint

A statement is shown once everything public before the newest checkpoint was verified. Writing is in `transcript`.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import apsw

from lading.acts.base import R, Record
from lading.log import tiles
from lading.log.proof import Proof
from lading.statement.words import Id, Millis
from lading_server.connections import Connections
from lading_server.durable import FILE_MODE
from lading_server.searching import Search
from lading_server.sight import raw, spelled
from lading_server.state import StateDamaged

SHIFT: Final = 44
"""A statement's place is the number of its peer, and its index in that log in the lowest bits."""
_TABLES: Final = """
CREATE TABLE IF NOT EXISTS peers (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    since INTEGER NOT NULL,            -- when it was first followed, ms since 1970
    seen TEXT NOT NULL DEFAULT '',     -- the newest checkpoint that was verified
    seen_size INTEGER NOT NULL DEFAULT 0,
    filled INTEGER NOT NULL DEFAULT 0, -- leaves of its tree that are here
    after INTEGER NOT NULL DEFAULT -1, -- the last index whose public statement is here
    note TEXT NOT NULL DEFAULT '',     -- the checkpoint up to which everything public is here
    size INTEGER NOT NULL DEFAULT 0,
    seen_at INTEGER,                   -- when that was last so
    told INTEGER NOT NULL DEFAULT -1,  -- the last index whose news of guests is in the own log
    bytes INTEGER NOT NULL DEFAULT 0,  -- of its statements
    split TEXT                         -- a checkpoint that contradicts `seen`
) STRICT;

CREATE TABLE IF NOT EXISTS tiles (
    peer INTEGER NOT NULL,
    level INTEGER NOT NULL,
    number INTEGER NOT NULL,
    hashes BLOB NOT NULL,
    PRIMARY KEY (peer, level, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS statements (
    place INTEGER PRIMARY KEY,
    id BLOB NOT NULL,
    time INTEGER NOT NULL,
    type TEXT NOT NULL,
    jws BLOB                           -- NULL: erased
) STRICT;

CREATE INDEX IF NOT EXISTS statements_by_id ON statements (id, place);

CREATE TABLE IF NOT EXISTS state (     -- what the public statements of a peer add up to
    peer INTEGER NOT NULL,
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    record TEXT NOT NULL,
    PRIMARY KEY (peer, key, kind)
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS unclean (   -- statements whose bytes the file may still hold
    place INTEGER PRIMARY KEY
) STRICT;

CREATE VIRTUAL TABLE IF NOT EXISTS listed USING fts5 (   -- open listings; rowid: their place
    text, kind UNINDEXED, grade UNINDEXED, collection UNINDEXED, jurisdiction UNINDEXED,
    detail = none, columnsize = 0, tokenize = "trigram case_sensitive 1"
);
"""


@dataclass(frozen=True, slots=True)
class Kept:
    """How far a peer is followed; the columns of `peers`."""

    number: int
    id: Id
    since: Millis
    seen: str
    seen_size: int
    filled: int
    after: int
    note: str
    size: int
    seen_at: Millis | None
    told: int
    bytes: int
    split: str | None


@dataclass(frozen=True, slots=True)
class Mirrored:
    """A public statement of a peer: its place there, and its bytes; None where they were erased."""

    peer: int
    index: int
    time: Millis
    id: Id
    type: str
    jws: bytes | None


_STATEMENT: Final = "place, time, statements.id, type, jws"
_SHOWN: Final = f"JOIN peers ON peers.number = place >> {SHIFT} AND place & {(1 << SHIFT) - 1} < peers.size"
"""What stands before the end of what was verified as a whole."""


def _mirrored(row: tuple[Any, ...]) -> Mirrored:
    place, time, digest, act, jws = row
    return Mirrored(place >> SHIFT, place & (1 << SHIFT) - 1, Millis(time), spelled(digest), act, jws)


class PeerView:
    """What a peer's public statements add up to. Satisfies `View`, and `TileReader` for the peer's tree."""

    def __init__(self, connection: apsw.Connection, number: int) -> None:
        self._connection = connection
        self._number = number

    def get(self, kind: type[R], key: str) -> R | None:
        """The record, or None."""
        query = "SELECT record FROM state WHERE peer = ? AND kind = ? AND key = ?"
        row = self._connection.execute(query, (self._number, kind.kind, key)).fetchone()
        return None if row is None else kind.model_validate_json(row[0])

    def put(self, record: Record) -> None:
        """Write the record."""
        row = (self._number, record.kind, record.key, record.model_dump_json())
        self._connection.execute("REPLACE INTO state VALUES (?, ?, ?, ?)", row)

    def tile(self, level: int, number: int) -> bytes:
        """The hashes of one tile; empty where there is none."""
        query = "SELECT hashes FROM tiles WHERE peer = ? AND level = ? AND number = ?"
        row = self._connection.execute(query, (self._number, level, number)).fetchone()
        return b"" if row is None else bytes(row[0])

    def put_tile(self, level: int, number: int, data: bytes) -> None:
        """Store a tile in place of the shorter one that it begins with."""
        self._connection.execute(
            "REPLACE INTO tiles VALUES (?, ?, ?, ?)", (self._number, level, number, data)
        )


class Glance:
    """One consistent sight of the mirror, in one thread."""

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection

    def kept(self, peer: Id) -> Kept | None:
        """How far a peer is followed; None: never yet."""
        row = self._connection.execute(
            "SELECT number, id, since, seen, seen_size, filled, after, note, size, seen_at, told, bytes, split"
            " FROM peers WHERE id = ?",
            (peer,),
        ).fetchone()
        return None if row is None else Kept(*row)

    def id_of(self, number: int) -> Id | None:
        """The id of a peer by its number here."""
        row = self._connection.execute("SELECT id FROM peers WHERE number = ?", (number,)).fetchone()
        return None if row is None else Id(row[0])

    def view(self, peer: Id) -> PeerView | None:
        """What the peer's statements add up to; None where it was never followed."""
        kept = self.kept(peer)
        return None if kept is None else PeerView(self._connection, kept.number)

    def statement(self, key: Id) -> Mirrored | None:
        """A statement that is shown, from whichever peer."""
        row = self._connection.execute(
            f"SELECT {_STATEMENT} FROM statements {_SHOWN} WHERE statements.id = ? ORDER BY place LIMIT 1",
            (raw(key),),
        ).fetchone()
        return None if row is None else _mirrored(row)

    def of_peer(self, peer: Id, key: Id) -> Mirrored | None:
        """A statement that was verified to stand in this peer's log."""
        kept = self.kept(peer)
        if kept is None:
            return None
        row = self._connection.execute(
            f"SELECT {_STATEMENT} FROM statements WHERE id = ? AND place >> {SHIFT} = ?",
            (raw(key), kept.number),
        ).fetchone()
        return None if row is None else _mirrored(row)

    def news(self, kept: Kept, types: Sequence[str], limit: int) -> list[Mirrored]:
        """Statements of these types that stand above `told`, in log order."""
        marks = ", ".join("?" for _ in types)
        base = kept.number << SHIFT
        rows = self._connection.execute(
            f"SELECT {_STATEMENT} FROM statements WHERE place > ? AND place <= ? AND type IN ({marks})"
            " ORDER BY place LIMIT ?",
            (base + kept.told, base + kept.after, *types, limit),
        )
        return [_mirrored(row) for row in rows]

    def proof(self, found: Mirrored) -> str:
        """A tlog-proof file of the peer's log, under the newest checkpoint that is shown."""
        query = "SELECT note, size FROM peers WHERE number = ?"
        ((note, size),) = self._rows(query, found.peer)
        path = tiles.inclusion(PeerView(self._connection, found.peer), found.index, size)
        return Proof(found.index, found.time, tuple(path), note).text

    def _rows(self, query: str, *values: int | str | bytes) -> list[tuple[Any, ...]]:
        return self._connection.execute(query, values).fetchall()

    def listed(
        self, kept: Kept, words: Sequence[str], before: int, limit: int, only: Mapping[str, str]
    ) -> list[Mirrored]:
        """Open listings of a peer below index `before`, newest first, as `Sight.listed` finds the own ones."""
        search = Search.of(words, only)
        if search is None:
            return []
        base = kept.number << SHIFT
        rows = search.rows(
            self._connection,
            f"SELECT {_STATEMENT} FROM statements WHERE jws IS NOT NULL AND place IN (SELECT rowid FROM listed"
            f" WHERE rowid >= :base AND rowid < :before AND {search.condition}"
            " ORDER BY rowid DESC LIMIT :limit) ORDER BY place DESC",
            {"base": base, "before": base + min(before, kept.size), "limit": limit},
        )
        return [_mirrored(row) for row in rows]


class Mirror:
    """The database: any number of readers, one writer. Made where it is not there; `StateDamaged` where it is none."""

    def __init__(self, path: Path) -> None:
        self._connections = Connections(path)
        if not path.exists():
            os.close(os.open(path, os.O_CREAT | os.O_WRONLY, FILE_MODE))
        try:
            self.connection().execute("PRAGMA journal_mode = WAL").fetchall()
            self.connection().execute(_TABLES)
            self.connection().execute("INSERT INTO listed (listed, rank) VALUES ('secure-delete', 1)")
        except (apsw.NotADBError, apsw.CorruptError) as error:
            hint = "Move it away: all is mirrored anew, but for the checkpoints that convict a peer."
            raise StateDamaged(f"{path} is damaged: {error}", hint=hint) from None

    @contextmanager
    def read(self) -> Iterator[Glance]:
        """One consistent sight, in this thread."""
        connection = self.connection()
        connection.execute("BEGIN")
        try:
            yield Glance(connection)
        finally:
            connection.execute("ROLLBACK")

    def close(self) -> None:
        """Close every thread's connection. No other thread may use the mirror any more."""
        self._connections.close()

    def connection(self) -> apsw.Connection:
        """This thread's connection."""
        return self._connections.here()
