"""`lading amend` and `lading renew`."""

from typing import Annotated

import typer

from lading.cli import agreed, options, output

app = options.single()

ValidFor = Annotated[str, typer.Option(help="How long the offer may be accepted (ISO 8601).")]


@app.command()
def amend(
    contract: options.Contract,
    price: agreed.Price = None,
    terms: agreed.TermsFile = None,
    taking_period: agreed.TakingPeriod = None,
    dispute_window: agreed.DisputeWindow = None,
    purpose: Annotated[
        str | None, typer.Option(help="What the data is for from now on; without it as before.")
    ] = None,
    action: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ACTION",
            help="What the consumer does with it from now on; may be repeated. Without it as before.",
        ),
    ] = None,
    valid_for: ValidFor = "P7D",
    identity: options.IdentityName = None,
    exchange: options.ExchangeUrl = None,
    as_json: options.AsJson = False,
) -> None:
    """Offer the other party other terms for a contract. They take the place of all the terms in force.

    It accepts with lading accept, or answers with lading offer. The contract keeps its id.

    \b
    Example:
      lading amend sha256:4f0c… --terms terms.json
    """
    from lading.cli import render

    said = agreed.needed(agreed.chosen(price, terms, taking_period, dispute_window))
    with options.connected(identity, exchange, as_json=as_json) as x:
        found = x.amend(
            contract, terms=said, purpose=purpose, actions=agreed.actions(action), valid_for=valid_for
        )
    output.result(as_json, render.offer(found), render.offer_members(found))


@app.command()
def renew(
    contract: options.Contract,
    by: Annotated[str, typer.Option(help="How much longer it shall run (ISO 8601).")],
    valid_for: ValidFor = "P7D",
    identity: options.IdentityName = None,
    exchange: options.ExchangeUrl = None,
    as_json: options.AsJson = False,
) -> None:
    """Offer the other party to let a contract run longer, on the terms in force. It accepts with lading accept.

    \b
    Example:
      lading renew sha256:4f0c… --by P365D
    """
    from lading.cli import render

    with options.connected(identity, exchange, as_json=as_json) as x:
        found = x.renew(contract, by, valid_for=valid_for)
    output.result(as_json, render.offer(found), render.offer_members(found))
