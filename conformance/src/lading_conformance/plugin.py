"""pytest underneath: cases as items, one session with the subject for each process, and the outcomes of the suite.

    pytest -p lading_conformance.plugin plan.lading.json

A plan is a file that `lading-conformance run` writes (see `launch`); there are no test files.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable
from pathlib import Path
from typing import Final, cast

import pytest
from pydantic import BaseModel, ConfigDict

from lading_conformance.cases import index
from lading_conformance.drivers.subject import Subject
from lading_conformance.report.model import CaseReport
from lading_conformance.runner import Ids, Plan, Runner, Target
from lading_conformance.trial.case import Case
from lading_conformance.trial.outcome import Verdict

FILE: Final = "plan.lading.json"
"""The name of a plan's file."""

SHOWN: Final[dict[Verdict, tuple[str, str]]] = {
    "pass": (".", "PASS"),
    "fail": ("F", "FAIL"),
    "error": ("E", "ERROR"),
    "blocked": ("b", "BLOCKED"),
    "not claimed": ("-", "NOT CLAIMED"),
    "expected failure": ("x", "EXPECTED FAILURE"),
    "unexpected pass": ("X", "UNEXPECTED PASS"),
}
"""How pytest's own terminal shows each outcome."""


class Order(BaseModel):
    """A plan, as it is handed to pytest and its workers."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: str
    subject: Subject
    peer_url: str | None = None
    peer_subject: Subject | None = None
    cases: tuple[str, ...]
    seed: int
    seconds: float

    @property
    def target(self) -> Target:
        """The exchange that is tested."""
        return Target(self.url, self.subject)

    @property
    def plan(self) -> Plan:
        """The plan for one process."""
        peer = None
        if self.peer_url is not None:
            peer = Target(self.peer_url, self.peer_subject or Subject())
        chosen = tuple(case for case in index.CASES if case.name in self.cases)
        return Plan(chosen, self.seed, self.seconds, peer)


class Told(BaseModel):
    """What a process says of a case that has ended."""

    case: CaseReport
    ids: Ids


class NotPassed(Exception):
    """A case ended otherwise than by passing; what pytest knows of it is the text."""


class Suite(pytest.File):
    """The cases of a plan. The session with the subject is opened before the first and closed after the last."""

    runner: Runner

    def collect(self) -> Iterable[CaseItem]:
        """Yield an item for each case, in the order of the suite."""
        self.order = Order.model_validate_json(self.path.read_bytes())
        for case in self.order.plan.cases:
            item = CaseItem.from_parent(self, name=case.name)
            item.is_about(case)
            yield item

    def setup(self) -> None:
        """Open the session."""
        self.runner = Runner(self.order.target, self.order.plan).__enter__()

    def teardown(self) -> None:
        """Close the session."""
        self.runner.__exit__()


class CaseItem(pytest.Item):
    """One case. `-k` knows it by its name, its profile, `slow`, and its requirements."""

    case: Case
    told: Told | None = None

    def is_about(self, case: Case) -> None:
        """Take a case."""
        self.case = case
        self.extra_keyword_matches |= {case.profile, *case.requirements, *({"slow"} if case.slow else ())}

    def runtest(self) -> None:
        """Run the case; raise what pytest calls its outcome."""
        runner = cast("Suite", self.parent).runner
        report = runner.run(self.case)
        self.told = Told(case=report, ids=runner.ids)
        if report.verdict == "not claimed":
            pytest.skip(report.reason or "")
        if report.verdict == "expected failure":
            pytest.xfail(report.reason or "announced in the subject's file")
        if report.verdict != "pass":
            raise NotPassed(_told(report))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException]) -> str:  # type: ignore[override] # narrower
        """Return what did not hold, without a trace into the suite."""
        return str(excinfo.value)

    def reportinfo(self) -> tuple[Path, None, str]:
        """Return where pytest's terminal places the case."""
        return self.path, None, self.name


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> Suite | None:
    """Take plans, and leave every other file to others."""
    return Suite.from_parent(parent, path=file_path) if file_path.name == FILE else None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Let the report of a case travel with pytest's own, also from one process to another."""
    report = yield
    if isinstance(item, CaseItem) and report.when == "call" and item.told is not None:
        vars(report)["lading"] = item.told.model_dump_json()
    return report


def told(report: pytest.TestReport) -> Told | None:
    """Return what travels with a report of pytest; None with one that is not about the end of a case."""
    text = vars(report).get("lading")
    return Told.model_validate_json(text) if text is not None else None


def pytest_report_teststatus(report: pytest.TestReport) -> tuple[str, str, str] | None:
    """Name the outcome of a case in the words of the suite."""
    ended = told(report)
    if ended is None:
        return None
    letter, word = SHOWN[ended.case.verdict]
    return ended.case.verdict, letter, word


def _told(report: CaseReport) -> str:
    failed = [
        f"{check.requirement}: {check.what}: {check.detail}"
        for check in report.checks
        if check.verdict == "fail"
    ]
    return "\n".join([report.verdict, *([report.reason] if report.reason else []), *failed])
