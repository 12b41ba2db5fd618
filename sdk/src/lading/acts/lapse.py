"""`lapse`: a delivery was not taken in time, or not made in time (`spec/acts/lapse.md`)."""

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
    doubtful_in_part,
    holds_in_part,
    known,
    needs_whole,
)
from lading.acts.deadlines import deadline_of, due_of
from lading.acts.delivery import sequence_slot
from lading.acts.machines import DELIVERY
from lading.acts.records import ContractRecord, DeliveryRecord, SlotRecord
from lading.acts.standing import is_the_exchanges
from lading.problems import refuse
from lading.statement.words import Count, Id, StatementId, parse_duration


class Lapse(IssuedAct):
    """A deadline passed: nobody took `delivery`, or nothing was delivered under `contract` and `sequence`."""

    type: Literal["lapse"]
    delivery: StatementId | None = None
    contract: StatementId | None = None
    sequence: Count | None = None

    @model_validator(mode="after")
    def _agrees(self) -> "Lapse":
        numbered = (self.contract is not None, self.sequence is not None)
        if numbered != (self.delivery is None,) * 2:
            raise ValueError("a lapse has delivery alone, or contract with sequence")
        return self


def subject_is_known(view: View, s: Statement[Lapse], at: Place) -> None:
    """The delivery or contract is registered."""
    if s.act.delivery is None:
        _contract(view, s)
    else:
        _delivery(view, s)


def delivery_is_open(view: View, s: Statement[Lapse], at: Place) -> None:
    """The delivery was neither received nor refused nor withdrawn."""
    # LAD-RCP-002
    if s.act.delivery is not None:
        delivery = _delivery(view, s)
        DELIVERY.after(delivery.state, "lapse", winner=delivery.closed_by)


def contract_has_a_schedule(view: View, s: Statement[Lapse], at: Place) -> None:
    """Only what the terms schedule is due at a time."""
    # LAD-LPS-005
    if s.act.sequence is not None and _contract(view, s).terms.schedule is None:
        raise refuse("no-schedule", "the terms schedule no deliveries", pointer="/contract")


def number_is_owed(view: View, s: Statement[Lapse], at: Place) -> None:
    """The schedule has the number, and it is due before the contract ends."""
    if s.act.sequence is None:
        return
    # LAD-LPS-006
    if (reason := not_owed(view, _contract(view, s), s.act.sequence)) is not None:
        raise refuse("schedule-exhausted", reason, pointer="/sequence")


def not_owed(view: View, contract: ContractRecord, sequence: int) -> str | None:
    """Why a delivery of this number is not owed; None if it is, or nothing is while the contract is suspended."""
    schedule = contract.terms.schedule
    if schedule is None or sequence > schedule.deliveries:
        return "the terms schedule fewer deliveries"
    due, ends = due_of(view, contract, sequence), _end(contract)
    if due is not None and ends is not None and due > ends:
        return "the contract ends before it is due"
    return None


def number_is_free(view: View, s: Statement[Lapse], at: Place) -> None:
    """Under the number nothing was delivered, and it has not lapsed; the refusal names what has it."""
    if s.act.sequence is None or s.act.contract is None:
        return
    slot = view.get(SlotRecord, sequence_slot(s.act.contract, s.act.sequence))
    # LAD-DLV-002
    if slot is not None and slot.holder is not None:
        raise refuse("sequence-taken", "the number is taken", pointer="/sequence", winner=slot.holder)


def number_leaves_no_gap(view: View, s: Statement[Lapse], at: Place) -> None:
    """Numbers are used in order."""
    if s.act.sequence is None:
        return
    last = _contract(view, s).last_sequence
    # LAD-DLV-003
    if s.act.sequence > last + 1:
        raise refuse("sequence-gap", f"the next unused number is {last + 1}", pointer="/sequence")


def deadline_has_passed(view: View, s: Statement[Lapse], at: Place) -> None:
    """No receipt could be registered any more, or the delivery was due before."""
    if s.act.sequence is None:
        deadline, pointer = deadline_of(view, _delivery(view, s)), "/delivery"
    else:
        deadline, pointer = due_of(view, _contract(view, s), s.act.sequence), "/sequence"
    # LAD-LPS-003
    if deadline is None or at.time <= deadline:
        raise refuse("deadline-not-passed", "the deadline has not passed", pointer=pointer)


def _delivery(view: View, s: Statement[Lapse]) -> DeliveryRecord:
    return known(view, DeliveryRecord, s.act.delivery or Id(""), "/delivery")


def _contract(view: View, s: Statement[Lapse]) -> ContractRecord:
    return known(view, ContractRecord, s.act.contract or Id(""), "/contract")


def _end(contract: ContractRecord) -> int | None:
    """When the contract ends, by its term or by notice, in milliseconds since the epoch."""
    term = contract.terms.term
    ends = [] if contract.ends_at is None else [int(contract.ends_at)]
    if term is not None:
        ends.append(contract.concluded_at + parse_duration(term))
    return min(ends, default=None)


def effects(view: View, s: Statement[Lapse], at: Place) -> Iterator[Record]:
    """The delivery has lapsed, and its number stays taken; or the lapse takes the number, and the next one can come."""
    if s.act.contract is None or s.act.sequence is None:
        delivery = _delivery(view, s)
        state = DELIVERY.after(delivery.state, "lapse")
        yield delivery.model_copy(update={"state": state, "closed_by": s.id})
        return
    contract = _contract(view, s)
    last = max(contract.last_sequence, s.act.sequence)
    yield contract.model_copy(update={"last_sequence": last})
    yield SlotRecord(key=sequence_slot(s.act.contract, s.act.sequence), holder=s.id)


def references(act: Lapse) -> tuple[Id, ...]:
    """The delivery or the contract."""
    return tuple(named for named in (act.delivery, act.contract) if named is not None)


def readers(view: View, s: Statement[Lapse]) -> Readers:
    """Provider and consumer."""
    return (_contract(view, s) if s.act.delivery is None else _delivery(view, s)).parties


ACT = ActType(
    name="lapse",
    model=Lapse,
    rules=(
        holds_in_part(is_the_exchanges),
        holds_in_part(subject_is_known),
        holds_in_part(delivery_is_open),
        doubtful_in_part(contract_has_a_schedule),
        doubtful_in_part(number_is_owed),
        needs_whole(number_is_free),
        needs_whole(number_leaves_no_gap),
        doubtful_in_part(deadline_has_passed),
    ),
    effects=effects,
    references=references,
    readers=readers,
)
