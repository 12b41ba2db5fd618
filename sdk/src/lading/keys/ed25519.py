"""Ed25519 with one answer everywhere (LAD-STM-018, LAD-STM-019; RFC 8032, RFC 9864).

libsodium's rule is the pinned rule: the cofactorless equation compared bytewise, S below the group order, A and R
canonical and not of low order. Other libraries accept more, and two honest auditors would disagree.
"""

import hashlib
from functools import lru_cache
from typing import Final

import nacl.bindings
from nacl._sodium import ffi, lib  # type: ignore[import-not-found]

from lading.problems import refuse
from lading.statement import base64url
from lading.statement.words import Thumbprint

PUBLIC_BYTES: Final = 32
SIGNATURE_BYTES: Final = 64

_NOWHERE: Final = ffi.NULL
"""Where libsodium is to copy the verified message to. pynacl's public function has it copied twice: 1 µs more."""

_LOW_ORDER_R: Final = frozenset(
    bytes.fromhex(point)
    for point in (
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "0000000000000000000000000000000000000000000000000000000000000080",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    )
)


@lru_cache(maxsize=4096)
def thumbprint(public: bytes) -> Thumbprint:
    """RFC 7638 SHA-256 thumbprint of a 32-byte Ed25519 public key."""
    x = base64url.encode(public)
    return Thumbprint(
        base64url.encode(hashlib.sha256(b'{"crv":"Ed25519","kty":"OKP","x":"' + x + b'"}').digest()).decode()
    )


@lru_cache(maxsize=4096)
def check_public(public: bytes) -> None:
    """Refuse (`bad-key`) 32 bytes that are not the canonical encoding of a point of the prime-order subgroup."""
    # LAD-STM-019
    if len(public) != PUBLIC_BYTES or not nacl.bindings.crypto_core_ed25519_is_valid_point(public):
        raise refuse("bad-key", "a public key is not a canonical point of the prime-order subgroup")


def verify(public: bytes, message: bytes, signature: bytes) -> None:
    """Return if `signature` (64 bytes) is `public`'s over `message` under the pinned rule; else `Refused`.

    Does not check that `public` is a sound key: that is `check_public`, once, when the key is listed.
    """
    signed = signature + message
    # LAD-STM-018
    if (
        len(public) != PUBLIC_BYTES
        or len(signature) != SIGNATURE_BYTES
        or signature[:32] in _LOW_ORDER_R
        or lib.crypto_sign_open(_NOWHERE, _NOWHERE, signed, len(signed), public) != 0
    ):
        raise refuse("bad-signature", "the signature does not verify under the key")
