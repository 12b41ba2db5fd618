"""`lading claim`."""

from pathlib import Path
from typing import Annotated

import typer

from lading.cli import options, output

app = options.single()


@app.command()
def claim(
    delivery: Annotated[str, typer.Argument(metavar="DELIVERY", help="The delivery's id, or its receipt's.")],
    sealed: Annotated[
        Path, typer.Option(help="The ciphertexts that lading receive kept: the .sealed.part file.")
    ],
    arbiter: Annotated[
        str | None,
        typer.Option(
            metavar="ID", help="The participant who is to judge; needed where a key does not derive."
        ),
    ] = None,
    out: Annotated[Path, typer.Option(help="Where the claim file goes, for whoever is to judge.")] = Path(
        "claim.json"
    ),
    share: Annotated[
        Path | None,
        typer.Option(help="Write your share to this file, for another judge. It opens the whole content."),
    ] = None,
    identity: options.IdentityName = None,
    exchange: options.ExchangeUrl = None,
    as_json: options.AsJson = False,
) -> None:
    """Claim, with proof, that a sealed delivery does not open to what its provider signed.

    The first chunk at fault is found in the ciphertexts; its pieces and the claim are registered, and saved in one
    file that anybody can judge offline: lading judge.

    \b
    Example:
      lading claim sha256:4f0c… --sealed roads.csv.sealed.part --arbiter sha256:99ab… --out claim.json
    """
    from lading.cli import render

    with options.connected(identity, exchange, as_json=as_json) as x:
        found = x.claim(delivery, sealed=sealed, arbiter=arbiter, out=out, share_to=share)
    output.result(as_json, render.claimed(found), render.claimed_members(found))
