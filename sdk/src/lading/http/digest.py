"""Content-Digest (RFC 9530) in one form: a single SHA-256, `sha-256=:<base64>:`.

Every other spelling that RFC 9530 would allow (several digests, parameters, other algorithms) is refused.
"""

import re
from base64 import b64decode, b64encode
from hashlib import sha256
from typing import Final

from lading.problems import refuse

# 32 bytes are 42 full characters, one with two zero bits at its end, and one "=".
_FORM: Final = re.compile(r"sha-256=:([A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=):", re.ASCII)


def content_digest(body: bytes | bytearray | memoryview) -> str:
    """The Content-Digest header value of these bytes."""
    return format_digest(sha256(body).digest())


def format_digest(digest: bytes) -> str:
    """The header value for a SHA-256 digest (32 bytes) computed elsewhere, for example while streaming."""
    return f"sha-256=:{b64encode(digest).decode('ascii')}:"


def parse_digest(value: str) -> bytes:
    """The 32 bytes of a Content-Digest header.

    Raises `Refused` (bad-digest) for every other form. Does not compare it with a body.
    """
    form = _FORM.fullmatch(value)
    # LAD-HTP-014, LAD-HTP-022
    if form is None:
        raise refuse("bad-digest", "Content-Digest is not of the form sha-256=:<base64 of 32 bytes>:")
    return b64decode(form[1])


def check_digest(value: str, computed: bytes) -> None:
    """Raises `Refused` (bad-digest) unless the header names the SHA-256 digest `computed` from the body."""
    # LAD-HTP-014
    if parse_digest(value) != computed:
        raise refuse("bad-digest", "Content-Digest is not the digest of the body that arrived")
