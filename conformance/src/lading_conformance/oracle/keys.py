"""Ed25519 keys and signatures, judged by the one strict rule of the specification (LAD-STM-018, LAD-STM-019).

A signature counts iff encode([S]B - [k]A) equals R byte for byte, S < L, R is the canonical encoding of a
point that is not of low order, and A that of a point of the prime-order subgroup. The library used here
(OpenSSL) accepts more than that, so what it does not check is checked first.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from lading_conformance.oracle import base64url, edwards
from lading_conformance.oracle.rejected import Rejected


def thumbprint(public: bytes) -> str:
    """Return the RFC 7638 SHA-256 thumbprint of an Ed25519 public key of 32 bytes, 43 characters."""
    canonical = f'{{"crv":"Ed25519","kty":"OKP","x":"{base64url.encode(public)}"}}'
    return base64url.encode(hashlib.sha256(canonical.encode("ascii")).digest())


@lru_cache(maxsize=256)
def check_public(public: bytes) -> None:
    """Raise `Rejected("bad-key")` unless the bytes encode a point of the prime-order subgroup canonically."""
    point = edwards.decode(public)
    if point is None:
        raise Rejected("bad-key", "the public key is not the canonical encoding of a point")
    if not edwards.is_prime_order(point):
        raise Rejected("bad-key", "the public key is a point of low or mixed order")


def verify(public: bytes, message: bytes, signature: bytes) -> None:
    """Raise `Rejected` unless `signature` is valid: "bad-key" for the key, "bad-signature" for all else."""
    check_public(public)
    _check_signature_form(signature)
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except InvalidSignature:
        raise Rejected("bad-signature", "the signature does not verify") from None


def _check_signature_form(signature: bytes) -> None:
    if len(signature) != 64:
        raise Rejected("bad-signature", f"a signature has 64 bytes, not {len(signature)}")
    if int.from_bytes(signature[32:], "little") >= edwards.L:
        raise Rejected("bad-signature", "S is not below the group order")
    point = edwards.decode(signature[:32])
    if point is None or edwards.is_low_order(point):
        raise Rejected("bad-signature", "R is not canonical, or of low order")


@dataclass(frozen=True)
class Key:
    """A private Ed25519 key of a test participant. Its seed is not part of its text form."""

    private: Ed25519PrivateKey
    public: bytes

    @staticmethod
    def generate() -> Key:
        """Return a new key from the randomness of the operating system."""
        return Key._of(Ed25519PrivateKey.generate())

    @staticmethod
    def from_seed(seed: bytes) -> Key:
        """Return the key of a seed of 32 bytes (RFC 8032 section 5.1.5)."""
        return Key._of(Ed25519PrivateKey.from_private_bytes(seed))

    @staticmethod
    def _of(private: Ed25519PrivateKey) -> Key:
        return Key(private, private.public_key().public_bytes_raw())

    @property
    def thumbprint(self) -> str:
        """The RFC 7638 thumbprint of the public key."""
        return thumbprint(self.public)

    def sign(self, message: bytes) -> bytes:
        """Return the 64-byte signature over `message`."""
        return self.private.sign(message)

    def __repr__(self) -> str:
        return f"Key({self.thumbprint})"
