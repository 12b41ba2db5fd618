"""Whom an exchange follows: `lading exchange peer add`, `list` and `remove`."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from lading.cli import options, output
from lading.cli.exchange_acts import Directory, office

app = typer.Typer(
    rich_markup_mode=None,
    add_completion=False,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback()
def peer() -> None:
    """Say which exchanges this one follows. A running exchange notices within seconds."""


@app.command()
def add(
    directory: Directory,
    url: Annotated[str, typer.Argument(metavar="URL", help="The peer's API address.")],
    key: Annotated[str, typer.Option("--id", metavar="ID", help="The peer's id, from its operator.")],
    vkey: Annotated[
        str | None, typer.Option(help="Its log's key; without it, the key that its own chain lists.")
    ] = None,
    guests: Annotated[
        bool, typer.Option("--guests/--no-guests", help="Admit its participants when they trade here.")
    ] = True,
    as_json: options.AsJson = False,
) -> None:
    """Follow another exchange: its listings are found here, and its participants trade here as guests.

    \b
    Example:
      lading exchange peer add state https://exchange.example --id sha256:4f0c…
    """
    made = office().add_peer(directory, url, key, log_key=vkey, guests=guests)
    shown = {
        "peer": made["id"],
        "address": made["api"],
        "log key": made["vkey"],
        "guests": "admitted" if made["guests"] else "not admitted",
    }
    output.result(as_json, shown, made)


@app.command("list")
def list_(directory: Directory, as_json: options.AsJson = False) -> None:
    """List the exchanges that this one follows, and how far it has read them.

    \b
    Example:
      lading exchange peer list state
    """
    peers = office().list_peers(directory)
    if as_json:
        output.show_json({"peers": peers})
        return
    if not peers:
        output.line("No peers. Follow one: lading exchange peer add.")
    for row in peers:
        output.line(output.plain(row["id"]))
        output.fields(
            {
                "address": row["api"],
                "state": row["state"],
                "entries": row["size"],
                "seen": _moment(row.get("seen_at")),
                "guests": "admitted" if row["guests"] else "not admitted",
            }
        )


@app.command()
def remove(
    directory: Directory,
    key: Annotated[str, typer.Argument(metavar="ID", help="The peer's id.")],
    as_json: options.AsJson = False,
) -> None:
    """Follow an exchange no more. What was mirrored of it is destroyed; its guests stay in this log.

    \b
    Example:
      lading exchange peer remove state sha256:4f0c…
    """
    gone = office().remove_peer(directory, key)
    output.result(as_json, {"not followed any more": gone["id"]}, gone)


def _moment(milliseconds: object) -> str | None:
    if not isinstance(milliseconds, int):
        return None
    return datetime.fromtimestamp(milliseconds / 1000, UTC).isoformat(timespec="seconds")
