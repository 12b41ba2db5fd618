"""Tiles and entry bundles (c2sp.org/tlog-tiles v0.1.0), read through a function that fetches a path.

tiles = Tiles(size, fetch)                   # fetch("/tile/0/000") -> bytes
tiles.root() == checkpoint.root
tiles.consistency_path(old_size)
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from lading_conformance.oracle import tree
from lading_conformance.oracle.rejected import Rejected

WIDTH: Final = 256
HASH: Final = 32

Fetch = Callable[[str], bytes]
"""Returns what is served under a path that begins with "/tile/", or raises. May return the full tile for a partial
one: a log may drop partial tiles once the full one exists."""


def tile_name(number: int) -> str:
    """Return the path of a tile's number: groups of three digits, all but the last with an x before them."""
    groups = [f"{number % 1000:03d}"]
    while number := number // 1000:
        groups.insert(0, f"x{number % 1000:03d}")
    return "/".join(groups)


def tile_path(level: int, number: int, width: int) -> str:
    """Return the path of a tile of hashes, partial if `width` is below 256."""
    return f"/tile/{level}/{tile_name(number)}{_part(width)}"


def bundle_path(number: int, width: int) -> str:
    """Return the path of an entry bundle, partial if `width` is below 256."""
    return f"/tile/entries/{tile_name(number)}{_part(width)}"


def parse_bundle(data: bytes, width: int) -> list[bytes]:
    """Return the entries of a bundle; `Rejected("bad-tile")` unless there are `width`, or it is a full one."""
    entries, at = [], 0
    while at < len(data):
        length = int.from_bytes(data[at : at + 2], "big")
        entries.append(data[at + 2 : at + 2 + length])
        at += 2 + length
    if at != len(data) or len(entries) not in (width, WIDTH):
        raise Rejected(
            "bad-tile", f"the bundle holds {len(entries)} entries or breaks off; it should hold {width}"
        )
    return entries


class Tiles:
    """The tree of one checkpointed size, as its tiles show it. Each tile is fetched once."""

    def __init__(self, size: int, fetch: Fetch) -> None:
        self.size = size
        self._fetch = fetch
        self._cache: dict[str, bytes] = {}

    def leaf(self, index: int) -> bytes:
        """Return the leaf hash at `index`."""
        return self._stored(0, index)

    def entry(self, index: int) -> bytes:
        """Return the entry at `index` from its bundle."""
        number, offset = divmod(index, WIDTH)
        width = self._width(0, number)
        return parse_bundle(self._get(bundle_path(number, width)), width)[offset]

    def root(self) -> bytes:
        """Return the root that the tiles add up to."""
        return self.range_hash(0, self.size) if self.size else tree.EMPTY_ROOT

    def range_hash(self, start: int, end: int) -> bytes:
        """Return the tree hash of the entries from `start` to before `end`, a subtree of this tree."""
        size = end - start
        if size == 1:
            return self.leaf(start)
        if size & (size - 1) == 0:
            return self._aligned(size.bit_length() - 1, start >> size.bit_length() - 1)
        k = tree.split(size)
        return tree.node_hash(self.range_hash(start, start + k), self.range_hash(start + k, end))

    def consistency_path(self, old: int) -> list[bytes]:
        """Return the proof that the first `old` entries, at least one, begin this tree."""
        return self._subproof(old, 0, self.size, complete=True)

    def inclusion_path(self, index: int) -> list[bytes]:
        """Return the audit path of the entry at `index`."""
        return self._path(index, 0, self.size)

    def _subproof(self, old: int, start: int, end: int, *, complete: bool) -> list[bytes]:
        if start + old == end:
            return [] if complete else [self.range_hash(start, end)]
        k = tree.split(end - start)
        if old <= k:
            below = self._subproof(old, start, start + k, complete=complete)
            return [*below, self.range_hash(start + k, end)]
        below = self._subproof(old - k, start + k, end, complete=False)
        return [*below, self.range_hash(start, start + k)]

    def _path(self, index: int, start: int, end: int) -> list[bytes]:
        if end - start == 1:
            return []
        middle = start + tree.split(end - start)
        if index < middle:
            return [*self._path(index, start, middle), self.range_hash(middle, end)]
        return [*self._path(index, middle, end), self.range_hash(start, middle)]

    def _aligned(self, height: int, number: int) -> bytes:
        """Return the hash of the full subtree `number` of 2^height entries."""
        level, rest = divmod(height, 8)
        if rest == 0:
            return self._stored(level, number)
        return tree.node_hash(
            self._aligned(height - 1, 2 * number), self._aligned(height - 1, 2 * number + 1)
        )

    def _stored(self, level: int, index: int) -> bytes:
        number, offset = divmod(index, WIDTH)
        width = self._width(level, number)
        data = self._get(tile_path(level, number, width))
        if len(data) not in (width * HASH, WIDTH * HASH):
            raise Rejected("bad-tile", f"a tile of {width} hashes has {len(data)} bytes")
        return data[offset * HASH : (offset + 1) * HASH]

    def _width(self, level: int, number: int) -> int:
        return min(WIDTH, (self.size >> 8 * level) - number * WIDTH)

    def _get(self, path: str) -> bytes:
        if path not in self._cache:
            self._cache[path] = self._fetch(path)
        return self._cache[path]


def _part(width: int) -> str:
    return "" if width == WIDTH else f".p/{width}"
