"""`disclosure`: an authority demanded a statement, and what was done (`spec/acts/disclosure.md`)."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import model_validator

from lading.acts.attachment import Attachment
from lading.acts.base import (
    PUBLIC,
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
from lading.acts.records import ParticipantRecord, StatementRecord
from lading.acts.recourse import DisclosureRecord
from lading.acts.standing import check_admitted, readable
from lading.problems import refuse
from lading.statement.words import Id, StatementId, Time, parse_time, text


class Disclosure(IssuedAct):
    """What an authority asked for, on which grounds, what it got, and who reads on for how long."""

    type: Literal["disclosure"]
    statement: StatementId
    authority: Annotated[str, text(200)]
    legal_basis: Annotated[str, text(400)]
    scope: Annotated[str, text(1000)]
    response: Literal["complied", "partly", "refused", "challenged"]
    reader: StatementId | None = None
    until: Time | None = None
    document: Attachment | None = None

    @model_validator(mode="after")
    def _agrees(self) -> "Disclosure":
        if (self.reader is None) != (self.until is None):
            raise ValueError("reader and until come together or not at all")
        if self.reader is not None and self.response not in ("complied", "partly"):
            raise ValueError("nobody reads what was refused or challenged")
        return self


def issuer_can_read_it(view: View, s: Statement[Disclosure], at: Place) -> None:
    """Who discloses a statement is the exchange, or could read it."""
    # LAD-DIS-002
    readable(view, s.act.statement, "/statement", s.issuer)


def stranger_is_admitted(view: View, s: Statement[Disclosure], at: Place) -> None:
    """What is public is everybody's to read: who adds words to it that are public too is its author, or admitted."""
    about = known(view, StatementRecord, s.act.statement, "/statement")
    # LAD-ADM-004
    if about.readers is None and about.issuer != s.issuer:
        check_admitted(view, s.issuer, "issuer")


def shows_no_disclosure(view: View, s: Statement[Disclosure], at: Place) -> None:
    """Nobody reads a disclosure by a disclosure, so that not every one in a row has one reader more."""
    about = known(view, StatementRecord, s.act.statement, "/statement")
    # LAD-DIS-007
    if s.act.reader is not None and about.type == "disclosure":
        raise refuse("unknown-statement", "a disclosure is shown to nobody else", pointer="/statement")


def reader_is_registered(view: View, s: Statement[Disclosure], at: Place) -> None:
    """It is opened to somebody whom this log knows."""
    if s.act.reader is not None:
        known(view, ParticipantRecord, s.act.reader, "/reader")


def ends_later(view: View, s: Statement[Disclosure], at: Place) -> None:
    """What is opened has not ended when it is registered."""
    # LAD-DIS-003
    if s.act.until is not None and at.time > parse_time(s.act.until):
        raise refuse("already-expired", "until is before the registration", pointer="/until")


def effects(view: View, s: Statement[Disclosure], at: Place) -> Iterator[Record]:
    """Its reader may read the statement; nothing else changes."""
    yield DisclosureRecord(
        key=s.id,
        about=s.act.statement,
        issuer=s.issuer,
        reader=s.act.reader,
        until=None if s.act.until is None else parse_time(s.act.until),
    )


def references(act: Disclosure) -> tuple[Id, ...]:
    """The statement, and the reader."""
    return (act.statement,) if act.reader is None else (act.statement, act.reader)


def readers(view: View, s: Statement[Disclosure]) -> Readers:
    """Those of the statement, who see to whom it was shown, and the reader."""
    about = known(view, StatementRecord, s.act.statement, "/statement").readers
    if about is None:
        return PUBLIC
    return frozenset(about if s.act.reader is None else (*about, s.act.reader))


ACT = ActType(
    name="disclosure",
    model=Disclosure,
    rules=(
        doubtful_in_part(issuer_can_read_it),
        needs_whole(stranger_is_admitted),
        holds_in_part(shows_no_disclosure),
        holds_in_part(reader_is_registered),
        holds_in_part(ends_later),
    ),
    effects=effects,
    references=references,
    readers=readers,
)
