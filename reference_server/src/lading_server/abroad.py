"""Requests to peers, who may send anything: each answer has a largest size and a last moment. No redirects, no
proxies, nothing decompressed.
"""

import asyncio
from dataclasses import dataclass
from typing import Final

import httpx
import orjson

from lading.errors import LadingError

SECONDS: Final = 10.0
"""How long one answer may take, to its last byte."""
CONNECT_SECONDS: Final = 5.0
SMALL: Final = 256 * 1024
"""Bytes of an answer that holds one statement, one checkpoint or one description."""
_HEADERS: Final = {"Accept-Encoding": "identity", "User-Agent": "lading-exchange"}


class PeerFailed(LadingError):
    """A peer gave no answer, or one that the protocol does not hold. Asking again later may help."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: all of it."""

    status: int
    media_type: str
    body: bytes


class Abroad:
    """One client for all peers; `connections` is as many requests as its owner ever makes at a time, since one that
    waits for others is late. Made and closed on the event loop.
    """

    def __init__(self, connections: int = 1, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._client = httpx.AsyncClient(
            headers=_HEADERS,
            follow_redirects=False,
            trust_env=False,
            timeout=httpx.Timeout(seconds, connect=min(CONNECT_SECONDS, seconds)),
            limits=httpx.Limits(max_connections=connections, max_keepalive_connections=min(connections, 64)),
        )

    async def close(self) -> None:
        """Close all connections."""
        await self._client.aclose()

    async def get(self, url: str, limit: int = SMALL) -> bytes:
        """The body of a 200; raises `PeerFailed` for everything else."""
        answer = await self.ask("GET", url, limit)
        if answer.status != 200:
            raise PeerFailed(f"{url} answered {answer.status}")
        return answer.body

    async def object(self, url: str, limit: int = SMALL) -> dict[str, object]:
        """The JSON object of a 200; raises `PeerFailed` for everything else."""
        try:
            found = orjson.loads(await self.get(url, limit))
        except ValueError:
            found = None
        if not isinstance(found, dict):
            raise PeerFailed(f"{url} answered with something that is no JSON object")
        return found

    async def ask(
        self,
        method: str,
        url: str,
        limit: int,
        body: bytes | None = None,
        headers: dict[str, str] | None = None,
    ) -> Answer:
        """One answer of at most `limit` bytes; raises `PeerFailed` where there is none in time."""
        try:
            async with (
                asyncio.timeout(self._seconds),
                self._client.stream(method, url, content=body, headers=headers) as response,
            ):
                return Answer(
                    response.status_code,
                    response.headers.get("content-type", ""),
                    await _whole(response, limit),
                )
        except TimeoutError:
            raise PeerFailed(f"{url} took longer than {self._seconds:g} s") from None
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
            raise PeerFailed(f"{url} cannot be reached: {type(error).__name__} {error}"[:300]) from None


async def _whole(response: httpx.Response, limit: int) -> bytes:
    """The body, as it is on the wire."""
    if response.headers.get("content-encoding", "identity") != "identity":
        raise PeerFailed("an answer is compressed, which nobody asked for")
    pieces: list[bytes] = []
    total = 0
    async for piece in response.aiter_raw():
        total += len(piece)
        if total > limit:
            raise PeerFailed(f"an answer has more than {limit} bytes")
        pieces.append(piece)
    return b"".join(pieces)
