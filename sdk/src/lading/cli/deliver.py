"""`lading deliver`."""

from pathlib import Path
from typing import Annotated

import typer

from lading.cli import options, output

app = options.single()


@app.command()
def deliver(
    contract: Annotated[str, typer.Argument(metavar="CONTRACT", help="The contract's id.")],
    file: Annotated[Path, typer.Argument(help="The file to hand over.")],
    sequence: Annotated[int, typer.Option(min=1, help="The delivery's number within the contract.")] = 1,
    identity: options.IdentityName = None,
    exchange: options.ExchangeUrl = None,
    as_json: options.AsJson = False,
) -> None:
    """Upload a file and register its delivery. Run it again after an interruption: it goes on where it
    stopped.

    \b
    Example:
      lading deliver sha256:4f0c… roads.csv
    """
    from lading.cli import render

    with options.connected(identity, exchange, as_json=as_json) as x:
        found = x.deliver(contract, file, sequence=sequence)
    output.result(as_json, render.delivery(found), render.delivery_members(found))
