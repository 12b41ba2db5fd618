"""Keys and signatures that a lax Ed25519 verifier accepts and the specification refuses."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final

from lading_conformance.oracle import edwards
from lading_conformance.oracle.keys import Key, thumbprint

_ORDER_EIGHT: Final = bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05")

LOW_ORDER_KEYS: Final = {
    "the identity": bytes.fromhex("01" + 31 * "00"),
    "a point of order 2": bytes.fromhex("ec" + 30 * "ff" + "7f"),
    "a point of order 4": bytes(32),
    "a point of order 8": _ORDER_EIGHT,
}
"""Canonical encodings of points of low order, by name."""

NON_CANONICAL_KEY: Final = (edwards.P + 3).to_bytes(32, "little")
"""A second encoding of the valid point with y = 3: its y is not reduced."""


def add_group_order(signature: bytes) -> bytes:
    """Return a second signature over the same message: S + L instead of S."""
    s = int.from_bytes(signature[32:], "little") + edwards.L
    return signature[:32] + s.to_bytes(32, "little")


def sign_with_low_order_r(key: Key, message: bytes) -> bytes:
    """Return a signature of an honest key whose R is the identity: only the check of R can refuse it."""
    encoded = edwards.encode(edwards.IDENTITY)
    k = _number(encoded, key.public, message)
    s = k * _scalar(hashlib.sha512(key.private.private_bytes_raw()).digest()) % edwards.L
    return encoded + s.to_bytes(32, "little")


def sign_again(key: Key, message: bytes) -> bytes:
    """Return a second valid signature over the message: its nonce is not the one of RFC 8032."""
    return _signed(key, message, edwards.IDENTITY)


def sign_with_mixed_order_r(key: Key, message: bytes) -> bytes:
    """Return a signature whose R has a part of order 8: valid in the cofactored equation, as in batches, only."""
    torsion = edwards.decode(_ORDER_EIGHT)
    assert torsion is not None
    return _signed(key, message, torsion)


def _signed(key: Key, message: bytes, added_to_r: edwards.Point) -> bytes:
    seed = key.private.private_bytes_raw()
    nonce = _number(b"another nonce", seed, message)
    encoded = edwards.encode(edwards.add(edwards.multiply(nonce, edwards.BASE), added_to_r))
    k = _number(encoded, key.public, message)
    s = (nonce + k * _scalar(hashlib.sha512(seed).digest())) % edwards.L
    return encoded + s.to_bytes(32, "little")


@dataclass(frozen=True)
class LowOrderKey:
    """A public key of low order. Everybody can sign with it: R = A, S = 0 satisfies lax verifiers."""

    public: bytes

    @property
    def thumbprint(self) -> str:
        """The RFC 7638 thumbprint of the public key."""
        return thumbprint(self.public)

    def sign(self, message: bytes) -> bytes:
        """Return a signature with S = 0 that satisfies the cofactored equation for every message."""
        del message
        return edwards.encode(edwards.IDENTITY) + bytes(32)


@dataclass(frozen=True)
class MixedOrderKey:
    """A public key with a component of order 8, on whose signatures honest verifiers would differ."""

    scalar: int
    prefix: bytes
    public: bytes

    @staticmethod
    def from_seed(seed: bytes) -> MixedOrderKey:
        """Return the key of a seed (RFC 8032 section 5.1.5), moved by a point of order 8."""
        digest = hashlib.sha512(seed).digest()
        scalar = _scalar(digest)
        torsion = edwards.decode(_ORDER_EIGHT)
        assert torsion is not None
        point = edwards.add(edwards.multiply(scalar, edwards.BASE), torsion)
        return MixedOrderKey(scalar, digest[32:], edwards.encode(point))

    @property
    def thumbprint(self) -> str:
        """The RFC 7638 thumbprint of the public key."""
        return thumbprint(self.public)

    def sign(self, message: bytes) -> bytes:
        """Return a signature that the cofactored equation accepts and the cofactorless one refuses."""
        for counter in range(256):
            r = _number(self.prefix, bytes([counter]), message)
            encoded = edwards.encode(edwards.multiply(r, edwards.BASE))
            k = _number(encoded, self.public, message)
            if k % 8:
                return encoded + ((r + k * self.scalar) % edwards.L).to_bytes(32, "little")
        raise AssertionError("256 challenges in a row were divisible by 8")


def _scalar(digest: bytes) -> int:
    """Return the clamped scalar in the first half of a hashed seed (RFC 8032 section 5.1.5)."""
    return int.from_bytes(digest[:32], "little") & (1 << 254) - 8 | 1 << 254


def _number(*parts: bytes) -> int:
    return int.from_bytes(hashlib.sha512(b"".join(parts)).digest(), "little") % edwards.L
