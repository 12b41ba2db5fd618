"""What comes beside and after a trade: contracts with an arbiter, payments, claims, and who may read."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

from tools.vectors.primitives import digest
from tools.vectors.running import delivered, document, under
from tools.vectors.scenarios import PRICE, SOON, STANDING, TERMS, admit, listing, market, receipt, say
from tools.vectors.world import World

YEN: Final = {"amount": "500", "currency": "JPY"}
REVENUE: Final = {"model": "revenue-share", "share": "12.5", "currency": "EUR"}
NOBODY: Final = digest(b"nobody")


@lru_cache
def judged() -> World:
    """The market with the contract `judged`, whose arbiter is carol, and under it `goods`, received, and `open`."""
    world = admit(market(), "carol", "provider", "consumer", "arbiter")
    world = under(world, "judged", arbiter=world.id("carol"))
    world = delivered(world, 1, "goods", "judged")
    world = say(world, "got goods", "buyer", "receipt", **receipt(world, "goods"))
    return delivered(world, 2, "open", "judged")


@lru_cache
def contested() -> World:
    """The same with a listing `maps` whose standing terms name the arbiter."""
    world = judged()
    offered = {**STANDING, "terms": {**TERMS, "arbiter": world.id("carol")}}
    return say(world, "maps", "acme", "listing", **listing(title="Maps", standing=offered))


def payment(
    world: World, kind: str, reference: str, contract: str = "judged", **members: Any
) -> dict[str, Any]:
    """The members of a payment of the price of the usual terms."""
    said = {"contract": world.id(contract), "kind": kind, "amount": PRICE, "reference": reference}
    return {**said, **members}


def claim(world: World, about: str, ground: str, **members: Any) -> dict[str, Any]:
    """The members of a claim without a proof; with a sample where the ground needs one."""
    sample = {"evidence": [document("sample")]} if ground == "leak" else {}
    return {"statement": world.id(about), "ground": ground, **sample, **members}


def answer(world: World, to: str, said: str = "denied", **members: Any) -> dict[str, Any]:
    """The members of the answer to a claim."""
    return {"replies_to": world.id(to), "answer": said, **members}


def ruling(world: World, on: str, outcome: str = "upheld", **members: Any) -> dict[str, Any]:
    """The members of a ruling."""
    return {"claim": world.id(on), "outcome": outcome, **members}


def grant(world: World, to: str = "dave", contract: str = "judged", **members: Any) -> dict[str, Any]:
    """The members of a grant."""
    return {"contract": world.id(contract), "to": world.id(to), "until": SOON, **members}


def disclosure(world: World, of: str, **members: Any) -> dict[str, Any]:
    """The members of a disclosure that opens nothing."""
    said = {
        "authority": "Tax office",
        "legal_basis": "Order 17",
        "scope": "The statement.",
        "response": "complied",
    }
    return {"statement": world.id(of), **said, **members}


@lru_cache
def complained() -> World:
    """The contract `judged` with an open claim `complaint` of the buyer about `goods`."""
    world = judged()
    return say(world, "complaint", "buyer", "claim", **claim(world, "goods", "quality"))


def amended(world: World, contract: str, **terms: Any) -> World:
    """The world after the terms of a contract that was never amended were changed."""
    changed = {**TERMS, **terms}
    said = {"amends": world.id(contract), "to": world.id("buyer"), "terms": changed, "purpose": "research"}
    world = say(world, f"new {contract}", "acme", "offer", expires_at=SOON, **said)
    return say(world, f"{contract} anew", "buyer", "acceptance", offer=world.id(f"new {contract}"))
