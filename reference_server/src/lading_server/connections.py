"""Connections to one SQLite file: one for each thread that comes, all with the same settings.

Settings of every database here: a commit is on the disk when it returns, what is deleted is overwritten, and no schema
is trusted to call functions.
"""

import threading
from pathlib import Path
from typing import Final

import apsw

BUSY_MILLISECONDS: Final = 10_000
"""How long one waits for another one that writes."""
_SETTINGS: Final = """
    PRAGMA synchronous = FULL;
    PRAGMA trusted_schema = OFF;
    PRAGMA secure_delete = ON;
"""


class Connections:
    """The connections to the file at `path`. `settings`: further pragmas."""

    def __init__(self, path: Path, settings: str = "") -> None:
        self._path = path
        self._settings = _SETTINGS + settings
        self._of_thread = threading.local()
        self._all: list[apsw.Connection] = []

    def here(self) -> apsw.Connection:
        """This thread's connection."""
        connection: apsw.Connection | None = getattr(self._of_thread, "connection", None)
        if connection is None:
            connection = apsw.Connection(str(self._path))
            connection.set_busy_timeout(BUSY_MILLISECONDS)
            connection.execute(self._settings).fetchall()
            self._of_thread.connection = connection
            self._all.append(connection)
        return connection

    def close(self) -> None:
        """Close every thread's connection. No other thread may use one any more."""
        for connection in self._all:
            connection.close()
        self._all.clear()
        self._of_thread = threading.local()
