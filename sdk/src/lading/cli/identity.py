"""`lading identity`: create, show, list, register, rotate."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lading.cli import keys, options, output, people
from lading.cli.words import Kind
from lading.errors import UsageProblem

if TYPE_CHECKING:
    from lading.client.profile import Home

app = typer.Typer(
    rich_markup_mode=None,
    add_completion=False,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)

app.add_typer(keys.app, name="keys")
for _command in (people.invite, people.join, people.approver, people.approvals):
    app.command()(_command)

Name = Annotated[str, typer.Argument(help="A short name, for this machine only, like acme.")]


@app.callback()
def identity() -> None:
    """Create, show and register identities, replace their keys, and let several people act for one.

    They are stored in $LADING_HOME or your data folder."""


@app.command()
def create(
    name: Name,
    legal_name: Annotated[
        str, typer.Option(help="The registered name of the company or body; will be public.")
    ],
    jurisdiction: Annotated[str, typer.Option(help="ISO 3166-1 country code, like IE; will be public.")],
    kind: Annotated[Kind, typer.Option(help="What it is; will be public.")] = "company",
    identifier: Annotated[
        list[str] | None, typer.Option(help="In a register, like lei:5299…; public; may be repeated.")
    ] = None,
    related: Annotated[
        list[str] | None,
        typer.Option(
            metavar="PARTY=RELATION",
            help="A related party by id or identifier, like lei:5299…=controls; public; may be repeated.",
        ),
    ] = None,
    next_key: Annotated[
        Path | None,
        typer.Option(help="Where the next key goes; by default ./NAME.next-key.txt. Better: a USB stick."),
    ] = None,
    as_json: options.AsJson = False,
) -> None:
    """Make an everyday key and a seal key, encrypted here, and a next key, written to a file that you take offline.

    The passphrase is asked for, or read from LADING_PASSPHRASE; without one the system's keyring keeps a
    secret.

    \b
    Example:
      lading identity create acme --legal-name "Acme Maps Ltd" --jurisdiction IE --next-key /usb/acme.txt
    """
    from lading.client.identity import Identity
    from lading.client.nextkey import ADVICE

    target = next_key or Path(f"{name}.next-key.txt")
    made = Identity.create(
        name,
        legal_name=legal_name,
        jurisdiction=jurisdiction,
        kind=kind,
        identifiers=identifier or (),
        related=dict(_relative(text) for text in related or ()),
        next_key=target,
        passphrase=options.new_passphrase(),
    )
    shown = {"identity": name, "legal name": legal_name, "folder": made.folder, "next key": target.absolute()}
    members = {"name": name, "folder": str(made.folder), "next_key": str(target.absolute()), "advice": ADVICE}
    output.result(as_json, shown, members | {"key": made.profile.key})
    if not as_json:
        output.line()
        output.line(f"THE NEXT KEY lies in {target.absolute()}")
        output.line(output.wrapped(ADVICE))
        output.line()
        output.line(f"Next: lading identity register {name} --exchange URL")


def _relative(text: str) -> tuple[str, Any]:
    """A related party, and the word for what it is to this one, which the identity checks."""
    party, _, relation = text.rpartition("=")
    return party, relation


@app.command()
def show(
    name: Name,
    only_id: Annotated[
        bool, typer.Option("--id", help="Print the participant's id alone, for scripts.")
    ] = False,
    as_json: options.AsJson = False,
) -> None:
    """Show an identity and where it is registered. Needs no passphrase.

    \b
    Example:
      lading identity show acme
    """
    from lading.client import profile

    folder, about = profile.load(name)
    home = profile.load_home(folder)
    if only_id:
        output.line(_id(name, home))
        return
    shown = {"identity": name, "legal name": about.legal_name, "kind": about.kind}
    shown |= {
        "jurisdiction": about.jurisdiction,
        "key": about.key,
        "seal key": about.seal_key or "none: lading identity rotate makes one",
        "next key": about.next_key or "with whoever manages the participant's keys",
        "folder": str(folder),
    }
    if home is None:
        shown |= {"registered": "not yet"}
    else:
        shown |= {
            "id": home.participant,
            "exchange": home.api,
            "exchange id": home.exchange,
            "log key": home.vkey,
        }
    members = {"name": name, "folder": str(folder), "profile": about.model_dump()}
    output.result(as_json, shown, members | {"home": None if home is None else home.model_dump()})


def _id(name: str, home: "Home | None") -> str:
    if home is None:
        hint = f"Register it with: lading identity register {name} --exchange URL"
        raise UsageProblem(f"the identity {name!r} has no id before it is registered", hint=hint)
    return home.participant


@app.command("list")
def list_(as_json: options.AsJson = False) -> None:
    """List the identities on this machine.

    \b
    Example:
      lading identity list
    """
    from lading.client import profile

    rows = []
    for name in profile.names():
        folder, about = profile.load(name)
        home = profile.load_home(folder)
        rows.append(
            {"name": name, "legal_name": about.legal_name, "exchange": None if home is None else home.api}
        )
    if as_json:
        output.show_json({"identities": rows})
        return
    for row in rows:
        at = row["exchange"] or "not registered"
        output.line(output.plain(f"{row['name']}  {row['legal_name']}  {at}"))
    if not rows:
        output.note("There is no identity here yet. Make one with: lading identity create NAME …")


@app.command()
def register(
    name: Name,
    exchange: Annotated[
        str, typer.Option("--exchange", "-x", envvar="LADING_EXCHANGE", metavar="URL", help="The exchange.")
    ],
    trust: Annotated[
        Path | None,
        typer.Option(help="A trust policy from another source: makes sure that it is the right one."),
    ] = None,
    wait: Annotated[
        float | None, typer.Option(min=0, help="Wait so many seconds until the exchange has admitted you.")
    ] = None,
    as_json: options.AsJson = False,
) -> None:
    """Register an identity at an exchange, which becomes its home and is pinned.

    The exchange's operator admits newcomers; until then you can read, and not trade.

    \b
    Example:
      lading identity register acme --exchange https://exchange.example --wait 600
    """
    from lading.client.connect import connect

    with connect(exchange, options.load_identity(name), trust=trust) as x:
        if wait is not None:
            with output.waiting("Waiting for admission …", quiet=as_json):
                x.wait_admitted(timeout=wait)
        session = x.session
        state = x.state(session.me)
    shown = {"identity": name, "id": session.me, "exchange": f"{session.peer.name} ({session.peer.api})"}
    members = {"name": name, "id": session.me, "exchange": session.peer.exchange, "api": session.peer.api}
    output.result(as_json, shown | {"state": state.name}, members | {"state": state.name})


@app.command()
def rotate(
    name: Name,
    next_key: Annotated[Path, typer.Option(help="The file of the next key, which becomes the everyday key.")],
    new_next_key: Annotated[
        Path, typer.Option(help="Where the new next key goes: a file that does not exist yet.")
    ],
    as_json: options.AsJson = False,
) -> None:
    """Replace the everyday key by the next key, and the seal key by a new one, at the identity's exchange.

    What was signed before stays valid; what was sealed to older seal keys still opens. Run it again, with the same
    files, after an interruption.

    \b
    Example:
      lading identity rotate acme --next-key /usb/acme.txt --new-next-key /usb/acme-2.txt
    """
    from lading.client.nextkey import ADVICE

    with options.connected(name, None, as_json=as_json) as x:
        done = x.rotate(next_key=next_key, new_next_key=new_next_key)
        about = x.session.speaker.profile
    target = str(new_next_key.absolute())
    shown = {"identity": name, "key": about.key, "seal key": about.seal_key, "next key": target}
    members = {"name": name, "key": about.key, "seal_key": about.seal_key, "next_key": target}
    registered = {"statement": done.id, "index": done.index, "time": done.time}
    output.result(as_json, shown | {"statement": done.id}, members | registered | {"advice": ADVICE})
    if not as_json:
        output.line()
        output.line(f"THE NEW NEXT KEY lies in {target}")
        output.line(output.wrapped(ADVICE))
        output.line(f"{next_key} is the everyday key now, which is stored encrypted; delete that file.")
