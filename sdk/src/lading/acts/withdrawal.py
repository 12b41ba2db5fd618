"""`withdrawal`: the author takes back what is still open (`spec/acts/withdrawal.md`)."""

from collections.abc import Iterator
from typing import Literal

from lading.acts.base import (
    PUBLIC,
    ActType,
    Confidential,
    IssuedAct,
    Place,
    Readers,
    Record,
    Statement,
    View,
    holds_in_part,
    known,
)
from lading.acts.delivery import sequence_slot
from lading.acts.listing import check_is_head
from lading.acts.machines import DELIVERY, LISTING
from lading.acts.offer import check_open
from lading.acts.records import (
    ContractRecord,
    DeliveryRecord,
    ListingRecord,
    OfferRecord,
    ProductRecord,
    ReleaseRecord,
    SlotRecord,
    StatementRecord,
)
from lading.problems import refuse
from lading.statement.words import Id, StatementId

PUBLIC_ACTS = ("participant", "admission", "listing")
WITHDRAWABLE = ("listing", "offer", "delivery")


class Withdrawal(IssuedAct):
    """Takes back a listing, an offer or a delivery of the issuer's."""

    type: Literal["withdrawal"]
    statement: StatementId


def issuer_is_the_author(view: View, s: Statement[Withdrawal], at: Place) -> None:
    """Only the author withdraws; what others hide from the issuer does not exist for it."""
    record = known(view, StatementRecord, s.act.statement, "/statement")
    if record.issuer == s.issuer:
        return
    kinds: tuple[type[Confidential], ...] = (OfferRecord, ContractRecord, DeliveryRecord, ReleaseRecord)
    subject = next((found for kind in kinds if (found := view.get(kind, record.key)) is not None), None)
    # LAD-REG-006
    if record.type not in PUBLIC_ACTS and (subject is None or s.issuer not in subject.parties):
        raise refuse("unknown-statement", f"{record.key} is no statement of this log", pointer="/statement")
    # LAD-LST-003
    raise refuse("not-author", "the statement is another participant's", pointer="/statement")


def is_withdrawable(view: View, s: Statement[Withdrawal], at: Place) -> None:
    """Listings, offers and deliveries can be withdrawn; nothing else can."""
    record = known(view, StatementRecord, s.act.statement, "/statement")
    # LAD-WDR-001
    if record.type not in WITHDRAWABLE:
        raise refuse("not-withdrawable", f"a {record.type} cannot be withdrawn", pointer="/statement")


def is_still_open(view: View, s: Statement[Withdrawal], at: Place) -> None:
    """What is withdrawn is in a state that its table lets be withdrawn."""
    subject = _subject(view, s.act.statement)
    if isinstance(subject, ListingRecord):
        check_is_head(subject, "/statement")
    _withdrawn(view, subject)


def _subject(view: View, key: Id) -> ListingRecord | OfferRecord | DeliveryRecord:
    return (
        view.get(ListingRecord, key)
        or view.get(OfferRecord, key)
        or known(view, DeliveryRecord, key, "/statement")
    )


def _withdrawn(view: View, subject: ListingRecord | OfferRecord | DeliveryRecord) -> str:
    """The state after the withdrawal."""
    if isinstance(subject, OfferRecord):
        return check_open(view, subject, "withdrawal")
    machine = LISTING if isinstance(subject, ListingRecord) else DELIVERY
    return machine.after(subject.state, "withdrawal", winner=subject.closed_by)


def effects(view: View, s: Statement[Withdrawal], at: Place) -> Iterator[Record]:
    """Withdrawn; a listing's open offers are closed with it, a delivery's number is free again."""
    subject = _subject(view, s.act.statement)
    yield subject.model_copy(update={"state": _withdrawn(view, subject), "closed_by": s.id})
    if isinstance(subject, ListingRecord):
        product = known(view, ProductRecord, subject.product, "/statement")
        yield product.model_copy(update={"withdrawn_by": s.id})
    if isinstance(subject, DeliveryRecord):
        yield SlotRecord(key=sequence_slot(subject.contract, subject.sequence), holder=None)


def references(act: Withdrawal) -> tuple[Id, ...]:
    """What is withdrawn."""
    return (act.statement,)


def readers(view: View, s: Statement[Withdrawal]) -> Readers:
    """Those who could read what is withdrawn."""
    subject = _subject(view, s.act.statement)
    if isinstance(subject, OfferRecord):
        return frozenset({subject.proposer, subject.addressee})
    if isinstance(subject, DeliveryRecord):
        return frozenset({subject.provider, subject.consumer})
    return PUBLIC


ACT = ActType(
    name="withdrawal",
    model=Withdrawal,
    rules=(
        holds_in_part(issuer_is_the_author),
        holds_in_part(is_withdrawable),
        holds_in_part(is_still_open),
    ),
    effects=effects,
    references=references,
    readers=readers,
)
