"""The drivers below HTTP's rules: exact bytes, and requests at one moment."""

import socket
import threading
import time
from collections.abc import Callable
from functools import partial

import pytest

from conformance.tests.running import RunningExchange
from conformance.tests.test_hostile_subjects import (
    breaks_off,
    drips_its_head,
    never_ends,
    says_garbage,
    says_nothing,
    tcp_server,
)
from lading_conformance.drivers import raw
from lading_conformance.drivers.answers import Closed, NoAnswer
from lading_conformance.drivers.http import Bounds, Exchanged, Http, together
from lading_conformance.report import gather, redact

BOUNDS = Bounds(0.5, 2**20)
GET = b"GET /log/checkpoint HTTP/1.1\r\nHost: localhost\r\n\r\n"


def answering(*answers: bytes) -> Callable[[socket.socket], None]:
    def talk(connection: socket.socket) -> None:
        connection.recv(65_536)
        for answer in answers:
            connection.sendall(answer)
            time.sleep(0.02)

    return talk


def heard(talk: Callable[[socket.socket], None], *parts: bytes, answers: int = 1) -> raw.Heard:
    with tcp_server(talk) as url, Http(url, BOUNDS) as http:
        return raw.send(http, *(parts or (GET,)), answers=answers)


def test_what_is_sent_arrives_as_it_is() -> None:
    arrived = bytearray()

    def listens(connection: socket.socket) -> None:
        while data := connection.recv(65_536):
            arrived.extend(data)
        connection.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")

    odd = b"GET / HTTP/1.1\r\nHost: a\r\nHost : b\r\n\x00\r\n\r\n"
    with tcp_server(listens) as url, Http(url, BOUNDS) as http:
        answer = raw.send(http, odd, b"tail", finish=True, pause=0.05).answer
    assert bytes(arrived) == odd + b"tail"
    assert (answer.status, answer.body) == (400, b"")


def test_what_happens_between_the_parts_costs_the_subject_no_time() -> None:
    happened = []

    def listens(connection: socket.socket) -> None:
        happened.append(connection.recv(65_536))
        happened.append(connection.recv(65_536))
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

    def meanwhile() -> None:
        time.sleep(1.5 * BOUNDS.seconds)
        happened.append(b"meanwhile")

    with tcp_server(listens) as url, Http(url, BOUNDS) as http:
        answer = raw.send(http, b"one", b"two", between=meanwhile).answer
    assert answer.status == 200
    assert happened == [b"one", b"meanwhile", b"two"]


def test_chunks_interim_answers_and_a_body_until_the_end_are_read() -> None:
    chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
    found = heard(
        answering(b"HTTP/1.1 100 Continue\r\n\r\n", chunked, b"HTTP/1.0 404 No\r\n\r\nrest"), answers=3
    )
    assert [(answer.status, answer.body) for answer in found.answers] == [(200, b"abc"), (404, b"rest")]
    assert (found.interim, found.closed) == ([100], True)


def test_two_answers_that_come_at_once_are_two() -> None:
    one = b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n"
    found = heard(answering(one + b"a" + one + b"b"), GET + GET, answers=2)
    assert [answer.body for answer in found.answers] == [b"a", b"b"]


def test_the_answer_to_head_has_no_body() -> None:
    head = b"HEAD / HTTP/1.1\r\nHost: a\r\n\r\n"
    assert heard(answering(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n"), head).answer.status == 200


@pytest.mark.parametrize("talk", [says_nothing, says_garbage, breaks_off, drips_its_head, never_ends])
def test_what_is_no_answer_is_none(talk: Callable[[socket.socket], None]) -> None:
    begun = time.monotonic()
    with pytest.raises(NoAnswer):
        heard(talk)
    assert time.monotonic() - begun < 2


def test_a_closed_connection_is_told_from_silence() -> None:
    with pytest.raises(Closed):
        heard(answering())
    with pytest.raises(NoAnswer) as silence:
        heard(says_nothing)
    assert not isinstance(silence.value, Closed)


def test_what_is_sent_is_reported_without_its_secrets() -> None:
    seen: list[Exchanged] = []
    odd = b"GET /a HTTP/1.1\r\nSignature: lading=:c2Vj:\r\n continued\r\nHost\r\n\r\nbody"
    with tcp_server(answering()) as url, Http(url, BOUNDS) as http:
        http.observer = seen.append
        with pytest.raises(Closed):
            raw.send(http, odd)
    shown = gather.message(seen[0], redact.Shield(seen))
    assert (shown.method, shown.path, shown.request_body) == ("GET", "/a HTTP/1.1", "body")
    assert shown.request_headers == {"signature": "(redacted)", "host": ""}
    assert "closed" in str(shown.fault)


def test_an_exchange_answers_to_bytes(exchange: RunningExchange) -> None:
    with Http(exchange.api) as http:
        assert raw.send(http, GET).answer.status == 200


def test_calls_start_at_one_moment_and_keep_their_order() -> None:
    barrier = threading.Barrier(8, timeout=5)

    def call(number: int) -> int:
        barrier.wait()
        return number

    assert together([partial(call, number) for number in range(8)]) == list(range(8))


def test_ten_requests_go_out_from_ten_threads(exchange: RunningExchange) -> None:
    with Http(exchange.api) as http:
        answers = together([lambda: http.request("GET", "/.well-known/lading")] * 10)
    assert {answer.status for answer in answers} == {200}


def test_the_first_fault_among_calls_is_raised() -> None:
    def fails() -> int:
        raise NoAnswer("silence")

    with pytest.raises(NoAnswer):
        together([fails, lambda: 1])
