"""Deadlines that stand still while a contract is suspended and in outages (`spec/acts/notice.md`).

    moved(start, deadline, pauses)      # where the deadline lies now; None: it stands still
    deadline_of(view, delivery)         # until when a delivery can be taken
    settles_of(view, delivery)          # until when it can be disputed

Moments and durations are milliseconds, as everywhere. What a view does not know of moves nothing.
"""

from collections.abc import Iterable

from lading.acts.base import View
from lading.acts.records import (
    SELF,
    ContractRecord,
    DeliveryRecord,
    ExchangeRecord,
    OutageRecord,
    Pause,
    StatementRecord,
)
from lading.statement.words import Id, Millis


def moved(start: int, deadline: int, pauses: Iterable[Pause]) -> Millis | None:
    """The deadline, which counts from `start`, moved by the time in which it stood still; None: it does so now.

    LAD-NTC-013: of each pause, in order, that began no later than the deadline as moved so far, what lies after
    `start` and in no pause before.
    """
    counted = start
    for pause in sorted(pauses, key=lambda pause: pause.since):
        if pause.since > deadline:
            break
        if pause.until is None:
            return None
        deadline += max(pause.until - max(pause.since, counted), 0)
        counted = max(counted, pause.until)
    return Millis(deadline)


def pauses_of(view: View, contract: ContractRecord) -> tuple[Pause, ...]:
    """When the contract's deadlines stood still: its suspensions, and the outages of the exchange."""
    outages = view.get(OutageRecord, SELF)
    return contract.pauses if outages is None else (*contract.pauses, *outages.outages)


def deadline_of(view: View, delivery: DeliveryRecord) -> Millis | None:
    """Until when a delivery can be taken; None: its contract is suspended, and the deadline cannot pass.

    An exchange that closes ends what is open: no deadline lies after its closing.
    """
    deadline = _moved(view, delivery.contract, delivery.registered_at, delivery.deadline)
    exchange = view.get(ExchangeRecord, SELF)
    closing = None if exchange is None else exchange.closing_at
    if closing is None:
        return deadline
    return Millis(closing if deadline is None else min(deadline, closing))


def settles_of(view: View, delivery: DeliveryRecord) -> Millis | None:
    """Until when a received delivery can be disputed; None: its contract is suspended, and the window cannot end.

    Raises `LookupError` where the delivery was not received: it has no dispute window yet.
    """
    received = view.get(StatementRecord, delivery.released_by or delivery.closed_by or "")
    if delivery.settles_at is None or received is None:
        raise LookupError("the delivery has no dispute window")
    return _moved(view, delivery.contract, received.time, delivery.settles_at)


def due_of(view: View, contract: ContractRecord, sequence: int) -> Millis | None:
    """When a delivery of a contract with a schedule is due; None: the contract is suspended, and nothing falls due.

    Raises `LookupError` where the terms in force have no schedule.
    """
    if contract.terms.schedule is None:
        raise LookupError("the terms schedule no deliveries")
    due = contract.terms.schedule.due(contract.concluded_at, sequence)
    return moved(contract.concluded_at, due, pauses_of(view, contract))


def _moved(view: View, contract: Id, start: int, deadline: int) -> Millis | None:
    record = view.get(ContractRecord, contract)
    return moved(start, deadline, () if record is None else pauses_of(view, record))
