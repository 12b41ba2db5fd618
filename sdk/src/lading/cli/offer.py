"""`lading offer`."""

from typing import Annotated

import typer

from lading.cli import options, output

app = options.single()


@app.command()
def offer(
    about: Annotated[str, typer.Argument(metavar="ID", help="A listing, or the offer that you answer.")],
    price: Annotated[str, typer.Option(help='Like "80.00 EUR".')],
    purpose: Annotated[
        str | None, typer.Option(help="What the data is for, like research; an answer may leave it out.")
    ] = None,
    to: Annotated[
        str | None, typer.Option(metavar="ID", help="The other party; only where the listing is your own.")
    ] = None,
    taking_period: Annotated[str, typer.Option(help="How long a delivery may be taken (ISO 8601).")] = "P7D",
    dispute_window: Annotated[str, typer.Option(help="How long it may be disputed (ISO 8601).")] = "P14D",
    valid_for: Annotated[str, typer.Option(help="How long the offer may be accepted (ISO 8601).")] = "P7D",
    identity: options.IdentityName = None,
    exchange: options.ExchangeUrl = None,
    as_json: options.AsJson = False,
) -> None:
    """Propose terms for a listing, or answer an offer with other terms. It binds you while it is open.

    \b
    Example:
      lading offer sha256:4f0c… --price "80.00 EUR" --purpose research
    """
    from lading.cli import render
    from lading.client.terms import Terms

    terms = Terms(
        price,
        None if purpose is None else (purpose,),
        taking_period=taking_period,
        dispute_window=dispute_window,
    )
    with options.connected(identity, exchange, as_json=as_json) as x:
        found = x.offer(about, terms=terms, purpose=purpose, to=to, valid_for=valid_for)
    output.result(as_json, render.offer(found), render.offer_members(found))
