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


def show(report: Report, console: Console) -> None:
    """Print the whole report."""
    begin(report.subject, report.url, report.seed, console)
    for case in report.cases:
        show_case(case, console)
    end(report, console)


def begin(subject: str, url: str, seed: int, console: Console) -> None:
    """Print what is run against what."""
    told = " · ".join(_safe(text) for text in (subject, url) if text)
    console.print(f"lading-conformance · {told} · seed {seed}\n", highlight=False)


def show_case(case: CaseReport, console: Console) -> None:
    """Print a case: its story, its requirements with their sentences, and what failed."""
    head = (
        f"{_verdict(case.verdict)}  [bold]{case.name}[/bold]  {len(case.checks)} checks, {case.seconds:.1f} s"
    )
    console.print(head, highlight=False)
    console.print(f"[dim]{_safe(case.story)}[/dim]", highlight=False)
    if case.reason:
        console.print(f"[yellow]{_safe(case.reason)}[/yellow]", highlight=False)
    console.print(_requirements(case))
    for check in case.checks:
        if check.verdict != "pass":
            _show_failure(check, case.messages[check.first : check.end], console)
    console.print()


def end(report: Report, console: Console) -> None:
    """Print each profile as a whole, the count of each verdict, and what it comes to."""
    counts = Counter(case.verdict for case in report.cases)
    said = ", ".join(f"{count} {_verdict(verdict)}" for verdict, count in sorted(counts.items()))
    console.print(_profiles(report))
    text = f"\n{len(report.cases)} cases in {report.seconds:.1f} s: {said}. {verdict_sentence(report)}"
    console.print(text, highlight=False)


def _requirements(case: CaseReport) -> Table:
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for requirement in case.requirements:
        if requirement.verdict is not None:
            table.add_row(_verdict(requirement.verdict), requirement.id, _safe(requirement.text))
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


def _safe(words: str) -> str:
    return escape(clean(words))


def _verdict(verdict: str) -> str:
    return f"[{STYLES.get(verdict, 'dim')}]{verdict}[/]"
