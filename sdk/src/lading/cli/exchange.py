"""`lading exchange`: init, serve, admit, rotate, policy, and what is in `exchange_acts` and `exchange_peers`.

Needs the extra `server`.
"""

from pathlib import Path
from types import ModuleType
from typing import Annotated

import typer

from lading.cli import exchange_acts, exchange_peers, options, output
from lading.cli.words import Onboarding, Status
from lading.errors import UsageProblem

app = typer.Typer(
    rich_markup_mode=None,
    add_completion=False,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Directory = Annotated[Path, typer.Argument(metavar="DIRECTORY", help="The exchange's state directory.")]


@app.callback()
def exchange() -> None:
    """Run an exchange: the reference server, for trying out and for small deployments."""


@app.command()
def init(
    directory: Directory,
    name: Annotated[str, typer.Option(help="The registered name of whoever runs the exchange.")],
    jurisdiction: Annotated[str, typer.Option(help="ISO 3166-1 country code, like IE.")],
    api: Annotated[str, typer.Option(help="The address under which everybody reaches it.")],
    onboarding: Annotated[
        Onboarding | None, typer.Option(help="open: anybody may register (the default); closed: nobody.")
    ] = None,
    policy: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A JSON object of the exchange's switches.")
    ] = None,
    as_json: options.AsJson = False,
) -> None:
    """Set up a new exchange: keys, log, and its own statement as the log's first entry.

    \b
    Example:
      lading exchange init state --name "Example Exchange" --jurisdiction IE --api http://127.0.0.1:8000
    """
    asked = {"onboarding": onboarding, "policy": policy}
    made = operations().init(directory, name=name, jurisdiction=jurisdiction, api=api, **asked)
    output.result(as_json, {"exchange": made, "directory": directory.absolute()}, {"id": made})
    if not as_json:
        output.line(f"Next: lading exchange serve {directory}")


@app.command()
def serve(
    directory: Directory,
    host: Annotated[
        str | None, typer.Option(help="Where to listen; by default the host of its address.")
    ] = None,
    port: Annotated[
        int | None, typer.Option(min=1, max=65535, help="By default the port of its address.")
    ] = None,
    outage_after: Annotated[
        int, typer.Option(min=0, metavar="SECONDS", help="When a gap is told as an outage; 0: never.")
    ] = 60,
    peer_poll: Annotated[
        float, typer.Option(min=0.05, metavar="SECONDS", help="How often peers are read.")
    ] = 1.0,
) -> None:
    """Serve an exchange until interrupted. Prints one line when it listens; logs to standard error.

    Where it was not served for longer than --outage-after, it first registers a notice of that, and deadlines move.

    \b
    Example:
      lading exchange serve state
    """
    from urllib.parse import urlsplit

    operate = operations()
    address = urlsplit(operate.describe(directory)["api"])
    default = {"http": 80, "https": 443}[address.scheme]
    at = {"host": host or address.hostname, "port": port or address.port or default}
    operate.serve(directory, **at, outage_after=outage_after, peer_poll=peer_poll)


@app.command()
def admit(
    directory: Directory,
    participant: Annotated[str, typer.Argument(metavar="PARTICIPANT", help="The participant's id.")],
    status: Annotated[Status, typer.Option(help="What the exchange decides.")] = "admitted",
    role: Annotated[
        list[str] | None,
        typer.Option(help="provider, consumer, assessor, arbiter; may be repeated. None: the first two."),
    ] = None,
    check: Annotated[
        list[str] | None,
        typer.Option(
            metavar="KIND[=FILE]",
            help="What you looked at, like commercial-register=extract.pdf; of the file only the digest is said.",
        ),
    ] = None,
    as_json: options.AsJson = False,
) -> None:
    """Admit a participant to the running exchange, or suspend or expel one.

    \b
    Example:
      lading exchange admit state sha256:4f0c…
    """
    roles = tuple(role) if role else ("provider", "consumer")
    checks = [_checked(text) for text in check or ()]
    made = operations().admit(directory, participant, status=status, roles=roles, checks=checks)
    shown = {
        "admission": made["id"],
        "participant": participant,
        "status": status,
        "log index": made["index"],
    }
    output.result(as_json, shown, made)


def _checked(text: str) -> dict[str, str]:
    """A check as an admission says it: its kind, and the digest of the document where one is named."""
    import hashlib

    kind, named, file = text.partition("=")
    if not named:
        return {"kind": kind}
    try:
        with Path(file).open("rb") as document:
            digest = hashlib.file_digest(document, "sha256").hexdigest()
    except OSError as error:
        raise UsageProblem(f"cannot read {file}: {error.strerror}", hint="Name the document.") from None
    return {"kind": kind, "digest": f"sha256:{digest}"}


@app.command()
def rotate(directory: Directory, as_json: options.AsJson = False) -> None:
    """Give an exchange new keys, while nobody serves it.

    The next key signs from now on, beside a new seal key and with a new next key.

    \b
    Example:
      lading exchange rotate state
    """
    made = operations().rotate(directory)
    output.result(as_json, {"statement": made["statement"], "seal key": made["seal_key"]}, made)
    if not as_json:
        output.line(
            f"Keep {directory / 'keys' / 'next.pem'} apart: the next rotation needs it, and nothing else."
        )


for _command in exchange_acts.COMMANDS:
    app.command()(_command)


app.add_typer(exchange_peers.app, name="peer")


@app.command()
def policy(directory: Directory) -> None:
    """Print the trust policy for those who trust this exchange's log. Give it to your auditors.

    \b
    Example:
      lading exchange policy state > trust.policy
    """
    typer.echo(operations().policy(directory), nl=False)


def operations() -> ModuleType:
    """The reference server's operations, which are an extra."""
    try:
        from lading_server import operate
    except ImportError as error:
        hint = 'Install it with: pip install "lading[server]"'
        raise UsageProblem(f"the reference server is not installed ({error})", hint=hint) from None
    return operate
