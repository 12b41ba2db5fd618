"""Exact bytes on a connection of their own, for requests that no HTTP client would send.

    heard = raw.send(http, b"GET /log/checkpoint HTTP/1.1\\r\\nHost: a\\r\\nHost: b\\r\\n\\r\\n")
    expect.status(heard.answer, 400)

The conversation is bounded as any other request is, and reported to the observer of `http`.
"""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

import h11

from lading_conformance.drivers.answers import Answer, Closed, NoAnswer
from lading_conformance.drivers.http import Exchanged, Http

PIECE: Final = 65_536
SHOWN: Final = 1_500
"""How many characters of a header are reported."""


@dataclass
class Heard:
    """What came back: complete answers, the statuses of interim ones, and whether the subject closed the connection.

    `closed` is what was seen until the last answer that was waited for; an answer that says `Connection: close`
    counts.
    """

    answers: list[Answer] = field(default_factory=list)
    interim: list[int] = field(default_factory=list)
    closed: bool = False

    @property
    def answer(self) -> Answer:
        """The first answer."""
        return self.answers[0]


def send(
    http: Http,
    *parts: bytes,
    answers: int = 1,
    finish: bool = False,
    pause: float = 0.0,
    between: Callable[[], None] | None = None,
) -> Heard:
    """Send the parts as they are and return what comes back.

    Waits for `answers` complete answers, or fewer if the subject closes after at least one; `finish` closes this
    side for writing after the last part; `pause` is how many seconds lie between the parts, and `between` is called
    after each pause: its time does not count. Raises `Closed` where the connection ends without an answer,
    `NoAnswer` for silence and for what is no HTTP, and what `between` raises.
    """
    data = b"".join(parts)
    method, path, headers, body = described(data)
    begun = time.monotonic()
    talk = _Talk(http, "HEAD" if method == "HEAD" else "GET", answers)
    fault = None
    try:
        talk.hold(parts, finish, pause, between)
    except NoAnswer as error:
        fault = str(error)
        raise
    finally:
        answer = talk.heard.answers[0] if talk.heard.answers else None
        http.observer(Exchanged(method, path, headers, body, answer, fault, time.monotonic() - begun))
    return talk.heard


def described(data: bytes) -> tuple[str, str, tuple[tuple[str, str], ...], bytes]:
    """Return method, path, headers and body of bytes that may be no request, as a report shows them."""
    head, _, body = data.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    method, _, rest = first.partition(" ")
    pairs: list[tuple[str, str]] = []
    for line in lines:
        if line[:1] in (" ", "\t") and pairs:
            pairs[-1] = (pairs[-1][0], f"{pairs[-1][1]}\r\n{line}")
        else:
            name, _, value = line.partition(":")
            pairs.append((name, value.strip(" ")))
    shown = tuple((_short(name), _short(value)) for name, value in pairs)
    return _short(method), _short(rest), shown, body


class _Talk:
    """One connection: what is sent, and what h11 makes of what comes back."""

    def __init__(self, http: Http, method: str, wanted: int) -> None:
        self._http, self._method, self._wanted = http, method, wanted
        self._ends = time.monotonic() + http.bounds.seconds
        self._received = 0
        self.heard = Heard()

    def hold(
        self, parts: tuple[bytes, ...], finish: bool, pause: float, between: Callable[[], None] | None
    ) -> None:
        """Send and receive. Raises `NoAnswer`, and what `between` raises."""
        try:
            with self._connected() as connection:
                self._say(connection, parts, finish, pause, between)
                self._listen(connection)
        except TimeoutError:
            if not self.heard.answers:
                raise NoAnswer(f"no complete answer within {self._http.bounds.seconds:g} s") from None
        except OSError as error:
            if not self.heard.answers:
                raise Closed(f"the connection broke: {type(error).__name__}") from None
            self.heard.closed = True
        except h11.RemoteProtocolError as error:
            raise NoAnswer(f"what came back is no HTTP: {error}") from None

    @contextmanager
    def _connected(self) -> Iterator[socket.socket]:
        parts = urlsplit(self._http.base)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        host = parts.hostname or ""
        try:
            plain = socket.create_connection((host, port), timeout=self._left())
        except OSError as error:
            raise NoAnswer(f"no connection: {type(error).__name__}") from None
        with plain:
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if parts.scheme == "https":
                with ssl.create_default_context().wrap_socket(plain, server_hostname=host) as safe:
                    yield safe
            else:
                yield plain

    def _say(
        self,
        connection: socket.socket,
        parts: tuple[bytes, ...],
        finish: bool,
        pause: float,
        between: Callable[[], None] | None,
    ) -> None:
        try:
            for number, part in enumerate(parts):
                if number and pause:
                    time.sleep(min(pause, self._left()))
                if number and between is not None:
                    begun = time.monotonic()
                    between()
                    self._ends += time.monotonic() - begun
                connection.settimeout(self._left())
                connection.sendall(part)
            if finish:
                with suppress(OSError):  # it may have closed first
                    connection.shutdown(socket.SHUT_WR)
        except (BrokenPipeError, ConnectionResetError):
            return  # it may have answered before it closed

    def _listen(self, connection: socket.socket) -> None:
        pending = b""
        while len(self.heard.answers) < self._wanted:
            pending = pending or self._receive(connection)
            if not pending:
                self._end()
                return
            parser = self._parser()
            parser.receive_data(pending)
            self.heard.answers.append(self._next(connection, parser))
            if parser.their_state in (h11.MUST_CLOSE, h11.CLOSED):
                self.heard.closed = True
                return
            pending = parser.trailing_data[0]

    def _end(self) -> None:
        """The subject has closed where an answer may begin."""
        self.heard.closed = True
        if not self.heard.answers:
            raise Closed("the subject closed the connection without an answer")

    def _next(self, connection: socket.socket, parser: h11.Connection) -> Answer:
        """Return the answer that has begun, when it is complete."""
        status, body = 0, bytearray()
        pairs: tuple[tuple[str, str], ...] = ()
        while not isinstance(event := parser.next_event(), h11.EndOfMessage):
            if event is h11.NEED_DATA:
                parser.receive_data(self._receive(connection))
            elif isinstance(event, h11.InformationalResponse):
                self.heard.interim.append(event.status_code)
            elif isinstance(event, h11.Response):
                status, pairs = event.status_code, _texts(event.headers)
            elif isinstance(event, h11.Data):
                body += event.data
        return Answer(status, pairs, bytes(body))

    def _receive(self, connection: socket.socket) -> bytes:
        connection.settimeout(self._left())
        data = connection.recv(PIECE)
        self._received += len(data)
        if self._received > self._http.bounds.body_bytes:
            raise NoAnswer(f"the answer is larger than {self._http.bounds.body_bytes} bytes")
        return data

    def _parser(self) -> h11.Connection:
        """Return a parser that believes to have sent a request of this method."""
        parser = h11.Connection(h11.CLIENT)
        parser.send(h11.Request(method=self._method, target="/", headers=[("Host", "subject")]))
        parser.send(h11.EndOfMessage())
        return parser

    def _left(self) -> float:
        left = self._ends - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left


def _texts(headers: Iterable[tuple[bytes, bytes]]) -> tuple[tuple[str, str], ...]:
    return tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in headers)


def _short(text: str) -> str:
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}… ({len(text)} bytes)"
