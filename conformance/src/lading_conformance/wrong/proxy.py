"""A reverse proxy that hands every request to a real exchange, and every answer to one function that may spoil it."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from typing import Final

import httpx

from lading_conformance.wrong import tunnel

_HOP_BY_HOP: Final = frozenset({"connection", "keep-alive", "transfer-encoding", "content-length"})
_LOOPBACK: Final = "127.0.0.1"


@dataclass(frozen=True)
class Request:
    """What came in. `headers` have lower-case names."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Reply:
    """What goes out."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    more: tuple[tuple[str, str], ...] = ()
    """Fields that stand there besides the headers, also under a name that these have."""
    waits: float = 0.0
    """For how many seconds nothing is answered."""
    pace: float = 0.0
    """How many seconds lie between the bytes of the body."""
    cut: int | None = None
    """After how many bytes of the body, which is announced in full, the connection is closed; -1: before all."""


class Wrong:
    """An exchange that breaks no promise. Subclasses break one."""

    def spoil(self, request: Request, reply: Reply) -> Reply:
        """Return what goes out instead of the real exchange's `reply`."""
        del request
        return reply


class _Server(ThreadingHTTPServer):
    request_queue_size = 128
    """Cases come with more connections at one moment than the five that would wait without this."""


class Proxy:
    """A running proxy."""

    def __init__(self, server: ThreadingHTTPServer, thread: threading.Thread) -> None:
        self._thread = thread
        self.url = f"http://{_LOOPBACK}:{server.server_address[1]}"

    def wait(self) -> None:
        """Return when the proxy is stopped or the process interrupted."""
        try:
            self._thread.join()
        except KeyboardInterrupt:
            return


@contextmanager
def serving(wrong: Wrong, upstream: str, port: int = 0) -> Iterator[Proxy]:
    """Serve `wrong` in front of `upstream` on a port of the loopback address; 0 takes a free one."""
    with httpx.Client(base_url=upstream, trust_env=False, timeout=60) as client:
        server = _Server((_LOOPBACK, port), type("Handler", (_Handler,), {"wrong": wrong, "client": client}))
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield Proxy(server, thread)
        finally:
            server.shutdown()
            server.server_close()
            thread.join()


class _Handler(BaseHTTPRequestHandler):
    """Answers one connection."""

    wrong: Wrong
    client: httpx.Client

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def handle_one_request(self) -> None:
        """Answer the next request; what is no plain one goes to the real exchange as it is."""
        head, stream = tunnel.head_of(self.rfile), self.rfile
        if not head or not tunnel.is_plain(head):
            self.close_connection = True
            if head:
                tunnel.pass_on(head, stream, self.connection, _address(self.client))
            return
        self.raw_requestline, _, fields = head.partition(b"\n")
        self.raw_requestline += b"\n"
        self.rfile = BytesIO(fields)
        understood = self.parse_request()
        self.rfile = stream
        try:
            if understood:
                self.path = self.requestline.split(" ")[1]  # as it was sent
                self.answer()
            self.wfile.flush()
        except ConnectionError:
            self.close_connection = True

    def answer(self) -> None:
        """Hand the request on, and the spoilt answer back."""
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        if len(body) < length:
            self.close_connection = True
            return
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request(self.command, self.path, headers, body)
        self.send(self.wrong.spoil(request, _forward(self.client, request)))

    def send(self, reply: Reply) -> None:
        """Write an answer, or as much of it as it says."""
        time.sleep(reply.waits)
        if reply.cut == -1:
            self.close_connection = True
            return
        self.send_response_only(reply.status)
        for name, value in (*reply.headers.items(), *reply.more):
            self.send_header(name, value)
        if self.command != "HEAD":
            self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.write(reply)

    def write(self, reply: Reply) -> None:
        """Write the body."""
        body = reply.body if reply.cut is None else reply.body[: reply.cut]
        pieces = [body[at : at + 1] for at in range(len(body))] if reply.pace else [body]
        for piece in pieces:
            self.wfile.write(piece)
            if reply.pace:
                self.wfile.flush()
                time.sleep(reply.pace)
        self.close_connection = self.close_connection or reply.cut is not None

    def finish(self) -> None:
        """Close the connection, also where the client has closed it before."""
        with suppress(ConnectionError):
            super().finish()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def _address(client: httpx.Client) -> tuple[str, int]:
    return client.base_url.host, client.base_url.port or 80


def _forward(client: httpx.Client, request: Request) -> Reply:
    headers = {name: value for name, value in request.headers.items() if name not in _HOP_BY_HOP}
    url = str(client.base_url).rstrip("/") + request.path
    sent = client.build_request(request.method, url, headers=headers, content=request.body or None)
    answer = client.send(sent)
    kept = {name: value for name, value in answer.headers.items() if name.lower() not in _HOP_BY_HOP}
    return Reply(answer.status_code, kept, answer.content)
