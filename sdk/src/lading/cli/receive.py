"""`lading receive`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lading.cli import options, output

if TYPE_CHECKING:
    from lading.client.exchange import Exchange
    from lading.client.results import Delivery

app = options.single()


Thing = Annotated[
    str, typer.Argument(metavar="ID", help="A contract (its next delivery is meant) or a delivery.")
]
To = Annotated[Path, typer.Option(help="Where the file shall lie.")]
Timeout = Annotated[float, typer.Option(min=0, help="Seconds to wait for a contract's next delivery.")]
SavedTo = Annotated[
    Path | None,
    typer.Option(help="Where the evidence shall lie; by default beside the file, as .lading.json."),
]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace a file that is there.")]
Refuse = Annotated[
    bool,
    typer.Option("--refuse", help="Register a refused receipt where the content is not what was signed."),
]
AcceptMarked = Annotated[
    bool,
    typer.Option(
        "--accept-marked", help="Accept content with fields left out, or marked, that is not as listed."
    ),
]
StoredIn = Annotated[
    list[str] | None,
    typer.Option(
        metavar="COUNTRY", help="Where you keep the data, where the terms ask for it; may be repeated."
    ),
]
ProcessedIn = Annotated[
    list[str] | None, typer.Option(metavar="COUNTRY", help="Where you work on it; may be repeated.")
]
AccessedFrom = Annotated[
    list[str] | None, typer.Option(metavar="COUNTRY", help="Where you look at it from; may be repeated.")
]


@app.command()
def receive(
    thing: Thing,
    to: To,
    timeout: Timeout = 600,
    evidence: SavedTo = None,
    overwrite: Overwrite = False,
    refuse: Refuse = False,
    accept_marked: AcceptMarked = False,
    stored_in: StoredIn = None,
    processed_in: ProcessedIn = None,
    accessed_from: AccessedFrom = None,
    identity: options.IdentityName = None,
    exchange: options.ExchangeUrl = None,
    as_json: options.AsJson = False,
) -> None:
    """Receive a delivery: verify every chunk, acknowledge it with a receipt, and save the evidence.

    Sealed content is verified and acknowledged as ciphertext, kept as .sealed.part beside the file; then the
    exchange releases its share of the key, and it is opened. Its salts are saved beside the file, as .salts.

    Run it again after an interruption: it goes on where it stopped.

    \b
    Example:
      lading receive sha256:4f0c… --to roads.csv
    """
    from lading.cli import render

    with options.connected(identity, exchange, as_json=as_json) as x:
        delivery = _delivery(x, thing, timeout, as_json=as_json)
        got = x.receive(
            delivery,
            to=to,
            overwrite=overwrite,
            refuse=refuse,
            accept_marked=accept_marked,
            stored_in=stored_in or (),
            processed_in=processed_in or (),
            accessed_from=accessed_from or (),
        )
        saved = got.evidence.save(evidence or to.with_name(to.name + ".lading.json"))
    shown = render.delivery(got.delivery) | {
        "saved as": got.path,
        "salts": got.salts,
        "receipt": got.receipt.id,
        "evidence": saved,
    }
    output.result(as_json, shown, render.received_members(got, str(saved)))


def _delivery(x: "Exchange", thing: str, timeout: float, *, as_json: bool) -> "Delivery | str":
    """The delivery that is meant: the contract's next, or the one named."""
    if x.statement(thing).act.type != "acceptance":
        return thing
    with output.waiting("Waiting for a delivery …", quiet=as_json):
        return x.next_delivery(thing, timeout=timeout)
