"""`notarisation`: the exchange says that bytes with a digest existed (`spec/acts/notarisation.md`)."""

from collections.abc import Iterator
from typing import Annotated, Literal

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
from lading.acts.records import ParticipantRecord
from lading.acts.standing import is_the_exchanges
from lading.statement.words import Digest, Id, MediaType, StatementId, text

Words = Annotated[str, text(400)]


class Notarisation(IssuedAct):
    """The digest of bytes that somebody showed to the exchange; with `reader`, for that participant alone."""

    type: Literal["notarisation"]
    digest: Digest
    media_type: MediaType | None = None
    reader: StatementId | None = None
    text: Words | None = None


def reader_is_registered(view: View, s: Statement[Notarisation], at: Place) -> None:
    """It is made for somebody whom this log knows."""
    if s.act.reader is not None:
        known(view, ParticipantRecord, s.act.reader, "/reader")


def effects(view: View, s: Statement[Notarisation], at: Place) -> Iterator[Record]:
    """None: the entry itself is what it is for."""
    return iter(())


def references(act: Notarisation) -> tuple[Id, ...]:
    """The participant for whom it is made. The digest names nothing of this log."""
    return () if act.reader is None else (act.reader,)


def readers(view: View, s: Statement[Notarisation]) -> Readers:
    """Everybody, or the participant for whom it is made."""
    return PUBLIC if s.act.reader is None else frozenset({s.act.reader})


ACT = ActType(
    name="notarisation",
    model=Notarisation,
    rules=(
        holds_in_part(is_the_exchanges),
        holds_in_part(reader_is_registered),
    ),
    effects=effects,
    references=references,
    readers=readers,
)
