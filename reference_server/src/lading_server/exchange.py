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
from contextlib import asynccontextmanager, suppress
from typing import Final, ParamSpec, TypeVar

from lading.http.signature import authority_of
from lading.keys.vkey import VerifierKey
from lading.log.checkpoint import CheckpointSigner
from lading.problems import Refused, refuse
from lading.register.register import Register, system_clock
from lading.statement.words import Id
from lading_server import disposal, outage, rotation
from lading_server.abroad import Abroad
from lading_server.attachments import AttachmentStore
from lading_server.budget import Budget
from lading_server.caretaker import Caretaker
from lading_server.checks import AdmissionChecks
from lading_server.cleaning import Cleaning
from lading_server.content import ContentStore
from lading_server.eyes import Eyes
from lading_server.feed import Feed
from lading_server.following import USUAL, Following, Pace
from lading_server.forward import MAX_FORWARDED, Forward
from lading_server.guests import Guests
from lading_server.highwater import HighWater
from lading_server.homes import Homes
from lading_server.identity import Identity, contradiction
from lading_server.journal import Journal, What
from lading_server.lapses import Lapses
from lading_server.mirror import Mirror
from lading_server.nonces import Nonces
from lading_server.peers import MAX_PEERS, PeersFile
from lading_server.reading import Reading
from lading_server.sealkeys import SealKeys
from lading_server.shares import Desk, Shares
from lading_server.sight import Caller, Sight
from lading_server.state import StateDirectory, read_key
from lading_server.store import SqliteStore, check_library
from lading_server.upload import Uploads
from lading_server.writer import PublishingFailed, Writer

BODY_MEMORY: Final = 256 * 1024 * 1024
"""Bytes of request bodies that may be in memory at a time."""
HIGH_WATER_RETRY_SECONDS: Final = 1.0

T = TypeVar("T")
P = ParamSpec("P")
_LOG = logging.getLogger("lading_server")


class Exchange:
    """The register, its database and content, and the means to wait for them. Handlers see nothing else."""

    def __init__(
        self,
        state: StateDirectory,
        store: SqliteStore,
        signer: CheckpointSigner,
        high_water: HighWater,
        outage_after: float,
        pace: Pace,
    ) -> None:
        self.store = store
        self._high_water = high_water
        self._stopping = threading.Event()
        with store.read() as sight:
            self.identity = Identity.read(sight)
            self.checkpoint = sight.checkpoint()
            size = sight.size()
        self.log_key: VerifierKey = signer.key
        self.content = ContentStore(state.content)
        self.attachments = AttachmentStore(state.attachments)
        self.feed = Feed(size)
        self.bodies = Budget(BODY_MEMORY)
        self.uploads = Uploads()
        keys, desk = SealKeys.load(state), Desk(read_key(state.key_file("statement")))
        shares = Shares(self.content, keys, desk)
        limits = self.identity.description.limits
        self.checks = AdmissionChecks(self.content, self.attachments, shares, limits.content_bytes)
        self.mirror = Mirror(state.mirror)
        self.following = Following(PeersFile(state.peers), self.mirror, pace)
        homes = Homes(self.id, self.following, self.mirror)
        checks = (*homes.all, *self.checks.all)
        self.register = Register(store, signer, checks=checks, releaser=shares, published=self._publish)
        self.writer = Writer(self.register, store, self.feed)
        self.nonces = Nonces(math.ceil(time.time()))
        self.journal = Journal(state.journal)
        self._alive, self._outage_after, self._desk = outage.Alive(state.alive), outage_after, desk
        self._reading = Reading(store, self.feed)
        self.guests = Guests(self.id, self._reading, self.following, self.mirror, self.writer, desk)
        self.forward = Forward(self.id, self.following)
        self.abroad: Abroad
        self._caretaker = Caretaker(
            Lapses(self._reading, self.writer, desk),
            disposal.Boxes(self._reading, self.content, state.destroyed),
            disposal.Keys(self._reading, self.writer, keys),
            Cleaning(self._reading, self.writer, store, self.attachments, self.content),
        )

    @classmethod
    def open(
        cls,
        state: StateDirectory,
        *,
        outage_after: float = outage.BOUND_SECONDS,
        pace: Pace = USUAL,
    ) -> "Exchange":
        """The exchange of a state directory that this process has locked.

        It gives notice of an outage after a gap of `outage_after` seconds; 0: never. A database that contradicts the
        high-water mark is opened read-only. Raises `StateDamaged` where nothing can be served at all.
        """
        state.check()
        check_library()
        store = SqliteStore(state.database)
        store.check()
        with store.read() as sight:
            identity = Identity.read(sight)
            signer = CheckpointSigner(identity.description.log.origin, read_key(state.key_file("log")))
            high_water = HighWater(state.high_water, signer.key)
            reason = contradiction(sight, identity, high_water, signer.key)
            if reason is None:
                for step in rotation.settle(state, sight):
                    _LOG.warning("a rotation of keys had been interrupted", extra={"step": step})
        exchange = cls(state, store, signer, high_water, outage_after, pace)
        if reason is not None:
            exchange.writer.become_read_only(reason)
            exchange.checkpoint = high_water.note()
        else:
            high_water.write(exchange.checkpoint)
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
        """Start the writer, tell of an outage before anything else, and start the caretaker; at the end write what
        was taken and close everything.
        """
        self.writer.start()
        # Nothing may be signed before the second from which on nonces are remembered.
        await asyncio.sleep(max(0.0, self.nonces.started - time.time()))
        for jws in await self.read(self.outage):
            _log_told(*await self.writer.register([jws]))
        self.abroad = Abroad(MAX_PEERS * MAX_FORWARDED)
        # Statements that are on their way to slow peers keep nobody from being followed.
        polling = Abroad(MAX_PEERS)
        tasks = [
            asyncio.create_task(self._caretaker.run(self.feed)),
            asyncio.create_task(self._beat()),
            asyncio.create_task(self.following.run(polling, self.guests.news)),
        ]
        try:
            yield
        finally:
            self.feed.close()
            self._stopping.set()
            for task in tasks:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task
            await self.abroad.close()
            await polling.close()
            await self.writer.stop()
            self._note_alive()
            self.close()

    def tell_outage(self) -> None:
        """Give notice of an outage while nobody is served, before another statement of the exchange's."""
        with self.store.read() as sight:
            told = self.outage(sight)
        _log_told(*self.register.admit([self.register.prepare(jws) for jws in told]))

    def outage(self, sight: Sight) -> list[bytes]:
        """The notice of the time in which nothing could be registered, until now; empty where nobody missed it."""
        if self.writer.read_only is not None:
            return []
        jws = outage.notice(sight, self._desk, self._alive.last(), system_clock, self._outage_after)
        return [] if jws is None else [jws]

    async def _beat(self) -> None:
        """Note again and again that the exchange is there."""
        while True:
            await asyncio.to_thread(self._note_alive)
            await asyncio.sleep(outage.BEAT_SECONDS)

    def _note_alive(self) -> None:
        if self.writer.read_only is None:
            self._alive.note(system_clock())

    def close(self) -> None:
        """Close the database. Nothing may be read or written any more."""
        self._reading.close()
        self.following.close()
        self.mirror.close()
        self.store.close()
        self.journal.close()

    async def read(self, ask: Callable[[Sight], T]) -> T:
        """As `Reading.read`."""
        return await self._reading.read(ask)

    async def look(self, caller: Caller, what: What, ask: Callable[[Eyes], T]) -> T:
        """As `read`, as one caller. What a grant or a disclosure let it see is in the journal when this returns."""
        eyes: list[Eyes] = []

        def asked(sight: Sight) -> T:
            eyes.append(Eyes(sight, caller, system_clock()))
            return ask(eyes[0])

        outcome = await self.read(asked)
        (seen,) = eyes
        # LAD-HTP-044
        if seen.shown and caller.participant is not None:
            write = self.journal.write
            await self.in_thread(write, caller.participant, what, seen.shown, seen.now)
        return outcome

    async def search(self, ask: Callable[[Sight], T]) -> T:
        """As `Reading.search`."""
        return await self._reading.search(ask)

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


def _log_told(*answers: object) -> None:
    """Log whether a notice of an outage was taken."""
    for answer in answers:
        if isinstance(answer, Refused):
            _LOG.error("a notice of an outage was refused", extra={"reason": str(answer)})
        else:
            _LOG.warning("gave notice of an outage", extra={"notice": getattr(answer, "id", None)})
