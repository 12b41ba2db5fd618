"""The oracle's Merkle tree and tiles, against published roots and proofs, and against themselves."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lading_conformance.oracle import tiles, tree
from lading_conformance.oracle.rejected import Rejected

# The reference tree of the Certificate Transparency implementations of RFC 6962: leaves, then the root of the
# first n of them.
LEAVES = [
    bytes.fromhex(leaf)
    for leaf in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
PATH_OF_0_IN_8 = [
    "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
    "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
    "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
]
FROM_6_TO_8 = [
    "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
    "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
]
HASHES = [tree.leaf_hash(leaf) for leaf in LEAVES]

leaf_lists = st.lists(st.binary(max_size=4).map(tree.leaf_hash), min_size=1, max_size=40)


@pytest.mark.parametrize("size", range(9))
def test_published_roots(size: int) -> None:
    assert tree.root(HASHES[:size]).hex() == ROOTS[size]


def test_published_proofs() -> None:
    assert [node.hex() for node in tree.inclusion_path(0, HASHES)] == PATH_OF_0_IN_8
    assert [node.hex() for node in tree.consistency_path(6, HASHES)] == FROM_6_TO_8
    path = [bytes.fromhex(node) for node in FROM_6_TO_8]
    tree.check_consistency(6, 8, bytes.fromhex(ROOTS[6]), bytes.fromhex(ROOTS[8]), path)


@settings(deadline=None)
@given(leaf_lists, st.data())
def test_every_path_leads_to_the_root_and_no_other(leaves: list[bytes], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(leaves) - 1))
    path = tree.inclusion_path(index, leaves)
    tree.check_inclusion(index, len(leaves), leaves[index], path, tree.root(leaves))
    wrong = data.draw(st.sampled_from([[*path, bytes(32)], altered(path)]))
    with pytest.raises(Rejected, match="not-included"):
        tree.check_inclusion(index, len(leaves), leaves[index], wrong, tree.root(leaves))


@settings(deadline=None)
@given(leaf_lists, st.data())
def test_growth_is_consistent_and_rewriting_is_not(leaves: list[bytes], data: st.DataObject) -> None:
    old = data.draw(st.integers(1, len(leaves)))
    path = tree.consistency_path(old, leaves)
    old_root, new_root = tree.root(leaves[:old]), tree.root(leaves)
    tree.check_consistency(old, len(leaves), old_root, new_root, path)
    rewritten = tree.root([tree.leaf_hash(b"another"), *leaves[1:old]])
    with pytest.raises(Rejected, match="bad-consistency"):
        tree.check_consistency(old, len(leaves), rewritten, new_root, path)


@pytest.mark.parametrize(
    ("number", "name"), [(0, "000"), (255, "255"), (1000, "x001/000"), (1234067, "x001/x234/067")]
)
def test_tile_names(number: int, name: str) -> None:
    assert tiles.tile_name(number) == name


class TileServer:
    """The tiles of a list of entries, in a dictionary built from the definition."""

    def __init__(self, entries: list[bytes]) -> None:
        self.entries = entries
        self.served: dict[str, bytes] = {}
        self._add_bundles()
        self._add_level(0, [tree.leaf_hash(entry) for entry in entries])

    def _add_bundles(self) -> None:
        for start in range(0, len(self.entries), tiles.WIDTH):
            part = self.entries[start : start + tiles.WIDTH]
            data = b"".join(len(entry).to_bytes(2, "big") + entry for entry in part)
            self.served[tiles.bundle_path(start // tiles.WIDTH, len(part))] = data

    def _add_level(self, level: int, hashes: list[bytes]) -> None:
        for start in range(0, len(hashes), tiles.WIDTH):
            part = hashes[start : start + tiles.WIDTH]
            self.served[tiles.tile_path(level, start // tiles.WIDTH, len(part))] = b"".join(part)
        full = len(hashes) // tiles.WIDTH
        if full:
            above = [tree.root(hashes[i * tiles.WIDTH : (i + 1) * tiles.WIDTH]) for i in range(full)]
            self._add_level(level + 1, above)


@pytest.mark.parametrize("size", [1, 2, 7, 255, 256, 257, 511, 512, 700, 1300])
def test_tiles_add_up_to_the_tree(size: int) -> None:
    server = TileServer([index.to_bytes(40, "big") for index in range(size)])
    leaves = [tree.leaf_hash(entry) for entry in server.entries]
    view = tiles.Tiles(size, server.served.__getitem__)
    assert view.root() == tree.root(leaves)
    for index in {0, size // 2, size - 1}:
        assert view.entry(index) == server.entries[index]
        assert view.inclusion_path(index) == tree.inclusion_path(index, leaves)
    for old in {1, size // 2 or 1, size}:
        assert view.consistency_path(old) == tree.consistency_path(old, leaves)


def test_the_published_size_of_tiles() -> None:
    view = tiles.Tiles(70_000, lambda path: bytes(0))
    assert (view._width(0, 273), view._width(1, 1), view._width(2, 0)) == (112, 17, 1)


def test_a_bundle_that_breaks_off_is_refused() -> None:
    with pytest.raises(Rejected, match="bad-tile"):
        tiles.parse_bundle(b"\x00\x28" + bytes(39), 1)


def test_content_roots() -> None:
    assert tree.content_root([]).hex() == ROOTS[0]
    assert tree.content_root(LEAVES).hex() == ROOTS[8]


def altered(path: list[bytes]) -> list[bytes]:
    """The path with one bit of its last node flipped; where it is empty, one node too many."""
    if not path:
        return [bytes(32)]
    return [*path[:-1], bytes([path[-1][0] ^ 1]) + path[-1][1:]]
