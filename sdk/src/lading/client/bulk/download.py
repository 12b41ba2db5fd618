"""Receive content: every chunk is verified before it counts, and a broken transfer goes on where it stopped.

The content grows in `<name>.part` beside its place. One ranged request brings many chunks; a thread
verifies and writes them while the network delivers the next. Whatever lies in the part file is verified
again before it is relied on.
"""

import os
import queue
import threading
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from lading.client.ask import ask, ask_once, get, passing, pause, url
from lading.client.files import SHARED_FILE, flush_directory
from lading.client.flow import Flow, Work, drive
from lading.client.session import Session
from lading.client.transport import Request, Transport
from lading.errors import ContentMismatch, LadingError, TimedOut, Unreachable, UsageProblem
from lading.problems import Refused
from lading.transfer.content import check_chunk, chunk_count, chunk_length, parse_manifest, read_chunks

PART: Final = ".part"


@dataclass(frozen=True, slots=True)
class Download:
    """What is to be received, as the delivery signed it, and where it shall lie in the end."""

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
    """Bring the content to its place, verified and durable.

    Raises `ContentMismatch` where the exchange's bytes are not those that were signed, `Unreachable` where
    it stays silent, `UsageProblem` where they cannot be written.
    """
    leaves = yield from _manifest(session, job)
    yield Work(lambda transport, stop: _receive(session, job, leaves, transport, stop))


def _manifest(session: Session, job: Download) -> Flow[tuple[bytes, ...]]:
    bound = 32 * chunk_count(job.size, job.chunk_size) + 1
    response = yield from ask(session, get(session, f"{job.prefix}/manifest", bound=bound))
    # LAD-TRF-014
    try:
        return parse_manifest(response.body, job.size, job.chunk_size, job.content_root)
    except Refused as refusal:
        raise _mismatch(refusal.detail) from None


def _receive(
    session: Session, job: Download, leaves: tuple[bytes, ...], transport: Transport, stop: threading.Event
) -> None:
    try:
        with _open_part(job.part) as file:
            writer = _Writer(session, job, leaves, file)
            writer.verified = _verified_prefix(file, job, leaves)
            _Receiver(session, job, transport, stop, writer).run()
            file.flush()
            os.fsync(file.fileno())
        _put_in_place(job)
    except OSError as error:
        hint = "Make room or choose another place, and call receive again: it goes on where it stopped."
        raise UsageProblem(f"cannot write {job.part}: {error.strerror}", hint=hint) from None


def _open_part(path: Path) -> BinaryIO:
    # A link that somebody put there, in a folder that others write to, would lead to another file.
    flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)
    descriptor = os.open(path, flags, SHARED_FILE)
    return os.fdopen(descriptor, "r+b")


def _verified_prefix(file: BinaryIO, job: Download, leaves: tuple[bytes, ...]) -> int:
    """How many chunks of an earlier attempt are right; the file is cut after them."""
    verified = 0
    with suppress(Refused):
        for number, chunk in enumerate(read_chunks(file, job.chunk_size)):
            if number >= len(leaves):
                break
            # LAD-TRF-014
            check_chunk(chunk, leaves[number], number)
            verified += 1
    file.truncate(min(verified * job.chunk_size, job.size))
    file.seek(0, os.SEEK_END)
    return verified


def _put_in_place(job: Download) -> None:
    if job.overwrite:
        os.replace(job.part, job.target)
    else:
        try:
            os.link(job.part, job.target)
        except FileExistsError:
            raise UsageProblem(
                f"{job.target} exists", hint="Choose another place, or overwrite it."
            ) from None
        except OSError:
            # No hard links here (FAT): a file that appeared in between would be replaced.
            os.replace(job.part, job.target)
        else:
            job.part.unlink()
    flush_directory(job.target.parent)


class _Receiver:
    """Requests ranges until everything is there. Gives up after several attempts that brought nothing."""

    def __init__(
        self, session: Session, job: Download, transport: Transport, stop: threading.Event, writer: "_Writer"
    ) -> None:
        self._session = session
        self._job = job
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
        except (Unreachable, Refused) as error:
            if not passing(error):
                raise
            return error
        return Unreachable(f"{self._job.prefix} ended early", hint="Call receive again: it goes on there.")

    def _wait(self, failures: int) -> Flow[None]:
        yield pause(self._session, failures)

    def _request(self) -> Request:
        config, start = self._session.config, self._writer.verified * self._job.chunk_size
        rest = self._job.size - start
        return Request(
            "GET",
            url(self._session, f"{self._job.prefix}/chunks"),
            headers={"Range": f"bytes={start}-{self._job.size - 1}"},
            limit=rest,
            seconds=config.answer_seconds + rest / config.slowest_bytes_per_second,
            signed=True,
            sink=self._take,
            sink_status=frozenset({206} if start else {200, 206}),
        )

    def _take(self, piece: bytes) -> None:
        if self._stop.is_set():
            raise TimedOut("the transfer was given up")
        self._writer.take(piece)


class _Writer:
    """Verifies and writes chunks in a thread of its own; `verified` of them are in the file."""

    def __init__(self, session: Session, job: Download, leaves: tuple[bytes, ...], file: BinaryIO) -> None:
        self._session = session
        self._job = job
        self._leaves = leaves
        self._file = file
        self._error: Exception | None = None
        self.verified = 0

    @property
    def complete(self) -> bool:
        """Whether every chunk is there."""
        return self.verified == len(self._leaves)

    def __enter__(self) -> None:
        self._file.seek(self.verified * self._job.chunk_size)
        self._queue: queue.Queue[bytearray | None] = queue.Queue(self._session.config.queued_chunks)
        self._number = self.verified
        self._chunk = bytearray()
        self._thread = threading.Thread(target=self._write, name="lading-write", daemon=True)
        self._thread.start()

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        self._queue.put(None)
        self._thread.join()
        self._file.truncate(min(self.verified * self._job.chunk_size, self._job.size))
        if self._error is not None and (kind is None or issubclass(kind, LadingError)):
            raise self._error from None

    def take(self, piece: bytes) -> None:
        """Bytes as they come. Raises what the thread ran into."""
        rest = memoryview(piece)
        while rest:
            if self._number >= len(self._leaves):
                raise _mismatch("more bytes came than were signed")
            length = chunk_length(self._job.size, self._job.chunk_size, self._number)
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
                self._error = _mismatch(refusal.detail)
            except Exception as error:  # noqa: BLE001 - raised again by whoever puts chunks
                self._error = error

    def _keep(self, chunk: bytearray) -> None:
        # LAD-TRF-014
        check_chunk(memoryview(chunk), self._leaves[self.verified], self.verified)
        self._file.write(chunk)
        self.verified += 1
        done = min(self.verified * self._job.chunk_size, self._job.size)
        self._session.progress("download", done, self._job.size)


def _mismatch(detail: str) -> ContentMismatch:
    hint = "Nothing was acknowledged. Call receive again; if it stays so, refuse the delivery."
    return ContentMismatch(f"the content is not the one that the provider signed: {detail}", hint=hint)
