"""Whom this exchange follows, now: one task for each peer, begun and ended as the operator's file says.

following.peers                       # in the order of their ids
following.standing(peer)              # what is known of one, for everybody and for admission checks
await following.refresh()             # once more, before somebody is turned away whom a peer may know
"""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Final, Literal

from lading.errors import LadingError
from lading.register.register import system_clock
from lading.statement.words import Id, Millis
from lading_server.abroad import Abroad, PeerFailed
from lading_server.follow import Follow
from lading_server.mirror import Kept, Mirror, Mirrored
from lading_server.peers import Peer, PeersFile
from lading_server.state import StateDamaged
from lading_server.transcript import Transcript

POLL_SECONDS: Final = 1.0
SILENT_SECONDS: Final = 900.0
"""After how long without a verified checkpoint a peer is silent (LAD-FED-012)."""
LONGEST_PAUSE: Final = 10.0
"""How long a peer that fails is left alone at most."""
REFRESH_SECONDS: Final = 4.0
"""How long somebody who is unknown here waits for the peers."""
MAX_REFRESHING: Final = 64
"""Requests that may wait for the peers at a time."""
PERSIST_SECONDS: Final = 30
CLEAN_SECONDS: Final = 60.0
_LOG = logging.getLogger("lading_server")

State = Literal["following", "silent", "split"]
News = Callable[[Sequence[Mirrored]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Pace:
    """How often peers are polled, and after how long one is silent; in seconds."""

    poll: float = POLL_SECONDS
    silent: float = SILENT_SECONDS


USUAL: Final = Pace()


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of a peer: how far it is followed, when that was last so, and what convicts it."""

    peer: Peer
    since: Millis
    size: int = 0
    checkpoint: str = ""
    seen_at: Millis | None = None
    split: tuple[str, str] | None = None

    @classmethod
    def of(cls, peer: Peer, kept: Kept | None) -> "Standing":
        """As it is kept; a peer that was never followed is new now."""
        if kept is None:
            return cls(peer, system_clock())
        split = None if kept.split is None else (kept.seen, kept.split)
        return cls(peer, kept.since, kept.size, kept.note, kept.seen_at, split)

    def state(self, now: Millis, silent: float) -> State:
        """LAD-FED-001."""
        if self.split is not None:
            return "split"
        heard = self.since if self.seen_at is None else self.seen_at
        return "silent" if now - heard > silent * 1000 else "following"


class Following:
    """The peers of one exchange. `run` belongs to its lifespan; `standing` can be asked in any thread."""

    def __init__(self, file: PeersFile, mirror: Mirror, pace: Pace) -> None:
        self._file = file
        self._mirror = mirror
        self._pace = pace
        self._executor = ThreadPoolExecutor(1, "mirror")
        self._tasks: dict[Id, tuple[_Task, asyncio.Task[None]]] = {}
        self._standings: dict[Id, Standing] = {}
        self._refreshing = 0
        self._cleaned = 0.0
        self.peers = file.read()
        with mirror.read() as glance:
            for peer in self.peers:
                self._standings[peer.id] = Standing.of(peer, glance.kept(peer.id))

    def standing(self, peer: Id) -> Standing | None:
        """What is known of a peer; None of who is none."""
        return self._standings.get(peer)

    def state(self, peer: Id) -> State | None:
        """The peer's state now; None of who is none."""
        standing = self.standing(peer)
        return None if standing is None else standing.state(system_clock(), self._pace.silent)

    async def run(self, abroad: Abroad, news: News) -> None:
        """Follow until cancelled."""
        try:
            while True:
                try:
                    await self._settle(abroad, news)
                    await self._clean()
                except Exception as error:  # noqa: BLE001 - such as a full disk; peers are followed on
                    _LOG.error("the list of peers was not followed", exc_info=error)
                await asyncio.sleep(self._pace.poll)
        finally:
            for _, task in self._tasks.values():
                task.cancel()
            for _, task in self._tasks.values():
                with suppress(asyncio.CancelledError):
                    await task

    async def refresh(self) -> None:
        """Return when every peer was read once more, or will not be soon."""
        if self._refreshing >= MAX_REFRESHING or not self._tasks:
            return
        self._refreshing += 1
        try:
            asked = [task.again() for task, _ in self._tasks.values()]
            await asyncio.wait(asked, timeout=REFRESH_SECONDS)
        finally:
            self._refreshing -= 1

    async def _settle(self, abroad: Abroad, news: News) -> None:
        """Bring the tasks to what the operator's file says."""
        try:
            wanted = {peer.id: peer for peer in await asyncio.to_thread(self._file.read)}
        except (StateDamaged, OSError) as error:
            _LOG.error("the list of peers cannot be read", extra={"reason": str(error)})
            return
        if not self._tasks:
            await self._forget_others(frozenset(wanted))
        gone = [key for key, (task, _) in self._tasks.items() if wanted.get(key) != task.peer]
        for key in gone:
            await self._end(key, forget=key not in wanted)
        for key, peer in wanted.items():
            if key not in self._tasks:
                self._begin(peer, abroad, news)
        self.peers = tuple(sorted(wanted.values(), key=lambda peer: peer.id))

    async def _forget_others(self, wanted: frozenset[Id]) -> None:
        """Destroy what is kept of peers that were removed while nobody served this exchange."""
        loop = asyncio.get_running_loop()
        transcript = Transcript(self._mirror)
        for key in await loop.run_in_executor(self._executor, transcript.remembered):
            if key not in wanted:
                await loop.run_in_executor(self._executor, transcript.forget, key)

    def _begin(self, peer: Peer, abroad: Abroad, news: News) -> None:
        before = self._standings.get(peer.id)
        self._note(Standing(peer, system_clock()) if before is None else replace(before, peer=peer))
        task = _Task(Follow(peer, abroad, self._mirror, self._executor), self._pace, self._note, news)
        self._tasks[peer.id] = (task, asyncio.create_task(task.run()))
        _LOG.info("following", extra={"peer": peer.id, "api": peer.api})

    async def _end(self, key: Id, *, forget: bool) -> None:
        _, running = self._tasks.pop(key)
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
        if forget:
            self._standings = {id: s for id, s in self._standings.items() if id != key}
            loop = asyncio.get_running_loop()
            await loop.run_in_executor(self._executor, Transcript(self._mirror).forget, key)
            _LOG.info("following no more", extra={"peer": key})

    def close(self) -> None:
        """Let the writing thread end."""
        self._executor.shutdown()

    def _note(self, standing: Standing) -> None:
        self._standings = {**self._standings, standing.peer.id: standing}

    async def _clean(self) -> None:
        """Rewrite the mirror's file after erasures, seldom enough that nobody can keep it busy."""
        loop = asyncio.get_running_loop()
        if loop.time() < self._cleaned:
            return
        transcript = Transcript(self._mirror)
        if await loop.run_in_executor(self._executor, transcript.is_unclean):
            await loop.run_in_executor(self._executor, transcript.clean)
            self._cleaned = loop.time() + CLEAN_SECONDS


class _Task:
    """Polls one peer again and again; who asks for a poll in between gets one."""

    def __init__(self, follow: Follow, pace: Pace, note: Callable[[Standing], None], news: News) -> None:
        self.peer = follow.peer
        self._follow = follow
        self._pace = pace
        self._note = note
        self._news = news
        self._wake = asyncio.Event()
        self._asked: list[asyncio.Future[None]] = []
        self._failures = 0

    def again(self) -> asyncio.Future[None]:
        """Done when a poll has ended that begins after this."""
        future = asyncio.get_running_loop().create_future()
        self._asked.append(future)
        self._wake.set()
        return future

    async def run(self) -> None:
        """Go on until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            begun = loop.time()
            self._wake.clear()
            asked, self._asked = self._asked, []
            try:
                await self._poll()
            finally:
                for future in asked:
                    if not future.done():
                        future.set_result(None)
            with suppress(TimeoutError):
                async with asyncio.timeout(self._pause()):
                    await self._wake.wait()
            # However many ask, a peer is read once in this time.
            await asyncio.sleep(max(0.0, begun + min(self._pace.poll, POLL_SECONDS) - loop.time()))

    async def _poll(self) -> None:
        try:
            kept = await self._follow.poll(persist_after=PERSIST_SECONDS * 1000)
            standing = Standing.of(self.peer, kept)
            self._note(standing if kept.split is not None else replace(standing, seen_at=system_clock()))
            if self._failures:
                _LOG.info("a peer is back", extra={"peer": self.peer.id})
            self._failures = 0
            await self._tell(kept)
        except PeerFailed as failed:
            if not self._failures:
                _LOG.warning("a peer cannot be followed", extra={"peer": self.peer.id, "reason": str(failed)})
            self._failures += 1
        except LadingError as error:
            _LOG.warning("news of a peer wait", extra={"peer": self.peer.id, "reason": str(error)})
        except Exception as error:  # noqa: BLE001 - one peer must not keep the others back
            self._failures += 1
            _LOG.error("following a peer failed", exc_info=error, extra={"peer": self.peer.id})

    async def _tell(self, kept: Kept) -> None:
        """Hand on what is said of participants, and note how far; the next poll goes on where this was broken off."""
        while kept.told < kept.after:
            news = await self._follow.news(kept)
            if news:
                await self._news(news)
            kept = await self._follow.tell(kept, news[-1].index if news else kept.after)

    def _pause(self) -> float:
        if not self._failures:
            return self._pace.poll
        longest = min(LONGEST_PAUSE, self._pace.poll * 2.0 ** min(self._failures, 16))
        return longest * random.uniform(0.5, 1.0)
