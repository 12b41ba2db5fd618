"""A real exchange process with a provider that may list, for as long as a block runs."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from benchmarks import samples
from lading.keys.signer import Ed25519Signer
from lading_server import operate


@dataclass(frozen=True)
class Member:
    """An admitted participant."""

    id: str
    signer: Ed25519Signer


@dataclass(frozen=True)
class Exchange:
    """A running exchange: its state directory, address and id."""

    directory: Path
    api: str
    id: str
    pid: int

    def join(self, name: str) -> Member:
        """Register a participant and admit it as provider and consumer."""
        signer, first = samples.company(name, self.id, now())
        registered = self.register(first)
        operate.admit(self.directory, registered)
        return Member(registered, signer)

    def register(self, jws: bytes) -> str:
        """Register one statement; its id."""
        headers = {"Content-Type": "application/lading+jws"}
        answer = httpx.post(f"{self.api}/statements", content=jws, headers=headers, trust_env=False)
        answer.raise_for_status()
        return str(answer.json()["id"])


def now() -> int:
    """Milliseconds since the epoch."""
    return time.time_ns() // 1_000_000


@contextmanager
def running(folder: Path) -> Iterator[Exchange]:
    """Set up an exchange in `folder`, serve it in a process of its own, and stop it when the block ends."""
    port = _free_port()
    api = f"http://127.0.0.1:{port}"
    directory = folder / "exchange"
    exchange_id = operate.init(directory, name="Benchmark Exchange", jurisdiction="IE", api=api)
    command = [sys.executable, "-m", "lading_server", "serve", str(directory), "--port", str(port)]
    with (folder / "exchange.log").open("w") as log:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True)
    try:
        if process.stdout is None or not process.stdout.readline().startswith("ready"):
            raise RuntimeError((folder / "exchange.log").read_text("utf-8")[-2000:])
        yield Exchange(directory, api, exchange_id, process.pid)
    finally:
        process.terminate()
        process.wait(30)
        if process.stdout is not None:
            process.stdout.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
