"""The two shares of a sealed delivery, the boxes they travel in, and the content key (`spec/sealed.md`).

bound = Binding(contract, 1, provider)
shares = Shares.generate()
box = seal_share(shares.consumer, public, bound.info(consumer, "consumer"))
share = open_share(key, box, bound.info(consumer, "consumer"), commitment(shares.consumer))
key = content_key(bound, shares.exchange, shares.consumer)
"""

import hashlib
import secrets
from dataclasses import dataclass, field
from typing import Final, Literal

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from lading.errors import UsageProblem
from lading.keys import seal
from lading.keys.seal import SealKey
from lading.problems import refuse
from lading.statement.words import Id

SHARE_BYTES: Final = 32
BOX_BYTES: Final = SHARE_BYTES + seal.OVERHEAD_BYTES
"""1168: encapsulation, share and tag."""

BoxRole = Literal["exchange", "consumer", "arbiter"]
"""For whom a share is sealed; `arbiter`: the consumer's share, sealed once more for a claim."""


@dataclass(frozen=True, slots=True)
class Binding:
    """What boxes and content key of a delivery are tied to: its contract, its number, its provider."""

    contract: Id
    sequence: int
    provider: Id

    def info(self, recipient: Id, role: BoxRole) -> bytes:
        """HPKE's `info` of a box for this participant in this role (LAD-SEA-001)."""
        return b"".join(
            (b"lading/1 share", self.slot, _raw(self.provider), _raw(recipient), role.encode("ascii"))
        )

    @property
    def slot(self) -> bytes:
        """Contract and number as bytes: raw(contract) || u64(sequence)."""
        return _raw(self.contract) + self.sequence.to_bytes(8, "big")


@dataclass(frozen=True, slots=True)
class Shares:
    """Both shares of one delivery, 32 bytes each; only the provider ever holds them together. `repr` shows neither."""

    exchange: bytes = field(repr=False)
    consumer: bytes = field(repr=False)

    @classmethod
    def generate(cls) -> "Shares":
        """Two new shares from the operating system's randomness (LAD-SEA-011): for one delivery only."""
        return cls(secrets.token_bytes(SHARE_BYTES), secrets.token_bytes(SHARE_BYTES))


def commitment(share: bytes) -> Id:
    """The digest by which a delivery commits to a share (LAD-SEA-002)."""
    return Id("sha256:" + hashlib.sha256(share).hexdigest())


def seal_share(share: bytes, public: bytes, info: bytes) -> bytes:
    """The box of 1168 bytes that holds the share for the owner of the seal key `public`; see `Binding.info`.

    `bad-seal-key` if the key is not sound. Does not check that the key is the recipient's.
    """
    if len(share) != SHARE_BYTES:
        raise UsageProblem("a share has 32 bytes")
    return seal.seal_to(public, share, info)


def open_share(key: SealKey, box: bytes, info: bytes, committed: str) -> bytes:
    """The share in a box; `bad-share` if the box does not open, or to another share than the one committed to."""
    # LAD-DLV-014
    if len(box) != BOX_BYTES:
        raise refuse("bad-share", "a box has 1168 bytes")
    share = key.open(box, info)
    # LAD-SEA-002
    if commitment(share) != committed:
        raise refuse("bad-share", "the box holds another share than the delivery commits to")
    return share


def content_key(bound: Binding, exchange: bytes, consumer: bytes) -> bytes:
    """The 32 bytes from which all chunk keys of a delivery derive (LAD-SEA-003), out of both shares."""
    info = b"lading/1 content" + bound.slot
    return HKDF(SHA256(), length=32, salt=None, info=info).derive(exchange + consumer)


def _raw(digest: Id) -> bytes:
    return bytes.fromhex(digest.removeprefix("sha256:"))
