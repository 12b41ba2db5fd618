"""The bytes of the protocol, made a second time: without the SDK, so that vectors and SDK can disagree.

Only the standard library, and one library for ordinary Ed25519 signatures.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

SEED_RULE = 'the seed of the key NAME is the SHA-256 of "lading vectors NAME"'
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def sha256(data: bytes) -> bytes:
    """SHA-256."""
    return hashlib.sha256(data).digest()


def seed(name: str) -> bytes:
    """The seed of a name."""
    return sha256(f"lading vectors {name}".encode())


def b64url(data: bytes) -> str:
    """Base64url without padding."""
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def b64(data: bytes) -> str:
    """Standard base64 with padding."""
    return base64.b64encode(data).decode()


def canonical(value: object) -> bytes:
    """RFC 8785 bytes of a value whose member names are ASCII and whose numbers are integers."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def digest(data: bytes) -> str:
    """The form of ids and digests."""
    return "sha256:" + sha256(data).hex()


def moment(millis: int) -> str:
    """The form of times; `millis` since the epoch."""
    when = EPOCH + timedelta(milliseconds=millis)
    return f"{when:%Y-%m-%dT%H:%M:%S}.{millis % 1000:03d}Z"


def thumbprint(x: str) -> str:
    """RFC 7638 thumbprint of the key with this `x`."""
    return b64url(sha256(f'{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}'.encode()))


@dataclass(frozen=True)
class Key:
    """An Ed25519 key from a seed."""

    seed: bytes

    @property
    def _private(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)

    @property
    def public(self) -> bytes:
        """The 32 bytes of the public key."""
        return self._private.public_key().public_bytes_raw()

    @property
    def x(self) -> str:
        """The public key as a JWK has it."""
        return b64url(self.public)

    @property
    def kid(self) -> str:
        """The thumbprint."""
        return thumbprint(self.x)

    def sign(self, message: bytes) -> bytes:
        """The 64 bytes of the signature."""
        return self._private.sign(message)


@lru_cache
def key(name: str) -> Key:
    """The key of a name."""
    return Key(seed(name))


def listed(public: str, may: Sequence[str] | None = None) -> dict[str, Any]:
    """A key as a participant statement lists it; `public` is its `x`."""
    described: dict[str, Any] = {"jwk": {"crv": "Ed25519", "kty": "OKP", "x": public}, "use": "sign"}
    return described if may is None else {**described, "may": list(may)}


def header(kid: str) -> bytes:
    """The one header of a statement."""
    return f'{{"alg":"Ed25519","kid":"{kid}","typ":"lading+jws"}}'.encode()


def jws(payload: bytes, signer: Key, head: bytes | None = None) -> str:
    """A statement of any payload bytes and, where it is given, of another header than the permitted one."""
    signing_input = f"{b64url(header(signer.kid) if head is None else head)}.{b64url(payload)}"
    return f"{signing_input}.{b64url(signer.sign(signing_input.encode()))}"


def statement(members: Mapping[str, Any], signer: Key) -> str:
    """A statement of these members."""
    return jws(canonical(dict(members)), signer)


def leaf(data: bytes) -> bytes:
    """RFC 6962 leaf hash."""
    return sha256(b"\x00" + data)


def node(left: bytes, right: bytes) -> bytes:
    """RFC 6962 node hash."""
    return sha256(b"\x01" + left + right)


def entry(time: int, identifier: str) -> bytes:
    """The 40 bytes of a log entry."""
    return time.to_bytes(8, "big") + bytes.fromhex(identifier.removeprefix("sha256:"))


def below(size: int) -> int:
    """The largest power of two below `size`."""
    return 1 << (size - 1).bit_length() - 1


def root(leaves: Sequence[bytes]) -> bytes:
    """RFC 6962 MTH, by its definition, over leaf hashes."""
    if len(leaves) <= 1:
        return leaves[0] if leaves else sha256(b"")
    k = below(len(leaves))
    return node(root(leaves[:k]), root(leaves[k:]))


def inclusion(index: int, leaves: Sequence[bytes]) -> list[bytes]:
    """RFC 6962 PATH, by its definition."""
    if len(leaves) == 1:
        return []
    k = below(len(leaves))
    if index < k:
        return [*inclusion(index, leaves[:k]), root(leaves[k:])]
    return [*inclusion(index - k, leaves[k:]), root(leaves[:k])]


def consistency(old: int, leaves: Sequence[bytes], whole: bool = True) -> list[bytes]:
    """RFC 6962 PROOF and SUBPROOF, by their definitions."""
    if old == len(leaves):
        return [] if whole else [root(leaves)]
    k = below(len(leaves))
    if old <= k:
        return [*consistency(old, leaves[:k], whole), root(leaves[k:])]
    return [*consistency(old - k, leaves[k:], False), root(leaves[:k])]


def key_id(name: str, kind: int, public: bytes) -> bytes:
    """The key id of a signed note's key."""
    return sha256(name.encode() + b"\n" + bytes([kind]) + public)[:4]


def vkey(name: str, public: bytes, kind: int = 1) -> str:
    """A verifier key."""
    return f"{name}+{key_id(name, kind, public).hex()}+{b64(bytes([kind]) + public)}"


def note_line(name: str, identifier: bytes, signature: bytes) -> str:
    """A signature line of a note."""
    return f"— {name} {b64(identifier + signature)}\n"


def checkpoint_text(origin: str, size: int, top: bytes) -> str:
    """The three lines of a checkpoint."""
    return f"{origin}\n{size}\n{b64(top)}\n"


def signed_note(text: str, name: str, signer: Key) -> str:
    """A note with one signature line of type 0x01."""
    return text + "\n" + note_line(name, key_id(name, 1, signer.public), signer.sign(text.encode()))


def cosignature(text: str, name: str, witness: Key, seconds: int) -> str:
    """A signature line of type 0x04 over a checkpoint's text."""
    message = f"cosignature/v1\ntime {seconds}\n{text}".encode()
    body = seconds.to_bytes(8, "big") + witness.sign(message)
    return note_line(name, key_id(name, 4, witness.public), body)
