"""The only thread that appends to the log.

It takes whatever has arrived, admits it in one transaction, puts the new checkpoint into the high-water
file, and only then lets anything be answered or published. While one batch is being made durable the next
one gathers, so batches grow with the load by themselves.

What can go wrong, and what is answered:
- no room on the disk: the transaction is undone, `busy`;
- any other failure of the database: what is durable is not known, so nothing is signed any more until a
  restart has compared database and high-water file, `read-only`;
- a failure of the high-water file: it is written again until it is there; meanwhile nothing is answered;
- an error that nobody foresaw in one statement: that one is answered `internal-error`, and the others of the
  batch are admitted without it.
"""

import asyncio
import logging
import queue
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

import apsw

from lading.acts.base import View
from lading.acts.records import StatementRecord
from lading.log import tiles
from lading.log.proof import Proof
from lading.problems import Refused, refuse
from lading.register.register import Prepared, Register, Registered
from lading.statement.envelope import statement_id
from lading.statement.words import Id
from lading_server.feed import Audience, Feed
from lading_server.problems import internal_error
from lading_server.sight import Sight
from lading_server.store import Forked, SqliteStore

MAX_QUEUED: Final = 4_096
"""Statements that may wait to be written; more are refused as busy."""
MAX_BATCH: Final = 512
"""Statements in one transaction."""
PREPARE_THREADS: Final = 2
PREPARE_SLICE: Final = 32

_LOG = logging.getLogger("lading_server")


@dataclass(frozen=True, slots=True)
class Registration(Registered):
    """Where a statement stands, and the tlog-proof of it under a published checkpoint."""

    proof: str


Answer = Registration | Refused


class PublishingFailed(Exception):
    """The commit is durable, the high-water mark is not: nothing may be answered."""


@dataclass(frozen=True, slots=True)
class Submission:
    """Statements that were posted together, and the answers that somebody waits for."""

    items: Sequence[Prepared | Refused]
    answers: asyncio.Future[list[Answer]]


class Writer:
    """Registers statements for the handlers. Created on the event loop; `start` and `stop` belong to its
    lifespan.
    """

    def __init__(self, register: Register, store: SqliteStore, feed: Feed) -> None:
        self.read_only: str | None = None
        self._register = register
        self._store = store
        self._feed = feed
        self._queue: queue.SimpleQueue[Submission | None] = queue.SimpleQueue()
        self._queued = 0
        self._preparers = ThreadPoolExecutor(PREPARE_THREADS, "prepare")
        self._thread = threading.Thread(target=self._run, name="writer")
        self._loop: asyncio.AbstractEventLoop

    def start(self) -> None:
        """Begin to write; call it on the event loop."""
        self._loop = asyncio.get_running_loop()
        self._thread.start()

    async def stop(self) -> None:
        """Write what was taken, then end."""
        self._queue.put(None)
        await asyncio.to_thread(self._thread.join)
        self._preparers.shutdown()

    def become_read_only(self, reason: str) -> None:
        """Never append again in this process. Reading goes on."""
        self.read_only = reason
        _LOG.error("read-only", extra={"reason": reason})

    async def register(self, statements: Sequence[bytes]) -> list[Answer]:
        """Register statements in order. The answers are durable, and everything that they say is published.

        Raises `Refused` (busy) where nothing was taken. A read-only exchange still answers for what is
        registered.
        """
        if self.read_only is not None:
            answers, size = await asyncio.to_thread(self._registered_before, statements)
            await self._feed.reach(size)
            return answers
        self._check_room(len(statements))
        self._queued += len(statements)
        try:
            items = await self._prepare(statements)
            submission = Submission(items, self._loop.create_future())
            self._queue.put(submission)
            return await submission.answers
        finally:
            self._queued -= len(statements)

    async def prepare(self, jws: bytes) -> Prepared:
        """The checks of one statement that need no writing; raises `Refused`."""
        (item,) = await self._prepare([jws])
        if isinstance(item, Refused):
            raise item
        return item

    def check_writable(self) -> None:
        """Raises `Refused` (read-only) where nothing is taken any more."""
        # LAD-LOG-009
        if self.read_only is not None:
            raise read_only()

    def _check_room(self, count: int) -> None:
        # LAD-HTP-015
        if self._queued + count > MAX_QUEUED:
            raise refuse("busy", "too many statements wait to be registered")

    async def _prepare(self, statements: Sequence[bytes]) -> list[Prepared | Refused]:
        slices = [statements[i : i + PREPARE_SLICE] for i in range(0, len(statements), PREPARE_SLICE)]
        tasks = [self._loop.run_in_executor(self._preparers, self._prepare_slice, part) for part in slices]
        return [item for part in await asyncio.gather(*tasks) for item in part]

    def _prepare_slice(self, statements: Sequence[bytes]) -> list[Prepared | Refused]:
        with self._store.read() as view:
            return [self._prepare_one(jws, view) for jws in statements]

    def _prepare_one(self, jws: bytes, view: View) -> Prepared | Refused:
        try:
            return self._register.prepare(jws, view)
        except Refused as refused:
            return refused
        except Exception as error:  # noqa: BLE001 - a bug with one statement must not answer for the others
            return internal_error(error)

    def _registered_before(self, statements: Sequence[bytes]) -> tuple[list[Answer], int]:
        with self._store.read() as sight:
            return _proven(sight, [_registered(sight, jws) for jws in statements]), sight.size()

    def _run(self) -> None:
        while (first := self._queue.get()) is not None:
            batch = [first]
            count = len(first.items)
            last = False
            while count < MAX_BATCH and not last:
                try:
                    following = self._queue.get_nowait()
                except queue.Empty:
                    break
                last = following is None
                if following is not None:
                    batch.append(following)
                    count += len(following.items)
            self._write(batch)
            if last:
                return

    def _write(self, batch: Sequence[Submission]) -> None:
        answers = self._admit(batch)
        self._loop.call_soon_threadsafe(self._deliver, batch, answers, *self._store.published())

    def _admit(self, batch: Sequence[Submission]) -> list[list[Answer]]:
        if self.read_only is not None:
            return _all_refused(batch, read_only())
        try:
            admitted = self._register.admit([item for submission in batch for item in submission.items])
            # What this thread sees now is published: nobody else commits, and `admit` has written the mark.
            with self._store.read() as sight:
                answers = _proven(sight, admitted)
        except (apsw.FullError, apsw.BusyError) as error:
            _LOG.error("the database takes nothing", exc_info=error)
            return _all_refused(batch, refuse("busy", "the exchange cannot write at present"))
        except (apsw.Error, Forked, PublishingFailed, OSError) as error:
            self.become_read_only(repr(error))
            return _all_refused(batch, read_only())
        except Exception as error:  # noqa: BLE001 - see the module's text
            return self._admit_apart(batch, error)
        return _split(batch, answers)

    def _admit_apart(self, batch: Sequence[Submission], error: Exception) -> list[list[Answer]]:
        """After an unforeseen error, which undid the transaction: each item by itself, so that one alone
        suffers.
        """
        if len(batch) == 1 and len(batch[0].items) == 1:
            return [[internal_error(error)]]
        return [
            [self._admit([Submission([item], submission.answers)])[0][0] for item in submission.items]
            for submission in batch
        ]

    def _deliver(
        self, batch: Sequence[Submission], answers: list[list[Answer]], size: int, audience: Audience
    ) -> None:
        """On the event loop: publish, then answer."""
        if self.read_only is None:
            self._feed.publish(size, audience)
        else:
            self._feed.close()
        for submission, answer in zip(batch, answers, strict=True):
            if not submission.answers.done():
                submission.answers.set_result(answer)


def read_only() -> Refused:
    """LAD-LOG-009: this exchange answers reads and appends nothing."""
    return refuse("read-only", "the exchange answers reads, but cannot append to its log")


def _proven(sight: Sight, answers: Sequence[Registered | Refused]) -> list[Answer]:
    """The answers with their proofs, all under the checkpoint of this sight."""
    note, size = sight.checkpoint(), sight.size()

    def proven(answer: Registered) -> Registration:
        path = tuple(tiles.inclusion(sight, answer.index, size))
        proof = Proof(answer.index, answer.time, path, note)
        return Registration(answer.id, answer.index, answer.time, answer.new, proof.text)

    return [answer if isinstance(answer, Refused) else proven(answer) for answer in answers]


def _registered(sight: Sight, jws: bytes) -> Registered | Refused:
    record = sight.get(StatementRecord, statement_id(jws))
    if record is None:
        return read_only()
    return Registered(Id(record.key), record.index, record.time, new=False)


def _all_refused(batch: Sequence[Submission], refused: Refused) -> list[list[Answer]]:
    return [[refused for _ in submission.items] for submission in batch]


def _split(batch: Sequence[Submission], answers: Sequence[Answer]) -> list[list[Answer]]:
    rest = iter(answers)
    return [[next(rest) for _ in submission.items] for submission in batch]
