"""Destroying what the exchange may no longer hold: boxes of closed deliveries, and seal keys that were replaced.

A box is deleted after the commit that closed its delivery. How far that has come is an index of the log, written down
after the deleting: after a crash it goes on there, and deletes again what may be deleted already.
"""

import asyncio
import logging
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Final

from lading import acts
from lading.acts.lapse import Lapse
from lading.acts.participant import Participant
from lading.acts.receipt import Receipt
from lading.acts.records import SELF, DeliveryRecord, ExchangeRecord
from lading.acts.withdrawal import Withdrawal
from lading.register.erasing import erasure_of
from lading.statement.envelope import decode
from lading.statement.words import Id, Thumbprint
from lading_server.content import ContentForm, ContentStore
from lading_server.durable import write_file
from lading_server.reading import Reading
from lading_server.sealkeys import SealKeys
from lading_server.sight import Sight, StoredStatement
from lading_server.writer import Writer

BATCH: Final = 256
"""Closings that are looked at together."""

_LOG = logging.getLogger("lading_server")


class Boxes:
    """Deletes the exchange's box of every delivery that is no longer open (LAD-SEA-014)."""

    def __init__(self, reading: Reading, content: ContentStore, progress: Path) -> None:
        self._reading = reading
        self._content = content
        self._progress = progress
        self._swept: int | None = None

    async def do(self) -> bool:
        """Delete the boxes of what was closed since the last time, at the first time of what a crash left.

        One that cannot be deleted keeps no other back; the next time begins with it again.
        """
        after, more, well = self._swept, True, True
        while more:
            closed, behind, more = await self._reading.read(partial(self._closed, after))
            well = await asyncio.to_thread(self._delete_all, closed) and well
            if well:
                await asyncio.to_thread(self._advance, behind, bool(closed))
            after = behind
        return well

    def _closed(self, after: int | None, sight: Sight) -> tuple[list[DeliveryRecord], int, bool]:
        """Closed sealed deliveries, up to which index they were looked for, and whether there are more."""
        start = _read(self._progress, sight.size()) if after is None else after
        closings = sight.closings(start, BATCH)
        found = [sight.get(DeliveryRecord, _closes(sight, stored)) for stored in closings]
        closed = [
            record for record in found if record is not None and record.sealed and record.state != "open"
        ]
        more = len(closings) == BATCH
        return closed, closings[-1].index if more else sight.size() - 1, more

    def _delete_all(self, closed: Sequence[DeliveryRecord]) -> bool:
        tried = [self._delete(record) for record in closed]
        return all(tried)

    def _delete(self, record: DeliveryRecord) -> bool:
        assert record.sealed is not None
        try:
            self._content.open(ContentForm.of(record)).boxes.destroy(record.sealed.exchange.box)
        except OSError as error:
            _LOG.error("a box cannot be deleted", exc_info=error, extra={"delivery": record.key})
            return False
        return True

    def _advance(self, behind: int, deleted: bool) -> None:
        """Remember how far it has come; on the disk where that spares the next start something."""
        if deleted or behind - (self._swept or 0) >= BATCH:
            write_file(self._progress, b"%d" % behind)
        self._swept = behind


class Keys:
    """Destroys seal keys that the head of the chain does not list and no open delivery names (LAD-SEA-015).

    Such a key first takes no new delivery; then what the writer had in hand is let through; then the log is asked.
    """

    def __init__(self, reading: Reading, writer: Writer, keys: SealKeys) -> None:
        self._reading = reading
        self._writer = writer
        self._keys = keys

    async def do(self) -> bool:
        """Destroy what nobody needs any more."""
        old = await self._reading.read(self._unused)
        if old and self._writer.read_only is None:
            await self._destroy(old)
        return True

    async def _destroy(self, old: frozenset[Thumbprint]) -> None:
        for kid in old:
            self._keys.retire(kid)
        try:
            await self._writer.register([])
            unused = await self._reading.read(self._unused)
            if self._writer.read_only is None:
                for kid in old & unused:
                    await asyncio.to_thread(self._keys.destroy, kid)
        finally:
            for kid in old:
                self._keys.reinstate(kid)

    def _unused(self, sight: Sight) -> frozenset[Thumbprint]:
        old = self._keys.at_hand - _listed(sight)
        return frozenset(kid for kid in old if not sight.needs_seal_key(kid))


def _read(progress: Path, size: int) -> int:
    """Behind which index to go on: from the start where no file says it, or one that is not of this log."""
    try:
        index = int(progress.read_bytes())
    except (FileNotFoundError, ValueError):
        return -1
    return index if index < size else -1


def _closes(sight: Sight, stored: StoredStatement) -> Id:
    """What a receipt, withdrawal or lapse closes; the lapse of what was not made closes nothing that is here.

    Of the three only a withdrawal can be erased; then its erasure says what it changed.
    """
    if stored.jws is None:
        erasure = erasure_of(sight, stored.id)
        changes = () if erasure is None else erasure.act.changes
        return next((Id(change.record["key"]) for change in changes if change.kind == "delivery"), Id(""))
    act = acts.parse(decode(stored.jws)).act
    if isinstance(act, Withdrawal):
        return act.statement
    assert isinstance(act, Receipt | Lapse)
    return act.delivery or Id("")


def _listed(sight: Sight) -> frozenset[Thumbprint]:
    """The seal keys that the head of the exchange's chain lists."""
    exchange = sight.get(ExchangeRecord, SELF)
    jws = None if exchange is None else sight.statement(exchange.head)
    act = None if jws is None else acts.parse(decode(jws)).act
    assert isinstance(act, Participant)
    return frozenset(key.kid for key in act.sealing)
