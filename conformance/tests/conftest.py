"""The exchanges that the tests run against, each started once."""

from collections.abc import Iterator

import pytest

from conformance.tests.running import RunningExchange, free_port, serving


@pytest.fixture(scope="session")
def exchange(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningExchange]:
    """The reference server, reached as it calls itself."""
    port = free_port()
    with serving(tmp_path_factory.mktemp("exchange"), port, port) as running:
        yield running


@pytest.fixture(scope="session")
def proxied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningExchange]:
    """The reference server behind an address at which a test puts a proxy."""
    with serving(tmp_path_factory.mktemp("proxied"), free_port(), free_port()) as running:
        yield running
