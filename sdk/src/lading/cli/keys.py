"""`lading identity keys`: the keys of several persons who act for one participant."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lading.cli import options, output

if TYPE_CHECKING:
    from lading.client.results import Acknowledged

app = typer.Typer(
    rich_markup_mode=None,
    add_completion=False,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Name = Annotated[str, typer.Argument(help="The identity.")]
NextKey = Annotated[Path, typer.Option(help="The file of the next key, which becomes your everyday key.")]
NewNextKey = Annotated[
    Path, typer.Option(help="Where the new next key goes: a file that does not exist yet.")
]


@app.callback()
def keys() -> None:
    """List the keys that sign for an identity's participant; add and remove those of other people."""


@app.command("list")
def list_(name: Name, as_json: options.AsJson = False) -> None:
    """List the keys that sign for the participant now, and what each may sign.

    \b
    Example:
      lading identity keys list acme
    """
    from lading.client.flows.keys import list_keys

    with options.connected(name, None, as_json=as_json) as x:
        listed, own = x.run(list_keys), x.session.speaker.profile.key
    rows = [
        {
            "key": key.kid,
            "own": key.kid == own,
            "may": None if key.may is None else list(key.may),
            "limit": None if key.limit is None else str(key.limit),
        }
        for key in listed
    ]
    if as_json:
        output.show_json({"keys": rows})
        return
    for key in listed:
        may = "all acts" if key.may is None else ", ".join(key.may)
        limit = "" if key.limit is None else f", up to {key.limit}"
        output.line(f"{key.kid}  {may}{limit}{'  (yours)' if key.kid == own else ''}")


@app.command()
def add(
    name: Name,
    key: Annotated[
        Path, typer.Argument(help="The second person's key file, made with: lading identity join.")
    ],
    next_key: NextKey,
    new_next_key: NewNextKey,
    may: Annotated[
        list[str] | None, typer.Option(help="An act that it may sign; may be repeated. None: all.")
    ] = None,
    limit: Annotated[
        str | None, typer.Option(help='The largest amount that it may bind you to, like "500.00 EUR".')
    ] = None,
    as_json: options.AsJson = False,
) -> None:
    """List another person's key, so that they act for the participant too. Compare its thumbprint with them first.

    A change of keys is signed by the next key, which becomes your everyday key, as with rotate. Adding a key that is
    listed already changes what it may sign.

    \b
    Example:
      lading identity keys add acme ben.key.json --limit "500.00 EUR" --next-key n.txt --new-next-key n2.txt
    """
    from lading.client.flows.keys import add_key
    from lading.client.invite import read_key

    person = read_key(key)
    with options.connected(name, None, as_json=as_json) as x:
        done = x.run(
            lambda session: add_key(
                session,
                person,
                may=may or (),
                limit=limit,
                next_key=next_key,
                new_next_key=new_next_key,
            )
        )
    _say(done, as_json, {"added": person.thumbprint}, next_key, new_next_key)


@app.command()
def remove(
    name: Name,
    key: Annotated[str, typer.Argument(metavar="KEY", help="Its thumbprint, as keys list shows it.")],
    next_key: NextKey,
    new_next_key: NewNextKey,
    revoke: Annotated[
        bool,
        typer.Option("--revoke", help="It was stolen: nobody is to rely on its open offers and listings."),
    ] = False,
    as_json: options.AsJson = False,
) -> None:
    """List a person's key no longer: it signs nothing from now on. What it signed before stays valid.

    \b
    Example:
      lading identity keys remove acme k3Yt… --next-key n2.txt --new-next-key n3.txt
    """
    from lading.client.flows.keys import remove_key
    from lading.statement.words import Thumbprint

    with options.connected(name, None, as_json=as_json) as x:
        done = x.run(
            lambda session: remove_key(
                session, Thumbprint(key), next_key=next_key, new_next_key=new_next_key, revoke=revoke
            )
        )
    _say(done, as_json, {"removed": key}, next_key, new_next_key)


def _say(
    done: "Acknowledged", as_json: bool, what: dict[str, object], next_key: Path, new_next_key: Path
) -> None:
    from lading.client.nextkey import ADVICE

    target = str(new_next_key.absolute())
    members: dict[str, object] = {"statement": done.id, "index": done.index, "time": done.time}
    shown = what | {"statement": done.id, "next key": target}
    output.result(as_json, shown, what | members | {"next_key": target, "advice": ADVICE})
    if not as_json:
        output.line()
        output.line(f"THE NEW NEXT KEY lies in {target}")
        output.line(output.wrapped(ADVICE))
        output.line(f"{next_key} is your everyday key now, which is stored encrypted; delete that file.")
