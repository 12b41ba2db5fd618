"""`lading sample`."""

from pathlib import Path
from typing import Annotated

import typer

from lading.cli import options, output

app = options.single()


@app.command()
def sample(
    listing: Annotated[
        Path, typer.Argument(help="The listing: what lading show ID --json printed, a statement, or a draft.")
    ],
    chunk: Annotated[Path, typer.Argument(help="The sample's file, as the provider gave it to you.")],
    as_json: options.AsJson = False,
) -> None:
    """Verify that a sample is a part of exactly the content that a listing promises. Needs no network.

    What you would receive under a contract has the same content root. That the listing is signed and registered is not
    checked here: lading show does that. Where the deliveries are sealed, the data begins after 32 bytes of salt.

    \b
    Exit codes:
      0  it is
      1  it is not

    \b
    Example:
      lading sample listing.json roads.csv.sample
    """
    from lading.client.drafting.sample import read_chunk, read_listing, verify_sample

    members = read_listing(listing)
    found = verify_sample(members, read_chunk(chunk))
    shown = {
        "verified": f"chunk {found.index} of {found.chunks}",
        "of": members.get("title") or members.get("name"),
        "content root": found.content_root,
        "salt": "the first 32 bytes" if found.salted else None,
    }
    said = {"verified": True, "index": found.index, "chunks": found.chunks, "salted": found.salted}
    output.result(as_json, shown, said | {"content_root": found.content_root})
