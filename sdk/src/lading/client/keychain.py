"""The private keys of an identity, and their form at rest: 32-byte seeds one after another."""

from dataclasses import dataclass
from typing import Final

from lading.errors import IdentityLocked
from lading.keys.seal import SealKey
from lading.keys.signer import Ed25519Signer

SEED_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class Keychain:
    """The everyday key, and the seal keys, newest first. An identity of before sealed transfers has no seal key."""

    signer: Ed25519Signer
    sealing: tuple[SealKey, ...]

    @classmethod
    def generate(cls) -> "Keychain":
        """New keys from the operating system's randomness."""
        return cls(Ed25519Signer.generate(), (SealKey.generate(),))

    @classmethod
    def parse(cls, seeds: bytes) -> "Keychain":
        """The keys of these seeds; `IdentityLocked` where they are none."""
        if not seeds or len(seeds) % SEED_BYTES:
            raise IdentityLocked(
                "the stored key is damaged", hint="Restore the identity's folder from a backup."
            )
        first, *rest = (seeds[at : at + SEED_BYTES] for at in range(0, len(seeds), SEED_BYTES))
        return cls(Ed25519Signer.from_seed(first), tuple(SealKey.from_seed(seed) for seed in rest))

    @property
    def seeds(self) -> bytes:
        """What is stored encrypted: the seed of the everyday key, then those of the seal keys."""
        return b"".join((self.signer.seed, *(key.seed for key in self.sealing)))
