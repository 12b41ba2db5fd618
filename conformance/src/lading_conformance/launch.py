"""Runs the suite by pytest: selection, and several processes at once.

Nothing of the current folder and of the environment takes part: no configuration, no `conftest.py`, no installed plugin
but pytest-xdist.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pytest

from lading_conformance import plugin, runner
from lading_conformance.drivers.subject import Subject
from lading_conformance.report import gather
from lading_conformance.report.model import CaseReport, Report
from lading_conformance.runner import Ids, Plan, Target
from lading_conformance.trial.case import Case
from lading_conformance.trial.outcome import Verdict

ALONE: Final = "restart"
"""A case that needs this hook disturbs all others, and runs when they have ended."""

_WITHOUT: Final = (
    "cacheprovider",
    "debugging",
    "faulthandler",
    "logging",
    "terminal",
    "threadexception",
    "unraisableexception",
    "warnings",
)
_FOREIGN: Final = ("PYTEST_ADDOPTS", "PYTEST_PLUGINS", "PYTEST_XDIST_WORKER", "PYTEST_CURRENT_TEST")


Why = tuple[Verdict, str]


class BadSelection(Exception):
    """What `-k` was given is no expression of pytest."""


@dataclass(frozen=True)
class Watch:
    """Who is told of cases as they begin and end."""

    begins: Callable[[str], None] = lambda name: None
    ends: Callable[[CaseReport], None] = lambda report: None


@dataclass
class _Recorder:
    """What pytest says of a run, in this process."""

    watch: Watch
    selected: list[str] = field(default_factory=list)
    reports: dict[str, CaseReport] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)
    ids: Ids = field(default_factory=Ids)

    @property
    def silence(self) -> bool:
        """Whether the subject answers no more."""
        return any(report.reason == runner.SILENCE for report in self.reports.values())

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        self.selected = [item.name for item in session.items]

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        self.watch.begins(_name(nodeid))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if (ended := plugin.told(report)) is not None:
            self.reports[ended.case.name] = ended.case
            self.ids = Ids(ended.ids.subject or self.ids.subject, ended.ids.peer or self.ids.peer)
            self.watch.ends(ended.case)
        elif report.failed:
            self.faults[_name(report.nodeid)] = report.longreprtext


def selected(cases: Sequence[Case], expression: str) -> tuple[Case, ...]:
    """Return the cases that an expression of pytest's `-k` selects. Raises `BadSelection`."""
    order = plugin.Order(
        url="", subject=Subject(), cases=tuple(case.name for case in cases), seed=0, seconds=0
    )
    recorder = _Recorder(Watch())
    code = _pytest(order, recorder, "--collect-only", "-k", expression)
    if code not in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
        raise BadSelection(f"-k {expression!r} is no expression that selects cases")
    return tuple(case for case in cases if case.name in recorder.selected)


def run(
    target: Target, plan: Plan, *, jobs: int = 1, fail_fast: bool = False, watch: Watch | None = None
) -> Report:
    """Run a plan's cases, at most `jobs` at once, and return the report.

    With several at once others write to the exchange during a case, so the subject's `quiet` counts as false. A case
    that restarts the exchange runs alone, after the others.
    """
    started, ends = datetime.now(UTC), time.monotonic() + plan.seconds
    recorder = _Recorder(watch or Watch())
    alone = [case for case in plan.cases if ALONE in case.needs]
    together = [case for case in plan.cases if ALONE not in case.needs]
    code: int = pytest.ExitCode.OK
    for cases, number in ((together, min(jobs, len(together))), (alone, 1)):
        over = code == pytest.ExitCode.INTERRUPTED or (fail_fast and code != pytest.ExitCode.OK)
        if not cases or over or recorder.silence:
            continue
        order = _order(target, replace(plan, cases=cases, seconds=ends - time.monotonic()), noisy=number > 1)
        words = ["-n", str(number), "--dist", "load", "--maxschedchunk", "1"] if number > 1 else []
        code = _pytest(order, recorder, *words, *(["-x"] if fail_fast else []))
    otherwise = _why_untold(recorder, code, fail_fast=fail_fast)
    reports = [
        recorder.reports.get(case.name) or _untold(case, target, plan, otherwise) for case in plan.cases
    ]
    return runner.concluded(target, plan, started, reports, recorder.ids)


def _order(target: Target, plan: Plan, *, noisy: bool) -> plugin.Order:
    subject = target.subject.model_copy(update={"quiet": False}) if noisy else target.subject
    peer = plan.peer
    peer_subject = peer.subject if peer is not None else None
    if peer_subject is not None and noisy:
        peer_subject = peer_subject.model_copy(update={"quiet": False})
    return plugin.Order(
        url=target.url,
        subject=subject,
        peer_url=peer.url if peer is not None else None,
        peer_subject=peer_subject,
        cases=tuple(case.name for case in plan.cases),
        seed=plan.seed,
        seconds=plan.seconds,
    )


def _untold(case: Case, target: Target, plan: Plan, otherwise: Callable[[str], Why]) -> CaseReport:
    """Return the report of a case that did not end."""
    if unclaimed := runner.not_claimed(case, target.subject, plan.peer):
        return gather.untold(case, "not claimed", unclaimed)
    verdict, reason = otherwise(case.name)
    return gather.untold(case, verdict, reason)


def _why_untold(recorder: _Recorder, code: int, *, fail_fast: bool) -> Callable[[str], Why]:
    def why(name: str) -> Why:
        if name in recorder.faults:
            return "error", recorder.faults[name]
        if recorder.silence:
            return "blocked", runner.SILENCE
        if fail_fast and code != pytest.ExitCode.OK:
            return "blocked", "not tried: the run ended with the first failure, see --fail-fast"
        if code == pytest.ExitCode.INTERRUPTED:
            return "blocked", "not tried: the run was interrupted"
        return "error", f"pytest ended with exit code {int(code)} before the case did"

    return why


def _pytest(order: plugin.Order, recorder: _Recorder, *words: str) -> int:
    with tempfile.TemporaryDirectory(prefix="lading-conformance-") as name, _shielded():
        folder = Path(name).resolve()
        (folder / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
        (folder / plugin.FILE).write_text(order.model_dump_json(), encoding="utf-8")
        arguments = ["-c", str(folder / "pytest.ini"), "--rootdir", str(folder), "--noconftest", "-s"]
        arguments += ["--disable-plugin-autoload", "-p", "xdist.plugin", "-p", plugin.__name__]
        arguments += [word for off in _WITHOUT for word in ("-p", f"no:{off}")]
        return pytest.main([*arguments, *words, str(folder / plugin.FILE)], plugins=[recorder])


@contextmanager
def _shielded() -> Iterator[None]:
    """Hide from pytest and its workers what the environment tells it."""
    kept = {name: os.environ.pop(name) for name in _FOREIGN if name in os.environ}
    try:
        yield
    finally:
        os.environ.update(kept)


def _name(nodeid: str) -> str:
    return nodeid.rpartition("::")[2]
