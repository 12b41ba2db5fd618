"""Groups of chunks for one request each, made in a thread ahead of the one that sends them."""

import queue
import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from typing import Final

from lading.errors import ContentMismatch
from lading.http.digest import content_digest

_QUEUED: Final = 1

Chunks = Generator[bytes | memoryview]
"""Consecutive chunks as they are uploaded; each is valid until the next one is asked for."""


@dataclass(frozen=True, slots=True)
class Reading:
    """Where chunks come from: `read` gives them from a number on, and there are `chunks` in all."""

    read: Callable[[int, threading.Event], Chunks]
    chunks: int


def groups(reading: Reading, first: int, group_chunks: int) -> Generator["Group"]:
    """The chunks from number `first` on, in order, in groups of so many."""
    return _ReadAhead(reading, first, group_chunks).groups()


@dataclass(frozen=True, slots=True)
class Group:
    """Consecutive chunks that go in one request."""

    first: int
    count: int
    body: bytes
    digest: str


class _ReadAhead:
    """Makes groups in a thread. Ends with the content, with an error, or when the reader of `groups` stops."""

    def __init__(self, job: Reading, first: int, group_chunks: int) -> None:
        self._job = job
        self._first = first
        self._group_chunks = group_chunks
        self._queue: queue.Queue[Group | Exception | None] = queue.Queue(_QUEUED)
        self._stopped = threading.Event()

    def groups(self) -> Generator[Group]:
        """The groups in order."""
        thread = threading.Thread(target=self._read, name="lading-read-ahead", daemon=True)
        thread.start()
        try:
            while (item := self._queue.get()) is not None:
                if isinstance(item, Exception):
                    raise item
                yield item
        finally:
            self._stopped.set()
            with suppress(queue.Empty):
                self._queue.get_nowait()
            thread.join()

    def _read(self) -> None:
        try:
            with closing(self._job.read(self._first, self._stopped)) as chunks:
                for group in self._grouped(chunks):
                    if not self._offer(group):
                        return
            self._offer(None)
        except OSError as error:
            self._offer(
                ContentMismatch(f"cannot read {error.filename or 'the file'} any more: {error.strerror}")
            )
        except Exception as error:  # noqa: BLE001 - raised again by whoever takes the groups
            self._offer(error)

    def _offer(self, item: Group | Exception | None) -> bool:
        while not self._stopped.is_set():
            with suppress(queue.Full):
                self._queue.put(item, timeout=0.1)
                return True
        return False

    def _grouped(self, chunks: Chunks) -> Iterator[Group]:
        for first in range(self._first, self._job.chunks, self._group_chunks):
            count = min(self._group_chunks, self._job.chunks - first)
            body = b"".join([bytes(next(chunks)) for _ in range(count)])
            yield Group(first, count, body, content_digest(body))
