"""What a consumer keeps of a sealed delivery besides the ciphertexts: the manifest, and the box with its share.

Durable before the receipt is signed, so that after it nobody's silence can keep the content locked.
"""

from pathlib import Path
from typing import Final, Literal

from lading.client import files
from lading.statement.words import Id

Piece = Literal["manifest", "box"]
_LIMIT: Final = 64 * 2**20


class Takings:
    """The pieces of one identity's sealed deliveries that were not opened yet."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get(self, delivery: Id, piece: Piece) -> bytes | None:
        """A piece, or None where it was not kept. Not verified."""
        return files.read(self._path(delivery, piece), _LIMIT)

    def keep(self, delivery: Id, piece: Piece, data: bytes) -> None:
        """Keep a piece durably."""
        files.make_directory(self._folder)
        files.replace(self._path(delivery, piece), data)

    def drop(self, delivery: Id) -> None:
        """Forget a delivery."""
        for piece in ("manifest", "box"):
            files.remove(self._path(delivery, piece))

    def _path(self, delivery: Id, piece: str) -> Path:
        return self._folder / f"{delivery.removeprefix('sha256:')}.{piece}"
