"""`receive` and `refuse`: take a delivery's content, verify it, and give the receipt."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from lading.acts.receipt import Receipt
from lading.client.bulk.describe import described
from lading.client.bulk.download import Download, download
from lading.client.flow import Flow
from lading.client.flows.agreed import check_places
from lading.client.flows.contracts import contract_at
from lading.client.flows.deliveries import delivery_at
from lading.client.flows.evidence import study
from lading.client.flows.issue import acknowledged, acknowledged_in, issue, winner
from lading.client.flows.take import Place, acquire, unlock
from lading.client.outbox import Slot
from lading.client.results import Acknowledged, Delivery, Named, Received, id_of
from lading.client.session import Session
from lading.errors import ContentMismatch, UsageProblem
from lading.problems import Refused

NOT_AS_LISTED: Final = "not-as-listed"


def receive(
    session: Session,
    delivery: Named,
    *,
    to: str | os.PathLike[str],
    overwrite: bool = False,
    refuse: bool = False,
    accept_marked: bool = False,
    stored_in: Sequence[str] = (),
    processed_in: Sequence[str] = (),
    accessed_from: Sequence[str] = (),
) -> Flow[Received]:
    """Receive a delivery's content into the file `to`, verified chunk by chunk, and register an accepted
    receipt.

    Of clear content the receipt is registered only after the verified file is durable at its place. Of sealed content
    the ciphertexts are verified and durable in `<to>.sealed.part`; after the receipt they are opened with the share
    that the exchange released, and the salts are written to `<to>.salts`. A file that is there already is never
    replaced unless `overwrite` says so; if it is the very content, it counts as received. An interrupted transfer
    goes on where it stopped.

    Where something is not what the provider signed, `ContentMismatch` is raised and nothing acknowledged; with
    `refuse` a refused receipt, which says why, is registered first. Content that leaves fields out or is marked, and
    so is not what the listing promises, is received only where `accept_marked` says so. `stored_in`, `processed_in` and
    `accessed_from` are the countries in which you keep, work on and look at the data, which the receipt then says;
    where the terms bound them, they are asked for before anything is fetched. Raises `ProvableFault` where
    sealed content turns out not to open: keep the ciphertexts, and `claim`.
    """
    target = Path(to).absolute()
    handed = yield from delivery_at(session, delivery)
    place, taken = Place(target, overwrite), None
    places = {"stored_in": stored_in, "processed_in": processed_in, "accessed_from": accessed_from}
    check_places(handed, places)
    try:
        yield from _check_agreed(session, handed, accept_marked)
        if handed.act.sealed is None:
            yield from _bring(session, handed, target, overwrite)
        else:
            taken = yield from acquire(session, handed, place)
    except ContentMismatch as mismatch:
        if refuse:
            yield from _refuse_for(session, handed, mismatch)
        raise
    # LAD-RCP-005, LAD-SEA-016
    receipt = yield from _acknowledge(session, handed, places)
    evidence = yield from study(session, receipt.id)
    if taken is not None:
        yield from unlock(session, handed, place, taken, evidence)
    return Received(target, handed, receipt, evidence, None if handed.act.sealed is None else place.salts)


def _check_agreed(session: Session, delivery: Delivery, accept_marked: bool) -> Flow[None]:
    """The consumer has to agree to content that need not be what the listing promises, and is not."""
    act = delivery.act
    if delivery.consumer != session.me:
        raise UsageProblem("this delivery is to somebody else", hint="Its consumer receives it.")
    if accept_marked or (act.fields is None and act.marked is None):
        return
    promised = (yield from contract_at(session, delivery.contract)).listing.act
    delivered = (act.size, act.chunk_size, act.content_root)
    # LAD-SEA-016: step 2
    if (
        promised.content_root is None
        or (promised.size, promised.chunk_size, promised.content_root) == delivered
    ):
        return
    changes = [] if act.fields is None else [f"it is left with the fields {', '.join(act.fields)}"]
    changes += [] if act.marked is None else [f"it is marked as {act.marked}"]
    raise ContentMismatch(
        f"the content is not the one that the listing promises: {'; '.join(changes)}",
        hint="If that is agreed, say accept_marked=True, on the command line --accept-marked; else refuse it.",
        reason=NOT_AS_LISTED,
    )


def _refuse_for(session: Session, delivery: Delivery, mismatch: ContentMismatch) -> Flow[None]:
    """Register a refused receipt that says what was found, unless the delivery was acknowledged before."""
    try:
        yield from _give(session, delivery, outcome="refused", reason=mismatch.reason)
    except Refused as refusal:
        if refusal.code != "delivery-not-open":
            raise
        mismatch.hint = "The delivery was answered before and cannot be refused any more. Call receive again."
        return
    mismatch.hint = "A refused receipt was registered; the provider may deliver again."


def _acknowledge(
    session: Session, delivery: Delivery, places: Mapping[str, Sequence[str]]
) -> Flow[Acknowledged]:
    act = delivery.act
    manifest_root = None if act.sealed is None else act.sealed.manifest_root
    roots = {"content_root": act.content_root, "size": act.size, "manifest_root": manifest_root}
    where = {name: tuple(countries) or None for name, countries in places.items()}
    return (yield from _give(session, delivery, outcome="accepted", **roots, **where))


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
