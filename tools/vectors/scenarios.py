"""The logs that cases share: one with a bit of everything, one that takes nobody in, and an empty one."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final

from tools.vectors.contents import described as content
from tools.vectors.files import VectorFile
from tools.vectors.primitives import Key, key, listed, moment, statement, vkey
from tools.vectors.world import ABSENT, DAY, START, World, described

ORIGIN: Final = "vectors.example/log"
API: Final = "https://vectors.example"
LIMITS: Final = {
    "statement_bytes": 65_536,
    "batch_statements": 256,
    "content_bytes": 17_179_869_184,
    "upload_bytes": 67_108_864,
}
PRICE: Final = {"amount": "100.00", "currency": "EUR"}
TERMS: Final[dict[str, Any]] = {
    "price": PRICE,
    "purposes": ["research", "planning"],
    "taking_period": "P7D",
    "dispute_window": "P14D",
}
SOON: Final = moment(START + 7 * DAY)
LATE: Final = moment(START + 30 * DAY)
STANDING: Final[dict[str, Any]] = {"terms": TERMS, "expires_at": LATE, "maximum": 100}
PROMISED: Final = 100_000
"""Bytes of the content that the listing `rails` promises."""
DELIVERED: Final = 1000
"""Bytes of the contents that are delivered under the contract `deal`."""


def exchange(onboarding: str = "open", **log: Any) -> dict[str, Any]:
    """What makes a participant an exchange; `log` replaces members of the log's description."""
    keys = [{"vkey": vkey(ORIGIN, key("log").public), "from_size": 1}]
    described_log = {"origin": ORIGIN, "keys": keys, **log}
    policy = {"onboarding": onboarding}
    return {"api": API, "log": described_log, "rules": 1, "policy": policy, "limits": LIMITS}


def exchange_at(origin: str, signer: Key) -> dict[str, Any]:
    """What makes a participant the exchange of another log."""
    return exchange(origin=origin, keys=[{"vkey": vkey(origin, signer.public), "from_size": 1}])


def exchange_members(**members: Any) -> dict[str, Any]:
    """The members of an exchange's first statement."""
    shared = {"version": 1, "type": "participant", "issued_at": moment(START)}
    what = {"kind": "exchange", "name": "Vector Exchange", "exchange": exchange()}
    return {**shared, **described("exchange", "exchange-next"), **what, **members}


def opened(scenario: str, **members: Any) -> World:
    """A log with entry 0."""
    first = statement(exchange_members(**members), key("exchange"))
    return World(scenario).joined("exchange", first, key("exchange"))


def newcomer(world: World, name: str, **members: Any) -> dict[str, Any]:
    """The members of a participant's first statement in a world."""
    shared = {
        "version": 1,
        "type": "participant",
        "home": world.id("exchange"),
        "issued_at": moment(world.now),
    }
    return {**shared, **described(name, f"{name}-next"), **members}


def join(world: World, name: str, **members: Any) -> World:
    """The world after somebody registered."""
    return world.joined(name, statement(newcomer(world, name, **members), key(name)), key(name))


def admit(world: World, name: str, *roles: str, status: str = "admitted") -> World:
    """The world after the exchange decided on somebody."""
    said = world.say("exchange", "admission", participant=world.id(name), status=status, roles=list(roles))
    return world.then(f"{status} {name}", said)


def say(world: World, name: str, by: str, act: str, **members: Any) -> World:
    """The world after a participant said something."""
    return world.then(name, world.say(by, act, **members))


def rotated(world: World, name: str, to: str, next_key: str, **members: Any) -> World:
    """The world after a participant changed its key to the one that it promised."""
    head = world.heads[name]
    links = {"issuer": head.id, "under": head.under, "previous": head.under}
    successor = {**newcomer(world, name), **links, "keys": [listed(key(to).x)], "next": [key(next_key).kid]}
    return world.joined(name, statement({**successor, **members}, key(to)), key(to))


PROVENANCE: Final = {"source": "Own sensors along the road", "collection": "sensor"}


def listing(**members: Any) -> dict[str, Any]:
    """The members of a listing without standing terms and promise."""
    return {"kind": "dataset", "title": "Road sensors", "provenance": PROVENANCE, **members}


def offer(world: World, about: str, to: str, **members: Any) -> dict[str, Any]:
    """The members of an offer."""
    named = {"listing": world.id(about), "to": world.id(to)}
    return {**named, "terms": TERMS, "purpose": "research", "expires_at": SOON, **members}


def standing(world: World, about: str, reference: str, **members: Any) -> dict[str, Any]:
    """The members of an acceptance of standing terms."""
    return {"listing": world.id(about), "purpose": "research", "reference": reference, **members}


def delivery(
    world: World, contract: str, sequence: int, size: int = DELIVERED, **members: Any
) -> dict[str, Any]:
    """The members of a delivery."""
    numbered = {"contract": world.id(contract), "sequence": sequence}
    return {**numbered, "form": "clear", "custody": "exchange", **content(size), **members}


def receipt(world: World, of: str, size: int = DELIVERED, **members: Any) -> dict[str, Any]:
    """The members of a receipt with outcome accepted."""
    held = {name: value for name, value in content(size).items() if name != "chunk_size"}
    return {"delivery": world.id(of), "outcome": "accepted", **held, **members}


REFUSED: Final[dict[str, Any]] = {
    "outcome": "refused",
    "reason": "quality",
    "content_root": ABSENT,
    "size": ABSENT,
}
"""What makes a receipt a refusal."""


def refusal(world: World, of: str, **members: Any) -> dict[str, Any]:
    """The members of a receipt with outcome refused."""
    return {**receipt(world, of), **REFUSED, **members}


@lru_cache
def market() -> World:
    """Four participants, five listings, offers, two contracts, three deliveries."""
    world = opened("market")
    for name in ("acme", "buyer", "carol", "dave"):
        world = join(world, name)
    world = admit(world, "acme", "provider")
    world = admit(world, "buyer", "consumer")
    world = admit(world, "carol", "provider", "consumer")
    world = say(world, "roads", "acme", "listing", **listing(standing=STANDING))
    world = say(world, "rails", "acme", "listing", **listing(title="Rail sensors", **content(PROMISED)))
    world = say(world, "signs", "acme", "listing", **listing(title="Signs", standing=STANDING))
    newer = listing(title="Signs, second edition", standing=STANDING, supersedes=world.id("signs"))
    world = say(world, "signs-2", "acme", "listing", **newer)
    world = say(world, "bikes", "acme", "listing", **listing(title="Bikes", standing=STANDING))
    world = say(world, "no more bikes", "acme", "withdrawal", statement=world.id("bikes"))
    return _deals(world).fixed()


def _deals(world: World) -> World:
    world = say(world, "ask", "buyer", "offer", **offer(world, "rails", "acme"))
    world = say(world, "bid", "acme", "offer", **offer(world, "rails", "buyer"))
    world = say(world, "deal", "buyer", "acceptance", **standing(world, "roads", "PO-1"))
    world = say(world, "sold", "acme", "offer", **offer(world, "rails", "buyer"))
    world = say(world, "bound", "buyer", "acceptance", offer=world.id("sold"))
    world = say(world, "sent", "acme", "delivery", **delivery(world, "deal", 1))
    world = say(world, "sent-2", "acme", "delivery", **delivery(world, "deal", 2))
    return say(world, "got-2", "buyer", "receipt", **receipt(world, "sent-2"))


@lru_cache
def closed() -> World:
    """An exchange that takes no newcomers."""
    return opened("closed", exchange=exchange("closed")).fixed()


def empty() -> World:
    """A log without entries."""
    return World("empty")


KEYS: Final = ("exchange", "log", "acme", "buyer", "carol", "dave")
"""The keys that sign in the scenarios."""


def files() -> list[VectorFile]:
    """One file for each scenario but the one of sealed deliveries."""
    notes = {
        "market": "acme is admitted as provider, buyer as consumer, carol as both; dave is pending",
        "closed": "the exchange's policy is closed; nobody else is registered",
        "empty": "a log without entries: what is registered next is entry 0",
    }
    return [scenario_file(world, [notes[world.scenario]], KEYS) for world in (market(), closed(), empty())]


def scenario_file(world: World, notes: Sequence[str], keys: Sequence[str]) -> VectorFile:
    """The file of a scenario."""
    order = "entries are registered in this order at these times (ms since the epoch)"
    file = VectorFile(
        path=f"scenarios/{world.scenario}.json",
        schema="scenario",
        about="The first entries of a log, which cases of other files name and go on from.",
        notes=[*notes, order],
        keys=keys,
    )
    for index, entry in enumerate(world.entries):
        row = {"name": entry.name, "index": index, "time": entry.time, "id": entry.id}
        file.cases.append({**row, "statement": entry.statement})
    return file


def refusal_for(by: str, requirement: str) -> tuple[str, list[str]]:
    """Code and requirement for a wrong party of the market: for its stranger, what lies between others is unknown."""
    return ("unknown-statement", ["LAD-REG-006"]) if by == "carol" else ("wrong-party", [requirement])
