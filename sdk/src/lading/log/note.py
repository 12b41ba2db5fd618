"""Signed notes (C2SP signed-note v1.0.0): a text and signature lines. Strict: one spelling of every signature."""

import base64
import re
from dataclasses import dataclass
from typing import Final

from lading.keys import ed25519, vkey
from lading.keys.signer import Signer, signature_of
from lading.keys.vkey import VerifierKey
from lading.problems import Refused

MAX_BYTES: Final = 65_536
MAX_SIGNATURES: Final = 64
MAX_COSIGNED_AT: Final = 2**63 - 1
_LINE = re.compile(r"— ([^\s+]{1,200}) ([A-Za-z0-9+/=]{8,8192})")


@dataclass(frozen=True, slots=True)
class SignatureLine:
    """One signature line: the key's name, four bytes of key id, and the signature's bytes."""

    name: str
    key_id: bytes
    signature: bytes

    def by(self, key: VerifierKey) -> bool:
        """Whether the line claims to be by this key."""
        return self.name == key.name and self.key_id == key.key_id


@dataclass(frozen=True, slots=True)
class Note:
    """A note's text (ending with a line feed) and its signature lines, none of them verified yet."""

    text: str
    signatures: tuple[SignatureLine, ...]


def parse(data: str) -> Note:
    """The note that `data` spells; `ValueError` where it is malformed. Verifies no signature."""
    text, separator, block = data.rpartition("\n\n")
    if len(data) > MAX_BYTES or not separator or not text or not block.endswith("\n"):
        raise ValueError("not a text, an empty line and signature lines")
    if any(character < " " and character != "\n" for character in data):
        raise ValueError("a control character")
    lines = block[:-1].split("\n")
    if len(lines) > MAX_SIGNATURES:
        raise ValueError("too many signature lines")
    return Note(text + "\n", tuple(_parse_line(line) for line in lines))


def _parse_line(line: str) -> SignatureLine:
    match = _LINE.fullmatch(line)
    if match is None:
        raise ValueError("a malformed signature line")
    body = vkey.decode_base64(match[2])
    if len(body) < 5:
        raise ValueError("a signature line without a signature")
    return SignatureLine(match[1], body[:4], body[4:])


def sign(text: str, key: VerifierKey, signer: Signer) -> str:
    """The note with one Ed25519 signature by `signer`, whose public key is `key`'s.

    Raises `ApprovalPending` where the signer waits for somebody: a log does not wait, so its key must sign at once.
    """
    body = key.key_id + signature_of(signer, text.encode())
    return f"{text}\n— {key.name} {base64.b64encode(body).decode()}\n"


def verify_line(text: str, line: SignatureLine, key: VerifierKey) -> None:
    """Return if the line is the key's signature over the text; `ValueError` if not."""
    try:
        if len(line.signature) != ed25519.SIGNATURE_BYTES:
            raise ValueError("an Ed25519 signature has 64 bytes")
        ed25519.verify(key.public, text.encode(), line.signature)
    except Refused:
        raise ValueError(f"the signature of {key.name} does not verify") from None


def verify_cosignature(text: str, line: SignatureLine, key: VerifierKey) -> int:
    """The POSIX time in seconds of a tlog-cosignature v1 line; `ValueError` where it does not verify."""
    if len(line.signature) != 8 + ed25519.SIGNATURE_BYTES:
        raise ValueError("a cosignature has 72 bytes")
    time = int.from_bytes(line.signature[:8], "big")
    if time > MAX_COSIGNED_AT:
        raise ValueError("a cosignature's time lies beyond 2^63-1 seconds")
    message = f"cosignature/v1\ntime {time}\n{text}".encode()
    try:
        ed25519.verify(key.public, message, line.signature[8:])
    except Refused:
        raise ValueError(f"the cosignature of {key.name} does not verify") from None
    return time
