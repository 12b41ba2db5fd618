"""The four things that have to hold of the suite, and what is missing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lading_conformance.cases import index
from lading_conformance.report.model import CaseReport
from lading_conformance.requirements import requirements
from lading_conformance.selftest.excused import untested
from lading_conformance.selftest.model import SETTLED, Mutant, Outcome

Pair = tuple[str, str]


@dataclass(frozen=True)
class Verdict:
    """What is missing. `unmade`: pairs of case and requirement that no mutant made fail, and `unbroken`: requirements
    of which no check of any case ever failed; both told, and forgiven.
    """

    not_passed: tuple[str, ...]
    alive: tuple[Outcome, ...]
    without_case: tuple[str, ...]
    never_failed: tuple[str, ...]
    unmade: tuple[Pair, ...]
    unbroken: tuple[str, ...]
    whole: bool

    @property
    def holds(self) -> bool:
        """Whether nothing is missing. That a case never failed counts only where all mutants were tried."""
        wanting = bool(self.not_passed or self.alive)
        return not wanting and not (self.whole and (self.without_case or self.never_failed))


def judged(reference: Iterable[CaseReport], outcomes: Sequence[Outcome], every: Sequence[Mutant]) -> Verdict:
    """Return what is missing, given what came of the reference server and of the mutants; `every`: all there are."""
    failed = {(case, name) for outcome in outcomes for case, name in outcome.failed}
    pairs = {(case.name, name) for case in index.CASES for name in case.requirements}
    silent = {case.name for case in index.CASES} - {case for case, _ in failed}
    return Verdict(
        not_passed=tuple(report.name for report in reference if report.verdict != "pass"),
        alive=tuple(outcome for outcome in outcomes if outcome.fate not in SETTLED),
        without_case=tuple(without_case()),
        never_failed=tuple(sorted(silent)),
        unmade=tuple(sorted(pairs - failed)),
        unbroken=tuple(sorted({name for _, name in pairs} - {name for _, name in failed})),
        whole={mutant.name for mutant in every} <= {outcome.name for outcome in outcomes},
    )


def without_case() -> list[str]:
    """Return the requirements that have neither a case nor a reason why there is none."""
    excused = untested()
    return [name for name in requirements() if not index.about(name) and name not in excused]
