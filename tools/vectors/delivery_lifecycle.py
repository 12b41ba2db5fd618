"""Every state of a delivery and every event in it: of a clear one where the event needs that, else of a sealed one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from tools.vectors.parcels import acknowledged, of_scenario, received, sealed_market
from tools.vectors.primitives import digest
from tools.vectors.scenarios import receipt, refusal, say
from tools.vectors.world import ABSENT, DAY, World

CLEAR: Final = "plain"
SEALED: Final = "sent"
NO_RECEIPT: Final = ("open", "withdrawn", "lapsed")
"""States without a receipt, which a release could name."""

Said = tuple[str, str, dict[str, Any]]
"""Who says it, the act, and its members."""


def pairs(states: list[str], events: list[str]) -> Iterator[tuple[str, str, str, World, str | None, Said]]:
    """For each pair state, event, the subject, the log, what closed the subject, and what is said."""
    for state in states:
        for event in events:
            if not (event == "release" and state in NO_RECEIPT):
                subject = _subject(state, event)
                world = _world(subject, state)
                if (state, event) == ("open", "lapse"):
                    world = world.later(8 * DAY)
                said = _said(world, subject, event)
                yield state, event, subject, world, _closing(state, event), said


def _subject(state: str, event: str) -> str:
    return CLEAR if event == "receipt-accepted" and state != "acknowledged" else SEALED


def _closing(state: str, event: str) -> str | None:
    """The statement that a refusal names; of a release that comes again, the first one."""
    if event == "release":
        return "released-now" if state == "received" else None
    return None if state in ("open", "acknowledged") else "closing"


def _world(subject: str, state: str) -> World:
    """The log in which the subject is in a state."""
    world, sent = sealed_market(), of_scenario(SEALED)
    match state:
        case "acknowledged":
            return received(world, sent, "closing").later(1)
        case "received" if subject == SEALED:
            return acknowledged(world, sent, "closing", "released-now")
        case "received":
            return say(world, "closing", "buyer", "receipt", **receipt(world, subject))
        case "refused":
            return say(world, "closing", "buyer", "receipt", **refusal(world, subject))
        case "withdrawn":
            return say(world, "closing", "acme", "withdrawal", statement=world.id(subject))
        case "lapsed":
            return say(world.later(8 * DAY), "closing", "exchange", "lapse", delivery=world.id(subject))
        case _:
            return world


def _said(world: World, subject: str, event: str) -> Said:
    sent, id_ = of_scenario(SEALED), world.id(subject)
    match event:
        case "receipt-accepted" if subject == SEALED:
            return "buyer", "receipt", sent.receipt(world, manifest_root=ABSENT)
        case "receipt-accepted":
            return "buyer", "receipt", receipt(world, subject)
        case "receipt-sealed":
            return "buyer", "receipt", sent.receipt(world)
        case "receipt-refused":
            return "buyer", "receipt", refusal(world, subject, reason="late")
        case "withdrawal":
            return "acme", "withdrawal", {"statement": id_}
        case "lapse":
            return "exchange", "lapse", {"delivery": id_}
        case _:
            return "exchange", "release", sent.release(world, "closing")


def after(world: World, event: str, to: str, text: str) -> dict[str, Any]:
    """Members of the record that a statement leaves behind."""
    said = digest(text.encode())
    if event == "release":
        return {"state": to, "closed_by": world.id("closing"), "released_by": said}
    return {"state": to, "closed_by": said}
