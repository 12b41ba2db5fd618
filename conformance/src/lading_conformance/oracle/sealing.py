"""Sealed content: shares, content key, chunks and manifest.

    bound = Bound(contract, 1, provider)
    key = content_key(bound, share_of_the_exchange, share_of_the_consumer)
    chunk = seal_chunk(key, secret, 0, data)
    assert open_chunk(key, 0, chunk.ciphertext, chunk.leaf) == salt_of(secret, 0) + data

Written from `sealed.md`, one chunk at a time and not for speed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from lading_conformance.oracle import tree
from lading_conformance.oracle.rejected import Rejected
from lading_conformance.oracle.sealkeys import expand, extract

LEAF_BYTES: Final = 96
SALT_BYTES: Final = 32
OVERHEAD_BYTES: Final = 48
"""What a ciphertext is longer than its data: salt and tag."""

Role = Literal["exchange", "consumer", "arbiter"]
"""For whom a share is sealed."""


def digest(data: bytes) -> str:
    """Return the SHA-256 of the bytes in the form of an id."""
    return "sha256:" + hashlib.sha256(data).hexdigest()


@dataclass(frozen=True)
class Bound:
    """What boxes and the content key of a delivery are tied to."""

    contract: str
    sequence: int
    provider: str

    def info(self, recipient: str, role: Role) -> bytes:
        """Return the `info` of a box (LAD-SEA-001)."""
        parties = _raw(self.provider) + _raw(recipient)
        return b"lading/1 share" + self.slot + parties + role.encode("ascii")

    @property
    def slot(self) -> bytes:
        """raw(contract) || u64(sequence)."""
        return _raw(self.contract) + _u64(self.sequence)


@dataclass(frozen=True)
class SealedChunk:
    """A ciphertext, what the manifest says of it, and the key that it was made with."""

    ciphertext: bytes
    leaf: bytes
    key: bytes


def content_key(bound: Bound, exchange: bytes, consumer: bytes) -> bytes:
    """Return the key that both shares give (LAD-SEA-003)."""
    return expand(extract(b"", exchange + consumer), b"lading/1 content" + bound.slot)


def salt_of(secret: bytes, index: int) -> bytes:
    """Return the salt of a chunk (LAD-SEA-004)."""
    return expand(secret, b"lading/1 salt" + _u64(index))


def chunk_key(key: bytes, index: int, plain_leaf: bytes) -> bytes:
    """Return the key of a chunk (LAD-SEA-006)."""
    return expand(key, b"lading/1 chunk" + _u64(index) + plain_leaf)


def encrypt(key: bytes, plaintext: bytes) -> bytes:
    """Return the ciphertext of a plaintext under a chunk key (LAD-SEA-007)."""
    return AESGCM(key).encrypt(bytes(12), plaintext, None)


def decrypted(key: bytes, ciphertext: bytes) -> bytes | None:
    """Return the plaintext of a ciphertext under a chunk key, or None if it does not open (LAD-SEA-007)."""
    try:
        return AESGCM(key).decrypt(bytes(12), ciphertext, None)
    except (InvalidTag, ValueError):
        return None


def leaf_of(ciphertext: bytes, plain_leaf: bytes, key: bytes) -> bytes:
    """Return the 96 bytes of a manifest's leaf (LAD-SEA-008)."""
    return hashlib.sha256(ciphertext).digest() + plain_leaf + hashlib.sha256(key).digest()


def seal_chunk(key: bytes, secret: bytes, index: int, data: bytes) -> SealedChunk:
    """Return the chunk sealed under a content key, its salt from the product secret."""
    plaintext = salt_of(secret, index) + data
    plain_leaf = tree.leaf_hash(plaintext)
    own = chunk_key(key, index, plain_leaf)
    ciphertext = encrypt(own, plaintext)
    return SealedChunk(ciphertext, leaf_of(ciphertext, plain_leaf, own), own)


def open_chunk(key: bytes, index: int, ciphertext: bytes, leaf: bytes) -> bytes:
    """Return the plaintext, salt first, that a content key gives, or raise `Rejected`.

    `Rejected` has the code of the claim that proves the fault, or `other-chunk` where this is not the leaf's chunk.
    """
    if hashlib.sha256(ciphertext).digest() != leaf[:32]:
        raise Rejected("other-chunk", f"chunk {index} is not the one that the leaf names")
    own = chunk_key(key, index, leaf[32:64])
    # LAD-SEA-017
    if hashlib.sha256(own).digest() != leaf[64:]:
        raise Rejected("wrong-key", f"the shares do not give the key of chunk {index}")
    plaintext = decrypted(own, ciphertext)
    if plaintext is None or tree.leaf_hash(plaintext) != leaf[32:64]:
        raise Rejected("bad-chunk", f"chunk {index} does not open to what the leaf says")
    return plaintext


def leaves_of(manifest: bytes) -> list[bytes]:
    """Return the leaves of a manifest; `Rejected("bad-manifest")` where it ends within one."""
    if len(manifest) % LEAF_BYTES:
        raise Rejected("bad-manifest", f"{len(manifest)} bytes are not leaves of {LEAF_BYTES}")
    return [manifest[start : start + LEAF_BYTES] for start in range(0, len(manifest), LEAF_BYTES)]


def manifest_root(leaves: Sequence[bytes]) -> str:
    """Return the root over the leaves of a manifest (LAD-SEA-008)."""
    return "sha256:" + tree.root([tree.leaf_hash(leaf) for leaf in leaves]).hex()


def content_root(leaves: Sequence[bytes]) -> str:
    """Return the root over the plain leaves in a manifest (LAD-SEA-009)."""
    return "sha256:" + tree.root([leaf[32:64] for leaf in leaves]).hex()


def path_of(leaves: Sequence[bytes], index: int) -> bytes:
    """Return the inclusion path of a leaf in its manifest, as a claim attaches it."""
    return b"".join(tree.inclusion_path(index, [tree.leaf_hash(leaf) for leaf in leaves]))


def _raw(statement_id: str) -> bytes:
    return bytes.fromhex(statement_id.removeprefix("sha256:"))


def _u64(number: int) -> bytes:
    return number.to_bytes(8, "big")
