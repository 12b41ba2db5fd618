"""`lading approve`: list, show, give, refuse."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lading.cli import options, output
from lading.errors import IdentityLocked, UsageProblem

if TYPE_CHECKING:
    from lading.client.approvals import Decision, Request
    from lading.client.approver import ApproverKey

app = typer.Typer(
    rich_markup_mode=None,
    add_completion=False,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Number = Annotated[str, typer.Argument(metavar="REQUEST", help="The request's number, or how it begins.")]
Folder = Annotated[
    Path | None,
    typer.Option(
        "--approvals",
        envvar="LADING_APPROVALS",
        metavar="DIR",
        help="The folder of requests; by default those of the identities on this machine.",
    ),
]
Who = Annotated[
    str | None,
    typer.Option("--approver", metavar="NAME", help="Who you are; needed where several approvers are here."),
]


@app.callback()
def approve() -> None:
    """Look at what other people of your organisation want to sign; approve or refuse it.

    You need an approver's key: lading identity approver NAME."""


@app.command("list")
def list_(
    all_: Annotated[bool, typer.Option("--all", help="Also what is decided or expired.")] = False,
    approvals: Folder = None,
    as_json: options.AsJson = False,
) -> None:
    """List the requests that wait for an approval.

    \b
    Example:
      lading approve list --approvals /shared/approvals
    """
    from lading.client.approvals import requests

    rows = [
        {"request": number, "state": _state(found, answer)} | _about(found)
        for folder in _folders(approvals)
        for number, found, answer in requests(folder)
    ]
    rows = [row for row in rows if all_ or row["state"] in ("waiting", "changed")]
    if as_json:
        output.show_json({"requests": rows})
        return
    for row in rows:
        output.line(output.plain("  ".join(str(value) for value in row.values())))
    if not rows:
        output.note("No request waits here.")


@app.command()
def show(request: Number, approvals: Folder = None, as_json: options.AsJson = False) -> None:
    """Show the exact statement that would be signed, and how the request was answered.

    What it names by id, you look up with: lading show ID.

    \b
    Example:
      lading approve show 4f0c2a
    """
    from lading.client.approvals import decision

    folder, found = _found(request, approvals)
    answer = decision(folder, found)
    shown: dict[str, object] = {"request": found.number, "state": _state(found, answer)}
    shown |= {"for": found.organisation}
    shown |= {"expires": found.expires_at}
    shown |= {f"- {output.plain(name)}": output.compact(value) for name, value in found.statement.items()}
    if answer is not None:
        shown |= {"decided by": answer.approver.name, "reason": answer.reason or ""}
    members = {"request": found.number, "state": shown["state"], "organisation": found.organisation}
    members |= {"expires_at": found.expires_at}
    said = None if answer is None else answer.model_dump(exclude_none=True)
    output.result(as_json, shown, members | {"statement": found.statement, "decision": said})


@app.command()
def give(
    request: Number, approver: Who = None, approvals: Folder = None, as_json: options.AsJson = False
) -> None:
    """Approve a request: whoever proposed it runs their command again, and it is signed.

    \b
    Example:
      lading approve give 4f0c2a --approver ben
    """
    _decide(request, approver, approvals, None, as_json)


@app.command()
def refuse(
    request: Number,
    reason: Annotated[str, typer.Option(help="Why, in words; whoever proposed it sees it.")],
    approver: Who = None,
    approvals: Folder = None,
    as_json: options.AsJson = False,
) -> None:
    """Refuse a request, with a reason. It cannot be approved any more; nothing is signed.

    \b
    Example:
      lading approve refuse 4f0c2a --reason "Twice what we paid last year."
    """
    _decide(request, approver, approvals, reason, as_json)


def _decide(
    request: str, approver: str | None, approvals: Path | None, reason: str | None, as_json: bool
) -> None:
    from lading.client.approvals import decide
    from lading.client.session import now_ms

    folder, found = _found(request, approvals)
    key = _approver(approver)
    made = decide(folder, found, key.public, key.signer, refused=reason, now=now_ms())
    shown = {"request": found.number, "act": found.act, "outcome": made.outcome, "by": key.public.name}
    output.result(as_json, shown | {"reason": made.reason}, shown | {"reason": made.reason})


def _folders(given: Path | None) -> Iterator[Path]:
    """The folder that was named, or those of all identities on this machine, each once."""
    from lading.client import approvals, profile

    if given is not None:
        yield given
        return
    folders = {}
    for name in profile.names():
        home, _ = profile.load(name)
        demand = approvals.load(home)
        if demand is not None:
            folders[approvals.place(home, demand)] = name
    yield from folders


def _found(number: str, given: Path | None) -> tuple[Path, "Request"]:
    """The one request whose number begins so, and its folder."""
    from lading.client.approvals import parse_request, requests

    there = [
        (folder, name)
        for folder in _folders(given)
        for name, _, _ in requests(folder)
        if name.startswith(number)
    ]
    if len(there) != 1:
        what = "several requests begin" if there else "no request begins"
        raise UsageProblem(f"{what} with {number!r}", hint="See: lading approve list --all.")
    folder, name = there[0]
    return folder, parse_request(folder / f"{name}.request.json")


def _approver(name: str | None) -> "ApproverKey":
    """The approver's opened key; on a terminal the passphrase is asked for."""
    from lading.client import approver

    names = approver.names()
    if name is None and len(names) != 1:
        hint = (
            f"Choose with --approver: {', '.join(names)}." if names else "Make one: lading identity approver."
        )
        raise UsageProblem(f"{len(names)} approvers' keys are stored here", hint=hint)
    chosen = names[0] if name is None else name
    try:
        return approver.ApproverKey.load(chosen)
    except IdentityLocked:
        if not options.may_ask():
            raise
    asked = typer.prompt(f"Passphrase of the approver {chosen}", hide_input=True, err=True)
    return approver.ApproverKey.load(chosen, asked)


def _about(found: "Request | None") -> dict[str, str]:
    if found is None:
        return {}
    return {"act": found.act, "organisation": found.organisation, "expires": found.expires_at}


def _state(found: "Request | None", answer: "Decision | None") -> str:
    from lading.client.session import now_ms
    from lading.statement.words import parse_time

    if found is None:
        return "changed"
    if answer is not None:
        return f"{answer.outcome} by {answer.approver.name}"
    return "expired" if now_ms() > parse_time(found.expires_at) else "waiting"
