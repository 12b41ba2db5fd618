"""Subjects that are no exchange at all: the run ends soon, with a clear report and no exit code 0."""

import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from conformance.tests.running import free_port
from lading_conformance import runner
from lading_conformance.cases import index
from lading_conformance.drivers.answers import NoAnswer
from lading_conformance.drivers.http import Bounds, Http
from lading_conformance.drivers.subject import Subject
from lading_conformance.report.model import Report

SECONDS = 0.5
SUBJECT = Subject(request_timeout_seconds=SECONDS)


@contextmanager
def tcp_server(talk: Callable[[socket.socket], None]) -> Iterator[str]:
    """Let `talk` answer every connection, each in a thread."""
    listener = socket.create_server(("127.0.0.1", 0))
    stopped = threading.Event()

    def answer(connection: socket.socket) -> None:
        with connection:
            try:
                talk(connection)
            except OSError:
                return

    def accept() -> None:
        while not stopped.is_set():
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=answer, args=(connection,), daemon=True).start()

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        stopped.set()
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()


def says_nothing(connection: socket.socket) -> None:
    time.sleep(5)


def says_garbage(connection: socket.socket) -> None:
    connection.recv(65_536)
    connection.sendall(bytes(range(256)) * 10)


def breaks_off(connection: socket.socket) -> None:
    connection.recv(65_536)
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")


def drips_its_head(connection: socket.socket) -> None:
    connection.recv(65_536)
    connection.sendall(b"HTTP/1.1 200 OK\r\n")
    for number in range(100):
        connection.sendall(f"X-{number}: 1\r\n".encode())
        time.sleep(SECONDS / 4)


def never_ends(connection: socket.socket) -> None:
    connection.recv(65_536)
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n")
    while True:
        connection.sendall(bytes(65_536))


def answers_nonsense(connection: socket.socket) -> None:
    while connection.recv(65_536):
        body = b'{"id": 7, "log": [], "statement": {"a": []}}'
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        connection.sendall(head.encode() + body)


def run(url: str) -> Report:
    begun = time.monotonic()
    report = runner.run(url, SUBJECT, runner.Plan(index.CASES, seed=1))
    assert time.monotonic() - begun < 10
    return report


def assert_is_failed_clearly(report: Report) -> None:
    assert runner.exit_code(report) == 1
    verdicts = {case.name: case.verdict for case in report.cases}
    assert verdicts.pop("log_exchange") == "fail"
    assert set(verdicts.values()) <= {"fail", "blocked", "not claimed"}
    assert all(case.reason for case in report.cases if case.verdict == "blocked")
    assert any("case log_exchange tells more" in str(case.reason) for case in report.cases)


@pytest.mark.parametrize(
    "talk", [says_nothing, says_garbage, breaks_off, drips_its_head, never_ends, answers_nonsense]
)
def test_a_server_that_is_no_exchange(talk: Callable[[socket.socket], None]) -> None:
    with tcp_server(talk) as url:
        assert_is_failed_clearly(run(url))


def test_nobody_listens() -> None:
    report = run(f"http://127.0.0.1:{free_port()}")
    assert_is_failed_clearly(report)
    assert "no HTTP answer" in str(report.cases[0].checks[0].detail)


def test_a_plain_file_server(tmp_path: Path) -> None:
    port = free_port()
    command = [
        sys.executable,
        "-m",
        "http.server",
        str(port),
        "--bind",
        "127.0.0.1",
        "--directory",
        str(tmp_path),
    ]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for(port)
        report = run(f"http://127.0.0.1:{port}")
    finally:
        process.terminate()
        process.wait(timeout=30)
    assert_is_failed_clearly(report)
    assert report.cases[0].checks[0].detail == "status 404 instead of 200"


def test_a_body_is_bounded_also_when_it_is_packed() -> None:
    import gzip

    packed = gzip.compress(bytes(2**22))

    def sends_a_bomb(connection: socket.socket) -> None:
        connection.recv(65_536)
        head = f"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {len(packed)}\r\n\r\n"
        connection.sendall(head.encode() + packed)

    with tcp_server(sends_a_bomb) as url, Http(url, Bounds(5, 2**20)) as http, pytest.raises(NoAnswer):
        http.request("GET", "/")


def wait_for(port: int) -> None:
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError(f"nothing listens on {port}")
