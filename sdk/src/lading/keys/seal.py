"""Seal keys: public keys to which shares are sealed (`spec/keys.md`, RFC 9180, FIPS 203).

    key = SealKey.generate()
    box = seal_to(key.public, share, info)
    assert key.open(box, info) == share

The suite is HPKE in base mode: KEM 0x647A MLKEM768-X25519, KDF HKDF-SHA256, AEAD AES-256-GCM, no associated data.
"""

import hashlib
import secrets
from functools import lru_cache
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import (
    AEAD,
    KDF,
    KEM,
    MLKEM768X25519PrivateKey,
    MLKEM768X25519PublicKey,
    Suite,
)

from lading.errors import UsageProblem
from lading.problems import refuse
from lading.statement import base64url
from lading.statement.words import Thumbprint

SEED_BYTES: Final = 32
PUBLIC_BYTES: Final = 1216
OVERHEAD_BYTES: Final = 1120 + 16
"""What a box is longer than its plaintext: the encapsulation and the tag."""

_MLKEM_BYTES: Final = 1184
_COEFFICIENT_BYTES: Final = 1152
_MLKEM_Q: Final = 3329
_X25519_P: Final = 2**255 - 19
_LOW_ORDER_U: Final = frozenset(
    (
        0,
        1,
        325606250916557431795983626356110631294008115727848805560023387167927233504,
        39382357235489614581723060781553021112529911719440698176882885853963445705823,
        _X25519_P - 1,
    )
)


class SealKey:
    """A private seal key in this process's memory. `repr` never shows it."""

    def __init__(self, seed: bytes) -> None:
        if len(seed) != SEED_BYTES:
            raise UsageProblem("the seed of a seal key has 32 bytes")
        expanded = hashlib.shake_256(seed).digest(96)
        mlkem = MLKEM768PrivateKey.from_seed_bytes(expanded[:64])
        x25519 = X25519PrivateKey.from_private_bytes(expanded[64:])
        self._seed = bytes(seed)
        self._private = MLKEM768X25519PrivateKey(mlkem, x25519)
        self.public = mlkem.public_key().public_bytes_raw() + x25519.public_key().public_bytes_raw()
        self.kid = kid_of(self.public)

    @classmethod
    def generate(cls) -> "SealKey":
        """A new key from the operating system's randomness."""
        return cls(secrets.token_bytes(SEED_BYTES))

    @classmethod
    def from_seed(cls, seed: bytes) -> "SealKey":
        """The key of a 32-byte seed, expanded by SHAKE-256 as X-Wing does; `UsageProblem` for another length."""
        return cls(seed)

    @property
    def seed(self) -> bytes:
        """The 32 secret bytes, to be stored encrypted."""
        return self._seed

    def open(self, box: bytes, info: bytes) -> bytes:
        """The plaintext of a box that was sealed to this key with this `info`; else `Refused` (`bad-share`).

        Base mode does not say who sealed it.
        """
        # LAD-SEA-001
        try:
            return _suite().decrypt(box, self._private, info=info)
        except (InvalidTag, ValueError):
            raise refuse("bad-share", f"the box does not open with the seal key {self.kid}") from None

    def __repr__(self) -> str:
        return f"SealKey({self.kid})"


def kid_of(public: bytes) -> Thumbprint:
    """The thumbprint of a public seal key: SHA-256 of its 1216 bytes, in base64url (LAD-STM-050)."""
    return Thumbprint(base64url.encode(hashlib.sha256(public).digest()).decode())


@lru_cache(maxsize=1024)
def check_public(public: bytes) -> None:
    """Refuse (`bad-seal-key`) a public seal key of another length, with an ML-KEM coefficient of 3329 or more, or with
    an X25519 point of low order.
    """
    # LAD-STM-049
    if len(public) != PUBLIC_BYTES:
        raise refuse("bad-seal-key", "a public seal key has 1216 bytes")
    # LAD-STM-049: FIPS 203 section 7.2, modulus check
    if max(_coefficients(public[:_COEFFICIENT_BYTES])) >= _MLKEM_Q:
        raise refuse("bad-seal-key", "a coefficient of a seal key is not below 3329")
    u = (int.from_bytes(public[_MLKEM_BYTES:], "little") & (1 << 255) - 1) % _X25519_P
    # LAD-STM-049: RFC 7748 section 6.1; the shared secret would be zero
    if u in _LOW_ORDER_U:
        raise refuse("bad-seal-key", "the X25519 part of a seal key is of low order")


def _coefficients(encoded: bytes) -> list[int]:
    """The 12-bit numbers that FIPS 203 ByteDecode12 reads: two in three bytes, little-endian."""
    groups = (int.from_bytes(encoded[at : at + 3], "little") for at in range(0, len(encoded), 3))
    return [number for group in groups for number in (group & 0xFFF, group >> 12)]


def seal_to(public: bytes, plaintext: bytes, info: bytes) -> bytes:
    """A box that only the private key of `public` opens, and only with this `info`. `bad-seal-key` if not sound.

    The box is 1136 bytes longer than the plaintext and another one each time. Does not check whose key it is.
    """
    check_public(public)
    mlkem = MLKEM768PublicKey.from_public_bytes(public[:_MLKEM_BYTES])
    x25519 = X25519PublicKey.from_public_bytes(public[_MLKEM_BYTES:])
    # LAD-SEA-001
    return _suite().encrypt(plaintext, MLKEM768X25519PublicKey(mlkem, x25519), info=info)


def _suite() -> Suite:
    return Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
