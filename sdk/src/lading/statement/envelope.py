"""The envelope: compact JWS with one permitted form (LAD-STM-001 to LAD-STM-007, LAD-STM-017; RFC 7515).

    envelope = decode(jws)          # layers envelope and payload; the signature is not checked here
    envelope.id, envelope.members["type"]

The envelope knows nothing of acts; it keeps the bytes received beside what they say.
"""

import hashlib
import re
from functools import lru_cache
from typing import Any, Final, NamedTuple

import orjson

from lading.keys import ed25519
from lading.keys.signer import Signer, signature_of
from lading.problems import Refused, refuse
from lading.statement import base64url, canonical
from lading.statement.words import Id, Thumbprint

MAX_BYTES: Final = 65_536
MEDIA_TYPE: Final = "application/lading+jws"
ALG: Final = "Ed25519"
TYP: Final = "lading+jws"
_SIGNATURE_SEGMENT: Final = 86
"""Characters of a signature's segment."""

_KID = re.compile(r"[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]")


class Envelope(NamedTuple):
    """A statement's bytes and what they say. Its signature and its members' meaning are not yet checked.

    `has_null` tells whether there is a null anywhere in `members`.
    """

    jws: bytes
    id: Id
    kid: Thumbprint
    payload: bytes
    members: dict[str, Any]
    has_null: bool
    signing_input: bytes
    signature: bytes


def statement_id(jws: bytes) -> Id:
    """LAD-STM-017: the hash of the whole JWS, signature included."""
    return Id("sha256:" + hashlib.sha256(jws).hexdigest())


def decode(jws: bytes) -> Envelope:
    """The envelope that `jws` spells; raises `Refused` with the code of the first check that fails."""
    # LAD-STM-002
    if len(jws) > MAX_BYTES:
        raise refuse("too-large", f"{len(jws)} bytes; a statement has at most {MAX_BYTES}")
    if base64url.foreign(jws) != b"..":
        raise _why_malformed(jws)
    header, payload, signature = jws.split(b".")
    # LAD-STM-001
    if not (header and payload and signature):
        raise refuse("malformed-envelope", "one of the three segments is empty")
    decoded_signature = base64url.decode_clean(signature)
    body = base64url.decode_clean(payload)
    kid = _kid_of(header)
    # LAD-STM-007
    if len(decoded_signature) != ed25519.SIGNATURE_BYTES:
        raise refuse("bad-base64url", "the signature segment is not 86 characters (64 bytes)")
    members, has_null = canonical.loads_noting_null(body)
    signing_input = jws[: -1 - len(signature)]
    return Envelope(jws, statement_id(jws), kid, body, members, has_null, signing_input, decoded_signature)


def encode(members: dict[str, Any], signer: Signer) -> bytes:
    """Sign `members` as a statement; the JWS bytes. Raises `Refused` for what no exchange would accept.

    Raises `ApprovalPending` where the signer waits for somebody: then nothing was signed. Who wants to go on with the
    same bytes stores `to_sign` first, and asks for `signed`.
    """
    return signed(to_sign(members, signer.thumbprint), signer)


def to_sign(members: dict[str, Any], kid: str) -> bytes:
    """The signing input (header and payload, RFC 7515) of a statement under the key `kid`; `Refused` as `encode`."""
    signing_input = header_segment(kid) + b"." + base64url.encode(canonical.dumps(members))
    size = len(signing_input) + 1 + _SIGNATURE_SEGMENT
    if size > MAX_BYTES:
        raise refuse("too-large", f"{size} bytes; a statement has at most {MAX_BYTES}")
    return signing_input


def signed(signing_input: bytes, signer: Signer) -> bytes:
    """The statement of a signing input. Raises `ApprovalPending` where the signer waits for somebody."""
    return signing_input + b"." + base64url.encode(signature_of(signer, signing_input))


def read_to_sign(signing_input: bytes) -> Envelope:
    """What a signing input says, read as strictly as a statement; its `id` and `signature` mean nothing."""
    return decode(signing_input + b"." + b"A" * _SIGNATURE_SEGMENT)


def header_segment(kid: str) -> bytes:
    """The only header segment that a statement signed under thumbprint `kid` can have."""
    return base64url.encode(
        b'{"alg":"%b","kid":"%b","typ":"%b"}' % (ALG.encode(), kid.encode(), TYP.encode())
    )


def _why_malformed(jws: bytes) -> Refused:
    """Which of the first checks fail bytes that are not base64url characters and two dots."""
    segments = jws.split(b".", 3)
    # LAD-STM-001
    if len(segments) != 3 or not all(segments) or not jws.isascii():
        return refuse("malformed-envelope", "a statement is three non-empty ASCII segments with two dots")
    # LAD-STM-003
    return refuse("bad-base64url", "a segment holds a character outside the base64url alphabet")


@lru_cache(maxsize=4096)
def _kid_of(segment: bytes) -> Thumbprint:
    """The kid of a header segment. Cached: few keys sign many statements, and the segment is the key's alone."""
    header = base64url.decode_clean(segment)
    try:
        members = orjson.loads(header)
    except orjson.JSONDecodeError:
        members = None
    # LAD-STM-004
    if type(members) is not dict or set(members) != {"alg", "kid", "typ"}:
        raise refuse("bad-header", "the header holds exactly alg, kid and typ")
    # LAD-STM-004
    if not all(type(value) is str for value in members.values()):
        raise refuse("bad-header", "a header member is not a string")
    # LAD-STM-005
    if members["alg"] != ALG:
        raise refuse("wrong-alg", f"alg is not {ALG}")
    # LAD-STM-006
    if members["typ"] != TYP:
        raise refuse("wrong-typ", f"typ is not {TYP}")
    kid = members["kid"]
    # LAD-STM-004
    if type(kid) is not str or _KID.fullmatch(kid) is None or header_segment(kid) != segment:
        raise refuse("bad-header", "kid is not a thumbprint, or the header is not in canonical form")
    return Thumbprint(kid)
