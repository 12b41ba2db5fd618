"""Signed notes and checkpoints (c2sp.org/signed-note, c2sp.org/tlog-checkpoint, both v1.0.0)."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass
from typing import Final

from lading_conformance.oracle import keys
from lading_conformance.oracle.rejected import Rejected

ED25519: Final = 0x01
"""The signature type of a log's own signature; cosignatures have others and are not judged here."""

_SIZE: Final = re.compile(r"0|[1-9][0-9]{0,18}")
_SIGNATURE_LINE: Final = re.compile(r"— ([^\s+]+) ([A-Za-z0-9+/]+={0,2})")


def base64_decode(text: str) -> bytes:
    """Return the bytes of standard base64 in its one padded spelling; `Rejected("bad-checkpoint")`
    otherwise.
    """
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        raise Rejected("bad-checkpoint", "not base64") from None
    if base64.b64encode(data).decode("ascii") != text:
        raise Rejected("bad-checkpoint", "base64 with trailing bits")
    return data


@dataclass(frozen=True)
class VerifierKey:
    """The public key of a log, with the name that its signatures carry."""

    name: str
    public: bytes

    @property
    def id(self) -> bytes:
        """The four bytes that begin each signature by this key."""
        return hashlib.sha256(self.name.encode() + b"\n" + bytes([ED25519]) + self.public).digest()[:4]

    @property
    def text(self) -> str:
        """The key as a vkey line."""
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(bytes([ED25519]) + self.public).decode()}"


def parse_vkey(text: str) -> VerifierKey:
    """Return the Ed25519 key of a vkey line, its id checked; `Rejected("bad-checkpoint")` otherwise."""
    parts = text.split("+", 2)
    if len(parts) != 3 or not parts[0] or re.search(r"\s", parts[0]):
        raise Rejected("bad-checkpoint", "a vkey is name+id+key")
    data = base64_decode(parts[2])
    if len(data) != 33 or data[0] != ED25519:
        raise Rejected("bad-checkpoint", "the vkey is not an Ed25519 key")
    key = VerifierKey(parts[0], data[1:])
    if key.id.hex() != parts[1]:
        raise Rejected("bad-checkpoint", "the id in the vkey is not that of its key")
    return key


@dataclass(frozen=True)
class Note:
    """A note: its text with the final newline, and its signatures as (name, key id and signature)."""

    text: str
    signatures: tuple[tuple[str, bytes], ...]

    def verify(self, key: VerifierKey) -> None:
        """Raise `Rejected("bad-checkpoint")` unless the note carries exactly valid signatures of `key`."""
        own = [data[4:] for name, data in self.signatures if name == key.name and data[:4] == key.id]
        if not own:
            raise Rejected("bad-checkpoint", f"no signature of {key.name} with key id {key.id.hex()}")
        for signature in own:
            try:
                keys.verify(key.public, self.text.encode("utf-8"), signature)
            except Rejected as rejected:
                raise Rejected("bad-checkpoint", f"the log's signature: {rejected.detail}") from None


def parse_note(data: str) -> Note:
    """Return the note, or raise `Rejected("bad-checkpoint")`. Signatures are not verified."""
    text, separator, lines = data.rpartition("\n\n")
    if not separator or not lines.endswith("\n") or re.search(r"[\x00-\x09\x0b-\x1f]", data):
        raise Rejected("bad-checkpoint", "not a signed note")
    signatures = []
    for line in lines[:-1].split("\n"):
        match = _SIGNATURE_LINE.fullmatch(line)
        if match is None:
            raise Rejected("bad-checkpoint", "a signature line is malformed")
        signatures.append((match[1], base64_decode(match[2])))
    return Note(text + "\n", tuple(signatures))


@dataclass(frozen=True)
class Checkpoint:
    """A tree head: `size` entries under `root`. `raw` is the text as received, `note` its signatures."""

    raw: str
    note: Note
    origin: str
    size: int
    root: bytes


def parse_checkpoint(data: str) -> Checkpoint:
    """Return the checkpoint, or raise `Rejected("bad-checkpoint")`. Signatures are not verified."""
    note = parse_note(data)
    lines = note.text.removesuffix("\n").split("\n")
    # LAD-LOG-005
    if len(lines) != 3 or not all(lines) or not _SIZE.fullmatch(lines[1]):
        raise Rejected("bad-checkpoint", "not exactly origin, size and root")
    root = base64_decode(lines[2])
    if len(root) != 32:
        raise Rejected("bad-checkpoint", "the root has not 32 bytes")
    return Checkpoint(data, note, lines[0], int(lines[1]), root)
