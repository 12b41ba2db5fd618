"""The secrets of the worked trade, and how its content is sealed: with the SDK, and with boxes that are fixed.

Shares and product secret are the SHA-256 of "lading example " and a name. The boxes are in `example_boxes.json`:
whoever seals one draws randomness, so they are made once, by `python -m tools.examples --boxes`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from lading.keys.seal import SealKey
from lading.statement import base64url
from lading.statement.words import Id
from lading.transfer.sealing import Leaf, Leaves, Room, SealingKeys, chunk_key, seal_chunk
from lading.transfer.shares import Binding, BoxRole, commitment, content_key, open_share
from tools.vectors.boxes import Boxes
from tools.vectors.sealing import SealKey as BoxKey

CHUNK_SIZE: Final = 65_536
ROLES: Final[tuple[BoxRole, ...]] = ("exchange", "consumer")
OWNERS: Final = {"exchange": "exchange", "consumer": "buyer"}
"""Whose seal key a role is sealed to."""


def secret(name: str) -> bytes:
    """The 32 bytes of a name."""
    return hashlib.sha256(f"lading example {name}".encode()).digest()


def seal_key(owner: str) -> SealKey:
    """The seal key of a participant."""
    return SealKey.from_seed(secret(f"{owner} seal"))


def listed_seal_key(owner: str) -> dict[str, Any]:
    """The seal key of a participant as its statement lists it."""
    public = base64url.encode(seal_key(owner).public).decode()
    return {"use": "seal", "kem": "MLKEM768-X25519", "public": public}


BOXES: Final = Boxes(
    Path(__file__).with_name("example_boxes.json"),
    lambda owner: BoxKey(secret(f"{owner} seal")),
    "python -m tools.examples --boxes",
)


def data() -> bytes:
    """The delivered file: 20 000 lines of number, latitude and longitude, from a formula."""
    return "".join(f"{n},{n * 7919 % 180},{n * 104729 % 360}\n" for n in range(20_000)).encode()


@dataclass(frozen=True)
class Chunk:
    """A sealed chunk."""

    salt: bytes
    key: bytes
    leaf: Leaf
    ciphertext: bytes


@dataclass(frozen=True)
class Parcel:
    """A sealed delivery of the file. `name` tells its shares apart; `spoilt`: the last chunk is sealed to noise."""

    name: str
    bound: Binding
    exchange: Id
    consumer: Id
    spoilt: bool = False

    def share(self, role: BoxRole) -> bytes:
        """The share of a role."""
        return secret(f"{self.name} {role} share")

    def info(self, role: BoxRole) -> bytes:
        """The `info` of a box."""
        return self.bound.info(self.exchange if role == "exchange" else self.consumer, role)

    def box(self, role: BoxRole) -> bytes:
        """The box of a role."""
        return BOXES.box(f"{self.name} {role}", OWNERS[role], self.share(role), self.info(role))

    def opened(self, role: BoxRole) -> bytes:
        """The share in the box, as its recipient finds it."""
        return open_share(
            seal_key(OWNERS[role]), self.box(role), self.info(role), commitment(self.share(role))
        )

    @property
    def content_key(self) -> bytes:
        """The content key."""
        return content_key(self.bound, self.share("exchange"), self.share("consumer"))

    @property
    def chunks(self) -> tuple[Chunk, ...]:
        """The sealed chunks."""
        return _chunks(self.content_key, self.spoilt)

    @property
    def leaves(self) -> Leaves:
        """The manifest."""
        return Leaves(b"".join(chunk.leaf.raw for chunk in self.chunks))

    def described(self) -> dict[str, Any]:
        """What the delivery signs."""
        shares = {role: self._share(role) for role in ROLES}
        return {"form": "sealed", "sealed": {"manifest_root": self.leaves.manifest_root, **shares}}

    def _share(self, role: BoxRole) -> dict[str, Any]:
        box = "sha256:" + hashlib.sha256(self.box(role)).hexdigest()
        return {"key": seal_key(OWNERS[role]).kid, "commitment": commitment(self.share(role)), "box": box}


@lru_cache
def _chunks(key: bytes, spoilt: bool) -> tuple[Chunk, ...]:
    chunks = tuple(_sealed(key))
    if not spoilt:
        return chunks
    last = chunks[-1]
    noise = bytes([last.ciphertext[0] ^ 1]) + last.ciphertext[1:]
    leaf = Leaf(hashlib.sha256(noise).digest(), last.leaf.plain, last.leaf.key)
    return (*chunks[:-1], Chunk(last.salt, last.key, leaf, noise))


def _sealed(key: bytes) -> Iterator[Chunk]:
    keys, room, whole = SealingKeys(key, secret("product secret")), Room(CHUNK_SIZE), data()
    for number, at in enumerate(range(0, len(whole), CHUNK_SIZE)):
        chunk = whole[at : at + CHUNK_SIZE]
        room.data[: len(chunk)] = chunk
        leaf = seal_chunk(keys, number, room, len(chunk))
        ciphertext = bytes(room.ciphertext(len(chunk)))
        yield Chunk(bytes(room.salt), chunk_key(key, number, leaf.plain), leaf, ciphertext)
