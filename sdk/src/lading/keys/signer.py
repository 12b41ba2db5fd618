"""Signers: whatever holds a private key and signs bytes, in this process or elsewhere."""

import secrets
from typing import Protocol

import nacl.bindings

from lading.errors import UsageProblem
from lading.keys import ed25519
from lading.statement.words import Thumbprint


class Signer(Protocol):
    """Three members; a key in a hardware module or a remote service implements them too."""

    @property
    def public(self) -> bytes:
        """The 32-byte Ed25519 public key."""
        ...

    @property
    def thumbprint(self) -> Thumbprint:
        """The public key's RFC 7638 thumbprint."""
        ...

    def sign(self, message: bytes) -> bytes:
        """The 64-byte Ed25519 signature over `message` (RFC 8032)."""
        ...


class Ed25519Signer:
    """A private key in this process's memory. `repr` never shows it."""

    def __init__(self, seed: bytes) -> None:
        if len(seed) != 32:
            raise UsageProblem("an Ed25519 seed has 32 bytes")
        self.public, self._secret = nacl.bindings.crypto_sign_seed_keypair(seed)
        self.thumbprint = ed25519.thumbprint(self.public)

    @classmethod
    def generate(cls) -> "Ed25519Signer":
        """A new key from the operating system's randomness."""
        return cls(secrets.token_bytes(32))

    @classmethod
    def from_seed(cls, seed: bytes) -> "Ed25519Signer":
        """The key of a 32-byte RFC 8032 seed."""
        return cls(seed)

    @property
    def seed(self) -> bytes:
        """The 32 secret bytes, to be stored encrypted."""
        return self._secret[:32]

    def sign(self, message: bytes) -> bytes:
        """The 64-byte signature over `message`."""
        return nacl.bindings.crypto_sign(message, self._secret)[:64]

    def __repr__(self) -> str:
        return f"Ed25519Signer({self.thumbprint})"
