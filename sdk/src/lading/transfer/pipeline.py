"""Seal and open whole contents on several threads, in flat memory.

    content = describe_sealed(path, keys, chunk_size)          # one pass over the file: both roots, the manifest
    for ciphertext in sealed_chunks(path, content, keys): ...  # another one: the ciphertexts, in order
    open_into(sealed_path, content, content_key, file, salts)  # at the consumer

Every thread has a few chunks in memory and no more. Nothing here knows of networks.
"""

import os
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Final, Generic, NamedTuple, Self, TypeVar

from lading.errors import ContentMismatch, TimedOut
from lading.statement.words import Id
from lading.transfer.content import DEFAULT_CHUNK_SIZE, Content, chunk_count, chunk_length, content_root
from lading.transfer.sealing import (
    Leaves,
    Room,
    SealingKeys,
    open_chunk,
    plain_leaf,
    seal_again,
    seal_chunk,
    sealed_offset,
    sealed_total,
)

T = TypeVar("T")
R = TypeVar("R")
_Outcome = tuple[list[R], Exception | None]
Progress = Callable[[int], None]
"""Called with the bytes of data done so far."""

AHEAD: Final = 2
"""How many pieces of work for each thread are begun before somebody takes their results."""
PIECE_BYTES: Final = 2 << 20
"""How much data a piece of work has; a chunk, if that is larger. Smaller ones cost more than they bring."""


@dataclass(frozen=True, slots=True)
class SealedContent:
    """What a delivery signs of its sealed content, and the leaves that it does not. Sizes count data."""

    size: int
    chunk_size: int
    root: Id
    manifest_root: Id
    leaves: Leaves

    @property
    def manifest(self) -> bytes:
        """The leaves one after another, as they are uploaded."""
        return self.leaves.manifest

    def length(self, number: int) -> int:
        """The length in bytes of the data of chunk `number`."""
        return chunk_length(self.size, self.chunk_size, number)


class Opened(NamedTuple):
    """One opened chunk: its salt and its data."""

    salt: memoryview
    data: memoryview


def default_threads() -> int:
    """As many as there are processors, at most 4."""
    return min(4, os.cpu_count() or 1)


def in_order(
    work: Callable[[T], R],
    items: Iterable[T],
    threads: int | None = None,
    stop: threading.Event | None = None,
    *,
    together: int = 1,
) -> Generator[R]:
    """The results of `work` for each item, in the items' order, made by so many threads (`default_threads`).

    The caller's thread is one of them: while a result is waited for, it works. Items are taken in it, `together` of
    them for each piece of work, `AHEAD` pieces a thread before their results; with one thread, item by item.

    An error of `items` is raised at once, one of `work` in its turn, `TimedOut` when `stop` is set. When this
    generator ends or is closed, no thread of it runs any more.
    """
    count = default_threads() if threads is None else threads
    if count > 1:
        yield from _pooled(work, _pieces(items, together), count, stop)
        return
    for item in items:
        _go_on(stop)
        yield work(item)


def _pieces(items: Iterable[T], length: int) -> Iterator[tuple[T, ...]]:
    rest = iter(items)
    while piece := tuple(islice(rest, length)):
        yield piece


def _pooled(
    work: Callable[[T], R], pieces: Iterator[tuple[T, ...]], threads: int, stop: threading.Event | None
) -> Generator[R]:
    begun: deque[_Piece[T, R]] = deque()
    pool = ThreadPoolExecutor(threads - 1, "lading-chunks")
    try:
        begun.extend(_Piece(pool, work, piece) for piece in islice(pieces, threads * AHEAD))
        while begun:
            _help(begun)
            results, error = begun.popleft().outcome()
            for result in results:
                _go_on(stop)
                yield result
            if error is not None:
                raise error
            begun.extend(_Piece(pool, work, piece) for piece in islice(pieces, 1))
    finally:
        pool.shutdown(cancel_futures=True)


class _Piece(Generic[T, R]):
    """Work on some items: done by a thread of the pool, or by the caller's if that comes to it first."""

    def __init__(self, pool: ThreadPoolExecutor, work: Callable[[T], R], items: tuple[T, ...]) -> None:
        self._work = work
        self._items = items
        self._future = pool.submit(_done, work, items)
        self._outcome: _Outcome[R] | None = None

    @property
    def is_done(self) -> bool:
        return self._outcome is not None or self._future.done()

    def do(self) -> bool:
        """Do it here; False if a thread has begun it already."""
        if self._outcome is not None or not self._future.cancel():
            return False
        self._outcome = _done(self._work, self._items)
        return True

    def outcome(self) -> "_Outcome[R]":
        """The results; waits for the thread that makes them."""
        return self._future.result() if self._outcome is None else self._outcome


def _help(begun: Iterable[_Piece[T, R]]) -> None:
    """Do what no thread has begun yet, as long as the first piece is not done."""
    first = next(iter(begun))
    while not first.is_done and any(piece.do() for piece in begun):
        pass


def _done(work: Callable[[T], R], items: tuple[T, ...]) -> _Outcome[R]:
    """The results for the items of a piece, up to the first error."""
    results: list[R] = []
    try:
        for item in items:
            results.append(work(item))
    except Exception as error:  # noqa: BLE001 - raised again when it is its turn
        return results, error
    return results, None


def _go_on(stop: threading.Event | None) -> None:
    if stop is not None and stop.is_set():
        raise TimedOut("the work on the content was given up")


class _Source:
    """A file that several threads read from at places of their own."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = path.open("rb", buffering=0)
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    @property
    def size(self) -> int:
        return os.fstat(self._file.fileno()).st_size

    def check_size(self, size: int) -> None:
        if self.size != size:
            raise ContentMismatch(f"{self._path} has {self.size} bytes; it should have {size}")

    def read(self, offset: int, room: memoryview) -> None:
        """Fill `room` with what the file holds from `offset` on."""
        with self._lock:
            try:
                self._file.seek(offset)
                while room:
                    count = self._file.readinto(room)
                    if not count:
                        raise ContentMismatch(f"{self._path} became shorter while it was read")
                    room = room[count:]
            except OSError as error:
                raise ContentMismatch(f"cannot read {self._path} any more: {error.strerror}") from None


class _Rooms:
    """Rooms for chunks, made when they are needed and used again when they are free. Threads share them."""

    def __init__(self, chunk_size: int) -> None:
        self._chunk_size = chunk_size
        self._free: deque[Room] = deque()

    def take(self) -> Room:
        try:
            return self._free.pop()
        except IndexError:
            return Room(self._chunk_size)

    def give(self, room: Room) -> None:
        self._free.append(room)


def describe_sealed(
    path: Path,
    keys: SealingKeys,
    chunk_size: int = DEFAULT_CHUNK_SIZE,
    *,
    threads: int | None = None,
    progress: Progress | None = None,
    stop: threading.Event | None = None,
) -> SealedContent:
    """Read a file once, seal it, and describe the result (LAD-SEA-008, LAD-SEA-009). Keeps no ciphertext.

    Raises `ContentMismatch` where the file's length changes meanwhile. A change of its bytes is noticed when the
    ciphertexts are made.
    """

    def work(number: int, room: Room, length: int) -> bytes:
        return seal_chunk(keys, number, room, length).raw

    with _Source(path) as source:
        size = source.size
        leaves = Leaves(b"".join(_per_chunk(source, chunk_size, work, threads, progress, stop)))
    return SealedContent(size, chunk_size, leaves.content_root, leaves.manifest_root, leaves)


def describe_salted(
    path: Path,
    secret: bytes,
    chunk_size: int = DEFAULT_CHUNK_SIZE,
    *,
    threads: int | None = None,
    progress: Progress | None = None,
    stop: threading.Event | None = None,
) -> Content:
    """Size, content root and plain leaves of a file under this product secret, as a listing promises them.

    For that no delivery and no content key are needed. Raises as `describe_sealed` does.
    """

    def work(number: int, room: Room, length: int) -> bytes:
        return plain_leaf(secret, number, room, length)

    with _Source(path) as source:
        size = source.size
        leaves = tuple(_per_chunk(source, chunk_size, work, threads, progress, stop))
    return Content(size, chunk_size, content_root(leaves), leaves)


def _per_chunk(
    source: _Source,
    chunk_size: int,
    work: Callable[[int, Room, int], R],
    threads: int | None,
    progress: Progress | None,
    stop: threading.Event | None,
) -> Iterator[R]:
    """The result of `work` for every chunk of the file, read into a room."""
    size, rooms = source.size, _Rooms(chunk_size)
    numbers = range(chunk_count(size, chunk_size))

    def one(number: int) -> R:
        room, length = rooms.take(), chunk_length(size, chunk_size, number)
        source.read(number * chunk_size, room.data[:length])
        result = work(number, room, length)
        rooms.give(room)
        return result

    with closing(_chunks_in_order(one, numbers, chunk_size, threads, stop)) as results:
        for number, result in enumerate(results):
            yield result
            if progress is not None:
                progress(min((number + 1) * chunk_size, size))
    source.check_size(size)


def _chunks_in_order(
    work: Callable[[int], R],
    numbers: range,
    chunk_size: int,
    threads: int | None,
    stop: threading.Event | None,
) -> Generator[R]:
    return in_order(work, numbers, threads, stop, together=max(1, PIECE_BYTES // chunk_size))


def sealed_chunks(
    path: Path,
    content: SealedContent,
    keys: SealingKeys,
    *,
    first: int = 0,
    threads: int | None = None,
    stop: threading.Event | None = None,
) -> Generator[memoryview]:
    """The ciphertexts of a described file from chunk `first` on. Each is valid until the next one is asked for.

    Raises `ContentMismatch` where the file is not the one described any more: no changed byte is ever encrypted
    (LAD-SEA-010). `UsageProblem` for other keys than it was described with.
    """
    chunk_size = content.chunk_size
    rooms = _Rooms(chunk_size)
    with _Source(path) as source:
        source.check_size(content.size)

        def one(number: int) -> tuple[Room, memoryview]:
            room, length = rooms.take(), content.length(number)
            source.read(number * chunk_size, room.data[:length])
            return room, seal_again(keys, number, room, length, content.leaves[number])

        numbers = range(first, len(content.leaves))
        with closing(_chunks_in_order(one, numbers, chunk_size, threads, stop)) as results:
            for room, ciphertext in results:
                yield ciphertext
                rooms.give(room)


def opened_chunks(
    path: Path,
    content: SealedContent,
    content_key: bytes,
    *,
    first: int = 0,
    threads: int | None = None,
    stop: threading.Event | None = None,
) -> Generator[Opened]:
    """The opened chunks, from number `first` on, of a file of all ciphertexts one after another (LAD-SEA-017).

    Each is valid until the next one is asked for. Raises `ProvableFault` where the provider is at fault, `bad-chunk`
    where the file does not hold the ciphertext that the leaf names, `ContentMismatch` where it has another length.
    Does not check the leaves: that is `parse_sealed_manifest`.
    """
    size, chunk_size = content.size, content.chunk_size
    rooms = _Rooms(chunk_size)
    with _Source(path) as source:
        source.check_size(sealed_total(size, chunk_size))

        def one(number: int) -> tuple[Room, memoryview]:
            room, length = rooms.take(), content.length(number)
            ciphertext = room.ciphertext(length)
            source.read(sealed_offset(chunk_size, number), ciphertext)
            return room, open_chunk(content_key, number, ciphertext, content.leaves[number], length, room)

        numbers = range(first, len(content.leaves))
        with closing(_chunks_in_order(one, numbers, chunk_size, threads, stop)) as results:
            for room, data in results:
                yield Opened(room.salt, data)
                rooms.give(room)


def open_into(
    path: Path,
    content: SealedContent,
    content_key: bytes,
    to: BinaryIO,
    salts: BinaryIO | None = None,
    *,
    threads: int | None = None,
    progress: Progress | None = None,
    stop: threading.Event | None = None,
) -> None:
    """Open a file of ciphertexts, and write the data, and the salts if they are wanted. Raises as `opened_chunks`.

    What was written before an error is the data of whole chunks, each of them checked. Does not sync to disk.
    """
    done = 0
    with closing(opened_chunks(path, content, content_key, threads=threads, stop=stop)) as chunks:
        for salt, data in chunks:
            to.write(data)
            if salts is not None:
                salts.write(salt)
            done += len(data)
            if progress is not None:
                progress(done)
