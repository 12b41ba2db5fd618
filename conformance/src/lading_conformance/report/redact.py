"""Keeps out of a report what could be used again: signatures of requests, nonces, tokens, passwords in addresses.

    shield = Shield(exchanged for exchanged in trial.messages)
    shield.text(detail, 1_000)

A subject may repeat in any place what it was sent, so what was secret in a request is replaced everywhere.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from typing import Final
from urllib.parse import quote, urlsplit, urlunsplit

from lading_conformance.drivers.http import Exchanged

REDACTED: Final = "(redacted)"
EXCERPT: Final = 1_500
HEADER: Final = 300
HEADERS: Final = 40

_SECRET_HEADERS: Final = frozenset(
    {"signature", "authorization", "proxy-authorization", "cookie", "set-cookie"}
)
_NONCE: Final = re.compile(r'(nonce=\\*")([^"\\]*)')
_SIGNATURE: Final = re.compile(r":([A-Za-z0-9+/=]{16,}):")
_SHORTEST: Final = 8
"""Shorter values are no secrets of ours, and would hide half a report."""


class Shield:
    """Replaces the secrets of some messages, cuts, and lets through only what is Unicode text."""

    def __init__(self, exchanged: Iterable[Exchanged], further: Iterable[str] = ()) -> None:
        found = {*further, *(secret for one in exchanged for secret in _secrets(one))}
        spelled = {text for secret in found if len(secret) >= _SHORTEST for text in _spellings(secret)}
        self._secrets: dict[str, list[str]] = {}
        for text in sorted(spelled, key=len, reverse=True):
            self._secrets.setdefault(text[:_SHORTEST], []).append(text)
        self._longest = max(map(len, spelled), default=0)
        self._known: dict[str, str] = {}

    def text(self, text: str, limit: int = EXCERPT) -> str:
        """Return the beginning of a text, without secrets and halves of surrogate pairs."""
        shown, whole = self._beginning(text.encode("utf-8", "backslashreplace").decode("utf-8"), limit)
        return shown if whole else f"{shown}… ({len(text)} characters)"

    def headers(self, pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
        """Return headers by lower-case name, secrets replaced; of a repeated one all values in one text."""
        shown: dict[str, str] = {}
        for name, value in pairs:
            lower = self.text(name, HEADER).lower()
            if lower not in shown and len(shown) >= HEADERS:
                shown["…"] = f"more than {HEADERS} headers"
                break
            safe = REDACTED if lower in _SECRET_HEADERS else value
            shown[lower] = self.text(f"{shown[lower]}, {safe}" if lower in shown else safe, HEADER)
        return shown

    def excerpt(self, body: bytes | None) -> str | None:
        """Return the beginning of a text, or size and digest of what is no text."""
        if body is None:
            return None
        try:
            shown, whole = self._beginning(body.decode("utf-8"), EXCERPT)
        except UnicodeDecodeError:
            return f"({len(body)} bytes, SHA-256 {hashlib.sha256(body).hexdigest()})"
        return shown if whole else f"{shown}… ({len(body)} bytes)"

    def _beginning(self, text: str, limit: int) -> tuple[str, bool]:
        """Return at most `limit` characters, and whether they are all there are.

        Only what can be seen is looked at. Where the text goes on, the end of what was looked at could be the beginning
        of a secret, and is left out.
        """
        seen = text[: limit + self._longest]
        # Header lines come up in every message: what is short is looked through once.
        hidden = self._known.get(seen)
        if hidden is None:
            hidden = self._hidden(seen)
            if len(seen) <= HEADER:
                self._known[seen] = hidden
        if len(seen) == len(text):
            return hidden[:limit], len(hidden) <= limit
        return hidden[: max(0, len(hidden) - self._longest)][:limit], False

    def _hidden(self, text: str) -> str:
        kept, done, at = "", 0, 0
        while at + _SHORTEST <= len(text):
            # One look for all secrets, however many there are.
            begun = self._secrets.get(text[at : at + _SHORTEST])
            secret = None if begun is None else next((one for one in begun if text.startswith(one, at)), None)
            if secret is None:
                at += 1
            else:
                kept, done, at = kept + text[done:at] + REDACTED, at + len(secret), at + len(secret)
        return _NONCE.sub(rf"\1{REDACTED}", kept + text[done:])


def address(url: str) -> str:
    """Return an address without the user name and password that it may carry."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


def _secrets(exchanged: Exchanged) -> Iterable[str]:
    for name, value in exchanged.headers:
        if name.lower() in _SECRET_HEADERS:
            yield value
            yield from _SIGNATURE.findall(value)
            yield from value.split(" ")[1:]
        yield from (nonce for _, nonce in _NONCE.findall(value))


def _spellings(secret: str) -> set[str]:
    """Return the secret as it stands, and as JSON and addresses write it."""
    return {secret, secret.replace("/", "\\/"), quote(secret), quote(secret, safe="")}
