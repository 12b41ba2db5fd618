"""The HTTP/1.1 connection: uvicorn's parser with bounds of our own and problems for what is no HTTP request.

uvicorn with httptools reads heads of any size, waits for them without end, and answers broken ones in plain
text.
"""

import asyncio
from http import HTTPStatus
from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from lading.http import media
from lading.problems import Refused, refuse
from lading_server.problems import problem_bytes

HEAD_BYTES: Final = 16_384
HEAD_SECONDS: Final = 15
MAX_CONNECTIONS: Final = 1_024


class Connection(HttpToolsProtocol):
    """One connection. A request's head has at most `HEAD_BYTES`, and `HEAD_SECONDS` to arrive."""

    _in_head = True
    _head_bytes = 0
    _completed = 0
    _timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take the connection, or tell it that there are too many."""
        super().connection_made(transport)
        # LAD-HTP-015
        if len(self.connections) > MAX_CONNECTIONS:
            self._refuse(refuse("busy", "too many connections"))
            return
        self._start_timer()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the clock."""
        self._stop_timer()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Feed the parser, and count what it holds of an unfinished head."""
        if self.transport.is_closing():
            return
        if self._in_head and self._timer is None:
            self._start_timer()
        completed = self._completed
        super().data_received(data)
        # A piece that ends one request may begin the next; what it holds of that is not counted.
        if self._in_head and self._completed == completed:
            self._head_bytes += len(data)
            # LAD-HTP-004
            if self._head_bytes > HEAD_BYTES and not self.transport.is_closing():
                self._refuse(refuse("bad-request", f"the request's head is larger than {HEAD_BYTES} bytes"))

    def on_message_begin(self) -> None:
        """A request begins."""
        super().on_message_begin()
        self._in_head = True

    def on_headers_complete(self) -> None:
        """The head is complete; one that came in a single piece is measured here."""
        self._in_head = False
        self._stop_timer()
        if len(self.url) + sum(len(name) + len(value) for name, value in self.headers) > HEAD_BYTES:
            raise ValueError("head too large")
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """The body is complete; what follows is another head."""
        super().on_message_complete()
        self._in_head = True
        self._head_bytes = 0
        self._completed += 1

    def send_400_response(self, msg: str) -> None:
        """The parser refused the bytes: LAD-HTP-004."""
        self._refuse(refuse("bad-request", "this is not an HTTP/1.1 request that a server may answer"))

    def _refuse(self, refused: Refused) -> None:
        body = problem_bytes(refused)
        head = (
            f"HTTP/1.1 {refused.status} {HTTPStatus(refused.status).phrase}\r\n"
            f"content-type: {media.PROBLEM}\r\ncontent-length: {len(body)}\r\n"
            "cache-control: no-store\r\nconnection: close\r\n\r\n"
        )
        self._stop_timer()
        self.transport.write(head.encode("ascii") + body)
        self.transport.close()

    def _start_timer(self) -> None:
        self._timer = self.loop.call_later(HEAD_SECONDS, self._head_is_late)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _head_is_late(self) -> None:
        self._timer = None
        if self._in_head and not self.transport.is_closing():
            self.transport.close()


def options() -> dict[str, Any]:
    """What uvicorn is told besides the address."""
    return {
        "http": Connection,
        "loop": "uvloop",
        "ws": "none",
        "lifespan": "on",
        "access_log": False,
        "log_config": None,
        "server_header": False,
        "timeout_keep_alive": 30,
        "timeout_graceful_shutdown": 40,
    }
