"""Upload content under its ticket, the signed delivery: manifest and boxes first, then chunks from where the exchange
stopped.

A thread makes what comes next (it reads, seals and hashes) while a request is under way; two requests' worth of content
is in memory at a time.
"""

import threading
from collections.abc import Callable, Generator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from lading.client.ask import DIGEST, Answer, answer, ask, ask_once, passing, pause, url
from lading.client.bulk.groups import Chunks, Group, Reading, groups
from lading.client.flow import Flow, Work, drive
from lading.client.session import Session
from lading.client.transport import Request, Response, Transport
from lading.errors import ContentMismatch, LadingError, NotUnderstood, TimedOut, Unreachable
from lading.http.media import CHUNKS_HELD, OCTETS, STATEMENT
from lading.problems import Refused
from lading.transfer.content import Content, chunk_count, chunk_length
from lading.transfer.pipeline import SealedContent, sealed_chunks
from lading.transfer.sealing import OVERHEAD_BYTES, SealingKeys
from lading.transfer.shares import BoxRole


class _Place(Answer):
    """Where an upload goes, and how much of it the exchange has."""

    content: str
    chunks: int
    held: int
    manifest: bool
    boxes: dict[str, bool] | None = None


class _Held(Answer):
    held: int


@dataclass(frozen=True, slots=True)
class Upload:
    """A content on its way to the exchange; `prefix` is the path that the protocol gives it.

    `size` and `chunk_size` count data, `longest` is a whole chunk as it is uploaded. `read` gives the chunks from a
    number on. Where `keeps_chunks`, they stay with the provider, and only manifest and boxes are uploaded.
    """

    prefix: str
    size: int
    chunk_size: int
    longest: int
    manifest: bytes
    read: Callable[[int, threading.Event], Chunks]
    boxes: Mapping[BoxRole, bytes] = field(default_factory=dict)
    keeps_chunks: bool = False

    @property
    def chunks(self) -> int:
        """How many chunks there are."""
        return chunk_count(self.size, self.chunk_size)


def clear_upload(prefix: str, path: Path, content: Content) -> Upload:
    """The upload of a file as it is."""
    return Upload(
        prefix=prefix,
        size=content.size,
        chunk_size=content.chunk_size,
        longest=content.chunk_size,
        manifest=content.manifest,
        read=lambda first, stop: _clear_chunks(path, content, first),
    )


def sealed_upload(
    prefix: str,
    path: Path,
    content: SealedContent,
    keys: SealingKeys,
    boxes: Mapping[BoxRole, bytes],
    *,
    keeps_chunks: bool,
) -> Upload:
    """The upload of a sealed file, whose ciphertexts are made again as they are needed, by these keys."""
    return Upload(
        prefix=prefix,
        size=content.size,
        chunk_size=content.chunk_size,
        longest=content.chunk_size + OVERHEAD_BYTES,
        manifest=content.manifest,
        read=lambda first, stop: _sealed_chunks(path, content, keys, first, stop),
        boxes=boxes,
        keeps_chunks=keeps_chunks,
    )


def upload(session: Session, ticket: bytes, job: Upload) -> Flow[None]:
    """Bring everything to the exchange that it does not hold yet.

    Raises `Refused` where the ticket would not be admitted, `Unreachable` where the exchange stays silent,
    and `ContentMismatch` where the file changed since it was described.
    """
    place = yield from _announce(session, ticket, job)
    if not place.manifest and job.chunks:
        yield from ask(session, put(session, f"{job.prefix}/manifest", job.manifest), 204)
    for role, box in job.boxes.items():
        if not (place.boxes or {}).get(role):
            yield from ask(session, put(session, f"{job.prefix}/boxes/{role}", box), 204)
    if place.held < job.chunks and not job.keeps_chunks:
        yield Work(lambda transport, stop: _Sender(session, job, transport, stop).run(place.held))


def announce(session: Session, ticket: bytes) -> Flow[Response]:
    """Open an upload under a ticket; the exchange's answer."""
    request = Request(
        "POST",
        url(session, "/content"),
        headers={"Content-Type": STATEMENT},
        body=ticket,
        limit=session.config.answer_bytes,
        seconds=session.config.answer_seconds,
    )
    return (yield from ask(session, request))


def _announce(session: Session, ticket: bytes, job: Upload) -> Flow[_Place]:
    response = yield from announce(session, ticket)
    place = answer(_Place, response, "/content")
    path = urlsplit(session.peer.api).path + job.prefix
    if place.content != path or place.chunks != job.chunks or not 0 <= place.held <= job.chunks:
        raise NotUnderstood("the exchange answered the ticket with another content's place")
    return place


def put(session: Session, path: str, body: bytes, digest: str | None = None) -> Request:
    """The signed request that uploads some bytes. `digest` is their `Content-Digest`, where it is known."""
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

    def run(self, first: int) -> None:
        """Send all chunks from number `first` on.

        Gives up after several attempts that brought nothing new.
        """
        failures, furthest = 0, first
        while first < self._job.chunks:
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

    def _send(self, group: Group) -> int:
        if self._stop.is_set():
            raise TimedOut("the upload was given up")
        path = f"{self._job.prefix}/chunks/{group.first}"
        request = put(self._session, path, group.body, group.digest)
        response = drive(ask_once(self._session, request), self._transport)
        after = group.first + group.count
        reached = answer(_Held, response, request.url).held
        if not after <= reached <= self._job.chunks:
            raise NotUnderstood(f"{request.url} took chunks and did not count them")
        done = min(after * self._job.chunk_size, self._job.size)
        self._session.progress("upload", done, self._job.size)
        return after

    def _groups(self, first: int) -> Generator[Group]:
        most = min(self._session.config.upload_bytes, self._session.peer.upload_bytes)
        return groups(Reading(self._job.read, self._job.chunks), first, max(1, most // self._job.longest))


def _worth_asking(error: LadingError) -> bool:
    """Whether the exchange may hold another number of chunks than was thought."""
    return passing(error) or (isinstance(error, Refused) and error.code == "upload-out-of-order")


def _sealed_chunks(
    path: Path, content: SealedContent, keys: SealingKeys, first: int, stop: threading.Event
) -> Chunks:
    with closing(sealed_chunks(path, content, keys, first=first, stop=stop)) as chunks:
        yield from chunks


def _clear_chunks(path: Path, content: Content, first: int) -> Chunks:
    with path.open("rb", buffering=0) as file:
        file.seek(first * content.chunk_size)
        for number in range(first, len(content.leaves)):
            yield _exactly(file.read, chunk_length(content.size, content.chunk_size, number))


def _exactly(read: Callable[[int], bytes | None], length: int) -> bytes:
    pieces = []
    while length > 0:
        piece = read(length)
        if not piece:
            raise ContentMismatch("the file became shorter while it was uploaded", hint="Call deliver again.")
        pieces.append(piece)
        length -= len(piece)
    return pieces[0] if len(pieces) == 1 else b"".join(pieces)
