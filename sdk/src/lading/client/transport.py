"""The seam to the network: one method that sends one request and returns its answer.

Tests put an in-memory exchange, or a misbehaving one, behind `Transport`. The real one is httpx, held to
what the protocol needs: redirects are never followed, compressed answers are refused, every read is bounded
in size and time.
"""

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final, Protocol
from urllib.parse import urlsplit

import httpx

from lading.client.config import DEFAULT, ClientConfig, is_loopback
from lading.errors import NotUnderstood, Unreachable

_PROBLEM_BYTES: Final = 65_536


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request. `limit` is the largest answer in bytes, `seconds` the time for the whole of it.

    With a `sink` the body of an answer with one of the `sink_status` goes there piece by piece, and not
    into `Response.body`; `limit` bounds it all the same, and other answers are bounded to 64 KiB then.
    `signed` asks for an RFC 9421 signature, made anew for each time it is sent.
    """

    method: str
    url: str
    limit: int
    seconds: float
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    signed: bool = False
    sink: Callable[[bytes], None] | None = None
    sink_status: frozenset[int] = frozenset({200})


@dataclass(frozen=True, slots=True)
class Response:
    """An answer: status, headers by lower-case name, and the body unless it went to a sink."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Transport(Protocol):
    """Sends requests and waits for the answers."""

    def send(self, request: Request) -> Response:
        """The answer, whatever its status. Raises `Unreachable` where none arrived whole, `NotUnderstood`
        for one that is too large or encoded."""
        ...


class AsyncTransport(Protocol):
    """As `Transport`, without blocking."""

    async def send(self, request: Request) -> Response:
        """As `Transport.send`."""
        ...


class HttpxTransport:
    """Blocking HTTP/1.1 with kept connections. The constructor opens none."""

    def __init__(self, url: str, config: ClientConfig = DEFAULT) -> None:
        self._url = url
        self._config = config
        self._client = self._new_client()

    def send(self, request: Request) -> Response:
        """See `Transport.send`."""
        began = time.monotonic()
        try:
            with (
                self._watched(request.seconds) as client,
                client.stream(
                    request.method, request.url, headers=_headers(request), content=request.body
                ) as answer,
            ):
                intake = Intake(request, answer.status_code, answer.headers)
                for piece in _pieces(answer):
                    intake.take(piece)
                return intake.response()
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise _unreachable(request, error, began) from None

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _new_client(self) -> httpx.Client:
        return httpx.Client(
            timeout=_timeout(self._config), follow_redirects=False, trust_env=_uses_proxies(self._url)
        )

    @contextmanager
    def _watched(self, seconds: float) -> Iterator[httpx.Client]:
        """The client, whose connections are closed from another thread once the time is over.

        httpx bounds each read and not the whole: an answer whose head comes byte by byte would never end.
        """
        client = self._client
        watch = threading.Timer(seconds, client.close)
        watch.daemon = True
        watch.start()
        try:
            yield client
        finally:
            watch.cancel()
            watch.join()
            if client.is_closed:
                self._client = self._new_client()


class AsyncHttpxTransport:
    """The same over asyncio. The constructor opens no connection."""

    def __init__(self, url: str, config: ClientConfig = DEFAULT) -> None:
        self._client = httpx.AsyncClient(
            timeout=_timeout(config), follow_redirects=False, trust_env=_uses_proxies(url)
        )

    async def send(self, request: Request) -> Response:
        """See `Transport.send`."""
        began = time.monotonic()
        try:
            async with (
                asyncio.timeout(request.seconds),
                self._client.stream(
                    request.method, request.url, headers=_headers(request), content=request.body
                ) as answer,
            ):
                intake = Intake(request, answer.status_code, answer.headers)
                async for piece in _pieces_async(answer):
                    intake.take(piece)
                return intake.response()
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as error:
            raise _unreachable(request, error, began) from None

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()


class Intake:
    """Takes an answer's body piece by piece, within the request's bound of size."""

    def __init__(self, request: Request, status: int, headers: Mapping[str, str]) -> None:
        self._request = request
        self._status = status
        self._headers = {name.lower(): value for name, value in headers.items()}
        self._sink = request.sink if status in request.sink_status else None
        self._limit = request.limit if request.sink is self._sink else _PROBLEM_BYTES
        self._body = bytearray()
        self._count = 0
        if self._headers.get("content-encoding", "identity") != "identity":
            raise NotUnderstood(f"{request.url} answered in an encoding that was not asked for")

    def take(self, piece: bytes) -> None:
        """One more piece of the body."""
        self._count += len(piece)
        if self._count > self._limit:
            raise NotUnderstood(f"{self._request.url} answered with more than {self._limit} bytes")
        if self._sink is None:
            self._body += piece
        else:
            self._sink(piece)

    def response(self) -> Response:
        """The whole answer."""
        return Response(self._status, self._headers, bytes(self._body))


def _pieces(answer: httpx.Response) -> Iterator[bytes]:
    yield from answer.iter_raw()


async def _pieces_async(answer: httpx.Response) -> AsyncIterator[bytes]:
    async for piece in answer.aiter_raw():
        yield piece


def _headers(request: Request) -> dict[str, str]:
    return {"Accept-Encoding": "identity", **request.headers}


def _timeout(config: ClientConfig) -> httpx.Timeout:
    return httpx.Timeout(config.silence_seconds, connect=config.connect_seconds)


def _uses_proxies(url: str) -> bool:
    """Proxies come from the environment, but never for this machine itself."""
    return not is_loopback(urlsplit(url).hostname or "")


def _unreachable(request: Request, error: Exception, began: float) -> Unreachable:
    late = time.monotonic() - began >= request.seconds
    said = f"it took longer than {request.seconds:g} s" if late else str(error) or type(error).__name__
    hint = "Check the address and the network, and repeat the same call: the same bytes are sent again."
    return Unreachable(f"no answer from {request.method} {request.url}: {said}", hint=hint)
