"""`lading lint`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lading.cli import options, output

if TYPE_CHECKING:
    from lading.lint.lint import Fault, Report

app = options.single()


@app.command()
def lint(
    listing: Annotated[Path, typer.Argument(help="A draft of a listing, or the members of one, in JSON.")],
    public_body: Annotated[
        bool, typer.Option("--public-body", help="Without --exchange: a public body would issue it.")
    ] = False,
    identity: options.IdentityName = None,
    exchange: options.ExchangeUrl = None,
    as_json: options.AsJson = False,
) -> None:
    """Say what an exchange would refuse a listing for, before you submit it: everything at once.

    Alone it asks the rules that all exchanges share, and needs no network. With --exchange it also asks that exchange's
    policy, and with --identity what the exchange says of you. Nothing is signed or sent. Exit code 1 where the listing
    would be refused. Notes say what would keep contracts away from a listing that is taken.

    \b
    Example:
      lading lint roads.csv.listing.json --exchange https://exchange.example
    """
    from lading.client.drafting.draft_file import read_members

    members = read_members(listing)
    if exchange is not None or identity is not None:
        with options.browsing(identity, exchange, as_json=as_json) as x:
            report = x.lint(members)
    else:
        report = _alone(members, public_body=public_body)
    _show(listing, report, as_json=as_json)
    if report.faults:
        raise typer.Exit(1)


def _alone(members: dict[str, object], *, public_body: bool) -> "Report":
    """The report of an exchange whose policy asks for nothing."""
    from lading.client.session import now_ms
    from lading.lint.lint import Setting, lint, somebody
    from lading.statement.words import Millis

    issuer = somebody("public-body") if public_body else None
    return lint(members, Setting(now=Millis(now_ms()), issuer=issuer))


def _show(listing: Path, report: "Report", *, as_json: bool) -> None:
    if as_json:
        output.show_json(
            {
                "faults": [_members(fault) for fault in report.faults],
                "notes": [_members(note) for note in report.notes],
            }
        )
        return
    for fault in report.faults:
        _show_one("fault", fault)
    for note in report.notes:
        _show_one("note", note)
    count = len(report.faults)
    output.line(
        f"{count} fault{'' if count == 1 else 's'} in {listing}" if count else f"no fault in {listing}"
    )


def _show_one(kind: str, fault: "Fault") -> None:
    output.line(f"{kind} {fault.code} at {fault.pointer or '/'} ({fault.requirement})")
    output.fields({"what": fault.detail, "mend": fault.mend})


def _members(fault: "Fault") -> dict[str, str]:
    from dataclasses import asdict

    return asdict(fault)
