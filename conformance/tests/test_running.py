"""The reference server can be killed and started again, and ends with the test."""

from pathlib import Path

from conformance.tests.running import RunningExchange, free_port, serving
from lading_conformance.drivers.answers import NoAnswer
from lading_conformance.drivers.exchange import Exchange
from lading_conformance.drivers.http import Http


def owner(running: RunningExchange) -> str:
    return (running.state / "lock").read_text("ascii")


def well_known(running: RunningExchange) -> bytes | None:
    try:
        with Http(running.api) as http:
            return Exchange(http).well_known().body
    except NoAnswer:
        return None


def test_a_restart_ends_the_process_and_keeps_the_exchange(tmp_path: Path) -> None:
    port = free_port()
    with serving(tmp_path, port, port) as running:
        first, answer = owner(running), well_known(running)
        running.subject.operate("restart")
        second = owner(running)
        running.subject.operate("restart")
        assert len({first, second, owner(running)}) == 3
        assert answer is not None
        assert well_known(running) == answer
    assert well_known(running) is None
