"""Failures that the subject's file announces: which are in force, which happened, and which have to go.

An announced failure does not break a run, an announced failure that did not happen does: its entry is to be removed. A
crash, a 500 and silence are never expected, and an entry that has expired counts as not there.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date

from lading_conformance.cases import index
from lading_conformance.drivers.subject import ExpectedFailure
from lading_conformance.report import model
from lading_conformance.report.model import CaseReport
from lading_conformance.requirements import requirements
from lading_conformance.trial.case import Case, Check
from lading_conformance.trial.outcome import Verdict


def unknown(entries: Iterable[ExpectedFailure]) -> tuple[str, ...]:
    """Return what the entries name and neither is a case nor a requirement."""
    return tuple(
        entry.about
        for entry in entries
        if index.named(str(entry.case)) is None and entry.requirement not in requirements()
    )


def in_force(entries: Iterable[ExpectedFailure], today: date) -> tuple[ExpectedFailure, ...]:
    """Return the entries that have not expired."""
    return tuple(entry for entry in entries if entry.expires >= today)


def expired(entries: Iterable[ExpectedFailure], today: date) -> tuple[str, ...]:
    """Return a sentence about each entry that has expired."""
    return tuple(
        f"The expected failure of {entry.about} expired on {entry.expires} and counts as not there ({entry.issue})."
        for entry in entries
        if entry.expires < today
    )


def marked(case: Case, checks: Iterable[Check], entries: Collection[ExpectedFailure]) -> list[Check]:
    """Return the checks of a case, those that failed as an entry announces marked as such."""
    return [
        replace(check, verdict="expected failure") if _foreseen(case, check, entries) else check
        for check in checks
    ]


def judged(
    case: Case,
    verdict: Verdict,
    reason: str | None,
    checks: Iterable[Check],
    entries: Iterable[ExpectedFailure],
) -> tuple[Verdict, str | None]:
    """Return how a case ends, and why, when its checks have been marked."""
    named = next((entry for entry in entries if entry.case == case.name), None)
    if verdict == "pass" and named is not None:
        return "unexpected pass", _must_go(named)
    verdicts = {check.verdict for check in checks}
    if verdict == "fail" and "expected failure" in verdicts and "fail" not in verdicts:
        return "expected failure", reason
    return verdict, reason


def settled(
    reports: Sequence[CaseReport], entries: Iterable[ExpectedFailure], told: Collection[str]
) -> tuple[CaseReport, ...]:
    """Return the reports of a run; cases that passed though a requirement of theirs was to fail somewhere are marked.

    Only if all cases about the requirement are among those `told`: of a part of them nothing follows.
    """
    settled = tuple(reports)
    for entry in entries:
        name = entry.requirement
        if name is None or any(case.name not in told for case in index.about(name)):
            continue
        verdicts = {row.verdict for report in reports for row in report.requirements if row.id == name}
        if verdicts & {"pass"} and not verdicts & {"fail", "expected failure"}:
            settled = tuple(_passed_unexpectedly(report, name, entry) for report in settled)
    return settled


def rows(
    entries: Iterable[ExpectedFailure], reports: Iterable[CaseReport], today: date
) -> tuple[model.ExpectedFailure, ...]:
    """Return what a report says of the entries."""
    happened = {
        name
        for report in reports
        for check in report.checks
        if check.verdict == "expected failure"
        for name in (report.name, check.requirement)
    }
    return tuple(
        model.ExpectedFailure(
            requirement=entry.requirement,
            case=entry.case,
            reason=entry.reason,
            issue=entry.issue,
            expires=entry.expires.isoformat(),
            happened=entry.about in happened and entry.expires >= today,
            expired=entry.expires < today,
        )
        for entry in entries
    )


def _foreseen(case: Case, check: Check, entries: Iterable[ExpectedFailure]) -> bool:
    if check.verdict != "fail" or check.crashed:
        return False
    return any(entry.about in (case.name, check.requirement) for entry in entries)


def _passed_unexpectedly(report: CaseReport, name: str, entry: ExpectedFailure) -> CaseReport:
    if report.verdict != "pass" or all(row.id != name or row.verdict is None for row in report.requirements):
        return report
    return report.model_copy(update={"verdict": "unexpected pass", "reason": _must_go(entry)})


def _must_go(entry: ExpectedFailure) -> str:
    return (
        f"{entry.about} passed, and [[expected_failure]] says that it fails ({entry.issue}): remove the entry"
    )
