"""What a dishonest provider does to a chunk before it signs the manifest: named, and each with what it proves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tools.vectors.primitives import sha256
from tools.vectors.sealing import Chunk, Fault, encrypted

Told = tuple[str, Fault]
"""A sentence, and what is done."""


def _flipped(data: bytes, at: int) -> bytes:
    changed = bytearray(data)
    changed[at] ^= 1
    return bytes(changed)


def noise(chunk: Chunk) -> Chunk:
    """A ciphertext that nothing opens."""
    return replace(chunk, ciphertext=_flipped(chunk.ciphertext, 0))


def _tag(chunk: Chunk) -> Chunk:
    return replace(chunk, ciphertext=_flipped(chunk.ciphertext, -1))


def _stub(chunk: Chunk) -> Chunk:
    return replace(chunk, ciphertext=chunk.ciphertext[:15])


def _nothing(chunk: Chunk) -> Chunk:
    return replace(chunk, ciphertext=b"")


def _other_nonce(chunk: Chunk) -> Chunk:
    return replace(chunk, ciphertext=AESGCM(chunk.key).encrypt(bytes(11) + b"\x01", chunk.plaintext, b""))


def _with_data(chunk: Chunk) -> Chunk:
    return replace(chunk, ciphertext=AESGCM(chunk.key).encrypt(bytes(12), chunk.plaintext, b"lading/1 chunk"))


def _shorter_key(chunk: Chunk) -> Chunk:
    return replace(chunk, ciphertext=AESGCM(chunk.key[:16]).encrypt(bytes(12), chunk.plaintext, b""))


def short(chunk: Chunk) -> Chunk:
    """A plaintext that is a byte short."""
    return replace(chunk, ciphertext=encrypted(chunk.key, chunk.plaintext[:-1]))


def _long(chunk: Chunk) -> Chunk:
    return replace(chunk, ciphertext=encrypted(chunk.key, chunk.plaintext + b"\x00"))


def _no_salt(chunk: Chunk) -> Chunk:
    return replace(chunk, ciphertext=encrypted(chunk.key, chunk.plaintext[32:]))


def _only_a_tag(chunk: Chunk) -> Chunk:
    return replace(chunk, ciphertext=encrypted(chunk.key, b""))


def altered(chunk: Chunk) -> Chunk:
    """Another plaintext than the leaf says."""
    return replace(chunk, ciphertext=encrypted(chunk.key, _flipped(chunk.plaintext, -1)))


def _other_salt(chunk: Chunk) -> Chunk:
    return replace(chunk, ciphertext=encrypted(chunk.key, _flipped(chunk.plaintext, 0)))


def _salt_behind(chunk: Chunk) -> Chunk:
    return replace(chunk, ciphertext=encrypted(chunk.key, chunk.plaintext[32:] + chunk.plaintext[:32]))


def foreign(chunk: Chunk) -> Chunk:
    """Encrypted under a key that the provider made up; it opens, and nobody can derive the key."""
    key = sha256(chunk.key)
    return replace(chunk, key=key, ciphertext=encrypted(key, chunk.plaintext))


UNOPENED: Final[Mapping[str, Told]] = {
    "noise": ("A bit of the ciphertext is changed.", noise),
    "tag": ("A bit of the tag is changed.", _tag),
    "stub": ("The ciphertext has 15 bytes, fewer than a tag.", _stub),
    "nothing": ("The ciphertext has no bytes.", _nothing),
    "other-nonce": ("Encrypted with the nonce 1.", _other_nonce),
    "associated-data": ("Encrypted with associated data.", _with_data),
    "aes-128": ("Encrypted with AES-128, under the first half of the key.", _shorter_key),
}
"""Ciphertexts that do not open."""
WRONG_LENGTH: Final[Mapping[str, Told]] = {
    "short": ("It opens to a byte less.", short),
    "long": ("It opens to a byte more.", _long),
    "no-salt": ("It opens to the data without its salt.", _no_salt),
    "only-a-tag": ("It opens to no bytes.", _only_a_tag),
}
"""Ciphertexts that open to another length."""
OTHER_PLAINTEXT: Final[Mapping[str, Told]] = {
    "altered": ("It opens to data of which a bit is changed.", altered),
    "other-salt": ("It opens to a salt of which a bit is changed.", _other_salt),
    "salt-behind": ("It opens to the data with its salt behind it.", _salt_behind),
}
"""Ciphertexts that open to something else than the leaf says."""
BAD_CHUNKS: Final[Mapping[str, Told]] = {**UNOPENED, **WRONG_LENGTH, **OTHER_PLAINTEXT}
