"""Strict base64url (RFC 4648 section 5): no padding, no white space, zero trailing bits.

Strictness is what gives a statement one id: any second spelling would be the same statement under another hash.
"""

import binascii
import re

from lading.problems import refuse

_ALPHABET = re.compile(rb"[A-Za-z0-9_-]*")
_TO_STANDARD = bytes.maketrans(b"-_", b"+/")
_TO_URL = bytes.maketrans(b"+/", b"-_")
_PADDING = (b"", b"", b"==", b"=")
_LAST: tuple[frozenset[int] | None, ...] = (
    None,
    frozenset(),
    frozenset(b"AQgw"),
    frozenset(b"AEIMQUYcgkosw048"),
)


def encode(data: bytes) -> bytes:
    """The one base64url spelling of `data`, as ASCII bytes."""
    return binascii.b2a_base64(data, newline=False).rstrip(b"=").translate(_TO_URL)


def decode(segment: bytes) -> bytes:
    """The bytes that `segment` spells.

    Raises `Refused` (`bad-base64url`) for any other spelling than the one that `encode` gives.
    """
    # LAD-STM-003
    if _ALPHABET.fullmatch(segment) is None:
        raise refuse("bad-base64url", "a segment holds a character outside the base64url alphabet")
    return decode_checked(segment)


def decode_checked(segment: bytes) -> bytes:
    """As `decode`, for a segment whose alphabet was already checked."""
    over = len(segment) & 3
    last = _LAST[over]
    # LAD-STM-003
    if last is not None and segment[-1] not in last:
        raise refuse("bad-base64url", "a segment has an impossible length or non-zero trailing bits")
    return binascii.a2b_base64(segment.translate(_TO_STANDARD) + _PADDING[over])
