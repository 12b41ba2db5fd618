"""`lading search`."""

from typing import Annotated

import typer

from lading.cli import options, output

app = options.single()


@app.command()
def search(
    words: Annotated[list[str] | None, typer.Argument(metavar="[WORDS]...", show_default=False)] = None,
    limit: Annotated[int, typer.Option(min=1, help="Show at most so many.")] = 100,
    identity: options.IdentityName = None,
    exchange: options.ExchangeUrl = None,
    as_json: options.AsJson = False,
) -> None:
    """Find listings: every word must occur in title, description or a keyword. Without words, all are shown.

    What is shown is what the exchange answers; `lading accept` verifies a listing before you are bound.

    \b
    Example:
      lading search road sensors --exchange https://exchange.example
    """
    from itertools import islice

    from lading.cli import render

    with options.browsing(identity, exchange, as_json=as_json) as x:
        listings = list(islice(x.search(" ".join(words or ()), page_size=min(limit, 100)), limit))
        followed = x.peers() if any(found.home for found in listings) else {}
    if as_json:
        output.show_json({"listings": [render.listing_members(found, followed) for found in listings]})
        return
    for found in listings:
        output.line(output.plain(found.title))
        output.fields(render.listing(found, followed))
    if not listings:
        output.note("Nothing was found.")
