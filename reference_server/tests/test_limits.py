"""Bounds that take long to reach: idle connections, callers that stop reading, senders that stop sending."""

import os
import resource
import socket
import time

import pytest

from reference_server.tests.exchange_process import ExchangeProcess
from reference_server.tests.trader import Content, Market
from reference_server.tests.wire_client import exchange_bytes, head, read_reply

pytestmark = pytest.mark.soak


def test_a_slow_head_is_cut_off(served: ExchangeProcess) -> None:
    begun = time.monotonic()
    reply = exchange_bytes(served, b"GET /listings HTTP/1.1\r\nX: ", timeout=40)
    assert reply.status == 0
    assert 10 < time.monotonic() - begun < 30


def test_a_body_that_stalls_is_refused(served: ExchangeProcess) -> None:
    fields = ("Content-Type: application/lading+jws", "Content-Length: 100")
    begun = time.monotonic()
    reply = exchange_bytes(served, head("POST /statements HTTP/1.1", *fields) + b"half", timeout=60)
    assert reply.code == "bad-request"
    assert 25 < time.monotonic() - begun < 45


def test_a_body_that_drips_is_refused(served: ExchangeProcess) -> None:
    fields = ("Content-Type: application/lading+jws", "Content-Length: 100")
    with socket.create_connection(("127.0.0.1", served.port), timeout=60) as connection:
        connection.sendall(head("POST /statements HTTP/1.1", *fields))
        connection.settimeout(20)
        for _ in range(8):
            connection.sendall(b"x")
            try:
                assert connection.recv(1, socket.MSG_PEEK)
                break
            except TimeoutError:
                continue
        assert read_reply(connection).code == "bad-request"


def test_an_upload_that_crawls_is_refused_and_its_chunks_count(
    served: ExchangeProcess, market: Market
) -> None:
    content = Content(os.urandom(40 * 65_536))
    contract = market.contract(market.listing())
    ticket = content.delivery(market.provider, contract)
    prefix = market.provider.open_upload(ticket).json()["content"]
    market.provider.put(f"{prefix}/manifest", content.manifest)
    path = f"{prefix}/chunks/0"
    fields = [
        f"{name}: {value}" for name, value in market.provider.headers("PUT", path, content.data).items()
    ]
    fields += ["Content-Type: application/octet-stream", f"Content-Length: {len(content.data)}"]
    with socket.create_connection(("127.0.0.1", served.port), timeout=60) as connection:
        connection.sendall(head(f"PUT {path} HTTP/1.1", *fields, host=f"127.0.0.1:{served.port}"))
        connection.sendall(content.data[:65_537])
        connection.settimeout(2)
        for second in range(60):
            try:
                assert connection.recv(1, socket.MSG_PEEK)
                break
            except TimeoutError:
                connection.sendall(content.data[65_537 + second : 65_538 + second])
        assert read_reply(connection).code == "bad-request"
    assert market.provider.head_request(f"{prefix}/chunks").headers["lading-chunks-held"] == "1"


def test_a_download_that_nobody_reads_is_given_up(served: ExchangeProcess, market: Market) -> None:
    content = Content(os.urandom(32 * 1024 * 1024), 1 << 20)
    contract = market.contract(market.listing())
    market.delivered(contract, content)
    path = f"/content/{contract}/1/{content.root}/chunks"
    fields = [f"{name}: {value}" for name, value in market.consumer.headers("GET", path).items()]
    with socket.create_connection(("127.0.0.1", served.port), timeout=60) as connection:
        connection.sendall(head(f"GET {path} HTTP/1.1", *fields, host=f"127.0.0.1:{served.port}"))
        time.sleep(40)
        received = 0
        try:
            while piece := connection.recv(1 << 20):
                received += len(piece)
        except ConnectionResetError:
            pass
    assert 0 < received < len(content.data)


def test_too_many_connections_are_told_so(own_exchange: ExchangeProcess) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 4_096), hard))
    connections: list[socket.socket] = []
    try:
        connections += [socket.create_connection(("127.0.0.1", own_exchange.port)) for _ in range(1_024)]
        time.sleep(0.5)
        assert exchange_bytes(own_exchange, b"").code == "busy"
        for connection in connections[:10]:
            connection.close()
        time.sleep(0.5)
        assert exchange_bytes(own_exchange, head("GET /listings HTTP/1.1")).status == 200
    finally:
        for connection in connections:
            connection.close()
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
