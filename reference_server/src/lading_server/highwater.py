"""The high-water mark: the last checkpoint that left this exchange, kept outside the database.

Order of writing: commit, then this file, then answers and publication. So after a crash the database holds
at least what the file says. A database that holds less, or other roots, was rolled back or replaced;
signing more checkpoints over it would fork the log's history.
"""

from pathlib import Path

from lading.keys.vkey import VerifierKey
from lading.log import checkpoint, tiles
from lading.log.checkpoint import Checkpoint
from lading.log.tiles import TileReader
from lading_server.durable import write_file
from lading_server.state import StateDamaged


class HighWater:
    """The file. Written by one thread only."""

    def __init__(self, path: Path, key: VerifierKey) -> None:
        self._path = path
        self._key = key

    def write(self, note: str) -> None:
        """Make this signed checkpoint the mark; it is on the disk when this returns."""
        write_file(self._path, note.encode())

    def note(self) -> str:
        """The signed note as it was written; `OSError` or `ValueError` where there is none."""
        return self._path.read_bytes().decode()

    def read(self) -> Checkpoint:
        """The mark; `StateDamaged` where there is none, or it is not this log's."""
        try:
            mark, _ = checkpoint.open_signed(self.note(), self._key)
        except FileNotFoundError:
            raise StateDamaged(
                f"{self._path} is missing", hint="Restore it from a backup of the same age."
            ) from None
        except ValueError as error:
            raise StateDamaged(f"{self._path} is not a checkpoint of this log: {error}") from None
        return mark

    def contradiction(self, size: int, tree: TileReader) -> str | None:
        """Why a database with `size` entries must not grow, or None where it agrees with the mark."""
        mark = self.read()
        # LAD-LOG-009
        if size < mark.size:
            return f"the database has {size} entries, but {mark.size} were published"
        if tiles.root(tree, mark.size) != mark.root:
            return f"the database's first {mark.size} entries are not those that were published"
        return None
