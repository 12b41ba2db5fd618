"""An exchange as a process of its own, on a free loopback port, for as long as a block runs."""

import queue
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from lading.cli.exchange import operations
from lading.errors import Unreachable

_START_SECONDS: Final = 60
_STOP_SECONDS: Final = 30


@dataclass(frozen=True, slots=True)
class Running:
    """A running exchange: its state directory, address, and process id."""

    directory: Path
    api: str
    pid: int


def free_port() -> int:
    """A port on 127.0.0.1 that nobody listens at now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(
    directory: Path, log: Path, policy: Path | None = None, *, name: str = "Demo Exchange"
) -> Iterator[Running]:
    """Set up an exchange in `directory`, serve it, and stop it when the block ends. Its log goes to `log`.

    `policy` is a file of its switches (`spec/gates.md`).
    """
    api = f"http://127.0.0.1:{free_port()}"
    operations().init(directory, name=name, jurisdiction="IE", api=api, policy=policy)
    command = [sys.executable, "-m", "lading.cli", "exchange", "serve", str(directory)]
    with log.open("w") as errors:
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=errors, stdin=subprocess.DEVNULL, text=True
        )
    try:
        _wait_until_ready(process, log)
        yield Running(directory, api, process.pid)
    finally:
        _stop(process)


def _wait_until_ready(process: "subprocess.Popen[str]", log: Path) -> None:
    """Return when the process says that it listens; `Unreachable` where it ends or stays silent."""
    said: queue.Queue[str] = queue.Queue()
    if process.stdout is not None:
        threading.Thread(target=_read_line, args=(process.stdout, said), daemon=True).start()
    try:
        line = said.get(timeout=_START_SECONDS)
    except queue.Empty:
        line = ""
    if not line.startswith("ready "):
        last = "".join(log.read_text(errors="replace").splitlines(keepends=True)[-3:]).strip()
        raise Unreachable(
            f"the exchange did not start: {last or 'it said nothing'}", hint="Run the demo again."
        )


def _read_line(stream: IO[str], said: "queue.Queue[str]") -> None:
    said.put(stream.readline())


def _stop(process: "subprocess.Popen[str]") -> None:
    """End the process: first asked, then forced."""
    process.terminate()
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout is not None:
        process.stdout.close()
