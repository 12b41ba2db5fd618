"""The journal: who read what by virtue of a grant or a disclosure (LAD-HTP-043).

It lies beside the log's database, since no statement says what is in it.

    journal.write(reader, "statement", shown, now)      # durable when it returns
    journal.page(contract, after, limit)

Functions here block; call them in threads.
"""

import os
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

import apsw

from lading.problems import refuse
from lading.statement.words import Id, Millis
from lading_server.durable import FILE_MODE
from lading_server.sight import Opening, raw, spelled

MOST_A_DAY: Final = 10_000
"""Readings by virtue of one grant or disclosure in 24 hours; more are refused."""
DAY: Final = 24 * 3600 * 1000
BUSY_MILLISECONDS: Final = 10_000

What = Literal["statement", "evidence", "proof", "state", "event", "attachment"]

_TABLES: Final = """
CREATE TABLE IF NOT EXISTS readings (
    subject BLOB NOT NULL,         -- the contract, or a statement that belongs to none
    number INTEGER NOT NULL,       -- 1, 2, … of its subject
    time INTEGER NOT NULL,         -- ms since 1970
    participant BLOB NOT NULL,
    statement BLOB NOT NULL,
    what TEXT NOT NULL,
    sort TEXT NOT NULL,            -- grant or disclosure
    opening BLOB NOT NULL,         -- its id
    PRIMARY KEY (subject, number)
) STRICT, WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS readings_by_opening ON readings (opening, time);
"""


@dataclass(frozen=True, slots=True)
class Row:
    """One reading; `number` counts those of its subject from 1."""

    number: int
    time: Millis
    participant: Id
    statement: Id
    what: str
    opening: Opening


class Journal:
    """The journal in a file of its own; made where it is not there."""

    def __init__(self, path: Path, *, most: int = MOST_A_DAY) -> None:
        if not path.exists():
            os.close(os.open(path, os.O_CREAT | os.O_WRONLY, FILE_MODE))
        self._most = most
        self._one = threading.Lock()
        self._connection = apsw.Connection(str(path))
        self._connection.set_busy_timeout(BUSY_MILLISECONDS)
        self._connection.execute("PRAGMA journal_mode = WAL").fetchall()
        self._connection.execute("PRAGMA synchronous = FULL; PRAGMA trusted_schema = OFF").fetchall()
        self._connection.execute(_TABLES)

    def write(self, reader: Id, what: What, shown: Mapping[Id, Opening], now: Millis) -> None:
        """Note that `reader` is shown these statements; it is on the disk when this returns.

        Raises `Refused` (busy) where that would be too much for a day, or there is no room: then nothing may be shown.
        """
        try:
            with self._one, self._connection:
                for opening in set(shown.values()):
                    self._check_day(opening, now, list(shown.values()).count(opening))
                for statement, opening in shown.items():
                    self._append(reader, what, statement, opening, now)
        except (apsw.FullError, apsw.BusyError):
            # LAD-HTP-044
            raise refuse("busy", "the journal takes nothing at present") from None

    def page(self, subject: Id, after: int, limit: int) -> list[Row]:
        """What is noted of a contract, or of a statement that belongs to none, above number `after`, in order."""
        rows: list[tuple[Any, ...]]
        with self._one:
            rows = self._connection.execute(
                "SELECT number, time, participant, statement, what, sort, opening FROM readings"
                " WHERE subject = ? AND number > ? ORDER BY number LIMIT ?",
                (raw(subject), after, limit),
            ).fetchall()
        return [
            Row(
                number=number,
                time=Millis(time),
                participant=spelled(participant),
                statement=spelled(statement),
                what=what,
                opening=Opening(sort, spelled(opening), subject),
            )
            for number, time, participant, statement, what, sort, opening in rows
        ]

    def close(self) -> None:
        """Close the file."""
        with self._one:
            self._connection.close()

    def _check_day(self, opening: Opening, now: Millis, more: int) -> None:
        found: Any = self._connection.execute(
            "SELECT count(*) FROM (SELECT 1 FROM readings WHERE opening = ? AND time > ? LIMIT ?)",
            (raw(opening.id), now - DAY, self._most),
        ).fetchone()
        # LAD-HTP-045
        if found[0] + more > self._most:
            raise refuse("busy", f"at most {self._most} readings a day by virtue of one {opening.sort}")

    def _append(self, reader: Id, what: What, statement: Id, opening: Opening, now: Millis) -> None:
        self._connection.execute(
            "INSERT INTO readings SELECT ?1, coalesce(max(number), 0) + 1, ?2, ?3, ?4, ?5, ?6, ?7"
            " FROM readings WHERE subject = ?1",
            (raw(opening.subject), now, raw(reader), raw(statement), what, opening.sort, raw(opening.id)),
        )
