"""Upload content under its ticket, the signed delivery: manifest first, then chunks from where the exchange
stopped.

A thread reads ahead and hashes what comes next while a request is under way; two requests' worth of content
is in memory at a time.
"""

import queue
import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from lading.client.ask import DIGEST, Answer, answer, ask, ask_once, passing, pause, url
from lading.client.flow import Flow, Work, drive
from lading.client.session import Session
from lading.client.transport import Request, Transport
from lading.errors import ContentMismatch, LadingError, NotUnderstood, TimedOut, Unreachable
from lading.http.digest import content_digest
from lading.http.media import CHUNKS_HELD, OCTETS, STATEMENT
from lading.problems import Refused
from lading.transfer.content import Content, chunk_count

_QUEUED: Final = 1


class _Place(Answer):
    """Where an upload goes, and how much of it the exchange has."""

    content: str
    chunks: int
    held: int
    manifest: bool


class _Held(Answer):
    held: int


@dataclass(frozen=True, slots=True)
class Upload:
    """A content on its way to the exchange; `prefix` is the path that the protocol gives it."""

    path: Path
    content: Content
    prefix: str


def upload(session: Session, ticket: bytes, job: Upload) -> Flow[None]:
    """Bring everything to the exchange that it does not hold yet.

    Raises `Refused` where the ticket would not be admitted, `Unreachable` where the exchange stays silent,
    and `ContentMismatch` where the file changed since it was described.
    """
    place = yield from _announce(session, ticket, job)
    if not place.manifest:
        yield from _put_manifest(session, job)
    if place.held < place.chunks:
        yield Work(lambda transport, stop: _Sender(session, job, transport, stop).run(place.held))


def _announce(session: Session, ticket: bytes, job: Upload) -> Flow[_Place]:
    request = Request(
        "POST",
        url(session, "/content"),
        headers={"Content-Type": STATEMENT},
        body=ticket,
        limit=session.config.answer_bytes,
        seconds=session.config.answer_seconds,
    )
    response = yield from ask(session, request)
    place = answer(_Place, response, request.url)
    chunks = chunk_count(job.content.size, job.content.chunk_size)
    path = urlsplit(session.peer.api).path + job.prefix
    if place.content != path or place.chunks != chunks or not 0 <= place.held <= chunks:
        raise NotUnderstood("the exchange answered the ticket with another content's place")
    return place


def _put_manifest(session: Session, job: Upload) -> Flow[None]:
    yield from ask(session, _put(session, f"{job.prefix}/manifest", job.content.manifest), 204)


def _put(session: Session, path: str, body: bytes, digest: str | None = None) -> Request:
    config = session.config
    return Request(
        "PUT",
        url(session, path),
        headers={"Content-Type": OCTETS} | ({} if digest is None else {DIGEST: digest}),
        body=body,
        limit=config.answer_bytes,
        seconds=config.answer_seconds + len(body) / config.slowest_bytes_per_second,
        signed=True,
    )


def held(session: Session, prefix: str) -> Flow[int]:
    """How many chunks the exchange holds, counted from the first."""
    request = Request(
        "HEAD",
        url(session, f"{prefix}/chunks"),
        limit=session.config.answer_bytes,
        seconds=session.config.answer_seconds,
        signed=True,
    )
    response = yield from ask(session, request)
    count = response.headers.get(CHUNKS_HELD.lower(), "")
    if not count.isascii() or not count.isdigit() or len(count) > 9:
        raise NotUnderstood(f"{request.url} did not say how many chunks it holds")
    return int(count)


class _Sender:
    """Sends groups of chunks in order; after silence it asks where to go on."""

    def __init__(self, session: Session, job: Upload, transport: Transport, stop: threading.Event) -> None:
        self._session = session
        self._job = job
        self._transport = transport
        self._stop = stop
        self._chunks = chunk_count(job.content.size, job.content.chunk_size)

    def run(self, first: int) -> None:
        """Send all chunks from number `first` on.

        Gives up after several attempts that brought nothing new.
        """
        failures, furthest = 0, first
        while first < self._chunks:
            try:
                with closing(self._groups(first)) as groups:
                    for group in groups:
                        first = self._send(group)
                        if first > furthest:
                            failures, furthest = 0, first
            except (Unreachable, Refused) as error:
                failures += 1
                if failures >= self._session.config.attempts or not _worth_asking(error):
                    raise
                first = drive(self._where_to_go_on(failures), self._transport)

    def _where_to_go_on(self, failures: int) -> Flow[int]:
        yield pause(self._session, failures)
        return (yield from held(self._session, self._job.prefix))

    def _send(self, group: "_Group") -> int:
        if self._stop.is_set():
            raise TimedOut("the upload was given up")
        path = f"{self._job.prefix}/chunks/{group.first}"
        request = _put(self._session, path, group.body, group.digest)
        response = drive(ask_once(self._session, request), self._transport)
        after = group.first + group.count
        reached = answer(_Held, response, request.url).held
        if not after <= reached <= self._chunks:
            raise NotUnderstood(f"{request.url} took chunks and did not count them")
        done = min(after * self._job.content.chunk_size, self._job.content.size)
        self._session.progress("upload", done, self._job.content.size)
        return after

    def _groups(self, first: int) -> Generator["_Group"]:
        return _ReadAhead(self._job, first, self._group_chunks()).groups()

    def _group_chunks(self) -> int:
        most = min(self._session.config.upload_bytes, self._session.peer.upload_bytes)
        return max(1, most // self._job.content.chunk_size)


def _worth_asking(error: LadingError) -> bool:
    """Whether the exchange may hold another number of chunks than was thought."""
    return passing(error) or (isinstance(error, Refused) and error.code == "upload-out-of-order")


@dataclass(frozen=True, slots=True)
class _Group:
    """Consecutive chunks that go in one request."""

    first: int
    count: int
    body: bytes
    digest: str


class _ReadAhead:
    """Reads groups in a thread. Ends with the file, with an error, or when the reader of `groups` stops."""

    def __init__(self, job: Upload, first: int, group_chunks: int) -> None:
        self._job = job
        self._first = first
        self._group_chunks = group_chunks
        self._queue: queue.Queue[_Group | Exception | None] = queue.Queue(_QUEUED)
        self._stopped = threading.Event()

    def groups(self) -> Generator[_Group]:
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
            for group in self._groups_of_file():
                if not self._offer(group):
                    return
            self._offer(None)
        except OSError as error:
            self._offer(ContentMismatch(f"cannot read {self._job.path} any more: {error.strerror}"))
        except Exception as error:  # noqa: BLE001 - raised again by whoever takes the groups
            self._offer(error)

    def _offer(self, item: _Group | Exception | None) -> bool:
        while not self._stopped.is_set():
            with suppress(queue.Full):
                self._queue.put(item, timeout=0.1)
                return True
        return False

    def _groups_of_file(self) -> Iterator[_Group]:
        content = self._job.content
        chunks = chunk_count(content.size, content.chunk_size)
        with self._job.path.open("rb", buffering=0) as file:
            file.seek(self._first * content.chunk_size)
            for first in range(self._first, chunks, self._group_chunks):
                count = min(self._group_chunks, chunks - first)
                start = first * content.chunk_size
                body = _exactly(file.read, min(count * content.chunk_size, content.size - start))
                yield _Group(first, count, body, content_digest(body))


def _exactly(read: Callable[[int], bytes | None], length: int) -> bytes:
    pieces = []
    while length > 0:
        piece = read(length)
        if not piece:
            raise ContentMismatch("the file became shorter while it was uploaded", hint="Call deliver again.")
        pieces.append(piece)
        length -= len(piece)
    return pieces[0] if len(pieces) == 1 else b"".join(pieces)
