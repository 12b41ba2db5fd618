"""Claims: about which release, by whom, until when, and how often."""

from __future__ import annotations

from typing import Any

from tools.vectors.files import VectorFile
from tools.vectors.parcels import (
    LARGE,
    Parcel,
    bad_chunk,
    of_scenario,
    parcel,
    sealed_market,
    taken,
    wrong_key,
)
from tools.vectors.primitives import digest, moment
from tools.vectors.scenarios import admit
from tools.vectors.world import DAY, Candidates, World, effect


def file() -> VectorFile:
    """The rules of claims; what they come to is in `judgement`."""
    about = "Claims: about which release, by whom, until when, and how often."
    cases = Candidates("claim/rules.json", about)
    _good(cases)
    _parties(cases)
    _subjects(cases)
    _chunks(cases)
    _windows(cases)
    _slots(cases)
    return cases.file


def said(world: World, index: int, by: str = "buyer", ground: str = "bad-chunk", **members: Any) -> str:
    """A claim about the delivery `taken`."""
    what, released = of_scenario("taken"), world.id("released")
    if ground == "bad-chunk":
        claim = bad_chunk(what, released, index)
    else:
        claim = wrong_key(what, released, index, world.id("carol"))
    return world.say(by, "claim", **{**claim, **members})


def _good(cases: Candidates) -> None:
    world = sealed_market()
    unchanged = effect("delivery", world.id("taken"), state="received", released_by=world.id("released"))
    about = ["LAD-CLM-001", "LAD-CLM-002"]
    situation = "The consumer claims that a chunk is bad: it changes nothing."
    cases.accept("bad-chunk", situation, world, said(world, 0), unchanged, about=about)
    text = said(world, 0, ground="wrong-key")
    cases.accept("wrong-key", "The consumer claims that a key is wrong.", world, text, unchanged, about=about)
    expelled = admit(world, "buyer", status="expelled")
    situation = "A consumer who was expelled makes a claim."
    cases.accept("expelled", situation, expelled, said(expelled, 0), about=["LAD-ADM-004"])
    pieces = {name: digest(b"made up") for name in ("chunk", "path")}
    made_up = bad_chunk(of_scenario("taken"), world.id("released"), 0)
    proof = {
        **made_up["proof"],
        **{name: {**made_up["proof"][name], "digest": pieces[name]} for name in pieces},
    }
    text = world.say("buyer", "claim", **{**made_up, "proof": proof})
    situation = "A claim that is made up: it is registered, and judged by others."
    cases.accept("made-up", situation, world, text, about=["LAD-CLM-002"])
    nobody = wrong_key(of_scenario("taken"), world.id("released"), 1, digest(b"nobody"))
    situation = "The arbiter is nobody whom this log knows."
    cases.accept("arbiter-elsewhere", situation, world, world.say("buyer", "claim", **nobody), about=about)


def _parties(cases: Candidates) -> None:
    world = sealed_market()
    situation = "The provider claims."
    cases.refuse(
        "by-provider", situation, world, said(world, 0, "acme"), "wrong-party", about=["LAD-CLM-002"]
    )
    for who in ("carol", "exchange"):
        situation = f"Somebody claims who is no party: {who}."
        about = ["LAD-REG-006"]
        text = said(world, 0, who)
        cases.refuse(
            f"by-{who}", situation, world, text, "unknown-statement", pointer="/statement", about=about
        )


def _subjects(cases: Candidates) -> None:
    world = sealed_market()
    others = {"nothing": digest(b"nowhere"), "receipt": world.id("got"), "delivery": world.id("taken")}
    for name, about in {**others, "claim": world.id("claimed")}.items():
        text = said(world, 0, statement=about)
        situation = f"The claim is about: {name}."
        cases.refuse(f"about-{name}", situation, world, text, "unknown-statement", pointer="/statement")


def released(what: Parcel, world: World) -> World:
    """The world after another sealed delivery with receipt and release."""
    return taken(world, what, "deal", f"got-{what.name}", f"released-{what.name}")


def _chunks(cases: Candidates) -> None:
    world = sealed_market()
    cases.accept("last-but-one", "The chunk before the last one.", world, said(world, 2))
    last = said(world, 3, ground="wrong-key")
    cases.accept(
        "last-chunk", "The last one of four chunks.", world, last, about=["LAD-CLM-003"], flags=["boundary"]
    )
    for name, index in (("fifth", 4), ("largest", 524_287)):
        claim = bad_chunk(of_scenario("taken"), world.id("released"), 3)
        text = world.say("buyer", "claim", **{**claim, "proof": {**claim["proof"], "index": index}})
        situation = f"A chunk that a content of four chunks does not have: {index}."
        flags = ["boundary"] if index == 4 else []
        cases.refuse(f"chunk-{name}", situation, world, text, "no-such-chunk", flags=flags)
    empty = released(parcel(world, "empty", "deal", 5, size=0), world)
    text = said(empty, 0, statement=empty.id("released-empty"))
    situation = "A chunk of a content that has none."
    cases.refuse("chunk-of-nothing", situation, empty, text, "no-such-chunk", flags=["boundary"])


def _windows(cases: Candidates) -> None:
    world = sealed_market()
    ends = next(entry.time for entry in world.entries if entry.name == "released") + 14 * DAY
    flags = ["boundary", "time"]
    for ground in ("bad-chunk", "wrong-key"):
        text = said(world, 1, ground=ground, issued_at=moment(ends))
        situation = f"At the millisecond at which the dispute window ends: {ground}."
        about = ["LAD-CLM-004"]
        cases.accept(f"{ground}-in-time", situation, world, text, clock=ends, about=about, flags=flags)
        situation = f"A millisecond after the dispute window: {ground}."
        late = ends + 1
        cases.refuse(
            f"{ground}-late", situation, world, text, "dispute-window-closed", clock=late, flags=flags
        )


def _slots(cases: Candidates) -> None:
    world = sealed_market()
    winner = world.id("claimed")
    situation = "The same claim, signed a second time."
    cases.refuse("again", situation, world, said(world, 3), "claim-taken", winner=winner)
    claim = bad_chunk(of_scenario("taken"), world.id("released"), 0)
    other = {**claim, "proof": {**claim["proof"], "index": 3}}
    situation = "A claim about the same chunk with other pieces."
    text = world.say("buyer", "claim", **other)
    cases.refuse("again-other-pieces", situation, world, text, "claim-taken", winner=winner)
    second = parcel(world, "second", "deal", 5, size=LARGE)
    after = released(second, world)
    text = after.say("buyer", "claim", **bad_chunk(second, after.id("released-second"), 3))
    situation = "A claim of the same ground and number about another release."
    cases.accept("other-release", situation, after, text, about=["LAD-CLM-005"])
