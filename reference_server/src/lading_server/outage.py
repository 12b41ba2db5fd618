"""Outages: while it serves, the exchange notes that it is there; after a gap it gives notice of it first (LAD-NTC-014).

alive = Alive(state.alive)
jws = notice(sight, desk, alive.last(), now, bound)      # None: nobody missed it
"""

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Final

from lading.acts.records import SELF, ExchangeRecord
from lading.statement.words import Millis
from lading_server.durable import write_file
from lading_server.shares import Desk
from lading_server.sight import Sight

BEAT_SECONDS: Final = 10.0
"""How often it notes that it is there; a notice says that an outage began at most so much too early."""
BOUND_SECONDS: Final = 60
"""After how long a gap it gives notice, unless the operator says otherwise."""
GROUND: Final = "downtime"

_LOG = logging.getLogger("lading_server")


class Alive:
    """The file that holds the moment at which the exchange could last register something, in ms since 1970."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def last(self) -> Millis | None:
        """That moment; None where the file is not there, or holds something else."""
        try:
            return Millis(int(self._path.read_bytes()))
        except (FileNotFoundError, ValueError):
            return None

    def note(self, now: Millis) -> None:
        """Now it could. A disk that does not take that is no reason to stop."""
        try:
            write_file(self._path, b"%d" % now)
        except OSError as error:
            _LOG.error("it cannot be noted that the exchange is there", exc_info=error)


def notice(
    sight: Sight, desk: Desk, last: Millis | None, clock: Callable[[], Millis], bound: float
) -> bytes | None:
    """The signed notice of the time since `last`, and since the last entry, in which nothing could be registered.

    None where that was no longer than `bound` seconds, is not known, or cannot be said. `bound` 0: never.
    """
    now, exchange = clock(), sight.get(ExchangeRecord, SELF)
    since = None if last is None else max(last, sight.last_time())
    if since is None or not bound or now - since <= bound * 1000:
        return None
    if exchange is None or exchange.closed_by is not None or not desk.can_sign(sight):
        _LOG.error("an outage cannot be told", extra={"since": since, "until": now})
        return None
    return desk.outage(sight, since, now, GROUND)
