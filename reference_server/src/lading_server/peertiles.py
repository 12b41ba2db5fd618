"""A peer's tree, tile by tile, each proved to be under one root before anything is read from it.

    tree = PeerTiles(abroad, api, size, root)
    await tree.open()                       # the tiles at the right edge, which give the root
    await tree.root_at(older)               # what the root of that many entries is in this tree
    await tree.leaves(number)               # the leaf hashes of one tile

A peer cannot show a tile that its own root does not hold. So a `root_at` that is another than the one it signed before
convicts it.
"""

from lading.log import tiles
from lading.log.tiles import HEIGHT, WIDTH, MemoryTiles
from lading.tree import HASH_BYTES, root_of
from lading_server.abroad import Abroad, PeerFailed


class PeerTiles:
    """The tree of one checkpoint."""

    def __init__(self, abroad: Abroad, api: str, size: int, root: bytes) -> None:
        self._abroad = abroad
        self._api = api
        self._size = size
        self._root = root
        self._tiles = MemoryTiles()
        self._is_open = False

    async def open(self) -> None:
        """Read the tiles that are not full; raises `PeerFailed` where they do not give the root."""
        if self._is_open:
            return
        for level in self._levels(self._size):
            width = (self._size >> HEIGHT * level) % WIDTH
            number = self._size >> HEIGHT * (level + 1)
            if width:
                self._tiles.put_tile(level, number, await self._fetch(level, number, width))
        if tiles.root(self._tiles, self._size) != self._root:
            raise PeerFailed(f"{self._api}: the tiles do not give the root of the checkpoint")
        self._is_open = True

    async def root_at(self, size: int) -> bytes:
        """The root over the first `size` entries, at most as many as there are."""
        for level in self._levels(size):
            number = size >> HEIGHT * (level + 1)
            if (size >> HEIGHT * level) % WIDTH:
                self._tiles.put_tile(level, number, await self._load(level, number))
        return tiles.root(self._tiles, size)

    async def leaves(self, number: int) -> list[bytes]:
        """The leaf hashes of tile `number` at the lowest level, as many as the tree has."""
        data = await self._load(0, number)
        return [data[start : start + HASH_BYTES] for start in range(0, len(data), HASH_BYTES)]

    @staticmethod
    def _levels(size: int) -> range:
        return range(-(-size.bit_length() // HEIGHT))

    async def _load(self, level: int, number: int) -> bytes:
        """One tile, proved by the hash above it; one at the right edge was proved when the tree was opened."""
        data = self._tiles.tile(level, number)
        if data:
            return data
        above = await self._load(level + 1, number // WIDTH)
        start = number % WIDTH * HASH_BYTES
        data = await self._fetch(level, number, WIDTH)
        hashes = (data[i : i + HASH_BYTES] for i in range(0, len(data), HASH_BYTES))
        if root_of(hashes) != above[start : start + HASH_BYTES]:
            raise PeerFailed(f"{self._api}: tile {level}/{number} is not under the root of the checkpoint")
        # Tiles of leaves are read once, in order; keeping them would hold the whole log in memory.
        if level:
            self._tiles.put_tile(level, number, data)
        return data

    async def _fetch(self, level: int, number: int, width: int) -> bytes:
        url = f"{self._api}/log/{tiles.path_of(level, number, width)}"
        answer = await self._abroad.ask("GET", url, WIDTH * HASH_BYTES)
        if answer.status == 404 and width < WIDTH:
            # A log may serve the full tile alone, once there is one.
            url = f"{self._api}/log/{tiles.path_of(level, number)}"
            answer = await self._abroad.ask("GET", url, WIDTH * HASH_BYTES)
            data = answer.body[: width * HASH_BYTES]
        else:
            data = answer.body
        if answer.status != 200 or len(data) != width * HASH_BYTES:
            raise PeerFailed(f"{url} is not a tile of {width} hashes")
        return data
