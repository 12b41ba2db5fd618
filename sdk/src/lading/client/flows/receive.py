"""`receive` and `refuse`: take a delivery's content, verify it, and give the receipt."""

import os
from pathlib import Path
from typing import Final

from lading.acts.receipt import Receipt
from lading.client.bulk.describe import described
from lading.client.bulk.download import Download, download
from lading.client.flow import Flow
from lading.client.flows.deliveries import delivery_at
from lading.client.flows.evidence import study
from lading.client.flows.issue import acknowledged, acknowledged_in, issue, winner
from lading.client.outbox import Slot
from lading.client.results import Acknowledged, Delivery, Named, Received, id_of
from lading.client.session import Session
from lading.errors import ContentMismatch, UsageProblem
from lading.problems import Refused

MISMATCH: Final = "content-mismatch"


def receive(
    session: Session,
    delivery: Named,
    *,
    to: str | os.PathLike[str],
    overwrite: bool = False,
    refuse: bool = False,
) -> Flow[Received]:
    """Receive a delivery's content into the file `to`, verified chunk by chunk, and register an accepted
    receipt.

    The receipt is registered only after the verified file is durable at its place. A file that is there
    already is never replaced unless `overwrite` says so; if it is the very content, it counts as received.
    An interrupted transfer goes on in `<to>.part`. Where the exchange's bytes are not what the provider
    signed, `ContentMismatch` is raised and nothing acknowledged; with `refuse` a refused receipt
    (`content-mismatch`) is registered first.
    """
    target = Path(to).absolute()
    handed = yield from delivery_at(session, delivery)
    try:
        yield from _bring(session, handed, target, overwrite)
    except ContentMismatch as mismatch:
        if refuse:
            yield from _give(session, handed, outcome="refused", reason=MISMATCH)
            mismatch.hint = "A refused receipt was registered; the provider may deliver again."
        raise
    # LAD-RCP-005
    receipt = yield from _give(
        session, handed, outcome="accepted", content_root=handed.act.content_root, size=handed.act.size
    )
    evidence = yield from study(session, receipt.id)
    return Received(target, handed, receipt, evidence)


def refuse(session: Session, delivery: Named, *, reason: str) -> Flow[Acknowledged]:
    """Register a refused receipt. `reason` is a token like `not-as-described`.

    Frees the delivery's number.
    """
    handed = yield from delivery_at(session, delivery)
    return (yield from _give(session, handed, outcome="refused", reason=reason))


def _bring(session: Session, delivery: Delivery, target: Path, overwrite: bool) -> Flow[None]:
    act = delivery.act
    if target.exists() and not overwrite:
        found = yield from described(session, target, act.chunk_size)
        if (found.size, found.root) == (act.size, act.content_root):
            return
        raise UsageProblem(f"{target} exists", hint="Choose another file, or say that it may be overwritten.")
    if not target.parent.is_dir() or target.is_dir():
        raise UsageProblem(f"{target} cannot be written", hint="Name a file in a folder that exists.")
    prefix = f"/content/{delivery.contract}/{delivery.sequence}/{act.content_root}"
    yield from download(
        session, Download(prefix, act.size, act.chunk_size, act.content_root, target, overwrite)
    )


def _give(session: Session, delivery: Delivery, **members: object) -> Flow[Acknowledged]:
    """Register the receipt of a delivery; the caller's own earlier one with the same outcome does as well."""
    key = id_of(delivery)
    slot = Slot("receipt", (key, str(members["outcome"])))
    try:
        registered = yield from issue(session, slot, Receipt, {"delivery": key, **members})
    except Refused as refusal:
        won = yield from winner(session, refusal, Receipt)
        if won is None or won[0].act(won[1], Receipt).outcome != members["outcome"]:
            raise
        return acknowledged_in(*won)
    return acknowledged(registered, "receipt")
