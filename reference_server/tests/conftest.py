"""One exchange for the tests that do not harm it; others start their own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from reference_server.tests.exchange_process import ExchangeProcess
from reference_server.tests.trader import Market


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ExchangeProcess]:
    exchange = ExchangeProcess(tmp_path_factory.mktemp("exchange") / "state").start()
    yield exchange
    code = exchange.end()
    assert code == 0, (code, exchange.log()[-4_000:])
    assert "traceback" not in exchange.log(), exchange.log()[-4_000:]


@pytest.fixture(scope="session")
def market(served: ExchangeProcess) -> Iterator[Market]:
    market = Market(served.api, served.id, served.directory)
    yield market
    market.close()


@pytest.fixture
def own_exchange(tmp_path: Path) -> Iterator[ExchangeProcess]:
    """An exchange that the test may kill, started."""
    exchange = ExchangeProcess(tmp_path / "state").start()
    yield exchange
    if exchange.process is not None:
        exchange.end()


@pytest.fixture
def own_market(own_exchange: ExchangeProcess) -> Iterator[Market]:
    """Participants of that exchange."""
    market = Market(own_exchange.api, own_exchange.id, own_exchange.directory)
    yield market
    market.close()
