"""Lapses: the exchange records deliveries that nobody took in time (LAD-LPS-004)."""

import logging
from collections.abc import Callable
from functools import partial
from typing import Final

from lading.problems import Refused
from lading.register.register import system_clock
from lading.statement.words import Id, Millis
from lading_server.reading import Reading
from lading_server.shares import Desk
from lading_server.sight import Sight
from lading_server.writer import Answer, Writer

BATCH: Final = 128
"""Lapses that are registered together, so that others' statements come between."""

_LOG = logging.getLogger("lading_server")
_Due = tuple[Millis, Id | str]


class Lapses:
    """Registers the lapse of every open delivery whose deadline has passed."""

    def __init__(
        self, reading: Reading, writer: Writer, desk: Desk, clock: Callable[[], Millis] = system_clock
    ) -> None:
        self._reading = reading
        self._writer = writer
        self._desk = desk
        self._clock = clock

    async def do(self) -> bool:
        """Register what is due; whether all of it was taken. One that is refused does not keep the others back."""
        after: _Due = (Millis(0), "")
        well = True
        while self._writer.read_only is None:
            due, lapses = await self._reading.read(partial(self._signed, after))
            if not due:
                return well
            if not lapses:
                _LOG.error("lapses cannot be signed: the statement key is not one of the latest statement")
                return False
            answers = await self._writer.register(lapses)
            well = well and all(_is_settled(answer) for answer in answers)
            after = due[-1]
        return well

    async def seconds_left(self) -> float | None:
        """How long until the next deadline has passed; None where no delivery is open, or nothing can be registered."""
        if self._writer.read_only is not None:
            return None
        deadline = await self._reading.read(lambda sight: sight.next_deadline())
        return None if deadline is None else (deadline + 1 - self._clock()) / 1000

    def _signed(self, after: _Due, sight: Sight) -> tuple[list[tuple[Millis, Id]], list[bytes]]:
        now = self._clock()
        due = sight.due(now, after, BATCH)
        if not due or not self._desk.can_sign(sight):
            return due, []
        return due, [self._desk.lapse(sight, delivery, now) for _, delivery in due]


def _is_settled(answer: Answer) -> bool:
    """Whether the delivery is closed now: by this lapse, or by a withdrawal that came before."""
    if not isinstance(answer, Refused) or answer.code == "delivery-not-open":
        return True
    _LOG.error("a lapse was refused", extra={"reason": str(answer)})
    return False
