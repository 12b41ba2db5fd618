"""Destroying what is left of erased statements (LAD-ERA-008).

The transaction that registers an erasure takes the bytes away, and notes that the file may still hold them: freed
places of a database keep their bytes, and so does the write-ahead log. Afterwards attachments and tickets are deleted
and the file is rewritten; after a crash that begins again.
"""

import asyncio
import logging
from collections.abc import Sequence
from typing import Final

from lading_server.attachments import AttachmentStore
from lading_server.content import ContentStore
from lading_server.reading import Reading
from lading_server.sight import Erased
from lading_server.store import SqliteStore
from lading_server.writer import Writer

BATCH: Final = 256
"""Erased statements that are cleaned up after together."""

_LOG = logging.getLogger("lading_server")


class Cleaning:
    """Leaves no copy of what was erased."""

    def __init__(
        self,
        reading: Reading,
        writer: Writer,
        store: SqliteStore,
        attachments: AttachmentStore,
        content: ContentStore,
    ) -> None:
        self._reading = reading
        self._writer = writer
        self._store = store
        self._attachments = attachments
        self._content = content

    async def do(self) -> bool:
        """Clean up after every erasure; whether all of it is done. Reads and registrations go on meanwhile."""
        while self._writer.read_only is None:
            erased = await self._reading.read(lambda sight: sight.erased(BATCH))
            if not erased:
                return True
            await asyncio.to_thread(self._destroy, erased)
            if not await asyncio.to_thread(self._store.clean, erased[-1].number):
                _LOG.warning("the database is rewritten later: it is being read")
                return False
        return True

    def _destroy(self, erased: Sequence[Erased]) -> None:
        for each in erased:
            self._attachments.destroy(each.issuer, each.statement)
            if each.delivery is not None:
                self._content.forget_ticket(each.delivery, each.statement)
