"""Checkpoints (C2SP tlog-checkpoint v1.0.0): origin, size and root of a log, as the text of a signed note."""

import base64
import re
from dataclasses import dataclass

from lading.keys import vkey
from lading.keys.signer import Signer
from lading.keys.vkey import LOG_KEY, VerifierKey
from lading.log import note
from lading.log.note import Note
from lading.tree import HASH_BYTES

_SIZE = re.compile(r"0|[1-9][0-9]{0,17}")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a checkpoint says: the log's origin, its number of entries, and the root over them."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """The note text."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


def parse(text: str) -> Checkpoint:
    """The checkpoint of a note text; `ValueError` where malformed. Lading's checkpoints have no extension lines."""
    lines = text.split("\n")
    if len(lines) != 4 or lines[3] or not lines[0] or _SIZE.fullmatch(lines[1]) is None:
        raise ValueError("not origin, size and root")
    root = vkey.decode_base64(lines[2])
    if len(root) != HASH_BYTES:
        raise ValueError("a root has 32 bytes")
    return Checkpoint(lines[0], int(lines[1]), root)


class CheckpointSigner:
    """Signs checkpoints of one log with its log key."""

    def __init__(self, origin: str, signer: Signer) -> None:
        self.key = VerifierKey(origin, LOG_KEY, signer.public)
        self._signer = signer

    @property
    def origin(self) -> str:
        """The log's origin line, which is the key's name."""
        return self.key.name

    def sign(self, size: int, root: bytes) -> str:
        """The signed checkpoint note. The caller guarantees never to sign two inconsistent ones."""
        return note.sign(Checkpoint(self.origin, size, root).text, self.key, self._signer)


def open_signed(data: str, key: VerifierKey) -> tuple[Checkpoint, Note]:
    """The checkpoint and note of `data` if `key` signed it, and signed it well; `ValueError` otherwise."""
    parsed = note.parse(data)
    lines = [line for line in parsed.signatures if line.by(key)]
    if not lines:
        raise ValueError(f"no signature by {key.name} with key id {key.key_id.hex()}")
    for line in lines:
        note.verify_line(parsed.text, line, key)
    checkpoint = parse(parsed.text)
    if checkpoint.origin != key.name:
        raise ValueError("the checkpoint is of another origin than the key")
    return checkpoint, parsed
