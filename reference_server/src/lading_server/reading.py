"""Reading the database beside the writer: threads, and the wait until what was seen is published."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

from lading.errors import LadingError
from lading.problems import refuse
from lading_server.feed import Feed
from lading_server.sight import Sight
from lading_server.store import SqliteStore

READ_THREADS: Final = 4
MAX_SEARCHES: Final = 64
"""Searches that may wait for their turn."""

T = TypeVar("T")


class Reading:
    """Asks sights of the database in threads, and shows nothing that is not published yet."""

    def __init__(self, store: SqliteStore, feed: Feed) -> None:
        self._store = store
        self._feed = feed
        self._readers = ThreadPoolExecutor(READ_THREADS, "read")
        self._searcher = ThreadPoolExecutor(1, "search")
        self._searches = 0

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

    def close(self) -> None:
        """Let what is being read end; nothing may be asked any more."""
        self._readers.shutdown()
        self._searcher.shutdown()

    async def _read(self, threads: ThreadPoolExecutor, ask: Callable[[Sight], T]) -> T:
        outcome, size = await asyncio.get_running_loop().run_in_executor(threads, self._ask, ask)
        await self._feed.reach(size)
        if isinstance(outcome, LadingError):
            raise outcome
        return outcome

    def _ask(self, ask: Callable[[Sight], T]) -> tuple[T | LadingError, int]:
        with self._store.read() as sight:
            try:
                return ask(sight), sight.size()
            except LadingError as error:
                return error, sight.size()
