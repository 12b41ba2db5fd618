"""A terminal, a home of one's own, and a real exchange."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from reference_server.tests.exchange_process import ExchangeProcess
from sdk.tests.cli.command import Terminal


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("LADING_IDENTITY", "LADING_EXCHANGE", "LADING_DEBUG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LADING_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LADING_PASSPHRASE", "a passphrase")
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.chdir(tmp_path)
    return tmp_path / "home"


@pytest.fixture
def lading(capsys: pytest.CaptureFixture[str]) -> Terminal:
    return Terminal(capsys)


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ExchangeProcess]:
    exchange = ExchangeProcess(tmp_path_factory.mktemp("exchange") / "state").start()
    yield exchange
    assert exchange.end() == 0
