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
from lading.acts.records import DeliveryRecord, SlotRecord
from lading.problems import refuse
from lading.statement.words import Digest, Id, Size, StatementId, Token


class Receipt(IssuedAct):
    """Accepted: the consumer holds content of this root and size. Refused: it does not, and says why."""

    type: Literal["receipt"]
    delivery: StatementId
    outcome: Literal["accepted", "refused"]
    content_root: Digest | None = None
    size: Size | None = None
    reason: Token | None = None

    @model_validator(mode="after")
    def _agrees(self) -> "Receipt":
        accepted = self.outcome == "accepted"
        shape = (self.content_root is not None, self.size is not None, self.reason is not None)
        if shape != (accepted, accepted, not accepted):
            raise ValueError("accepted has content_root and size; refused has reason")
        return self


def issuer_is_the_consumer(view: View, s: Statement[Receipt], at: Place) -> None:
    """Only the contract's consumer gives a receipt."""
    # LAD-RCP-001
    if known_to(view, DeliveryRecord, s.act.delivery, "/delivery", s.issuer).consumer != s.issuer:
        raise refuse("wrong-party", "the issuer is not the contract's consumer", pointer="/delivery")


def repeats_what_was_delivered(view: View, s: Statement[Receipt], at: Place) -> None:
    """An accepted receipt repeats the delivery's root and size."""
    delivery = known(view, DeliveryRecord, s.act.delivery, "/delivery")
    # LAD-RCP-004
    if s.act.outcome == "accepted" and (s.act.content_root, s.act.size) != (
        delivery.content_root,
        delivery.size,
    ):
        raise refuse("receipt-mismatch", "root or size differ from the delivery's", pointer="/content_root")


def delivery_is_open(view: View, s: Statement[Receipt], at: Place) -> None:
    """One receipt a delivery; none after its withdrawal."""
    # LAD-RCP-002
    delivery = known(view, DeliveryRecord, s.act.delivery, "/delivery")
    DELIVERY.after(delivery.state, f"receipt-{s.act.outcome}", winner=delivery.closed_by)


def comes_in_time(view: View, s: Statement[Receipt], at: Place) -> None:
    """A deadline is met if and only if the registration time is not after it."""
    # LAD-RCP-003
    if at.time > known(view, DeliveryRecord, s.act.delivery, "/delivery").deadline:
        raise refuse("deadline-passed", "the delivery's deadline has passed", pointer="/delivery")


def effects(view: View, s: Statement[Receipt], at: Place) -> Iterator[Record]:
    """Received, or refused and its number free again."""
    delivery = known(view, DeliveryRecord, s.act.delivery, "/delivery")
    state = DELIVERY.after(delivery.state, f"receipt-{s.act.outcome}")
    yield delivery.model_copy(update={"state": state, "closed_by": s.id})
    if s.act.outcome == "refused":
        yield SlotRecord(key=sequence_slot(delivery.contract, delivery.sequence), holder=None)


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
