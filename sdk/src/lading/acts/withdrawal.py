"""`withdrawal`: the author takes back what is still open (`spec/acts/withdrawal.md`)."""

from collections.abc import Iterator
from typing import Final, Literal

from lading.acts import attestation, claim
from lading.acts.base import (
    PUBLIC,
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
from lading.acts.delivery import sequence_slot
from lading.acts.listing import check_is_head
from lading.acts.machines import ATTESTATION, CLAIM, DELIVERY, GRANT, LISTING
from lading.acts.offer import check_open
from lading.acts.records import (
    DeliveryRecord,
    ListingRecord,
    OfferRecord,
    ProductRecord,
    SlotRecord,
    StatementRecord,
)
from lading.acts.recourse import AttestationRecord, ClaimRecord, GrantRecord
from lading.acts.standing import readable
from lading.problems import refuse
from lading.statement.words import Id, StatementId

Subject = ListingRecord | OfferRecord | DeliveryRecord | AttestationRecord | GrantRecord | ClaimRecord
WITHDRAWABLE: Final[tuple[type[Subject], ...]] = (
    ListingRecord,
    OfferRecord,
    DeliveryRecord,
    AttestationRecord,
    GrantRecord,
    ClaimRecord,
)
"""What can be withdrawn, by the record that it has."""


class Withdrawal(IssuedAct):
    """Takes back an open statement of the issuer's."""

    type: Literal["withdrawal"]
    statement: StatementId


def issuer_is_the_author(view: View, s: Statement[Withdrawal], at: Place) -> None:
    """Only the author withdraws; what others hide from the issuer does not exist for it."""
    record = view.get(StatementRecord, s.act.statement)
    if record is None or record.issuer != s.issuer:
        readable(view, s.act.statement, "/statement", s.issuer)
        # LAD-LST-003
        raise refuse("not-author", "the statement is another participant's", pointer="/statement")


def is_withdrawable(view: View, s: Statement[Withdrawal], at: Place) -> None:
    """What can be withdrawn has a record that says how it stands; nothing else can."""
    # LAD-WDR-001
    if all(view.get(kind, s.act.statement) is None for kind in WITHDRAWABLE):
        record = known(view, StatementRecord, s.act.statement, "/statement")
        raise refuse("not-withdrawable", f"this {record.type} cannot be withdrawn", pointer="/statement")


def is_still_open(view: View, s: Statement[Withdrawal], at: Place) -> None:
    """What is withdrawn is in a state that its table lets be withdrawn."""
    subject = _subject(view, s.act.statement)
    if isinstance(subject, ListingRecord):
        check_is_head(subject, "/statement")
    _state_after(view, subject)


def _subject(view: View, key: Id) -> Subject:
    found = (view.get(kind, key) for kind in WITHDRAWABLE)
    return next((record for record in found if record is not None), None) or known(
        view, DeliveryRecord, key, "/statement"
    )


def _state_after(view: View, subject: Subject) -> str:
    """The state after the withdrawal."""
    match subject:
        case OfferRecord():
            return check_open(view, subject, "withdrawal")
        case ListingRecord():
            machine = LISTING
        case DeliveryRecord():
            machine = DELIVERY
        case AttestationRecord():
            machine = ATTESTATION
        case GrantRecord():
            machine = GRANT
        case ClaimRecord():
            machine = CLAIM
    return machine.after(subject.state, "withdrawal", winner=subject.closed_by)


def effects(view: View, s: Statement[Withdrawal], at: Place) -> Iterator[Record]:
    """Withdrawn, with what hangs on it: open offers, a delivery's number, an assurance, a contested listing."""
    subject = _subject(view, s.act.statement)
    if isinstance(subject, ClaimRecord):
        yield from claim.closed(view, subject, "withdrawal", s.id)
        return
    yield subject.model_copy(update={"state": _state_after(view, subject), "closed_by": s.id})
    if isinstance(subject, ListingRecord):
        product = known(view, ProductRecord, subject.product, "/statement")
        yield product.model_copy(update={"withdrawn_by": s.id})
    if isinstance(subject, DeliveryRecord):
        yield SlotRecord(key=sequence_slot(subject.contract, subject.sequence), holder=None)
    if isinstance(subject, AttestationRecord):
        yield from attestation.without(view, subject)


def references(act: Withdrawal) -> tuple[Id, ...]:
    """What is withdrawn."""
    return (act.statement,)


def readers(view: View, s: Statement[Withdrawal]) -> Readers:
    """Those who could read what is withdrawn."""
    may_read = known(view, StatementRecord, s.act.statement, "/statement").readers
    return PUBLIC if may_read is None else frozenset(may_read)


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
