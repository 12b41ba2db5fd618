"""`receipt`: the consumer acknowledges or refuses a delivery (`spec/acts/receipt.md`)."""

from collections.abc import Iterator
from typing import Literal

from pydantic import model_validator

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
    known_to,
)
from lading.acts.delivery import sequence_slot
from lading.acts.machines import DELIVERY
from lading.acts.records import SELF, ContractRecord, DeliveryRecord, DueRecord, ReceiptRecord, SlotRecord
from lading.problems import refuse
from lading.statement.words import Digest, Id, Millis, Size, StatementId, Token, parse_duration


class Receipt(IssuedAct):
    """Accepted: the consumer holds content of this root and size, or the chunks of this manifest. Refused: why not."""

    type: Literal["receipt"]
    delivery: StatementId
    outcome: Literal["accepted", "refused"]
    content_root: Digest | None = None
    manifest_root: Digest | None = None
    size: Size | None = None
    reason: Token | None = None

    @model_validator(mode="after")
    def _agrees(self) -> "Receipt":
        accepted = self.outcome == "accepted"
        shape = (self.content_root is not None, self.size is not None, self.reason is not None)
        if shape != (accepted, accepted, not accepted) or (self.manifest_root is not None and not accepted):
            raise ValueError("accepted has content_root and size, perhaps manifest_root; refused has reason")
        return self

    @property
    def needs_release(self) -> bool:
        """Whether the exchange's share has to follow: an accepted receipt of sealed content."""
        return self.manifest_root is not None

    @property
    def event(self) -> str:
        """What it is in the table of deliveries."""
        return "receipt-sealed" if self.needs_release else f"receipt-{self.outcome}"


def issuer_is_the_consumer(view: View, s: Statement[Receipt], at: Place) -> None:
    """Only the contract's consumer gives a receipt."""
    # LAD-RCP-001
    if known_to(view, DeliveryRecord, s.act.delivery, "/delivery", s.issuer).consumer != s.issuer:
        raise refuse("wrong-party", "the issuer is not the contract's consumer", pointer="/delivery")


def repeats_what_was_delivered(view: View, s: Statement[Receipt], at: Place) -> None:
    """An accepted receipt repeats the delivery's roots and size."""
    delivery = known(view, DeliveryRecord, s.act.delivery, "/delivery")
    manifest_root = None if delivery.sealed is None else delivery.sealed.manifest_root
    delivered = (delivery.content_root, delivery.size, manifest_root)
    # LAD-RCP-004
    if s.act.outcome == "accepted" and (s.act.content_root, s.act.size, s.act.manifest_root) != delivered:
        raise refuse(
            "receipt-mismatch", "a root or size differs from the delivery's", pointer="/content_root"
        )


def delivery_is_open(view: View, s: Statement[Receipt], at: Place) -> None:
    """One receipt a delivery; none after its withdrawal."""
    # LAD-RCP-002
    delivery = known(view, DeliveryRecord, s.act.delivery, "/delivery")
    DELIVERY.after(delivery.state, s.act.event, winner=delivery.closed_by)


def comes_in_time(view: View, s: Statement[Receipt], at: Place) -> None:
    """A deadline is met if and only if the registration time is not after it."""
    # LAD-RCP-003
    if at.time > known(view, DeliveryRecord, s.act.delivery, "/delivery").deadline:
        raise refuse("deadline-passed", "the delivery's deadline has passed", pointer="/delivery")


def effects(view: View, s: Statement[Receipt], at: Place) -> Iterator[Record]:
    """Received; or acknowledged, and its release is due; or refused, and its number free again."""
    delivery = known(view, DeliveryRecord, s.act.delivery, "/delivery")
    closed = {"state": DELIVERY.after(delivery.state, s.act.event), "closed_by": s.id}
    yield ReceiptRecord(key=s.id, delivery=s.act.delivery)
    if s.act.outcome == "refused":
        yield delivery.model_copy(update=closed)
        yield SlotRecord(key=sequence_slot(delivery.contract, delivery.sequence), holder=None)
    elif s.act.needs_release:
        yield delivery.model_copy(update=closed)
        yield DueRecord(key=SELF, receipt=s.id, index=at.index)
    else:
        yield delivery.model_copy(update=closed | {"settles_at": settles_at(view, delivery, at)})


def settles_at(view: View, delivery: DeliveryRecord, at: Place) -> Millis:
    """When the dispute window ends of a delivery that is received now."""
    terms = known(view, ContractRecord, delivery.contract, "/delivery").terms
    return Millis(at.time + parse_duration(terms.dispute_window))


def references(act: Receipt) -> tuple[Id, ...]:
    """The delivery."""
    return (act.delivery,)


def readers(view: View, s: Statement[Receipt]) -> Readers:
    """Provider and consumer."""
    delivery = known(view, DeliveryRecord, s.act.delivery, "/delivery")
    return frozenset({delivery.provider, delivery.consumer})


ACT = ActType(
    name="receipt",
    model=Receipt,
    rules=(
        holds_in_part(issuer_is_the_consumer),
        holds_in_part(repeats_what_was_delivered),
        holds_in_part(delivery_is_open),
        holds_in_part(comes_in_time),
    ),
    effects=effects,
    references=references,
    readers=readers,
)
