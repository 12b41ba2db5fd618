"""Who sees what, and what is noted of it: each wrong in one way (see `behaviours`)."""

from __future__ import annotations

from typing import Final

from lading_mutants.behaviours import Behaviour, row

_SIGHT: Final = "lading_server.sight:Sight."
_RESOURCES: Final = "lading_server.resources."

SEEING: Final[tuple[Behaviour, ...]] = (
    row(
        "shows-statements-to-everybody",
        f"{_SIGHT}visible",
        "(public OR ?3 OR EXISTS",
        "(1 OR public OR ?3 OR EXISTS",
        *("LAD-HTP-010", "LAD-HTP-019"),
    ),
    row(
        "shows-all-events-to-everybody",
        f"{_SIGHT}events",
        "if caller.is_exchange:",
        "if True:",
        *("LAD-HTP-010", "LAD-HTP-019", "LAD-HTP-029"),
    ),
    row(
        "shows-own-statements-to-nobody",
        f"{_SIGHT}visible",
        'b"" if caller.participant is None else raw(caller.participant)',
        'b""',
        *("LAD-HTP-019", "LAD-HTP-010"),
    ),
    row(
        "shows-public-events-only",
        f"{_SIGHT}events",
        "if caller.participant is None:",
        "if True:",
        *("LAD-HTP-029", "LAD-HTP-019"),
    ),
    row(
        "shows-withheld-evidence",
        f"{_RESOURCES}statements:evidence",
        "eyes.statement(key) is not None",
        "True",
        *("LAD-EVI-016", "LAD-HTP-019", "LAD-HTP-010"),
    ),
    row(
        "withholds-all-evidence",
        f"{_RESOURCES}statements:evidence",
        "eyes.statement(key) is not None",
        "False",
        *("LAD-EVI-016", "LAD-HTP-019"),
    ),
    row(
        "shows-how-often-terms-were-accepted",
        f"{_RESOURCES}state:_hidden",
        "frozenset() if may_see else OWN",
        "frozenset()",
        *("LAD-HTP-048", "LAD-HTP-028"),
    ),
    row(
        "hides-accepted-from-the-provider",
        f"{_RESOURCES}state:_hidden",
        "frozenset() if may_see else OWN",
        "OWN",
        *("LAD-HTP-048", "LAD-HTP-028"),
    ),
    row(
        "opens-nothing-by-grants",
        f"{_SIGHT}_grant",
        "row and contract else None",
        "False else None",
        "LAD-GRA-005",
    ),
    row(
        "opens-by-ended-grants",
        f"{_SIGHT}_grant",
        "*(reader, contract, now)",
        "*(reader, contract, 0)",
        *("LAD-GRA-005", "LAD-HTP-019", "LAD-HTP-010"),
    ),
    row(
        "opens-by-withdrawn-grants",
        f"{_SIGHT}_grant",
        " AND record ->> '$.state' = 'open'\"",
        '"',
        *("LAD-GRA-005", "LAD-HTP-019", "LAD-HTP-010"),
    ),
    row(
        "opens-to-whoever-asks-by-grants",
        f"{_SIGHT}_grant",
        "record ->> '$.reader' = ?",
        "'' <> ?",
        *("LAD-GRA-005", "LAD-HTP-019", "LAD-HTP-010"),
    ),
    row(
        "opens-nothing-by-disclosures",
        f"{_SIGHT}_disclosure",
        "None if row is None else",
        "None if True else",
        "LAD-DIS-004",
    ),
    row(
        "opens-by-ended-disclosures",
        f"{_SIGHT}_disclosure",
        "*(reader, key, now)",
        "*(reader, key, 0)",
        *("LAD-DIS-004", "LAD-HTP-019", "LAD-HTP-010"),
    ),
    row(
        "opens-to-whoever-asks-by-disclosures",
        f"{_SIGHT}_disclosure",
        "record ->> '$.reader' = ?",
        "'' <> ?",
        *("LAD-DIS-004", "LAD-HTP-019", "LAD-HTP-010"),
    ),
    row(
        "shows-what-is-granted-in-no-feed",
        "lading_server.eyes:Eyes.events",
        "if self.caller.participant is None or self.caller.is_exchange:",
        "if True:",
        *("LAD-HTP-029", "LAD-GRA-005", "LAD-DIS-004"),
    ),
    # The journal.
    row(
        "keeps-no-journal",
        "lading_server.exchange:Exchange.look",
        "if seen.shown and",
        "if not seen.shown and",
        *("LAD-HTP-043", "LAD-GRA-007", "LAD-HTP-046"),
    ),
    row(
        "keeps-the-journal-in-memory",
        "lading_server.journal:Journal.write",
        "with self._one, self._connection:",
        # The transaction is never committed: whoever asks sees the reading, until a hard stop.
        "self._connection.in_transaction or self._connection.execute('BEGIN')\n            with self._one:",
        "LAD-HTP-044",
    ),
    row(
        "notes-readings-after-the-answer",
        "lading_server.exchange:Exchange.look",
        "await self.in_thread(write, caller.participant, what, seen.shown, seen.now)",
        "asyncio.get_running_loop().call_later(1, write, caller.participant, what, seen.shown, seen.now)",
        "LAD-HTP-044",
    ),
    row(
        "numbers-readings-from-2",
        f"{_RESOURCES}journal:_reading",
        '"number": row.number',
        '"number": row.number + 1',
        "LAD-HTP-046",
    ),
    row(
        "says-of-all-readings-that-statements-were-read",
        f"{_RESOURCES}journal:_reading",
        '"read": row.what',
        '"read": "statement"',
        *("LAD-HTP-046", "LAD-HTP-043"),
    ),
    row(
        "repeats-readings",
        f"{_RESOURCES}journal:read",
        "subject, after, limit)\n",
        "subject, 0, limit)\n",
        "LAD-HTP-046",
    ),
    # Erasures.
    row(
        "serves-erased-bytes",
        "lading.register.register:_append",
        "transaction.erase(statement.act.statement)",
        "pass",
        *("LAD-ERA-007", "LAD-HTP-042"),
    ),
)
