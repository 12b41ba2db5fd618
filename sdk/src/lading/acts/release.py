"""`release`: the exchange gives its share, right after the receipt (`spec/acts/release.md`)."""

import hashlib
from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import StringConstraints

from lading.acts.base import (
    ActType,
    IssuedAct,
    Place,
    Readers,
    Record,
    Statement,
    View,
    holds_in_part,
    known,
)
from lading.acts.machines import DELIVERY
from lading.acts.receipt import settles_at
from lading.acts.records import SELF, DeliveryRecord, DueRecord, ReceiptRecord, ReleaseRecord
from lading.acts.standing import is_the_exchanges
from lading.problems import refuse
from lading.statement import base64url
from lading.statement.words import Id, StatementId

Secret = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9_-]+[AEIMQUYcgkosw048]\z", min_length=43, max_length=43),
]
"""32 bytes in base64url."""


class Release(IssuedAct):
    """The exchange's share of a delivery whose receipt it registered. Worthless without the consumer's."""

    type: Literal["release"]
    receipt: StatementId
    share: Secret


def is_due(view: View, s: Statement[Release], at: Place) -> None:
    """There is one release of an accepted receipt of sealed content, and of nothing else."""
    delivery = _delivery(view, s.act)
    # LAD-LIF-001
    DELIVERY.after(delivery.state, "release", winner=delivery.released_by or delivery.closed_by)


def share_is_the_committed_one(view: View, s: Statement[Release], at: Place) -> None:
    """The share has the hash that the delivery signs."""
    sealed = _delivery(view, s.act).sealed
    share = hashlib.sha256(base64url.decode(s.act.share.encode())).hexdigest()
    # LAD-RLS-003
    if sealed is None or sealed.exchange.commitment != f"sha256:{share}":
        raise refuse("wrong-share", "the share is not the one that the delivery commits to", pointer="/share")


def _delivery(view: View, act: Release) -> DeliveryRecord:
    receipt = known(view, ReceiptRecord, act.receipt, "/receipt")
    return known(view, DeliveryRecord, receipt.delivery, "/receipt")


def effects(view: View, s: Statement[Release], at: Place) -> Iterator[Record]:
    """The delivery is received, its dispute window begins, and nothing is due any more."""
    delivery = _delivery(view, s.act)
    received = {"state": DELIVERY.after(delivery.state, "release"), "released_by": s.id}
    yield delivery.model_copy(update=received | {"settles_at": settles_at(view, delivery, at)})
    yield DueRecord(key=SELF, receipt=None, index=at.index)
    yield ReleaseRecord(
        key=s.id,
        receipt=s.act.receipt,
        delivery=Id(delivery.key),
        provider=delivery.provider,
        consumer=delivery.consumer,
        share=s.act.share,
    )


def references(act: Release) -> tuple[Id, ...]:
    """The receipt."""
    return (act.receipt,)


def readers(view: View, s: Statement[Release]) -> Readers:
    """Provider and consumer."""
    return _delivery(view, s.act).parties


ACT = ActType(
    name="release",
    model=Release,
    rules=(
        holds_in_part(is_the_exchanges),
        holds_in_part(is_due),
        holds_in_part(share_is_the_committed_one),
    ),
    effects=effects,
    references=references,
    readers=readers,
)
