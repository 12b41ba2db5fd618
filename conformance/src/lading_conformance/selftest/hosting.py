"""Exchanges with something taken away: a process of `python -m lading_mutants host` that is told what to start.

    with Host(folder) as host:
        exchange = host.take()
        exchange.lose(["acceptance.eligible_party"])
        ... exchange.api, exchange.subject ...
        host.give_back(exchange)

Of those without a policy one more is always started ahead, since an exchange needs up to a second before it answers.
"""

from __future__ import annotations

import contextlib
import json
import secrets
import socket
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Self

import httpx

from lading_conformance.drivers.subject import Admission, Hooks, Subject

COMMAND: Final = (sys.executable, "-m", "lading_mutants")
"""How the mutants are run."""
PATIENCE_SECONDS: Final = 60.0
"""How long the process may take to answer an order."""
PORTS: Final = range(20_000, 32_000)
"""Where exchanges and proxies listen."""
REQUEST_SECONDS: Final = 8.0
"""How long a mutant may take to answer a request."""


class HostFault(Exception):
    """The mutants' process does not do what it is told."""


@dataclass(frozen=True)
class Exchange:
    """One exchange. `listens`: where it can be reached; `api`: what it calls itself."""

    number: int
    api: str
    listens: str
    operator: str
    state: Path
    lost: list[str] = field(default_factory=list)

    @property
    def subject(self) -> Subject:
        """How participants are admitted there, and what its operator does for the suite."""
        return Subject(
            news_seconds=12.0,
            name="a mutant of the reference server",
            url=self.api,
            request_timeout_seconds=REQUEST_SECONDS,
            admission=Admission(hook=f"{self.operator}/admit"),
            hooks=Hooks(
                restart=self._tells("restart", *(word for name in self.lost for word in ("--without", name))),
                suspend=self._tells("suspend", "participant={participant}"),
                expel=self._tells("expel", "participant={participant}"),
                erase=self._tells("erase", "statement={statement}"),
                notarise=self._tells("notarise", "digest={digest}"),
                follow=self._tells("follow", "url={url}", "exchange={exchange}", "vkey={vkey}"),
            ),
        )

    def lose(self, names: list[str]) -> None:
        """Take these away from it. Raises `HostFault`."""
        self._tell("without", {"names": names})
        self.lost[:] = names

    def follow(self, other: Exchange) -> None:
        """Have it follow another. Raises `HostFault`."""
        try:
            with httpx.Client(trust_env=False, timeout=PATIENCE_SECONDS) as client:
                said = client.get(f"{other.listens}/.well-known/lading").json()
                order = {"url": other.api, "exchange": said["id"], "vkey": said["log"]["vkey"]}
        except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
            raise HostFault(f"the exchange at {other.listens} cannot be followed: {error!r}") from None
        self._tell("follow", order)

    def _tell(self, what: str, order: dict[str, Any]) -> None:
        try:
            with httpx.Client(trust_env=False, timeout=PATIENCE_SECONDS) as client:
                answer = client.post(f"{self.operator}/{what}", json=order)
        except httpx.HTTPError as error:
            raise HostFault(f"the operator of the mutant does not answer: {error!r}") from None
        if answer.status_code != 204:
            raise HostFault(f"the operator of the mutant refuses `{what}`: {answer.text}")

    def _tells(self, what: str, *words: str) -> tuple[str, ...]:
        return (*COMMAND, "tell", self.operator, what, *words)


class Host:
    """The process, as long as the context lasts."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._spare: dict[str, Exchange] = {}

    def __enter__(self) -> Self:
        words = [*COMMAND, "host", str(self._folder)]
        self._process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._read()
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin is not None
        with contextlib.suppress(OSError):
            self._process.stdin.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        assert self._process.stdout is not None
        self._process.stdout.close()

    def take(self, policy: Mapping[str, Any] = MappingProxyType({}), *, fronted: bool = False) -> Exchange:
        """Return a fresh exchange; `fronted`: one that calls itself by a proxy's address. Raises `HostFault`."""
        kind = json.dumps([dict(policy), fronted], sort_keys=True)
        taken = self._spare.pop(kind, None) or self._start(policy, fronted)
        if not policy:
            self._spare[kind] = self._start(policy, fronted)
        return taken

    def give_back(self, exchange: Exchange) -> None:
        """End it, and delete its state."""
        self._order({"do": "stop", "exchange": exchange.number})

    def _start(self, policy: Mapping[str, Any], fronted: bool) -> Exchange:
        api = f"http://127.0.0.1:{free_port()}" if fronted else None
        said = self._order({"do": "start", "api": api, "policy": dict(policy)})
        return Exchange(said["exchange"], said["api"], said["url"], said["operator"], Path(said["state"]))

    def _order(self, order: dict[str, Any]) -> dict[str, Any]:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(order) + "\n")
            self._process.stdin.flush()
        except OSError as error:
            raise HostFault(f"the mutants' process has ended: {error}") from None
        return self._read()

    def _read(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise HostFault(f"the mutants' process has ended; see the logs in {self._folder}")
        said: dict[str, Any] = json.loads(line)
        return said


def listed() -> list[dict[str, Any]]:
    """Return every mutant that the process knows: `name`, `kind`, `requirements`. Raises `HostFault`."""
    done = subprocess.run([*COMMAND, "list", "--json"], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise HostFault(f"the mutants cannot be listed: {done.stderr.strip()[-500:]}")
    rows: list[dict[str, Any]] = json.loads(done.stdout)["mutants"]
    return rows


def free_port() -> int:
    """Return a port on which nobody listens; below those that systems give to connections that go out."""
    while True:
        port = PORTS[secrets.randbelow(len(PORTS))]
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
