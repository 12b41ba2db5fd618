"""`lapse`: the exchange records that nobody took a delivery in time (`spec/acts/lapse.md`)."""

from collections.abc import Iterator
from typing import Literal

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
from lading.acts.records import DeliveryRecord
from lading.acts.standing import is_the_exchanges
from lading.problems import refuse
from lading.statement.words import Id, StatementId


class Lapse(IssuedAct):
    """A delivery's deadline has passed without a receipt; its number is closed."""

    type: Literal["lapse"]
    delivery: StatementId


def delivery_is_open(view: View, s: Statement[Lapse], at: Place) -> None:
    """The delivery was neither received nor refused nor withdrawn."""
    delivery = known(view, DeliveryRecord, s.act.delivery, "/delivery")
    # LAD-RCP-002
    DELIVERY.after(delivery.state, "lapse", winner=delivery.closed_by)


def deadline_has_passed(view: View, s: Statement[Lapse], at: Place) -> None:
    """No receipt could be registered any more."""
    # LAD-LPS-003
    if at.time <= known(view, DeliveryRecord, s.act.delivery, "/delivery").deadline:
        raise refuse("deadline-not-passed", "the delivery can still be taken", pointer="/delivery")


def effects(view: View, s: Statement[Lapse], at: Place) -> Iterator[Record]:
    """Lapsed; its number stays taken."""
    delivery = known(view, DeliveryRecord, s.act.delivery, "/delivery")
    yield delivery.model_copy(update={"state": DELIVERY.after(delivery.state, "lapse"), "closed_by": s.id})


def references(act: Lapse) -> tuple[Id, ...]:
    """The delivery."""
    return (act.delivery,)


def readers(view: View, s: Statement[Lapse]) -> Readers:
    """Provider and consumer."""
    return known(view, DeliveryRecord, s.act.delivery, "/delivery").parties


ACT = ActType(
    name="lapse",
    model=Lapse,
    rules=(
        holds_in_part(is_the_exchanges),
        holds_in_part(delivery_is_open),
        holds_in_part(deadline_has_passed),
    ),
    effects=effects,
    references=references,
    readers=readers,
)
