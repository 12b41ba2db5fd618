"""The task that looks after lapses and boxes: one duty that fails keeps none of the others back."""

import asyncio
import time
from collections.abc import Awaitable, Callable

import pytest

from lading.problems import refuse
from lading_server.caretaker import PAUSE_SECONDS, RETRY_SECONDS, Caretaker
from lading_server.feed import Audience, Feed


class Duties:
    """Lapses that have a next deadline, and another duty; both count how often they were done."""

    def __init__(self, seconds_left: float | None = None, error: Exception | None = None) -> None:
        self.left = seconds_left
        self.error = error
        self.done = 0

    async def do(self) -> bool:
        self.done += 1
        if self.error is not None:
            raise self.error
        return True

    async def seconds_left(self) -> float | None:
        return self.left


def run(caretaker: Caretaker, feed: Feed, scenario: Callable[[], Awaitable[None]]) -> None:
    """Run a scenario beside the caretaker."""

    async def inside() -> None:
        task = asyncio.create_task(caretaker.run(feed))
        try:
            await scenario()
            assert not task.done()
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    asyncio.run(inside())


@pytest.mark.parametrize(
    "error",
    [RuntimeError("a bug"), OSError("a disk"), refuse("busy", "full")],
    ids=lambda e: type(e).__name__,
)
def test_a_duty_that_fails_keeps_no_other_back_and_is_not_repeated_at_once(error: Exception) -> None:
    lapses, other, feed = Duties(seconds_left=0.0), Duties(), Feed(1)
    lapses.error = error
    assert RETRY_SECONDS > 1

    async def scenario() -> None:
        for size in range(2, 12):
            await asyncio.sleep(0.05)
            feed.publish(size, Audience(True, frozenset()))
        assert (lapses.done, other.done) == (1, 1)

    run(Caretaker(lapses, other), feed, scenario)


def test_news_and_deadlines_wake_it_but_not_all_the_time() -> None:
    lapses, feed = Duties(), Feed(1)

    async def scenario() -> None:
        begun = time.monotonic()

        def often_enough() -> bool:
            return lapses.done <= 2 + (time.monotonic() - begun) / PAUSE_SECONDS

        await asyncio.sleep(3 * PAUSE_SECONDS)
        assert lapses.done == 1
        for size in range(2, 102):
            feed.publish(size, Audience(True, frozenset()))
            await asyncio.sleep(0.005)
        assert lapses.done > 2
        assert often_enough()
        lapses.left = 0.2
        feed.publish(200, Audience(True, frozenset()))
        before = lapses.done
        await asyncio.sleep(1.5)
        assert lapses.done > before + 1
        assert often_enough()

    run(Caretaker(lapses), feed, scenario)


def test_a_closed_feed_does_not_make_it_spin() -> None:
    lapses, feed = Duties(), Feed(1)

    async def scenario() -> None:
        await asyncio.sleep(0.05)
        feed.close()
        await asyncio.sleep(0.5)
        assert lapses.done <= 2

    run(Caretaker(lapses), feed, scenario)
