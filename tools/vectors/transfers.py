"""Content: chunks, roots, manifests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from tools.vectors.contents import CHUNK, RULE, chunks, content
from tools.vectors.files import VectorFile, accept, refuse
from tools.vectors.primitives import leaf, root, sha256

SIZE: Final = 3 * CHUNK + 17
"""Bytes of the content whose manifest and chunks are checked."""


def files() -> Iterator[VectorFile]:
    """The files about content."""
    yield _contents()
    yield _manifests()
    yield _uploads()


def _leaves(size: int, chunk_size: int) -> list[bytes]:
    return [leaf(chunk) for chunk in chunks(content(size), chunk_size)]


def _contents() -> VectorFile:
    made = VectorFile(
        path="transfer/content.json",
        schema="content",
        about="Chunks and content roots of contents of several sizes.",
        notes=[RULE, "`size` bytes of it, in chunks of `chunk_size`"],
    )
    about = ["LAD-TRF-006", "LAD-TRF-007", "LAD-TRF-008"]
    limits = {0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK}
    for chunk_size in (CHUNK, 2 * CHUNK):
        for size in (0, 1, 31, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 3 * CHUNK, 5 * CHUNK + 1, 8 * CHUNK):
            leaves = _leaves(size, chunk_size)
            expect = accept(
                chunks=len(leaves),
                content_root="sha256:" + root(leaves).hex(),
                manifest_hex=b"".join(leaves).hex(),
            )
            given = {"size": size, "chunk_size": chunk_size}
            name, situation = f"{size}-by-{chunk_size}", f"{size} bytes in chunks of {chunk_size}."
            made.add(
                name, situation, given, expect, about=about, flags=["boundary"] if size in limits else ()
            )
    return made


def _manifests() -> VectorFile:
    made = VectorFile(
        path="transfer/manifests.json",
        schema="manifest",
        about="Manifests, and what is wrong with them.",
        notes=[RULE, "the delivery names `size`, `chunk_size` and `content_root`"],
    )
    leaves = _leaves(SIZE, CHUNK)
    named = {"size": SIZE, "chunk_size": CHUNK, "content_root": "sha256:" + root(leaves).hex()}
    whole = b"".join(leaves)
    about = ["LAD-TRF-008"]
    made.add("ordinary", "The manifest.", {**named, "manifest_hex": whole.hex()}, accept(), about=about)
    nothing = {
        "size": 0,
        "chunk_size": CHUNK,
        "content_root": "sha256:" + sha256(b"").hex(),
        "manifest_hex": "",
    }
    made.add("empty", "The manifest of an empty content.", nothing, accept(), about=about, flags=["boundary"])
    two = root(leaves[:2]) + root(leaves[2:])
    bad: dict[str, tuple[str, bytes, list[str]]] = {
        "no-bytes": ("No bytes.", b"", ["truncated"]),
        "last-leaf-missing": ("The last leaf is missing.", whole[:-32], ["truncated"]),
        "last-byte-missing": ("The last byte is missing.", whole[:-1], ["truncated"]),
        "leaf-more": ("A leaf too many.", whole + leaves[0], []),
        "byte-more": ("A byte too many.", whole + b"\x00", []),
        "bit-changed": ("One bit is changed.", bytes([whole[0] ^ 1]) + whole[1:], ["forged"]),
        "leaves-swapped": (
            "Two leaves are swapped.",
            leaves[1] + leaves[0] + b"".join(leaves[2:]),
            ["forged"],
        ),
        "nodes-for-leaves": (
            "Two inner nodes, which have the same root, in place of four leaves.",
            two,
            ["forged"],
        ),
        "plain-hashes": (
            "The plain SHA-256 of each chunk.",
            b"".join(sha256(chunk) for chunk in chunks(content(SIZE), CHUNK)),
            [],
        ),
    }
    for name, (situation, manifest, flags) in bad.items():
        given = {**named, "manifest_hex": manifest.hex()}
        made.add(name, situation, given, refuse("bad-manifest"), flags=flags)
    return made


def _uploads() -> VectorFile:
    leaves = _leaves(SIZE, CHUNK)
    made = VectorFile(
        path="transfer/chunks.json",
        schema="chunks",
        about="Bodies of one or more chunks, and how many of the chunks count.",
        notes=[
            RULE,
            "the body is the bytes `from` to `to` of the content, the last one not included; with `changed`, the lowest"
            " bit of that byte of the content is changed",
            "the exchange holds the manifest, and all chunks before `first`; `held` is how many it holds afterwards",
        ],
        given={"size": SIZE, "chunk_size": CHUNK, "manifest_hex": b"".join(leaves).hex()},
    )
    about = ["LAD-TRF-006", "LAD-TRF-010"]
    good = {
        "all": (0, 0, SIZE, 4),
        "first": (0, 0, CHUNK, 1),
        "middle": (1, CHUNK, 3 * CHUNK, 3),
        "last": (3, 3 * CHUNK, SIZE, 4),
    }
    for name, (first, start, end, held) in good.items():
        made.add(name, "Whole chunks.", _body(first, start, end), accept(held=held), about=about)
    bad: dict[str, tuple[str, dict[str, Any], int, list[str]]] = {
        "truncated": ("The last byte of the content is missing.", _body(0, 0, SIZE - 1), 3, ["truncated"]),
        "half-a-chunk": (
            "The body ends in the middle of the second chunk.",
            _body(0, 0, CHUNK + 5),
            1,
            ["truncated"],
        ),
        "no-last-chunk-whole": ("One byte of a chunk.", _body(2, 2 * CHUNK, 2 * CHUNK + 1), 2, ["truncated"]),
        "bit-changed": (
            "A bit of the second chunk is changed.",
            {**_body(0, 0, SIZE), "changed": CHUNK},
            1,
            ["forged"],
        ),
        "last-bit-changed": (
            "The last bit is changed.",
            {**_body(3, 3 * CHUNK, SIZE), "changed": SIZE - 1},
            3,
            ["forged"],
        ),
        "other-chunk": (
            "The third chunk in place of the second.",
            _body(1, 2 * CHUNK, 3 * CHUNK),
            1,
            ["crossed"],
        ),
        "shifted": ("The body begins one byte late.", _body(0, 1, CHUNK + 1), 0, []),
    }
    for name, (situation, given, held, flags) in bad.items():
        made.add(name, situation, given, {**refuse("bad-chunk"), "held": held}, about=about, flags=flags)
    return made


def _body(first: int, start: int, end: int) -> dict[str, Any]:
    return {"first": first, "from": start, "to": end}
