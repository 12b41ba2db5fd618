"""The tree and its tiles, against RFC 6962 by its definitions."""

import hashlib
from functools import lru_cache

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from lading.log import tiles
from lading.log.entry import Entry, decode_entry
from lading.statement.words import Id, Millis
from lading.tree import (
    EMPTY_ROOT,
    leaf_hash,
    node_hash,
    root_from_inclusion,
    root_of,
    roots_from_consistency,
)
from tools.vectors import primitives as naive

MOST = 700
LEAVES = [hashlib.sha256(str(number).encode()).digest() for number in range(MOST)]
SIZES = st.integers(1, 40) | st.integers(1, MOST)


@lru_cache(maxsize=4096)
def root(size: int) -> bytes:
    """The naive root of the first leaves."""
    return naive.root(LEAVES[:size])


@lru_cache
def tiled() -> tiles.MemoryTiles:
    """All leaves in tiles."""
    store = tiles.MemoryTiles()
    assert tiles.append(store, 0, LEAVES) == MOST
    return store


def test_hashes_are_those_of_rfc_6962() -> None:
    assert hashlib.sha256(b"").digest() == EMPTY_ROOT == root_of([]) == tiles.root(tiles.MemoryTiles(), 0)
    assert leaf_hash(b"x") == hashlib.sha256(b"\x00x").digest() == leaf_hash(memoryview(b"x"))
    assert node_hash(LEAVES[0], LEAVES[1]) == hashlib.sha256(b"\x01" + LEAVES[0] + LEAVES[1]).digest()


@given(SIZES)
def test_the_root_is_that_of_the_definition(size: int) -> None:
    assert root_of(LEAVES[:size]) == root(size) == tiles.root(tiled(), size)


@given(SIZES, st.data())
def test_inclusion(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    path = tiles.inclusion(tiled(), index, size)
    assert path == naive.inclusion(index, LEAVES[:size])
    assert root_from_inclusion(LEAVES[index], index, size, path) == root(size)


@given(SIZES, st.data())
def test_consistency(new: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, new))
    path = tiles.consistency(tiled(), old, new)
    assert path == naive.consistency(old, LEAVES[:new])
    assert roots_from_consistency(old, new, root(old), path) == (root(old), root(new))


def mutated_path(path: list[bytes], data: st.DataObject) -> list[bytes]:
    """Another path: a bit changed, a hash lost, added, or swapped with its neighbour."""
    kind = data.draw(st.sampled_from(["bit", "lost", "added", "swapped"] if path else ["added"]))
    at = data.draw(st.integers(0, max(len(path) - 1, 0)))
    if kind == "added":
        return [*path[:at], data.draw(st.sampled_from(LEAVES)), *path[at:]]
    if kind == "lost":
        return [*path[:at], *path[at + 1 :]]
    if kind == "swapped":
        return [*path[:at], *path[at : at + 2][::-1], *path[at + 2 :]]
    bit = 1 << data.draw(st.integers(0, 7))
    return [*path[:at], bytes([path[at][0] ^ bit]) + path[at][1:], *path[at + 1 :]]


@given(SIZES, st.data())
def test_another_inclusion_path_proves_nothing(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    path = tiles.inclusion(tiled(), index, size)
    other = mutated_path(path, data)
    assume(other != path)
    assert not is_included(index, size, other)


def is_included(index: int, size: int, path: list[bytes], leaf: bytes | None = None) -> bool:
    """Whether a path proves the leaf at an index."""
    try:
        return root_from_inclusion(LEAVES[index] if leaf is None else leaf, index, size, path) == root(size)
    except ValueError:
        return False


@given(SIZES, st.data())
def test_a_path_proves_one_leaf_at_one_index(size: int, data: st.DataObject) -> None:
    index, other = data.draw(st.integers(0, size - 1)), data.draw(st.integers(-1, size))
    path = tiles.inclusion(tiled(), index, size)
    assume(other != index)
    assert not is_included(other, size, path, leaf=LEAVES[index])
    assert not is_included(index, size, path, leaf=LEAVES[(index + 1) % MOST])


@given(SIZES, st.data())
def test_another_consistency_path_proves_nothing(new: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, new))
    path = tiles.consistency(tiled(), old, new)
    other = mutated_path(path, data)
    assume(other != path)
    assert not is_consistent(old, new, root(old), other)


def is_consistent(old: int, new: int, old_root: bytes, path: list[bytes]) -> bool:
    """Whether a path proves that a tree goes on from another one."""
    try:
        return roots_from_consistency(old, new, old_root, path) == (old_root, root(new))
    except ValueError:
        return False


@given(SIZES, st.data())
def test_a_rewritten_log_is_not_consistent(new: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, new))
    path = tiles.consistency(tiled(), old, new)
    assume(old != new)
    assert not is_consistent(old, new, hashlib.sha256(root(old)).digest(), path)


@pytest.mark.parametrize(("old", "new"), [(0, 5), (-1, 5), (6, 5)])
def test_no_consistency_from_nothing_or_backwards(old: int, new: int) -> None:
    with pytest.raises(ValueError, match="old size"):
        tiles.consistency(tiled(), old, new)
    with pytest.raises(ValueError, match="old size"):
        roots_from_consistency(old, new, EMPTY_ROOT, [])


def test_a_consistency_path_is_not_empty() -> None:
    with pytest.raises(ValueError, match="too short"):
        roots_from_consistency(3, 5, root(3), [])


def test_tiles_are_fetched_once() -> None:
    asked: list[tuple[int, int]] = []

    def fetch(level: int, number: int) -> bytes:
        asked.append((level, number))
        return tiled().tile(level, number)

    store = tiles.MemoryTiles(fetch)
    assert [tiles.root(store, MOST) for _ in range(2)] == [root(MOST)] * 2
    assert len(asked) == len(set(asked)) > 0


@pytest.mark.parametrize(("index", "size"), [(0, 0), (-1, 5), (5, 5)])
def test_no_inclusion_outside_of_the_tree(index: int, size: int) -> None:
    with pytest.raises(ValueError, match="index"):
        tiles.inclusion(tiled(), index, size)
    with pytest.raises(ValueError, match="index"):
        root_from_inclusion(LEAVES[0], index, size, [])


@given(st.lists(st.integers(0, 300), max_size=6))
def test_appending_in_any_batches_gives_the_same_tiles(batches: list[int]) -> None:
    store, size = tiles.MemoryTiles(), 0
    for count in batches:
        leaves = (LEAVES * 3)[size : size + count]
        size = tiles.append(store, size, leaves)
        assert tiles.root(store, size) == root_of((LEAVES * 3)[:size])
    whole = tiles.MemoryTiles()
    tiles.append(whole, 0, (LEAVES * 3)[:size])
    for level in range(3):
        for number in range(size // 256**level // 256 + 1):
            expected = [
                hash_at(level, at, size)
                for at in range(256 * number, min(size // 256**level, 256 * number + 256))
            ]
            assert store.tile(level, number) == whole.tile(level, number) == b"".join(expected)


def hash_at(level: int, number: int, size: int) -> bytes:
    """A hash of a level, by the definition of levels."""
    width = 256**level
    return naive.root((LEAVES * 3)[:size][number * width : (number + 1) * width])


def test_a_tile_that_is_too_short_is_noticed() -> None:
    store = tiles.MemoryTiles()
    tiles.append(store, 0, LEAVES[:5])
    with pytest.raises(ValueError, match="too short"):
        tiles.root(store, 6)


@given(st.lists(st.binary(max_size=60), max_size=600))
def test_bundles_hold_every_entry_after_its_length(entries: list[bytes]) -> None:
    bundles = list(tiles.entry_bundles(entries))
    read: list[bytes] = []
    for bundle in bundles:
        at, before = 0, len(read)
        while at < len(bundle):
            length = int.from_bytes(bundle[at : at + 2], "big")
            read.append(bundle[at + 2 : at + 2 + length])
            at += 2 + length
        assert len(read) - before == 256 or bundle is bundles[-1]
    assert read == entries


@given(st.integers(0, 10**12), st.integers(1, 256))
def test_a_path_spells_its_number(number: int, width: int) -> None:
    path = tiles.path_of(3, number, width)
    head, _, rest = path.removeprefix("tile/3/").partition(".p/")
    groups = head.split("/")
    assert int("".join(group.removeprefix("x") for group in groups)) == number
    assert [group.startswith("x") for group in groups] == [True] * (len(groups) - 1) + [False]
    assert all(len(group.removeprefix("x")) == 3 for group in groups)
    assert rest == ("" if width == 256 else str(width))


@given(st.integers(0, 2**64 - 1), st.binary(min_size=32, max_size=32))
def test_an_entry_is_read_as_it_was_written(time: int, digest: bytes) -> None:
    entry = Entry(Millis(time), Id("sha256:" + digest.hex()))
    assert decode_entry(entry.data) == entry
    assert entry.leaf == leaf_hash(entry.data)
    assert len(entry.data) == 40


@given(st.binary(max_size=80).filter(lambda data: len(data) != 40))
def test_an_entry_has_forty_bytes(data: bytes) -> None:
    with pytest.raises(ValueError, match="40 bytes"):
        decode_entry(data)
