"""`lading demo`."""

from pathlib import Path
from typing import Annotated

import typer

from lading.cli import options

app = options.single()


@app.command()
def demo(
    file: Annotated[
        Path | None, typer.Option(help="The file to trade; by default an open data set of airports, 3 MB.")
    ] = None,
    out: Annotated[
        Path, typer.Option(help="Where everything is kept. An earlier demo there is replaced.")
    ] = Path("demo"),
    as_json: options.AsJson = False,
) -> None:
    """Trade a file between two companies at two exchanges on this machine, and verify the evidence after both
    exchanges have stopped.

    Two exchanges run as processes of their own on loopback ports, and follow each other. A provider lists the
    file at one of them. A consumer, who is at home at the other, finds it there and contracts it; the sealed file
    is handed over against a receipt, which brings the key, and an auditor verifies the evidence offline.
    Exit code 0: VALID.

    \b
    Example:
      lading demo --file roads.csv --out demo
    """
    from lading.cli.demo_trade import run

    raise typer.Exit(run(file, out, as_json=as_json))
