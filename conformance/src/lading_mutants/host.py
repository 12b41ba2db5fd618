"""Many exchanges, one after the other or side by side, by orders on a pipe.

    {"do": "start", "api": null, "policy": {}}  →  {"exchange": 1, "api": …, "url": …, "operator": …, "state": …}
    {"do": "stop", "exchange": 1}               →  {"stopped": 1}

`api`: what the exchange calls itself, where a proxy stands before it; without it, its own address. Everything is loaded
once; each exchange is a child of this process, with a fresh state directory that goes when it is stopped. It answers as
soon as it can, and callers wait in its queue until then. One that wants to be restarted is started again on its state.
The end of standard input ends all.
"""

from __future__ import annotations

import json
import os
import select
import shutil
import signal
import sys
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from lading_mutants.serve import RESTART, Doors, serve, url_of
from lading_mutants.table import mutants

LOOK_SECONDS: Final = 0.05
"""How often it is looked whether an exchange has ended."""


@dataclass
class Child:
    """One exchange."""

    state: Path
    doors: Doors
    policy: Mapping[str, object]
    pid: int = 0


class Host:
    """The exchanges that were started."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._children: dict[int, Child] = {}
        self._last = 0

    def do(self, order: dict[str, Any]) -> dict[str, Any]:
        """Carry out one order, and say what came of it."""
        return self._start(order) if order["do"] == "start" else self._stop(order["exchange"])

    def look(self) -> None:
        """Start again what wants to be."""
        for child in self._children.values():
            if child.pid:
                pid, status = os.waitpid(child.pid, os.WNOHANG)
                if pid:
                    child.pid = self._fork(child) if os.waitstatus_to_exitcode(status) == RESTART else 0

    def end(self) -> None:
        """Stop all of them."""
        for number in [*self._children]:
            self._stop(number)

    def _start(self, order: Mapping[str, Any]) -> dict[str, Any]:
        self._last += 1
        doors = Doors.opened(api=order["api"])
        child = Child(self._folder / str(self._last), doors, order["policy"])
        child.pid = self._fork(child)
        self._children[self._last] = child
        return {
            "exchange": self._last,
            "api": child.doors.api,
            "url": url_of(child.doors.public),
            "operator": url_of(child.doors.operator),
            "state": str(child.state),
        }

    def _stop(self, number: int) -> dict[str, Any]:
        child = self._children.pop(number)
        if child.pid:
            os.kill(child.pid, signal.SIGKILL)
            os.waitpid(child.pid, 0)
        child.doors.close()
        shutil.rmtree(child.state, ignore_errors=True)
        return {"stopped": number}

    def _fork(self, child: Child) -> int:
        pid = os.fork()
        if pid:
            return pid
        try:
            for other in self._children.values():
                if other is not child:
                    other.doors.close()
            with (self._folder / f"{child.state.name}.log").open("a", buffering=1) as log:
                os.dup2(log.fileno(), sys.stderr.fileno())
                os.dup2(os.open(os.devnull, os.O_RDWR), sys.stdin.fileno())
                serve(child.state, child.doors, (), child.policy, lambda: None)
            os._exit(0)
        except BaseException:  # noqa: BLE001 - nothing of the child may run on in the parent's code
            traceback.print_exc()
            os._exit(1)


def host(folder: Path, say: Callable[[str], None]) -> None:
    """Carry out orders until standard input ends."""
    folder.mkdir(parents=True, exist_ok=True)
    mutants()
    here, rest = Host(folder), b""
    say(json.dumps({"ready": len(mutants())}))
    try:
        while True:
            readable, _, _ = select.select([sys.stdin], [], [], LOOK_SECONDS)
            here.look()
            if not readable:
                continue
            piece = os.read(sys.stdin.fileno(), 65_536)
            if not piece:
                return
            *lines, rest = (rest + piece).split(b"\n")
            for line in lines:
                say(json.dumps(here.do(json.loads(line))))
    finally:
        here.end()
