"""`deliver`: hand a file over under a contract."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, Literal

from lading import acts
from lading.acts.delivery import Delivery as DeliveryAct
from lading.client.address import is_fetched_from
from lading.client.bulk.describe import described, product_of
from lading.client.bulk.upload import upload
from lading.client.files import file_name
from lading.client.flow import Flow
from lading.client.flows.agreed import check_agreed
from lading.client.flows.contracts import contract_at
from lading.client.flows.evidence import study
from lading.client.flows.goods import ClearGoods, Goods, Job, Lot, SealedGoods
from lading.client.flows.issue import act_of, winner
from lading.client.flows.register import (
    KEPT,
    STALE,
    Registered,
    finish,
    release,
    store,
    waiting,
)
from lading.client.flows.state import state
from lading.client.outbox import Slot, Stored
from lading.client.results import Contract, Delivery, Named, delivery_of, statement_of
from lading.client.session import Session
from lading.errors import ContentMismatch, UsageProblem
from lading.problems import Refused, refuse
from lading.statement.envelope import read_to_sign
from lading.statement.words import Id
from lading.transfer.content import Content

_RUNNING: Final = frozenset({"open", "acknowledged", "received", "lapsed"})
_OPEN: Final = frozenset({"open"})
_RESEAL: Final = frozenset({"unknown-seal-key", "revoked-key", "share-reused", "bad-share"})
"""Refusals of a delivery that was signed before, which new shares and the newest keys make up for."""


def deliver(
    session: Session,
    contract: Named,
    content: str | os.PathLike[str],
    *,
    sequence: int = 1,
    name: str | None = None,
    media_type: str | None = None,
    sealed: bool | None = None,
    custody: Literal["exchange", "provider"] = "exchange",
    url: str | None = None,
    sealed_to: str | os.PathLike[str] | None = None,
    fields: Sequence[str] | None = None,
    marked: str | None = None,
    units: int | None = None,
    window: tuple[int, int] | tuple[int, int, int] | None = None,
    data_schema: str | None = None,
    corrects: int | None = None,
) -> Flow[Delivery]:
    """Upload a file and register its delivery as number `sequence` of the contract.

    It is sealed: the exchange cannot read it, and the consumer can when it has given its receipt. It is clear where
    the listing promises the file in clear, or where `sealed` is False. With custody `provider` the sealed chunks are
    written to the new file `sealed_to` and not uploaded; make them readable at `url` with `/chunks` added. `fields`
    are those that were left in where others were left out, `marked` how you call this consumer's watermark; with
    either, the file need not be the one that the listing promises.

    `units` is how many of what the price counts are in it. A delivery of a stream or a service has a `window`: the
    first and the last offset or call that it stands for, both included, and how many were answered where not all were.
    `data_schema` is the digest of its schema, where the terms say how far that may change. `corrects` is an earlier
    number whose content it replaces; then it need not be the file that the listing promises either.

    Idempotent per contract and number: the same file again returns the delivery that is there, an
    interrupted upload goes on where it stopped, and a number that was refused or withdrawn is delivered
    anew. Raises `ContentMismatch` where the listing promised another file, or the file changes meanwhile,
    `UsageProblem` where somebody has no seal key, `Refused` (`sequence-taken`) where the number has other content.
    """
    path = Path(content)
    _check_custody(session, sealed, custody, url, sealed_to)
    agreed = yield from contract_at(session, contract)
    promised = agreed.listing.act
    said: dict[str, object] = {
        "contract": agreed.id,
        "sequence": sequence,
        "custody": custody,
        "url": url,
        "name": name if name is not None else promised.name or file_name(path),
        "media_type": media_type or promised.media_type,
        "fields": None if fields is None else tuple(fields),
        "marked": marked,
        "units": units,
        "window": None if window is None else _window(*window),
        "data_schema": data_schema,
        "corrects": corrects,
    }
    yield from check_agreed(session, agreed, said)
    target = None if sealed_to is None else Path(sealed_to)
    return (yield from _hand_over(session, agreed, path, said, sealed, target))


def _hand_over(
    session: Session,
    agreed: Contract,
    path: Path,
    said: Mapping[str, object],
    sealed: bool | None,
    sealed_to: Path | None,
) -> Flow[Delivery]:
    """Deliver the file with these members."""
    chunk_size = agreed.listing.act.chunk_size or session.config.chunk_bytes
    found = yield from described(session, path, chunk_size)
    sequence = int(str(said["sequence"]))
    lot = Lot(agreed.id, sequence, agreed.consumer, path, said)
    goods = yield from _goods(session, agreed, lot, found, sealed, sealed_to)
    key = yield from _delivered(session, Slot("deliver", (agreed.id, str(sequence))), goods)
    evidence = yield from study(session, key)
    return delivery_of(evidence, key)


def _check_custody(
    session: Session,
    sealed: bool | None,
    custody: str,
    url: str | None,
    sealed_to: str | os.PathLike[str] | None,
) -> None:
    if custody not in ("exchange", "provider"):
        raise UsageProblem(f"{custody!r} is no custody", hint="It is exchange or provider.")
    if (custody == "provider") != (url is not None) or (custody == "provider") != (sealed_to is not None):
        hint = "Give url and sealed_to with custody provider, and neither without it."
        raise UsageProblem(f"custody {custody} with these arguments makes no sense", hint=hint)
    if url is None:
        return
    if sealed is False:
        raise UsageProblem("clear content is in the exchange's custody", hint="Leave sealed=False out.")
    # LAD-SEA-018
    if not is_fetched_from(url, session.peer.api):
        hint = "Serve the chunks by HTTPS at an address that is reached from everywhere."
        raise UsageProblem(f"consumers do not fetch from {url}", hint=hint)


def _window(first: int, last: int, count: int | None = None) -> dict[str, int]:
    return {"first": first, "last": last, "count": last - first + 1 if count is None else count}


def _goods(
    session: Session, agreed: Contract, lot: Lot, found: Content, sealed: bool | None, sealed_to: Path | None
) -> Flow[Goods]:
    """The file in the form in which it is delivered. `ContentMismatch` where the listing promises another file."""
    promised = agreed.listing.act
    free = any(lot.said[name] is not None for name in ("fields", "marked", "corrects"))
    bound = promised.content_root is not None and not free
    promise = (promised.size, promised.content_root)
    product = session.speaker.products.get(found)
    as_sealed = product is not None and (product.size, product.content_root) == promise
    if not bound:
        if sealed is False:
            return ClearGoods(lot, found)
        return SealedGoods(lot, (yield from product_of(session, lot.path, found)), sealed_to)
    if as_sealed and product is not None and sealed is not False:
        return SealedGoods(lot, product, sealed_to)
    if (found.size, found.root) != promise:
        raise _other_file(agreed, lot.path, as_sealed)
    if sealed or sealed_to is not None:
        hint = "Publish it sealed, or deliver it as it was published: leave sealed and custody out."
        raise UsageProblem("the contracted listing promises this file in clear", hint=hint)
    return ClearGoods(lot, found)


def _other_file(agreed: Contract, path: Path, as_sealed: bool) -> ContentMismatch:
    promised = agreed.listing.act
    if as_sealed:
        hint = "Leave sealed=False out, or publish the file in clear."
        return ContentMismatch("the contracted listing promises this file sealed", hint=hint)
    hint = (
        f"Deliver the file that was published as {promised.name or promised.title!r}, with the identity's folder "
        "from where it was published, or publish the new one."
    )
    return ContentMismatch(f"{path} is not the file that the contracted listing promises", hint=hint)


def _delivered(session: Session, slot: Slot, goods: Goods) -> Flow[Id]:
    """The id of the registered delivery, which may be one of an earlier call."""
    earlier = yield from _earlier(session, slot, goods)
    job = (yield from _waiting(session, slot, goods)) if earlier is None else None
    if earlier is not None:
        if earlier.registration is not None:
            return earlier.id
        try:
            done = yield from _go_on(session, slot, goods, earlier)
            if done is not None:
                return done.id
        except Refused as refusal:
            if refusal.code not in STALE | _RESEAL:
                return (yield from _delivered_before(session, refusal, goods))
            if refusal.code in STALE:
                job = yield from goods.resumed(session, _act_of(earlier))
    try:
        return (yield from _start(session, slot, job or (yield from goods.fresh(session)))).id
    except Refused as refusal:
        return (yield from _delivered_before(session, refusal, goods))


def _earlier(session: Session, slot: Slot, goods: Goods) -> Flow[Stored | None]:
    """What an earlier call left in the slot, if it still stands; the slot is emptied where it does not."""
    stored = session.outbox.get(slot)
    if stored is None:
        return None
    same = goods.is_of(_act_of(stored))
    standing = yield from _standing(session, stored)
    if standing is not None and standing not in _OPEN:
        goods.forget(session)
    if standing in _RUNNING and not same:
        raise refuse("sequence-taken", "this number was delivered with other content", winner=stored.id)
    if (standing is None and same) or standing in _RUNNING:
        return stored
    session.outbox.drop(slot, stored)
    return None


def _waiting(session: Session, slot: Slot, goods: Goods) -> Flow[Job | None]:
    """The job of a delivery that waits for its signature: of the same goods, and with all that belongs to it."""
    left = waiting(session, slot)
    act = None if left is None else acts.parse(read_to_sign(left.to_sign)).act
    if isinstance(act, DeliveryAct) and goods.is_of(act):
        job = yield from goods.resumed(session, act)
        if job is not None:
            return job
    session.outbox.discard(slot)
    return None


def _standing(session: Session, stored: Stored) -> Flow[str | None]:
    """The state of a stored delivery at the exchange; None where it is not registered."""
    try:
        return (yield from state(session, stored.id)).name
    except Refused as refusal:
        if refusal.code != "not-found":
            raise
        return None


def _go_on(session: Session, slot: Slot, goods: Goods, stored: Stored) -> Flow[Registered | None]:
    """Finish what an earlier call began; None where it has to be begun anew.

    It may have been registered without that call's knowing.
    """
    try:
        return (yield from finish(session, slot, stored))
    except Refused as refusal:
        if refusal.code not in KEPT:
            raise
    job = yield from goods.resumed(session, _act_of(stored))
    if job is None:
        session.outbox.drop(slot, stored)
        return None
    return (yield from _send(session, slot, job, stored))


def _start(session: Session, slot: Slot, job: Job) -> Flow[Registered]:
    stored = store(session, slot, lambda: act_of(session, DeliveryAct, job.members))
    if not job.upload.prefix.endswith(f"/{_act_of(stored).root}"):
        raise UsageProblem("this number is being delivered by another process", hint="Wait for it to end.")
    return (yield from _send(session, slot, job, stored))


def _send(session: Session, slot: Slot, job: Job, stored: Stored) -> Flow[Registered]:
    """Upload under the stored delivery as the ticket, then register the same bytes."""
    try:
        yield from upload(session, stored.jws, job.upload)
    except Refused as refusal:
        release(session, slot, stored, refusal)
        raise
    return (yield from finish(session, slot, stored))


def _delivered_before(session: Session, refusal: Refused, goods: Goods) -> Flow[Id]:
    """The caller's own delivery of the same content under this number, made elsewhere; anything else
    stays refused.
    """
    if refusal.code == "sequence-taken":
        won = yield from winner(session, refusal, DeliveryAct)
        if won is not None and goods.is_of(won[0].act(won[1], DeliveryAct)):
            return won[1]
    raise refusal


def _act_of(stored: Stored) -> DeliveryAct:
    act = statement_of(stored.jws).act
    if not isinstance(act, DeliveryAct):
        raise UsageProblem(f"the outbox holds a {act.type} in the place of a delivery", hint="Restore it.")
    return act
