"""A real exchange for the tests: the reference server as a process of its own, on the loopback address."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from lading_conformance.drivers.subject import Admission, Hooks, Subject
from lading_conformance.selftest import restarting
from lading_conformance.selftest.hosting import free_port as free_port
from lading_server import operate, peering

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class RunningExchange:
    """A served state directory. `api` is what the exchange calls itself, `listens` where it can be reached."""

    state: Path
    api: str
    listens: str

    @property
    def subject(self) -> Subject:
        """How the suite admits participants there, and what its operator does for the suite."""
        role = ("{participant}", "--role", "{role}")
        return Subject(
            name="the reference server",
            admission=Admission(command=self._operator("admit", *role)),
            hooks=self.hooks,
            folder=ROOT,
        )

    @property
    def hooks(self) -> Hooks:
        """The commands of its operator; all of them but `restart` go through the running server."""
        port = self.listens.rpartition(":")[2]
        return Hooks(
            restart=(sys.executable, "-m", "lading_conformance.selftest.restarting", str(self.state), port),
            suspend=self._operator("admit", "{participant}", "--status", "suspended"),
            expel=self._operator("admit", "{participant}", "--status", "expelled"),
            erase=self._operator("erase", "{statement}", "--ground", "personal-data"),
            notarise=self._operator("notarise", "{digest}"),
            follow=self._operator("peer", "add", "{url}", "--id", "{exchange}", "--vkey", "{vkey}"),
        )

    def _operator(self, command: str, *words: str) -> tuple[str, ...]:
        place = (command, str(self.state)) if command != "peer" else (command, words[0], str(self.state))
        return (
            sys.executable,
            "-m",
            "lading.cli",
            "exchange",
            *place,
            *(words[1:] if command == "peer" else words),
        )


def lading_server(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "lading_server", *arguments]


@contextmanager
def serving(
    folder: Path, api_port: int, port: int, policy: Mapping[str, object] | None = None
) -> Iterator[RunningExchange]:
    """Serve a new exchange on `port` that calls itself by `api_port`, until the block ends: also if it is restarted.

    `policy`: its switches; None: it asks for nothing.
    """
    state, api = folder / "state", f"http://127.0.0.1:{api_port}"
    init = lading_server(
        "init", str(state), "--name", "Example Exchange", "--jurisdiction", "NL", "--api", api
    )
    if policy is not None:
        (folder / "policy.json").write_text(json.dumps(policy), "utf-8")
        init += ["--policy", str(folder / "policy.json")]
    subprocess.run(init, check=True, timeout=60, stdout=subprocess.DEVNULL)
    serve = lading_server("serve", str(state), "--port", str(port))
    with (folder / "server.log").open("w", encoding="utf-8") as log:
        process = subprocess.Popen(serve, stdout=subprocess.PIPE, stderr=log, text=True)
    try:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("ready "), (folder / "server.log").read_text("utf-8")
        yield RunningExchange(state, api, f"http://127.0.0.1:{port}")
    finally:
        restarting.stop(state, signal.SIGTERM)
        process.communicate(timeout=60)


@contextmanager
def two_exchanges(folder: Path) -> Iterator[tuple[RunningExchange, RunningExchange]]:
    """Serve two exchanges that follow each other, until the block ends."""
    one, other = free_port(), free_port()
    for name in ("a", "b"):
        (folder / name).mkdir()
    with serving(folder / "a", one, one) as first, serving(folder / "b", other, other) as second:
        for follower, followed in ((first, second), (second, first)):
            peering.add_peer(follower.state, followed.api, str(operate.describe(followed.state)["id"]))
        yield first, second
