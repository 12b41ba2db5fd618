"""The command `lading-conformance`."""

from __future__ import annotations

import secrets
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from lading_conformance import runner
from lading_conformance.cases import index
from lading_conformance.drivers.subject import Subject, SubjectFault, load
from lading_conformance.report import console as shown
from lading_conformance.report import files, redact
from lading_conformance.report.model import Report
from lading_conformance.requirements import Requirement, requirements
from lading_conformance.trial.case import Case
from lading_conformance.wrong import EXCHANGES, serve

USAGE = 2
"""The exit code where the suite was called wrongly, or the subject's file does not work."""

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Black-box conformance tests for an exchange that speaks Lading.",
)


@app.command("run")
def run_command(
    url: Annotated[
        str | None, typer.Argument(help="The exchange's API address. Default: `url` of the subject's file.")
    ] = None,
    *,
    subject: Annotated[Path | None, typer.Option(help="The file that describes the subject.")] = None,
    report: Annotated[
        Path | None, typer.Option(help="Write report.json and report.txt into this folder.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print the JSON report and nothing else.")] = False,
    case: Annotated[list[str] | None, typer.Option(help="Run this case only; may be repeated.")] = None,
    seed: Annotated[int | None, typer.Option(help="Repeat the random choices of an earlier run.")] = None,
    time_limit: Annotated[float, typer.Option(help="Seconds granted to the whole run.")] = 600.0,
) -> None:
    """Run the cases against an exchange.

    Exit code 0 only if every case passed; 1 if one did not; 3 if nothing failed but not every case was claimed; 2
    if the call or the subject's file is at fault.
    """
    described = _subject(subject)
    address = url or described.url
    if address is None or not address.startswith(("http://", "https://")):
        raise _usage("Give the exchange's http:// or https:// address, or `url` in the subject's file.")
    plan = runner.Plan(_cases(case or ()), secrets.randbits(32) if seed is None else seed, time_limit)
    result = _run(address, described, plan, quiet=json)
    if report is not None:
        files.write(result, report)
    if json:
        print(result.model_dump_json(indent=1))
    raise typer.Exit(runner.exit_code(result))


@app.command("list")
def list_command() -> None:
    """List the cases with their stories."""
    console = Console()
    for case in index.CASES:
        console.print(
            f"[bold]{case.name}[/bold]  ({case.profile}, {len(case.requirements)} requirements)",
            highlight=False,
        )
        console.print(f"  {case.story}", highlight=False)


@app.command("explain")
def explain_command(
    name: Annotated[str, typer.Argument(help="A case, or the id of a requirement (LAD-…).")],
) -> None:
    """Explain a case by its requirements, or a requirement by its sentence and cases."""
    console = Console()
    case, requirement = index.named(name), requirements().get(name)
    if case is not None:
        _explain_case(case, console)
    elif requirement is not None:
        _explain_requirement(requirement, console)
    else:
        raise _usage(f"{name} is neither a case nor a requirement; `lading-conformance list` has the cases.")


@app.command("wrong")
def wrong_command(
    name: Annotated[str, typer.Argument(help=f"One of: {', '.join(EXCHANGES)}.")],
    *,
    before: Annotated[str, typer.Option(help="The address at which the real exchange listens.")],
    port: Annotated[int, typer.Option(help="The port of 127.0.0.1 to listen on; 0 takes a free one.")] = 0,
) -> None:
    """Serve a deliberately wrong exchange: a proxy in front of a real one, to see the suite fail it.

    The real exchange must have the proxy's address as its API address.
    """
    if name not in EXCHANGES:
        raise _usage(f"{name} is none of: {', '.join(EXCHANGES)}.")
    serve(name, before, port, lambda url: print(f"{name} exchange at {url}", flush=True))


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command with these arguments, by default those of the process."""
    app(args=list(arguments) if arguments is not None else None, prog_name="lading-conformance")


def _run(url: str, subject: Subject, plan: runner.Plan, *, quiet: bool) -> Report:
    if quiet:
        return runner.run(url, subject, plan)
    console = Console()
    shown.begin(subject.name, redact.address(url), plan.seed, console)
    result = runner.run(url, subject, plan, lambda case: shown.show_case(case, console))
    shown.end(result, console)
    return result


def _subject(path: Path | None) -> Subject:
    try:
        return load(path) if path is not None else Subject()
    except SubjectFault as fault:
        raise _usage(str(fault)) from None


def _cases(names: Sequence[str]) -> tuple[Case, ...]:
    unknown = [name for name in names if index.named(name) is None]
    if unknown:
        raise _usage(f"There is no case {', '.join(unknown)}; `lading-conformance list` has them.")
    return tuple(case for case in index.CASES if not names or case.name in names)


def _explain_case(case: Case, console: Console) -> None:
    console.print(f"[bold]{case.name}[/bold]  ({case.profile})\n{case.story}\n", highlight=False)
    for name in case.requirements:
        console.print(f"{name}  {requirements()[name].text}", highlight=False, markup=False)


def _explain_requirement(requirement: Requirement, console: Console) -> None:
    console.print(f"{requirement.id}  {requirement.text}", highlight=False, markup=False)
    code = f", code {requirement.code}" if requirement.code else ""
    console.print(f"On spec/{requirement.page}{code}.", highlight=False, markup=False)
    names = ", ".join(case.name for case in index.about(requirement.id)) or "no case yet"
    console.print(f"Checked by: {names}.", highlight=False, markup=False)


def _usage(sentence: str) -> typer.Exit:
    print(sentence, file=sys.stderr)
    return typer.Exit(USAGE)
