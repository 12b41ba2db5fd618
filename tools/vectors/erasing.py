"""What some statements of the logs have changed, record by record, as their erasures say it."""

from __future__ import annotations

from typing import Any, Final

from tools.vectors import scenarios
from tools.vectors.primitives import digest
from tools.vectors.scenarios import STANDING, TERMS
from tools.vectors.world import DAY, World

NOWHERE: Final = digest(b"nowhere")
Changes = list[dict[str, Any]]


def changed(kind: str, key: str, **record: Any) -> dict[str, Any]:
    """One change."""
    return {"kind": kind, "record": {"key": key, **record}}


def time_of(world: World, name: str) -> int:
    """The registration time of an entry."""
    return next(entry.time for entry in world.entries if entry.name == name)


def listing(world: World, name: str, provider: str = "acme", **members: Any) -> Changes:
    """A first version; `members` are its standing terms and its promise, where it has them."""
    key, by = world.id(name), world.heads[provider]
    product = changed("product", key, provider=by.id, head=key)
    return [product, listed(world, name, provider, **members)]


def listed(world: World, name: str, provider: str = "acme", **members: Any) -> dict[str, Any]:
    """The record of a version of a listing that is its own product."""
    usual = {"needs": [], "excluded": [], "exceeds": -1, "export": False, "contested": 0, "accepted": 0}
    return changed(
        "listing",
        world.id(name),
        product=world.id(name),
        provider=world.id(provider),
        kid=world.heads[provider].key.kid,
        sales="dataset",
        state="listed",
        listed_at=time_of(world, name),
        **{**usual, **members},
    )


def offer(world: World, name: str, about: str, by: str, to: str, **members: Any) -> Changes:
    """An open offer under the usual terms."""
    said = {
        "actions": ["use"],
        "listing": world.id(about),
        "product": world.id(about),
        "proposer": world.id(by),
        "addressee": world.id(to),
        "kid": world.heads[by].key.kid,
        "terms": TERMS,
        "purpose": "research",
        "expires_at": scenarios.SOON,
        "state": "open",
    }
    return [changed("offer", world.id(name), **{**said, **members})]


def contract(world: World, name: str, about: str, reference: str, **listing_members: Any) -> Changes:
    """The first acceptance of the standing terms of a listing of acme's by buyer."""
    key, buyer = world.id(name), world.id("buyer")
    return [
        changed("agreement", key, contract=key),
        listed(world, about, **{"standing": STANDING, "accepted": 1, **listing_members}),
        changed("slot", f"acceptance/{buyer}/{reference}", holder=key),
        running(world, name, about),
    ]


def running(world: World, name: str, about: str, **members: Any) -> dict[str, Any]:
    """The record of a contract right after its conclusion, but for `members`."""
    said = {
        "listing": world.id(about),
        "provider": world.id("acme"),
        "consumer": world.id("buyer"),
        "terms": TERMS,
        "purpose": "research",
        "actions": ["use"],
        "related": False,
        "head": world.id(name),
        "concluded_at": time_of(world, name),
        "state": "active",
        "last_sequence": 0,
        "deliveries": 0,
        "pauses": [],
    }
    return changed("contract", world.id(name), **{**said, **members})


def delivery(world: World, name: str, of: str, about: str, number: int, **described: Any) -> Changes:
    """A clear delivery that is open, the so-manieth of its contract; `described` is its content."""
    at = time_of(world, name)
    said = {
        "contract": world.id(of),
        "sequence": number,
        "provider": world.id("acme"),
        "consumer": world.id("buyer"),
        "form": "clear",
        "custody": "exchange",
        "registered_at": at,
        "deadline": at + 7 * DAY,
        "state": "open",
    }
    return [
        running(world, of, about, last_sequence=number, deliveries=number),
        changed("slot", f"delivery/{world.id(of)}/{number}", holder=world.id(name)),
        changed("delivery", world.id(name), **{**said, **described}),
    ]


def erasure(world: World, name: str, changes: Changes, by: str = "acme", **members: Any) -> dict[str, Any]:
    """The members of the erasure of an entry of somebody's; `members` replace some, or say who may read it."""
    index = next(at for at, entry in enumerate(world.entries) if entry.name == name)
    act = world.entries[index]
    said = {
        "statement": act.id,
        "index": index,
        "author": world.id(by),
        "ground": "personal-data",
        "changes": changes,
    }
    return {**said, **members}


def parties(world: World, contract_of: str | None = None) -> dict[str, Any]:
    """What an erasure says of a statement between acme and buyer, and of its contract."""
    between = {"readers": sorted([world.id("acme"), world.id("buyer")])}
    return between if contract_of is None else {**between, "contract": world.id(contract_of)}
