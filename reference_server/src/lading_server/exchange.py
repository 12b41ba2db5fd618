"""One exchange in this process: what the handlers share.

    exchange = Exchange.open(StateDirectory(path))      # raises StateDamaged
    async with exchange.running():
        ...                                             # reads and writes

The state directory must be locked by whoever opens it.
"""

import asyncio
import errno
import logging
import math
import threading
import time
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final, ParamSpec, TypeVar

from lading import acts
from lading.acts.exchange import Exchange as ExchangeDescription
from lading.acts.participant import Participant
from lading.acts.records import SELF, ExchangeRecord
from lading.errors import LadingError
from lading.http.signature import authority_of
from lading.keys.vkey import VerifierKey
from lading.log import tiles
from lading.log.checkpoint import CheckpointSigner, open_signed
from lading.problems import refuse
from lading.register.register import Register
from lading.statement.envelope import decode
from lading.statement.words import Id
from lading_server.budget import Budget
from lading_server.checks import admission_checks
from lading_server.content import ContentStore
from lading_server.feed import Feed
from lading_server.highwater import HighWater
from lading_server.nonces import Nonces
from lading_server.sight import Sight
from lading_server.state import StateDamaged, StateDirectory, read_key
from lading_server.store import SqliteStore, check_library
from lading_server.upload import Uploads
from lading_server.writer import PublishingFailed, Writer

READ_THREADS: Final = 4
MAX_SEARCHES: Final = 64
"""Searches that may wait for their turn."""
BODY_MEMORY: Final = 256 * 1024 * 1024
"""Bytes of request bodies that may be in memory at a time."""
HIGH_WATER_RETRY_SECONDS: Final = 1.0

T = TypeVar("T")
P = ParamSpec("P")
_LOG = logging.getLogger("lading_server")


@dataclass(frozen=True, slots=True)
class Identity:
    """What the exchange's own latest statement says, read once at start."""

    id: Id
    head: Id
    description: ExchangeDescription

    @classmethod
    def read(cls, sight: Sight) -> "Identity":
        """Read it from the register; `StateDamaged` where there is no exchange in it."""
        record = sight.get(ExchangeRecord, SELF)
        jws = None if record is None else sight.statement(record.head)
        if record is None or jws is None:
            raise StateDamaged("the database holds no exchange")
        act = acts.parse(decode(jws)).act
        if not isinstance(act, Participant) or act.exchange is None:
            raise StateDamaged("the exchange's latest statement describes no exchange")
        return cls(record.id, record.head, act.exchange)


class Exchange:
    """The register, its database and content, and the means to wait for them. Handlers see nothing else."""

    def __init__(self, state: StateDirectory, store: SqliteStore, signer: CheckpointSigner) -> None:
        self._store = store
        self._high_water = HighWater(state.high_water, signer.key)
        self._stopping = threading.Event()
        with store.read() as sight:
            self.identity = Identity.read(sight)
            self.checkpoint = sight.checkpoint()
            size = sight.size()
        self.log_key: VerifierKey = signer.key
        self.content = ContentStore(state.content)
        self.feed = Feed(size)
        self.bodies = Budget(BODY_MEMORY)
        self.uploads = Uploads()
        limits = self.identity.description.limits
        checks = admission_checks(self.content, limits.content_bytes)
        self.register = Register(store, signer, checks=checks, published=self._publish)
        self.writer = Writer(self.register, store, self.feed)
        self.nonces = Nonces(math.ceil(time.time()))
        self._readers = ThreadPoolExecutor(READ_THREADS, "read")
        self._searcher = ThreadPoolExecutor(1, "search")
        self._searches = 0

    @classmethod
    def open(cls, state: StateDirectory) -> "Exchange":
        """The exchange of a state directory that this process has locked.

        A database that contradicts the high-water mark is opened read-only. Raises `StateDamaged` where
        nothing can be served at all.
        """
        state.check()
        check_library()
        store = SqliteStore(state.database)
        store.check()
        with store.read() as sight:
            origin = Identity.read(sight).description.log.origin
        exchange = cls(state, store, CheckpointSigner(origin, read_key(state.key_file("log"))))
        reason = exchange._contradiction()
        if reason is not None:
            exchange.writer.become_read_only(reason)
            exchange.checkpoint = exchange._high_water.note()
        else:
            exchange._high_water.write(exchange.checkpoint)
        return exchange

    @property
    def id(self) -> Id:
        """The exchange's participant id."""
        return self.identity.id

    @property
    def api(self) -> str:
        """The base of all URLs."""
        return self.identity.description.api

    @property
    def authority(self) -> str:
        """The host (and port) that signed requests must be addressed to."""
        return authority_of(self.api)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Start the writer; at the end write what was taken and close everything."""
        self.writer.start()
        # Nothing may be signed before the second from which on nonces are remembered.
        await asyncio.sleep(max(0.0, self.nonces.started - time.time()))
        try:
            yield
        finally:
            self.feed.close()
            self._stopping.set()
            await self.writer.stop()
            self._readers.shutdown()
            self._searcher.shutdown()
            self._store.close()

    async def read(self, ask: Callable[[Sight], T]) -> T:
        """Ask one sight of the database, in a reading thread; return when everything that it shows is
        published.

        A refusal that `ask` raises also waits for that.
        """
        return await self._read(self._readers, ask)

    async def search(self, ask: Callable[[Sight], T]) -> T:
        """As `read`, in one thread for all searches, which nothing else waits for; `Refused` (busy) where
        too many wait.
        """
        # LAD-HTP-015
        if self._searches >= MAX_SEARCHES:
            raise refuse("busy", "too many searches at a time")
        self._searches += 1
        try:
            return await self._read(self._searcher, ask)
        finally:
            self._searches -= 1

    async def _read(self, threads: ThreadPoolExecutor, ask: Callable[[Sight], T]) -> T:
        outcome, size = await asyncio.get_running_loop().run_in_executor(threads, self._ask, ask)
        await self.feed.reach(size)
        if isinstance(outcome, LadingError):
            raise outcome
        return outcome

    async def in_thread(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run blocking work that does not touch the database, such as files and hashing.

        Raises `Refused` (busy) where the disk is full.
        """
        try:
            return await asyncio.to_thread(work, *args, **kwargs)
        except OSError as error:
            # LAD-HTP-015
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                _LOG.error("the disk is full", exc_info=error)
                raise refuse("busy", "the exchange has no room for more content at present") from None
            raise

    def _ask(self, ask: Callable[[Sight], T]) -> tuple[T | LadingError, int]:
        with self._store.read() as sight:
            try:
                return ask(sight), sight.size()
            except LadingError as error:
                return error, sight.size()

    def _publish(self, note: str) -> None:
        """After a commit, in the writer's thread: the high-water mark first, tried until it is on the
        disk.
        """
        while True:
            try:
                self._high_water.write(note)
                self.checkpoint = note
                return
            except OSError as error:
                _LOG.error("the high-water mark cannot be written", exc_info=error)
            if self._stopping.wait(HIGH_WATER_RETRY_SECONDS):
                raise PublishingFailed("the exchange stops before its last checkpoint is safe")

    def _signs_alone(self, size: int) -> bool:
        """Whether the key at hand is all that a checkpoint of this size must be signed with (LAD-LOG-006)."""
        listed = self.identity.description.log.keys
        in_force = [k.vkey for k in listed if k.from_size <= size <= (k.until_size or size)]
        return in_force == [str(self.log_key)]

    def _contradiction(self) -> str | None:
        """Why this database must not be appended to, or None."""
        with self._store.read() as sight:
            try:
                signed, _ = open_signed(sight.checkpoint(), self.log_key)
            except ValueError as error:
                return f"the last checkpoint is not signed by the log key: {error}"
            if not self._signs_alone(sight.size() + 1):
                return (
                    "the log key in force by the exchange's latest statement is not the one in keys/log.pem"
                )
            if tiles.root(sight, sight.size()) != signed.root or signed.size != sight.size():
                return "the tree does not have the root of the last checkpoint"
            return self._high_water.contradiction(sight.size(), sight)
