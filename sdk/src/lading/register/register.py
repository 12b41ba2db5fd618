"""Admit statements to one log: check, judge, append, sign a checkpoint, answer.

    register = Register(MemoryStore(), CheckpointSigner("exchange.example", log_key))
    (answer,) = register.admit([register.prepare(jws)])

Runs in any host. Nothing is answered before it is durable and under a signed checkpoint.
"""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol, cast

from lading import acts
from lading.acts.base import Act, Place, Statement, View
from lading.acts.erasure import Erasure
from lading.acts.receipt import Receipt
from lading.acts.records import StatementRecord
from lading.log import tiles
from lading.log.checkpoint import CheckpointSigner
from lading.log.entry import Entry
from lading.log.proof import Proof
from lading.problems import Refused, refuse
from lading.register.store import Reader, Store, Transaction
from lading.rules import engine
from lading.statement.envelope import Envelope, decode
from lading.statement.words import Id, Millis

AdmissionCheck = Callable[[View, Statement[Act], Place], None]
"""A check that may only refuse, and that replay ignores: quota, stored content, approval (LAD-REG-009)."""


@dataclass(frozen=True, slots=True)
class Registered:
    """Where a statement stands in the log; `new` is False where the same bytes were registered before."""

    id: Id
    index: int
    time: Millis
    new: bool


@dataclass(frozen=True, slots=True)
class Prepared:
    """A statement after the checks that need no state, and the key that its signature was verified with so far."""

    envelope: Envelope
    statement: Statement[Act]
    verified_with: str | None


class Releaser(Protocol):
    """Holds the exchange's shares, sealed, and signs in the exchange's name."""

    def release(self, view: View, receipt: Statement[Receipt], at: Place) -> bytes:
        """The signed release of a receipt that is about to be registered at `at`.

        Raises `Refused` (`share-unavailable`) where the share cannot be opened; the receipt is then refused. Nothing
        else may leave it: another exception undoes the whole batch.
        """
        ...


def system_clock() -> Millis:
    """Now, in milliseconds since the epoch."""
    return Millis(time.time_ns() // 1_000_000)


class Register:
    """One log and the state that its statements add up to.

    `checks` are the host's admission checks; `releaser` holds the exchange's shares, and without one no sealed
    content can be acknowledged here. `published` is called with each new checkpoint after it is durable and
    before anything is answered (a host writes its high-water mark there).
    """

    def __init__(
        self,
        store: Store,
        signer: CheckpointSigner,
        *,
        checks: Sequence[AdmissionCheck] = (),
        releaser: Releaser | None = None,
        published: Callable[[str], None] | None = None,
        clock: Callable[[], Millis] = system_clock,
    ) -> None:
        self.store = store
        self.signer = signer
        self._checks = tuple(checks)
        self._releaser = releaser
        self._published = published
        self._clock = clock

    def prepare(self, jws: bytes, view: View | None = None) -> Prepared:
        """The checks that need no lock: codec, members, and, where `view` knows the key, the signature.

        May run in many threads before `admit`. Raises `Refused`.
        """
        envelope = decode(jws)
        statement = acts.parse(envelope)
        return Prepared(envelope, statement, None if view is None else _verify(view, envelope, statement))

    def admit(self, batch: Iterable[Prepared | Refused]) -> list[Registered | Refused]:
        """Register a batch in order, in one transaction; each statement sees those before it.

        A refusal passed in is passed through, so that answers stand where their statements stood.
        """
        note = ""
        with self.store.write() as transaction:
            first = self.next_place(transaction)
            answers: list[Registered | Refused] = []
            leaves: list[bytes] = []
            for item in batch:
                answers.append(self._admit_one(transaction, item, first, leaves))
            if leaves:
                size = tiles.append(transaction, first.index, leaves)
                note = self.signer.sign(size, tiles.root(transaction, size))
                transaction.put_checkpoint(size, note)
        if note and self._published is not None:
            self._published(note)
        return answers

    def _admit_one(
        self,
        transaction: Transaction,
        item: Prepared | Refused,
        first: Place,
        leaves: list[bytes],
    ) -> Registered | Refused:
        if isinstance(item, Refused):
            return item
        statement = item.statement
        # LAD-REG-005
        before = transaction.get(StatementRecord, statement.id)
        if before is not None:
            return Registered(statement.id, before.index, Millis(before.time), new=False)
        place = Place(first.index + len(leaves), first.time)
        try:
            self._check(transaction, item, place)
            release = self._release_of(transaction, statement, place)
        except Refused as refusal:
            return refusal
        leaves.append(_append(transaction, statement, place))
        if release is not None:
            self._append_release(transaction, release, Place(place.index + 1, place.time), leaves)
        return Registered(statement.id, place.index, place.time, new=True)

    def _release_of(self, view: View, statement: Statement[Act], place: Place) -> Prepared | None:
        """The release that has to follow the statement, signed before the statement is appended; else None."""
        if not isinstance(statement.act, Receipt) or not statement.act.needs_release:
            return None
        # LAD-RLS-006
        if self._releaser is None:
            raise refuse("share-unavailable", "this register holds no shares")
        return self.prepare(self._releaser.release(view, cast(Statement[Receipt], statement), place))

    def _append_release(
        self, transaction: Transaction, release: Prepared, place: Place, leaves: list[bytes]
    ) -> None:
        """LAD-RLS-004, LAD-RLS-005: the very next entry, in the same transaction.

        What is refused here is this exchange's own mistake; raised as a bug, it undoes the receipt too.
        """
        try:
            self.would_admit(transaction, release, place)
        except Refused as refusal:
            raise RuntimeError(f"the release is not admissible: {refusal}") from refusal
        leaves.append(_append(transaction, release.statement, place))

    def _check(self, view: View, item: Prepared, place: Place) -> None:
        self.would_admit(view, item, place)
        for check in self._checks:
            check(view, item.statement, place)

    def would_admit(self, view: View, item: Prepared, place: Place) -> None:
        """Raise `Refused` where authenticity or a rule fails. Changes nothing and asks no admission check."""
        engine.authenticate(view, item.envelope, item.statement, item.verified_with)
        engine.judge(view, item.statement, place)

    def next_place(self, reader: Reader) -> Place:
        """Where a statement would stand that was registered now."""
        return Place(reader.size(), max(self._clock(), reader.last_time()))

    def proof(self, reader: Reader, index: int) -> Proof:
        """The proof of the entry at `index` under the reader's checkpoint."""
        record = reader.get(StatementRecord, reader.id_at(index))
        if record is None:
            raise LookupError(f"entry {index} has no statement record")
        path = tuple(tiles.inclusion(reader, index, reader.size()))
        return Proof(index, Millis(record.time), path, reader.checkpoint())


def _append(transaction: Transaction, statement: Statement[Act], place: Place) -> bytes:
    """Append an admitted statement and its effects; the leaf hash of its entry."""
    entry = Entry(place.time, statement.id)
    changes = list(engine.effects(transaction, statement, place))
    transaction.append(place.index, entry, statement, engine.readers(transaction, statement))
    for record in changes:
        transaction.put(record)
    if isinstance(statement.act, Erasure):
        transaction.erase(statement.act.statement)
    return entry.leaf


def _verify(view: View, envelope: Envelope, statement: Statement[Act]) -> str | None:
    """Verify with the key that the view has for the statement; None where it has none yet (the register asks again)."""
    try:
        engine.check_home(view, statement)
        key = engine.signing_key(view, statement)
    except Refused:
        return None
    engine.check_signature(envelope, key)
    return key.x
