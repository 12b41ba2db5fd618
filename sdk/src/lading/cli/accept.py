"""`lading accept`."""

from typing import Annotated

import typer

from lading.cli import agreed, options, output

app = options.single()


@app.command()
def accept(
    thing: Annotated[
        str, typer.Argument(metavar="ID", help="A listing with standing terms, or an offer to you.")
    ],
    purpose: Annotated[
        str | None, typer.Option(help="What the data is for, like research; for a listing.")
    ] = None,
    at_most: Annotated[
        str | None, typer.Option(help='What you pay at most, like "100.00 EUR". Needed unless it is free.')
    ] = None,
    reference: Annotated[
        str | None,
        typer.Option(help="Your own reference, new each time, to conclude more than one contract."),
    ] = None,
    action: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ACTION",
            help="What you will do with it, like derive, for a listing; may be repeated. None: use.",
        ),
    ] = None,
    identity: options.IdentityName = None,
    exchange: options.ExchangeUrl = None,
    as_json: options.AsJson = False,
) -> None:
    """Conclude a contract. This binds you; the price is compared with --at-most before anything is signed.

    Accepting the same listing for the same purpose again shows the contract that you have.

    \b
    Example:
      lading accept sha256:4f0c… --purpose research --at-most "100.00 EUR"
    """
    from lading.cli import render

    with options.connected(identity, exchange, as_json=as_json) as x:
        found = x.accept(
            thing, purpose=purpose, at_most=at_most, reference=reference, actions=agreed.actions(action)
        )
    output.result(as_json, render.contract(found), render.contract_members(found))
