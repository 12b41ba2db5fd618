"""Writing the mirror: leaves, statements and what they add up to, each step durable when it returns.

Functions here block, and one thread runs them all.
"""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import apsw

from lading import acts
from lading.acts.base import PUBLIC, Act, Place, Statement
from lading.acts.erasure import Erasure
from lading.acts.listing import Listing
from lading.acts.records import ListingRecord, ParticipantRecord, StatementRecord
from lading.acts.withdrawal import Withdrawal
from lading.errors import LadingError
from lading.log import tiles
from lading.log.entry import Entry
from lading.log.tiles import WIDTH
from lading.problems import Refused
from lading.rules import engine
from lading.statement.envelope import decode
from lading.statement.words import Id, Millis
from lading.tree import HASH_BYTES
from lading_server.abroad import PeerFailed
from lading_server.mirror import SHIFT, Kept, Mirror, PeerView
from lading_server.searching import searchable
from lading_server.sight import raw

FOLDED: Final = frozenset({"participant", "admission", "listing", "withdrawal", "erasure"})
"""Acts that change what is shown, or who somebody is."""
MAX_BYTES: Final = 16 * 1024**3
"""Bytes of one peer's statements that are kept at most."""
_LOG = logging.getLogger("lading_server")


@dataclass(frozen=True, slots=True)
class Event:
    """One event of a peer's feed, as it came: nothing of it is verified."""

    index: int
    time: Millis
    id: Id
    type: str
    jws: bytes


class Transcript:
    """Writes what was verified of a peer, and verifies what needs the mirror for it."""

    def __init__(self, mirror: Mirror) -> None:
        self._mirror = mirror

    def begin(self, peer: Id, now: Millis) -> Kept:
        """How far the peer is followed; a new one from its start."""
        with self._writing() as connection:
            connection.execute("INSERT OR IGNORE INTO peers (id, since) VALUES (?, ?)", (peer, now))
        return self.kept(peer)

    def kept(self, peer: Id) -> Kept:
        """How far the peer is followed."""
        with self._mirror.read() as glance:
            kept = glance.kept(peer)
        assert kept is not None
        return kept

    def root_at(self, kept: Kept, size: int) -> bytes:
        """The root over the first `size` leaves that are here."""
        return tiles.root(PeerView(self._mirror.connection(), kept.number), size)

    def see(self, kept: Kept, note: str, size: int) -> None:
        """A newer checkpoint was verified."""
        self._set(kept, seen=note, seen_size=size)

    def convict(self, kept: Kept, note: str) -> None:
        """A checkpoint was verified that contradicts the newest one. It stays for ever."""
        self._set(kept, split=note)

    def finish(self, kept: Kept, now: Millis) -> None:
        """Everything public under the newest checkpoint is here."""
        self._set(kept, note=kept.seen, size=kept.seen_size, seen_at=now)

    def tell(self, kept: Kept, index: int) -> None:
        """What is said of guests up to an index is in the own log."""
        self._set(kept, told=index)

    def fill(self, kept: Kept, leaves: Sequence[bytes]) -> None:
        """Append verified leaves to those that are here."""
        with self._writing() as connection:
            size = tiles.append(PeerView(connection, kept.number), kept.filled, leaves)
            connection.execute("UPDATE peers SET filled = ? WHERE number = ?", (size, kept.number))

    def take(self, kept: Kept, events: Sequence[Event], after: int) -> None:
        """Keep the statements of events in log order, each of which must stand in the tree where it says, and go on
        above `after`. Raises `PeerFailed` where one does not.
        """
        with self._writing() as connection:
            view = PeerView(connection, kept.number)
            for event in events:
                _check_entry(view, kept, event)
                self._take_one(connection, view, kept, event)
            size = sum(len(event.jws) for event in events)
            if kept.bytes + size > MAX_BYTES:
                raise PeerFailed(f"{kept.id} has more than {MAX_BYTES} bytes of statements")
            connection.execute(
                "UPDATE peers SET after = ?, bytes = bytes + ? WHERE number = ?", (after, size, kept.number)
            )

    def forget(self, peer: Id) -> None:
        """Destroy what is kept of a peer that is followed no more, but for its newest checkpoint and its split."""
        kept = self.kept(peer)
        base, end = kept.number << SHIFT, (kept.number + 1) << SHIFT
        with self._writing() as connection:
            for table in ("tiles", "state"):
                connection.execute(f"DELETE FROM {table} WHERE peer = ?", (kept.number,))
            connection.execute("DELETE FROM listed WHERE rowid >= ? AND rowid < ?", (base, end))
            connection.execute("DELETE FROM statements WHERE place >= ? AND place < ?", (base, end))
            connection.execute("INSERT OR IGNORE INTO unclean VALUES (?)", (base,))
        start: dict[str, int | str] = {
            "filled": 0,
            "after": -1,
            "note": "",
            "size": 0,
            "told": -1,
            "bytes": 0,
        }
        self._set(kept, **start)

    def remembered(self) -> list[Id]:
        """Peers of which something is kept."""
        rows = self._mirror.connection().execute("SELECT id FROM peers WHERE filled > 0 ORDER BY id")
        return [Id(row[0]) for row in rows]

    def is_unclean(self) -> bool:
        """Whether the file may hold bytes that were erased."""
        return self._mirror.connection().execute("SELECT 1 FROM unclean LIMIT 1").fetchone() is not None

    def clean(self) -> None:
        """Rewrite the file, so that no place of it keeps what was erased; takes as long as to copy it."""
        connection = self._mirror.connection()
        try:
            connection.execute("VACUUM")
            busy, *_ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()[0]
        except (apsw.BusyError, apsw.FullError):
            return
        if not busy:
            connection.execute("DELETE FROM unclean")

    def _take_one(self, connection: apsw.Connection, view: PeerView, kept: Kept, event: Event) -> None:
        statement = _authentic(view, event)
        if statement is None:
            return
        place = (kept.number << SHIFT) + event.index
        row = (place, raw(event.id), event.time, event.type, event.jws)
        connection.execute("INSERT INTO statements VALUES (?, ?, ?, ?, ?)", row)
        try:
            # LAD-FED-005
            _fold(connection, view, statement, event, place)
        except (Refused, LadingError, LookupError) as refused:
            _LOG.warning("a statement of a peer is against the rules", extra=_about(kept, event, refused))

    def _set(self, kept: Kept, **values: int | str) -> None:
        names = ", ".join(f"{name} = ?" for name in values)
        with self._writing() as connection:
            connection.execute(f"UPDATE peers SET {names} WHERE number = ?", (*values.values(), kept.number))

    @contextmanager
    def _writing(self) -> Iterator[apsw.Connection]:
        """One transaction, durable when the block is left, without a trace where it raises."""
        connection = self._mirror.connection()
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield connection
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise


def _check_entry(view: PeerView, kept: Kept, event: Event) -> None:
    """LAD-FED-005: the entry of the event's time and id is the leaf at its index."""
    start = event.index % WIDTH * HASH_BYTES
    leaf = view.tile(0, event.index // WIDTH)[start : start + HASH_BYTES]
    # LAD-FED-005
    if leaf != Entry(event.time, event.id).leaf:
        raise PeerFailed(f"{kept.id}: event {event.index} is not what stands there in the log")
    if event.index == 0 and event.id != kept.id:
        raise PeerFailed(f"{kept.id}: entry 0 is another exchange, {event.id}")


def _authentic(view: PeerView, event: Event) -> Statement[Act] | None:
    """The statement of an event, if its issuer signed it; None for one that this version cannot read, or that is not
    for everybody.
    """
    try:
        envelope = decode(event.jws)
        statement = acts.parse(envelope)
        if envelope.id != event.id or statement.act.type != event.type:
            return None
        engine.authenticate(view, envelope, statement)
        if not _is_public(view, statement):
            return None
    except Refused as refused:
        _LOG.warning("a statement of a peer is not mirrored", extra={"id": event.id, "reason": str(refused)})
        return None
    return statement


def _is_public(view: PeerView, statement: Statement[Act]) -> bool:
    """Whether everybody may read it, whatever the peer's feed shows; what is about contracts cannot be."""
    try:
        return engine.readers(view, statement) == PUBLIC
    except Refused:
        return statement.act.type in FOLDED


def _fold(
    connection: apsw.Connection, view: PeerView, statement: Statement[Act], event: Event, place: int
) -> None:
    """What the statement changes, as far as the public part of the log tells."""
    act, at = statement.act, Place(event.index, event.time)
    known = StatementRecord(
        key=statement.id,
        type=act.type,
        issuer=statement.issuer,
        index=event.index,
        time=event.time,
        changes=statement.id,
    )
    view.put(known)
    if act.type not in FOLDED or not _concerns(view, act):
        return
    engine.judge_common(view, statement, at)
    engine.check_act(view, statement, at, "part")
    changes = tuple(acts.BY_NAME[act.type].effects(view, statement, at))
    if isinstance(act, Listing):
        _list(connection, view, act, place, statement.issuer)
    for record in changes:
        view.put(record)
        if isinstance(record, ListingRecord) and record.state != "listed":
            _unlist(connection, view, place, record.key)
    if isinstance(act, Erasure):
        _erase(connection, place, act)


def _concerns(view: PeerView, act: Act) -> bool:
    """Whether what the act names is in the mirror: withdrawals and erasures of anything else change nothing here."""
    if isinstance(act, Withdrawal):
        return view.get(ListingRecord, act.statement) is not None
    if isinstance(act, Erasure):
        return view.get(StatementRecord, act.statement) is not None
    return True


def _list(connection: apsw.Connection, view: PeerView, act: Listing, place: int, provider: Id) -> None:
    text = searchable(act.title, act.description or "", *(act.keywords or ()))
    grade = None if act.classification is None else act.classification.grade
    collection = None if act.provenance is None else act.provenance.collection
    record = view.get(ParticipantRecord, provider)
    row: tuple[Any, ...] = (place, text, act.kind, grade, collection, record and record.jurisdiction)
    names = "rowid, text, kind, grade, collection, jurisdiction"
    connection.execute(f"INSERT INTO listed ({names}) VALUES (?, ?, ?, ?, ?, ?)", row)


def _unlist(connection: apsw.Connection, view: PeerView, place: int, key: str) -> None:
    version = view.get(StatementRecord, key)
    if version is not None:
        old = (place >> SHIFT << SHIFT) + version.index
        connection.execute("DELETE FROM listed WHERE rowid = ?", (old,))


def _erase(connection: apsw.Connection, place: int, act: Erasure) -> None:
    """LAD-ERA-009: the bytes go; the place stays."""
    erased = (place >> SHIFT << SHIFT) + act.index
    connection.execute("UPDATE statements SET jws = NULL WHERE place = ?", (erased,))
    connection.execute("DELETE FROM listed WHERE rowid = ?", (erased,))
    connection.execute("INSERT OR IGNORE INTO unclean VALUES (?)", (erased,))


def _about(kept: Kept, event: Event, reason: Exception) -> dict[str, object]:
    return {"peer": kept.id, "index": event.index, "id": event.id, "reason": str(reason)}
