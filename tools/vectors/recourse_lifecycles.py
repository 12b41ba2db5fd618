"""Every state of a claim and of a grant, and every event in it."""

from __future__ import annotations

from collections.abc import Mapping

from tools.vectors.delivery_lifecycle import Said
from tools.vectors.recourse import answer, complained, grant, judged, ruling
from tools.vectors.scenarios import say
from tools.vectors.world import World


def claim_states() -> Mapping[str, tuple[World, str | None]]:
    """A world in which the claim is in a state, and what brought it there; an open one was brought by itself."""
    world = complained()
    return {
        "open": (world, None),
        "answered": (say(world, "denial", "acme", "claim", **answer(world, "complaint")), "denial"),
        "ruled": (say(world, "word", "carol", "ruling", **ruling(world, "complaint")), "word"),
        "withdrawn": (say(world, "sorry", "buyer", "withdrawal", statement=world.id("complaint")), "sorry"),
    }


def claim_events() -> Mapping[str, Said]:
    """Who causes an event of a claim, and by what."""
    world = complained()
    return {
        "answer": ("acme", "claim", answer(world, "complaint", "conceded")),
        "ruling": ("carol", "ruling", ruling(world, "complaint", "dismissed")),
        "withdrawal": ("buyer", "withdrawal", {"statement": world.id("complaint")}),
    }


def grant_states() -> Mapping[str, tuple[World, str | None]]:
    """A world in which the grant is in a state, and what brought it there."""
    world = _opened()
    gone = say(world, "no more", "acme", "withdrawal", statement=world.id("opened"))
    return {"open": (world, None), "withdrawn": (gone, "no more")}


def grant_events() -> Mapping[str, Said]:
    """Who causes an event of a grant, and by what."""
    return {"withdrawal": ("acme", "withdrawal", {"statement": _opened().id("opened")})}


def _opened() -> World:
    return say(judged(), "opened", "acme", "grant", **grant(judged()))
