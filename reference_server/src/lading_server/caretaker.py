"""What the exchange does unasked, by one task: at start, when something was published, when a deadline passes."""

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress
from typing import Final, Protocol

from lading.problems import Refused
from lading_server.feed import Feed
from lading_server.sight import Caller

PAUSE_SECONDS: Final = 0.1
"""How long it rests at least, however much is published."""
LOOK_SECONDS: Final = 60.0
"""How long it rests at most, whatever the clock does."""
RETRY_SECONDS: Final = 30.0
"""How long it rests after something went wrong."""

_LOG = logging.getLogger("lading_server")


class Duty(Protocol):
    """Something to be done again and again; doing it twice does no harm."""

    async def do(self) -> bool:
        """Do all that there is to do; whether everything went well."""
        ...


class Deadlines(Duty, Protocol):
    """A duty that knows when there will be more to do."""

    async def seconds_left(self) -> float | None:
        """How long until then; None where nothing lies ahead."""
        ...


class Caretaker:
    """Does the duties one after another. What goes wrong with one keeps none of the others back."""

    def __init__(self, lapses: Deadlines, *others: Duty) -> None:
        self._lapses = lapses
        self._duties: Sequence[Duty] = (lapses, *others)

    async def run(self, feed: Feed) -> None:
        """Go on until cancelled."""
        with feed.following(Caller(None, is_exchange=True)) as news:
            while True:
                news.clear()
                well = [await self._do(duty) for duty in self._duties]
                if not all(well):
                    await asyncio.sleep(RETRY_SECONDS)
                    continue
                await asyncio.sleep(PAUSE_SECONDS)
                with suppress(TimeoutError):
                    async with asyncio.timeout(await self._rest()):
                        await news.wait()

    async def _do(self, duty: Duty) -> bool:
        try:
            return await duty.do()
        except Refused as refused:
            _LOG.warning("a duty waits", extra={"duty": type(duty).__name__, "reason": str(refused)})
        except Exception as error:  # noqa: BLE001 - what is due tomorrow must not depend on a bug today
            _LOG.error("a duty failed", exc_info=error, extra={"duty": type(duty).__name__})
        return False

    async def _rest(self) -> float:
        """How many seconds to wait for news."""
        try:
            left = await self._lapses.seconds_left()
        except Exception:  # noqa: BLE001 - the duties will meet the same error, and say so
            return RETRY_SECONDS
        return LOOK_SECONDS if left is None else min(max(left, 0.0), LOOK_SECONDS)
