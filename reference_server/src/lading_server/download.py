"""Downloads: a file, or one range of it, in pieces; memory does not grow with it."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from typing import Final

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from lading.http import media
from lading_server.ranges import span_of
from lading_server.rendering import NOT_KEPT

READ_BYTES: Final = 1 << 20
"""How much of a download is read at a time."""


def answer_file(
    request: Request, size: int, reader: Callable[[], int], *, tag: str | None = None, cache: str = NOT_KEPT
) -> Response:
    """The file's bytes, or the range that is asked for; `reader` gives a descriptor. `Refused` (wrong-range).

    `tag`: the bytes' entity tag; who names it as known is answered without them (304).
    """
    kept = {"Cache-Control": cache} | ({} if tag is None else {"ETag": tag})
    if tag is not None and tag in request.headers.get("if-none-match", "").split(", "):
        return Response(status_code=304, headers=kept)
    header = request.headers.get("range")
    span = span_of(header, size)
    headers = {"Content-Length": str(len(span)), "Accept-Ranges": "bytes", **kept}
    if header is not None:
        headers["Content-Range"] = f"bytes {span.start}-{span.stop - 1}/{size}"
    status = 200 if header is None else 206
    return StreamingResponse(_pieces(reader, span), status, headers, media_type=media.OCTETS)


async def _pieces(reader: Callable[[], int], span: range) -> AsyncIterator[bytes]:
    descriptor = reader()
    try:
        for start in range(span.start, span.stop, READ_BYTES):
            count = min(READ_BYTES, span.stop - start)
            yield await asyncio.to_thread(os.pread, descriptor, count, start)
    finally:
        os.close(descriptor)
