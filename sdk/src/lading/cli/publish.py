"""`lading publish`."""

from pathlib import Path
from typing import Annotated

import typer

from lading.cli import agreed, options, output
from lading.cli.words import Collection, ProductKind

app = options.single()


File = Annotated[Path, typer.Argument(help="The file that every delivery will be. It stays on this machine.")]
Title = Annotated[str | None, typer.Option(help="What it is, in one line. Needed, unless a draft says it.")]
Draft = Annotated[
    Path | None,
    typer.Option(help="A draft that lading init made of the file, completed. Options replace what it says."),
]
Source = Annotated[
    str | None, typer.Option(help="Where the data comes from, in words. Needed, unless a draft says it.")
]
How = Annotated[Collection | None, typer.Option(help="How it was collected. Needed, unless a draft says it.")]
Price = Annotated[
    str | None,
    typer.Option(help='Standing price, like "100.00 EUR". Without it, and without --terms: on request only.'),
]
Purposes = Annotated[
    list[str] | None,
    typer.Option(help="With --price: a permitted purpose, like research; may be repeated. None: any."),
]
TheKind = Annotated[
    ProductKind | None, typer.Option(help="What it is; without it, or a draft that says it, a dataset.")
]
ValidFor = Annotated[str, typer.Option(help="How long the standing terms hold (ISO 8601).")]
Maximum = Annotated[int | None, typer.Option(min=1, help="How often they may be accepted.")]
Description = Annotated[str | None, typer.Option(help="More about it, up to 4000 characters.")]
Keywords = Annotated[list[str] | None, typer.Option(help="May be repeated.")]
TheLicence = Annotated[str | None, typer.Option(help="SPDX expression, like MIT.")]
TheMediaType = Annotated[str | None, typer.Option(help="Like text/csv.")]
Supersedes = Annotated[
    str | None, typer.Option(metavar="ID", help="The listing of yours that this one replaces.")
]
Clear = Annotated[
    bool, typer.Option("--clear", help="Promise the file for deliveries in clear, for open data.")
]


@app.command()
def publish(
    file: File,
    title: Title = None,
    draft: Draft = None,
    source: Source = None,
    collection: How = None,
    kind: TheKind = None,
    price: Price = None,
    terms: agreed.TermsFile = None,
    purpose: Purposes = None,
    taking_period: agreed.TakingPeriod = None,
    dispute_window: agreed.DisputeWindow = None,
    valid_for: ValidFor = "P365D",
    maximum: Maximum = None,
    description: Description = None,
    keyword: Keywords = None,
    licence: TheLicence = None,
    media_type: TheMediaType = None,
    supersedes: Supersedes = None,
    clear: Clear = False,
    identity: options.IdentityName = None,
    exchange: options.ExchangeUrl = None,
    as_json: options.AsJson = False,
) -> None:
    """List a file with its content root, and with standing terms where there is a price.

    Deliveries of it will be sealed; the root is over salted chunks, so that it gives nothing away. The salts come
    from a secret that is kept with the identity. Publishing the same once more shows the listing that is there.

    \b
    Example:
      lading publish roads.csv --title Roads --source "Own sensors" --collection sensor --price "100.00 EUR"
    """
    from lading.cli import render

    said = agreed.chosen(price, terms, taking_period, dispute_window, purpose)
    with options.connected(identity, exchange, as_json=as_json) as x:
        found = x.publish(
            file,
            title=title,
            draft=draft,
            kind=kind,
            source=source,
            collection=collection,
            terms=said,
            description=description,
            keywords=keyword or (),
            licence=licence,
            media_type=media_type,
            valid_for=valid_for,
            maximum=maximum,
            supersedes=supersedes,
            sealed=not clear,
        )
    output.result(as_json, render.listing(found), render.listing_members(found))
