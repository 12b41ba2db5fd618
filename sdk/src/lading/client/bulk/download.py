"""Receive content: every chunk is verified before it counts, and a broken transfer goes on where it stopped.

The content grows in a part file. One ranged request brings many chunks; a thread verifies and writes them while the
network delivers the next. Whatever lies in the part file is verified again before it is relied on.
"""

import os
import queue
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from lading.client import files
from lading.client.ask import ask, ask_once, get, passing, pause, url
from lading.client.flow import Flow, Work, drive
from lading.client.session import Session
from lading.client.transport import Request, Transport
from lading.errors import (
    CONTENT_MISMATCH,
    ContentMismatch,
    LadingError,
    NotUnderstood,
    TimedOut,
    Unreachable,
    UsageProblem,
)
from lading.problems import Refused
from lading.transfer.content import check_chunk, chunk_count, chunk_length, parse_manifest, read_chunks

PART: Final = ".part"


@dataclass(frozen=True, slots=True)
class Source:
    """Chunks one after another at an address: `size` bytes in all, all but the last one `chunk_size` long.

    `check` raises `Refused` for a chunk that is not the one of its number. `signed` says whether the address is the
    exchange's, which wants to know who asks, or somebody else's, who must not learn it.
    """

    address: str
    size: int
    chunk_size: int
    check: Callable[[memoryview, int], None]
    signed: bool = True

    @property
    def chunks(self) -> int:
        """How many chunks there are."""
        return chunk_count(self.size, self.chunk_size)


@dataclass(frozen=True, slots=True)
class Download:
    """What is to be received clear, as the delivery signed it, and where it shall lie in the end."""

    prefix: str
    size: int
    chunk_size: int
    content_root: str
    target: Path
    overwrite: bool

    @property
    def part(self) -> Path:
        """Where it grows."""
        return self.target.with_name(self.target.name + PART)


def download(session: Session, job: Download) -> Flow[None]:
    """Bring clear content to its place, verified and durable.

    Raises `ContentMismatch` where the exchange's bytes are not those that were signed, `Unreachable` where
    it stays silent, `UsageProblem` where they cannot be written.
    """
    leaves = yield from _manifest(session, job)

    def check(chunk: memoryview, number: int) -> None:
        # LAD-TRF-014
        check_chunk(chunk, leaves[number], number)

    source = Source(url(session, f"{job.prefix}/chunks"), job.size, job.chunk_size, check)
    yield from receive_into(session, source, job.part)
    try:
        files.put_in_place(job.part, job.target, overwrite=job.overwrite)
    except OSError as error:
        raise _unwritable(job.target, error) from None


def receive_into(session: Session, source: Source, part: Path) -> Flow[None]:
    """Bring all chunks into a part file, verified and durable; what is there and right is not asked for again."""
    yield Work(lambda transport, stop: _receive(session, source, part, transport, stop))


def _manifest(session: Session, job: Download) -> Flow[tuple[bytes, ...]]:
    if job.size == 0:
        return ()
    bound = 32 * chunk_count(job.size, job.chunk_size) + 1
    response = yield from ask(session, get(session, f"{job.prefix}/manifest", bound=bound))
    # LAD-TRF-014
    try:
        return parse_manifest(response.body, job.size, job.chunk_size, job.content_root)
    except Refused as refusal:
        raise mismatch(refusal.detail) from None


def _receive(
    session: Session, source: Source, part: Path, transport: Transport, stop: threading.Event
) -> None:
    try:
        with files.open_part(part) as file:
            writer = _Writer(session, source, file)
            writer.verified = _verified_prefix(file, source)
            _Receiver(session, source, transport, stop, writer).run()
            files.flush_file(file)
        files.flush_directory(part.parent)
    except OSError as error:
        raise _unwritable(part, error) from None


def _unwritable(path: Path, error: OSError) -> UsageProblem:
    hint = "Make room or choose another place, and call receive again: it goes on where it stopped."
    return UsageProblem(f"cannot write {path}: {error.strerror}", hint=hint)


def _verified_prefix(file: BinaryIO, source: Source) -> int:
    """How many chunks of an earlier attempt are right; the file is cut after them."""
    verified = 0
    with suppress(Refused):
        for number, chunk in enumerate(read_chunks(file, source.chunk_size)):
            if number >= source.chunks:
                break
            source.check(memoryview(chunk), number)
            verified += 1
    file.truncate(min(verified * source.chunk_size, source.size))
    file.seek(0, os.SEEK_END)
    return verified


class _Receiver:
    """Requests ranges until everything is there. Gives up after several attempts that brought nothing."""

    def __init__(
        self, session: Session, source: Source, transport: Transport, stop: threading.Event, writer: "_Writer"
    ) -> None:
        self._session = session
        self._source = source
        self._transport = transport
        self._stop = stop
        self._writer = writer

    def run(self) -> None:
        """Receive all chunks that are not verified yet."""
        failures = 0
        # LAD-TRF-015
        while not self._writer.complete:
            before = self._writer.verified
            error = self._attempt()
            failures = 0 if self._writer.verified > before else failures + 1
            if failures >= self._session.config.attempts:
                raise error
            if failures:
                drive(self._wait(failures), self._transport)

    def _attempt(self) -> LadingError:
        """Receive what comes of the rest; why there may be more to receive."""
        request = self._request()
        try:
            with self._writer:
                drive(ask_once(self._session, request, *request.sink_status), self._transport)
        except (Unreachable, Refused, NotUnderstood) as error:
            if passing(error):
                return error
            if self._source.signed:
                raise
            hint = "Ask the provider, who keeps the content at this address, or refuse the delivery."
            raise Unreachable(
                f"the provider's address does not give the content: {error}", hint=hint
            ) from None
        return Unreachable(
            f"{self._source.address} ended early", hint="Call receive again: it goes on there."
        )

    def _wait(self, failures: int) -> Flow[None]:
        yield pause(self._session, failures)

    def _request(self) -> Request:
        config, start = self._session.config, self._writer.verified * self._source.chunk_size
        rest = self._source.size - start
        # LAD-SEA-018: nobody but the exchange gets a signature
        return Request(
            "GET",
            self._source.address,
            headers={"Range": f"bytes={start}-{self._source.size - 1}"},
            limit=rest,
            seconds=config.answer_seconds + rest / config.slowest_bytes_per_second,
            signed=self._source.signed,
            sink=self._take,
            sink_status=frozenset({206} if start else {200, 206}),
        )

    def _take(self, piece: bytes) -> None:
        if self._stop.is_set():
            raise TimedOut("the transfer was given up")
        self._writer.take(piece)


class _Writer:
    """Verifies and writes chunks in a thread of its own; `verified` of them are in the file."""

    def __init__(self, session: Session, source: Source, file: BinaryIO) -> None:
        self._session = session
        self._source = source
        self._file = file
        self._error: Exception | None = None
        self.verified = 0

    @property
    def complete(self) -> bool:
        """Whether every chunk is there."""
        return self.verified == self._source.chunks

    def __enter__(self) -> None:
        self._file.seek(self.verified * self._source.chunk_size)
        self._queue: queue.Queue[bytearray | None] = queue.Queue(self._session.config.queued_chunks)
        self._number = self.verified
        self._chunk = bytearray()
        self._thread = threading.Thread(target=self._write, name="lading-write", daemon=True)
        self._thread.start()

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        self._queue.put(None)
        self._thread.join()
        self._file.truncate(min(self.verified * self._source.chunk_size, self._source.size))
        if self._error is not None and (kind is None or issubclass(kind, LadingError)):
            raise self._error from None

    def take(self, piece: bytes) -> None:
        """Bytes as they come. Raises what the thread ran into."""
        rest = memoryview(piece)
        while rest:
            if self._number >= self._source.chunks:
                raise mismatch("more bytes came than were signed")
            length = chunk_length(self._source.size, self._source.chunk_size, self._number)
            taken = rest[: length - len(self._chunk)]
            self._chunk += taken
            rest = rest[len(taken) :]
            if len(self._chunk) == length:
                self._queue.put(self._chunk)
                self._chunk, self._number = bytearray(), self._number + 1
        if self._error is not None:
            raise self._error

    def _write(self) -> None:
        """Takes everything that is put, also after an error, so that nobody waits for room."""
        while (chunk := self._queue.get()) is not None:
            try:
                if self._error is None:
                    self._keep(chunk)
            except Refused as refusal:
                self._error = mismatch(refusal.detail)
            except Exception as error:  # noqa: BLE001 - raised again by whoever puts chunks
                self._error = error

    def _keep(self, chunk: bytearray) -> None:
        self._source.check(memoryview(chunk), self.verified)
        self._file.write(chunk)
        self.verified += 1
        done = min(self.verified * self._source.chunk_size, self._source.size)
        self._session.progress("download", done, self._source.size)


def mismatch(detail: str, reason: str = CONTENT_MISMATCH) -> ContentMismatch:
    """The error for what is not as it was signed, found before anything was acknowledged."""
    hint = "Nothing was acknowledged. Call receive again; if it stays so, refuse the delivery."
    return ContentMismatch(
        f"the content is not the one that the provider signed: {detail}", hint=hint, reason=reason
    )
