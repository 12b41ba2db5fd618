"""A reverse proxy that hands every request to a real exchange, and every answer to one function that may spoil it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final

import httpx

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


class Wrong:
    """An exchange that breaks no promise. Subclasses break one."""

    def spoil(self, request: Request, reply: Reply) -> Reply:
        """Return what goes out instead of the real exchange's `reply`."""
        del request
        return reply


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
        server = ThreadingHTTPServer((_LOOPBACK, port), _handler(wrong, client))
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield Proxy(server, thread)
        finally:
            server.shutdown()
            server.server_close()
            thread.join()


def _handler(wrong: Wrong, client: httpx.Client) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        """Answers one connection."""

        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        wbufsize = -1

        def answer(self) -> None:
            """Hand the request on, and the spoilt answer back."""
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            request = Request(self.command, self.path, headers, body)
            reply = wrong.spoil(request, _forward(client, request))
            self.send_response_only(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            if self.command != "HEAD":
                self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(reply.body)

        do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = do_PATCH = do_OPTIONS = answer  # noqa: N815

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    return Handler


def _forward(client: httpx.Client, request: Request) -> Reply:
    headers = {name: value for name, value in request.headers.items() if name not in _HOP_BY_HOP}
    sent = client.build_request(request.method, request.path, headers=headers, content=request.body or None)
    answer = client.send(sent)
    kept = {name: value for name, value in answer.headers.items() if name.lower() not in _HOP_BY_HOP}
    return Reply(answer.status_code, kept, answer.content)
