"""Sealing, made a second time: seal keys, boxes, shares and sealed chunks, as `spec/sealed.md` and the RFCs have them.

One library for its primitives: ML-KEM-768, X25519 and AES-256-GCM. HKDF, X-Wing and HPKE are written out here.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tools.vectors.primitives import b64url, digest, leaf, root, seed, sha256

BOX: Final = 1168
ENCAPSULATION: Final = 1120
_MLKEM_PUBLIC: Final = 1184
_MLKEM_CIPHERTEXT: Final = 1088
_NONCE: Final = bytes(12)
_X_WING: Final = bytes.fromhex("5c2e2f2f5e5c")
_HPKE: Final = b"HPKE" + bytes.fromhex("647a00010002")


def extract(salt: bytes, secret: bytes) -> bytes:
    """RFC 5869, HKDF-Extract."""
    return hmac.digest(salt or bytes(32), secret, "sha256")


def expand(key: bytes, info: bytes, length: int = 32) -> bytes:
    """RFC 5869, HKDF-Expand, of at most one block."""
    return hmac.digest(key, info + b"\x01", "sha256")[:length]


def u64(number: int) -> bytes:
    """Eight bytes, big-endian."""
    return number.to_bytes(8, "big")


def raw(identifier: str) -> bytes:
    """The 32 bytes of an id or digest."""
    return bytes.fromhex(identifier.removeprefix("sha256:"))


@dataclass(frozen=True)
class SealKey:
    """A seal key from a seed."""

    seed: bytes

    @property
    def _expanded(self) -> bytes:
        return hashlib.shake_256(self.seed).digest(96)

    @property
    def mlkem(self) -> MLKEM768PrivateKey:
        """The half that ML-KEM makes."""
        return MLKEM768PrivateKey.from_seed_bytes(self._expanded[:64])

    @property
    def x25519(self) -> X25519PrivateKey:
        """The half that X25519 makes."""
        return X25519PrivateKey.from_private_bytes(self._expanded[64:])

    @property
    def public(self) -> bytes:
        """The 1216 bytes of the public key."""
        return self.mlkem.public_key().public_bytes_raw() + self.x25519.public_key().public_bytes_raw()

    @property
    def kid(self) -> str:
        """The thumbprint."""
        return seal_thumbprint(self.public)


@lru_cache
def seal_key(name: str) -> SealKey:
    """The seal key of a name."""
    return SealKey(seed(name))


def seal_thumbprint(public: bytes) -> str:
    """The thumbprint of a seal key."""
    return b64url(sha256(public))


def listed_seal(public: bytes) -> dict[str, Any]:
    """A seal key as a participant statement lists it."""
    return {"kem": "MLKEM768-X25519", "public": b64url(public), "use": "seal"}


def open_box(key: SealKey, box: bytes, info: bytes) -> bytes:
    """What a box holds; an exception of the library if it does not open."""
    encapsulation, ciphertext = box[:ENCAPSULATION], box[ENCAPSULATION:]
    for_mlkem, for_x25519 = encapsulation[:_MLKEM_CIPHERTEXT], encapsulation[_MLKEM_CIPHERTEXT:]
    of_mlkem = key.mlkem.decapsulate(for_mlkem)
    of_x25519 = key.x25519.exchange(X25519PublicKey.from_public_bytes(for_x25519))
    shared = _combined(of_mlkem, of_x25519, for_x25519, key.public[_MLKEM_PUBLIC:])
    return _aead(shared, info, lambda aead, nonce: aead.decrypt(nonce, ciphertext, b""))


def make_box(public: bytes, share: bytes, info: bytes) -> bytes:
    """A new box, another one each time; see `tools/vectors/boxes.py`."""
    of_mlkem, for_mlkem = MLKEM768PublicKey.from_public_bytes(public[:_MLKEM_PUBLIC]).encapsulate()
    ephemeral = X25519PrivateKey.generate()
    for_x25519, theirs = ephemeral.public_key().public_bytes_raw(), public[_MLKEM_PUBLIC:]
    of_x25519 = ephemeral.exchange(X25519PublicKey.from_public_bytes(theirs))
    shared = _combined(of_mlkem, of_x25519, for_x25519, theirs)
    return for_mlkem + for_x25519 + _aead(shared, info, lambda aead, nonce: aead.encrypt(nonce, share, b""))


def _combined(of_mlkem: bytes, of_x25519: bytes, for_x25519: bytes, public: bytes) -> bytes:
    """X-Wing's shared secret."""
    return hashlib.sha3_256(of_mlkem + of_x25519 + for_x25519 + public + _X_WING).digest()


def _aead(shared: bytes, info: bytes, use: Callable[[AESGCM, bytes], bytes]) -> bytes:
    """RFC 9180 section 5.1, base mode, and the first message of section 5.2."""
    hashes = _labeled_extract(b"", b"psk_id_hash", b"") + _labeled_extract(b"", b"info_hash", info)
    secret, context = _labeled_extract(shared, b"secret", b""), b"\x00" + hashes
    key = _labeled_expand(secret, b"key", context, 32)
    return use(AESGCM(key), _labeled_expand(secret, b"base_nonce", context, 12))


def _labeled_extract(salt: bytes, label: bytes, secret: bytes) -> bytes:
    return extract(salt, b"HPKE-v1" + _HPKE + label + secret)


def _labeled_expand(key: bytes, label: bytes, info: bytes, length: int) -> bytes:
    return expand(key, length.to_bytes(2, "big") + b"HPKE-v1" + _HPKE + label + info, length)


@dataclass(frozen=True)
class Binding:
    """What the boxes and the content key of a delivery are tied to."""

    contract: str
    sequence: int
    provider: str

    def info(self, recipient: str, role: str) -> bytes:
        """The `info` of a box."""
        return (
            b"lading/1 share"
            + raw(self.contract)
            + u64(self.sequence)
            + raw(self.provider)
            + raw(recipient)
            + role.encode()
        )

    def content_key(self, exchange: bytes, consumer: bytes) -> bytes:
        """The content key of two shares."""
        return expand(
            extract(bytes(32), exchange + consumer),
            b"lading/1 content" + raw(self.contract) + u64(self.sequence),
        )


def salt(secret: bytes, number: int) -> bytes:
    """The salt of a chunk."""
    return expand(secret, b"lading/1 salt" + u64(number))


def chunk_key(content_key: bytes, number: int, plain: bytes) -> bytes:
    """The key of a chunk with this plain leaf."""
    return expand(content_key, b"lading/1 chunk" + u64(number) + plain)


def encrypted(key: bytes, plaintext: bytes) -> bytes:
    """The ciphertext of a chunk."""
    return AESGCM(key).encrypt(_NONCE, plaintext, b"")


@dataclass(frozen=True)
class Chunk:
    """A sealed chunk: what the provider says of it. Honest if key and ciphertext follow from the plaintext."""

    plaintext: bytes
    key: bytes
    ciphertext: bytes

    @property
    def plain(self) -> bytes:
        """The plain leaf."""
        return leaf(self.plaintext)

    @property
    def leaf(self) -> bytes:
        """The 96 bytes of the manifest."""
        return sha256(self.ciphertext) + self.plain + sha256(self.key)


@dataclass(frozen=True)
class SealedContent:
    """The chunks of a sealed content, and what follows from them."""

    size: int
    chunk_size: int
    chunks: tuple[Chunk, ...]

    @property
    def leaves(self) -> list[bytes]:
        """The hashes of the manifest's leaves."""
        return [leaf(chunk.leaf) for chunk in self.chunks]

    @property
    def manifest(self) -> bytes:
        """The leaves one after another."""
        return b"".join(chunk.leaf for chunk in self.chunks)

    @property
    def salts(self) -> bytes:
        """The salts one after another."""
        return b"".join(chunk.plaintext[:32] for chunk in self.chunks)

    @property
    def ciphertexts(self) -> bytes:
        """What is uploaded, one after another."""
        return b"".join(chunk.ciphertext for chunk in self.chunks)

    @property
    def manifest_root(self) -> str:
        """The root over the leaves."""
        return "sha256:" + root(self.leaves).hex()

    @property
    def content_root(self) -> str:
        """The root over the plain leaves."""
        return "sha256:" + root([chunk.plain for chunk in self.chunks]).hex()


Fault = Callable[[Chunk], Chunk]
"""What a dishonest provider does to a chunk before it signs."""


def sealed(
    data: bytes, chunk_size: int, content_key: bytes, secret: bytes, faults: Mapping[int, Fault] | None = None
) -> SealedContent:
    """A content, sealed; honestly but for the chunks with faults."""
    made = []
    for number, at in enumerate(range(0, len(data), chunk_size)):
        plaintext = salt(secret, number) + data[at : at + chunk_size]
        key = chunk_key(content_key, number, leaf(plaintext))
        chunk = Chunk(plaintext, key, encrypted(key, plaintext))
        made.append((faults or {}).get(number, _honest)(chunk))
    return SealedContent(len(data), chunk_size, tuple(made))


def _honest(chunk: Chunk) -> Chunk:
    return chunk


def commitment(share: bytes) -> str:
    """The commitment to a share."""
    return digest(share)
