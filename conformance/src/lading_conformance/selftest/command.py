"""`lading-conformance self-test`: the suite tried on itself."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from lading_conformance.cases import index
from lading_conformance.report.model import CaseReport
from lading_conformance.selftest import mutants, page, reference, working
from lading_conformance.selftest.hosting import HostFault
from lading_conformance.selftest.model import SETTLED, Mutant, Outcome
from lading_conformance.selftest.trying import cases_of
from lading_conformance.selftest.verdict import Verdict, judged
from lading_conformance.trial.case import Case

USAGE = 2
"""The exit code where the command was called wrongly, or server or mutants cannot be run."""
RESULTS = "outcomes.jsonl"
"""What came of each mutant, a line each, in the folder of `--report`; the last line counts."""


def self_test(
    only: Annotated[list[str] | None, typer.Option(help="Try this mutant only; may be repeated.")] = None,
    *,
    jobs: Annotated[int, typer.Option(help="How many mutants are tried at a time.")] = 2,
    sample: Annotated[int, typer.Option(help="Try so many mutants of all kinds; 0: all.")] = 0,
    seed: Annotated[int, typer.Option(help="Which ones a sample takes.")] = 1,
    json: Annotated[bool, typer.Option("--json", help="Print the outcomes as JSON, a line each.")] = False,
    report: Annotated[
        Path | None,
        typer.Option(help="Keep the outcomes in this folder; mutants that were killed are not tried again."),
    ] = None,
    reference_too: Annotated[
        bool, typer.Option("--reference/--no-reference", help="Tell the cases to the reference server first.")
    ] = True,
) -> None:
    """Try the suite on itself: the reference server has to pass, and every wrong exchange has to be noticed.

    Each rule and check of the reference server is taken away once, and answers are spoilt one at a time. A case that
    names the requirement which that breaks has to fail. Exit code 0 if all of that holds, 1 if it does not.
    """
    console = Console(quiet=json)
    try:
        every = mutants.mutants()
        chosen = _chosen(every, only or (), sample, seed)
        with tempfile.TemporaryDirectory(prefix="lading-self-test-") as place:
            told = _reference(chosen, Path(place), console) if reference_too else []
            known = _stored(report)
            outcomes = _tried(chosen, told, known, report, jobs, Path(place), console)
    except HostFault as fault:
        print(fault, file=sys.stderr)
        raise typer.Exit(USAGE) from None
    verdict = judged(told, outcomes, every)
    _conclude(verdict, outcomes, told, console)
    if json:
        print("\n".join(outcome.model_dump_json() for outcome in outcomes))
    if report is not None:
        earlier = sum(outcome.name in known for outcome in outcomes)
        run = page.Run(datetime.now(UTC).date(), earlier, outcomes, verdict)
        (report / "self-test.md").write_text(page.render(run), encoding="utf-8")
    raise typer.Exit(0 if verdict.holds else 1)


def _chosen(every: Sequence[Mutant], names: Sequence[str], sample: int, seed: int) -> tuple[Mutant, ...]:
    unknown = set(names) - {mutant.name for mutant in every}
    if unknown:
        print(f"There is no mutant {', '.join(sorted(unknown))}.", file=sys.stderr)
        raise typer.Exit(USAGE)
    if names:
        return tuple(mutant for mutant in every if mutant.name in names)
    return mutants.sampled(every, sample, seed) if sample else tuple(every)


def _reference(chosen: Sequence[Mutant], place: Path, console: Console) -> list[CaseReport]:
    """Tell the reference server every case that a mutant is told."""
    wanted = {case.name for mutant in chosen for case in cases_of(mutant, {})}
    cases: list[Case] = [case for case in index.CASES if case.name in wanted]
    console.print(f"The reference server, {len(cases)} cases", highlight=False)

    def done(report: CaseReport) -> None:
        style = "green" if report.verdict == "pass" else "bold red"
        text = f"  [{style}]{report.verdict}[/]  {report.name}  {report.seconds:.1f} s"
        console.print(text, highlight=False)
        for check in report.checks:
            if check.verdict == "fail":
                failure = f"{check.requirement}: {check.what}: {check.detail}"
                console.print(f"      {escape(failure)}", highlight=False)
        if report.reason:
            console.print(f"      {escape(report.reason.strip()[-500:])}", highlight=False)

    return reference.told(cases, place, done)


def _tried(
    chosen: Sequence[Mutant],
    told: Iterable[CaseReport],
    known: Mapping[str, Outcome],
    report: Path | None,
    jobs: int,
    place: Path,
    console: Console,
) -> list[Outcome]:
    """Try what is not known, and write down each outcome at once."""
    found = [known[mutant.name] for mutant in chosen if mutant.name in known]
    rest = [mutant for mutant in chosen if mutant.name not in known]
    console.print(f"{len(chosen)} mutants, {len(found)} of them tried before", highlight=False)
    cost = {case.name: case.seconds for case in told}
    for number, outcome in enumerate(working.outcomes(rest, cost, place, jobs), start=1):
        found.append(outcome)
        _show(outcome, f"{number}/{len(rest)}", console)
        if report is not None:
            report.mkdir(parents=True, exist_ok=True)
            with (report / RESULTS).open("a", encoding="utf-8") as file:
                file.write(outcome.model_dump_json() + "\n")
    order = {mutant.name: place_ for place_, mutant in enumerate(chosen)}
    return sorted(found, key=lambda outcome: order[outcome.name])


def _stored(report: Path | None) -> dict[str, Outcome]:
    """Return what an earlier run has left in the folder of the report, and need not be tried again."""
    if report is None or not (report / RESULTS).exists():
        return {}
    lines = (report / RESULTS).read_text(encoding="utf-8").splitlines()
    found = [Outcome.model_validate_json(line) for line in lines]
    return {outcome.name: outcome for outcome in found if outcome.fate in SETTLED}


def _show(outcome: Outcome, count: str, console: Console) -> None:
    style = {"killed": "green", "untestable": "yellow"}.get(outcome.fate, "bold red")
    by = f" by {outcome.killer.case}, {outcome.killer.requirement}" if outcome.killer else ""
    why = f"  {outcome.reason.strip().splitlines()[-1][:200]}" if outcome.reason else ""
    text = f"  {count}  [{style}]{outcome.fate}[/]  {outcome.name}{by}  {outcome.seconds:.1f} s{escape(why)}"
    console.print(text, highlight=False, soft_wrap=True)


def _conclude(
    verdict: Verdict, outcomes: Sequence[Outcome], told: Sequence[CaseReport], console: Console
) -> None:
    killed = sum(outcome.fate == "killed" for outcome in outcomes)
    untestable = sum(outcome.fate == "untestable" for outcome in outcomes)
    console.print(
        f"\n{len(told) - len(verdict.not_passed)} of {len(told)} cases pass on the reference server."
    )
    console.print(
        f"{killed} of {len(outcomes)} mutants are killed; {untestable} break what no suite can test."
    )
    if verdict.whole:
        console.print(f"{len(verdict.without_case)} requirements have neither a case nor a reason.")
        console.print(
            f"{len(verdict.never_failed)} cases never failed: {', '.join(verdict.never_failed) or '-'}."
        )
        console.print(
            f"{len(verdict.unmade)} pairs of case and requirement, "
            f"and {len(verdict.unbroken)} requirements in all cases, never failed."
        )
    console.print("[green]All of that holds.[/]" if verdict.holds else "[bold red]That does not hold.[/]")
