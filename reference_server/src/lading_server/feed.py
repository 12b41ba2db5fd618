"""Who waits for what: long polls for news that they may see, answers for the moment when they are safe.

Everything here runs on the event loop; the writer's thread calls `publish` through `call_soon_threadsafe`.
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from lading.problems import refuse
from lading.statement.words import Id
from lading_server.sight import Caller

MAX_WAITING: Final = 512
REACH_SECONDS: Final = 10


@dataclass(frozen=True, slots=True)
class Audience:
    """Who may see what was just published: everybody, or these participants."""

    everybody: bool
    participants: frozenset[Id]

    def includes(self, caller: Caller) -> bool:
        """Whether the caller may see something of it."""
        someone = self.everybody or bool(self.participants)
        return self.everybody or caller.participant in self.participants or (caller.is_exchange and someone)

    def joined(self, other: "Audience") -> "Audience":
        """Both together."""
        return Audience(self.everybody or other.everybody, self.participants | other.participants)


class Feed:
    """The published size of the log, and those who wait for it to grow.

    A reader of the database can see entries a moment before the high-water file covers them. `reach` makes
    an answer wait out that moment, so that nothing is shown that a crash could still undo.
    """

    def __init__(self, size: int, *, max_waiting: int = MAX_WAITING) -> None:
        self.size = size
        self.closed = False
        self._reaching: set[asyncio.Event] = set()
        self._following: defaultdict[Caller, set[asyncio.Event]] = defaultdict(set)
        self._waiting = 0
        self._max_waiting = max_waiting

    def publish(self, size: int, audience: Audience) -> None:
        """The log has `size` published entries; wake whom that concerns."""
        self.size = size
        self._wake(self._reaching)
        for caller, followers in self._following.items():
            if audience.includes(caller):
                self._wake(followers)

    def close(self) -> None:
        """Wake everybody for good: the exchange stops, or will never publish again."""
        self.closed = True
        self._wake(self._reaching)
        for followers in self._following.values():
            self._wake(followers)

    async def reach(self, size: int) -> None:
        """Return once `size` entries are published; raises `Refused` (read-only) where that cannot be."""
        if size <= self.size:
            return
        event = asyncio.Event()
        self._reaching.add(event)
        try:
            async with asyncio.timeout(REACH_SECONDS):
                while size > self.size and not self.closed:
                    event.clear()
                    await event.wait()
        except TimeoutError:
            raise refuse("busy", "the exchange is slow to publish its log's last entries") from None
        finally:
            self._reaching.discard(event)
        # LAD-LOG-009
        if size > self.size:
            raise refuse("read-only", "the exchange could not publish its log's last entries")

    @contextmanager
    def following(self, caller: Caller) -> Iterator[asyncio.Event]:
        """An event that is set whenever something is published that the caller may see."""
        # LAD-HTP-015
        if self._waiting >= self._max_waiting:
            raise refuse("busy", "too many requests wait for events")
        event = asyncio.Event()
        self._waiting += 1
        self._following[caller].add(event)
        try:
            yield event
        finally:
            self._waiting -= 1
            self._following[caller].discard(event)
            if not self._following[caller]:
                del self._following[caller]

    @staticmethod
    def _wake(events: set[asyncio.Event]) -> None:
        for event in events:
            event.set()
