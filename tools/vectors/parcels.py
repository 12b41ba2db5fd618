"""Sealed deliveries, and the log that has one of every kind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any, Final

from tools.vectors import scenarios
from tools.vectors.boxes import VECTORS
from tools.vectors.contents import CHUNK, content
from tools.vectors.files import VectorFile
from tools.vectors.primitives import b64url, digest, inclusion, key, listed, seed
from tools.vectors.scenarios import (
    DELIVERED,
    STANDING,
    admit,
    delivery,
    join,
    listing,
    opened,
    receipt,
    say,
    standing,
)
from tools.vectors.sealing import (
    Binding,
    Fault,
    SealedContent,
    commitment,
    listed_seal,
    seal_key,
    sealed,
)
from tools.vectors.world import DAY, World

SECRETS: Final = (
    'the shares of the delivery NAME are the SHA-256 of "lading vectors NAME exchange share" and of'
    ' "lading vectors NAME consumer share", and the product secret is that of "lading vectors NAME secret"'
)
LARGE: Final = 3 * CHUNK + 100
"""Bytes of the content of four chunks, the last of them short."""
FILE: Final = "application/octet-stream"
_KEYS: Final = {"exchange": "exchange-seal", "consumer": "buyer-seal", "arbiter": "carol-seal"}


@dataclass(frozen=True)
class Parcel:
    """A sealed delivery as its provider knows it: to whom it goes, its secrets, and its chunks.

    `faults` are what the provider does wrong, by chunk. Only with `boxed` do boxes exist; else their digests are those
    of nothing, which no rule of registration can see.
    """

    name: str
    binding: Binding
    exchange: str
    consumer: str
    size: int = DELIVERED
    faults: Mapping[int, Fault] = field(default_factory=dict)
    boxed: bool = False

    def share(self, role: str) -> bytes:
        """The share of a role."""
        return seed(f"{self.name} {role} share")

    @property
    def secret(self) -> bytes:
        """The product secret."""
        return seed(f"{self.name} secret")

    @property
    def content_key(self) -> bytes:
        """The content key."""
        return self.binding.content_key(self.share("exchange"), self.share("consumer"))

    @cached_property
    def content(self) -> SealedContent:
        """What is uploaded."""
        return sealed(content(self.size), CHUNK, self.content_key, self.secret, self.faults)

    def info(self, role: str, recipient: str | None = None) -> bytes:
        """The `info` of a box; the recipient of an arbiter's box has to be named."""
        parties = {"exchange": self.exchange, "consumer": self.consumer}
        return self.binding.info(parties[role] if recipient is None else recipient, role)

    def box(self, role: str) -> bytes:
        """The box of the exchange or the consumer."""
        return VECTORS.box(f"{self.name} {role}", _KEYS[role], self.share(role), self.info(role))

    def arbiter_box(self, arbiter: str, name: str = "arbiter", share: bytes | None = None) -> bytes:
        """The box in which the consumer's share, or another one, travels to an arbiter."""
        held = self.share("consumer") if share is None else share
        return VECTORS.box(f"{self.name} {name}", _KEYS["arbiter"], held, self.info("arbiter", arbiter))

    def described(self, role: str) -> dict[str, Any]:
        """What the delivery signs of a share."""
        sealed_box = self.box(role) if self.boxed else f"lading vectors {self.name} {role} box".encode()
        names = {"key": seal_key(_KEYS[role]).kid, "commitment": commitment(self.share(role))}
        return {**names, "box": digest(sealed_box)}

    @property
    def sealed(self) -> dict[str, Any]:
        """The member `sealed`."""
        shares = {role: self.described(role) for role in ("exchange", "consumer")}
        return {"manifest_root": self.content.manifest_root, **shares}

    def delivery(self, world: World, contract: str, **members: Any) -> dict[str, Any]:
        """The members of the delivery."""
        root = {"content_root": self.content.content_root}
        form = {"form": "sealed", "sealed": self.sealed}
        whole = delivery(world, contract, self.binding.sequence, self.size, **root, **form)
        return {**whole, **members}

    def receipt(self, world: World, **members: Any) -> dict[str, Any]:
        """The members of the accepted receipt."""
        roots = {"content_root": self.content.content_root, "manifest_root": self.content.manifest_root}
        return {**receipt(world, self.name, self.size), **roots, **members}

    def release(self, world: World, answering: str, **members: Any) -> dict[str, Any]:
        """The members of the release that answers a receipt."""
        return {"receipt": world.id(answering), "share": b64url(self.share("exchange")), **members}

    def path(self, index: int) -> bytes:
        """The inclusion path of a leaf in the manifest."""
        return b"".join(inclusion(index, self.content.leaves))


def attachment(name: str, data: bytes) -> dict[str, Any]:
    """An attachment."""
    return {"name": name, "media_type": FILE, "size": len(data), "digest": digest(data)}


def bad_chunk(parcel: Parcel, release: str, index: int, **proof: Any) -> dict[str, Any]:
    """The members of a claim that a chunk is bad."""
    chunk = parcel.content.chunks[index]
    place = {"index": index, "leaf": b64url(chunk.leaf), "path": attachment("path", parcel.path(index))}
    shown = {"chunk": attachment("chunk", chunk.ciphertext), "key": b64url(chunk.key)}
    return {"statement": release, "ground": "bad-chunk", "proof": {**place, **shown, **proof}}


def wrong_key(parcel: Parcel, release: str, index: int, arbiter: str, **proof: Any) -> dict[str, Any]:
    """The members of a claim that a key is wrong; the box for the arbiter is none unless `proof` has one."""
    chunk = parcel.content.chunks[index]
    place = {"index": index, "leaf": b64url(chunk.leaf), "path": attachment("path", parcel.path(index))}
    judge = {"arbiter": arbiter, "sealed_to": seal_key(_KEYS["arbiter"]).kid}
    shown = {"share": attachment("share", f"lading vectors {parcel.name} arbiter box".encode()), **judge}
    return {"statement": release, "ground": "wrong-key", "proof": {**place, **shown, **proof}}


def parcel(
    world: World, name: str, contract: str, sequence: int, to: str = "buyer", **members: Any
) -> Parcel:
    """A sealed delivery of acme under a contract of a world."""
    binding = Binding(world.id(contract), sequence, world.id("acme"))
    return Parcel(name, binding, world.id("exchange"), world.id(to), **members)


def sealing_keys(name: str, *names: str) -> dict[str, Any]:
    """The member `keys` of a participant with its signing key and seal keys."""
    return {"keys": [listed(key(name).x), *(listed_seal(seal_key(seal).public) for seal in names)]}


def taken(
    world: World, parcel: Parcel, contract: str, answer: str = "got", released: str = "released"
) -> World:
    """The world after a delivery, its receipt and its release."""
    world = say(world, parcel.name, "acme", "delivery", **parcel.delivery(world, contract))
    return acknowledged(world, parcel, answer, released)


def acknowledged(world: World, parcel: Parcel, answer: str = "got", released: str = "released") -> World:
    """The world after the receipt and the release of a delivery, which stand in one millisecond."""
    world = received(world, parcel, answer)
    return say(world, released, "exchange", "release", **parcel.release(world, answer))


def received(world: World, parcel: Parcel, answer: str = "got") -> World:
    """The world after the receipt of a delivery, with nothing behind it yet."""
    return world.then(answer, world.say("buyer", "receipt", **parcel.receipt(world)), after=0)


PARCELS: Final = {"late": (1, DELIVERED), "sent": (2, DELIVERED), "taken": (4, LARGE)}
"""The sealed deliveries of the scenario: their numbers under the contract `deal`, and sizes."""


def of_scenario(name: str) -> Parcel:
    """A sealed delivery of the scenario."""
    return _of(sealed_market(), name)


def _of(world: World, name: str) -> Parcel:
    sequence, size = PARCELS[name]
    return parcel(world, name, "deal", sequence, size=size, boxed=name == "taken")


@lru_cache
def sealed_market() -> World:
    """Three participants, of whom two have seal keys, and one delivery of every kind."""
    world = opened("sealed", **sealing_keys("exchange", "exchange-seal"))
    world = join(world, "acme")
    for name in ("buyer", "carol"):
        world = join(world, name, **sealing_keys(name, f"{name}-seal"))
    world = admit(world, "acme", "provider")
    world = admit(world, "buyer", "consumer")
    world = admit(world, "carol", "consumer", "arbiter")
    world = say(world, "roads", "acme", "listing", **listing(standing=STANDING))
    promised = _promised()
    world = say(world, "rails", "acme", "listing", **listing(title="Rails", standing=STANDING, **promised))
    for name, by, about in (
        ("deal", "buyer", "roads"),
        ("bound", "buyer", "rails"),
        ("other", "carol", "roads"),
    ):
        world = say(world, name, by, "acceptance", **standing(world, about, f"PO-{name}"))
    return _deliveries(world).fixed()


def _promised() -> dict[str, Any]:
    """The promise of sealed content: its root follows from the product secret, whatever the shares are."""
    made = sealed(content(DELIVERED), CHUNK, bytes(32), seed("rails secret"))
    return {"size": made.size, "chunk_size": made.chunk_size, "content_root": made.content_root}


def _deliveries(world: World) -> World:
    late = _of(world, "late")
    world = say(world, "late", "acme", "delivery", **late.delivery(world, "deal")).later(8 * DAY)
    world = say(world, "lapsed", "exchange", "lapse", delivery=world.id("late"))
    world = say(world, "sent", "acme", "delivery", **_of(world, "sent").delivery(world, "deal"))
    world = say(world, "plain", "acme", "delivery", **delivery(world, "deal", 3))
    gone = _of(world, "taken")
    world = taken(world, gone, "deal")
    claim = bad_chunk(gone, world.id("released"), 3)
    return say(world, "claimed", "buyer", "claim", **claim)


def file() -> VectorFile:
    """The scenario's file."""
    notes = (
        "exchange, buyer and carol have seal keys; acme is admitted as provider, buyer as consumer, carol as consumer"
        " and arbiter",
        "of the deliveries of the contract deal, late has lapsed, sent is sealed and open, plain is clear and open, and"
        " taken was received, released and claimed about",
        SECRETS,
        "the boxes of the delivery taken are in sealed/shares.json; of the others there are none",
    )
    seals = [f"{name}-seal" for name in ("exchange", "buyer", "carol")]
    return scenarios.scenario_file(
        sealed_market(), notes, ("exchange", "log", "acme", "buyer", "carol", *seals)
    )
