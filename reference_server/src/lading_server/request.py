"""Reading requests: bodies in bounded pieces, queries and paths in one spelling; the rest is refused."""

import asyncio
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from hashlib import sha256
from types import MappingProxyType
from typing import Final
from urllib.parse import unquote_to_bytes

from starlette.requests import Request

from lading.http import media
from lading.http.digest import check_digest
from lading.problems import refuse
from lading.statement.words import ID

STALL_SECONDS: Final = 30
"""How long a sender may pause in the middle of a body."""
BODY_SECONDS: Final = 120
"""How long a body may take that is read as a whole; uploads of chunks may take longer."""
SLOWEST_UPLOAD: Final = 16_384
"""Bytes a second that an upload must bring on average."""
WRITE_BYTES: Final = 1 << 20
"""How much of an upload is gathered before it is written."""
QUERY_BYTES: Final = 2_048
PATH_BYTES: Final = 512

_PATH: Final = re.compile(rb"(?:/[A-Za-z0-9._:~-]*)+")
_PAIR: Final = re.compile(r"([a-z_]{1,32})=([A-Za-z0-9._~!$'()*,;:@/?+%-]*)")
_PERCENT: Final = re.compile(r"%(?![0-9A-Fa-f]{2})")
_INTEGER: Final = re.compile(r"0|-?[1-9][0-9]{0,2000}", re.ASCII)
_FORMS: Final[Mapping[str, re.Pattern[str]]] = MappingProxyType(
    {
        "id": ID,
        "contract": ID,
        "root": ID,
        "statement": ID,
        "digest": ID,
        "sequence": re.compile(r"[1-9][0-9]{0,9}"),
        "first": re.compile(r"0|[1-9][0-9]{0,6}"),
    }
)
_ONCE: Final = frozenset(
    {
        b"host",
        b"content-type",
        b"content-length",
        b"content-digest",
        b"signature",
        b"signature-input",
        b"range",
    }
)


def check_head(request: Request) -> None:
    """What holds for every request: one spelling of the path, no header twice, no body on a read."""
    path = raw_path(request)
    # LAD-HTP-004
    if len(path) > PATH_BYTES or _PATH.fullmatch(path) is None:
        raise refuse("bad-request", "the path is too long or has characters that no path here has")
    names = [name for name, _ in request.headers.raw if name in _ONCE]
    if len(names) != len(set(names)):
        raise refuse("bad-request", "a header stands twice that may stand once")
    if request.method in ("GET", "HEAD") and has_body(request):
        raise refuse("bad-request", "a read has no body")


def raw_path(request: Request) -> bytes:
    """The path as it was sent, without the query; hosts that do not keep it have decoded it."""
    path: str = request.scope["path"]
    return bytes(request.scope.get("raw_path") or path.encode("utf-8", "replace"))


def has_body(request: Request) -> bool:
    """Whether the request announces a body: a length above zero, or chunks."""
    return "transfer-encoding" in request.headers or content_length(request) not in (None, 0)


def content_length(request: Request) -> int | None:
    """The announced length; None where there is none."""
    value = request.headers.get("content-length")
    if value is None:
        return None
    # LAD-HTP-004
    if re.fullmatch(r"[0-9]{1,19}", value, re.ASCII) is None:
        raise refuse("bad-request", "Content-Length is not a length")
    return int(value)


async def body_pieces(request: Request, limit: int, slowest: int = 0) -> AsyncIterator[bytes]:
    """The body as it arrives, at most `limit` bytes; the limit holds whatever was announced.

    Raises `Refused`: body-too-large, or bad-request where the sender stops before the end, pauses for long, or
    brings fewer than `slowest` bytes a second on average.
    """
    total = 0
    begun = time.monotonic()
    more = True
    # LAD-HTP-005
    if (content_length(request) or 0) > limit:
        raise refuse("body-too-large", f"the body may have at most {limit} bytes")
    while more:
        try:
            async with asyncio.timeout(STALL_SECONDS):
                message = await request.receive()
        except TimeoutError:
            raise refuse("bad-request", f"the body stalled for {STALL_SECONDS} s") from None
        # LAD-HTP-004
        if message["type"] != "http.request":
            raise refuse("bad-request", "the body ended before its announced end")
        piece: bytes = message.get("body", b"")
        total += len(piece)
        # LAD-HTP-005
        if total > limit:
            raise refuse("body-too-large", f"the body may have at most {limit} bytes")
        # LAD-HTP-004
        if total < slowest * (time.monotonic() - begun - STALL_SECONDS):
            raise refuse("bad-request", f"the body brings fewer than {slowest} bytes a second")
        more = message.get("more_body", False)
        yield piece


async def read_body(request: Request, media_type: str, limit: int) -> bytes:
    """The whole body, which must be of this media type and, where it carries a Content-Digest, match it."""
    check_media_type(request, media_type)
    try:
        async with asyncio.timeout(BODY_SECONDS):
            body = b"".join([piece async for piece in body_pieces(request, limit)])
    except TimeoutError:
        raise refuse("bad-request", f"the body took longer than {BODY_SECONDS} s") from None
    check_claimed_digest(request, sha256(body).digest())
    return body


async def receive(request: Request, write: Callable[[bytes], Awaitable[None]], limit: int) -> None:
    """Have a body of at most `limit` bytes written as it arrives, and check its Content-Digest at the end."""
    digest = sha256()
    pending = bytearray()
    async for piece in body_pieces(request, limit, SLOWEST_UPLOAD):
        digest.update(piece)
        pending += piece
        if len(pending) >= WRITE_BYTES:
            await write(bytes(pending))
            pending.clear()
    await write(bytes(pending))
    check_claimed_digest(request, digest.digest())


def check_claimed_digest(request: Request, digest: bytes) -> None:
    """Raises `Refused` (bad-digest) where the request has a Content-Digest and it is not this one."""
    claimed = request.headers.get("content-digest")
    if claimed is not None:
        check_digest(claimed, digest)


def announced(request: Request, limit: int) -> int:
    """How many bytes of body to make room for: the announced ones, or the limit where none are announced."""
    length = content_length(request)
    return limit if length is None else min(length, limit)


def check_media_type(request: Request, media_type: str) -> None:
    """Raises `Refused` (wrong-media-type) for a body of another type."""
    # LAD-HTP-003
    if not media.matches(request.headers.get("content-type"), media_type):
        raise refuse("wrong-media-type", f"the body of this request is {media_type}")


def query(request: Request, *names: str) -> Mapping[str, str]:
    """The query's parameters: known names, each at most once, percent-encoded UTF-8, `+` for a space."""
    raw: bytes = request.scope["query_string"]
    # LAD-HTP-004
    if len(raw) > QUERY_BYTES:
        raise refuse("bad-request", f"the query is longer than {QUERY_BYTES} bytes")
    values: dict[str, str] = {}
    for part in raw.decode("latin-1").split("&") if raw else ():
        pair = _PAIR.fullmatch(part)
        # LAD-HTP-004
        if pair is None or _PERCENT.search(pair[2]) is not None:
            raise refuse("bad-request", "the query is not name=value pairs in percent-encoding")
        if pair[1] not in names or pair[1] in values:
            raise refuse(
                "bad-request", f"the parameter {pair[1]} is not one of this resource, or stands twice"
            )
        values[pair[1]] = _decoded(pair[2])
    return values


def _decoded(value: str) -> str:
    try:
        return unquote_to_bytes(value.replace("+", " ")).decode("utf-8")
    except UnicodeDecodeError:
        # LAD-HTP-004
        raise refuse("bad-request", "a query value is not UTF-8") from None


def integer(values: Mapping[str, str], name: str, default: int, low: int, high: int) -> int:
    """An integer parameter of at least `low`; one above `high` counts as `high`."""
    text = values.get(name)
    if text is None:
        return default
    # LAD-HTP-004
    if _INTEGER.fullmatch(text) is None or int(text) < low:
        raise refuse("bad-request", f"{name} is not an integer of at least {low}")
    return min(int(text), high)


def check_path(request: Request) -> None:
    """Raises `Refused` (bad-request) unless each id and number of the path has its one form."""
    for name, value in request.path_params.items():
        form = _FORMS.get(name)
        # LAD-HTP-004
        if form is not None and form.fullmatch(value) is None:
            raise refuse("bad-request", f"{name} in the path is not of its one form")
