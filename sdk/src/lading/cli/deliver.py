"""`lading deliver`."""

from pathlib import Path
from typing import Annotated

import typer

from lading.cli import options, output
from lading.cli.words import Custody
from lading.errors import UsageProblem

app = options.single()


def _window(text: str | None, answered: int | None) -> tuple[int, int, int] | None:
    """A window as a person writes it."""
    if text is None:
        if answered is not None:
            raise UsageProblem("--answered belongs to a window", hint="Say the window with --window.")
        return None
    first, dash, last = text.partition("-")
    if not (dash and first.isdecimal() and last.isdecimal() and len(text) < 40):
        raise UsageProblem(f"{text!r} is no window", hint="Write the first and the last number, like 1-5000.")
    since, until = int(first), int(last)
    return since, until, until - since + 1 if answered is None else answered


Sequence = Annotated[int, typer.Option(min=1, help="The delivery's number within the contract.")]
Clear = Annotated[
    bool, typer.Option("--clear", help="Deliver in clear, where the listing promises no sealed file.")
]
TheCustody = Annotated[
    Custody, typer.Option(help="Who keeps the sealed chunks: with provider, see --url and --sealed-to.")
]
Url = Annotated[str | None, typer.Option(help="Where consumers find them, by HTTPS, with /chunks added.")]
SealedTo = Annotated[
    Path | None, typer.Option(help="The new file that they are written to; you serve it at the URL.")
]
Fields = Annotated[
    list[str] | None,
    typer.Option(help="A field that was left in, where others were left out; may be repeated."),
]
Marked = Annotated[
    str | None, typer.Option(help="How you call the watermark that marks this consumer's copy.")
]
Units = Annotated[int | None, typer.Option(min=0, help="How many units it has of what the price counts.")]
Window = Annotated[
    str | None,
    typer.Option(
        metavar="FIRST-LAST",
        help="Which calls of a service, or offsets of a stream, it stands for; like 1-5000.",
    ),
]
Answered = Annotated[
    int | None, typer.Option(min=0, help="How many of these were answered, where not all were.")
]
Schema = Annotated[
    str | None,
    typer.Option(metavar="DIGEST", help="The digest of its schema, where the terms ask for it."),
]
Corrects = Annotated[
    int | None, typer.Option(min=1, help="The number of an earlier delivery whose content it replaces.")
]


@app.command()
def deliver(
    contract: Annotated[str, typer.Argument(metavar="CONTRACT", help="The contract's id.")],
    file: Annotated[Path, typer.Argument(help="The file to hand over.")],
    sequence: Sequence = 1,
    clear: Clear = False,
    custody: TheCustody = "exchange",
    url: Url = None,
    sealed_to: SealedTo = None,
    field: Fields = None,
    marked: Marked = None,
    units: Units = None,
    window: Window = None,
    answered: Answered = None,
    data_schema: Schema = None,
    corrects: Corrects = None,
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
            units=units,
            window=_window(window, answered),
            data_schema=data_schema,
            corrects=corrects,
        )
    output.result(as_json, render.delivery(found), render.delivery_members(found))
