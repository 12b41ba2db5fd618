"""`lading grant`, `disclose` and `erased`: who else may read, and what is no longer there."""

from pathlib import Path
from typing import Annotated

import typer

from lading.cli import options, output
from lading.cli.words import Response

app = options.single()


@app.command()
def grant(
    contract: options.Contract,
    to: Annotated[str, typer.Option(metavar="ID", help="Who may read: a participant, like an auditor.")],
    valid_for: Annotated[str, typer.Option(help="For how long (ISO 8601).")] = "P30D",
    identity: options.IdentityName = None,
    exchange: options.ExchangeUrl = None,
    as_json: options.AsJson = False,
) -> None:
    """Let another participant read a contract and what belongs to it, but no content. lading withdraw takes it back.

    What is read stands in a journal that both parties see.

    \b
    Example:
      lading grant sha256:4f0c… --to sha256:99ab… --valid-for P30D
    """
    with options.connected(identity, exchange, as_json=as_json) as x:
        said = x.grant(contract, to, valid_for=valid_for)
    output.registered(said, as_json=as_json)


@app.command()
def disclose(
    about: Annotated[str, typer.Argument(metavar="ID", help="The statement that access was compelled to.")],
    authority: Annotated[str, typer.Option(help="Which authority asked.")],
    legal_basis: Annotated[str, typer.Option(help="On which basis.")],
    scope: Annotated[str, typer.Option(help="For what.")],
    response: Annotated[Response, typer.Option(help="What was answered.")],
    reader: Annotated[
        str | None,
        typer.Option(metavar="ID", help="The participant who may read the statement because of it."),
    ] = None,
    valid_for: Annotated[str, typer.Option(help="For how long a reader may (ISO 8601).")] = "P30D",
    document: Annotated[Path | None, typer.Option(help="The order. It is named by digest, and sent.")] = None,
    identity: options.IdentityName = None,
    exchange: options.ExchangeUrl = None,
    as_json: options.AsJson = False,
) -> None:
    """Record that an authority compelled access to something that you may read. A disclosure is never a sale.

    \b
    Example:
      lading disclose sha256:4f0c… --authority "District Court" --legal-basis "s. 12" --scope terms --response complied
    """
    with options.connected(identity, exchange, as_json=as_json) as x:
        said = x.disclose(
            about,
            authority=authority,
            legal_basis=legal_basis,
            scope=scope,
            response=response,
            reader=reader,
            valid_for=valid_for,
            document=document,
        )
    output.registered(said, as_json=as_json)


@app.command()
def erased(
    contract: options.Contract,
    method: Annotated[str, typer.Option(help="How, as a token, like overwritten.")],
    recall: Annotated[str | None, typer.Option(metavar="ID", help="The recall that asked for it.")] = None,
    delivery: Annotated[
        list[int] | None, typer.Option(min=1, help="The number of a delivery; may be repeated. None: all.")
    ] = None,
    remains: Annotated[
        str | None, typer.Option(help="What is still there, like models made from it.")
    ] = None,
    document: Annotated[
        Path | None, typer.Option(help="A protocol. It is named by digest, and sent.")
    ] = None,
    identity: options.IdentityName = None,
    exchange: options.ExchangeUrl = None,
    as_json: options.AsJson = False,
) -> None:
    """Confirm, as the consumer, that you erased what was delivered. It proves that you said so, and no more.

    \b
    Example:
      lading erased sha256:4f0c… --method overwritten --recall sha256:7a31…
    """
    with options.connected(identity, exchange, as_json=as_json) as x:
        said = x.confirm_deletion(
            contract, method, recall=recall, deliveries=delivery or (), remains=remains, document=document
        )
    output.registered(said, as_json=as_json)
