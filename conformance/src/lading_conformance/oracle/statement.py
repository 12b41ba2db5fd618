"""A statement: compact JWS in its one permitted form (LAD-STM-001 to LAD-STM-007, LAD-STM-017; RFC 7515).

key = Key.generate()
jws = sign({"version": 1, ...}, key)
statement = parse(jws)             # envelope, header, payload; the signature is not yet checked
statement.verify(key.public)
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Final, Protocol

from lading_conformance.oracle import base64url, canonical, keys
from lading_conformance.oracle.canonical import Json
from lading_conformance.oracle.rejected import Rejected

MAXIMUM_BYTES: Final = 65_536
MEDIA_TYPE: Final = "application/lading+jws"

_KID: Final = re.compile(r"[A-Za-z0-9_-]{43}")


class Signs(Protocol):
    """Whatever can sign a statement: an honest key or a hostile one."""

    @property
    def public(self) -> bytes:
        """The public key, 32 bytes."""

    @property
    def thumbprint(self) -> str:
        """The thumbprint that goes into `kid`."""

    def sign(self, message: bytes) -> bytes:
        """Return 64 bytes over `message`."""


@dataclass(frozen=True)
class Statement:
    """The bytes of a statement and what they say. `signing_input` is what the signature covers."""

    jws: bytes
    kid: str
    payload: dict[str, Json]
    signing_input: bytes
    signature: bytes

    @property
    def id(self) -> str:
        """The statement's id."""
        return statement_id(self.jws)

    def verify(self, public: bytes) -> None:
        """Raise `Rejected` unless `public` has the thumbprint `kid` and signed this. Says nothing of its
        owner.
        """
        if keys.thumbprint(public) != self.kid:
            raise Rejected("unknown-key", "kid is not the thumbprint of this key")
        keys.verify(public, self.signing_input, self.signature)


def digest(jws: bytes) -> bytes:
    """Return the SHA-256 of a statement's bytes, signature included."""
    return hashlib.sha256(jws).digest()


def statement_id(jws: bytes) -> str:
    """Return the id of a statement's bytes: `sha256:` and 64 hexadecimal digits (LAD-STM-017)."""
    return "sha256:" + digest(jws).hex()


def header(kid: str) -> bytes:
    """Return the bytes of the only permitted header for `kid`."""
    return canonical.dumps({"alg": "Ed25519", "kid": kid, "typ": "lading+jws"})


def sign(payload: dict[str, Json], key: Signs) -> bytes:
    """Return the statement that says `payload`, signed by `key`. Does not check what it says."""
    return assemble(header(key.thumbprint), canonical.dumps(payload), key)


def assemble(header_bytes: bytes, payload_bytes: bytes, key: Signs) -> bytes:
    """Return a JWS over any two parts, well-formed or not, with a valid signature of `key`."""
    return seal(f"{base64url.encode(header_bytes)}.{base64url.encode(payload_bytes)}", key)


def seal(signing_input: str, key: Signs) -> bytes:
    """Return a JWS whose first two segments are given as text, with a valid signature of `key` over them."""
    data = signing_input.encode("utf-8")
    return data + b"." + base64url.encode(key.sign(data)).encode("ascii")


def parse(jws: bytes) -> Statement:
    """Return what the bytes say, or raise `Rejected` with the code of the first check that fails.

    Checks size, envelope, header and payload. Not checked: the signature, and what the members mean.
    """
    # LAD-STM-002
    if len(jws) > MAXIMUM_BYTES:
        raise Rejected("too-large", f"{len(jws)} bytes")
    first, second, third = _segments(jws)
    kid, signature = _check_header(base64url.decode(first)), base64url.decode(third)
    # LAD-STM-007
    if len(signature) != 64:
        raise Rejected("bad-base64url", f"the signature has {len(signature)} bytes")
    payload = canonical.loads(base64url.decode(second))
    return Statement(jws, kid, payload, f"{first}.{second}".encode("ascii"), signature)


def _segments(jws: bytes) -> list[str]:
    # LAD-STM-001
    if not jws.isascii():
        raise Rejected("malformed-envelope", "not ASCII")
    segments = jws.decode("ascii").split(".")
    if len(segments) != 3 or not all(segments):
        raise Rejected("malformed-envelope", "not three segments")
    # LAD-STM-003
    for segment in segments:
        base64url.decode(segment)
    return segments


def _check_header(data: bytes) -> str:
    """Return the kid of a header, told apart by the code of what is wrong with it."""
    try:
        members = canonical.loads(data)
    except Rejected:
        raise Rejected("bad-header", "the header is not canonical JSON") from None
    # LAD-STM-004
    if set(members) != {"alg", "kid", "typ"} or not all(isinstance(value, str) for value in members.values()):
        raise Rejected("bad-header", "the header is not the texts alg, kid and typ")
    # LAD-STM-005
    if members["alg"] != "Ed25519":
        raise Rejected("wrong-alg", f"alg is {members['alg']!r}")
    # LAD-STM-006
    if members["typ"] != "lading+jws":
        raise Rejected("wrong-typ", f"typ is {members['typ']!r}")
    return _check_kid(members["kid"])


def _check_kid(kid: Json) -> str:
    # LAD-STM-004
    if not isinstance(kid, str) or not _KID.fullmatch(kid):
        raise Rejected("bad-header", "kid is not 43 base64url characters")
    try:
        base64url.decode(kid)
    except Rejected:
        raise Rejected("bad-header", "kid is not the base64url of 32 bytes") from None
    return kid
