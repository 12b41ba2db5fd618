"""What the cases of a run come to: for each profile as a whole, for each requirement, and for the run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from typing import Final

from lading_conformance.drivers.subject import PROFILES
from lading_conformance.report.model import (
    CaseReport,
    ProfileReport,
    ProfileVerdict,
    RequirementSummary,
    RunVerdict,
)
from lading_conformance.requirements import requirements
from lading_conformance.trial.outcome import Verdict

WORST: Final[tuple[Verdict, ...]] = (
    "error",
    "fail",
    "unexpected pass",
    "blocked",
    "expected failure",
    "pass",
    "not claimed",
)
"""Verdicts from the worst one on."""


def worst(verdicts: Collection[Verdict]) -> Verdict | None:
    """Return the worst of some verdicts; None where there is none."""
    return next((verdict for verdict in WORST if verdict in verdicts), None)


def run_verdict(cases: Iterable[CaseReport]) -> RunVerdict:
    """Return how a run ends: `pass` only if every case passed; a run without cases has failed."""
    verdicts = {case.verdict for case in cases}
    if verdicts == {"pass"}:
        return "pass"
    return "incomplete" if verdicts and verdicts <= {"pass", "not claimed", "expected failure"} else "fail"


def profiles(
    cases: Sequence[CaseReport], claimed: Collection[str], left_out: Iterable[str] = ()
) -> tuple[ProfileReport, ...]:
    """Return one row for each profile of exchanges, where the subject is one, and for each that is claimed or told.

    `left_out` holds the profile of each case that was not part of the run.
    """
    missing = Counter(left_out)
    told = Counter(case.profile for case in cases)
    of_exchange = PROFILES if set(claimed) & set(PROFILES) else ()
    return tuple(
        _profile(
            name,
            Counter(case.verdict for case in cases if case.profile == name),
            name in claimed,
            missing[name],
        )
        for name in dict.fromkeys((*of_exchange, *claimed, *told))
    )


def requirement_rows(cases: Sequence[CaseReport]) -> tuple[RequirementSummary, ...]:
    """Return one row for each requirement that some case is about, in the order of their ids."""
    verdicts: dict[str, list[Verdict]] = {}
    names: dict[str, list[str]] = {}
    for case in cases:
        for requirement in case.requirements:
            names.setdefault(requirement.id, []).append(case.name)
            reached = [requirement.verdict] if requirement.verdict else []
            verdicts.setdefault(requirement.id, []).extend(reached)
    table = requirements()
    return tuple(
        RequirementSummary(
            id=name,
            text=table[name].text,
            page=table[name].page,
            code=table[name].code,
            verdict=worst(verdicts[name]),
            cases=tuple(names[name]),
        )
        for name in sorted(names)
    )


def _profile(name: str, counts: Counter[Verdict], claimed: bool, left_out: int) -> ProfileReport:
    return ProfileReport(
        name=name,
        claimed=claimed,
        verdict=_profile_verdict(counts, claimed, left_out),
        passed=counts["pass"],
        failed=counts["fail"],
        blocked=counts["blocked"],
        errors=counts["error"],
        not_claimed=counts["not claimed"],
        expected_failures=counts["expected failure"],
        unexpected_passes=counts["unexpected pass"],
        left_out=left_out,
    )


def _profile_verdict(counts: Counter[Verdict], claimed: bool, left_out: int) -> ProfileVerdict:
    if not claimed:
        return "not claimed"
    if counts["fail"] or counts["error"] or counts["unexpected pass"]:
        return "fail"
    if counts["blocked"]:
        return "blocked"
    if counts["expected failure"]:
        return "expected failure"
    if not counts["pass"]:
        return "not run"
    return "incomplete" if counts["not claimed"] or left_out else "pass"
