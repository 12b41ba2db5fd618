"""What targets begin with: the test vectors of the specification, with their keys. What is added there is used here."""

import base64
import binascii
import hashlib
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, Final

from lading.keys.seal import SealKey
from lading.keys.signer import Ed25519Signer
from lading.statement.words import Id
from lading.transfer.shares import commitment
from sdk.tests.core.vectors import Case, File, files, given_bytes

ACME: Final = Ed25519Signer.from_seed(hashlib.sha256(b"lading vectors acme").digest())
"""The key that signs what no other key has to sign."""


def of_schema(*schemas: str) -> Iterator[tuple[File, Case]]:
    """The cases of all files of these schemas."""
    for file in files():
        if file.schema in schemas:
            for case in file.cases:
                yield file, case


@lru_cache
def seeds() -> Mapping[str, bytes]:
    """The seeds of all keys, shares and secrets of the vectors, by name."""
    found: dict[str, bytes] = {}
    for file in files():
        named = file.head.get("seeds", {}).get("keys", {})
        found |= {name: bytes.fromhex(seed) for name, seed in named.items()}
    return found


@lru_cache
def signers() -> Mapping[str, Ed25519Signer]:
    """Everybody's key, by the name of its seed."""
    return {name: Ed25519Signer.from_seed(seed) for name, seed in seeds().items()}


@lru_cache
def names_of_kids() -> Mapping[str, str]:
    """Whose key has which thumbprint."""
    return {signer.thumbprint: name for name, signer in signers().items()}


@lru_cache
def seal_keys() -> tuple[SealKey, ...]:
    """Everybody's seal key."""
    return tuple(SealKey.from_seed(seed) for name, seed in sorted(seeds().items()) if name.endswith("-seal"))


@lru_cache
def shares() -> Mapping[Id, bytes]:
    """Every seed as a share, by the commitment to it: some of them are shares."""
    return {commitment(seed): seed for seed in seeds().values()}


@lru_cache
def statements() -> tuple[bytes, ...]:
    """Every statement of the vectors, accepted or not, as it is sent."""
    candidates = [given_bytes(case, "statement") for _, case in of_schema("statement", "registration")]
    entries = [case["statement"].encode() for _, case in of_schema("scenario")]
    return tuple(dict.fromkeys((*entries, *candidates)))


def payload_of(jws: bytes) -> bytes | None:
    """The payload of a statement that need not be one; None where it has none."""
    parts = jws.split(b".")
    try:
        return base64.urlsafe_b64decode(parts[1] + b"=" * (-len(parts[1]) % 4))
    except (IndexError, binascii.Error):
        return None


def payloads() -> tuple[bytes, ...]:
    """The payloads of all statements of the vectors."""
    found = (payload_of(jws) for jws in statements())
    return tuple(dict.fromkeys(payload for payload in found if payload))


def octets(row: Mapping[str, Any], name: str) -> bytes:
    """The bytes that a member says in hexadecimal; none where it does not."""
    value = row.get(name)
    try:
        return bytes.fromhex(value) if isinstance(value, str) else b""
    except ValueError:
        return b""


def number(row: Mapping[str, Any], name: str, least: int, most: int) -> int:
    """A member as a whole number within bounds that somebody else has checked before."""
    value = row.get(name)
    return min(max(value, least), most) if isinstance(value, int) else least


def digest(row: Mapping[str, Any], name: str) -> Id:
    """A member as an id; that of its text where it is none."""
    value = row.get(name)
    if isinstance(value, str) and len(value) == 71 and value.startswith("sha256:"):
        try:
            return Id("sha256:" + bytes.fromhex(value[7:]).hex())
        except ValueError:
            pass
    return Id("sha256:" + hashlib.sha256(repr(value).encode()).hexdigest())
