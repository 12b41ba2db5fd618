"""The result of a self-test as a page of the documentation: every mutant, and who kills it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from lading_conformance.cases import index
from lading_conformance.report.gather import suite_version
from lading_conformance.requirements import requirements
from lading_conformance.selftest.model import Kind, Outcome
from lading_conformance.selftest.verdict import Verdict

HEADINGS: Final[dict[Kind, tuple[str, str]]] = {
    "rule": ("Rules", "The SDK without one rule of its engine."),
    "refusal": ("Refusals", "SDK or server without one place at which they refuse."),
    "form": ("Forms", "Statements of one act may hold members that nobody knows."),
    "behaviour": ("Behaviours", "The server with one thing wrong that is no refusal."),
    "spoilt answer": (
        "Spoilt answers",
        "The reference server behind a proxy that spoils one kind of answer.",
    ),
    "wrong answer": (
        "Wrong answers",
        "A program that answers all vectors about one requirement otherwise, and all others as expected.",
    ),
    "blunt": ("Blunt exchanges", "Wrong about everything of one kind; every case is told to them."),
}


@dataclass(frozen=True)
class Run:
    """A self-test that has ended. `earlier`: how many outcomes a run before it has left in the same folder."""

    ended: date
    earlier: int
    outcomes: Sequence[Outcome]
    verdict: Verdict


def render(run: Run) -> str:
    """Return the page."""
    return "\n".join(_lines(run)) + "\n"


def _lines(run: Run) -> Iterator[str]:
    yield "# Who tests the conformance suite?"
    yield ""
    yield "`lading-conformance self-test --report DIR` takes away the rules and checks of the reference server one at"
    yield "a time, and spoils its answers. Each such mutant has to be failed by a case that names the requirement"
    yield "which it breaks. The command writes this page."
    yield ""
    yield from _summary(run)
    for kind, (heading, text) in HEADINGS.items():
        of_kind = [outcome for outcome in run.outcomes if outcome.kind == kind]
        if of_kind:
            yield from ("", f"## {heading}", "", text, "")
            yield from _blunt(of_kind) if kind == "blunt" else _table(of_kind)


def _summary(run: Run) -> Iterator[str]:
    outcomes, verdict = run.outcomes, run.verdict
    counts = Counter(outcome.fate for outcome in outcomes)
    said = ", ".join(f"{count} {fate}" for fate, count in counts.most_common())
    pairs = sum(len(case.requirements) for case in index.CASES)
    tested = sum(bool(index.about(name)) for name in requirements())
    yield "| | |"
    yield "|---|---|"
    yield f"| ended on | {run.ended:%d %B %Y}, suite {suite_version()} |"
    yield f"| cases | {len(index.CASES)} |"
    yield f"| requirements that a case checks | {tested} of {len(requirements())} |"
    yield f"| requirements with neither a case nor a reason | {len(verdict.without_case)} |"
    yield f"| mutants | {len(outcomes)}: {said} |"
    yield f"| of these tried in an earlier run | {run.earlier} |"
    yield f"| cases that no mutant failed | {', '.join(verdict.never_failed) or 'none'} |"
    unbroken = ", ".join(verdict.unbroken) or "none"
    yield f"| requirements of which no check failed under any mutant | {unbroken} |"
    yield f"| pairs of case and requirement that some mutant failed | {pairs - len(verdict.unmade)} of {pairs} |"


def _table(outcomes: Sequence[Outcome]) -> Iterator[str]:
    yield "| Mutant | Breaks | Killed by | because of |"
    yield "|---|---|---|---|"
    for outcome in outcomes:
        killer = outcome.killer
        by = (
            f"{killer.case} | {killer.requirement}: {_cell(killer.what)}"
            if killer
            else f"**{outcome.fate}** | "
        )
        yield f"| {outcome.name} | {', '.join(outcome.requirements)} | {by} |"


def _blunt(outcomes: Sequence[Outcome]) -> Iterator[str]:
    yield "| Exchange | Cases that failed | Pairs of case and requirement |"
    yield "|---|---|---|"
    for outcome in outcomes:
        cases = {case for case, _ in outcome.failed}
        yield f"| {outcome.name} | {len(cases)} of {len(outcome.ran)} | {len(outcome.failed)} |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
