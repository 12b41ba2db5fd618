"""A contract, its two parties, and deliveries that a provider may try, honest and not, with all their secrets.

Everything a party says is signed before the search begins; during it the network decides what arrives, how often and in
which order.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from lading.keys.seal import SealKey
from lading.statement import base64url
from lading.statement.envelope import decode
from lading.statement.words import Id, format_time
from lading.transfer.sealing import Leaves, Room, SealingKeys, seal_chunk
from lading.transfer.shares import Binding, BoxRole, Shares, commitment, content_key, seal_share
from sdk.tests.core.market import DAY, START, Market, listed, signer

CHUNK: Final = 65_536
TAKING: Final = "PT1H"
PROVENANCE: Final[dict[str, Any]] = {"source": "Own sensors along the road", "collection": "sensor"}
TERMS: Final[dict[str, Any]] = {
    "price": {"amount": "100.00", "currency": "EUR"},
    "taking_period": TAKING,
    "dispute_window": "PT2H",
}


def seal_key(name: str) -> SealKey:
    """The seal key of a name."""
    return SealKey.from_seed(hashlib.sha256(f"model seal {name}".encode()).digest())


def shares(name: str) -> Shares:
    """The shares of a name; they are random in practice."""
    return Shares(*(hashlib.sha256(f"model {name} {role}".encode()).digest() for role in ("x", "c")))


class SealedMarket(Market):
    """The market of the core tests; exchange and consumer have seal keys, and one contract is concluded."""

    def __init__(self) -> None:
        super().__init__()
        standing = {"terms": TERMS, "expires_at": format_time(START + DAY)}
        goods: dict[str, Any] = {
            "kind": "dataset",
            "title": "Goods",
            "provenance": PROVENANCE,
            "standing": standing,
        }
        listing = self.put(self.say("acme", "listing", **goods))
        self.contract = self.put(self.buy("buyer", listing, "PO-1"))

    def newcomer(self, name: str, **members: Any) -> dict[str, Any]:
        """The members of a first statement, with a seal key for those who receive shares."""
        said = super().newcomer(name, **members)
        if name in ("exchange", "buyer"):
            public = base64url.encode(seal_key(name).public).decode()
            sealing = {"use": "seal", "kem": "MLKEM768-X25519", "public": public}
            said["keys"] = [listed(signer(name)), sealing]
        return said


@dataclass(frozen=True, eq=False)
class Parcel:
    """A signed delivery, its boxes and ciphertext, and the secrets behind it."""

    name: str
    jws: bytes
    bound: Binding
    shares: Shares
    data: bytes
    secret: bytes
    boxes: Mapping[BoxRole, bytes]
    leaves: Leaves
    ciphertext: bytes

    @property
    def id(self) -> Id:
        """The delivery's id."""
        return decode(self.jws).id

    @property
    def roots(self) -> dict[str, Any]:
        """What an accepted receipt repeats."""
        content_root, manifest_root = self.leaves.content_root, self.leaves.manifest_root
        return {"content_root": content_root, "manifest_root": manifest_root, "size": len(self.data)}


def parcel(
    market: SealedMarket,
    name: str,
    sequence: int,
    *,
    shared: str | None = None,
    boxed: Mapping[BoxRole, bytes] | None = None,
) -> Parcel:
    """A delivery. `shared` names whose shares it uses; `boxed` puts other shares into its boxes than it commits to."""
    bound = Binding(market.contract, sequence, market.id["acme"])
    own, secret = shares(shared or name), hashlib.sha256(f"model {name} product".encode()).digest()
    data = f"the goods of {name}".encode()
    room = Room(CHUNK)
    room.data[: len(data)] = data
    key = content_key(bound, own.exchange, own.consumer)
    leaf = seal_chunk(SealingKeys(key, secret), 0, room, len(data))
    leaves = Leaves(leaf.raw)
    held: dict[BoxRole, bytes] = {"exchange": own.exchange, "consumer": own.consumer, **(boxed or {})}
    names: dict[BoxRole, str] = {"exchange": "exchange", "consumer": "buyer"}
    boxes: dict[BoxRole, bytes] = {
        role: seal_share(held[role], seal_key(who).public, bound.info(market.id[who], role))
        for role, who in names.items()
    }
    sealed = {role: _share(role, own, names[role], boxes[role]) for role in boxes}
    said: dict[str, Any] = {
        "contract": market.contract,
        "sequence": sequence,
        "form": "sealed",
        "custody": "exchange",
        "size": len(data),
        "chunk_size": CHUNK,
        "content_root": leaves.content_root,
        "sealed": {"manifest_root": leaves.manifest_root, **sealed},
    }
    jws = market.say("acme", "delivery", **said)
    ciphertext = bytes(room.ciphertext(len(data)))
    return Parcel(name, jws, bound, own, data, secret, boxes, leaves, ciphertext)


def _share(role: BoxRole, own: Shares, who: str, box: bytes) -> dict[str, str]:
    share = own.exchange if role == "exchange" else own.consumer
    digest = "sha256:" + hashlib.sha256(box).hexdigest()
    return {"key": seal_key(who).kid, "commitment": commitment(share), "box": digest}


@dataclass(frozen=True)
class Cast:
    """The market before anything is delivered, the parcels, and for each by name what else may arrive about it."""

    market: SealedMarket
    parcels: Mapping[str, Parcel]
    mail: Mapping[str, Mapping[str, bytes]]


@lru_cache
def cast() -> Cast:
    """Two honest deliveries of number 1 and one of number 2, and the tricks of a provider."""
    market = SealedMarket()
    garbage = hashlib.sha256(b"garbage").digest()
    parcels = [
        parcel(market, "first", 1),
        parcel(market, "second", 1),
        parcel(market, "next", 2),
        parcel(market, "garbage-for-the-exchange", 1, boxed={"exchange": garbage}),
        parcel(market, "garbage-for-the-consumer", 1, boxed={"consumer": garbage}),
        parcel(market, "shares-of-the-first", 2, shared="first"),
    ]
    by_name = {item.name: item for item in parcels}
    return Cast(market, by_name, {item.name: _mail(market, item) for item in parcels})


def _mail(market: SealedMarket, item: Parcel) -> dict[str, bytes]:
    """Whatever a party can sign about a parcel beside its delivery, right or wrong."""
    about: dict[str, Any] = {"delivery": item.id}
    accepted = {**about, "outcome": "accepted", **item.roots}
    clear = {name: value for name, value in accepted.items() if name != "manifest_root"}
    share = base64url.encode(item.shares.exchange).decode()
    receipt = market.say("buyer", "receipt", **accepted)
    return {
        "withdrawal": market.say("acme", "withdrawal", statement=item.id),
        "receipt": receipt,
        "receipt-again": market.say("buyer", "receipt", **accepted, extensions={"urn:x:retry": 1}),
        "receipt-as-if-clear": market.say("buyer", "receipt", **clear),
        "receipt-by-the-provider": market.say("acme", "receipt", **accepted),
        "refusal": market.say("buyer", "receipt", **about, outcome="refused", reason="bad-share"),
        "release-by-the-provider": market.say("acme", "release", receipt=decode(receipt).id, share=share),
    }
