"""The httpx transports against real sockets that misbehave."""

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from lading.client.config import ClientConfig
from lading.client.transport import AsyncHttpxTransport, HttpxTransport, Request, Response
from lading.errors import LadingError, NotUnderstood, Unreachable

QUICK = ClientConfig(connect_seconds=2, silence_seconds=0.5)
Serve = Callable[[socket.socket], None]


@contextmanager
def server(serve: Serve) -> Iterator[str]:
    """Accepts connections and lets `serve` say what it likes on each; the address."""
    listener = socket.create_server(("127.0.0.1", 0))

    def accept() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                connection.settimeout(5)
                try:
                    serve(connection)
                except OSError:
                    continue

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(timeout=10)


def says(data: bytes) -> Serve:
    def serve(connection: socket.socket) -> None:
        connection.recv(65_536)
        connection.sendall(data)

    return serve


def blocking(url: str, **options: object) -> Response:
    transport = HttpxTransport(url, QUICK)
    try:
        return transport.send(request(url, **options))
    finally:
        transport.close()


def asynchronous(url: str, **options: object) -> Response:
    async def send() -> Response:
        transport = AsyncHttpxTransport(url, QUICK)
        try:
            return await transport.send(request(url, **options))
        finally:
            await transport.close()

    return asyncio.run(send())


def request(url: str, **options: object) -> Request:
    values: dict[str, object] = {"limit": 1000, "seconds": 3.0}
    return Request("GET", f"{url}/x", **(values | options))  # type: ignore[arg-type]


CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
both = pytest.mark.parametrize("send", [blocking, asynchronous])
Send = Callable[..., Response]


@both
def test_an_answer_arrives_with_status_headers_and_body(send: Send) -> None:
    with server(says(b"HTTP/1.1 404 Not Found\r\nX-Thing: 1\r\nContent-Length: 2\r\n\r\nno")) as url:
        assert send(url) == Response(404, {"x-thing": "1", "content-length": "2"}, b"no")


@both
@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2000\r\n\r\n" + b"x" * 2000, NotUnderstood),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
            + b"3e8\r\n"
            + b"x" * 1000
            + b"\r\n1\r\ny\r\n0\r\n\r\n",
            NotUnderstood,
        ),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\nxx", NotUnderstood),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\ncut", Unreachable),
        (CHUNKED + b"5\r\ncu", Unreachable),
        (b"SSH-2.0-OpenSSH\r\n", Unreachable),
        (b"", Unreachable),
        (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 30_000, Unreachable),
    ],
    ids=[
        "too large",
        "too large in pieces",
        "encoded",
        "truncated",
        "truncated piece",
        "no HTTP",
        "nothing",
        "headers",
    ],
)
def test_an_answer_that_is_not_whole_and_bounded_is_an_error(
    send: Send, data: bytes, error: type[LadingError]
) -> None:
    with server(says(data)) as url, pytest.raises(error):
        send(url)


@both
def test_nobody_listening_is_unreachable_and_says_what_to_do(send: Send) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    with pytest.raises(Unreachable) as caught:
        send(url)
    assert "network" in caught.value.hint


@both
def test_silence_ends(send: Send) -> None:
    began = time.monotonic()
    with server(lambda connection: time.sleep(1.5)) as url, pytest.raises(Unreachable):
        send(url)
    assert time.monotonic() - began < 5


@both
def test_an_answer_that_drips_without_end_is_given_up(send: Send) -> None:
    def drip(connection: socket.socket) -> None:
        connection.recv(65_536)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n")
        for _ in range(900):
            connection.sendall(b"x")
            time.sleep(0.02)

    began = time.monotonic()
    with server(drip) as url, pytest.raises(Unreachable, match="took longer than"):
        send(url, seconds=0.5)
    assert time.monotonic() - began < 5


@both
def test_redirects_are_not_followed(send: Send) -> None:
    with server(says(b"HTTP/1.1 307 X\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n")) as url:
        assert send(url).status == 307


@both
def test_a_sink_gets_the_body_and_a_problem_does_not_go_there(send: Send) -> None:
    got: list[bytes] = []
    with server(says(b"HTTP/1.1 206 X\r\nContent-Length: 4\r\n\r\nbody")) as url:
        response = send(url, sink=got.append, sink_status=frozenset({206}))
        assert (response.body, b"".join(got)) == (b"", b"body")
        response = send(url, sink=got.append, sink_status=frozenset({200}))
        assert (response.body, b"".join(got)) == (b"body", b"body")


@both
def test_an_error_answer_to_a_bulk_request_is_bounded_too(send: Send) -> None:
    data = b"HTTP/1.1 500 X\r\nContent-Length: 100000\r\n\r\n" + b"x" * 100_000
    with server(says(data)) as url, pytest.raises(NotUnderstood):
        send(url, sink=lambda piece: None, limit=10**9)


@both
def test_what_is_sent_is_what_was_asked(send: Send) -> None:
    seen: list[bytes] = []

    def keep(connection: socket.socket) -> None:
        data = connection.recv(65_536)
        while not data.endswith(b"a body"):
            data += connection.recv(65_536)
        seen.append(data)
        connection.sendall(b"HTTP/1.1 204 X\r\n\r\n")

    with server(keep) as url:
        send(url, body=b"a body", headers={"Content-Type": "application/lading+jws"})
    head = seen[0].lower()
    assert head.startswith(b"get /x http/1.1\r\n")
    assert b"\r\ncontent-length: 6\r\n" in head
    assert b"\r\naccept-encoding: identity\r\n" in head
    assert b"\r\ncontent-type: application/lading+jws\r\n" in head


def test_a_colon_in_a_path_stays_as_it_is() -> None:
    seen: list[bytes] = []

    def keep(connection: socket.socket) -> None:
        seen.append(connection.recv(65_536))
        connection.sendall(b"HTTP/1.1 204 X\r\n\r\n")

    with server(keep) as url:
        transport = HttpxTransport(url, QUICK)
        transport.send(
            Request("GET", f"{url}/state/sha256:ab?q=road%20sensors&after=-1", limit=10, seconds=3)
        )
        transport.close()
    assert seen[0].startswith(b"GET /state/sha256:ab?q=road%20sensors&after=-1 HTTP/1.1\r\n")


@both
def test_headers_that_drip_without_end_are_given_up(send: Send) -> None:
    def drip(connection: socket.socket) -> None:
        connection.recv(65_536)
        for _ in range(200):
            connection.sendall(b"X")
            time.sleep(0.02)

    began = time.monotonic()
    with server(drip) as url, pytest.raises(Unreachable, match="took longer than"):
        send(url, seconds=0.5)
    assert time.monotonic() - began < 6


def test_a_transport_goes_on_after_it_gave_up() -> None:
    def drip_once(connection: socket.socket) -> None:
        first = not served
        served.append(True)
        connection.recv(65_536)
        if not first:
            connection.sendall(b"HTTP/1.1 204 X\r\n\r\n")
            return
        for _ in range(200):
            connection.sendall(b"X")
            time.sleep(0.02)

    served: list[bool] = []
    with server(drip_once) as url:
        transport = HttpxTransport(url, QUICK)
        with pytest.raises(Unreachable):
            transport.send(request(url, seconds=0.3))
        assert transport.send(request(url)).status == 204
        transport.close()
