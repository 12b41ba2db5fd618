"""`lading publish`."""

from pathlib import Path
from typing import Annotated

import typer

from lading.cli import options, output

app = options.single()


@app.command()
def publish(
    file: Annotated[
        Path, typer.Argument(help="The file that every delivery will be. It stays on this machine.")
    ],
    title: Annotated[str, typer.Option(help="What it is, in one line.")],
    price: Annotated[
        str | None, typer.Option(help='Standing price, like "100.00 EUR". Without it: on request only.')
    ] = None,
    purpose: Annotated[
        list[str] | None, typer.Option(help="A permitted purpose, like research; may be repeated. None: any.")
    ] = None,
    taking_period: Annotated[str, typer.Option(help="How long a delivery may be taken (ISO 8601).")] = "P7D",
    dispute_window: Annotated[str, typer.Option(help="How long it may be disputed (ISO 8601).")] = "P14D",
    valid_for: Annotated[str, typer.Option(help="How long the standing terms hold (ISO 8601).")] = "P365D",
    maximum: Annotated[int | None, typer.Option(min=1, help="How often they may be accepted.")] = None,
    description: Annotated[str | None, typer.Option(help="More about it, up to 4000 characters.")] = None,
    keyword: Annotated[list[str] | None, typer.Option(help="May be repeated.")] = None,
    licence: Annotated[str | None, typer.Option(help="SPDX expression, like MIT.")] = None,
    media_type: Annotated[str | None, typer.Option(help="Like text/csv.")] = None,
    supersedes: Annotated[
        str | None, typer.Option(metavar="ID", help="The listing of yours that this one replaces.")
    ] = None,
    clear: Annotated[
        bool, typer.Option("--clear", help="Promise the file for deliveries in clear, for open data.")
    ] = False,
    identity: options.IdentityName = None,
    exchange: options.ExchangeUrl = None,
    as_json: options.AsJson = False,
) -> None:
    """List a file with its content root, and with standing terms where there is a price.

    Deliveries of it will be sealed; the root is over salted chunks, so that it gives nothing away. The salts come
    from a secret that is kept with the identity. Publishing the same once more shows the listing that is there.

    \b
    Example:
      lading publish roads.csv --title "Road sensors" --price "100.00 EUR" --licence MIT
    """
    from lading.cli import render
    from lading.client.terms import Terms

    terms = None
    if price is not None:
        terms = Terms(price, purpose, taking_period=taking_period, dispute_window=dispute_window)
    with options.connected(identity, exchange, as_json=as_json) as x:
        found = x.publish(
            file,
            title=title,
            terms=terms,
            description=description,
            keywords=keyword or (),
            licence=licence,
            media_type=media_type,
            valid_for=valid_for,
            maximum=maximum,
            supersedes=supersedes,
            sealed=not clear,
        )
    output.result(as_json, render.listing(found), render.listing_members(found))
