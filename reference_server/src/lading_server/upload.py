"""Uploads as they arrive. Chunks are cut, checked, written, counted; at most one and a piece more are in memory."""

from collections.abc import Hashable, Iterator
from contextlib import contextmanager

from lading.problems import refuse
from lading_server.content import StoredContent


class Uploads:
    """Which places are being written to; one upload at a time for each."""

    def __init__(self) -> None:
        self._busy: set[Hashable] = set()

    @contextmanager
    def claimed(self, place: Hashable) -> Iterator[None]:
        """Keep others from writing to this place inside the block; `Refused` (busy) where somebody does."""
        # LAD-HTP-015
        if place in self._busy:
            raise refuse("busy", "an upload of this is going on")
        self._busy.add(place)
        try:
            yield
        finally:
            self._busy.discard(place)


class ChunkWriter:
    """One body of chunks, starting with number `first`. `keep` and `settle` block; call them in threads."""

    def __init__(self, stored: StoredContent, first: int) -> None:
        self._stored = stored
        self._number = first
        self._pending = bytearray()

    def whole_chunks(self, piece: bytes) -> Iterator[bytes]:
        """Take a piece of the body; the chunks that it completes."""
        self._pending += piece
        form = self._stored.form
        number = self._number
        while number < form.chunks and len(self._pending) >= form.length(number):
            chunk = bytes(self._pending[: form.length(number)])
            del self._pending[: form.length(number)]
            yield chunk
            number += 1

    def keep(self, chunk: bytes) -> None:
        """Check and write the next chunk; raises `Refused` (bad-chunk)."""
        self._stored.keep_chunk(self._number, chunk)
        self._number += 1

    def check_finished(self) -> None:
        """Raises `Refused` (bad-chunk) where the body ended within a chunk."""
        # LAD-TRF-003
        if self._pending:
            raise refuse("bad-chunk", f"the body ends within chunk {self._number}")

    def settle(self) -> int:
        """Make what was kept count, durably; how many chunks count now."""
        return self._stored.settle(self._number)
