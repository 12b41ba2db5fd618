"""Lapses: the exchange records deliveries that nobody took in time, and those that were not made (LAD-LPS-004).

The database finds what is due as signed. Suspensions, outages and a closing move that: what turns out not to be due
yet is looked at again when it may be.
"""

import logging
from collections.abc import Callable
from functools import partial
from typing import Final, NamedTuple

from lading.acts.base import View
from lading.acts.deadlines import deadline_of, due_of
from lading.acts.lapse import not_owed
from lading.acts.records import SELF, ContractRecord, DeliveryRecord, ExchangeRecord
from lading.problems import Refused
from lading.register.register import system_clock
from lading.statement.words import Id, Millis
from lading_server.reading import Reading
from lading_server.shares import Desk
from lading_server.sight import Sight
from lading_server.writer import Answer, Writer

BATCH: Final = 128
"""Lapses that are registered together, so that others' statements come between."""
AGAIN_MILLISECONDS: Final = 30_000
"""After how long it is looked again at what stands still."""
NEVER: Final = Millis(2**53)

_SETTLED: Final = frozenset(
    {
        "delivery-not-open",
        "deadline-not-passed",
        "sequence-taken",
        "sequence-gap",
        "schedule-exhausted",
        "no-schedule",
    }
)
"""Refusals of a lapse that was signed before something else came, or that nobody owes."""
_LOG = logging.getLogger("lading_server")


class Due(NamedTuple):
    """What was due at a moment, if nothing moved it: a delivery, or number `sequence` of a contract."""

    at: Millis
    key: Id
    sequence: int = 0

    @property
    def about(self) -> tuple[Id, int]:
        """The delivery, or the contract and the number."""
        return self.key, self.sequence


class Found(NamedTuple):
    """A page of what may be due, the lapses of what is, and where to go on."""

    due: list[Due]
    lapses: list[bytes]
    behind: Due | None
    can_sign: bool


Page = Callable[[Sight, Millis, Due], list[Due]]


def _deliveries(sight: Sight, before: Millis, after: Due) -> list[Due]:
    return [Due(*row) for row in sight.due(before, (after.at, after.key), BATCH)]


def _owed(sight: Sight, before: Millis, after: Due) -> list[Due]:
    return [Due(*row) for row in sight.owed(before, after, BATCH)]


class Lapses:
    """Registers the lapse of every open delivery and of every owed one whose time has passed."""

    def __init__(
        self, reading: Reading, writer: Writer, desk: Desk, clock: Callable[[], Millis] = system_clock
    ) -> None:
        self._reading = reading
        self._writer = writer
        self._desk = desk
        self._clock = clock
        self._later: dict[tuple[Id, int], Millis] = {}
        self._looked = Millis(0)

    async def do(self) -> bool:
        """Register what is due; whether all of it was taken. One that is refused does not keep the others back."""
        now = self._looked = self._clock()
        self._later = {about: when for about, when in self._later.items() if when >= now}
        well = [await self._do(page) for page in (_deliveries, _owed)]
        return all(well)

    async def seconds_left(self) -> float | None:
        """How long until something may be due; None where nothing lies ahead, or nothing can be registered."""
        if self._writer.read_only is not None:
            return None
        ahead = await self._reading.read(partial(_ahead, self._looked))
        moments = [*ahead, *self._later.values()]
        return (min(moments) + 1 - self._clock()) / 1000 if moments else None

    async def _do(self, page: Page) -> bool:
        after: Due | None = Due(Millis(-1), Id(""))
        well = True
        while self._writer.read_only is None and after is not None:
            found = await self._reading.read(partial(self._signed, page, after))
            if found.due and not found.can_sign:
                _LOG.error("lapses cannot be signed: the statement key is not one of the latest statement")
                return False
            answers = await self._writer.register(found.lapses) if found.lapses else []
            settled = [self._is_settled(due, answer) for due, answer in zip(found.due, answers, strict=True)]
            well, after = well and all(settled), found.behind
        return well

    def _signed(self, page: Page, after: Due, sight: Sight) -> Found:
        now = self._clock()
        rows = page(sight, horizon(sight, now), after)
        due = [row for row in rows if row.about not in self._later and self._is_due(sight, row, now)]
        can_sign = self._desk.can_sign(sight)
        lapses = [self._lapse(sight, row, now) for row in due] if can_sign else []
        return Found(due, lapses, rows[-1] if rows else None, can_sign)

    def _is_due(self, sight: Sight, due: Due, now: Millis) -> bool:
        """Whether it is, with everything that moved it; else when to look again is noted."""
        moment = when_due(sight, due)
        if moment is not None and moment < now:
            return True
        self._later[due.about] = Millis(now + AGAIN_MILLISECONDS) if moment is None else moment
        return False

    def _lapse(self, sight: Sight, due: Due, now: Millis) -> bytes:
        if due.sequence:
            return self._desk.not_delivered(sight, due.key, due.sequence, now)
        return self._desk.lapse(sight, due.key, now)

    def _is_settled(self, due: Due, answer: Answer) -> bool:
        """Whether nothing is left to do: it lapsed now, or something else came before."""
        if not isinstance(answer, Refused):
            return True
        self._later[due.about] = Millis(self._clock() + AGAIN_MILLISECONDS)
        if answer.code in _SETTLED:
            return True
        _LOG.error("a lapse was refused", extra={"reason": str(answer)})
        return False


def horizon(view: View, now: Millis) -> Millis:
    """Up to which moment as signed something may be due: after the closing everything open is; in a log that ended,
    nothing.
    """
    exchange = view.get(ExchangeRecord, SELF)
    if exchange is None or exchange.closing_at is None or exchange.closing_at >= now:
        return now
    return NEVER if exchange.closed_by is None else Millis(0)


def _ahead(behind: Millis, sight: Sight) -> list[Millis]:
    """The first moments, from `behind` on, at which something as signed may be due."""
    exchange, deadline = sight.get(ExchangeRecord, SELF), sight.next_deadline(behind)
    closing = None if exchange is None else exchange.closing_at
    return [moment for moment in (deadline, closing) if moment is not None and moment >= behind]


def when_due(sight: Sight, due: Due) -> Millis | None:
    """When it is really due; None: it stands still, or is not owed."""
    if not due.sequence:
        delivery = sight.get(DeliveryRecord, due.key)
        return NEVER if delivery is None else deadline_of(sight, delivery)
    contract = sight.get(ContractRecord, due.key)
    if contract is None or contract.terms.schedule is None:
        return NEVER
    # LAD-LPS-006: of a contract that ended, or has a shorter schedule now, nothing more is owed, unless it is amended
    if not_owed(sight, contract, due.sequence) is not None:
        return None
    return due_of(sight, contract, due.sequence)
