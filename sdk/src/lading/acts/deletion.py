"""`deletion`: the consumer says that it erased what it had received (`spec/acts/deletion.md`)."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from lading.acts.attachment import Attachment
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
    needs_whole,
)
from lading.acts.delivery import sequence_slot
from lading.acts.records import ContractRecord, DeliveryRecord, SlotRecord
from lading.acts.recourse import NoticeRecord
from lading.problems import refuse
from lading.statement.words import Count, Id, StatementId, Time, Token, Unique, parse_time, text

Numbers = Annotated[tuple[Count, ...], Field(min_length=1, max_length=1024), Unique]
"""Numbers of deliveries of one contract."""


class Deletion(IssuedAct):
    """What was erased of a contract's deliveries (absent: all of it), how and when, and what remains."""

    type: Literal["deletion"]
    contract: StatementId
    recall: StatementId | None = None
    deliveries: Numbers | None = None
    method: Token
    deleted_at: Time
    remains: Annotated[str, text(400)] | None = None
    document: Attachment | None = None


def issuer_is_the_consumer(view: View, s: Statement[Deletion], at: Place) -> None:
    """Only the consumer says what it erased."""
    # LAD-DEL-004
    if known_to(view, ContractRecord, s.act.contract, "/contract", s.issuer).consumer != s.issuer:
        raise refuse("wrong-party", "the issuer is not the contract's consumer", pointer="/contract")


def recall_is_of_the_contract(view: View, s: Statement[Deletion], at: Place) -> None:
    """A deletion that answers a recall answers one of its contract."""
    if s.act.recall is None:
        return
    notice = view.get(NoticeRecord, s.act.recall)
    # LAD-DEL-005
    if notice is None or (notice.sort, notice.contract) != ("recall", s.act.contract):
        raise refuse("unknown-statement", "no recall of this contract", pointer="/recall")


def deliveries_were_received(view: View, s: Statement[Deletion], at: Place) -> None:
    """What is erased was received."""
    check_received(view, s.act.contract, s.act.deliveries or ())


def check_received(view: View, contract: Id, numbers: tuple[int, ...]) -> None:
    """Refuse unless under each number a delivery of the contract was received."""
    for position, number in enumerate(numbers):
        slot = view.get(SlotRecord, sequence_slot(contract, number))
        delivery = None if slot is None or slot.holder is None else view.get(DeliveryRecord, slot.holder)
        # LAD-DEL-003
        if delivery is None or delivery.state != "received":
            pointer = f"/deliveries/{position}"
            raise refuse("unknown-delivery", f"no delivery {number} was received", pointer=pointer)


def lies_in_the_past(view: View, s: Statement[Deletion], at: Place) -> None:
    """Nobody says now what it will erase."""
    # LAD-DEL-002
    if parse_time(s.act.deleted_at) > at.time:
        raise refuse("deleted-in-future", "deleted_at is after the registration", pointer="/deleted_at")


def effects(view: View, s: Statement[Deletion], at: Place) -> Iterator[Record]:
    """None: the words stand beside contract and deliveries."""
    return iter(())


def references(act: Deletion) -> tuple[Id, ...]:
    """The contract, and the recall that it answers."""
    return (act.contract,) if act.recall is None else (act.contract, act.recall)


def readers(view: View, s: Statement[Deletion]) -> Readers:
    """Provider and consumer."""
    return known(view, ContractRecord, s.act.contract, "/contract").parties


ACT = ActType(
    name="deletion",
    model=Deletion,
    rules=(
        holds_in_part(issuer_is_the_consumer),
        holds_in_part(recall_is_of_the_contract),
        needs_whole(deliveries_were_received),
        holds_in_part(lies_in_the_past),
    ),
    effects=effects,
    references=references,
    readers=readers,
)
