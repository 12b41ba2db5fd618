"""`admission`: the exchange lets a participant trade, or stops it (`spec/acts/admission.md`)."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

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
    needs_whole,
)
from lading.acts.machines import PARTICIPANT
from lading.acts.records import SELF, ExchangeRecord, ParticipantRecord
from lading.acts.standing import is_the_exchanges
from lading.problems import refuse
from lading.statement.words import Digest, Form, Id, StatementId, Token, Unique

EVENTS = {"pending": "pend", "admitted": "admit", "suspended": "suspend", "expelled": "expel"}


class Check(Form):
    """A check that the exchange made, and the digest of its record."""

    kind: Token
    digest: Digest | None = None


class Admission(IssuedAct):
    """The exchange's decision on a participant, in its own log only."""

    type: Literal["admission"]
    participant: StatementId
    status: Literal["pending", "admitted", "suspended", "expelled"]
    roles: Annotated[
        tuple[Literal["provider", "consumer", "assessor", "arbiter"], ...], Field(max_length=4), Unique
    ]
    checks: Annotated[tuple[Check, ...], Field(min_length=1, max_length=32)] | None = None


def names_a_participant(view: View, s: Statement[Admission], at: Place) -> None:
    """The participant is registered in this log."""
    # LAD-ADM-002
    if view.get(ParticipantRecord, s.act.participant) is None:
        raise refuse("unknown-participant", "no participant of this log has that id", pointer="/participant")


def exchange_is_not_decided_upon(view: View, s: Statement[Admission], at: Place) -> None:
    """An exchange is admitted by its own entry 0, and decides nothing about itself."""
    exchange = view.get(ExchangeRecord, SELF)
    # LAD-ADM-003
    if exchange is not None and s.act.participant == exchange.id:
        raise refuse(
            "admission-not-in-table", "an exchange does not decide upon itself", pointer="/participant"
        )


def expelled_stays_expelled(view: View, s: Statement[Admission], at: Place) -> None:
    """No statement brings back a participant that was expelled."""
    record = known(view, ParticipantRecord, s.act.participant, "/participant")
    if record.state == "expelled":
        _follow(record, s.act.status)


def follows_the_table(view: View, s: Statement[Admission], at: Place) -> None:
    """The participant's state permits the decision."""
    _follow(known(view, ParticipantRecord, s.act.participant, "/participant"), s.act.status)


def _follow(record: ParticipantRecord, status: str) -> None:
    # LAD-ADM-003
    PARTICIPANT.after(record.state, EVENTS[status], winner=record.decided_by)


def effects(view: View, s: Statement[Admission], at: Place) -> Iterator[Record]:
    """The participant's new state and roles."""
    record = known(view, ParticipantRecord, s.act.participant, "/participant")
    update = {"state": s.act.status, "roles": s.act.roles, "decided_by": s.id}
    yield record.model_copy(update=update)


def references(act: Admission) -> tuple[Id, ...]:
    """The participant."""
    return (act.participant,)


def readers(view: View, s: Statement[Admission]) -> Readers:
    """Everybody."""
    return PUBLIC


ACT = ActType(
    name="admission",
    model=Admission,
    rules=(
        holds_in_part(is_the_exchanges),
        holds_in_part(names_a_participant),
        holds_in_part(exchange_is_not_decided_upon),
        holds_in_part(expelled_stays_expelled),
        needs_whole(follows_the_table),
    ),
    effects=effects,
    references=references,
    readers=readers,
)
