"""Base64url in its one strict spelling: no padding, no other character, zero trailing bits (LAD-STM-003)."""

from __future__ import annotations

import base64
import re

from lading_conformance.oracle.rejected import Rejected

_ALPHABET = re.compile(r"[A-Za-z0-9_-]*")


def encode(data: bytes) -> str:
    """Return the unpadded base64url text of `data` (RFC 4648 section 5)."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def decode(text: str) -> bytes:
    """Return the bytes that `text` stands for, or raise `Rejected("bad-base64url")`.

    Only the text that `encode` would have written is accepted.
    """
    if not _ALPHABET.fullmatch(text) or len(text) % 4 == 1:
        raise Rejected("bad-base64url", "a character outside the alphabet, or an impossible length")
    data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if encode(data) != text:
        raise Rejected("bad-base64url", "the trailing bits are not zero")
    return data
