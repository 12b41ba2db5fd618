"""A real exchange in a process of its own, on a state directory of its own."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path


def free_port() -> int:
    """A port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class ExchangeProcess:
    """Set up once, started and ended any number of times."""

    def __init__(self, directory: Path, *options: str, path: str = "") -> None:
        self.directory = directory
        self.port = free_port()
        self.api = f"http://127.0.0.1:{self.port}{path}"
        self.serve_options: tuple[str, ...] = ()
        self.process: subprocess.Popen[str] | None = None
        self.id = self._run(
            "init", "--name", "Exchange", "--jurisdiction", "DE", "--api", self.api, *options
        ).stdout.strip()

    def start(self) -> "ExchangeProcess":
        """Start and wait until it listens."""
        self.process = self.spawn()
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line.startswith("ready "), (line, self.log())
        return self

    def spawn(self) -> subprocess.Popen[str]:
        """Start a serving process and do not wait."""
        with self._log_file.open("a") as log:
            return subprocess.Popen(
                self._command("serve", "--port", str(self.port), *self.serve_options),
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )

    def end(self, number: int = signal.SIGTERM) -> int:
        """Send a signal and wait; the exit code."""
        assert self.process is not None
        self.process.send_signal(number)
        code = self.process.wait(timeout=60)
        assert self.process.stdout is not None
        self.process.stdout.close()
        self.process = None
        return code

    def log(self) -> str:
        """What it logged so far."""
        return self._log_file.read_text() if self._log_file.exists() else ""

    @property
    def _log_file(self) -> Path:
        return self.directory.with_name(self.directory.name + ".log")

    def _run(self, verb: str, *options: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(self._command(verb, *options), capture_output=True, text=True, check=True)

    def _command(self, verb: str, *options: str) -> list[str]:
        return [sys.executable, "-m", "lading_server", verb, str(self.directory), *options]


def kill_9(exchange: ExchangeProcess) -> None:
    """End it as a crash would."""
    assert exchange.end(signal.SIGKILL) == -signal.SIGKILL
    os.sync()
