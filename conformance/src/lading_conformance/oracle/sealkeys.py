"""Seal keys and boxes: HPKE (RFC 9180) base mode with X-Wing, KEM 0x647A (LAD-SEA-001, LAD-STM-049, LAD-STM-050).

    key = SealKey.generate()
    box = seal(key.public, share, info)
    assert key.open(box, info) == share

Boxes are made by the library's suite and opened step by step, from ML-KEM and X25519 up, so that each way judges the
other.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, MLKEM768X25519PublicKey, Suite

from lading_conformance.oracle import base64url
from lading_conformance.oracle.canonical import Json
from lading_conformance.oracle.rejected import Rejected

KEM_NAME: Final = "MLKEM768-X25519"
SHARE_BYTES: Final = 32
BOX_BYTES: Final = 1168

_PUBLIC_BYTES: Final = 1216
_MLKEM_PUBLIC: Final = 1184
_MLKEM_CIPHERTEXT: Final = 1088
_ENCAPSULATION: Final = 1120
_VECTOR: Final = 1152
_Q: Final = 3329
_P: Final = 2**255 - 19
ORDER_EIGHT: Final = 325606250916557431795983626356110631294008115727848805560023387167927233504
"""The u-coordinate of an X25519 public key of order 8."""
_LOW_ORDER: Final = frozenset(
    {0, 1, _P - 1, ORDER_EIGHT, 39382357235489614581723060781553021112529911719440698176882885853963445705823}
)
_XWING_LABEL: Final = rb"\.//^" + b"\\"
_SUITE_ID: Final = b"HPKE" + bytes.fromhex("647a 0001 0002")


def expand(key: bytes, info: bytes, length: int = 32) -> bytes:
    """Return the first block of HKDF-Expand with SHA-256 (RFC 5869), cut to `length`, which is at most 32."""
    return hmac.digest(key, info + b"\x01", "sha256")[:length]


def extract(salt: bytes, secret: bytes) -> bytes:
    """Return HKDF-Extract with SHA-256 (RFC 5869); no salt counts as 32 zero bytes."""
    return hmac.digest(salt or bytes(32), secret, "sha256")


def thumbprint(public: bytes) -> str:
    """Return the thumbprint of a public seal key (LAD-STM-050)."""
    return base64url.encode(hashlib.sha256(public).digest())


def check_public(public: bytes) -> None:
    """Raise `Rejected("bad-seal-key")` unless the bytes are a sound public seal key (LAD-STM-049)."""
    if len(public) != _PUBLIC_BYTES:
        raise Rejected("bad-seal-key", f"a public seal key has {_PUBLIC_BYTES} bytes, not {len(public)}")
    vector = int.from_bytes(public[:_VECTOR], "little")
    if any(vector >> 12 * place & 0xFFF >= _Q for place in range(768)):
        raise Rejected("bad-seal-key", f"a coefficient is not below {_Q}")
    u = int.from_bytes(public[_MLKEM_PUBLIC:], "little") % 2**255 % _P
    if u in _LOW_ORDER:
        raise Rejected("bad-seal-key", "the X25519 key is of low order")


def seal(public: bytes, plaintext: bytes, info: bytes) -> bytes:
    """Return a box for the owner of a public seal key: encapsulation and ciphertext. Raises `Rejected`."""
    check_public(public)
    mlkem = MLKEM768PublicKey.from_public_bytes(public[:_MLKEM_PUBLIC])
    x25519 = X25519PublicKey.from_public_bytes(public[_MLKEM_PUBLIC:])
    suite = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
    return suite.encrypt(plaintext, MLKEM768X25519PublicKey(mlkem, x25519), info=info)


@dataclass(frozen=True)
class SealKey:
    """A private seal key of a test participant: an X-Wing seed of 32 bytes, which is not part of its text form."""

    seed: bytes
    public: bytes

    @staticmethod
    def generate() -> SealKey:
        """Return a new key from the randomness of the operating system."""
        return SealKey.from_seed(secrets.token_bytes(32))

    @staticmethod
    def from_seed(seed: bytes) -> SealKey:
        """Return the key of a seed of 32 bytes."""
        mlkem, x25519 = _private(seed)
        public = mlkem.public_key().public_bytes_raw() + x25519.public_key().public_bytes_raw()
        return SealKey(seed, public)

    @property
    def thumbprint(self) -> str:
        """The thumbprint of the public key."""
        return thumbprint(self.public)

    @property
    def listed(self) -> dict[str, Json]:
        """The key as a participant statement lists it."""
        return {"use": "seal", "kem": KEM_NAME, "public": base64url.encode(self.public)}

    def open(self, box: bytes, info: bytes) -> bytes:
        """Return the plaintext of a box made with this `info`, or raise `Rejected("bad-share")`."""
        key, nonce = _schedule(self._shared_secret(box[:_ENCAPSULATION]), info)
        try:
            return AESGCM(key).decrypt(nonce, box[_ENCAPSULATION:], None)
        except InvalidTag:
            raise Rejected("bad-share", "the box does not open") from None

    def __repr__(self) -> str:
        return f"SealKey({self.thumbprint})"

    def _shared_secret(self, encapsulation: bytes) -> bytes:
        """Return the shared secret of X-Wing: SHA3-256 over both secrets, X25519 ciphertext and key, and a label."""
        if len(encapsulation) != _ENCAPSULATION:
            raise Rejected("bad-share", "the box is too short")
        mlkem, x25519 = _private(self.seed)
        theirs = encapsulation[_MLKEM_CIPHERTEXT:]
        try:
            exchanged = x25519.exchange(X25519PublicKey.from_public_bytes(theirs))
        except ValueError:
            raise Rejected("bad-share", "the encapsulation's X25519 part is of low order") from None
        secret = mlkem.decapsulate(encapsulation[:_MLKEM_CIPHERTEXT])
        own = self.public[_MLKEM_PUBLIC:]
        return hashlib.sha3_256(secret + exchanged + theirs + own + _XWING_LABEL).digest()


def _private(seed: bytes) -> tuple[MLKEM768PrivateKey, X25519PrivateKey]:
    expanded = hashlib.shake_256(seed).digest(96)
    mlkem = MLKEM768PrivateKey.from_seed_bytes(expanded[:64])
    return mlkem, X25519PrivateKey.from_private_bytes(expanded[64:])


def _schedule(secret: bytes, info: bytes) -> tuple[bytes, bytes]:
    """Return key and nonce of the first message (RFC 9180 section 5.1, base mode)."""
    psk_id_hash = _labeled_extract(b"", b"psk_id_hash", b"")
    context = b"\x00" + psk_id_hash + _labeled_extract(b"", b"info_hash", info)
    scheduled = _labeled_extract(secret, b"secret", b"")
    key = _labeled_expand(scheduled, b"key", context, 32)
    return key, _labeled_expand(scheduled, b"base_nonce", context, 12)


def _labeled_extract(salt: bytes, label: bytes, secret: bytes) -> bytes:
    return extract(salt, b"HPKE-v1" + _SUITE_ID + label + secret)


def _labeled_expand(key: bytes, label: bytes, info: bytes, length: int) -> bytes:
    return expand(key, length.to_bytes(2, "big") + b"HPKE-v1" + _SUITE_ID + label + info, length)
