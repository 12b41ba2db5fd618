"""Verifier keys of signed notes: `<name>+<key id>+<base64(type || public key)>` (C2SP signed-note)."""

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass
from typing import Final

from lading.keys import ed25519
from lading.problems import Refused

LOG_KEY: Final = 0x01
COSIGNATURE_KEY: Final = 0x04

_NAME = re.compile(r"[\x21-\x2a\x2c-\x7e]{1,200}")
_VKEY = re.compile(r"([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]{44})")


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A named Ed25519 key that signs notes (`kind` 0x01) or cosigns checkpoints (`kind` 0x04)."""

    name: str
    kind: int
    public: bytes

    @property
    def key_id(self) -> bytes:
        """The four bytes that begin this key's signatures."""
        return hashlib.sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.public).digest()[:4]

    def __str__(self) -> str:
        body = base64.b64encode(bytes([self.kind]) + self.public).decode()
        return f"{self.name}+{self.key_id.hex()}+{body}"


def parse(text: str) -> VerifierKey:
    """The key that a vkey line spells; `ValueError` where it is malformed, of another type, or unsound."""
    match = _VKEY.fullmatch(text)
    if match is None or _NAME.fullmatch(match[1]) is None:
        raise ValueError("not of the form <name>+<key id>+<key>")
    body = decode_base64(match[3])
    if len(body) != 1 + ed25519.PUBLIC_BYTES or body[0] not in (LOG_KEY, COSIGNATURE_KEY):
        raise ValueError("not an Ed25519 log or cosignature key")
    key = VerifierKey(match[1], body[0], body[1:])
    if key.key_id.hex() != match[2]:
        raise ValueError("the key id does not match name and key")
    try:
        ed25519.check_public(key.public)
    except Refused:
        raise ValueError("the public key is not a sound Ed25519 point") from None
    return key


def decode_base64(text: str) -> bytes:
    """Standard base64 (RFC 4648 section 4), in its one spelling only; else `ValueError`."""
    try:
        data = binascii.a2b_base64(text.encode("ascii"), strict_mode=True)
    except (binascii.Error, UnicodeEncodeError):
        raise ValueError("not base64") from None
    if base64.b64encode(data).decode() != text:
        raise ValueError("a second spelling of the same base64")
    return data
