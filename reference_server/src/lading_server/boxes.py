"""The boxes under one content address, in files named by role and digest.

    boxes/exchange-<digest>        deleted when its delivery is closed
    boxes/consumer-<digest>

A delivery is admitted with the boxes whose digests it signs, and a later ticket over the same content brings its own:
no file is ever replaced by another box.
"""

from hashlib import sha256
from pathlib import Path
from typing import Final

from lading.acts.sealed import Role
from lading.problems import refuse
from lading.statement.words import Id
from lading.transfer.shares import BOX_BYTES
from lading_server.durable import make_directories, sync_directory, write_file

MAX_BOXES: Final = 16
"""Boxes of one role that may lie under one address."""


def check_box(box: bytes, digest: Id) -> None:
    """Raises `Refused` (bad-box) unless these are the bytes that the delivery signs."""
    # LAD-TRF-016
    if len(box) != BOX_BYTES or f"sha256:{sha256(box).hexdigest()}" != digest:
        raise refuse("bad-box", f"not the {BOX_BYTES} bytes with the digest that the delivery signs")


class Boxes:
    """The boxes below one directory. One upload at a time may write here; the handlers see to that."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def has(self, role: Role, digest: Id) -> bool:
        """Whether the box with this digest is there."""
        return self._file(role, digest).exists()

    def read(self, role: Role, digest: Id) -> bytes:
        """The box; `FileNotFoundError` where it is not there."""
        return self._file(role, digest).read_bytes()

    def keep(self, role: Role, digest: Id, box: bytes) -> None:
        """Store a box that `check_box` let pass. Raises `Refused` (busy) where too many others are there."""
        if self.has(role, digest):
            return
        # LAD-HTP-015
        if len(list(self._directory.glob(f"{role}-*"))) >= MAX_BOXES:
            raise refuse("busy", f"{MAX_BOXES} boxes for the {role} lie at this address already")
        make_directories(self._directory)
        write_file(self._file(role, digest), box)

    def destroy(self, digest: Id) -> bool:
        """Delete the exchange's box, durably; whether there was one."""
        path = self._file("exchange", digest)
        if not path.exists():
            return False
        path.unlink()
        sync_directory(self._directory)
        return True

    def _file(self, role: Role, digest: Id) -> Path:
        return self._directory / f"{role}-{digest[7:]}"
