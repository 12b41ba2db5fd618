"""`lading reject`."""

from typing import Annotated

import typer

from lading.cli import options, output

app = options.single()


@app.command()
def reject(
    offer: Annotated[str, typer.Argument(metavar="ID", help="An offer made to you.")],
    reason: Annotated[str, typer.Option(help="A token like too-expensive.")] = "declined",
    identity: options.IdentityName = None,
    exchange: options.ExchangeUrl = None,
    as_json: options.AsJson = False,
) -> None:
    """Reject an offer that was made to you.

    \b
    Example:
      lading reject sha256:4f0c… --reason too-expensive
    """
    from lading.cli import render

    with options.connected(identity, exchange, as_json=as_json) as x:
        found = x.reject(offer, reason=reason)
    output.result(as_json, render.acknowledged(found), render.acknowledged_members(found))
