"""A log entry: registration time and statement digest, 40 bytes (LAD-LOG-001)."""

import struct
from dataclasses import dataclass
from typing import Final

from lading.statement.words import Id, Millis
from lading.tree import leaf_hash

ENTRY_BYTES: Final = 40
_ENTRY = struct.Struct(">Q32s")


@dataclass(frozen=True, slots=True)
class Entry:
    """Registration time in milliseconds since the epoch, and the statement's id."""

    time: Millis
    id: Id

    @property
    def data(self) -> bytes:
        """The 40 bytes that the log commits to."""
        return _ENTRY.pack(self.time, bytes.fromhex(self.id.removeprefix("sha256:")))

    @property
    def leaf(self) -> bytes:
        """The entry's leaf hash in the tree."""
        return leaf_hash(self.data)


def decode_entry(data: bytes) -> Entry:
    """The entry of 40 bytes; `ValueError` for any other length."""
    if len(data) != ENTRY_BYTES:
        raise ValueError("a log entry has 40 bytes")
    time, digest = _ENTRY.unpack(data)
    return Entry(Millis(time), Id("sha256:" + digest.hex()))
