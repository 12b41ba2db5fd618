"""`grant`: a party lets a third participant read the statements of a contract (`spec/acts/grant.md`)."""

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
    known_to,
)
from lading.acts.machines import GRANT
from lading.acts.records import ContractRecord, ParticipantRecord
from lading.acts.recourse import GrantRecord
from lading.problems import refuse
from lading.statement.words import Id, StatementId, Time, parse_time


class Grant(IssuedAct):
    """Until then, this participant may read what belongs to the contract."""

    type: Literal["grant"]
    contract: StatementId
    to: StatementId
    until: Time


def issuer_is_a_party(view: View, s: Statement[Grant], at: Place) -> None:
    """Only a party opens the contract."""
    known_to(view, ContractRecord, s.act.contract, "/contract", s.issuer)


def reader_is_registered(view: View, s: Statement[Grant], at: Place) -> None:
    """It is opened to somebody whom this log knows."""
    known(view, ParticipantRecord, s.act.to, "/to")


def reader_is_no_party(view: View, s: Statement[Grant], at: Place) -> None:
    """A party reads anyway."""
    # LAD-GRA-002
    if s.act.to in _contract(view, s).parties:
        raise refuse("wrong-party", "a party of the contract can read it", pointer="/to")


def ends_later(view: View, s: Statement[Grant], at: Place) -> None:
    """It has not ended when it is registered."""
    # LAD-GRA-004
    if at.time > parse_time(s.act.until):
        raise refuse("already-expired", "until is before the registration", pointer="/until")


def _contract(view: View, s: Statement[Grant]) -> ContractRecord:
    return known(view, ContractRecord, s.act.contract, "/contract")


def effects(view: View, s: Statement[Grant], at: Place) -> Iterator[Record]:
    """The grant is open; that it ends is no event."""
    (other,) = _contract(view, s).parties - {s.issuer}
    yield GrantRecord(
        key=s.id,
        contract=s.act.contract,
        granter=s.issuer,
        other=other,
        reader=s.act.to,
        until=parse_time(s.act.until),
        state=GRANT.after(GRANT.start, "grant"),
    )


def references(act: Grant) -> tuple[Id, ...]:
    """The contract, and the reader."""
    return (act.contract, act.to)


def readers(view: View, s: Statement[Grant]) -> Readers:
    """Provider, consumer and the reader."""
    return _contract(view, s).parties | {s.act.to}


ACT = ActType(
    name="grant",
    model=Grant,
    rules=(
        holds_in_part(issuer_is_a_party),
        holds_in_part(reader_is_registered),
        holds_in_part(reader_is_no_party),
        holds_in_part(ends_later),
    ),
    effects=effects,
    references=references,
    readers=readers,
)
