"""The command `lading-conformance`."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from lading_conformance import comparison, expected, explain, runner
from lading_conformance.cases import index
from lading_conformance.drivers.subject import Subject, SubjectFault, load
from lading_conformance.progress import Patient, Progress
from lading_conformance.report import console as shown
from lading_conformance.report import files, redact
from lading_conformance.report.attest_command import attest_command
from lading_conformance.report.model import Report
from lading_conformance.report.words import is_address
from lading_conformance.requirements import requirements
from lading_conformance.selftest.command import self_test
from lading_conformance.trial.case import Case
from lading_conformance.usage import usage
from lading_conformance.wrong import EXCHANGES, serve

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
    peer: Annotated[
        str | None, typer.Option(help="The API address of a second exchange, for cases with two.")
    ] = None,
    peer_subject: Annotated[
        Path | None, typer.Option(help="The file that describes the second exchange.")
    ] = None,
    profile: Annotated[
        list[str] | None, typer.Option(help="Only cases of this profile; may be repeated.")
    ] = None,
    case: Annotated[list[str] | None, typer.Option(help="Only this case; may be repeated.")] = None,
    requirement: Annotated[
        list[str] | None, typer.Option(help="Only cases about this requirement (LAD-…); may be repeated.")
    ] = None,
    expression: Annotated[
        str | None, typer.Option("-k", metavar="EXPRESSION", help="Only cases that pytest's -k selects.")
    ] = None,
    fast: Annotated[bool, typer.Option("--fast", help="Leave out the slow cases.")] = False,
    jobs: Annotated[int, typer.Option(min=1, max=64, help="How many cases run at once.")] = 1,
    seed: Annotated[int | None, typer.Option(help="Repeat the random choices of an earlier run.")] = None,
    time_limit: Annotated[float, typer.Option(help="Seconds granted to the whole run.")] = 1800.0,
    report: Annotated[Path | None, typer.Option(help="Write the report into this folder.")] = None,
    spec: Annotated[str | None, typer.Option(help="Where the specification is published, for links.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the JSON report and nothing else.")] = False,
    fail_fast: Annotated[bool, typer.Option("--fail-fast", help="End with the first failure.")] = False,
) -> None:
    """Run the cases against an exchange.

    Exit code 0 only if every case passed; 1 if one did not; 3 if nothing failed but what the subject's file announces,
    and not every case was claimed and passed; 2 if the call or the subject's file is at fault.
    """
    _need_pytest()
    target = _target(url, subject)
    second = _second(target.subject, peer, peer_subject)
    cases, words = _selected(profile or (), case or (), requirement or (), expression, fast=fast)
    cases = runner.suited(cases, target.subject)
    if not cases:
        raise usage("No selected case is for this kind of subject: an exchange, or a [verifier].")
    if spec is not None and not is_address(spec):
        raise usage("Give --spec an http:// or https:// address.")
    number = secrets.randbits(32) if seed is None else seed
    plan = runner.Plan(cases, number, time_limit, second, words)
    result = _run(target, plan, jobs=jobs, fail_fast=fail_fast, quiet=as_json)
    if report is not None:
        files.write(result, report, spec)
    if as_json:
        print(result.model_dump_json(indent=1))
    raise typer.Exit(runner.exit_code(result))


@app.command("report")
def report_command(
    compare: Annotated[
        tuple[Path, Path], typer.Option(metavar="OLD NEW", help="Two reports: report.json, or their folders.")
    ],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Compare two reports: what was fixed, what broke, what is new, what is gone. Exit code 1 if something broke."""
    try:
        found = comparison.compared(*(comparison.load(path) for path in compare))
    except comparison.NoReport as fault:
        raise usage(str(fault)) from None
    print(found.model_dump_json(indent=1) if as_json else comparison.text(found))
    raise typer.Exit(1 if found.broke else 0)


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
        raise usage(f"{name} is none of: {', '.join(EXCHANGES)}.")
    serve(name, before, port, lambda url: print(f"{name} exchange at {url}", flush=True))


# Commands of modules of their own; what a command needs beyond the base installation it imports when it is called.
app.command("list")(explain.list_command)
app.command("explain")(explain.explain_command)


app.command("self-test")(self_test)
app.command("attest")(attest_command)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command with these arguments, by default those of the process."""
    app(args=list(arguments) if arguments is not None else None, prog_name="lading-conformance")


def _need_pytest() -> None:
    if missing := [name for name in ("pytest", "xdist") if find_spec(name) is None]:
        raise usage(f'{" and ".join(missing)} not found. Install it with: pip install "lading[conformance]"')


def _run(target: runner.Target, plan: runner.Plan, *, jobs: int, fail_fast: bool, quiet: bool) -> Report:
    from lading_conformance import launch

    if quiet:
        return launch.run(target, plan, jobs=jobs, fail_fast=fail_fast)
    console = Patient()
    shown.begin(target.subject.name, redact.address(target.url), plan.seed, console)
    for sentence in expected.expired(target.subject.expected_failure, datetime.now(UTC).date()):
        console.print(sentence, style="yellow", highlight=False)
    with Progress(console, len(plan.cases)) as progress:
        watch = launch.Watch(progress.begins, progress.ends)
        result = launch.run(target, plan, jobs=jobs, fail_fast=fail_fast, watch=watch)
    shown.end(result, console)
    return result


def _target(url: str | None, path: Path | None) -> runner.Target:
    subject = _subject(path)
    if unknown := expected.unknown(subject.expected_failure):
        raise usage(
            f"{path}: [[expected_failure]] names {', '.join(unknown)}: neither a case nor a requirement."
        )
    if subject.verifier is not None and not subject.capabilities:
        return runner.Target("", subject)
    return runner.Target(_address(url or subject.url, "url"), subject)


def _second(subject: Subject, url: str | None, path: Path | None) -> runner.Target | None:
    """Return the second exchange: by its own file, or by what the subject's file says, or by its address alone."""
    try:
        described = load(path) if path is not None else subject.second()
    except SubjectFault as fault:
        raise usage(str(fault)) from None
    if described is None and url is None:
        return None
    described = described or Subject(name="the peer")
    return runner.Target(_address(url or described.url, "--peer"), described)


def _address(url: str | None, name: str) -> str:
    if url is None or not url.startswith(("http://", "https://")):
        raise usage(f"Give the exchange's http:// or https:// address, as {name} or in the subject's file.")
    return url


def _subject(path: Path | None) -> Subject:
    try:
        return load(path) if path is not None else Subject()
    except SubjectFault as fault:
        raise usage(str(fault)) from None


def _selected(
    profiles: Sequence[str],
    names: Collection[str],
    about: Collection[str],
    expression: str | None,
    *,
    fast: bool,
) -> tuple[tuple[Case, ...], tuple[str, ...]]:
    """Return the cases that the options select, and the options as they were given."""
    from lading_conformance import launch

    chosen = [("--profile", profiles), ("--case", names), ("--requirement", about)]
    words = [f"{option} {value}" for option, values in chosen for value in values]
    words += ([f"-k {expression}"] if expression else []) + (["--fast"] if fast else [])
    cases = tuple(case for case in _cases(profiles, names, about) if not (fast and case.slow))
    try:
        cases = launch.selected(cases, expression) if expression else cases
    except launch.BadSelection as fault:
        raise usage(str(fault)) from None
    if not cases:
        raise usage(f"No case is selected by {' '.join(words)}.")
    return cases, tuple(words)


def _cases(profiles: Sequence[str], names: Collection[str], about: Collection[str]) -> tuple[Case, ...]:
    if unknown := [name for name in names if index.named(name) is None]:
        raise usage(f"There is no case {', '.join(unknown)}; `lading-conformance list` has them.")
    if unknown := [name for name in about if name not in requirements()]:
        raise usage(f"There is no requirement {', '.join(unknown)}.")
    return tuple(
        case
        for case in explain.of_profiles(profiles)
        if (not names or case.name in names) and (not about or set(about) & set(case.requirements))
    )
