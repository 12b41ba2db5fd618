"""The reference server as its operator runs it, and the cases told to it."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

import httpx

from lading_conformance.drivers.subject import Admission, Hooks, Subject
from lading_conformance.report.model import CaseReport
from lading_conformance.runner import Plan, Runner, Target
from lading_conformance.selftest import answering, restarting
from lading_conformance.selftest.hosting import HostFault, free_port
from lading_conformance.selftest.trying import TWO
from lading_conformance.trial.case import Case

SERVER: Final = (sys.executable, "-m", "lading_server")
OPERATOR: Final = (sys.executable, "-m", "lading.cli", "exchange")
SECONDS: Final = 1_800.0


def told(cases: Sequence[Case], folder: Path, done: Callable[[CaseReport], None]) -> list[CaseReport]:
    """Tell the reference server these cases, and `done` how each ended. Raises `HostFault` where it does not start.

    Where a case needs two exchanges, there are two that follow each other. The cases about verifiers are told to the
    vectors' own answers.
    """
    programs = [case for case in cases if case.profile == answering.PROFILE]
    exchanges = [case for case in cases if case.profile != answering.PROFILE]
    with answering.answering() as answers, Runner(answers, Plan(programs, seed=1)) as runner:
        reports = [runner.run(case) for case in programs]
    for report in reports:
        done(report)
    return reports + (_told(exchanges, folder, done) if exchanges else [])


def _told(cases: Sequence[Case], folder: Path, done: Callable[[CaseReport], None]) -> list[CaseReport]:
    two = any(case.profile == TWO for case in cases)
    with ExitStack() as stack:
        peer: Target | None = None
        if two:
            target, peer = stack.enter_context(two_serving(folder))
        else:
            target = stack.enter_context(_serving(folder / "a"))
        runner = stack.enter_context(Runner(target, Plan(cases, seed=1, seconds=SECONDS, peer=peer)))
        reports = []
        for case in cases:
            reports.append(runner.run(case))
            done(reports[-1])
        return reports


@contextmanager
def two_serving(folder: Path) -> Iterator[tuple[Target, Target]]:
    """Two new exchanges that follow each other, until the block ends. Raises `HostFault` where one does not start."""
    with _serving(folder / "a") as target, _serving(folder / "b") as peer:
        _follow(folder / "a", peer.url)
        _follow(folder / "b", target.url)
        yield target, peer


def _follow(folder: Path, api: str) -> None:
    key = httpx.get(f"{api}/.well-known/lading", trust_env=False).json()["id"]
    words = [*OPERATOR, "peer", "add", str(folder / "state"), api, "--id", key]
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=60)
    if done.returncode != 0:
        raise HostFault(f"the reference server does not follow another: {done.stderr.strip()[-500:]}")


@contextmanager
def _serving(folder: Path) -> Iterator[Target]:
    """A new exchange, until the block ends: also if it is restarted."""
    folder.mkdir()
    state, port = folder / "state", str(free_port())
    api = f"http://127.0.0.1:{port}"
    init = ("init", str(state), "--name", "Example Exchange", "--jurisdiction", "NL", "--api", api)
    made = subprocess.run([*SERVER, *init], capture_output=True, text=True, check=False, timeout=60)
    if made.returncode != 0:
        raise HostFault(f"the reference server cannot be set up: {made.stderr.strip()[-500:]}")
    serve = [*SERVER, "serve", str(state), "--port", port]
    with (folder / "server.log").open("w", encoding="utf-8") as log:
        process = subprocess.Popen(serve, stdout=subprocess.PIPE, stderr=log, text=True)
    assert process.stdout is not None
    try:
        if not process.stdout.readline().startswith("ready "):
            raise HostFault(f"the reference server does not answer; see {folder / 'server.log'}")
        yield Target(api, _subject(state, port))
    finally:
        restarting.stop(state, signal.SIGTERM)
        process.communicate(timeout=60)


def _subject(state: Path, port: str) -> Subject:
    def operator(command: str, *words: str) -> tuple[str, ...]:
        return (*OPERATOR, command, str(state), *words)

    restart = (sys.executable, "-m", restarting.__name__, str(state), port)
    follow = (*OPERATOR, "peer", "add", str(state), "{url}", "--id", "{exchange}", "--vkey", "{vkey}")
    return Subject(
        name="the reference server",
        admission=Admission(command=operator("admit", "{participant}", "--role", "{role}")),
        hooks=Hooks(
            restart=restart,
            suspend=operator("admit", "{participant}", "--status", "suspended"),
            expel=operator("admit", "{participant}", "--status", "expelled"),
            erase=operator("erase", "{statement}", "--ground", "personal-data"),
            notarise=operator("notarise", "{digest}"),
            follow=follow,
        ),
    )
