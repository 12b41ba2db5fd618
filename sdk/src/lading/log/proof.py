"""tlog-proof files (C2SP tlog-proof): one entry's inclusion under one checkpoint, with the entry's time as `extra`.

proof = parse(text)
time = proof.verify(statement_id, key)      # the registration time, if the log's key vouches for it
"""

import base64
import re
from dataclasses import dataclass
from typing import Final

from lading.keys import vkey
from lading.keys.vkey import VerifierKey
from lading.log import checkpoint
from lading.log.checkpoint import Checkpoint
from lading.log.entry import Entry
from lading.statement.words import Id, Millis
from lading.tree import HASH_BYTES, root_from_inclusion

HEADER: Final = "c2sp.org/tlog-proof@v1"
MEDIA_TYPE: Final = "text/plain; charset=utf-8"
MAX_PATH: Final = 63
_INDEX = re.compile(r"index (0|[1-9][0-9]{0,17})")


@dataclass(frozen=True, slots=True)
class Proof:
    """An entry's index, time, inclusion path, and the signed checkpoint that it leads to."""

    index: int
    time: Millis
    path: tuple[bytes, ...]
    note: str

    @property
    def text(self) -> str:
        """The file."""
        extra = base64.b64encode(self.time.to_bytes(8, "big")).decode()
        hashes = "".join(base64.b64encode(node).decode() + "\n" for node in self.path)
        return f"{HEADER}\nextra {extra}\nindex {self.index}\n{hashes}\n{self.note}"

    def verify(self, statement: Id, key: VerifierKey) -> Checkpoint:
        """The checkpoint under which the log with this key included the statement; `ValueError` if it did not."""
        signed, _ = checkpoint.open_signed(self.note, key)
        if (
            root_from_inclusion(Entry(self.time, statement).leaf, self.index, signed.size, self.path)
            != signed.root
        ):
            raise ValueError("the inclusion path does not lead to the checkpoint's root")
        return signed


def parse(text: str) -> Proof:
    """The proof that a tlog-proof file of Lading holds; `ValueError` where it is malformed. Verifies nothing."""
    head, separator, note = text.partition("\n\n")
    lines = head.split("\n")
    if not separator or len(lines) < 3 or lines[0] != HEADER or not lines[1].startswith("extra "):
        raise ValueError("not a tlog-proof file with the entry's time as extra")
    time = vkey.decode_base64(lines[1].removeprefix("extra "))
    match = _INDEX.fullmatch(lines[2])
    path = tuple(vkey.decode_base64(line) for line in lines[3:])
    if (
        match is None
        or len(time) != 8
        or len(path) > MAX_PATH
        or any(len(node) != HASH_BYTES for node in path)
    ):
        raise ValueError("malformed extra, index or hashes")
    return Proof(int(match[1]), Millis(int.from_bytes(time, "big")), path, note)
