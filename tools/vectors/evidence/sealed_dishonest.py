"""Evidence of a log that registered about sealed deliveries what its rules forbid."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tools.vectors.acts.participants import first
from tools.vectors.acts.releases import deadline_of, waiting
from tools.vectors.acts.sealed_deliveries import next_parcel, renewed
from tools.vectors.acts.sealed_deliveries import sent as delivered
from tools.vectors.evidence.building import Cases, broken, error, sheet, unknown
from tools.vectors.evidence.sealed import about, index_of
from tools.vectors.parcels import (
    bad_chunk,
    of_scenario,
    parcel,
    sealed_market,
)
from tools.vectors.primitives import b64url, key, listed, moment, seed
from tools.vectors.scenarios import listing, say, standing
from tools.vectors.sealed.keys import changed, coefficient
from tools.vectors.sealing import listed_seal, seal_key
from tools.vectors.statements.carrier import put
from tools.vectors.world import DAY, World


def add(cases: Cases) -> None:
    """Add the cases."""
    _releases(cases)
    _separated(cases)
    _receipts(cases)
    _deliveries(cases)
    _shares(cases)
    _lapses(cases)
    _claims(cases)


Refused = Mapping[str, tuple[str, str, str]]
"""For each case a sentence, the statement that the log had to refuse, and the code."""


def _dishonest(cases: Cases, world: World, refused: Refused, *also: str, time: int | None = None) -> None:
    """What the log registered as the last entry though it had to refuse it; `also` shows why."""
    for name, (situation, text, code) in refused.items():
        log = world.then("bad", text, time=time)
        evidence = sheet("bad", log, also=frozenset(also)).file()
        found = broken(code, log.id("bad"))
        cases.add(name, situation, evidence, found, about=["LAD-EVI-019"], flags=["dishonest-log"])


def _releases(cases: Cases) -> None:
    world, sent = waiting(), of_scenario("sent")
    other = {"share": b64url(seed("other share"))}

    def release(by: str, **members: Any) -> str:
        return world.say(by, "release", **{**sent.release(world, "got-sent"), **members})

    refused = {
        "wrong-share": (
            "The log registered a release of another share.",
            release("exchange", **other),
            "wrong-share",
        ),
        "release-by-provider": (
            "The log registered a release by the provider.",
            release("acme"),
            "wrong-issuer",
        ),
    }
    _dishonest(cases, world, refused)
    after = sealed_market()
    text = after.say("exchange", "release", **of_scenario("taken").release(after, "got"))
    situation = "The log registered a second release of one receipt."
    _dishonest(cases, after, {"second-release": (situation, text, "delivery-not-open")}, "released")
    for name, what in (
        ("listing", world.say("acme", "listing", **listing())),
        ("lapse", _lapse_of(world, "plain")),
    ):
        log = world.then("bad", what)
        situation = (
            f"The log registered something else right after the receipt of a sealed delivery: a {name}."
        )
        shown = about("got-sent", log).showing("bad", "plain")
        found = error("release-due", log.id("bad"))
        cases.add(
            f"release-due-{name}",
            situation,
            shown.file(),
            found,
            about=["LAD-EVI-019"],
            flags=["dishonest-log"],
        )


def _lapse_of(world: World, name: str) -> str:
    return world.say("exchange", "lapse", delivery=world.id(name))


def _separated(cases: Cases) -> None:
    world = sealed_market()
    size = index_of(world, "got") + 1
    found, flags = error("release-separated", world.id("got")), ["dishonest-log", "boundary"]
    for subject in ("got", "claimed"):
        situation = f"A checkpoint ends between a receipt and its release: {subject}."
        evidence = replace(about(subject), cut=(size,)).file()
        cases.add(f"release-separated-{subject}", situation, evidence, found, flags=flags)
    log = waiting()
    receipt = log.id("got-sent")
    both = (error("release-separated", receipt), unknown("missing-release", receipt))
    situation = "The log ends with a receipt of a sealed delivery: nothing was released."
    cases.add("release-never", situation, about("got-sent", log).file(), *both, flags=["dishonest-log"])


def _receipts(cases: Cases) -> None:
    world, sent, taken = sealed_market(), of_scenario("sent"), of_scenario("taken")
    deadline = deadline_of(world, "sent")
    said = sent.receipt(world, issued_at=moment(deadline))
    late = world.then("late receipt", world.say("buyer", "receipt", **said), time=deadline + 1, after=0)
    late = replace(late, now=deadline)
    found = broken("deadline-passed", late.id("late receipt"))
    log = say(late, "late release", "exchange", "release", **sent.release(late, "late receipt"))
    situation = "The log registered a receipt of a sealed delivery after the deadline, and its release."
    cases.add(
        "sealed-late",
        situation,
        about("late receipt", log).file(),
        found,
        flags=["dishonest-log", "boundary"],
    )
    roots = {"manifest_root": taken.content.manifest_root}
    wrong = world.then("receipt", world.say("buyer", "receipt", **sent.receipt(world, **roots)), after=0)
    log = say(wrong, "release", "exchange", "release", **sent.release(wrong, "receipt"))
    situation = "The log registered a receipt of another manifest, and a release."
    found = error("receipt-mismatch", log.id("receipt"))
    cases.add("sealed-mismatch", situation, about("receipt", log).file(), found, flags=["dishonest-log"])
    again = world.say("buyer", "receipt", **of_scenario("late").receipt(world))
    log = world.then("bad", again, after=0)
    log = say(log, "release", "exchange", "release", **of_scenario("late").release(log, "bad"))
    situation = "The log registered a receipt of a delivery that had lapsed, and a release."
    found = error("delivery-not-open", log.id("bad"))
    shown = about("bad", log).showing("lapsed")
    cases.add("receipt-after-lapse", situation, shown.file(), found, flags=["dishonest-log"])


def _deliveries(cases: Cases) -> None:
    bought = say(
        sealed_market(), "ours", "exchange", "acceptance", **standing(sealed_market(), "roads", "X-1")
    )
    to = parcel(bought, "next", "ours", 1, to="exchange")
    text = delivered(
        bought, to, "ours", sealed=put(seal_key("exchange-seal").kid, ["consumer", "key"], to.sealed)
    )
    situation = "The log registered a sealed delivery to its own exchange."
    _dishonest(cases, bought, {"exchange-is-party": (situation, text, "exchange-is-party")})
    world = renewed(sealed_market(), "buyer", revoked=[seal_key("buyer-seal").kid])
    situation = "The log registered a delivery to a seal key that was revoked."
    refused = {"revoked-seal-key": (situation, delivered(world, next_parcel(world)), "revoked-key")}
    _dishonest(cases, world, refused, f"buyer-{len(sealed_market().entries)}")
    eve = key("eve")
    listed_keys = [listed(eve.x), listed_seal(changed(*coefficient(0, 3329)))]
    text = first(sealed_market(), keys=listed_keys)
    situation = "The log registered a participant with an unsound seal key."
    _dishonest(cases, sealed_market(), {"bad-seal-key": (situation, text, "bad-seal-key")})


def _shares(cases: Cases) -> None:
    world = sealed_market()
    what = next_parcel(world)
    for name, earlier in (("open", "sent"), ("released", "taken")):
        old = of_scenario(earlier).described("exchange")["commitment"]
        text = delivered(world, what, sealed=put(old, ["exchange", "commitment"], what.sealed))
        situation = f"The log registered a delivery with the share of one that is {name}."
        _dishonest(cases, world, {f"share-reused-{name}": (situation, text, "share-reused")}, earlier)
    for name, shown in (("late", ("late", "lapsed")), ("taken", ("taken", "got", "released"))):
        text = delivered(world, parcel(world, "next", "deal", 1 if name == "late" else 4))
        situation = (
            f"The log registered a second delivery with the number of one that is never free again: {name}."
        )
        _dishonest(cases, world, {f"number-of-{name}": (situation, text, "sequence-taken")}, *shown)


def _lapses(cases: Cases) -> None:
    world = sealed_market()
    deadline = deadline_of(world, "sent")
    early = world.say("exchange", "lapse", delivery=world.id("sent"), issued_at=moment(deadline))
    situation = "The log registered a lapse at the millisecond of the deadline."
    _dishonest(cases, world, {"lapse-too-early": (situation, early, "deadline-not-passed")}, time=deadline)
    later = world.later(8 * DAY)
    text = later.say("exchange", "lapse", delivery=world.id("taken"))
    situation = "The log registered the lapse of a delivery that was received."
    _dishonest(cases, later, {"lapse-of-received": (situation, text, "delivery-not-open")}, "got", "released")
    text = later.say("acme", "lapse", delivery=world.id("sent"))
    situation = "The log registered a lapse by the provider."
    _dishonest(cases, later, {"lapse-by-provider": (situation, text, "wrong-issuer")})


def _claims(cases: Cases) -> None:
    world, taken = sealed_market(), of_scenario("taken")
    claim = bad_chunk(taken, world.id("released"), 3)
    situation = "The log registered the same claim twice."
    again = world.say("buyer", "claim", **claim)
    _dishonest(cases, world, {"claim-taken": (situation, again, "claim-taken")}, "claimed")
    far = {**claim, "proof": {**claim["proof"], "index": 4}}
    refused = {
        "no-such-chunk": (
            "The log registered a claim about a chunk that is not there.",
            world.say("buyer", "claim", **far),
            "no-such-chunk",
        ),
        "claim-by-provider": (
            "The log registered a claim by the provider.",
            world.say("acme", "claim", **bad_chunk(taken, world.id("released"), 0)),
            "wrong-party",
        ),
    }
    _dishonest(cases, world, refused)
    ends = next(entry.time for entry in world.entries if entry.name == "released") + 14 * DAY
    late = {**bad_chunk(taken, world.id("released"), 0), "issued_at": moment(ends)}
    situation = "The log registered a claim a millisecond after the dispute window."
    text = world.say("buyer", "claim", **late)
    _dishonest(cases, world, {"claim-too-late": (situation, text, "dispute-window-closed")}, time=ends + 1)
