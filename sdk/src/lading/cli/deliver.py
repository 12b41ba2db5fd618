"""`lading deliver`."""

from pathlib import Path
from typing import Annotated

import typer

from lading.cli import options, output
from lading.cli.words import Custody

app = options.single()


@app.command()
def deliver(
    contract: Annotated[str, typer.Argument(metavar="CONTRACT", help="The contract's id.")],
    file: Annotated[Path, typer.Argument(help="The file to hand over.")],
    sequence: Annotated[int, typer.Option(min=1, help="The delivery's number within the contract.")] = 1,
    clear: Annotated[
        bool, typer.Option("--clear", help="Deliver in clear, where the listing promises no sealed file.")
    ] = False,
    custody: Annotated[
        Custody, typer.Option(help="Who keeps the sealed chunks: with provider, see --url and --sealed-to.")
    ] = "exchange",
    url: Annotated[
        str | None, typer.Option(help="Where consumers find them, by HTTPS, with /chunks added.")
    ] = None,
    sealed_to: Annotated[
        Path | None, typer.Option(help="The new file that they are written to; you serve it at the URL.")
    ] = None,
    field: Annotated[
        list[str] | None,
        typer.Option(help="A field that was left in, where others were left out; may be repeated."),
    ] = None,
    marked: Annotated[
        str | None, typer.Option(help="How you call the watermark that marks this consumer's copy.")
    ] = None,
    identity: options.IdentityName = None,
    exchange: options.ExchangeUrl = None,
    as_json: options.AsJson = False,
) -> None:
    """Seal a file, upload it and register its delivery.

    The exchange cannot read it; the consumer can, once it has given its receipt. Where the listing promises the file
    in clear, it goes in clear.

    Run it again after an interruption: it goes on where it stopped, with the same keys.

    \b
    Example:
      lading deliver sha256:4f0c… roads.csv
    """
    from lading.cli import render

    with options.connected(identity, exchange, as_json=as_json) as x:
        found = x.deliver(
            contract,
            file,
            sequence=sequence,
            sealed=False if clear else None,
            custody=custody,
            url=url,
            sealed_to=sealed_to,
            fields=field,
            marked=marked,
        )
    output.result(as_json, render.delivery(found), render.delivery_members(found))
