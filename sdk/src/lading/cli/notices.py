"""`lading suspend`, `resume`, `terminate` and `recall`: notices about a contract while it runs."""

from typing import Annotated

import typer

from lading.cli import options, output

app = options.single()

Text = Annotated[str | None, typer.Option(help="The ground in words, up to 1000 characters.")]


@app.command()
def suspend(
    contract: options.Contract,
    ground: Annotated[str, typer.Option(help="Why, as a token, like incident.")],
    instrument: Annotated[
        str | None,
        typer.Option(
            metavar="URI", help="The legal instrument of the terms that has changed, where that is why."
        ),
    ] = None,
    text: Text = None,
    identity: options.IdentityName = None,
    exchange: options.ExchangeUrl = None,
    as_json: options.AsJson = False,
) -> None:
    """Suspend a contract, where its terms let you: nothing is delivered, and deadlines stand still.

    \b
    Example:
      lading suspend sha256:4f0c… --ground incident
    """
    with options.connected(identity, exchange, as_json=as_json) as x:
        said = x.suspend(contract, ground, instrument=instrument, text=text)
    output.registered(said, as_json=as_json)


@app.command()
def resume(
    contract: options.Contract,
    ground: Annotated[str, typer.Option(help="Why, as a token.")] = "resolved",
    text: Text = None,
    identity: options.IdentityName = None,
    exchange: options.ExchangeUrl = None,
    as_json: options.AsJson = False,
) -> None:
    """Let a contract go on that you suspended, or whose longest suspension is over.

    \b
    Example:
      lading resume sha256:4f0c…
    """
    with options.connected(identity, exchange, as_json=as_json) as x:
        said = x.resume(contract, ground, text=text)
    output.registered(said, as_json=as_json)


@app.command()
def terminate(
    contract: options.Contract,
    ground: Annotated[str, typer.Option(help="Why, as a token, like end-of-project; breach with --ruling.")],
    after: Annotated[
        str | None, typer.Option(help="How long from now (ISO 8601); without it the terms' notice period.")
    ] = None,
    ruling: Annotated[
        str | None,
        typer.Option(metavar="ID", help="A ruling that upheld your claim: no notice period is needed."),
    ] = None,
    text: Text = None,
    identity: options.IdentityName = None,
    exchange: options.ExchangeUrl = None,
    as_json: options.AsJson = False,
) -> None:
    """End a contract. Where its terms say nothing, either party may, with 30 days' notice.

    Deliveries under way are still taken, and claims still heard.

    \b
    Example:
      lading terminate sha256:4f0c… --ground end-of-project --after P60D
    """
    with options.connected(identity, exchange, as_json=as_json) as x:
        said = x.terminate(contract, ground, after=after, ruling=ruling, text=text)
    output.registered(said, as_json=as_json)


@app.command()
def recall(
    contract: options.Contract,
    ground: Annotated[str, typer.Option(help="Why, as a token, like consent-withdrawn.")],
    within: Annotated[str, typer.Option(help="How long the consumer has to erase it (ISO 8601).")] = "P14D",
    delivery: Annotated[
        list[int] | None, typer.Option(min=1, help="The number of a delivery; may be repeated. None: all.")
    ] = None,
    text: Text = None,
    identity: options.IdentityName = None,
    exchange: options.ExchangeUrl = None,
    as_json: options.AsJson = False,
) -> None:
    """Ask the consumer, as the provider, to erase what was delivered. It answers with lading erased.

    \b
    Example:
      lading recall sha256:4f0c… --ground consent-withdrawn --within P14D --delivery 3
    """
    with options.connected(identity, exchange, as_json=as_json) as x:
        said = x.recall(contract, ground, within=within, deliveries=delivery or (), text=text)
    output.registered(said, as_json=as_json)
