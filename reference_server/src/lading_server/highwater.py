"""The high-water mark: the last checkpoint that left this exchange, kept outside the database.

Order of writing: commit, then this file, then answers and publication. So after a crash the database holds
at least what the file says. A database that holds less, or other roots, was rolled back or replaced;
signing more checkpoints over it would fork the log's history.
"""

from pathlib import Path
from typing import Final

from lading.keys.vkey import VerifierKey
from lading.log import checkpoint, tiles
from lading.log.checkpoint import Checkpoint
from lading.log.tiles import TileReader
from lading_server.durable import overwrite, write_file
from lading_server.state import StateDamaged

SLOT_BYTES: Final = 4_096


class HighWater:
    """The file: two slots, written in turn and in place. Written by one thread only.

    A crash can tear the slot that is being written, whose checkpoint nobody has seen; the other one holds the
    mark before it. Writing into blocks that are there takes one flush of the disk, and a new file in place of
    the old one would take three.
    """

    def __init__(self, path: Path, key: VerifierKey) -> None:
        self._path = path
        self._key = key
        self._slot: int | None = None

    def write(self, note: str) -> None:
        """Make this signed checkpoint the mark; it is on the disk when this returns."""
        data = note.encode().ljust(SLOT_BYTES, b"\0")
        if len(data) > SLOT_BYTES:
            raise ValueError(f"a checkpoint of {len(data)} bytes does not fit into a slot")
        if self._slot is None or not self._path.exists():
            write_file(self._path, data.ljust(2 * SLOT_BYTES, b"\0"))
            self._slot = 0
        else:
            overwrite(self._path, (1 - self._slot) * SLOT_BYTES, data)
            self._slot = 1 - self._slot

    def note(self) -> str:
        """The newest signed note in the file; `OSError` or `ValueError` where there is none."""
        return self._newest()[1]

    def read(self) -> Checkpoint:
        """The mark; `StateDamaged` where there is none, or it is not this log's."""
        try:
            return self._newest()[0]
        except FileNotFoundError:
            raise StateDamaged(
                f"{self._path} is missing", hint="Restore it from a backup of the same age."
            ) from None
        except ValueError as error:
            raise StateDamaged(f"{self._path} cannot be read: {error}") from None

    def _newest(self) -> tuple[Checkpoint, str]:
        data = self._path.read_bytes()
        found = [mark for slot in (data[:SLOT_BYTES], data[SLOT_BYTES:]) if (mark := self._open(slot))]
        if not found:
            raise ValueError("it holds no checkpoint of this log")
        return max(found, key=lambda mark: mark[0].size)

    def _open(self, slot: bytes) -> tuple[Checkpoint, str] | None:
        """The checkpoint and note in a slot; None where it is empty or torn."""
        try:
            note = slot.rstrip(b"\0").decode()
            return checkpoint.open_signed(note, self._key)[0], note
        except ValueError:
            return None

    def contradiction(self, size: int, tree: TileReader) -> str | None:
        """Why a database with `size` entries must not grow, or None where it agrees with the mark."""
        mark = self.read()
        # LAD-LOG-009
        if size < mark.size:
            return f"the database has {size} entries, but {mark.size} were published"
        if tiles.root(tree, mark.size) != mark.root:
            return f"the database's first {mark.size} entries are not those that were published"
        return None
