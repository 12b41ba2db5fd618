"""`deliver`: hand a file over under a contract."""

import os
from pathlib import Path
from typing import Final

from lading.acts.delivery import Delivery as DeliveryAct
from lading.client.bulk.describe import described
from lading.client.bulk.upload import Upload, upload
from lading.client.flow import Flow
from lading.client.flows.contracts import contract_at
from lading.client.flows.evidence import study
from lading.client.flows.issue import act_of, winner
from lading.client.flows.publish import file_name
from lading.client.flows.register import KEPT, STALE, Registered, finish, release, store
from lading.client.flows.state import state
from lading.client.outbox import Slot, Stored
from lading.client.results import Delivery, Named, delivery_of, statement_of
from lading.client.session import Session
from lading.errors import ContentMismatch
from lading.problems import Refused, refuse
from lading.statement.words import Id
from lading.transfer.content import Content

_RUNNING: Final = frozenset({"open", "received"})


def deliver(
    session: Session,
    contract: Named,
    content: str | os.PathLike[str],
    *,
    sequence: int = 1,
    name: str | None = None,
    media_type: str | None = None,
) -> Flow[Delivery]:
    """Upload a file and register its delivery as number `sequence` of the contract.

    Idempotent per contract and number: the same file again returns the delivery that is there, an
    interrupted upload goes on where it stopped, and a number that was refused or withdrawn is delivered
    anew. Raises `ContentMismatch` where the listing promised another file, `Refused` (`sequence-taken`)
    where the number has other content.
    """
    path = Path(content)
    agreed = yield from contract_at(session, contract)
    promised = agreed.listing.act
    chunk_size = promised.chunk_size or session.config.chunk_bytes
    found = yield from described(session, path, chunk_size)
    if promised.content_root is not None and (promised.size, promised.content_root) != (
        found.size,
        found.root,
    ):
        hint = f"Deliver the file that was published as {promised.name or promised.title!r}, or publish the new one."
        raise ContentMismatch(f"{path} is not the file that the contracted listing promises", hint=hint)
    job = Upload(path, found, f"/content/{agreed.id}/{sequence}/{found.root}")
    members: dict[str, object] = {
        "contract": agreed.id,
        "sequence": sequence,
        "form": "clear",
        "custody": "exchange",
        "name": name if name is not None else promised.name or file_name(path),
        "media_type": media_type or promised.media_type,
        "size": found.size,
        "chunk_size": chunk_size,
        "content_root": found.root,
    }
    key = yield from _delivered(session, Slot("deliver", (agreed.id, str(sequence))), job, members)
    evidence = yield from study(session, key)
    return delivery_of(evidence, key)


def _delivered(session: Session, slot: Slot, job: Upload, members: dict[str, object]) -> Flow[Id]:
    """The id of the registered delivery, which may be one of an earlier call."""
    earlier = yield from _earlier(session, slot, job.content)
    if earlier is not None and earlier.registration is not None:
        return earlier.id
    try:
        if earlier is not None:
            return (yield from _go_on(session, slot, job, earlier)).id
        return (yield from _start(session, slot, job, members)).id
    except Refused as refusal:
        if earlier is not None and refusal.code in STALE:
            return (yield from _start(session, slot, job, members)).id
        return (yield from _delivered_before(session, refusal, job.content))


def _earlier(session: Session, slot: Slot, content: Content) -> Flow[Stored | None]:
    """What an earlier call left in the slot, if it still stands; the slot is emptied where it does not."""
    stored = session.outbox.get(slot)
    if stored is None:
        return None
    same = _is_of(stored.jws, content)
    standing = yield from _standing(session, stored)
    if standing in _RUNNING and not same:
        raise refuse("sequence-taken", "this number was delivered with other content", winner=stored.id)
    if (standing is None and same) or standing in _RUNNING:
        return stored
    session.outbox.drop(slot, stored)
    return None


def _standing(session: Session, stored: Stored) -> Flow[str | None]:
    """The state of a stored delivery at the exchange; None where it is not registered."""
    try:
        return (yield from state(session, stored.id)).name
    except Refused as refusal:
        if refusal.code != "not-found":
            raise
        return None


def _go_on(session: Session, slot: Slot, job: Upload, stored: Stored) -> Flow[Registered]:
    """Finish what an earlier call began. It may have been registered without that call's knowing."""
    try:
        return (yield from finish(session, slot, stored))
    except Refused as refusal:
        if refusal.code not in KEPT:
            raise
    return (yield from _send(session, slot, job, stored))


def _start(session: Session, slot: Slot, job: Upload, members: dict[str, object]) -> Flow[Registered]:
    stored = store(session, slot, lambda: act_of(session, DeliveryAct, members))
    return (yield from _send(session, slot, job, stored))


def _send(session: Session, slot: Slot, job: Upload, stored: Stored) -> Flow[Registered]:
    """Upload under the stored delivery as the ticket, then register the same bytes."""
    try:
        yield from upload(session, stored.jws, job)
    except Refused as refusal:
        release(session, slot, stored, refusal)
        raise
    return (yield from finish(session, slot, stored))


def _delivered_before(session: Session, refusal: Refused, content: Content) -> Flow[Id]:
    """The caller's own delivery of the same content under this number, made elsewhere; anything else
    stays refused.
    """
    if refusal.code == "sequence-taken":
        won = yield from winner(session, refusal, DeliveryAct)
        if won is not None and _is_of(won[0].filed(won[1]).statement.jws, content):
            return won[1]
    raise refusal


def _is_of(jws: bytes, content: Content) -> bool:
    act = statement_of(jws).act
    return isinstance(act, DeliveryAct) and (act.size, act.content_root) == (content.size, content.root)
