"""`lading contracts`."""

from typing import Annotated

import typer

from lading.cli import options, output

app = options.single()


@app.command()
def contracts(
    listing: Annotated[
        str | None, typer.Argument(metavar="[ID]", help="Only contracts of this listing version.")
    ] = None,
    follow: Annotated[
        bool, typer.Option("--follow", help="Wait for further ones, until interrupted.")
    ] = False,
    identity: options.IdentityName = None,
    exchange: options.ExchangeUrl = None,
    as_json: options.AsJson = False,
) -> None:
    """List your contracts, as provider and as consumer, oldest first. With --json: one object a line.

    \b
    Example:
      lading contracts --follow --json
    """
    from lading.cli import render

    with options.connected(identity, exchange, as_json=as_json) as x:
        for found in x.contracts(listing, follow=follow):
            output.result(as_json, render.contract(found), render.contract_members(found))
