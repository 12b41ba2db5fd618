"""Sealed transfers made a second time, from the specification and RFCs 5869, 6962 and 9180, without the SDK.

Here everything is one buffer and nothing is fast. `Twist` is what a dishonest provider does to one chunk.
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tools.vectors.primitives import leaf, root, sha256

Twist = Literal["noise", "short", "long", "stub", "other-plaintext", "other-key"]
SUITE = b"HPKE" + bytes.fromhex("647a00010002")


def extract(salt: bytes, secret: bytes) -> bytes:
    """RFC 5869 section 2.2."""
    return hmac.digest(salt or bytes(32), secret, "sha256")


def expand(key: bytes, info: bytes, length: int = 32) -> bytes:
    """RFC 5869 section 2.3, for one block."""
    return hmac.digest(key, info + b"\x01", "sha256")[:length]


def x_wing(seed: bytes, encapsulation: bytes) -> bytes:
    """The shared secret of X-Wing (KEM 0x647A)."""
    expanded = hashlib.shake_256(seed).digest(96)
    private = X25519PrivateKey.from_private_bytes(expanded[64:])
    for_mlkem, for_x25519 = encapsulation[:1088], encapsulation[1088:]
    of_mlkem = MLKEM768PrivateKey.from_seed_bytes(expanded[:64]).decapsulate(for_mlkem)
    of_x25519 = private.exchange(X25519PublicKey.from_public_bytes(for_x25519))
    public = private.public_key().public_bytes_raw()
    return hashlib.sha3_256(
        of_mlkem + of_x25519 + for_x25519 + public + bytes.fromhex("5c2e2f2f5e5c")
    ).digest()


def open_box(seed: bytes, box: bytes, info: bytes) -> bytes:
    """The plaintext of a box: RFC 9180, base mode, empty aad, first message."""
    secret = labeled_extract(x_wing(seed, box[:1120]), b"secret", b"")
    context = b"\x00" + labeled_extract(b"", b"psk_id_hash", b"") + labeled_extract(b"", b"info_hash", info)
    key, nonce = (
        labeled_expand(secret, b"key", context, 32),
        labeled_expand(secret, b"base_nonce", context, 12),
    )
    return AESGCM(key).decrypt(nonce, box[1120:], b"")


def labeled_extract(salt: bytes, label: bytes, secret: bytes) -> bytes:
    """RFC 9180 section 4."""
    return extract(salt, b"HPKE-v1" + SUITE + label + secret)


def labeled_expand(key: bytes, label: bytes, info: bytes, length: int) -> bytes:
    """RFC 9180 section 4."""
    return expand(key, length.to_bytes(2, "big") + b"HPKE-v1" + SUITE + label + info, length)


@dataclass(frozen=True)
class Sealed:
    """A sealed content: what is uploaded, what is signed, and the chunk keys."""

    data: bytes
    chunk_size: int
    content_key: bytes
    ciphertexts: tuple[bytes, ...]
    leaves: tuple[bytes, ...]
    keys: tuple[bytes, ...]
    salts: bytes

    @property
    def manifest(self) -> bytes:
        """The leaves one after another."""
        return b"".join(self.leaves)

    @property
    def manifest_root(self) -> str:
        """The root over the leaves."""
        return "sha256:" + root([leaf(entry) for entry in self.leaves]).hex()

    @property
    def content_root(self) -> str:
        """The root over the plain leaves."""
        return "sha256:" + root([entry[32:64] for entry in self.leaves]).hex()


def seal(
    data: bytes, chunk_size: int, content_key: bytes, secret: bytes, twists: Mapping[int, Twist] | None = None
) -> Sealed:
    """Seal a content; the chunks in `twists` as a dishonest provider might."""
    ciphertexts, leaves, keys, salts = [], [], [], b""
    for number in range(-(-len(data) // chunk_size)):
        salt = expand(secret, b"lading/1 salt" + number.to_bytes(8, "big"))
        plaintext = salt + data[number * chunk_size : (number + 1) * chunk_size]
        info = b"lading/1 chunk" + number.to_bytes(8, "big") + leaf(plaintext)
        key = expand(content_key, info)
        twist = (twists or {}).get(number)
        if twist == "other-key":
            key = sha256(key)
        ciphertext = _ciphertext(key, plaintext, twist)
        ciphertexts.append(ciphertext)
        leaves.append(sha256(ciphertext) + leaf(plaintext) + sha256(key))
        keys.append(key)
        salts += salt
    return Sealed(data, chunk_size, content_key, tuple(ciphertexts), tuple(leaves), tuple(keys), salts)


def _ciphertext(key: bytes, plaintext: bytes, twist: Twist | None) -> bytes:
    sealed = AESGCM(key).encrypt(bytes(12), plaintext, None)
    match twist:
        case "noise":
            return bytes([sealed[0] ^ 1]) + sealed[1:]
        case "stub":
            return sealed[:15]
        case "short":
            return AESGCM(key).encrypt(bytes(12), plaintext[:-1], None)
        case "long":
            return AESGCM(key).encrypt(bytes(12), plaintext + b"\x00", None)
        case "other-plaintext":
            return AESGCM(key).encrypt(bytes(12), plaintext[:-1] + bytes([plaintext[-1] ^ 1]), None)
        case _:
            return sealed
