"""Acceptances: of offers, and of standing terms."""

from __future__ import annotations

from typing import Any

from tools.vectors.files import VectorFile
from tools.vectors.primitives import digest, key, moment
from tools.vectors.scenarios import (
    STANDING,
    TERMS,
    admit,
    listing,
    market,
    refusal_for,
    rotated,
    say,
    standing,
)
from tools.vectors.world import DAY, START, Candidates, World, effect


def file() -> VectorFile:
    """The rules of acceptances."""
    cases = Candidates(
        "acceptance/rules.json", "Acceptances of offers and of standing terms.", "acme-next", "buyer-next"
    )
    _of_offers(cases)
    _offers_in_time(cases)
    _of_standing_terms(cases)
    _bad_standing_terms(cases)
    _closed_standing_terms(cases)
    _parties(cases)
    _slots(cases)
    return cases.file


def taken(world: World, by: str, about: str) -> str:
    """The acceptance of an offer."""
    return world.say(by, "acceptance", offer=world.id(about))


def bought(world: World, by: str, about: str, reference: str = "PO-9", **members: Any) -> str:
    """The acceptance of standing terms."""
    return world.say(by, "acceptance", **standing(world, about, reference, **members))


def _of_offers(cases: Candidates) -> None:
    world = market()
    for name, by, about in (("by-provider", "acme", "ask"), ("by-consumer", "buyer", "bid")):
        text = taken(world, by, about)
        contract = digest(text.encode())
        parties = {"provider": world.id("acme"), "consumer": world.id("buyer"), "listing": world.id("rails")}
        effects = [
            effect("contract", contract, state="active", terms=TERMS, purpose="research", **parties),
            effect("offer", world.id(about), state="accepted", closed_by=contract),
        ]
        cases.accept(name, "The addressee accepts an offer.", world, text, *effects, about=["LAD-ACC-008"])
    newer = say(world, "rails-2", "acme", "listing", **listing(supersedes=world.id("rails")))
    text = taken(newer, "acme", "ask")
    contract_ = effect("contract", digest(text.encode()), listing=world.id("rails"))
    cases.accept(
        "superseded",
        "An offer about a version that was superseded since.",
        newer,
        text,
        contract_,
        about=["LAD-LST-002"],
    )
    for name, by in (("own", "buyer"), ("by-a-stranger", "carol")):
        situation = "Somebody accepts its own offer." if name == "own" else "A stranger accepts an offer."
        code, tested = refusal_for(by, "LAD-ACC-008")
        cases.refuse(name, situation, world, taken(world, by, "ask"), code, pointer="/offer", about=tested)
    for name, about in (("nothing", digest(b"nowhere")), ("listing", world.id("roads"))):
        text = world.say("acme", "acceptance", offer=about)
        cases.refuse(
            f"offer-is-{name}", f"The offer is: {name}.", world, text, "unknown-statement", pointer="/offer"
        )
    cases.refuse(
        "second",
        "A second acceptance of one offer.",
        world,
        taken(world, "buyer", "sold"),
        "offer-not-open",
        winner=world.id("bound"),
    )
    gone = say(world, "no more rails", "acme", "withdrawal", statement=world.id("rails"))
    cases.refuse(
        "listing-withdrawn",
        "An offer about a listing that was withdrawn.",
        gone,
        taken(gone, "acme", "ask"),
        "offer-not-open",
        winner=gone.id("no more rails"),
        about=["LAD-WDR-003"],
    )


def _offers_in_time(cases: Candidates) -> None:
    world = market().later(7 * DAY)
    expiry = START + 7 * DAY
    text = taken(world, "acme", "ask")
    exactly = "An acceptance at the millisecond at which the offer expires."
    before = market()
    early = before.say("acme", "acceptance", offer=before.id("ask"), issued_at=moment(expiry))
    cases.accept(
        "offer-expires-now",
        exactly,
        before,
        early,
        clock=expiry,
        about=["LAD-ACC-002"],
        flags=["boundary", "time"],
    )
    after = "An acceptance a millisecond after the offer expired."
    cases.refuse(
        "offer-expired", after, before, early, "offer-expired", clock=expiry + 1, flags=["boundary", "time"]
    )
    cases.refuse(
        "offer-long-expired",
        "An acceptance long after the offer expired.",
        world,
        text,
        "offer-expired",
        flags=["time"],
    )
    base = market()
    revoked = rotated(base, "buyer", "buyer-next", "buyer-next-2", revoked=[key("buyer").kid])
    cases.refuse(
        "offer-revoked",
        "The key that signed the offer was revoked.",
        revoked,
        taken(revoked, "acme", "ask"),
        "revoked-key",
    )
    moved = rotated(base, "buyer", "buyer-next", "buyer-next-2")
    text = taken(moved, "acme", "ask")
    situation = "The issuer of the offer changed its keys and revoked none."
    cases.accept(
        "offer-key-changed",
        situation,
        moved,
        text,
        effect("contract", digest(text.encode()), state="active"),
        about=["LAD-PAR-007"],
    )


def _of_standing_terms(cases: Candidates) -> None:
    world = market()
    for name, by, about in (("standing", "buyer", "roads"), ("standing-newest", "carol", "signs-2")):
        text = bought(world, by, about)
        contract = digest(text.encode())
        count = {"roads": 2, "signs-2": 1}[about]
        effects = [
            effect(
                "contract",
                contract,
                state="active",
                provider=world.id("acme"),
                consumer=world.id(by),
                terms=TERMS,
            ),
            effect("listing", world.id(about), state="listed", accepted=count),
        ]
        cases.accept(name, "A consumer accepts standing terms.", world, text, *effects)
    other = bought(world, "carol", "roads", "PO-1")
    cases.accept(
        "same-reference-other-issuer",
        "A reference that somebody else has used.",
        world,
        other,
        about=["LAD-ACC-007"],
    )
    only = {**STANDING, "eligible": [world.id("carol"), world.id("buyer")]}
    closed = say(world, "club", "acme", "listing", **listing(standing=only))
    cases.accept(
        "eligible",
        "Standing terms for some, one of whom accepts.",
        closed,
        bought(closed, "carol", "club"),
        about=["LAD-ACC-006"],
    )
    expiry = START + 30 * DAY
    text = bought(world, "buyer", "roads", issued_at=moment(expiry))
    cases.accept(
        "standing-expires-now",
        "An acceptance at the millisecond at which standing terms expire.",
        world,
        text,
        clock=expiry,
        about=["LAD-ACC-004"],
        flags=["boundary", "time"],
    )
    cases.refuse(
        "standing-expired",
        "An acceptance a millisecond after standing terms expired.",
        world,
        text,
        "standing-terms-expired",
        clock=expiry + 1,
        pointer="/listing",
        flags=["boundary", "time"],
    )


def _bad_standing_terms(cases: Candidates) -> None:
    world = market()
    cases.refuse(
        "no-standing",
        "A listing without standing terms.",
        world,
        bought(world, "buyer", "rails"),
        "no-standing-terms",
    )
    for name, about in (("nothing", digest(b"nowhere")), ("offer", world.id("ask"))):
        text = bought(world, "buyer", "roads", listing=about)
        cases.refuse(
            f"listing-is-{name}",
            f"The listing is: {name}.",
            world,
            text,
            "unknown-statement",
            pointer="/listing",
        )
    text = bought(world, "buyer", "roads", purpose="advertising")
    cases.refuse(
        "purpose",
        "A purpose that the terms do not permit.",
        world,
        text,
        "purpose-not-permitted",
        pointer="/purpose",
    )


def _closed_standing_terms(cases: Candidates) -> None:
    world = market()
    text = bought(world, "buyer", "signs")
    cases.refuse(
        "stale",
        "A superseded version.",
        world,
        text,
        "stale-listing",
        pointer="/listing",
        winner=world.id("signs-2"),
    )
    text = bought(world, "buyer", "bikes")
    cases.refuse(
        "withdrawn",
        "A withdrawn listing.",
        world,
        text,
        "listing-not-open",
        pointer="/listing",
        winner=world.id("no more bikes"),
    )
    revoked = rotated(world, "acme", "acme-next", "acme-next-2", revoked=[key("acme").kid])
    cases.refuse(
        "revoked",
        "The key that signed the listing was revoked.",
        revoked,
        bought(revoked, "buyer", "roads"),
        "revoked-key",
    )
    only = {**STANDING, "eligible": [world.id("carol")]}
    club = say(world, "club", "acme", "listing", **listing(standing=only))
    cases.refuse(
        "not-eligible",
        "Standing terms for somebody else.",
        club,
        bought(club, "buyer", "club"),
        "not-eligible",
        pointer="/listing",
    )


def _parties(cases: Candidates) -> None:
    world = market()
    shop = say(world, "shop", "carol", "listing", **listing(standing=STANDING))
    own = bought(shop, "carol", "shop")
    cases.refuse(
        "own-standing",
        "A provider accepts its own standing terms.",
        shop,
        own,
        "wrong-party",
        pointer="/listing",
        about=["LAD-ACC-008"],
    )
    cases.refuse(
        "no-consumer",
        "A participant that is no consumer.",
        shop,
        bought(shop, "acme", "shop"),
        "missing-role",
    )
    cases.refuse(
        "pending", "A participant that is pending.", world, bought(world, "dave", "roads"), "not-admitted"
    )
    demoted = admit(world, "acme", "consumer")
    cases.refuse(
        "no-provider",
        "The other party is no provider any more.",
        demoted,
        bought(demoted, "buyer", "roads"),
        "missing-role",
    )
    for who, which in (("buyer", "issuer"), ("acme", "other party")):
        after = admit(world, who, status="suspended")
        cases.refuse(
            f"standing-suspended-{who}",
            f"Standing terms; the {which} is suspended.",
            after,
            bought(after, "buyer", "roads"),
            "not-admitted",
        )
        cases.refuse(
            f"offer-suspended-{who}",
            f"An offer; the {which} is suspended.",
            after,
            taken(after, "buyer", "bid"),
            "not-admitted",
        )
    without = admit(world, "buyer", "assessor")
    text = taken(without, "buyer", "bid")
    cases.accept(
        "offer-needs-no-role",
        "An offer is accepted by somebody without the role of a consumer.",
        without,
        text,
        effect("contract", digest(text.encode()), state="active"),
        about=["LAD-ADM-005"],
    )


def _slots(cases: Candidates) -> None:
    world = market()
    again = bought(world, "buyer", "roads", "PO-1")
    cases.refuse(
        "reference-used",
        "The same purchase, signed a second time.",
        world,
        again,
        "reference-used",
        pointer="/reference",
        winner=world.id("deal"),
    )
    elsewhere = bought(world, "buyer", "signs-2", "PO-1")
    cases.refuse(
        "reference-used-elsewhere",
        "A reference that its issuer used for another listing.",
        world,
        elsewhere,
        "reference-used",
        pointer="/reference",
        winner=world.id("deal"),
    )
    one = say(world, "single", "acme", "listing", **listing(standing={**STANDING, "maximum": 1}))
    full = say(one, "first", "carol", "acceptance", **standing(one, "single", "C-1"))
    cases.accept(
        "maximum-1",
        "The first acceptance of standing terms for one.",
        one,
        bought(one, "buyer", "single"),
        about=["LAD-ACC-005"],
        flags=["boundary"],
    )
    cases.refuse(
        "maximum-reached",
        "The second acceptance of standing terms for one.",
        full,
        bought(full, "buyer", "single"),
        "maximum-reached",
        pointer="/listing",
        flags=["boundary"],
    )
    renewed = {"standing": {**STANDING, "maximum": 1}, "supersedes": full.id("single")}
    newer = say(full, "single-2", "acme", "listing", **listing(**renewed))
    cases.accept(
        "maximum-of-a-version",
        "A newer version begins to count anew.",
        newer,
        bought(newer, "buyer", "single-2"),
        about=["LAD-ACC-005"],
    )
