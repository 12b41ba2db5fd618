"""Log entries and the proofs that statements stand in the log (c2sp.org/tlog-proof).

An entry is 40 bytes: registration time as u64 big-endian milliseconds, then the statement's digest.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from lading_conformance.oracle import tree
from lading_conformance.oracle.note import Checkpoint, VerifierKey, base64_decode, parse_checkpoint
from lading_conformance.oracle.rejected import Rejected

HEADER: Final = "c2sp.org/tlog-proof@v1"
ENTRY_BYTES: Final = 40

_INDEX: Final = re.compile(r"index (0|[1-9][0-9]{0,18})")


def entry(time: int, digest: bytes) -> bytes:
    """Return the log entry of a statement's digest registered at `time`, in milliseconds since 1970."""
    return time.to_bytes(8, "big") + digest


@dataclass(frozen=True)
class Proof:
    """An inclusion path and the checkpoint that it leads to. `extra` is None where that line is absent."""

    index: int
    path: tuple[bytes, ...]
    checkpoint: Checkpoint
    extra: bytes | None

    def verify(self, key: VerifierKey, leaf: bytes) -> None:
        """Raise `Rejected` unless `key` signed the checkpoint and the path leads from `leaf` to its root."""
        if self.checkpoint.origin != key.name:
            raise Rejected("bad-checkpoint", f"the origin is {self.checkpoint.origin!r}, not {key.name!r}")
        self.checkpoint.note.verify(key)
        tree.check_inclusion(self.index, self.checkpoint.size, leaf, self.path, self.checkpoint.root)


def parse_proof(text: str) -> Proof:
    """Return the proof, or raise `Rejected("not-included")` for its form, "bad-checkpoint" for its
    checkpoint's.
    """
    head, separator, checkpoint = text.partition("\n\n")
    lines = head.split("\n")
    if not separator or lines[0] != HEADER:
        raise Rejected("not-included", f"the first line is not {HEADER}")
    extra = None
    if len(lines) > 1 and lines[1].startswith("extra "):
        extra = base64_decode(lines.pop(1).removeprefix("extra "))
    match = _INDEX.fullmatch(lines[1]) if len(lines) > 1 else None
    if match is None:
        raise Rejected("not-included", "no index line")
    path = tuple(base64_decode(line) for line in lines[2:])
    if any(len(node) != 32 for node in path):
        raise Rejected("not-included", "a hash of the path has not 32 bytes")
    return Proof(int(match[1]), path, parse_checkpoint(checkpoint), extra)
