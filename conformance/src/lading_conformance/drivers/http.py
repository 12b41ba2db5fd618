"""One bounded HTTP/1.1 client: every request has one deadline, every answer a largest size.

    with Http("http://127.0.0.1:8080") as http:
        answer = http.request("GET", "/.well-known/lading")

A deadline holds from the first byte sent to the last byte received, so a server that drips bytes cannot
hold the suite up. No redirect is followed, no proxy and no password of the environment is used. Requests may
be sent from several threads; `together` starts some at one moment.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from threading import Barrier
from typing import Literal, Self, TypeVar

import httpx
from anyio.from_thread import start_blocking_portal

from lading_conformance.drivers.answers import Answer, BadAnswer, NoAnswer, gunzip
from lading_conformance.oracle.http_signature import Signer, Target, new_nonce

Result = TypeVar("Result")


@dataclass(frozen=True)
class Bounds:
    """What the suite grants a subject for one request."""

    seconds: float = 10.0
    body_bytes: int = 32 * 2**20


@dataclass(frozen=True)
class Exchanged:
    """One request and what came of it, for the report. `fault` is the reason where there is no answer; `exchange` is
    "B" where it went to the peer.
    """

    method: str
    path: str
    headers: tuple[tuple[str, str], ...]
    body: bytes | None
    answer: Answer | None
    fault: str | None
    seconds: float
    exchange: Literal["A", "B"] = "A"


@dataclass(frozen=True)
class Signing:
    """How a request is signed. The defaults are honest; cases change them to be refused."""

    signer: Signer
    nonce: str = field(default_factory=new_nonce)
    created: int = field(default_factory=lambda: int(time.time()))


class Http:
    """Sends requests to one base address, and reports each to `observer`."""

    def __init__(self, base: str, bounds: Bounds | None = None) -> None:
        self.base = base.rstrip("/")
        self.bounds = bounds or Bounds()
        self.observer: Callable[[Exchanged], None] = lambda exchanged: None
        self._url = httpx.URL(self.base)
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        self._portal = self._stack.enter_context(start_blocking_portal())
        self._client = self._portal.call(self._open)
        self._stack.callback(lambda: self._portal.call(self._client.aclose))
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    @property
    def authority(self) -> str:
        """The `@authority` of requests: lower-case host, with the port where it is not the scheme's own."""
        return self._url.netloc.decode("ascii").lower()

    @property
    def base_path(self) -> str:
        """The path of the base address, without a final slash; empty where the base is a bare authority."""
        return self._url.raw_path.decode("ascii").rstrip("/")

    def request(
        self,
        method: str,
        path: str,
        *,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        signing: Signing | None = None,
    ) -> Answer:
        """Send one request and return its answer, whatever its status. Raises `NoAnswer`.

        `path` begins with "/" and is relative to the base; it may carry a query and is sent as it stands.
        """
        signed = self._sign(method, path, body, signing) if signing else {}
        sent = {**(headers or {}), **signed}
        begun = time.monotonic()
        answer, fault = None, None
        try:
            answer = self._portal.call(self._send, method, path, body, sent)
            return answer
        except NoAnswer as error:
            fault = str(error)
            raise
        finally:
            seconds = time.monotonic() - begun
            self.observer(Exchanged(method, path, tuple(sent.items()), body, answer, fault, seconds))

    def signed_headers(self, method: str, path: str, body: bytes | None, signing: Signing) -> dict[str, str]:
        """Return the headers of a signed request, to be sent by `request` as they are or altered."""
        return self._sign(method, path, body, signing)

    def _sign(self, method: str, path: str, body: bytes | None, signing: Signing) -> dict[str, str]:
        plain, _, query = path.partition("?")
        target = Target(method, self.authority, self.base_path + plain, query)
        return signing.signer.headers(target, body, signing.created, signing.nonce)

    async def _open(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            trust_env=False,
            follow_redirects=False,
            timeout=self.bounds.seconds,
            headers={"Accept-Encoding": "identity", "User-Agent": "lading-conformance"},
        )

    async def _send(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Answer:
        try:
            async with asyncio.timeout(self.bounds.seconds):
                return await self._exchange(method, path, body, headers)
        except (TimeoutError, httpx.TimeoutException):
            raise NoAnswer(f"no complete answer within {self.bounds.seconds:g} s") from None
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise NoAnswer(f"no HTTP answer: {type(error).__name__} {error}".rstrip()) from None

    async def _exchange(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Answer:
        limit = self.bounds.body_bytes
        async with self._client.stream(method, self.base + path, content=body, headers=headers) as response:
            received = bytearray()
            async for part in response.aiter_raw():
                received += part
                if len(received) > limit:
                    raise NoAnswer(f"the answer is larger than {limit} bytes")
            pairs = tuple((name.lower(), value) for name, value in response.headers.multi_items())
            data = bytes(received)
            if response.headers.get("content-encoding", "").lower() == "gzip":
                data = _unpack(data, limit)
            return Answer(response.status_code, pairs, data)


def together(calls: Sequence[Callable[[], Result]]) -> list[Result]:
    """Start all calls at one moment, each in a thread of its own, and return their results in the same order.

    Returns when all have ended, and raises the first exception among them.
    """
    start = Barrier(len(calls))

    def run(call: Callable[[], Result]) -> Result:
        start.wait()
        return call()

    with ThreadPoolExecutor(len(calls)) as threads:
        return [future.result() for future in [threads.submit(run, call) for call in calls]]


def _unpack(data: bytes, limit: int) -> bytes:
    try:
        return gunzip(data, limit)
    except BadAnswer as error:
        raise NoAnswer(str(error)) from None
