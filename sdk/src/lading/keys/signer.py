"""Signers: whatever holds a private key and signs bytes, in this process or elsewhere."""

import secrets
from dataclasses import dataclass
from typing import Protocol

import nacl.bindings

from lading.errors import ApprovalPending, UsageProblem
from lading.keys import ed25519
from lading.statement.words import Thumbprint


@dataclass(frozen=True, slots=True)
class Pending:
    """A signer's answer while somebody else has to agree: what waits, where it can be approved, what to do next.

    All three are words for a person. Asked again with the same bytes, the signer may sign, or answer this once more.
    """

    what: str
    where: str
    hint: str


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

    def sign(self, message: bytes) -> bytes | Pending:
        """The 64-byte Ed25519 signature over `message` (RFC 8032), or why there is none yet.

        Whoever asks has stored a statement's bytes before, and asks again with the same. Raises `ApprovalRefused`
        where it was decided that these bytes are not signed. Requests (RFC 9421) have to be signed at once.
        """
        ...


def signature_of(signer: Signer, message: bytes) -> bytes:
    """The signature of `message`. Raises `ApprovalPending` where the signer waits for somebody."""
    answer = signer.sign(message)
    if isinstance(answer, Pending):
        raise ApprovalPending(answer.what, answer.where, hint=answer.hint)
    return answer


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
