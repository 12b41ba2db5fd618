"""Hash tiles (C2SP tlog-tiles): the tree as 256-wide slices, appended to and read back for roots and proofs.

A tile is addressed by level and number and holds up to 256 hashes; level l holds the hashes at height 8·l.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import Final, Protocol

from lading.tree import HASH_BYTES, fold_peaks, node_hash, split

WIDTH: Final = 256
HEIGHT: Final = 8


class TileReader(Protocol):
    """Where tiles are read from."""

    def tile(self, level: int, number: int) -> bytes:
        """The hashes of one tile, 32 bytes each, as many as there are; empty where there is no such tile."""
        ...


class TileStore(TileReader, Protocol):
    """Where tiles are kept."""

    def put_tile(self, level: int, number: int, data: bytes) -> None:
        """Store a tile; a longer one replaces the shorter one that it begins with."""
        ...


def append(store: TileStore, size: int, leaves: Iterable[bytes]) -> int:
    """Append leaf hashes to a tree of `size` leaves; the new size. Writes each changed tile once."""
    added = list(leaves)
    _append_level(store, 0, size, added)
    return size + len(added)


def _append_level(store: TileStore, level: int, count: int, hashes: list[bytes]) -> None:
    if not hashes:
        return
    number, offset = divmod(count, WIDTH)
    data = store.tile(level, number)[: offset * HASH_BYTES] if offset else b""
    pending = data + b"".join(hashes)
    full: list[bytes] = []
    while pending:
        tile, pending = pending[: WIDTH * HASH_BYTES], pending[WIDTH * HASH_BYTES :]
        store.put_tile(level, number, tile)
        if len(tile) == WIDTH * HASH_BYTES:
            full.append(_levels(tile)[HEIGHT][0])
        number += 1
    _append_level(store, level + 1, count // WIDTH, full)


@lru_cache(maxsize=256)
def _levels(data: bytes) -> tuple[tuple[bytes, ...], ...]:
    """The nodes over a tile's hashes by height, from the hashes themselves up; only those over full subtrees.

    Cached: every proof under one checkpoint, and the root itself, needs the same nodes of the same few tiles.
    """
    nodes = tuple(data[i : i + HASH_BYTES] for i in range(0, len(data), HASH_BYTES))
    levels = [nodes]
    while len(nodes) > 1:
        nodes = tuple(node_hash(nodes[i], nodes[i + 1]) for i in range(0, len(nodes) - 1, 2))
        levels.append(nodes)
    return tuple(levels)


def subtree(reader: TileReader, height: int, number: int) -> bytes:
    """The root of the perfect subtree of 2^height leaves that begins at leaf number·2^height."""
    level, rest = divmod(height, HEIGHT)
    tile_number, offset = divmod(number << rest, WIDTH)
    levels = _levels(reader.tile(level, tile_number))
    position = offset >> rest
    if rest >= len(levels) or position >= len(levels[rest]):
        raise ValueError(f"tile {level}/{tile_number} is too short")
    return levels[rest][position]


def root(reader: TileReader, size: int) -> bytes:
    """The root of the tree's first `size` leaves."""
    return _range_root(reader, 0, size)


def _range_root(reader: TileReader, start: int, end: int) -> bytes:
    """The RFC 6962 root over leaves start to end; `start` is a multiple of the largest subtree within."""
    peaks = []
    while start < end:
        height = (end - start).bit_length() - 1
        peaks.append(subtree(reader, height, start >> height))
        start += 1 << height
    return fold_peaks(peaks)


def inclusion(reader: TileReader, index: int, size: int) -> list[bytes]:
    """The inclusion path of leaf `index` in the tree of `size` leaves, leaf's sibling first (RFC 6962 2.1.1)."""
    path: list[bytes] = []
    start, end = 0, size
    if not 0 <= index < size:
        raise ValueError("the index does not lie in the tree")
    while end - start > 1:
        middle = start + split(end - start)
        if index < middle:
            path.append(_range_root(reader, middle, end))
            end = middle
        else:
            path.append(_range_root(reader, start, middle))
            start = middle
    return path[::-1]


def consistency(reader: TileReader, old: int, new: int) -> list[bytes]:
    """The consistency proof between the trees of `old` and `new` leaves (RFC 6962 2.1.2)."""
    if not 0 < old <= new:
        raise ValueError("the old size does not lie between 1 and the new one")
    proof: list[bytes] = []
    start, end, whole = 0, new, True
    while end != old:
        middle = start + split(end - start)
        if old <= middle:
            proof.append(_range_root(reader, middle, end))
            end = middle
        else:
            proof.append(_range_root(reader, start, middle))
            start, whole = middle, False
    if not whole:
        proof.append(_range_root(reader, start, end))
    return proof[::-1]


def path_of(level: int | str, number: int, width: int = WIDTH) -> str:
    """The URL path of a tile below the log's prefix; `level` "entries" names an entry bundle."""
    groups = [f"{number % 1000:03d}"]
    while number := number // 1000:
        groups.append(f"x{number % 1000:03d}")
    name = f"tile/{level}/" + "/".join(reversed(groups))
    return name if width == WIDTH else f"{name}.p/{width}"


def entry_bundles(entries: Iterable[bytes]) -> Iterator[bytes]:
    """Entries as bundles of up to 256: each entry after its length in two bytes."""
    bundle: list[bytes] = []
    for data in entries:
        bundle.append(len(data).to_bytes(2, "big") + data)
        if len(bundle) == WIDTH:
            yield b"".join(bundle)
            bundle = []
    if bundle:
        yield b"".join(bundle)


class MemoryTiles:
    """Tiles in a dict, for tests and for replay."""

    def __init__(self, fetch: Callable[[int, int], bytes] | None = None) -> None:
        self._tiles: dict[tuple[int, int], bytes] = {}
        self._fetch = fetch

    def tile(self, level: int, number: int) -> bytes:
        """The tile's hashes; empty where there is none."""
        data = self._tiles.get((level, number))
        if data is None and self._fetch is not None:
            data = self._tiles[level, number] = self._fetch(level, number)
        return data or b""

    def put_tile(self, level: int, number: int, data: bytes) -> None:
        """Store the tile."""
        self._tiles[level, number] = data
