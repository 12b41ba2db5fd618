"""The HTTP/1.1 connection: uvicorn's parser with bounds of our own and problems for what is no HTTP request.

uvicorn with httptools reads heads and trailers of any size, waits for them without end, queues any number of
requests, keeps answers for callers who do not take them, and answers broken requests in plain text.
"""

import asyncio
from http import HTTPStatus
from typing import Any, Final

from uvicorn._types import ASGI3Application
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from lading.http import media
from lading.problems import Refused, refuse
from lading_server.problems import problem_bytes

HEAD_BYTES: Final = 16_384
HEAD_SECONDS: Final = 15
MAX_CONNECTIONS: Final = 1_024
MAX_PIPELINED: Final = 16
"""Requests that may wait on one connection behind the one that is answered."""
FRAMING_FACTOR: Final = 8
"""How many bytes of chunk framing may come with each byte of a body."""
WATCH_SECONDS: Final = 30
SLOWEST_BYTES: Final = 65_536
"""What a caller takes at least of a waiting answer in `WATCH_SECONDS`."""


class Connection(HttpToolsProtocol):
    """One connection. A request's head has at most `HEAD_BYTES`, and `HEAD_SECONDS` to arrive.

    A connection on which nothing happens any more, neither a request nor the taking of an answer, is cut.
    """

    _in_head = True
    _head_bytes = 0
    _framing_bytes = 0
    _begun = 0
    _completed = 0
    _seen = (-1, 0)
    _drained = False
    _answered: RequestResponseCycle | None = None
    _timer: asyncio.TimerHandle | None = None
    _watch: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take the connection, or tell it that there are too many."""
        super().connection_made(transport)
        self._watch = self.loop.call_later(WATCH_SECONDS, self._look)
        # LAD-HTP-015
        if len(self.connections) > MAX_CONNECTIONS:
            self._refuse(refuse("busy", "too many connections"))
            return
        self._start_timer()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the clocks, and tell the request that is answered; uvicorn tells only the last that came."""
        self._stop_timer()
        if self._watch is not None:
            self._watch.cancel()
        self.pipeline.clear()
        if self._answered is not None and not self._answered.response_complete:
            self._answered.disconnected = True
            self._answered.message_event.set()
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
        elif not self._in_head and self._completed == completed:
            self._count_framing(len(data))

    def on_message_begin(self) -> None:
        """A request begins."""
        super().on_message_begin()
        self._in_head = True
        self._framing_bytes = -HEAD_BYTES

    def on_header(self, name: bytes, value: bytes) -> None:
        """A field of the head; one behind the body is refused. White space around the value is none of it."""
        if not self._in_head:
            raise ValueError("a trailer")
        # The parser leaves it in at the end; RFC 9110 section 5.5 takes it away.
        super().on_header(name, value.strip(b" \t"))

    def on_body(self, body: bytes) -> None:
        """A piece of the body, which is no framing."""
        self._framing_bytes -= (FRAMING_FACTOR + 1) * len(body)
        super().on_body(body)

    def on_headers_complete(self) -> None:
        """The head is complete; one that came in a single piece is measured here."""
        self._in_head = False
        self._begun += 1
        self._stop_timer()
        # LAD-HTP-004, by RFC 9112 section 3.2; uvicorn would answer.
        if self.parser.get_http_version() == "1.1" and all(name != b"host" for name, _ in self.headers):
            raise ValueError("no host")
        # LAD-HTP-015
        if len(self.pipeline) >= MAX_PIPELINED:
            raise ValueError("too many requests wait on this connection")
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

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        self._answered = cycle
        super()._start_asgi_task(cycle, app)

    def resume_writing(self) -> None:
        """The caller has taken what was waiting."""
        self._drained = True
        super().resume_writing()

    def _count_framing(self, received: int) -> None:
        """Bound what comes with a body and is none of it: chunk extensions, unfinished trailers."""
        self._framing_bytes += received
        # LAD-HTP-004
        if self._framing_bytes > 0 and not self.transport.is_closing():
            self._refuse(refuse("bad-request", "the body's framing is larger than its bytes"))

    def _look(self) -> None:
        """Cut the connection if since the last look no request began while none was answered, or the answer
        was not taken.
        """
        begun, unsent = self._seen
        left = self.transport.get_write_buffer_size()
        self._seen = (self._begun if self._is_idle() else -1, left)
        stuck = bool(unsent) and not self._drained and left > unsent - SLOWEST_BYTES
        self._drained = False
        # LAD-HTP-015
        if begun == self._seen[0] != -1 or (stuck and left):
            self.transport.abort()
        else:
            self._watch = self.loop.call_later(WATCH_SECONDS, self._look)

    def _is_idle(self) -> bool:
        """Whether no request is being answered."""
        return not self.pipeline and (self._answered is None or self._answered.response_complete)

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
