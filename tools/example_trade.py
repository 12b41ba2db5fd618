"""The trade that the specification's examples show: twelve statements from fixed seeds, registered in one log.

    trade = build()
    trade.jws["receipt"], trade.index("receipt"), trade.evidence("receipt")

Every seed is the SHA-256 of "lading example " and a name, so anyone can make the same bytes. The keys are public and
worth nothing.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, field
from typing import Any

from lading.evidence import build as evidence_build
from lading.keys.signer import Ed25519Signer
from lading.log.checkpoint import CheckpointSigner
from lading.log.entry import Entry
from lading.log.tree import leaf_hash
from lading.register.memory import MemorySight, MemoryStore
from lading.register.register import Register, Registered
from lading.statement.envelope import decode, encode
from lading.statement.words import Id, Millis, format_time
from lading.transfer.content import content_root

ORIGIN = "exchange.example/log"
API = "https://exchange.example"
START = 1_795_426_200_000
"""2026-11-23T09:30:00.000Z."""
ANSWER_AFTER = 40
"""Milliseconds from signing to registration."""
CHUNK_SIZE = 65_536
LIMITS = {
    "statement_bytes": 65_536,
    "batch_statements": 256,
    "content_bytes": 17_179_869_184,
    "upload_bytes": 67_108_864,
}
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


def data() -> bytes:
    """The delivered file: 20 000 lines of number, latitude and longitude, from a formula."""
    return "".join(f"{n},{n * 7919 % 180},{n * 104729 % 360}\n" for n in range(20_000)).encode()


def leaves() -> list[bytes]:
    """The manifest's leaf hashes."""
    content = data()
    return [leaf_hash(content[at : at + CHUNK_SIZE]) for at in range(0, len(content), CHUNK_SIZE)]


@dataclass
class Trade:
    """A log, and the statements in it by name."""

    store: MemoryStore = field(default_factory=MemoryStore)
    jws: dict[str, bytes] = field(default_factory=dict)
    time: int = START

    def __post_init__(self) -> None:
        self.log_key = CheckpointSigner(ORIGIN, signer("exchange-log"))
        self.register = Register(self.store, self.log_key, clock=lambda: Millis(self.time + ANSWER_AFTER))

    def put(self, name: str, by: str, seconds: int, members: dict[str, Any]) -> None:
        """Sign, and register; a refusal is a mistake in this file."""
        self.time = START + 1000 * seconds
        signed = {"version": 1, **members, "issued_at": format_time(self.time)}
        self.jws[name] = encode(signed, signer(by))
        (answer,) = self.register.admit([self.register.prepare(self.jws[name])])
        if not isinstance(answer, Registered):
            raise answer

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


def _participants(trade: Trade) -> None:
    log = {"origin": ORIGIN, "keys": [{"vkey": str(trade.log_key.key), "from_size": 1}]}
    policy = {"onboarding": "open"}
    exchange = {"api": API, "log": log, "rules": 1, "policy": policy, "limits": LIMITS}
    described = {"name": "Example Data Exchange", "kind": "exchange", "jurisdiction": "CH"}
    trade.put("exchange", "exchange", 0, {**described, **_keys("exchange"), "exchange": exchange})
    home = {"home": trade.id("exchange")}
    acme = {"name": "Acme Roads Ltd", "kind": "company", "jurisdiction": "GB"}
    lei = {"identifiers": ["lei:529900T8BM49AURSDO55"]}
    trade.put("acme", "acme", 60, {**home, **acme, **lei, **_keys("acme")})
    buyer = {"name": "Buyer Analytics BV", "kind": "company", "jurisdiction": "NL"}
    trade.put("buyer", "buyer", 61, {**home, **buyer, **_keys("buyer")})
    decision = {"type": "admission", **trade.issued("exchange"), "status": "admitted"}
    checks = {"checks": [{"kind": "commercial-register"}]}
    provider = {**decision, "participant": trade.id("acme"), "roles": ["provider"], **checks}
    consumer = {**decision, "participant": trade.id("buyer"), "roles": ["consumer"]}
    trade.put("admission", "exchange", 120, provider)
    trade.put("admission-buyer", "exchange", 121, consumer)


def _keys(name: str) -> dict[str, Any]:
    return {"type": "participant", "keys": [key(name)], "next": [signer(f"{name}-next").thumbprint]}


def _content() -> dict[str, Any]:
    root = content_root(tuple(leaves()))
    return {"size": len(data()), "chunk_size": CHUNK_SIZE, "content_root": root}


def _negotiation(trade: Trade) -> None:
    described = {
        "title": "Road sensor positions",
        "description": "Position of every road sensor, one per line: number, latitude, longitude.",
        "keywords": ["roads", "sensors"],
        "licence": "CC-BY-4.0",
        "media_type": "text/csv",
        "name": "roads.csv",
    }
    standing = {"terms": TERMS, "expires_at": "2027-06-30T23:59:59.999Z", "maximum": 100}
    listing = {"type": "listing", "kind": "dataset", **described, **_content(), "standing": standing}
    trade.put("listing", "acme", 600, {**trade.issued("acme"), **listing})
    cheaper = {**TERMS, "price": {"amount": "80.00", "currency": "EUR"}, "purposes": ["research"]}
    offer = {"type": "offer", "listing": trade.id("listing"), "to": trade.id("acme"), "terms": cheaper}
    until = {"purpose": "research", "expires_at": "2026-11-30T12:00:00.000Z"}
    trade.put("offer", "buyer", 700, {**trade.issued("buyer"), **offer, **until})
    rejection = {"type": "rejection", "offer": trade.id("offer"), "reason": "price"}
    trade.put("rejection", "acme", 720, {**trade.issued("acme"), **rejection})
    acceptance = {"type": "acceptance", "listing": trade.id("listing"), "purpose": "research"}
    reference = {"reference": "PO-2026-0117"}
    trade.put("acceptance", "buyer", 800, {**trade.issued("buyer"), **acceptance, **reference})


def _handover(trade: Trade) -> None:
    named = {"name": "roads.csv", "media_type": "text/csv", **_content()}
    delivery = {"type": "delivery", "contract": trade.id("acceptance"), "sequence": 1}
    form = {"form": "clear", "custody": "exchange"}
    trade.put("delivery", "acme", 900, {**trade.issued("acme"), **delivery, **form, **named})
    receipt = {"type": "receipt", "delivery": trade.id("delivery"), "outcome": "accepted"}
    held = {"content_root": _content()["content_root"], "size": len(data())}
    trade.put("receipt", "buyer", 1000, {**trade.issued("buyer"), **receipt, **held})
    withdrawal = {"type": "withdrawal", "statement": trade.id("listing")}
    trade.put("withdrawal", "acme", 1100, {**trade.issued("acme"), **withdrawal})
