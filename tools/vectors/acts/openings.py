"""Grants and disclosures: who opens what, to whom, and until when."""

from __future__ import annotations

from typing import Any

from tools.vectors.files import VectorFile
from tools.vectors.primitives import digest, moment
from tools.vectors.recourse import NOBODY, disclosure, grant, judged
from tools.vectors.running import document
from tools.vectors.scenarios import SOON, admit, rotated, say
from tools.vectors.world import DELAY, Candidates, World, effect


def grants() -> VectorFile:
    """The rules of grants; their states are in `lifecycle/grant.json`."""
    cases = Candidates("grant/rules.json", "Grants: by whom, to whom, and until when.", "dave-next")
    world, about = judged(), ["LAD-GRA-001", "LAD-GRA-002"]
    for by, other in (("acme", "buyer"), ("buyer", "acme")):
        text = world.say(by, "grant", **grant(world))
        parties = {"granter": world.id(by), "other": world.id(other), "reader": world.id("dave")}
        made = effect("grant", digest(text.encode()), state="open", contract=world.id("judged"), **parties)
        cases.accept(f"by-{by}", f"A party opens the contract: {by}.", world, text, made, about=about)
        barred = admit(world, by, status="expelled")
        text = barred.say(by, "grant", **grant(barred))
        cases.accept(
            f"expelled-{by}", f"A party that was expelled: {by}.", barred, text, about=["LAD-ADM-004"]
        )
    for to in ("carol", "exchange"):
        text = world.say("acme", "grant", **grant(world, to))
        cases.accept(f"to-{to}", f"The reader is {to}.", world, text, about=["LAD-GRA-002"])
    first = say(world, "opened", "acme", "grant", **grant(world))
    text = first.say("acme", "grant", **grant(first))
    cases.accept("again", "The same reader a second time.", first, text, about=["LAD-GRA-001"])
    _bad_grants(cases, world)
    _ends(cases, world, "grant", grant(world), "LAD-GRA-004")
    return cases.file


def _bad_grants(cases: Candidates, world: World) -> None:
    for by in ("carol", "exchange", "dave"):
        text = world.say(by, "grant", **grant(world))
        situation = f"Somebody opens the contract who is no party: {by}."
        cases.refuse(f"by-{by}", situation, world, text, "unknown-statement", pointer="/contract")
    for name, of in {"nothing": NOBODY, "delivery": world.id("goods"), "listing": world.id("roads")}.items():
        text = world.say("acme", "grant", **grant(world, contract="judged") | {"contract": of})
        cases.refuse(
            f"contract-is-{name}",
            f"The contract is: {name}.",
            world,
            text,
            "unknown-statement",
            pointer="/contract",
        )
    moved = rotated(world, "dave", "dave-next", "dave-next-2")
    readers = {"nobody": NOBODY, "delivery": world.id("goods"), "successor": moved.heads["dave"].under}
    for name, to in readers.items():
        text = moved.say("acme", "grant", **grant(moved) | {"to": to})
        cases.refuse(f"to-{name}", f"The reader is: {name}.", moved, text, "unknown-statement", pointer="/to")
    for by in ("acme", "buyer"):
        for to in ("acme", "buyer"):
            text = world.say(by, "grant", **grant(world, to))
            situation = f"The reader is a party: {by} lets {to} read."
            cases.refuse(f"{by}-to-{to}", situation, world, text, "wrong-party", about=["LAD-GRA-002"])


def _ends(cases: Candidates, world: World, act: str, said: dict[str, Any], requirement: str) -> None:
    """The last moment is the registration's own, or a millisecond before it."""
    flags, about, at = ["boundary", "time"], [requirement], world.now + DELAY
    text = world.say("acme", act, **{**said, "until": moment(at)})
    cases.accept("ends-now", "It ends at its registration.", world, text, clock=at, about=about, flags=flags)
    situation = "It ended a millisecond before its registration."
    cases.refuse(
        "ended",
        situation,
        world,
        text,
        "already-expired",
        clock=at + 1,
        pointer="/until",
        about=about,
        flags=flags,
    )


def disclosures() -> VectorFile:
    """The rules of disclosures."""
    about = "Disclosures: by whom, of what, to whom, and until when."
    cases = Candidates("disclosure/rules.json", about, "dave-next")
    world = judged()
    opened = {"reader": world.id("dave"), "until": SOON}
    for by in ("acme", "buyer", "exchange"):
        text = world.say(by, "disclosure", **disclosure(world, "goods", document=document("order"), **opened))
        record = {"about": world.id("goods"), "issuer": world.id(by), "reader": world.id("dave")}
        unchanged = effect("delivery", world.id("goods"), state="received")
        made = effect("disclosure", digest(text.encode()), **record)
        about_it = ["LAD-DIS-001", "LAD-DIS-002"]
        cases.accept(
            f"by-{by}", f"By one who may read it: {by}.", world, text, made, unchanged, about=about_it
        )
    for response in ("complied", "partly", "refused", "challenged"):
        text = world.say("acme", "disclosure", **disclosure(world, "goods", response=response))
        situation = f"Nothing is opened in the log: {response}."
        cases.accept(response, situation, world, text, about=["LAD-DIS-001"])
    text = world.say("carol", "disclosure", **disclosure(world, "roads"))
    cases.accept("of-public", "A statement that is public, by anybody.", world, text, about=["LAD-DIS-002"])
    text = world.say("dave", "disclosure", **disclosure(world, "roads"))
    situation = "A statement that is public, by one who is not admitted."
    cases.refuse("of-public-by-pending", situation, world, text, "not-admitted", about=["LAD-ADM-004"])
    barred = admit(world, "acme", status="expelled")
    text = barred.say("acme", "disclosure", **disclosure(barred, "roads"))
    cases.accept("of-ones-own", "Of its own listing, expelled.", barred, text, about=["LAD-ADM-004"])
    text = barred.say("acme", "disclosure", **disclosure(barred, "goods"))
    cases.accept("expelled", "By a party that was expelled.", barred, text, about=["LAD-ADM-004"])
    _bad_disclosures(cases, world)
    _ends(cases, world, "disclosure", disclosure(world, "goods", **opened), "LAD-DIS-003")
    return cases.file


def _bad_disclosures(cases: Candidates, world: World) -> None:
    _disclosures_of_disclosures(cases, world)
    code = "unknown-statement"
    for by in ("carol", "dave"):
        for name in ("judged", "goods", "got goods", "ask"):
            text = world.say(by, "disclosure", **disclosure(world, name))
            situation = f"Of a statement between others, by {by}: {name}."
            case = f"{name.replace(' ', '-')}-by-{by}"
            cases.refuse(case, situation, world, text, code, pointer="/statement", about=["LAD-DIS-002"])
    for by in ("acme", "exchange"):
        text = world.say(by, "disclosure", **disclosure(world, "goods", statement=NOBODY))
        cases.refuse(f"of-nothing-by-{by}", f"Of nothing, by {by}.", world, text, code, pointer="/statement")
    opened = say(world, "opened", "acme", "grant", **grant(world))
    text = opened.say("dave", "disclosure", **disclosure(opened, "goods"))
    situation = "By one who reads only by virtue of a grant."
    cases.refuse("by-reader", situation, opened, text, code, pointer="/statement", about=["LAD-DIS-002"])
    moved = rotated(world, "dave", "dave-next", "dave-next-2")
    readers = {"nobody": NOBODY, "delivery": world.id("goods"), "successor": moved.heads["dave"].under}
    for name, to in readers.items():
        text = moved.say("acme", "disclosure", **disclosure(moved, "goods", reader=to, until=SOON))
        cases.refuse(f"to-{name}", f"The reader is: {name}.", moved, text, code, pointer="/reader")


def _disclosures_of_disclosures(cases: Candidates, world: World) -> None:
    once = say(world, "order", "acme", "disclosure", **disclosure(world, "goods"))
    shown = {"reader": world.id("dave"), "until": SOON}
    text = once.say("acme", "disclosure", **disclosure(once, "order"))
    cases.accept("of-disclosure", "A disclosure of a disclosure.", once, text, about=["LAD-DIS-007"])
    text = once.say("acme", "disclosure", **disclosure(once, "order", **shown))
    situation = "A disclosure that is shown to somebody by another one."
    about = ["LAD-DIS-007"]
    cases.refuse(
        "of-disclosure-to-a-reader",
        situation,
        once,
        text,
        "unknown-statement",
        pointer="/statement",
        about=about,
    )
