"""Bytes on a socket, and whatever comes back: for requests that no HTTP client would send."""

import json
import socket
from dataclasses import dataclass
from typing import Any

from reference_server.tests.exchange_process import ExchangeProcess
from reference_server.tests.trader import OCTETS, Trader


@dataclass(frozen=True)
class Reply:
    """An answer as it was on the wire; `status` 0 where the connection was closed without one."""

    status: int
    head: str
    body: bytes

    @property
    def problem(self) -> dict[str, Any]:
        """The problem object, which the answer must be."""
        assert "content-type: application/problem+json" in self.head.lower(), (self.head, self.body)
        members = json.loads(self.body)
        assert members["status"] == self.status
        return dict(members)

    @property
    def code(self) -> str:
        """The problem's code."""
        return str(self.problem["code"])


def exchange_bytes(
    exchange: ExchangeProcess, *pieces: bytes, half_close: bool = False, timeout: float = 20
) -> Reply:
    """Send the pieces, read one answer to its end."""
    with socket.create_connection(("127.0.0.1", exchange.port), timeout=timeout) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            for piece in pieces:
                connection.sendall(piece)
            if half_close:
                connection.shutdown(socket.SHUT_WR)
        except (BrokenPipeError, ConnectionResetError):
            pass
        return read_reply(connection)


def read_reply(connection: socket.socket) -> Reply:
    """One answer with a Content-Length."""
    data = b""
    while b"\r\n\r\n" not in data:
        try:
            piece = connection.recv(65_536)
        except ConnectionResetError:
            piece = b""
        if not piece:
            return Reply(0, data.decode("latin-1"), b"")
        data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    text = head.decode("latin-1")
    if text.startswith("HTTP/1.1 100"):
        return read_reply(connection)
    length = next(
        (
            int(v)
            for n, _, v in (line.partition(":") for line in text.split("\r\n"))
            if n.lower() == "content-length"
        ),
        0,
    )
    while len(body) < length and (piece := connection.recv(65_536)):
        body += piece
    return Reply(int(text.split(" ", 2)[1]), text, body)


def head(line: str, *fields: str, host: str = "127.0.0.1") -> bytes:
    """A request's head."""
    return "\r\n".join((line, f"Host: {host}", *fields, "", "")).encode("latin-1")


def beginning(exchange: ExchangeProcess, trader: Trader, path: str, body: bytes) -> socket.socket:
    """A signed upload whose body the caller sends."""
    fields = [f"{name}: {value}" for name, value in trader.headers("PUT", path, body).items()]
    fields += [f"Content-Type: {OCTETS}", f"Content-Length: {len(body)}"]
    connection = socket.create_connection(("127.0.0.1", exchange.port), timeout=20)
    connection.sendall(head(f"PUT {path} HTTP/1.1", *fields, host=f"127.0.0.1:{exchange.port}"))
    return connection
