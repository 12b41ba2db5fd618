"""The README's examples are trades that work: run as written, against an exchange in a process of its own."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import lading
from lading_server import operate
from reference_server.tests.exchange_process import ExchangeProcess
from tests.readme import blocks

ROADS = b"sensor,vehicles\n" + b"".join(b"A%d,%d\n" % (number, number * 7) for number in range(20_000))
PATIENCE_SECONDS = 60


@pytest.fixture
def exchange(tmp_path: Path) -> Iterator[ExchangeProcess]:
    """A served exchange; beside it a folder each for acme, who has the file, and for buyer."""
    served = ExchangeProcess(tmp_path / "exchange").start()
    for name in ("acme", "buyer"):
        (tmp_path / name).mkdir()
    (tmp_path / "acme/roads.csv").write_bytes(ROADS)
    (tmp_path / "buyer/trust.policy").write_text(operate.policy(served.directory), encoding="utf-8")
    yield served
    served.end()


def _environment(folder: Path, **more: str) -> dict[str, str]:
    """What a person's programs see: an own home, and the commands of this environment."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    own = {"LADING_HOME": str(folder / "home"), "LADING_PASSPHRASE": "correct horse battery staple"}
    return {**os.environ, "PATH": path, **own, **more}


def _wait_for(question: Callable[[], list[str]]) -> str:
    """The first answer to a question, asked until there is one."""
    until = time.monotonic() + PATIENCE_SECONDS
    while not (found := question()):
        assert time.monotonic() < until, "it never came"
        time.sleep(0.1)
    return found[0]


def _start(source: str, folder: Path) -> subprocess.Popen[str]:
    """Run Python as a program of its own."""
    command = [sys.executable, "-W", "error", "-c", source]
    pipe = subprocess.PIPE
    return subprocess.Popen(
        command, cwd=folder, env=_environment(folder), text=True, stdout=pipe, stderr=pipe
    )


def _finish(source: str, folder: Path) -> str:
    """Run Python to its end; what it printed."""
    with _start(source, folder) as process:
        return _ended(process)


def _ended(process: subprocess.Popen[str]) -> str:
    """What a program printed, which has to end well, and soon."""
    out, errors = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 0, out + errors
    return out


def _join(exchange: ExchangeProcess, folder: Path) -> None:
    """Make an identity named like its folder, registered and admitted."""
    passphrase = _environment(folder)["LADING_PASSPHRASE"]
    identity = lading.Identity.create(
        folder.name,
        legal_name=folder.name.title(),
        jurisdiction="DE",
        next_key=folder / "next-key.txt",
        passphrase=passphrase,
        directory=folder / "home",
    )
    with lading.connect(exchange.api, identity):
        operate.admit(exchange.directory, str(identity.id))


def test_provider_consumer_and_auditor_in_python_trade_and_agree(
    exchange: ExchangeProcess, tmp_path: Path
) -> None:
    acme, buyer = tmp_path / "acme", tmp_path / "buyer"
    _join(exchange, acme)
    _join(exchange, buyer)
    url = f"url = {exchange.api!r}\n"
    provide, consume, audit = blocks("README.md", "python")
    with _start(url + provide, acme) as provider, lading.connect(exchange.api) as public:
        try:
            _wait_for(lambda: [listing.id for listing in public.search("road sensors")])
            _finish(url + consume, buyer)
            assert provider.poll() is None, provider.communicate()[1]
        finally:
            provider.kill()
    assert (buyer / "roads.csv").read_bytes() == ROADS
    assert _finish(audit, buyer).startswith("VALID: ")


class Shell:
    """Somebody at a prompt, who has an own folder and knows the exchange's address."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder = folder
        self.environment = _environment(folder, EXCHANGE=url)

    def start(self, block: str, **known: str) -> subprocess.Popen[str]:
        """Enter the lines of a block that follow a prompt, and do not wait."""
        lines = [line.removeprefix("$ ") for line in block.splitlines() if line.startswith("$ ")]
        command, seen, pipe = ["sh", "-e", "-c", "\n".join(lines)], self.environment | known, subprocess.PIPE
        return subprocess.Popen(command, cwd=self.folder, env=seen, text=True, stdout=pipe, stderr=pipe)

    def run(self, block: str, **known: str) -> str:
        """Enter the lines of a block that follow a prompt, to the end; what they printed."""
        with self.start(block, **known) as entered:
            return _ended(entered)


def _operator(exchange: ExchangeProcess, shell: Shell, name: str) -> None:
    """Admit an identity as soon as it has registered."""

    def registered() -> list[str]:
        home = shell.folder / "home"
        try:
            identity = lading.Identity.load(name, shell.environment["LADING_PASSPHRASE"], directory=home)
        except lading.IdentityNotFound:
            return []
        return [] if identity.id is None else [identity.id]

    operate.admit(exchange.directory, _wait_for(registered))


def test_provider_consumer_and_auditor_at_the_prompt_trade_and_agree(
    exchange: ExchangeProcess, tmp_path: Path
) -> None:
    acme, buyer = (Shell(tmp_path / name, exchange.api) for name in ("acme", "buyer"))
    publish, accept, deliver, receive, verify = _trade_at_the_prompt()
    with acme.start(publish) as publishing:
        _operator(exchange, acme, "acme")
        _ended(publishing)
    _join(exchange, buyer.folder)
    listing = json.loads(buyer.run("$ lading search road sensors --json"))["listings"][0]["id"]
    buyer.run(accept, LISTING=listing)
    contract = json.loads(acme.run("$ lading contracts --json"))["id"]
    acme.run(deliver, CONTRACT=contract)
    buyer.run(receive, CONTRACT=contract)
    assert (buyer.folder / "roads.csv").read_bytes() == ROADS
    assert buyer.run(verify).startswith("VALID: ")


def _trade_at_the_prompt() -> list[str]:
    """The blocks of the README's trade, which begins where an identity is made."""
    found = blocks("README.md", "console")
    (first,) = (number for number, block in enumerate(found) if "identity create" in block)
    return found[first : first + 5]
