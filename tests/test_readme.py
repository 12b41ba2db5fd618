"""The README's Python is a trade that works: run as written, against an exchange in a process of its own."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

import lading
from lading_server import operate
from reference_server.tests.exchange_process import ExchangeProcess
from tests.readme import blocks

ROADS = b"sensor,vehicles\n" + b"".join(b"A%d,%d\n" % (number, number * 7) for number in range(20_000))
PATIENCE_SECONDS = 60


@pytest.fixture
def market(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ExchangeProcess]:
    """A served exchange that has admitted acme and buyer, each with a folder to work in."""
    monkeypatch.setenv("LADING_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LADING_PASSPHRASE", "correct horse battery staple")
    exchange = ExchangeProcess(tmp_path / "exchange").start()
    for name in ("acme", "buyer"):
        (tmp_path / name).mkdir()
        identity = lading.Identity.create(
            name, legal_name=name.title(), jurisdiction="DE", next_key=tmp_path / f"{name}.next"
        )
        with lading.connect(exchange.api, identity):
            operate.admit(exchange.directory, str(identity.id))
    (tmp_path / "acme/roads.csv").write_bytes(ROADS)
    (tmp_path / "buyer/trust.policy").write_text(operate.policy(exchange.directory), encoding="utf-8")
    yield exchange
    exchange.end()


def _start(block: str, url: str, folder: Path) -> subprocess.Popen[str]:
    """Run a block as a program of its own that knows the exchange's address."""
    source = f"url = {url!r}\n{block}"
    command = [sys.executable, "-W", "error", "-c", source]
    return subprocess.Popen(
        command, cwd=folder, env=os.environ, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


def _finish(block: str, url: str, folder: Path) -> str:
    """Run a block to its end; what it printed."""
    with _start(block, url, folder) as process:
        out, errors = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 0, errors
    return out


def _wait_until_listed(url: str) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    with lading.connect(url) as exchange:
        while not list(exchange.search("road sensors")):
            assert time.monotonic() < until, "nothing was listed"
            time.sleep(0.1)


def test_provider_consumer_and_auditor_of_the_readme_trade_and_agree(
    market: ExchangeProcess, tmp_path: Path
) -> None:
    provide, consume, audit = blocks("README.md", "python")
    with _start(provide, market.api, tmp_path / "acme") as provider:
        try:
            _wait_until_listed(market.api)
            _finish(consume, market.api, tmp_path / "buyer")
            assert provider.poll() is None, provider.communicate()[1]
        finally:
            provider.kill()
    assert (tmp_path / "buyer/roads.csv").read_bytes() == ROADS
    assert _finish(audit, market.api, tmp_path / "buyer").startswith("VALID: ")
