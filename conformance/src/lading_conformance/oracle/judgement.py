"""The judgement of claims whose pieces are all there, by the codes of `judgement.md` (LAD-JDG-004 to LAD-JDG-014).

judge_bad_chunk(place, chunk, key) == "does-not-open"       # upheld: the provider is at fault
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final

from lading_conformance.oracle import tree
from lading_conformance.oracle.rejected import Rejected
from lading_conformance.oracle.sealing import (
    LEAF_BYTES,
    SALT_BYTES,
    Bound,
    chunk_key,
    content_key,
    decrypted,
    digest,
)
from lading_conformance.oracle.sealkeys import SealKey

UPHELD: Final = frozenset({"does-not-open", "wrong-length", "other-plaintext", "key-does-not-derive"})
"""The codes by which a claim is upheld."""


@dataclass(frozen=True)
class Place:
    """A leaf, its place and path as a claim has them, and what the delivery signs."""

    leaf: bytes
    index: int
    path: bytes
    size: int
    chunk_size: int
    manifest_root: str

    @property
    def in_manifest(self) -> bool:
        """Whether the path leads from the leaf at its place to the signed root (LAD-JDG-004)."""
        nodes = [self.path[start : start + 32] for start in range(0, len(self.path), 32)]
        if len(self.leaf) != LEAF_BYTES or any(len(node) != 32 for node in nodes):
            return False
        try:
            root = tree.root_from_path(
                self.index, -(-self.size // self.chunk_size), tree.leaf_hash(self.leaf), nodes
            )
        except Rejected:
            return False
        return "sha256:" + root.hex() == self.manifest_root

    @property
    def length(self) -> int:
        """The length of the chunk's data in bytes."""
        return min(self.chunk_size, self.size - self.index * self.chunk_size)


def judge_bad_chunk(place: Place, chunk: bytes, key: bytes) -> str:
    """Return the code of the step that decides a claim `bad-chunk` whose pieces are all there."""
    if not place.in_manifest:
        return "not-in-manifest"
    if hashlib.sha256(chunk).digest() != place.leaf[:32]:
        return "other-chunk"
    if hashlib.sha256(key).digest() != place.leaf[64:]:
        return "other-key"
    plaintext = decrypted(key, chunk)
    if plaintext is None:
        return "does-not-open"
    if len(plaintext) != SALT_BYTES + place.length:
        return "wrong-length"
    return "opens" if tree.leaf_hash(plaintext) == place.leaf[32:64] else "other-plaintext"


@dataclass(frozen=True)
class Arbiter:
    """A judge who has a seal key: its id, and its key."""

    id: str
    key: SealKey


def judge_wrong_key(
    place: Place, bound: Bound, released: bytes, commitment: str, box: bytes, arbiter: Arbiter
) -> str:
    """Return the code of the step that decides a claim `wrong-key` for an arbiter who has the key."""
    if not place.in_manifest:
        return "not-in-manifest"
    try:
        share = arbiter.key.open(box, bound.info(arbiter.id, "arbiter"))
    except Rejected:
        return "other-share"
    if digest(share) != commitment:
        return "other-share"
    own = chunk_key(content_key(bound, released, share), place.index, place.leaf[32:64])
    return "key-derives" if hashlib.sha256(own).digest() == place.leaf[64:] else "key-does-not-derive"
