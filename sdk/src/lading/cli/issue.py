"""`lading issue`."""

from pathlib import Path
from typing import Annotated, Any

import typer

from lading.cli import options, output
from lading.errors import UsageProblem

app = options.single()


@app.command()
def issue(
    act: Annotated[str, typer.Argument(help="The name of the act, like attestation.")],
    file: Annotated[
        Path | None,
        typer.Argument(help="A JSON file with the act's members, besides those that all acts share."),
    ] = None,
    set_: Annotated[
        list[str] | None,
        typer.Option(
            "--set", metavar="NAME=VALUE", help="A member; VALUE is JSON, or else a text. Many times."
        ),
    ] = None,
    again: Annotated[
        str, typer.Option(metavar="WORD", help="Say the same members once more, as another statement.")
    ] = "",
    identity: options.IdentityName = None,
    exchange: options.ExchangeUrl = None,
    as_json: options.AsJson = False,
) -> None:
    """Sign and register any act, from its members. The pages of the specification say what these are.

    \b
    Example:
      lading issue attestation --set statement=sha256:4f0c… --set kind=quality --set outcome=passed
    """
    from lading.cli import render

    members = {**_from_file(file), **dict(map(_member, set_ or ()))}
    with options.connected(identity, exchange, as_json=as_json) as x:
        said = x.issue(act, members, again=again)
    output.result(as_json, render.acknowledged(said), render.acknowledged_members(said))


def _from_file(path: Path | None) -> dict[str, Any]:
    from lading.client.drafting.draft_file import read_members

    members = {} if path is None else read_members(path)
    members.pop("type", None)
    return members


def _member(text: str) -> tuple[str, Any]:
    """A member as it is written on the command line."""
    import orjson

    name, equals, value = text.partition("=")
    if not name or not equals:
        raise UsageProblem(f"{text!r} is no member", hint="Write it like outcome=passed.")
    try:
        return name, orjson.loads(value)
    except orjson.JSONDecodeError:
        return name, value
