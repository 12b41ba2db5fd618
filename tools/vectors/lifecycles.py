"""Every state of every machine, and every event in it, as statements."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, Final

from tools.vectors import delivery_lifecycle, recourse_lifecycles, running
from tools.vectors.delivery_lifecycle import Said
from tools.vectors.files import SPEC, VectorFile
from tools.vectors.primitives import digest, moment
from tools.vectors.scenarios import SOON, TERMS, admit, delivery, listing, market, offer, say
from tools.vectors.world import DAY, Candidates, World, effect

_ABSENT: Final = (
    "the state `absent` has no cases: a statement that names an absent subject is refused as unknown"
)


@lru_cache
def table(machine: str) -> Mapping[str, Any]:
    """A machine's table."""
    loaded: Mapping[str, Any] = json.loads(
        (SPEC / "machines" / f"{machine}.json").read_text(encoding="utf-8")
    )
    return loaded


def files() -> Iterator[VectorFile]:
    """One file for each machine."""
    yield _pairs("participant", "dave", _participant_states(), _participant_events())
    yield _pairs("listing", "rails", _listing_states(), _listing_events())
    yield _pairs("offer", "ask", _offer_states(), _offer_events())
    yield _pairs("contract", "running", _contract_states(), _contract_events())
    yield _deliveries()
    yield _pairs("attestation", "passed", _attestation_states(), _attestation_events())
    yield _pairs("claim", "complaint", recourse_lifecycles.claim_states(), recourse_lifecycles.claim_events())
    yield _pairs("grant", "opened", recourse_lifecycles.grant_states(), recourse_lifecycles.grant_events())


States = Mapping[str, tuple[World, str | None]]
"""A world in which the subject is in a state, and the name of the statement that closed it."""


def _pairs(machine: str, subject: str, states: States, events: Mapping[str, Said]) -> VectorFile:
    cases = Candidates(
        f"lifecycle/{machine}.json", f"Every event in every state of {table(machine)['subject']}."
    )
    cases.file.notes = [*cases.file.notes, _ABSENT]
    rows = {(row["from"], row["event"]): row["to"] for row in table(machine)["transitions"]}
    for state, (world, closing) in states.items():
        for event, (by, act, members) in events.items():
            text = world.say(by, act, **members)
            name, situation = f"{state}-{event}", f"In state {state}: {event}."
            to = rows.get((state, event))
            if to is None:
                code, winner = _refusal(machine, state), None if closing is None else world.id(closing)
                cases.refuse(name, situation, world, text, code, winner=winner, about=["LAD-LIF-001"])
            else:
                after = effect(machine, world.id(subject), **_after(machine, to, text))
                cases.accept(name, situation, world, text, after, about=["LAD-LIF-002"])
            cases.file.cases[-1] |= {
                "machine": {"state": state, "event": event, **({} if to is None else {"to": to})}
            }
    return cases.file


def _refusal(machine: str, state: str) -> str:
    """The table's code; of superseded listings, and right after a sealed receipt, another one comes first."""
    first = {("listing", "superseded"): "stale-listing", ("delivery", "acknowledged"): "release-due"}
    return first.get((machine, state), str(table(machine)["refusal"]))


def _after(machine: str, to: str, text: str) -> dict[str, str]:
    closes = machine in ("listing", "offer", "attestation", "claim", "grant")
    return {"state": to, **({"closed_by": digest(text.encode())} if closes else {})}


def _participant_states() -> States:
    world = market()
    admitted = admit(world, "dave", "consumer")
    return {
        "pending": (world, None),
        "admitted": (admitted, None),
        "suspended": (admit(admitted, "dave", status="suspended"), None),
        "expelled": (admit(world, "dave", status="expelled"), None),
    }


def _participant_events() -> Mapping[str, Said]:
    words = {"pend": "pending", "admit": "admitted", "suspend": "suspended", "expel": "expelled"}
    dave = market().id("dave")
    return {
        event: ("exchange", "admission", {"participant": dave, "status": status, "roles": ["consumer"]})
        for event, status in words.items()
    }


def _listing_states() -> States:
    world = market()
    newer = say(world, "rails-2", "acme", "listing", **listing(title="Newer", supersedes=world.id("rails")))
    gone = say(world, "no more rails", "acme", "withdrawal", statement=world.id("rails"))
    return {"listed": (world, None), "superseded": (newer, "rails-2"), "withdrawn": (gone, "no more rails")}


def _listing_events() -> Mapping[str, Said]:
    rails = market().id("rails")
    return {
        "successor": ("acme", "listing", listing(supersedes=rails)),
        "withdrawal": ("acme", "withdrawal", {"statement": rails}),
    }


def _offer_states() -> States:
    world = market()
    ask = world.id("ask")
    worlds = {
        "open": world,
        "accepted": say(world, "closing", "acme", "acceptance", offer=ask),
        "rejected": say(world, "closing", "acme", "rejection", offer=ask, reason="price"),
        "withdrawn": say(world, "closing", "buyer", "withdrawal", statement=ask),
        "countered": say(world, "closing", "acme", "offer", **offer(world, "rails", "buyer", replies_to=ask)),
        "closed": _closed_by_listing(world),
    }
    return {state: (at, None if state == "open" else "closing") for state, at in worlds.items()}


def _closed_by_listing(world: World) -> World:
    """The listing has a newer version, and that one was withdrawn: the version that the offer names was not."""
    newer = say(world, "rails-2", "acme", "listing", **listing(supersedes=world.id("rails")))
    return say(newer, "closing", "acme", "withdrawal", statement=newer.id("rails-2"))


def _offer_events() -> Mapping[str, Said]:
    world = market()
    ask = world.id("ask")
    return {
        "acceptance": ("acme", "acceptance", {"offer": ask}),
        "rejection": ("acme", "rejection", {"offer": ask, "reason": "quality"}),
        "withdrawal": ("buyer", "withdrawal", {"statement": ask}),
        "counter-offer": (
            "acme",
            "offer",
            offer(world, "rails", "buyer", replies_to=ask, purpose="planning"),
        ),
    }


def _amendable() -> World:
    """The contract `running`, and an offer to amend it."""
    world = running.running()
    terms = {**TERMS, **running.AGREED, "taking_period": "P9D"}
    amends = {"amends": world.id("running"), "to": world.id("buyer"), "terms": terms, "purpose": "research"}
    return say(world, "proposed", "acme", "offer", **amends, expires_at=SOON)


def _contract_states() -> States:
    world = _amendable()
    return {
        "active": (world, None),
        "suspended": (running.suspended(world), "suspended"),
        "ending": (running.ending(world), "ended"),
    }


def _contract_events() -> Mapping[str, Said]:
    world = _amendable()
    end = moment(world.now + 20 * DAY)
    notices = {kind: running.notice(world, kind) for kind in ("suspend", "resume")}
    return {
        "delivery": ("acme", "delivery", delivery(world, "running", 1)),
        "amendment": ("buyer", "acceptance", {"offer": world.id("proposed")}),
        "suspension": ("acme", "notice", notices["suspend"]),
        "resumption": ("acme", "notice", notices["resume"]),
        "termination": ("acme", "notice", running.notice(world, "terminate", effective_at=end)),
    }


def _attestation_states() -> States:
    world = running.with_assessor()
    said = {"statement": world.id("roads"), "kind": "quality", "outcome": "passed"}
    world = say(world, "passed", "dave", "attestation", **said)
    gone = say(world, "taken back", "dave", "withdrawal", statement=world.id("passed"))
    return {"standing": (world, None), "withdrawn": (gone, "taken back")}


def _attestation_events() -> Mapping[str, Said]:
    world, _ = _attestation_states()["standing"]
    return {"withdrawal": ("dave", "withdrawal", {"statement": world.id("passed")})}


def _deliveries() -> VectorFile:
    cases = Candidates("lifecycle/delivery.json", "Every event in every state of a delivery.")
    notes = (
        _ABSENT,
        "a release names a receipt: the states that have none know no such event",
        "right after a receipt of sealed content, in the state `acknowledged`, step 10 refuses all but the release",
    )
    cases.file.notes = [*cases.file.notes, *notes]
    rows = {(row["from"], row["event"]): row["to"] for row in table("delivery")["transitions"]}
    states = [state for state in table("delivery")["states"] if state != "absent"]
    events = list(dict.fromkeys(event for _, event in rows if event != "delivery"))
    for state, event, subject, world, closing, (by, act, members) in delivery_lifecycle.pairs(states, events):
        text, to = world.say(by, act, **members), rows.get((state, event))
        name, situation = f"{state}-{event}", f"In state {state}: {event}."
        if to is None:
            code, winner = _refusal("delivery", state), None if closing is None else world.id(closing)
            cases.refuse(name, situation, world, text, code, winner=winner, about=["LAD-LIF-001"])
        else:
            record = delivery_lifecycle.after(world, event, to, text)
            made = effect("delivery", world.id(subject), **record)
            cases.accept(name, situation, world, text, made, about=["LAD-LIF-002"])
        cases.file.cases[-1] |= {
            "machine": {"state": state, "event": event, **({} if to is None else {"to": to})}
        }
    return cases.file
