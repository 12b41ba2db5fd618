"""Seal and open whole contents on several threads, in flat memory.

    content = describe_sealed(path, keys, chunk_size)          # one pass over the file: both roots, the manifest
    for ciphertext in sealed_chunks(path, content, keys): ...  # another one: the ciphertexts, in order
    open_into(sealed_path, content, content_key, file, salts)  # at the consumer

Every thread has a few chunks in memory and no more. Nothing here knows of networks.
"""

import threading
from collections import deque
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple, TypeVar

from lading.statement.words import Id
from lading.transfer.content import DEFAULT_CHUNK_SIZE, Content, chunk_count, chunk_length, content_root
from lading.transfer.pool import in_order
from lading.transfer.sealing import (
    Derivation,
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
from lading.transfer.source import Source

R = TypeVar("R")
Progress = Callable[[int], None]
"""Called with the bytes of data done so far."""

PIECE_BYTES: Final = 1 << 20
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


class _Rooms:
    """Rooms for chunks, made when they are needed. Threads share them.

    Their halves are given back apart, each as soon as it is free: what was used last is used next, and lies in the
    processor's cache.
    """

    def __init__(self, chunk_size: int) -> None:
        self._chunk_size = chunk_size
        self._plain: deque[memoryview] = deque()
        self._sealed: deque[memoryview] = deque()

    def take(self) -> Room:
        return Room(self._chunk_size, _last(self._plain), _last(self._sealed))

    def give_plain(self, room: Room) -> None:
        self._plain.append(room.plain)

    def give_sealed(self, room: Room) -> None:
        self._sealed.append(room.sealed)


def _last(free: deque[memoryview]) -> memoryview | None:
    try:
        return free.pop()
    except IndexError:
        return None


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

    with Source(path) as source:
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

    of_salts = Derivation(secret)

    def work(number: int, room: Room, length: int) -> bytes:
        return plain_leaf(of_salts, number, room, length)

    with Source(path) as source:
        size = source.size
        leaves = tuple(_per_chunk(source, chunk_size, work, threads, progress, stop))
    return Content(size, chunk_size, content_root(leaves), leaves)


def _per_chunk(
    source: Source,
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
        rooms.give_plain(room)
        rooms.give_sealed(room)
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
    with Source(path) as source:
        source.check_size(content.size)

        def one(number: int) -> tuple[Room, memoryview]:
            room, length = rooms.take(), content.length(number)
            source.read(number * chunk_size, room.data[:length])
            ciphertext = seal_again(keys, number, room, length, content.leaves[number])
            rooms.give_plain(room)
            return room, ciphertext

        numbers = range(first, len(content.leaves))
        with closing(_chunks_in_order(one, numbers, chunk_size, threads, stop)) as results:
            for room, ciphertext in results:
                yield ciphertext
                rooms.give_sealed(room)


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
    rooms, of_chunks = _Rooms(chunk_size), Derivation(content_key)
    with Source(path) as source:
        source.check_size(sealed_total(size, chunk_size))

        def one(number: int) -> tuple[Room, memoryview]:
            room, length = rooms.take(), content.length(number)
            ciphertext = room.ciphertext(length)
            source.read(sealed_offset(chunk_size, number), ciphertext)
            data = open_chunk(of_chunks, number, ciphertext, content.leaves[number], length, room)
            rooms.give_sealed(room)
            return room, data

        numbers = range(first, len(content.leaves))
        with closing(_chunks_in_order(one, numbers, chunk_size, threads, stop)) as results:
            for room, data in results:
                yield Opened(room.salt, data)
                rooms.give_plain(room)


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
