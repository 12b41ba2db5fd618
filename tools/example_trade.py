"""The trade that the specification's examples show: thirteen statements from fixed seeds, registered in one log.

    trade = build()
    trade.jws["receipt"], trade.index("receipt"), trade.evidence("receipt")
    later = continued()

Every seed is the SHA-256 of "lading example " and a name, so anyone can make the same bytes; only the boxes are fixed
(`tools/example_sealing.py`). The keys are public and worth nothing. `continued` is what happened afterwards, for
examples that the trade itself has no place for: a clear delivery that lapsed, and a claim that is right.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, field
from typing import Any

from lading.acts.base import Place, Statement, View
from lading.acts.receipt import Receipt
from lading.evidence import build as evidence_build
from lading.keys.signer import Ed25519Signer
from lading.log.checkpoint import CheckpointSigner
from lading.log.entry import Entry
from lading.register.issue import Issuer
from lading.register.memory import MemorySight, MemoryStore
from lading.register.register import Register, Registered
from lading.statement import base64url
from lading.statement.envelope import decode, encode
from lading.statement.words import Id, Millis, format_time
from lading.transfer.content import content_root
from lading.transfer.shares import Binding
from lading.tree import leaf_hash
from tools import example_more
from tools.example_sealing import CHUNK_SIZE, Parcel, data, listed_seal_key

ORIGIN = "exchange.example/log"
API = "https://exchange.example"
START = 1_795_426_200_000
"""2026-11-23T09:30:00.000Z."""
ANSWER_AFTER = 40
"""Milliseconds from signing to registration."""
LIMITS = {
    "statement_bytes": 65_536,
    "batch_statements": 256,
    "content_bytes": 17_179_869_184,
    "upload_bytes": 67_108_864,
}
PROVENANCE = {"source": "Own sensors along the road", "collection": "sensor"}
TERMS = {
    "price": {"amount": "100.00", "currency": "EUR"},
    "purposes": ["research", "road-planning"],
    "taking_period": "P7D",
    "dispute_window": "P14D",
}


def signer(name: str) -> Ed25519Signer:
    """The key of a name."""
    return Ed25519Signer.from_seed(hashlib.sha256(f"lading example {name}".encode()).digest())


def key(name: str) -> dict[str, Any]:
    """The key of a name as a participant statement lists it."""
    x = base64.urlsafe_b64encode(signer(name).public).decode().rstrip("=")
    return {"jwk": {"crv": "Ed25519", "kty": "OKP", "x": x}, "use": "sign"}


def leaves() -> list[bytes]:
    """The leaf hashes of the clear file."""
    content = data()
    return [leaf_hash(content[at : at + CHUNK_SIZE]) for at in range(0, len(content), CHUNK_SIZE)]


@dataclass
class Trade:
    """A log, and the statements in it by name."""

    store: MemoryStore = field(default_factory=MemoryStore)
    jws: dict[str, bytes] = field(default_factory=dict)
    time: int = START
    parcels: dict[str, Parcel] = field(default_factory=dict)
    released: bytes = b""

    def __post_init__(self) -> None:
        self.log_key = CheckpointSigner(ORIGIN, signer("exchange-log"))
        self.register = Register(self.store, self.log_key, releaser=self, clock=self.now)

    def now(self) -> Millis:
        """What the exchange's clock shows."""
        return Millis(self.time + ANSWER_AFTER)

    def release(self, view: View, receipt: Statement[Receipt], at: Place) -> bytes:
        """The release that the exchange registers with a receipt: it opens its box."""
        parcel = self.parcels[receipt.act.delivery]
        jws = Issuer(signer("exchange")).release(view, receipt.id, parcel.opened("exchange"), at.time)
        self.released = jws
        return jws

    def put(self, name: str, by: str, seconds: int, members: dict[str, Any]) -> None:
        """Sign, and register; a refusal is a mistake in this file."""
        self.time = START + 1000 * seconds
        signed = {"version": 1, **members, "issued_at": format_time(self.time)}
        self.jws[name] = encode(signed, signer(by))
        (answer,) = self.register.admit([self.register.prepare(self.jws[name])])
        if not isinstance(answer, Registered):
            raise answer

    def put_receipt(self, name: str, seconds: int, parcel: Parcel, of: str) -> None:
        """The receipt of a sealed delivery, and its release under the name `release` with what follows `receipt`."""
        roots = {"content_root": parcel.leaves.content_root, "manifest_root": parcel.leaves.manifest_root}
        receipt = {"type": "receipt", "delivery": self.id(of), "outcome": "accepted", "size": len(data())}
        self.put(name, "buyer", seconds, {**self.issued("buyer"), **receipt, **roots})
        self.jws[name.replace("receipt", "release")] = self.released

    @property
    def sight(self) -> MemorySight:
        """The register's content."""
        return self.store.sight

    def id(self, name: str) -> Id:
        """The id of a statement."""
        return decode(self.jws[name]).id

    def members(self, name: str) -> dict[str, Any]:
        """The payload of a statement."""
        return decode(self.jws[name]).members

    def index(self, name: str) -> int:
        """The place of a statement in the log."""
        return list(self.jws).index(name)

    def entry(self, name: str) -> Entry:
        """The log entry of a statement."""
        return self.sight.entries[self.index(name)]

    def proof(self, name: str) -> str:
        """The tlog-proof file of a statement, under the last checkpoint."""
        return self.register.proof(self.sight, self.index(name)).text

    def evidence(self, name: str) -> bytes:
        """The evidence file of a statement, under the last checkpoint."""
        return evidence_build.build(self.sight, self.id(name))

    def issued(self, by: str) -> dict[str, Any]:
        """The members that say whose statement it is."""
        return {"home": self.id("exchange"), "issuer": self.id(by), "under": self.id(by)}


def build() -> Trade:
    """The whole trade."""
    trade = Trade()
    _participants(trade)
    _negotiation(trade)
    _handover(trade)
    return trade


def continued() -> Trade:
    """The trade, and what happened afterwards; nothing of that is in `spec/examples`."""
    trade = build()
    titled = {"title": "Bridge sensor positions", "provenance": PROVENANCE}
    listing = {"type": "listing", "kind": "dataset", **titled}
    standing = {"terms": TERMS, "expires_at": "2027-06-30T23:59:59.999Z"}
    trade.put("listing-2", "acme", 2000, {**trade.issued("acme"), **listing, "standing": standing})
    _accept(trade, "acceptance-2", 2100, "listing-2", "PO-2026-0118")
    named = {"name": "bridges.csv", "media_type": "text/csv", **clear_content()}
    form = {"type": "delivery", "contract": trade.id("acceptance-2"), "form": "clear", "custody": "exchange"}
    trade.put("delivery-clear", "acme", 2200, {**trade.issued("acme"), **form, "sequence": 1, **named})
    spoilt = _parcel(trade, "spoilt", "acceptance-2", 2)
    _deliver(trade, "delivery-2", 2300, spoilt, "acceptance-2")
    trade.put_receipt("receipt-2", 2400, spoilt, "delivery-2")
    claim = {"type": "claim", "statement": trade.id("release-2"), "ground": "bad-chunk"}
    trade.put("claim", "buyer", 3000, {**trade.issued("buyer"), **claim, "proof": _proof(spoilt)})
    days = 7 * 24 * 3600
    lapse = {"type": "lapse", "delivery": trade.id("delivery-clear")}
    trade.put("lapse", "exchange", 2200 + days + 1, {**trade.issued("exchange"), **lapse})
    example_more.more(trade)
    return trade


def _proof(parcel: Parcel) -> dict[str, Any]:
    last = len(parcel.chunks) - 1
    chunk = parcel.chunks[last]
    shown = [("path", parcel.leaves.path(last)), ("chunk", chunk.ciphertext)]
    attached = {name: _attachment(f"{name}.bin", data) for name, data in shown}
    leaf, key_ = (base64url.encode(part).decode() for part in (chunk.leaf.raw, chunk.key))
    return {"index": last, "leaf": leaf, "path": attached["path"], "chunk": attached["chunk"], "key": key_}


def _attachment(name: str, shown: bytes) -> dict[str, Any]:
    digest = "sha256:" + hashlib.sha256(shown).hexdigest()
    return {"name": name, "media_type": "application/octet-stream", "size": len(shown), "digest": digest}


def _participants(trade: Trade) -> None:
    log = {"origin": ORIGIN, "keys": [{"vkey": str(trade.log_key.key), "from_size": 1}]}
    policy = {"onboarding": "open"}
    exchange = {"api": API, "log": log, "rules": 1, "policy": policy, "limits": LIMITS}
    described = {"name": "Example Data Exchange", "kind": "exchange", "jurisdiction": "CH"}
    keys = _keys("exchange", listed_seal_key("exchange"))
    trade.put("exchange", "exchange", 0, {**described, **keys, "exchange": exchange})
    home = {"home": trade.id("exchange")}
    acme = {"name": "Acme Roads Ltd", "kind": "company", "jurisdiction": "GB"}
    lei = {"identifiers": ["lei:529900T8BM49AURSDO55"]}
    trade.put("acme", "acme", 60, {**home, **acme, **lei, **_keys("acme")})
    buyer = {"name": "Buyer Analytics BV", "kind": "company", "jurisdiction": "NL"}
    trade.put("buyer", "buyer", 61, {**home, **buyer, **_keys("buyer", listed_seal_key("buyer"))})
    decision = {"type": "admission", **trade.issued("exchange"), "status": "admitted"}
    checks = {"checks": [{"kind": "commercial-register"}]}
    provider = {**decision, "participant": trade.id("acme"), "roles": ["provider"], **checks}
    consumer = {**decision, "participant": trade.id("buyer"), "roles": ["consumer"]}
    trade.put("admission", "exchange", 120, provider)
    trade.put("admission-buyer", "exchange", 121, consumer)


def _keys(name: str, *sealing: dict[str, Any]) -> dict[str, Any]:
    next_keys = [signer(f"{name}-next").thumbprint]
    return {"type": "participant", "keys": [key(name), *sealing], "next": next_keys}


def clear_content() -> dict[str, Any]:
    """Size and root of the file, as it is delivered clear."""
    root = content_root(tuple(leaves()))
    return {"size": len(data()), "chunk_size": CHUNK_SIZE, "content_root": root}


def _sealed_content() -> dict[str, Any]:
    """What the listing promises: the root follows from the product secret, before there are any shares."""
    nobody = Id("sha256:" + "0" * 64)
    root = Parcel("promise", Binding(nobody, 1, nobody), nobody, nobody).leaves.content_root
    return {"size": len(data()), "chunk_size": CHUNK_SIZE, "content_root": root}


def _negotiation(trade: Trade) -> None:
    described = {
        "title": "Road sensor positions",
        "description": "Position of every road sensor, one per line: number, latitude, longitude.",
        "keywords": ["roads", "sensors"],
        "licence": "CC-BY-4.0",
        "media_type": "text/csv",
        "name": "roads.csv",
        "provenance": PROVENANCE,
    }
    standing = {"terms": TERMS, "expires_at": "2027-06-30T23:59:59.999Z", "maximum": 100}
    listing = {"type": "listing", "kind": "dataset", **described, **_sealed_content(), "standing": standing}
    trade.put("listing", "acme", 600, {**trade.issued("acme"), **listing})
    cheaper = {**TERMS, "price": {"amount": "80.00", "currency": "EUR"}, "purposes": ["research"]}
    offer = {"type": "offer", "listing": trade.id("listing"), "to": trade.id("acme"), "terms": cheaper}
    until = {"purpose": "research", "expires_at": "2026-11-30T12:00:00.000Z"}
    trade.put("offer", "buyer", 700, {**trade.issued("buyer"), **offer, **until})
    rejection = {"type": "rejection", "offer": trade.id("offer"), "reason": "price"}
    trade.put("rejection", "acme", 720, {**trade.issued("acme"), **rejection})
    _accept(trade, "acceptance", 800, "listing", "PO-2026-0117")


def _accept(trade: Trade, name: str, seconds: int, listing: str, reference: str) -> None:
    acceptance = {"type": "acceptance", "listing": trade.id(listing), "purpose": "research"}
    trade.put(name, "buyer", seconds, {**trade.issued("buyer"), **acceptance, "reference": reference})


def _handover(trade: Trade) -> None:
    parcel = _parcel(trade, "sealed", "acceptance", 1)
    _deliver(trade, "delivery", 900, parcel, "acceptance")
    trade.put_receipt("receipt", 1000, parcel, "delivery")
    withdrawal = {"type": "withdrawal", "statement": trade.id("listing")}
    trade.put("withdrawal", "acme", 1100, {**trade.issued("acme"), **withdrawal})


def _parcel(trade: Trade, name: str, contract: str, sequence: int) -> Parcel:
    bound = Binding(trade.id(contract), sequence, trade.id("acme"))
    return Parcel(name, bound, trade.id("exchange"), trade.id("buyer"), spoilt=name == "spoilt")


def _deliver(trade: Trade, name: str, seconds: int, parcel: Parcel, contract: str) -> None:
    content = {**clear_content(), "content_root": parcel.leaves.content_root}
    named = {"name": "roads.csv", "media_type": "text/csv", **content}
    delivery = {"type": "delivery", "contract": trade.id(contract), "sequence": parcel.bound.sequence}
    form = {**parcel.described(), "custody": "exchange"}
    trade.put(name, "acme", seconds, {**trade.issued("acme"), **delivery, **form, **named})
    trade.parcels[trade.id(name)] = parcel
