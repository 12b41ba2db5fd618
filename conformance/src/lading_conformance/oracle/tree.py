"""The Merkle tree of RFC 6962 section 2.1 over SHA-256: roots, inclusion and consistency.

Written from the recursive definitions, not for speed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

from lading_conformance.oracle.rejected import Rejected

EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_hash(entry: bytes) -> bytes:
    """Return the hash of a leaf that holds `entry`."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner node."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def split(size: int) -> int:
    """Return the largest power of two smaller than `size`, which is at least 2."""
    return 1 << (size - 1).bit_length() - 1


def root(leaves: Sequence[bytes]) -> bytes:
    """Return the tree hash over leaf hashes (MTH)."""
    if not leaves:
        return EMPTY_ROOT
    if len(leaves) == 1:
        return leaves[0]
    k = split(len(leaves))
    return node_hash(root(leaves[:k]), root(leaves[k:]))


def inclusion_path(index: int, leaves: Sequence[bytes]) -> list[bytes]:
    """Return the audit path of leaf `index`, from its sibling up (PATH)."""
    if len(leaves) <= 1:
        return []
    k = split(len(leaves))
    if index < k:
        return [*inclusion_path(index, leaves[:k]), root(leaves[k:])]
    return [*inclusion_path(index - k, leaves[k:]), root(leaves[:k])]


def root_from_path(index: int, size: int, leaf: bytes, path: Sequence[bytes]) -> bytes:
    """Return the root that `path` leads to; `Rejected("not-included")` if its length does not fit."""
    if not 0 <= index < size:
        raise Rejected("not-included", f"index {index} in a tree of {size}")
    if size == 1:
        if path:
            raise Rejected("not-included", "the path is too long")
        return leaf
    if not path:
        raise Rejected("not-included", "the path is too short")
    k = split(size)
    if index < k:
        return node_hash(root_from_path(index, k, leaf, path[:-1]), path[-1])
    return node_hash(path[-1], root_from_path(index - k, size - k, leaf, path[:-1]))


def check_inclusion(index: int, size: int, leaf: bytes, path: Sequence[bytes], expected: bytes) -> None:
    """Raise `Rejected("not-included")` unless the path leads from the leaf to the root `expected`."""
    if root_from_path(index, size, leaf, path) != expected:
        raise Rejected("not-included", f"the path of index {index} does not lead to the root of size {size}")


def check_consistency(old: int, new: int, old_root: bytes, new_root: bytes, path: Sequence[bytes]) -> None:
    """Raise `Rejected("bad-consistency")` unless the path proves that the tree of `old` begins that of
    `new`.
    """
    if not 0 < old <= new:
        raise Rejected("bad-consistency", f"no proof leads from {old} to {new}")
    if old == new:
        if path or old_root != new_root:
            raise Rejected("bad-consistency", f"two roots, or a needless path, for one size {old}")
        return
    known = [old_root] if old & (old - 1) == 0 else []
    before, after, rest = _walk(old, new, [*known, *path])
    if rest or before != old_root or after != new_root:
        raise Rejected("bad-consistency", f"the tree of {old} does not begin the tree of {new}")


def consistency_path(old: int, leaves: Sequence[bytes]) -> list[bytes]:
    """Return the consistency proof from the first `old` leaves to all of them (PROOF)."""
    return _subproof(old, leaves, complete=True)


def content_root(chunks: Iterable[bytes]) -> bytes:
    """Return the content root of clear chunks: the tree hash with each chunk as one leaf."""
    return root([leaf_hash(chunk) for chunk in chunks])


def _subproof(old: int, leaves: Sequence[bytes], *, complete: bool) -> list[bytes]:
    if old == len(leaves):
        return [] if complete else [root(leaves)]
    k = split(len(leaves))
    if old <= k:
        return [*_subproof(old, leaves[:k], complete=complete), root(leaves[k:])]
    return [*_subproof(old - k, leaves[k:], complete=False), root(leaves[:k])]


def _walk(old: int, new: int, proof: Sequence[bytes]) -> tuple[bytes, bytes, Sequence[bytes]]:
    """Return the old and the new root of a subtree that `proof` leads to, and what of the proof is left."""
    if not proof:
        raise Rejected("bad-consistency", "the path is too short")
    if old == new:
        return proof[0], proof[0], proof[1:]
    k = split(new)
    sibling = proof[-1]
    if old <= k:
        before, after, rest = _walk(old, k, proof[:-1])
        return before, node_hash(after, sibling), rest
    before, after, rest = _walk(old - k, new - k, proof[:-1])
    return node_hash(sibling, before), node_hash(sibling, after), rest
