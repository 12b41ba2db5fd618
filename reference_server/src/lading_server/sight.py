"""One consistent sight of the database: what the register's rules read, and what the handlers ask."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

import apsw

from lading.acts.base import R, Record
from lading.acts.records import DeliveryRecord, StatementRecord
from lading.log.entry import Entry
from lading.statement.words import Id, Millis
from lading_server.searching import Search


def raw(key: Id) -> bytes:
    """The 32 bytes of an id."""
    return bytes.fromhex(key[7:])


def spelled(digest: bytes) -> Id:
    """The id of 32 bytes."""
    return Id("sha256:" + digest.hex())


@dataclass(frozen=True, slots=True)
class StoredStatement:
    """A registered statement: its place, its act, and its bytes; None where they were erased."""

    index: int
    time: Millis
    id: Id
    type: str
    public: bool
    jws: bytes | None


@dataclass(frozen=True, slots=True)
class Erased:
    """A statement whose bytes were erased: the how-manieth, by whom it was, and the delivery that it was, if any."""

    number: int
    issuer: Id
    statement: Id
    delivery: DeliveryRecord | None


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: a participant, or nobody (None). The exchange itself may read everything."""

    participant: Id | None
    is_exchange: bool = False


@dataclass(frozen=True, slots=True)
class Opening:
    """By virtue of what somebody reads what is not theirs. `subject`: the contract that a statement belongs to, or the
    statement itself where it belongs to none; its parties are shown the journal.
    """

    sort: Literal["grant", "disclosure"]
    id: Id
    subject: Id


_COLUMNS = "idx, time, id, type, public, jws"


def _stored(row: tuple[Any, ...]) -> StoredStatement:
    index, time, digest, act, public, jws = row
    return StoredStatement(index, Millis(time), spelled(digest), act, bool(public), jws)


class Sight:
    """The database as of one commit. Satisfies `lading.register.store.Reader`. Used in one thread."""

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection
        self._records: dict[tuple[str, str], Record | None] = {}
        self._tiles: dict[tuple[int, int], bytes] = {}
        last = self._row("SELECT idx, time FROM entries ORDER BY idx DESC LIMIT 1")
        self._size: int = 0 if last is None else last[0] + 1
        self._last_time: int = 0 if last is None else last[1]

    def size(self) -> int:
        """The number of entries."""
        return self._size

    def last_time(self) -> Millis:
        """The last entry's registration time; 0 in an empty log."""
        return Millis(self._last_time)

    def get(self, kind: type[R], key: str) -> R | None:
        """The state record of this kind and key, or None."""
        address = (kind.kind, key)
        if address not in self._records:
            row = self._row("SELECT record FROM state WHERE kind = ? AND key = ?", *address)
            self._records[address] = None if row is None else kind.model_validate_json(row[0])
        record = self._records[address]
        return record if isinstance(record, kind) else None

    def tile(self, level: int, number: int) -> bytes:
        """The hashes of one tile; empty where there is none."""
        address = (level, number)
        if address not in self._tiles:
            row = self._row("SELECT hashes FROM tiles WHERE level = ? AND number = ?", *address)
            self._tiles[address] = b"" if row is None else row[0]
        return self._tiles[address]

    def checkpoint(self) -> str:
        """The signed checkpoint of all entries; empty in an empty log."""
        row = self._row("SELECT note FROM checkpoints WHERE size = ?", self._size)
        return "" if row is None else str(row[0])

    def statement(self, key: Id) -> bytes | None:
        """The bytes of a registered statement, whoever may read it; None where they were erased."""
        row = self._row("SELECT jws FROM entries WHERE id = ?", raw(key))
        return None if row is None or row[0] is None else bytes(row[0])

    def id_at(self, index: int) -> Id:
        """The id of the statement at an index; `LookupError` where there is none."""
        row = self._row("SELECT id FROM entries WHERE idx = ?", index)
        if row is None:
            raise LookupError(f"no entry {index}")
        return spelled(row[0])

    def entries(self, first: int, count: int) -> list[Entry]:
        """Entries in log order, as many as there are."""
        rows = self._connection.execute(
            "SELECT time, id FROM entries WHERE idx >= ? ORDER BY idx LIMIT ?", (first, count)
        )
        return [Entry(Millis(time), spelled(digest)) for time, digest in rows]

    def visible(self, key: Id, caller: Caller) -> StoredStatement | None:
        """A statement, if the caller may read it; what is hidden and what never was look the same."""
        row = self._row(
            f"SELECT {_COLUMNS} FROM entries WHERE id = ?1 AND (public OR ?3 OR EXISTS"
            " (SELECT 1 FROM readers WHERE participant = ?2 AND readers.idx = entries.idx))",
            raw(key),
            b"" if caller.participant is None else raw(caller.participant),
            caller.is_exchange,
        )
        return None if row is None else _stored(row)

    def events(self, after: int, caller: Caller, limit: int) -> list[StoredStatement]:
        """Statements above index `after` that the caller may read, in log order, at most `limit`."""
        if caller.is_exchange:
            return self._events("idx > ?1", (after, limit))
        public = self._events("public = 1 AND idx > ?1", (after, limit))
        if caller.participant is None:
            return public
        own = self._events(
            "idx IN (SELECT idx FROM readers WHERE participant = ?3 AND idx > ?1 ORDER BY idx LIMIT ?2)",
            (after, limit, raw(caller.participant)),
        )
        return sorted(public + own, key=lambda event: event.index)[:limit]

    def opened(self, key: Id, reader: Id, now: Millis) -> tuple[StoredStatement, Opening] | None:
        """A statement that a grant or a disclosure lets `reader` read at `now`."""
        row = self._row(
            f"SELECT {_COLUMNS}, contract FROM entries LEFT JOIN belongs USING (idx) WHERE id = ?", raw(key)
        )
        if row is None:
            return None
        contract = None if row[-1] is None else spelled(row[-1])
        opening = self._grant(contract, reader, now) or self._disclosure(key, contract, reader, now)
        return None if opening is None else (_stored(row[:-1]), opening)

    def _grant(self, contract: Id | None, reader: Id, now: Millis) -> Opening | None:
        row = contract and self._row(
            "SELECT key FROM state WHERE kind = 'grant' AND record ->> '$.state' = 'open'"
            " AND record ->> '$.reader' = ? AND record ->> '$.contract' = ? AND record ->> '$.until' >= ?"
            " ORDER BY record ->> '$.until' DESC LIMIT 1",
            *(reader, contract, now),
        )
        return Opening("grant", Id(row[0]), contract) if row and contract else None

    def _disclosure(self, key: Id, contract: Id | None, reader: Id, now: Millis) -> Opening | None:
        row = self._row(
            "SELECT key FROM state WHERE kind = 'disclosure' AND record ->> '$.reader' = ?"
            " AND record ->> '$.about' = ? AND record ->> '$.until' >= ?"
            " ORDER BY record ->> '$.until' DESC LIMIT 1",
            *(reader, key, now),
        )
        return None if row is None else Opening("disclosure", Id(row[0]), contract or key)

    def opened_events(
        self, after: int, reader: Id, now: Millis, limit: int
    ) -> list[tuple[StoredStatement, Opening]]:
        """Statements above index `after` that a grant or a disclosure lets `reader` read, in log order."""
        found = dict(self._disclosed(after, reader, now)) | dict(self._granted(after, reader, now, limit))
        first = sorted(found)[:limit]
        rows = self._events("idx IN (SELECT value FROM json_each(?1))", (json.dumps(first), limit))
        return [(stored, found[stored.index]) for stored in rows]

    def _granted(self, after: int, reader: Id, now: Millis, limit: int) -> Iterator[tuple[int, Opening]]:
        contracts = self._rows(
            "SELECT record ->> '$.contract', max(record ->> '$.until'), key FROM state WHERE kind = 'grant'"
            " AND record ->> '$.state' = 'open' AND record ->> '$.reader' = ? AND record ->> '$.until' >= ?"
            " GROUP BY record ->> '$.contract'",
            *(reader, now),
        )
        for contract, _, key in contracts:
            rows = self._rows(
                "SELECT idx FROM belongs WHERE contract = ? AND idx > ? ORDER BY idx LIMIT ?",
                *(raw(contract), after, limit),
            )
            for (index,) in rows:
                yield index, Opening("grant", Id(key), Id(contract))

    def _disclosed(self, after: int, reader: Id, now: Millis) -> Iterator[tuple[int, Opening]]:
        rows = self._rows(
            "SELECT record ->> '$.about', key FROM state WHERE kind = 'disclosure'"
            " AND record ->> '$.reader' = ? AND record ->> '$.until' >= ? ORDER BY record ->> '$.until'",
            *(reader, now),
        )
        for about, key in rows:
            row = self._row(
                "SELECT idx, contract FROM entries LEFT JOIN belongs USING (idx) WHERE id = ?", raw(about)
            )
            if row is not None and row[0] > after:
                yield (
                    row[0],
                    Opening("disclosure", Id(key), Id(about) if row[1] is None else spelled(row[1])),
                )

    def readers_by_grant(self, contract: Id, limit: int) -> list[Id]:
        """Participants to whom a contract is open, or was until its grant ended, at most `limit`."""
        rows = self._connection.execute(
            "SELECT DISTINCT record ->> '$.reader' FROM state WHERE kind = 'grant'"
            " AND record ->> '$.state' = 'open' AND record ->> '$.contract' = ? LIMIT ?",
            (contract, limit),
        )
        return [Id(row[0]) for row in rows]

    def _events(self, where: str, values: Sequence[int | bytes | str]) -> list[StoredStatement]:
        rows = self._connection.execute(
            f"SELECT {_COLUMNS} FROM entries WHERE {where} ORDER BY idx LIMIT ?2", tuple(values)
        )
        return [_stored(row) for row in rows]

    def listed(
        self, words: Sequence[str], before: int, limit: int, only: Mapping[str, str] = MappingProxyType({})
    ) -> list[StoredStatement]:
        """Open listings below index `before`, newest first, in whose text every word occurs.

        `only` names values of some of `FACETS`.

        The index finds what holds the longer words; then every word is looked for. Raises `Refused` (busy)
        where that takes longer than `SEARCH_SECONDS`.
        """
        found = Search.of(words, only)
        if found is None:
            return []
        rows = found.rows(
            self._connection,
            f"SELECT {_COLUMNS} FROM entries WHERE idx IN (SELECT rowid FROM listed WHERE rowid < :before"
            f" AND {found.condition} ORDER BY rowid DESC LIMIT :limit) ORDER BY idx DESC",
            {"before": before, "limit": limit},
        )
        return [_stored(row) for row in rows]

    def deliveries(self, contract: Id, sequence: int, root: Id) -> list[DeliveryRecord]:
        """The registered deliveries of this content, whatever became of them, in log order."""
        rows = self._connection.execute(
            "SELECT record FROM state WHERE kind = 'delivery' AND"
            " coalesce(record ->> '$.sealed.manifest_root', record ->> '$.content_root') = ?",
            (root,),
        )
        records = [DeliveryRecord.model_validate_json(row[0]) for row in rows]
        found = [record for record in records if (record.contract, record.sequence) == (contract, sequence)]
        return sorted(found, key=self._index_of)

    def _index_of(self, record: Record) -> int:
        statement = self.get(StatementRecord, record.key)
        assert statement is not None
        return statement.index

    def due(self, before: Millis, after: tuple[Millis, str], limit: int) -> list[tuple[Millis, Id]]:
        """Open deliveries whose deadline by record lies before `before`: deadline and id, in order, above `after`."""
        rows = self._connection.execute(
            "SELECT record ->> '$.deadline', key FROM state WHERE kind = 'delivery'"
            " AND record ->> '$.state' = 'open' AND record ->> '$.deadline' < ?"
            " AND (record ->> '$.deadline', key) > (?, ?) ORDER BY record ->> '$.deadline', key LIMIT ?",
            (before, *after, limit),
        )
        return [(Millis(deadline), Id(key)) for deadline, key in rows]

    def owed(self, before: Millis, after: tuple[Millis, Id, int], limit: int) -> list[tuple[Millis, Id, int]]:
        """Free numbers of schedules, due before `before` if nothing moved them: moment, contract, number, in order."""
        rows = self._connection.execute(
            "SELECT due, contract, sequence FROM owed WHERE due < ? AND (due, contract, sequence) > (?, ?, ?)"
            " ORDER BY due, contract, sequence LIMIT ?",
            (before, *after, limit),
        )
        return [(Millis(due), Id(contract), sequence) for due, contract, sequence in rows]

    def next_deadline(self, behind: Millis) -> Millis | None:
        """The first moment from `behind` on at which an open delivery or a scheduled one may be due; None: there is
        none.
        """
        delivery = self._row(
            "SELECT record ->> '$.deadline' FROM state WHERE kind = 'delivery' AND record ->> '$.state' = 'open'"
            " AND record ->> '$.deadline' >= ? ORDER BY record ->> '$.deadline' LIMIT 1",
            behind,
        )
        owed = self._row("SELECT due FROM owed WHERE due >= ? ORDER BY due LIMIT 1", behind)
        return min((Millis(row[0]) for row in (delivery, owed) if row is not None), default=None)

    def needs_seal_key(self, kid: str) -> bool:
        """Whether an open delivery has its share for the exchange sealed to this key."""
        row = self._row(
            "SELECT 1 FROM state WHERE kind = 'delivery' AND record ->> '$.state' = 'open'"
            " AND record ->> '$.sealed.exchange.key' = ? LIMIT 1",
            kid,
        )
        return row is not None

    def closings(self, after: int, limit: int) -> list[StoredStatement]:
        """Statements above index `after` of the types that can close a delivery, in log order."""
        return self._events("type IN ('receipt', 'withdrawal', 'lapse') AND idx > ?1", (after, limit))

    def erased(self, limit: int) -> list[Erased]:
        """Erased statements of which copies may be left, the first ones first."""
        rows = self._rows(
            "SELECT number, id FROM unclean JOIN entries USING (idx) ORDER BY number LIMIT ?", limit
        )
        return [self._erased(number, spelled(digest)) for number, digest in rows]

    def _erased(self, number: int, key: Id) -> Erased:
        record = self.get(StatementRecord, key)
        assert record is not None
        return Erased(number, record.issuer, key, self.get(DeliveryRecord, key))

    def pending(self, limit: int) -> int:
        """How many participants wait for their admission, counted up to `limit`."""
        row = self._row(
            "SELECT count(*) FROM (SELECT 1 FROM state WHERE kind = 'participant'"
            " AND record ->> '$.state' = 'pending' LIMIT ?)",
            limit,
        )
        return 0 if row is None else int(row[0])

    def _rows(self, query: str, *values: int | str | bytes) -> list[tuple[Any, ...]]:
        return self._connection.execute(query, values).fetchall()

    def _row(self, query: str, *values: int | str | bytes) -> tuple[Any, ...] | None:
        return self._connection.execute(query, values).fetchone()
