"""The report as a person reads it in a terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from lading_conformance.report.clean import clean
from lading_conformance.report.mend import advice
from lading_conformance.report.model import CaseReport, CheckReport, Message, Report
from lading_conformance.report.words import verdict_sentence

STYLES: Final = {
    "pass": "green",
    "fail": "bold red",
    "error": "bold magenta",
    "blocked": "yellow",
    "not claimed": "dim",
    "expected failure": "cyan",
    "unexpected pass": "bold red",
    "incomplete": "yellow",
}


QUIET: Final = frozenset({"pass", "not claimed"})
"""Outcomes of which a terminal shows a line, and only a report the whole."""


def show(report: Report, console: Console) -> None:
    """Print the whole report."""
    begin(report.subject, report.url, report.seed, console)
    for case in report.cases:
        show_case(case, console, whole=True)
    end(report, console)


def begin(subject: str, url: str, seed: int, console: Console) -> None:
    """Print what is run against what."""
    told = " · ".join(_safe(text) for text in (subject, url) if text)
    console.print(f"lading-conformance · {told} · seed {seed}\n", highlight=False)


def show_case(case: CaseReport, console: Console, *, whole: bool) -> None:
    """Print how a case ended; of one that did not pass also its story, the requirements with their sentences, what
    failed and what to mend. `whole`: of every case, and all of its requirements.
    """
    checks = f"{_counted(len(case.checks), 'check')}, {case.seconds:.1f} s"
    console.print(f"{_verdict(case.verdict)}  [bold]{case.name}[/bold]  {checks}", highlight=False)
    loud = whole or case.verdict not in QUIET
    if loud:
        console.print(f"[dim]{_safe(case.story)}[/dim]", highlight=False)
    if case.reason:
        console.print(f"[yellow]{_safe(case.reason)}[/yellow]", highlight=False)
    if loud:
        console.print(_requirements(case, whole=whole))
        for check in case.checks:
            if check.verdict != "pass":
                _show_failure(check, case.messages[check.first : check.end], console)
        console.print()


def end(report: Report, console: Console) -> None:
    """Print each profile as a whole, the count of each verdict, and what it comes to."""
    counts = Counter(case.verdict for case in report.cases)
    said = ", ".join(f"{count} {_verdict(verdict)}" for verdict, count in sorted(counts.items()))
    console.print()
    console.print(_profiles(report))
    text = f"\n{_counted(len(report.cases), 'case')} in {report.seconds:.1f} s: {said}. {verdict_sentence(report)}"
    console.print(text, highlight=False)


def _requirements(case: CaseReport, *, whole: bool) -> Table:
    """Each requirement with its sentence; without `whole` only the numbers of those that are kept."""
    kept = [one.id for one in case.requirements if one.verdict == "pass" and not whole]
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for requirement in case.requirements:
        if requirement.verdict is not None and requirement.id not in kept:
            table.add_row(_verdict(requirement.verdict), requirement.id, _safe(requirement.text))
    if kept:
        table.add_row(_verdict("pass"), f"{len(kept)}", ", ".join(kept))
    if unreached := [requirement.id for requirement in case.requirements if requirement.verdict is None]:
        table.add_row("[dim]not reached[/dim]", f"{len(unreached)}", ", ".join(unreached))
    return table


def _profiles(report: Report) -> Table:
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    for row in report.profiles:
        counts = {
            "passed": row.passed,
            "failed": row.failed,
            "blocked": row.blocked,
            "errors": row.errors,
            "expected failures": row.expected_failures,
            "unexpected passes": row.unexpected_passes,
            "not claimed": row.not_claimed,
            "left out": row.left_out,
        }
        cases = ", ".join(f"{count} {name}" for name, count in counts.items() if count)
        table.add_row(row.name, _verdict(row.verdict), cases)
    return table


def _show_failure(check: CheckReport, messages: Sequence[Message], console: Console) -> None:
    console.print(f"  {_verdict(check.verdict)} {check.requirement}: {_safe(check.what)}", highlight=False)
    console.print(f"       {_safe(check.detail or '')}", highlight=False)
    for message in messages[-3:]:
        answer = message.fault or f"{message.status} {message.response_headers.get('content-type', '')}"
        words = _safe(f"{message.method} {message.path} → {answer}")
        console.print(f"       {words}", highlight=False)
    if check.verdict == "fail":
        console.print(f"       To mend: {_safe(advice(check, messages).sentence)}", highlight=False)


def _counted(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def _safe(words: str) -> str:
    return escape(clean(words))


def _verdict(verdict: str) -> str:
    return f"[{STYLES.get(verdict, 'dim')}]{verdict}[/]"
