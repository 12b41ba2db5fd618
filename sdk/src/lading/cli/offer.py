"""`lading offer`."""

from typing import Annotated

import typer

from lading.cli import agreed, options, output

app = options.single()


@app.command()
def offer(
    about: Annotated[str, typer.Argument(metavar="ID", help="A listing, or the offer that you answer.")],
    price: agreed.Price = None,
    terms: agreed.TermsFile = None,
    purpose: Annotated[
        str | None, typer.Option(help="What the data is for, like research; an answer may leave it out.")
    ] = None,
    to: Annotated[
        str | None, typer.Option(metavar="ID", help="The other party; only where the listing is your own.")
    ] = None,
    action: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ACTION",
            help="What the consumer will do with it, like derive; may be repeated. None: use.",
        ),
    ] = None,
    taking_period: agreed.TakingPeriod = None,
    dispute_window: agreed.DisputeWindow = None,
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

    purposes = None if purpose is None else (purpose,)
    said = agreed.needed(agreed.chosen(price, terms, taking_period, dispute_window, purposes))
    with options.connected(identity, exchange, as_json=as_json) as x:
        found = x.offer(
            about, terms=said, purpose=purpose, to=to, actions=agreed.actions(action), valid_for=valid_for
        )
    output.result(as_json, render.offer(found), render.offer_members(found))
