"""Connections that want to be kept: queues of requests, endless framing, answers that nobody takes."""

import asyncio
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import uvicorn

from lading_server import wire
from reference_server.tests.exchange_process import ExchangeProcess
from reference_server.tests.wire_client import Reply, head, read_reply

STATEMENT = "Content-Type: application/lading+jws"
CHUNKED = head("POST /statements HTTP/1.1", STATEMENT, "Transfer-Encoding: chunked")
MIB = 1 << 20


def flood(exchange: ExchangeProcess, opening: bytes, piece: bytes, most: int) -> int:
    """Send an opening and then the same piece until the exchange hangs up; how many bytes it took."""
    sent = 0
    with socket.create_connection(("127.0.0.1", exchange.port), timeout=10) as connection:
        connection.sendall(opening)
        try:
            while sent < most:
                connection.sendall(piece)
                sent += len(piece)
        except (BrokenPipeError, ConnectionResetError):
            pass
    return sent


def memory(exchange: ExchangeProcess) -> int:
    """Resident bytes of the exchange's process."""
    assert exchange.process is not None
    lines = Path(f"/proc/{exchange.process.pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmRSS"))


@pytest.mark.parametrize(
    ("opening", "piece"),
    [
        (CHUNKED + b"1\r\na\r\n0\r\n", b"X-Trailer: " + b"v" * 1000 + b"\r\n"),
        (CHUNKED + b"1\r\na\r\n0\r\n", b"n" * 1000),
        (CHUNKED + b"1;", b"e" * 1000),
        (CHUNKED + b"1;a=", b"e" * 1000),
    ],
    ids=["trailers", "a trailer's name", "a chunk's extension", "a chunk extension's value"],
)
def test_framing_without_end_is_cut_off(served: ExchangeProcess, opening: bytes, piece: bytes) -> None:
    before = memory(served)
    assert flood(served, opening, piece * 1000, 64 * MIB) < 32 * MIB
    assert memory(served) - before < 16 * MIB


def test_a_trailer_is_refused(served: ExchangeProcess) -> None:
    with socket.create_connection(("127.0.0.1", served.port), timeout=20) as connection:
        connection.sendall(CHUNKED + b"1\r\na\r\n0\r\nContent-Digest: x\r\n\r\n")
        assert read_reply(connection).code == "bad-request"


def test_a_body_in_tiny_chunks_is_taken(served: ExchangeProcess) -> None:
    with socket.create_connection(("127.0.0.1", served.port), timeout=20) as connection:
        connection.sendall(CHUNKED + b"1\r\na\r\n" * 20_000 + b"0\r\n\r\n")
        assert read_reply(connection).code == "malformed-envelope"


def test_a_queue_of_requests_behind_a_long_poll_is_cut_off(served: ExchangeProcess) -> None:
    """Without a bound, each of a hundred thousand small requests would be an object that waits."""
    before, start = memory(served), time.monotonic()
    waiting = head("GET /events?after=1000000&wait=30 HTTP/1.1")
    for _ in range(4):
        with socket.create_connection(("127.0.0.1", served.port), timeout=20) as connection:
            connection.sendall(waiting)
            time.sleep(0.1)
            connection.sendall(b"GET / HTTP/1.1\r\n\r\n" * 10_000)
            reply: Reply = read_reply(connection)
            assert reply.status in (0, 400)
    assert time.monotonic() - start < 10
    assert memory(served) - before < 16 * MIB


async def answer_ten_mebibytes(scope: uvicorn._types.Scope, receive: object, send: object) -> None:
    """An application that answers at once, whatever comes."""
    if scope["type"] != "http":
        return
    await send({"type": "http.response.start", "status": 200, "headers": []})  # type: ignore[operator]
    await send({"type": "http.response.body", "body": b"a" * 10 * MIB})  # type: ignore[operator]


@contextmanager
def watched(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[int, uvicorn.Server]]:
    """A server whose connections are looked at several times a second: its port, and itself."""
    monkeypatch.setattr(wire, "WATCH_SECONDS", 0.2)
    options = wire.options() | {"lifespan": "off"}
    server = uvicorn.Server(uvicorn.Config(answer_ten_mebibytes, **options))
    sock = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=lambda: asyncio.run(server.serve([sock])))
    thread.start()
    try:
        yield sock.getsockname()[1], server
    finally:
        server.should_exit = True
        thread.join()


def is_cut(server: uvicorn.Server, seconds: float) -> bool:
    """Whether the server has no connection any more, within so many seconds."""
    end = time.monotonic() + seconds
    while server.server_state.connections and time.monotonic() < end:
        time.sleep(0.05)
    return not server.server_state.connections


def asking(port: int, receive_buffer: int | None = None) -> socket.socket:
    """A connection that has asked for ten mebibytes."""
    connection = socket.socket()
    if receive_buffer is not None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    connection.settimeout(10)
    connection.connect(("127.0.0.1", port))
    connection.sendall(head("POST /anything HTTP/1.1", "Content-Length: 1000"))
    return connection


def test_an_answer_that_nobody_takes_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    with watched(monkeypatch) as (port, server), asking(port, 4096):
        time.sleep(0.1)
        assert server.server_state.connections
        assert is_cut(server, 5)


def test_an_answer_that_is_taken_slowly_arrives(monkeypatch: pytest.MonkeyPatch) -> None:
    with watched(monkeypatch) as (port, _), asking(port) as connection:
        taken = 0
        while taken < 10 * MIB:
            piece = connection.recv(MIB)
            assert piece
            taken += len(piece)
            time.sleep(0.02)


def test_a_body_that_stops_after_its_answer_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    with watched(monkeypatch) as (port, server), asking(port) as connection:
        taken = 0
        while taken < 10 * MIB:
            taken += len(connection.recv(MIB))
        connection.sendall(b"a")
        assert is_cut(server, 5)
