"""Answers: JSON, bytes, and how long they may be kept."""

from collections.abc import Mapping
from typing import Final

import orjson
from starlette.responses import Response

from lading.http import media

FOREVER: Final = "public, max-age=31536000, immutable"
NOT_KEPT: Final = "no-store"


def answer_json(value: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A JSON answer. It shows one moment or one caller's view, so nobody keeps it."""
    return Response(orjson.dumps(value), status, {"Cache-Control": NOT_KEPT, **(headers or {})}, media.JSON)


def answer_bytes(body: bytes, media_type: str, cache: str = NOT_KEPT) -> Response:
    """Bytes of a given type. `cache` is the Cache-Control value; what was read with a signature is never
    kept.
    """
    return Response(body, 200, {"Cache-Control": cache, "Content-Type": media_type})
