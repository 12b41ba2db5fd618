"""Contracts under terms of all kinds, and what is said about them while they run."""

from __future__ import annotations

from typing import Any, Final

from tools.vectors.primitives import digest, moment
from tools.vectors.scenarios import STANDING, TERMS, admit, delivery, listing, market, receipt, say, standing
from tools.vectors.world import DAY, World

LAW: Final = "eli:https-data-europa-eu-eli-reg-2023-2854"
"""An instrument whose change lets either party suspend."""
CODE: Final = "urn:example:code-of-conduct"
"""An instrument whose change lets nobody suspend."""
INSTRUMENTS: Final[list[dict[str, Any]]] = [
    {"id": LAW, "version": "2023-12-22", "status": "in-force", "reopen": True},
    {"id": CODE, "version": "2", "status": "draft"},
]
BOTH: Final = ["provider", "consumer"]
AGREED: Final[dict[str, Any]] = {
    "suspension": {"by": BOTH, "maximum": "P20D"},
    "termination": {"by": BOTH, "notice": "P10D"},
}
"""Terms under which both parties can suspend, for 20 days at most, and end the contract 10 days ahead."""
WEEKLY: Final[dict[str, Any]] = {"schedule": {"first": "P1D", "every": "P7D", "deliveries": 3}}
"""Terms with deliveries on days 1, 8 and 15."""


def under(world: World, name: str, kind: str = "dataset", **terms: Any) -> World:
    """The world after acme listed something with these terms beside the usual ones, and buyer contracted it."""
    offered = {**STANDING, "terms": {**TERMS, **terms}}
    world = say(
        world,
        f"{name} listed",
        "acme",
        "listing",
        **listing(kind=kind, title=name.capitalize(), standing=offered),
    )
    return say(world, name, "buyer", "acceptance", **standing(world, f"{name} listed", f"PO-{name}"))


def running(**terms: Any) -> World:
    """The market with the contract `running`: terms as in `AGREED`, unless others are given."""
    return under(market(), "running", **(terms or AGREED))


def notice(world: World, kind: str, contract: str = "running", **members: Any) -> dict[str, Any]:
    """The members of a notice about a contract."""
    return {"kind": kind, "contract": world.id(contract), "ground": "law", **members}


def suspended(world: World, by: str = "acme", name: str = "suspended") -> World:
    """The world after a party suspended the contract `running`."""
    return say(world, name, by, "notice", **notice(world, "suspend"))


def resumed(world: World, by: str = "acme", name: str = "resumed") -> World:
    """The world after a party took the contract `running` up again."""
    return say(world, name, by, "notice", **notice(world, "resume"))


def ending(world: World, days: int = 40, by: str = "buyer", name: str = "ended") -> World:
    """The world after a party ended the contract `running`, so many days ahead."""
    at = moment(world.now + days * DAY)
    return say(world, name, by, "notice", **notice(world, "terminate", effective_at=at))


def delivered(world: World, number: int, name: str, contract: str = "running") -> World:
    """The world after an open delivery under a contract."""
    return say(world, name, "acme", "delivery", **delivery(world, contract, number))


def taken(world: World, number: int, name: str) -> World:
    """The world after a delivery under the contract `running`, and its receipt."""
    world = delivered(world, number, name)
    return say(world, f"got {name}", "buyer", "receipt", **receipt(world, name))


def with_assessor() -> World:
    """The market, in which dave is an assessor."""
    return admit(market(), "dave", "assessor")


def document(name: str) -> dict[str, Any]:
    """An attachment of few bytes."""
    shown = f"lading vectors {name}".encode()
    return {
        "name": f"{name}.pdf",
        "media_type": "application/pdf",
        "size": len(shown),
        "digest": digest(shown),
    }
