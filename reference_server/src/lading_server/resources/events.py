"""`GET /events`: what the caller may see, in log order, waiting for news where there are none yet."""

import asyncio
from dataclasses import dataclass

from starlette.responses import Response

from lading.http import media
from lading_server.eyes import Eyes
from lading_server.rendering import answer_json
from lading_server.request import integer
from lading_server.resource import Call
from lading_server.sight import StoredStatement


@dataclass(frozen=True, slots=True)
class Page:
    """Events above an index, and the size of the log that was looked through."""

    after: int
    events: list[StoredStatement]
    full: bool
    size: int

    @property
    def shown(self) -> list[dict[str, object]]:
        """The events as the answer has them: what was erased is none any more."""
        return [_event(stored, stored.jws) for stored in self.events if stored.jws is not None]

    @property
    def next(self) -> int:
        """Where to go on: behind the last event of a full page, else behind all that was looked through."""
        return self.events[-1].index if self.full else max(self.after, self.size - 1)


async def follow(call: Call) -> Response:
    """A page of events above `after`; waits up to `wait` seconds for the first (LAD-HTP-029, LAD-HTP-030)."""
    after = integer(call.values, "after", -1, -1, 2**53)
    limit = integer(call.values, "limit", media.EVENTS_PAGE, 1, media.EVENTS_PAGE)
    wait = integer(call.values, "wait", 0, 0, media.LONG_POLL_SECONDS)
    page = await _page(call, after, limit)
    if not page.shown and wait:
        page = await _wait(call, after, limit, wait)
    return answer_json({"events": page.shown, "next": page.next, "as_of": page.size})


async def _page(call: Call, after: int, limit: int) -> Page:
    def ask(eyes: Eyes) -> Page:
        events = eyes.events(after, limit)
        while len(events) == limit and all(stored.jws is None for stored in events):
            events = eyes.events(events[-1].index, limit)
        return Page(after, events, len(events) == limit, eyes.sight.size())

    return await call.look("event", ask)


async def _wait(call: Call, after: int, limit: int, seconds: int) -> Page:
    """Look again whenever something was published that the caller may see; give up when nobody listens any
    more.
    """
    feed = call.exchange.feed
    loop = asyncio.get_running_loop()
    end = loop.time() + seconds
    gone = asyncio.ensure_future(_gone(call))
    try:
        with feed.following(call.caller) as news:
            while True:
                news.clear()
                page = await _page(call, after, limit)
                left = end - loop.time()
                if page.shown or left <= 0 or feed.closed or gone.done():
                    return page
                woken = asyncio.ensure_future(news.wait())
                await asyncio.wait({woken, gone}, timeout=left, return_when=asyncio.FIRST_COMPLETED)
                woken.cancel()
    finally:
        gone.cancel()


async def _gone(call: Call) -> None:
    """Return when the caller has closed the connection."""
    while (await call.request.receive())["type"] != "http.disconnect":
        pass


def _event(stored: StoredStatement, jws: bytes) -> dict[str, object]:
    return {
        "index": stored.index,
        "time": stored.time,
        "id": stored.id,
        "type": stored.type,
        "statement": jws.decode("ascii"),
    }
