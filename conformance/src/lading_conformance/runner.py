"""Runs cases against a subject, and records how they end."""

from __future__ import annotations

import os
import random
import time
import traceback
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final, Self

from lading_conformance import expected
from lading_conformance.cases import index
from lading_conformance.drivers.answers import NoAnswer
from lading_conformance.drivers.exchange import Exchange
from lading_conformance.drivers.http import Bounds, Exchanged, Http
from lading_conformance.drivers.subject import Subject
from lading_conformance.report import gather, redact
from lading_conformance.report.model import CaseReport, Peer, Report
from lading_conformance.trial.case import Case, Trial, verdict_of
from lading_conformance.trial.outcome import FAULTS, Blocked, Ended, Verdict
from lading_conformance.trial.session import Session

SILENT_CASES: Final = 3
"""After so many cases in a row that ended in silence, and no answer to one more question, the rest is not tried."""

SILENCE: Final = (
    f"not tried: the subject gave no answer in {SILENT_CASES} cases in a row, "
    "and none to GET /.well-known/lading after that"
)


@dataclass(frozen=True)
class Target:
    """An exchange that answers at `url`, as a subject's file describes it."""

    url: str
    subject: Subject


@dataclass(frozen=True)
class Plan:
    """What to run: the cases, the seed of all that is chosen at random, the seconds granted to the whole run, and the
    second exchange for cases with two. `selection` are the words that left cases out.
    """

    cases: Sequence[Case]
    seed: int
    seconds: float = 600.0
    peer: Target | None = None
    selection: tuple[str, ...] = ()


@dataclass(frozen=True)
class Ids:
    """Who the exchange and its peer say that they are; None where that is not known."""

    subject: str | None = None
    peer: str | None = None


class Runner:
    """Runs cases one after another, in one session that lasts as long as the context.

    What a case chooses at random comes from the plan's seed and its own name, whatever ran before it.
    """

    def __init__(self, target: Target, plan: Plan) -> None:
        self._target, self._plan = target, plan
        self._stack = ExitStack()
        self._silent = 0
        self._entries = expected.in_force(target.subject.expected_failure, datetime.now(UTC).date())

    def __enter__(self) -> Self:
        ends = time.monotonic() + self._plan.seconds
        self.session = self._session(self._target, random.Random(self._plan.seed), ends)
        if self._plan.peer is not None:
            self.session.peer = self._session(self._plan.peer, self.session.random, ends)
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    @property
    def ids(self) -> Ids:
        """Who the exchanges are, as far as that became known."""
        peer = self.session.peer
        return Ids(self.session.known_id, peer.known_id if peer is not None else None)

    def run(self, case: Case) -> CaseReport:
        """Run one case. Whatever the subject does ends up in the report."""
        begun = time.monotonic()
        self.session.random.seed(f"{self._plan.seed} {case.name}")
        trial = Trial(self.session)
        self._observe(trial)
        verdict, reason = self._try(trial, case)
        trial.checks = expected.marked(case, trial.checks, self._entries)
        verdict, reason = expected.judged(case, verdict, reason, trial.checks, self._entries)
        report = gather.case_report(case, trial, verdict, reason, time.monotonic() - begun, self._secrets())
        self._count_silence(trial, verdict)
        return report

    def _try(self, trial: Trial, case: Case) -> tuple[Verdict, str | None]:
        if why := not_claimed(case, self._target.subject, self._plan.peer):
            return "not claimed", why
        return ("blocked", SILENCE) if self._silent >= SILENT_CASES else _told(trial, case)

    def _session(self, target: Target, chance: random.Random, ends: float) -> Session:
        bounds = Bounds(seconds=target.subject.request_timeout_seconds)
        http = self._stack.enter_context(Http(target.url, bounds))
        return Session(Exchange(http), target.subject, chance, ends)

    def _observe(self, trial: Trial) -> None:
        def seen_at_peer(exchanged: Exchanged) -> None:
            trial.messages.append(replace(exchanged, exchange="B"))

        self.session.exchange.http.observer = trial.messages.append
        if self.session.peer is not None:
            self.session.peer.exchange.http.observer = seen_at_peer

    def _count_silence(self, trial: Trial, verdict: Verdict) -> None:
        """Count the cases in a row that ended without an answer; before giving up, ask once more."""
        if self._silent >= SILENT_CASES or not trial.messages:
            return
        silent = verdict in ("fail", "blocked") and trial.messages[-1].answer is None
        self._silent = self._silent + 1 if silent else 0
        if self._silent == SILENT_CASES:
            try:
                self.session.exchange.well_known()
            except NoAnswer:
                return
            self._silent = 0

    def _secrets(self) -> list[str]:
        targets = [target for target in (self._target, self._plan.peer) if target is not None]
        names = [target.subject.admission.token_env for target in targets]
        return [token for name in names if name and (token := os.environ.get(name))]


def run(url: str, subject: Subject, plan: Plan, done: Callable[[CaseReport], None] | None = None) -> Report:
    """Run the plan's cases against the exchange at `url` in this process, one after another.

    `done` is told of each case when it has ended. Whatever the subject does ends up in the report; only a fault in the
    arguments is raised.
    """
    started, target, reports = datetime.now(UTC), Target(url, subject), []
    with Runner(target, plan) as runner:
        for case in plan.cases:
            reports.append(runner.run(case))
            if done is not None:
                done(reports[-1])
    return concluded(target, plan, started, reports, runner.ids)


def concluded(
    target: Target, plan: Plan, started: datetime, reports: Sequence[CaseReport], ids: Ids
) -> Report:
    """Return the report of a run that began at `started` and has ended with these reports of its cases."""
    now, entries = datetime.now(UTC), target.subject.expected_failure
    told = {report.name for report in reports}
    settled = expected.settled(reports, expected.in_force(entries, now.date()), told)
    return gather.report(
        gather.Run(
            suite=gather.suite_version(),
            subject=target.subject.name,
            url=target.url,
            started=started,
            seconds=(now - started).total_seconds(),
            seed=plan.seed,
            claimed=target.subject.claimed,
            id=ids.subject,
            peer=Peer(url=redact.address(plan.peer.url), id=ids.peer) if plan.peer is not None else None,
            selection=plan.selection,
            left_out=[case for case in suited(index.CASES, target.subject) if case.name not in told],
            expected=expected.rows(entries, settled, now.date()),
        ),
        settled,
    )


def suited(cases: Sequence[Case], subject: Subject) -> tuple[Case, ...]:
    """Return the cases for this kind of subject: those of exchanges, of verifiers, or all."""
    return tuple(case for case in cases if subject.is_for(case.profile))


def not_claimed(case: Case, subject: Subject, peer: Target | None) -> str | None:
    """Return why a case is not for this subject, or None if it is."""
    if case.profile not in subject.claimed:
        return f"the subject does not claim {case.profile}"
    if case.profile == "exchange-to-exchange" and peer is None:
        return "there is no second exchange: give its address with --peer"
    asked = [("the subject", subject)]
    if peer is not None and case.profile == "exchange-to-exchange":
        asked.append(("the peer", peer.subject))
    for whose, described in asked:
        if missing := [hook for hook in case.needs if hook not in described.hooks.given]:
            return f"{whose}'s file gives no [hooks] {', '.join(missing)}"
    return None


def exit_code(report: Report) -> int:
    """0 only if every case passed; 3 if only what was expected failed, or not every case was claimed; 1 otherwise."""
    return {"pass": 0, "incomplete": 3, "fail": 1}[report.verdict]


def _told(trial: Trial, case: Case) -> tuple[Verdict, str | None]:
    """Tell a case, and return how it ends and why."""
    try:
        case.run(trial)
    except Ended:
        return "fail", None
    except (Blocked, *FAULTS) as fault:  # also what the subject did wrong outside of every check
        failed = any(check.verdict == "fail" for check in trial.checks)
        return "fail" if failed else "blocked", str(fault)
    except Exception:  # noqa: BLE001 - a fault of the suite ends one case, not the run
        return "error", traceback.format_exc()
    verdict = verdict_of(trial.checks)
    return verdict, "the case checked nothing" if verdict == "error" else None
