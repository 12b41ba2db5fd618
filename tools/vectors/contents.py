"""Content to deliver: bytes from a rule, so that a vector need not hold them."""

from __future__ import annotations

from typing import Any, Final

from tools.vectors.primitives import leaf, root, sha256

RULE: Final = (
    'byte i of a content is byte i modulo 32 of the SHA-256 of "lading vectors content " and the decimal number'
    " i div 32"
)
CHUNK: Final = 65_536


def content(size: int) -> bytes:
    """The first `size` bytes of the one content that the rule makes."""
    blocks = (sha256(f"lading vectors content {number}".encode()) for number in range(-(-size // 32)))
    return b"".join(blocks)[:size]


def chunks(data: bytes, chunk_size: int) -> list[bytes]:
    """The chunks of a content."""
    return [data[at : at + chunk_size] for at in range(0, len(data), chunk_size)]


def described(size: int, chunk_size: int = CHUNK) -> dict[str, Any]:
    """What a statement signs of a content."""
    leaves = [leaf(chunk) for chunk in chunks(content(size), chunk_size)]
    return {"size": size, "chunk_size": chunk_size, "content_root": "sha256:" + root(leaves).hex()}
