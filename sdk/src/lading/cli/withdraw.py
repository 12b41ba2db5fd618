"""`lading withdraw`."""

from typing import Annotated

import typer

from lading.cli import options, output

app = options.single()


@app.command()
def withdraw(
    thing: Annotated[str, typer.Argument(metavar="ID", help="A statement of yours of one of these kinds.")],
    identity: options.IdentityName = None,
    exchange: options.ExchangeUrl = None,
    as_json: options.AsJson = False,
) -> None:
    """Take back a listing, offer or delivery while it is open, a claim, a grant or an attestation. Contracts run on.

    \b
    Example:
      lading withdraw sha256:4f0c…
    """
    from lading.cli import render

    with options.connected(identity, exchange, as_json=as_json) as x:
        found = x.withdraw(thing)
    output.result(as_json, render.acknowledged(found), render.acknowledged_members(found))
