"""Offers and rejections."""

from __future__ import annotations

from typing import Any

from tools.vectors.files import VectorFile
from tools.vectors.primitives import digest, moment
from tools.vectors.scenarios import SOON, admit, listing, market, offer, refusal_for, rotated, say
from tools.vectors.world import DAY, DELAY, START, Candidates, World, effect


def offers() -> VectorFile:
    """The rules of offers."""
    cases = Candidates("offer/rules.json", "Offers: between whom, about what, and in answer to what.")
    _first_offers(cases)
    _bad_offers(cases)
    _barred_offers(cases)
    _answers(cases)
    _bad_answers(cases)
    _late_answers(cases)
    return cases.file


def said(world: World, by: str, about: str, addressee: str, **members: Any) -> str:
    """An offer."""
    return world.say(by, "offer", **{**offer(world, about, addressee), **members})


def _first_offers(cases: Candidates) -> None:
    world = market()
    for name, by, to, situation in (
        ("to-provider", "buyer", "acme", "A consumer makes an offer to the provider."),
        ("from-provider", "acme", "carol", "A provider makes an offer to a consumer."),
    ):
        text = said(world, by, "rails", to)
        parties = {"proposer": world.id(by), "addressee": world.id(to), "listing": world.id("rails")}
        cases.accept(
            name, situation, world, text, effect("offer", digest(text.encode()), state="open", **parties)
        )
    now = moment(world.now + DELAY)
    text = said(world, "buyer", "rails", "acme", expires_at=now)
    situation = "An offer that expires at the millisecond of its registration."
    cases.accept("expires-now", situation, world, text, about=["LAD-LST-004"], flags=["boundary", "time"])
    situation = "An offer that expired a millisecond before its registration."
    cases.refuse(
        "expired",
        situation,
        world,
        text,
        "already-expired",
        clock=world.now + DELAY + 1,
        pointer="/expires_at",
        flags=["boundary", "time"],
    )
    any_purpose = {
        "price": {"amount": "1", "currency": "JPY"},
        "taking_period": "P1D",
        "dispute_window": "P1D",
    }
    text = said(world, "buyer", "rails", "acme", terms=any_purpose, purpose="anything")
    cases.accept("any-purpose", "Terms without purposes permit any.", world, text, about=["LAD-OFR-003"])


def _bad_offers(cases: Candidates) -> None:
    world, nowhere = market(), digest(b"nowhere")
    text = said(world, "buyer", "rails", "acme", purpose="advertising")
    cases.refuse(
        "purpose",
        "A purpose that the terms do not permit.",
        world,
        text,
        "purpose-not-permitted",
        pointer="/purpose",
    )
    for name, by, to, situation in (
        ("between-consumers", "buyer", "carol", "Neither party is the provider."),
        ("to-itself", "acme", "acme", "The provider makes an offer to itself."),
    ):
        cases.refuse(name, situation, world, said(world, by, "rails", to), "wrong-party", pointer="/to")
    for name, members, situation in (
        ("to-nobody", {"to": nowhere}, "To somebody who is not registered."),
        ("about-nothing", {"listing": nowhere}, "About a listing that is not registered."),
        ("to-a-listing", {"to": world.id("roads")}, "To a listing."),
        ("about-an-offer", {"listing": world.id("ask")}, "About an offer."),
    ):
        text = said(world, "buyer", "rails", "acme", **members)
        cases.refuse(name, situation, world, text, "unknown-statement", pointer=f"/{next(iter(members))}")
    moved = rotated(world, "acme", "acme-next", "acme-next-2")
    text = said(moved, "buyer", "rails", "acme", to=moved.heads["acme"].under)
    cases.refuse(
        "to-a-successor",
        "To the id of a participant's second statement.",
        moved,
        text,
        "unknown-statement",
        pointer="/to",
    )


def _barred_offers(cases: Candidates) -> None:
    world = market()
    text = said(world, "acme", "rails", "dave")
    cases.refuse("to-pending", "To somebody who is pending.", world, text, "not-admitted")
    after = admit(world, "buyer", "consumer", status="suspended")
    cases.refuse(
        "by-suspended",
        "By somebody who is suspended.",
        after,
        said(after, "buyer", "rails", "acme"),
        "not-admitted",
    )
    text = said(world, "buyer", "signs", "acme")
    cases.refuse(
        "stale",
        "About a superseded version.",
        world,
        text,
        "stale-listing",
        pointer="/listing",
        winner=world.id("signs-2"),
    )
    text = said(world, "buyer", "bikes", "acme")
    cases.refuse(
        "withdrawn",
        "About a withdrawn listing.",
        world,
        text,
        "listing-not-open",
        pointer="/listing",
        winner=world.id("no more bikes"),
    )
    revoked = rotated(world, "acme", "acme-next", "acme-next-2", revoked=[world.heads["acme"].key.kid])
    cases.refuse(
        "revoked",
        "About a listing whose key was revoked.",
        revoked,
        said(revoked, "buyer", "rails", "acme"),
        "revoked-key",
    )


def _answers(cases: Candidates) -> None:
    world = market()
    text = said(world, "acme", "rails", "buyer", replies_to=world.id("ask"))
    new = digest(text.encode())
    effects = [
        effect("offer", new, state="open"),
        effect("offer", world.id("ask"), state="countered", closed_by=new),
    ]
    cases.accept("answer", "A counter-offer closes the one that it answers.", world, text, *effects)
    newer = say(world, "rails-2", "acme", "listing", **listing(supersedes=world.id("rails")))
    text = said(newer, "acme", "rails", "buyer", replies_to=newer.id("ask"))
    situation = "A counter-offer keeps the version of the offer that it answers, which was superseded."
    cases.accept(
        "answer-keeps-version",
        situation,
        newer,
        text,
        effect("offer", digest(text.encode()), state="open"),
        about=["LAD-LST-002"],
    )
    text = said(newer, "acme", "rails-2", "buyer", replies_to=newer.id("ask"))
    situation = "A counter-offer goes over to the newer version."
    cases.accept(
        "answer-newer-version", situation, newer, text, effect("offer", digest(text.encode()), state="open")
    )
    late = world.later(8 * DAY)
    text = said(
        late, "acme", "rails", "buyer", replies_to=world.id("ask"), expires_at=moment(START + 20 * DAY)
    )
    cases.accept(
        "answer-expired", "A counter-offer answers one that has expired.", late, text, flags=["time"]
    )
    assert moment(late.now) > SOON


def _bad_answers(cases: Candidates) -> None:
    world = market()
    text = said(world, "acme", "rails", "buyer", replies_to=digest(b"nowhere"))
    cases.refuse(
        "answer-nothing", "An answer to nothing.", world, text, "unknown-statement", pointer="/replies_to"
    )
    text = said(world, "acme", "rails", "buyer", replies_to=world.id("deal"))
    cases.refuse(
        "answer-contract",
        "An answer to an acceptance.",
        world,
        text,
        "unknown-statement",
        pointer="/replies_to",
    )
    foreign = {
        "answer-own": ("An answer to one's own offer.", "buyer", "acme", "rails", "ask"),
        "answer-of-another": (
            "An answer to an offer that was made to somebody else.",
            "carol",
            "acme",
            "rails",
            "bid",
        ),
        "answer-to-another": (
            "An answer that goes to somebody else than the proposer.",
            "acme",
            "carol",
            "rails",
            "ask",
        ),
        "answer-other-product": ("An answer about another product.", "acme", "buyer", "roads", "ask"),
    }
    for name, (situation, by, to, about, answered) in foreign.items():
        text = said(world, by, about, to, replies_to=world.id(answered))
        code, ids = refusal_for(by, "LAD-OFR-005")
        cases.refuse(name, situation, world, text, code, pointer="/replies_to", about=ids)


def _late_answers(cases: Candidates) -> None:
    world = market()
    text = said(world, "buyer", "rails", "acme", replies_to=world.id("sold"))
    cases.refuse(
        "answer-accepted",
        "An answer to an offer that was accepted.",
        world,
        text,
        "offer-not-open",
        winner=world.id("bound"),
    )
    gone = say(world, "no more rails", "acme", "withdrawal", statement=world.id("rails"))
    text = said(gone, "acme", "rails", "buyer", replies_to=gone.id("ask"))
    cases.refuse(
        "answer-withdrawn",
        "An answer about the version of the answered offer, which was withdrawn.",
        gone,
        text,
        "listing-not-open",
        pointer="/listing",
        winner=gone.id("no more rails"),
    )
    newer = say(world, "rails-2", "acme", "listing", **listing(supersedes=world.id("rails")))
    gone = say(newer, "no more rails", "acme", "withdrawal", statement=newer.id("rails-2"))
    text = said(gone, "acme", "rails", "buyer", replies_to=gone.id("ask"))
    cases.refuse(
        "answer-closed",
        "An answer about a superseded version of a product that was withdrawn.",
        gone,
        text,
        "offer-not-open",
        winner=gone.id("no more rails"),
        about=["LAD-WDR-003"],
    )


def rejections() -> VectorFile:
    """The rules of rejections; the states of an offer are in `lifecycle/offer.json`."""
    cases = Candidates("rejection/rules.json", "Rejections: of which offer, and by whom.")
    world = market()

    def text(log: World, by: str, about: str) -> str:
        return log.say(by, "rejection", offer=about, reason="price")

    good = text(world, "acme", world.id("ask"))
    rejected = effect("offer", world.id("ask"), state="rejected", closed_by=digest(good.encode()))
    cases.accept("rejects", "The addressee rejects an offer.", world, good, rejected, about=["LAD-REJ-001"])
    late = world.later(8 * DAY)
    cases.accept(
        "expired",
        "The addressee rejects an offer that has expired.",
        late,
        text(late, "acme", world.id("ask")),
        effect("offer", world.id("ask"), state="rejected"),
        flags=["time"],
    )
    after = admit(world, "acme", "provider", status="suspended")
    cases.accept(
        "suspended",
        "An addressee who is suspended rejects an offer.",
        after,
        text(after, "acme", world.id("ask")),
        effect("offer", world.id("ask"), state="rejected"),
        about=["LAD-ADM-004"],
    )
    for name, by in (("by-its-issuer", "buyer"), ("by-a-stranger", "carol")):
        code, ids = refusal_for(by, "LAD-REJ-001")
        situation = f"A rejection {name.replace('-', ' ')}."
        cases.refuse(
            name, situation, world, text(world, by, world.id("ask")), code, pointer="/offer", about=ids
        )
    for name, about in (("nothing", digest(b"nowhere")), ("listing", world.id("roads"))):
        cases.refuse(
            f"of-{name}",
            f"A rejection: {name}.",
            world,
            text(world, "acme", about),
            "unknown-statement",
            pointer="/offer",
        )
    cases.refuse(
        "accepted",
        "A rejection of an offer that was accepted.",
        world,
        text(world, "buyer", world.id("sold")),
        "offer-not-open",
        winner=world.id("bound"),
    )
    return cases.file
