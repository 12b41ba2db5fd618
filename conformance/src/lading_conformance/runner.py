"""Runs cases against a subject, and records how they end."""

from __future__ import annotations

import random
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version

from lading_conformance.drivers.exchange import Exchange
from lading_conformance.drivers.http import Bounds, Http
from lading_conformance.drivers.subject import Subject
from lading_conformance.report import gather
from lading_conformance.report.model import CaseReport, Report
from lading_conformance.trial.case import Blocked, Case, Ended, Trial, Verdict, verdict_of
from lading_conformance.trial.session import Session


@dataclass(frozen=True)
class Plan:
    """What to run: the cases, the seed of all that is chosen at random, and the seconds granted to the whole run."""

    cases: Sequence[Case]
    seed: int
    seconds: float = 600.0


def run(url: str, subject: Subject, plan: Plan, done: Callable[[CaseReport], None] | None = None) -> Report:
    """Run the plan's cases against the exchange at `url`; `done` is told of each case when it has ended.

    Whatever the subject does ends up in the report; only a fault in the arguments is raised.
    """
    started, begun = datetime.now(UTC), time.monotonic()
    reports = []
    with Http(url, Bounds(seconds=subject.request_timeout_seconds)) as http:
        session = Session(Exchange(http), subject, random.Random(plan.seed), begun + plan.seconds)
        for case in plan.cases:
            report = run_case(session, http, case)
            reports.append(report)
            if done is not None:
                done(report)
    return gather.report(
        gather.Run(
            suite=_version(),
            subject=subject.name,
            url=url,
            started=started,
            seconds=time.monotonic() - begun,
            seed=plan.seed,
            claimed=subject.capabilities,
            id=session.known_id,
        ),
        reports,
    )


def run_case(session: Session, http: Http, case: Case) -> CaseReport:
    """Run one case in a session that may have run others before."""
    begun = time.monotonic()
    trial = Trial(session)
    http.observer = trial.messages.append
    verdict, reason = _try(trial, case)
    return gather.case_report(case, trial, verdict, reason, time.monotonic() - begun)


def exit_code(report: Report) -> int:
    """0 only if every case passed; 3 if nothing failed and not every case was claimed; 1 otherwise."""
    return {"pass": 0, "incomplete": 3, "fail": 1}[report.verdict]


def _try(trial: Trial, case: Case) -> tuple[Verdict, str | None]:
    if case.profile not in trial.session.subject.capabilities:
        return "not claimed", f"the subject does not claim {case.profile}"
    if missing := [hook for hook in case.needs if hook not in trial.session.subject.hooks.given]:
        return "not claimed", f"the subject's file gives no [hooks] {', '.join(missing)}"
    try:
        case.run(trial)
    except Ended:
        return "fail", None
    except Blocked as blocked:
        failed = any(check.verdict == "fail" for check in trial.checks)
        return "fail" if failed else "blocked", str(blocked)
    except Exception:  # noqa: BLE001 - a fault of the suite ends one case, not the run
        return "error", traceback.format_exc()
    verdict = verdict_of(trial.checks)
    return verdict, "the case checked nothing" if verdict == "error" else None


def _version() -> str:
    try:
        return version("lading")
    except PackageNotFoundError:
        return "unknown"
