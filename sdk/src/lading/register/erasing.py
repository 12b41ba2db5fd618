"""What an erasure has to say of a statement, and what is left of a statement that was erased.

members = told_of(reader, key)      # the members that repeat the statement and its changes (`spec/acts/erasure.md`)
"""

from collections.abc import Sequence
from typing import Any, cast

from lading import acts
from lading.acts.base import Act, Place, Record, Statement, known
from lading.acts.erasure import Erasure, bare, check_erasable
from lading.acts.records import StatementRecord
from lading.problems import refuse
from lading.register.memory import MemoryView
from lading.register.store import Reader
from lading.rules import engine
from lading.statement.envelope import decode
from lading.statement.words import Id


def told_of(reader: Reader, key: Id) -> dict[str, Any]:
    """The members of an erasure that repeat what the log knows of a statement and what it changed.

    Raises `Refused` where the statement is not registered, is one that stays, or was erased. Folds the log up to it:
    that takes as long as the log is.
    """
    check_erasable(reader, key)
    record = known(reader, StatementRecord, key, "/statement")
    # LAD-ERA-003
    if record.erased_by is not None:
        raise refuse("erased-already", "its bytes are gone", pointer="/statement", winner=record.erased_by)
    members: dict[str, Any] = {"index": record.index, "sort": record.type, "author": record.issuer}
    members |= {} if record.readers is None else {"readers": list(record.readers)}
    members |= {} if record.contract is None else {"contract": record.contract}
    return {"statement": key, **members, "changes": bare(changes_of(reader, record))}


def changes_of(reader: Reader, record: StatementRecord) -> Sequence[Record]:
    """The records that a statement's act wrote. Trusts the log: nothing is judged again."""
    view = MemoryView()
    for index in range(record.index):
        for written in list(_effects(reader, view, index)):
            view.put(written)
    _, *changes, _ = _effects(reader, view, record.index)
    return changes


def erasure_of(reader: Reader, key: Id) -> Statement[Erasure] | None:
    """The erasure of a statement whose bytes are gone; None where they are there."""
    record = reader.get(StatementRecord, key)
    if record is None or record.erased_by is None:
        return None
    return cast(Statement[Erasure], statement_of(reader, record.erased_by))


def statement_of(reader: Reader, key: Id) -> Statement[Act]:
    """A statement whose bytes are there; `LookupError` where they are not."""
    jws = reader.statement(key)
    if jws is None:
        raise LookupError(f"{key} is named in the log but not stored")
    return acts.parse(decode(jws))


def _effects(reader: Reader, view: MemoryView, index: int) -> Sequence[Record]:
    key = reader.id_at(index)
    record, erasure = reader.get(StatementRecord, key), erasure_of(reader, key)
    if record is None:
        raise LookupError(f"entry {index} has no statement record")
    place = Place(index, record.time)
    if erasure is not None:
        return list(engine.effects_of_erased(view, erasure, place))
    return list(engine.effects(view, statement_of(reader, key), place))
