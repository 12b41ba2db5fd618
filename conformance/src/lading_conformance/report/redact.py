"""Keeps out of a report what could be used again: signatures of requests, nonces, tokens, passwords in addresses."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from typing import Final
from urllib.parse import urlsplit, urlunsplit

from lading_conformance.drivers.http import Exchanged
from lading_conformance.report.model import Message

REDACTED: Final = "(redacted)"
EXCERPT: Final = 1_500

_SECRET_HEADERS: Final = frozenset(
    {"signature", "authorization", "proxy-authorization", "cookie", "set-cookie"}
)
_NONCE: Final = re.compile(r'nonce="[^"]*"')


def message(exchanged: Exchanged) -> Message:
    """Return what a report may show of an HTTP exchange."""
    answer = exchanged.answer
    return Message(
        method=exchanged.method,
        path=exchanged.path,
        request_headers=headers(exchanged.headers),
        request_body=excerpt(exchanged.body),
        status=answer.status if answer else None,
        response_headers=headers(answer.headers if answer else ()),
        response_body=excerpt(answer.body if answer else None),
        fault=exchanged.fault,
        seconds=round(exchanged.seconds, 4),
    )


def headers(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return headers by lower-case name, secrets replaced; of a repeated one all values in one text."""
    shown: dict[str, str] = {}
    for name, value in pairs:
        lower = name.lower()
        safe = REDACTED if lower in _SECRET_HEADERS else _NONCE.sub(f'nonce="{REDACTED}"', value)
        shown[lower] = f"{shown[lower]}, {safe}" if lower in shown else safe
    return shown


def excerpt(body: bytes | None) -> str | None:
    """Return the beginning of a text, or size and digest of what is no text."""
    if body is None:
        return None
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return f"({len(body)} bytes, SHA-256 {hashlib.sha256(body).hexdigest()})"
    return text if len(text) <= EXCERPT else f"{text[:EXCERPT]}… ({len(body)} bytes)"


def address(url: str) -> str:
    """Return an address without the user name and password that it may carry."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
