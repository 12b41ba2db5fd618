"""Reports for the tests of what is made of them: of runs that never were, and of one that was."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from lading_conformance.cases import index
from lading_conformance.drivers.answers import Answer
from lading_conformance.drivers.exchange import Exchange
from lading_conformance.drivers.http import Exchanged, Http
from lading_conformance.drivers.subject import PROFILES, Subject
from lading_conformance.report import gather
from lading_conformance.report.model import CaseReport, Report
from lading_conformance.trial.case import Case, Check, Trial
from lading_conformance.trial.outcome import Verdict
from lading_conformance.trial.session import Session

STARTED = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
EXCHANGE = "sha256:" + "ab" * 32


def trial(messages: Sequence[Exchanged] = (), checks: Sequence[Check] = ()) -> Trial:
    """A trial that has ended."""
    session = Session(Exchange(Http("http://127.0.0.1:9")), Subject(), random.Random(1), float("inf"))
    return Trial(session, list(checks), list(messages))


def told(
    case: Case, verdict: Verdict = "pass", detail: str | None = None, reason: str | None = None
) -> CaseReport:
    """A case in which every check passed, but for the first."""
    message = Exchanged("GET", "/.well-known/lading", (), None, Answer(200, (), b"{}"), None, 0.001)
    checks = [Check(name, "it holds", "pass", None, (message,)) for name in case.requirements]
    if verdict not in ("pass", "not claimed", "blocked", "error"):
        checks[0] = replace(checks[0], verdict=verdict, detail=detail or "status 500 instead of 200")
    elif verdict != "pass":
        checks = []
    return gather.case_report(case, trial([message], checks), verdict, reason, 0.1)


def run(*others: CaseReport, whole: bool = True, **members: object) -> Report:
    """A run in which every case passed but `others`; not `whole`: a run of those alone. `members` replace the run's."""
    given = {case.name: case for case in others}
    plain = gather.Run(
        suite=gather.suite_version(),
        subject="Exchange <One> & Co",
        url="http://127.0.0.1:9",
        started=STARTED,
        seconds=12.5,
        seed=7,
        claimed=PROFILES,
        id=EXCHANGE,
    )
    cases = [given.get(case.name) or told(case) for case in index.CASES if whole or case.name in given]
    return gather.report(replace(plain, **members), cases)  # type: ignore[arg-type]  # named by the tests
