"""`receipt`: the consumer acknowledges or refuses a delivery (`spec/acts/receipt.md`)."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field, model_validator

from lading.acts.base import (
    ActType,
    IssuedAct,
    Place,
    Readers,
    Record,
    Statement,
    View,
    doubtful_in_part,
    holds_in_part,
    known,
    known_to,
    needs_whole,
)
from lading.acts.deadlines import deadline_of
from lading.acts.delivery import sequence_slot
from lading.acts.machines import DELIVERY
from lading.acts.records import SELF, ContractRecord, DeliveryRecord, DueRecord, ReceiptRecord, SlotRecord
from lading.acts.uses import Use, check_permitted
from lading.acts.window import Position
from lading.problems import refuse
from lading.statement.words import Digest, Id, Millis, Size, StatementId, Token, Unique, parse_duration
from lading.terms.terms import Countries


class Receipt(IssuedAct):
    """Accepted: the consumer holds content of this root and size, or the chunks of this manifest. Refused: why not."""

    type: Literal["receipt"]
    delivery: StatementId
    outcome: Literal["accepted", "refused"]
    content_root: Digest | None = None
    manifest_root: Digest | None = None
    size: Size | None = None
    excepted: Annotated[tuple[Position, ...], Field(min_length=1, max_length=256), Unique] | None = None
    stored_in: Countries | None = None
    processed_in: Countries | None = None
    accessed_from: Countries | None = None
    reason: Token | None = None

    @model_validator(mode="after")
    def _agrees(self) -> "Receipt":
        accepted = self.outcome == "accepted"
        shape = (self.content_root is not None, self.size is not None, self.reason is not None)
        if shape != (accepted, accepted, not accepted) or (self.manifest_root is not None and not accepted):
            raise ValueError("accepted has content_root and size, perhaps manifest_root; refused has reason")
        facts = (self.excepted, self.stored_in, self.processed_in, self.accessed_from)
        if not accepted and facts != (None,) * 4:
            raise ValueError("what is refused is kept nowhere")
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


def excepts_calls_of_the_window(view: View, s: Statement[Receipt], at: Place) -> None:
    """Calls that the consumer excepts lie in the delivery's window."""
    window = known(view, DeliveryRecord, s.act.delivery, "/delivery").window
    excepted = s.act.excepted or ()
    # LAD-RCP-007
    if excepted and (window is None or not all(window.first <= call <= window.last for call in excepted)):
        raise refuse("receipt-mismatch", "an excepted call is not one of the window", pointer="/excepted")


def places_are_permitted(view: View, s: Statement[Receipt], at: Place) -> None:
    """Where the terms say where data may be, an accepted receipt says where it is, and there it may be."""
    bounds = _contract(view, s).terms.localisation
    if bounds is None or s.act.outcome == "refused":
        return
    said = (
        ("stored_in", bounds.storage),
        ("processed_in", bounds.processing),
        ("accessed_from", bounds.access),
    )
    for member, permitted in said:
        places = getattr(s.act, member)
        # LAD-RCP-008
        if permitted is not None and (places is None or not set(places) <= set(permitted)):
            detail = f"the terms permit {', '.join(permitted)}; the receipt says where it is"
            raise refuse("stored-elsewhere", detail, pointer=f"/{member}")


def use_is_permitted(view: View, s: Statement[Receipt], at: Place) -> None:
    """The terms in force permit the use, in the countries in which the data is stored."""
    if s.act.outcome == "refused":
        return
    contract = _contract(view, s)
    use = Use(
        contract.terms,
        contract.actions,
        contract.purpose,
        contract.consumer,
        since=at.time - contract.concluded_at,
        count=known(view, DeliveryRecord, s.act.delivery, "/delivery").sequence,
        places=s.act.stored_in,
    )
    check_permitted(view, use, at, "/stored_in")


def _contract(view: View, s: Statement[Receipt]) -> ContractRecord:
    delivery = known(view, DeliveryRecord, s.act.delivery, "/delivery")
    return known(view, ContractRecord, delivery.contract, "/delivery")


def delivery_is_open(view: View, s: Statement[Receipt], at: Place) -> None:
    """One receipt a delivery; none after its withdrawal."""
    # LAD-RCP-002
    delivery = known(view, DeliveryRecord, s.act.delivery, "/delivery")
    DELIVERY.after(delivery.state, s.act.event, winner=delivery.closed_by)


def comes_in_time(view: View, s: Statement[Receipt], at: Place) -> None:
    """A deadline is met if and only if the registration time is not after it."""
    deadline = deadline_of(view, known(view, DeliveryRecord, s.act.delivery, "/delivery"))
    # LAD-RCP-003
    if deadline is not None and at.time > deadline:
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
        doubtful_in_part(comes_in_time),
        holds_in_part(excepts_calls_of_the_window),
        doubtful_in_part(places_are_permitted),
        needs_whole(use_is_permitted),
    ),
    effects=effects,
    references=references,
    readers=readers,
)
