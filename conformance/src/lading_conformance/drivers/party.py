"""A test participant: its keys, its identity, and the statements that it signs."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

from lading_conformance.oracle import base64url, statement
from lading_conformance.oracle.canonical import Json
from lading_conformance.oracle.http_signature import Signer
from lading_conformance.oracle.keys import Key
from lading_conformance.oracle.sealkeys import SealKey


def written_time(moment: int) -> str:
    """Return a time in milliseconds since 1970 in the one spelling of the specification (LAD-STM-029)."""
    seconds, milliseconds = divmod(moment, 1000)
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}.{milliseconds:03d}Z"


def now() -> int:
    """Return the clock of this machine in milliseconds since 1970."""
    return time.time_ns() // 1_000_000


PROVENANCE: Final[dict[str, Json]] = {"source": "Own sensors along the road", "collection": "sensor"}
"""What a listing of the suite says of where its data comes from."""


def clear_terms(price: str = "100.00", **members: Json) -> dict[str, Json]:
    """Return terms in euros with a week to take a delivery and a week to dispute it."""
    return {
        "price": {"amount": price, "currency": "EUR"},
        "taking_period": "P7D",
        "dispute_window": "P7D",
        **members,
    }


def listed(public: bytes, **members: Json) -> dict[str, Json]:
    """Return a public key as a participant statement lists it."""
    jwk: dict[str, Json] = {"crv": "Ed25519", "kty": "OKP", "x": base64url.encode(public)}
    return {"jwk": jwk, "use": "sign", **members}


@dataclass(frozen=True)
class Party:
    """A participant of the suite's own making. `id` and `head` are empty until it is registered.

    `seal` is the key that shares are sealed to; only who is to take sealed deliveries has one.
    """

    name: str
    home: str
    key: Key
    successor: Key
    clerk: Key
    seal: SealKey | None = None
    id: str = ""
    head: str = ""

    @staticmethod
    def new(name: str, home: str, seal: SealKey | None = None) -> Party:
        """Return a party with new keys: for every day, promised in `next`, and one for receipts only."""
        return Party(name, home, Key.generate(), Key.generate(), Key.generate(), seal)

    def registered(self, first: bytes) -> Party:
        """Return the party with the id of its first statement, which the exchange has admitted."""
        own = statement.statement_id(first)
        return replace(self, id=own, head=own)

    @property
    def signer(self) -> Signer:
        """Signs this party's requests."""
        return Signer(self.id, self.key)

    def introduction(self, **members: Json) -> dict[str, Json]:
        """Return the payload of its first statement; `members` replace or add."""
        keys: list[Json] = [listed(self.key.public), listed(self.clerk.public, may=["receipt"])]
        if self.seal is not None:
            keys.append(self.seal.listed)
        return {
            "version": 1,
            "type": "participant",
            "home": self.home,
            "issued_at": written_time(now()),
            "name": self.name,
            "kind": "company",
            "jurisdiction": "NL",
            "keys": keys,
            "next": [self.successor.thumbprint],
            **members,
        }

    def succeeded(self, seal: SealKey | None = None, **members: Json) -> tuple[Party, bytes]:
        """Return the party after it has replaced its keys, and the statement that does so, to be registered.

        Without `seal` it keeps the seal key that it has, if any; `members` replace or add.
        """
        after = replace(self, key=self.successor, successor=Key.generate(), seal=seal or self.seal)
        named: dict[str, Json] = {"previous": self.head, "issuer": self.id, "under": self.head, **members}
        jws = after.sign(after.introduction(**named))
        return replace(after, head=statement.statement_id(jws)), jws

    def payload(self, act: str, **members: Json) -> dict[str, Json]:
        """Return the payload of an act of this party; `members` replace or add."""
        return {
            "version": 1,
            "type": act,
            "home": self.home,
            "issuer": self.id,
            "under": self.head,
            "issued_at": written_time(now()),
            **({"provenance": dict(PROVENANCE)} if act == "listing" else {}),
            **members,
        }

    def sign(self, payload: dict[str, Json]) -> bytes:
        """Return the statement that says `payload`, signed with the everyday key."""
        return statement.sign(payload, self.key)

    def says(self, act: str, **members: Json) -> bytes:
        """Return a signed act of this party."""
        return self.sign(self.payload(act, **members))
