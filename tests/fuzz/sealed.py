"""Sealed content: boxes, chunks, manifests, and judgements on their pieces."""

import json
from collections.abc import Mapping
from typing import Any, Final

from lading.acts.delivery import MAX_CHUNKS
from lading.keys import seal
from lading.keys.seal import SealKey
from lading.problems import Refused
from lading.transfer import content
from lading.transfer.judge import CODES, ArbiterBox, GivenShares, Place, judge_bad_chunk, judge_wrong_key
from lading.transfer.sealing import Leaf, Leaves, ProvableFault, Room, open_chunk, parse_sealed_manifest
from lading.transfer.shares import Binding, BoxRole, commitment, content_key, open_share
from sdk.tests.core.outcome import outcome
from tests.fuzz import inputs
from tests.fuzz.mutation import mutate_json, written
from tests.fuzz.target import Target

Row = Mapping[str, Any]
CHUNK_SIZES: Final = tuple(1 << power for power in range(16, 27))
ROLES: Final[tuple[BoxRole, ...]] = ("exchange", "consumer", "arbiter")


def sealed(data: bytes) -> None:
    """Pieces of sealed content as each of the things that they can be: opened, refused, a provable fault, a judgement.

    What a delivery bounds (numbers, sizes) is bounded here too; all lengths of bytes are whatever they are.
    """
    try:
        row = json.loads(data)
    except (ValueError, RecursionError):
        return
    if isinstance(row, dict):
        for use in (_box, _chunk, _manifests, _judgements, _seal_key):
            use(row)


def _key(row: Row) -> SealKey:
    keys = inputs.seal_keys()
    return keys[inputs.number(row, "key", 0, len(keys) - 1)]


def _binding(row: Row) -> Binding:
    sequence = inputs.number(row, "sequence", 1, 2**31 - 1)
    return Binding(inputs.digest(row, "contract"), sequence, inputs.digest(row, "provider"))


def _box(row: Row) -> None:
    role = ROLES[inputs.number(row, "role", 0, 2)]
    info, committed = (
        _binding(row).info(inputs.digest(row, "recipient"), role),
        inputs.digest(row, "commitment"),
    )
    share = outcome(open_share, _key(row), inputs.octets(row, "box_hex"), info, committed)
    if isinstance(share, Refused):
        assert share.code == "bad-share"
    else:
        assert commitment(share) == committed


def _chunk(row: Row) -> None:
    key = content_key(
        _binding(row), inputs.octets(row, "exchange_share_hex"), inputs.octets(row, "consumer_share_hex")
    )
    leaf, length = (
        inputs.octets(row, "leaf_hex")[:96].ljust(96, b"\0"),
        inputs.number(row, "length", 0, 1 << 16),
    )
    chunk, index = inputs.octets(row, "chunk_hex"), inputs.number(row, "index", 0, MAX_CHUNKS - 1)
    try:
        opened = outcome(open_chunk, key, index, chunk, Leaf.of(leaf), length, Room(length))
    except ProvableFault:
        return
    if isinstance(opened, Refused):
        assert opened.code == "bad-chunk"
    else:
        assert len(opened) == length


def _sizes(row: Row) -> tuple[int, int]:
    chunk_size = CHUNK_SIZES[inputs.number(row, "power", 0, len(CHUNK_SIZES) - 1)]
    return inputs.number(row, "size", 0, chunk_size * MAX_CHUNKS), chunk_size


def _manifests(row: Row) -> None:
    manifest, (size, chunk_size) = inputs.octets(row, "manifest_hex"), _sizes(row)
    roots = inputs.digest(row, "manifest_root"), inputs.digest(row, "content_root")
    clear = outcome(content.parse_manifest, manifest, size, chunk_size, roots[1])
    closed = outcome(parse_sealed_manifest, manifest, size, chunk_size, *roots)
    for leaves in (clear, closed):
        if isinstance(leaves, Refused):
            assert leaves.code == "bad-manifest"
        else:
            assert len(leaves) == content.chunk_count(size, chunk_size)
    if isinstance(closed, Leaves):
        assert (closed.manifest_root, closed.content_root) == roots


def _judgements(row: Row) -> None:
    (size, chunk_size), index = _sizes(row), inputs.number(row, "index", 0, MAX_CHUNKS - 1)
    leaf, path = inputs.octets(row, "leaf_hex"), inputs.octets(row, "path_hex")
    place = Place(leaf, index, path, size, chunk_size, inputs.digest(row, "manifest_root"))
    chunk = judge_bad_chunk(place, inputs.octets(row, "chunk_hex"), inputs.octets(row, "key_hex"))
    given = GivenShares(_binding(row), inputs.octets(row, "released_hex"), inputs.digest(row, "commitment"))
    box = ArbiterBox(inputs.octets(row, "box_hex"), _key(row), inputs.digest(row, "arbiter"))
    shown = inputs.octets(row, "share_hex")
    for judgement in (chunk, *(judge_wrong_key(place, given, share) for share in (None, shown, box))):
        assert (judgement.outcome, judgement.requirement) == CODES[judgement.code]


def _seal_key(row: Row) -> None:
    public = bytearray(_key(row).public)
    public[inputs.number(row, "at", 0, 1215) :][:1] = b""
    put = inputs.octets(row, "put_hex")
    at = inputs.number(row, "at", 0, len(public))
    public[at : at + len(put)] = put
    box = outcome(seal.seal_to, bytes(public), bytes(32), b"")
    if isinstance(box, Refused):
        assert box.code == "bad-seal-key"
    else:
        assert len(box) == 32 + seal.OVERHEAD_BYTES


def _rows() -> tuple[bytes, ...]:
    """The vectors' cases with whole boxes, and numbers where they have names."""
    found = []
    names = sorted(name for name in inputs.seeds() if name.endswith("-seal"))
    schemas = ("share", "opening", "judgement", "manifest", "sealed-manifest", "seal-key")
    for file, case in inputs.of_schema(*schemas):
        row = {
            name: value
            for name, value in case.items()
            if name not in ("expect", "situation", "about", "flags")
        }
        row["key"] = names.index(case["key"]) if case.get("key") in names else 0
        row["role"] = ROLES.index(case["role"]) if case.get("role") in ROLES else 0
        if "box" in case:
            row["box_hex"] = file.head["boxes_hex"][case["box"]]
        if case.get("chunk_size") in CHUNK_SIZES:
            row["power"] = CHUNK_SIZES.index(case["chunk_size"])
        if len(written(row)) <= 65_536:
            found.append(written(row))
    return tuple(found)


TARGETS: Final = (
    Target("sealed", "boxes, chunks, manifests, judgements, seal keys", sealed, _rows, mutate_json),
)
