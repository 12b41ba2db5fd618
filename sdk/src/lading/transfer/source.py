"""A file that several threads read from, each at places of its own."""

import os
import threading
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from lading.errors import ContentMismatch

HAS_PLACES: Final = hasattr(os, "preadv")
"""Whether the system reads at a place in one call, for which no thread waits for another."""


class Source:
    """A regular file, open for reading. Raises `OSError` where it cannot be opened."""

    def __init__(self, path: Path, *, places: bool = HAS_PLACES) -> None:
        self._path = path
        self._file = path.open("rb", buffering=0)
        self._places = places
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    @property
    def size(self) -> int:
        """How many bytes the file has now."""
        return os.fstat(self._file.fileno()).st_size

    def check_size(self, size: int) -> None:
        """Raise `ContentMismatch` unless the file has so many bytes now."""
        if self.size != size:
            raise ContentMismatch(f"{self._path} has {self.size} bytes; it should have {size}")

    def read(self, offset: int, room: memoryview) -> None:
        """Fill `room` with what the file holds from `offset` on; `ContentMismatch` if it does not hold so much."""
        try:
            while room:
                count = self._some(offset, room)
                if not count:
                    raise ContentMismatch(f"{self._path} became shorter while it was read")
                offset, room = offset + count, room[count:]
        except OSError as error:
            raise ContentMismatch(f"cannot read {self._path} any more: {error.strerror}") from None

    def _some(self, offset: int, room: memoryview) -> int:
        if self._places:
            return os.preadv(self._file.fileno(), [room], offset)
        with self._lock:
            self._file.seek(offset)
            return self._file.readinto(room) or 0
