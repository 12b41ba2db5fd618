"""The log: entries, trees, tiles, and keys of notes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

from tools.vectors.files import VectorFile, accept
from tools.vectors.notes import checkpoints, proofs, vkeys
from tools.vectors.primitives import consistency, digest, entry, inclusion, leaf, node, root, sha256
from tools.vectors.world import START

RULE: Final = (
    "entry i of the long log is registered at 1795426200000 + 1000·i, and its statement's id is the SHA-256 of"
    ' "lading vectors entry " and the decimal number i'
)
NOT_THERE: Final = {"outcome": "refuse"}
"""The expectation of a proof or note that does not verify; an exchange never answers with it, so it has no code."""


def data(number: int) -> bytes:
    """An entry of the long log."""
    return entry(START + 1000 * number, digest(f"lading vectors entry {number}".encode()))


@lru_cache
def leaves(size: int) -> tuple[bytes, ...]:
    """The leaf hashes of the long log."""
    return tuple(leaf(data(number)) for number in range(size))


def files() -> Iterator[VectorFile]:
    """The files about the log."""
    yield _entries()
    yield _roots()
    yield _inclusions()
    yield _consistencies()
    yield _tiles()
    yield _paths()
    yield checkpoints()
    yield proofs()
    yield vkeys()


def _hex(nodes: Sequence[bytes]) -> list[str]:
    return [item.hex() for item in nodes]


def _entries() -> VectorFile:
    made = VectorFile("log/entries.json", "entry", "Entries and their leaf hashes.", notes=[RULE])
    odd = {"epoch": 0, "last-moment-of-2999": 32_503_679_999_999, "largest": 2**64 - 1}
    for number in (0, 1, 255):
        given = {"time": START + 1000 * number, "id": digest(f"lading vectors entry {number}".encode())}
        expect = accept(entry_hex=data(number).hex(), leaf_hex=leaf(data(number)).hex())
        made.add(
            f"long-log-{number}", f"Entry {number} of the long log.", given, expect, about=["LAD-LOG-001"]
        )
    for name, time in odd.items():
        given = {"time": time, "id": digest(b"")}
        whole = entry(time, digest(b""))
        expect = accept(entry_hex=whole.hex(), leaf_hex=leaf(whole).hex())
        made.add(name, f"An entry at {time}.", given, expect, about=["LAD-LOG-001"], flags=["boundary"])
    return made


def _roots() -> VectorFile:
    made = VectorFile("log/roots.json", "root", "Roots of the long log at several sizes.", notes=[RULE])
    for size in (*range(0, 18), 31, 32, 33, 127, 255, 256, 257, 511, 512, 513, 1000, 65_537):
        expect = accept(root_hex=root(leaves(size)).hex())
        made.add(f"size-{size}", f"The first {size} entries.", {"size": size}, expect, about=["LAD-LOG-003"])
    return made


def _altered(proof: list[bytes]) -> Iterator[tuple[str, str, list[bytes]]]:
    """A proof with one thing wrong."""
    if proof:
        yield "no-last", "the last hash is missing", proof[:-1]
        yield "no-first", "the first hash is missing", proof[1:]
        for at in {0, len(proof) - 1}:
            changed = [*proof[:at], bytes([proof[at][0] ^ 1]) + proof[at][1:], *proof[at + 1 :]]
            yield f"bit-{at}", f"one bit of hash {at} is changed", changed
    if len(proof) > 1:
        yield "swapped", "the first two hashes are swapped", [proof[1], proof[0], *proof[2:]]
    yield "one-more", "a hash follows", [*proof, sha256(b"more")]
    yield "empty-hash", "the root of the empty tree follows", [*proof, sha256(b"")]


def _inclusions() -> VectorFile:
    made = VectorFile("log/inclusion.json", "inclusion", "Inclusion proofs in the long log.", notes=[RULE])
    pairs = [(index, size) for size in range(1, 9) for index in range(size)]
    pairs += [(0, 257), (255, 257), (256, 257), (511, 512), (500, 1000), (999, 1000)]
    for index, size in pairs:
        proof = inclusion(index, leaves(size))
        given = _inclusion(index, size, proof)
        name, situation = f"{index}-in-{size}", f"Entry {index} of {size}."
        made.add(name, situation, given, accept(), about=["LAD-LOG-003", "LAD-LOG-011"])
    for index, size in ((0, 1), (1, 2), (2, 3), (3, 7), (6, 7), (255, 257)):
        proof = inclusion(index, leaves(size))
        for name, what, altered in _altered(proof):
            given = _inclusion(index, size, altered)
            flags = ["truncated"] if name.startswith("no-") else ()
            made.add(
                f"{index}-in-{size}-{name}",
                f"Entry {index} of {size}: {what}.",
                given,
                NOT_THERE,
                flags=flags,
            )
        for name, other_index, other_size in _elsewhere(index, size):
            given = {**_inclusion(index, size, proof), "index": other_index, "size": other_size}
            situation = f"A proof for entry {index} of {size}, shown for entry {other_index} of {other_size}."
            made.add(f"{index}-in-{size}-{name}", situation, given, NOT_THERE, flags=["crossed"])
    return made


def _elsewhere(index: int, size: int) -> Iterator[tuple[str, int, int]]:
    """Another index, or another size with a path of another shape; the root shown stays that of the true size."""
    if index:
        yield "index-before", index - 1, size
    if index + 1 < size:
        yield "index-after", index + 1, size
    yield "index-is-size", size, size
    yield "size-doubled", index, 2 * size + 1


def _inclusion(index: int, size: int, proof: Sequence[bytes]) -> dict[str, object]:
    top = root(leaves(size)).hex()
    return {
        "index": index,
        "size": size,
        "leaf_hex": leaves(index + 1)[index].hex(),
        "root_hex": top,
        "path_hex": _hex(proof),
    }


def _consistencies() -> VectorFile:
    made = VectorFile(
        "log/consistency.json", "consistency", "Consistency proofs in the long log.", notes=[RULE]
    )
    pairs = [(old, new) for new in range(1, 9) for old in range(1, new + 1)]
    pairs += [(1, 257), (256, 257), (255, 512), (500, 1000), (999, 1000), (1000, 1000)]
    for old, new in pairs:
        given = _consistency(old, new, consistency(old, leaves(new)))
        made.add(f"{old}-to-{new}", f"From {old} entries to {new}.", given, accept(), about=["LAD-LOG-007"])
    for old, new in ((1, 2), (3, 4), (4, 8), (5, 8), (7, 8), (255, 512)):
        proof = consistency(old, leaves(new))
        for name, what, altered in _altered(proof):
            given = _consistency(old, new, altered)
            made.add(f"{old}-to-{new}-{name}", f"From {old} entries to {new}: {what}.", given, NOT_THERE)
        given = {**_consistency(old, new, proof), "old_root_hex": sha256(b"other").hex()}
        made.add(
            f"{old}-to-{new}-other-root", "The old root is another one: a rewritten log.", given, NOT_THERE
        )
    return made


def _consistency(old: int, new: int, proof: Sequence[bytes]) -> dict[str, object]:
    roots = {"old_root_hex": root(leaves(old)).hex(), "new_root_hex": root(leaves(new)).hex()}
    return {"old_size": old, "new_size": new, **roots, "path_hex": _hex(proof)}


def _perfect(hashes: Sequence[bytes]) -> bytes:
    return (
        hashes[0]
        if len(hashes) == 1
        else node(_perfect(hashes[: len(hashes) // 2]), _perfect(hashes[len(hashes) // 2 :]))
    )


def _tiles() -> VectorFile:
    size = 65_537 + 300
    made = VectorFile(
        "log/tiles.json",
        "tile",
        "Tiles and entry bundles of the long log.",
        notes=[RULE, "`sha256` is that of the resource's bytes", f"the log has {size} entries"],
    )
    made.given = {"size": size}
    levels = [list(leaves(size))]
    while len(levels[-1]) >= 256:
        last = levels[-1]
        levels.append([_perfect(last[at : at + 256]) for at in range(0, len(last) - 255, 256)])
    for level, hashes in enumerate(levels):
        for number in sorted({0, 1, len(hashes) // 256}):
            tile = hashes[256 * number : 256 * (number + 1)]
            if tile:
                _tile(made, str(level), number, len(tile), b"".join(tile))
    for number in (0, size // 256):
        bundle = [data(at) for at in range(256 * number, min(size, 256 * (number + 1)))]
        framed = b"".join(len(item).to_bytes(2, "big") + item for item in bundle)
        _tile(made, "entries", number, len(bundle), framed)
    return made


def _tile(made: VectorFile, level: str, number: int, width: int, content: bytes) -> None:
    given = {"level": level, "number": number, "width": width}
    expect = accept(path=_path(level, number, width), bytes=len(content), sha256=sha256(content).hex())
    situation = (
        f"Tile {number} of level {level}, {width} wide." if level != "entries" else f"Entry bundle {number}."
    )
    made.add(f"{level}-{number}", situation, given, expect, about=["LAD-LOG-010"])


def _path(level: str, number: int, width: int) -> str:
    text = f"{number:03d}"
    text = text.zfill(-(-len(text) // 3) * 3)
    groups = [text[at : at + 3] for at in range(0, len(text), 3)]
    name = "/".join([*(f"x{group}" for group in groups[:-1]), groups[-1]])
    return f"tile/{level}/{name}" + ("" if width == 256 else f".p/{width}")


def _paths() -> VectorFile:
    made = VectorFile("log/paths.json", "tile-path", "Paths of tiles, below `{api}/log/`.")
    for level, number, width in (
        ("0", 0, 256),
        ("0", 0, 1),
        ("0", 999, 256),
        ("0", 1000, 255),
        ("1", 1_234_067, 256),
        ("63", 0, 1),
        ("2", 1_000_000, 256),
        ("entries", 0, 256),
        ("entries", 1_234_067, 7),
        ("0", 1_000_000_000, 256),
    ):
        given = {"level": level, "number": number, "width": width}
        expect = accept(path=_path(level, number, width))
        made.add(f"{level}-{number}-{width}", "The path of a tile.", given, expect, about=["LAD-LOG-010"])
    return made
