"""Offers that amend a contract, their acceptance, and what follows from the terms in force."""

from __future__ import annotations

from typing import Any, Final

from tools.vectors.contents import chunks
from tools.vectors.contents import content as bytes_of
from tools.vectors.contents import described as content
from tools.vectors.files import VectorFile
from tools.vectors.primitives import digest, inclusion, leaf
from tools.vectors.scenarios import (
    SOON,
    TERMS,
    admit,
    listing,
    market,
    offer,
    say,
    standing,
)
from tools.vectors.world import ABSENT, Candidates, World, effect

CHEAPER: Final = {**TERMS, "price": {"amount": "90.00", "currency": "EUR"}}
ONLY_RESEARCH: Final[dict[str, Any]] = {
    "permissions": [
        {
            "action": "use",
            "constraints": [
                {"left": "purpose", "operator": "eq", "right": "research"},
                {"left": "spatial", "operator": "isAnyOf", "right": ["NL", "DE"]},
                {"left": "count", "operator": "lteq", "right": 1},
            ],
        }
    ]
}


def amending(world: World, to: str, of: str = "deal", **members: Any) -> dict[str, Any]:
    """The members of an offer that amends a contract."""
    named = {"amends": world.id(of), "to": world.id(to)}
    return {**named, "terms": CHEAPER, "purpose": "research", "expires_at": SOON, **members}


def amended(world: World, name: str = "amended", **members: Any) -> World:
    """The world after provider and consumer agreed on other terms for `deal`."""
    world = say(world, f"to be {name}", "acme", "offer", **amending(world, "buyer", **members))
    return say(world, name, "buyer", "acceptance", offer=world.id(f"to be {name}"))


def offers() -> VectorFile:
    """The rules of offers that amend."""
    cases = Candidates("offer/amendments.json", "Offers: other terms for a contract.")
    world = market()
    for by, to in (("acme", "buyer"), ("buyer", "acme")):
        said = world.say(by, "offer", **amending(world, to))
        record = effect(
            "offer", digest(said.encode()), state="open", amends=world.id("deal"), proposer=world.id(by)
        )
        cases.accept(f"by-{by}", "One party offers the other one other terms.", world, said, record)
    bad = {
        "by-a-stranger": (
            "By somebody who is no party.",
            "carol",
            amending(world, "acme"),
            "unknown-statement",
            "/amends",
        ),
        "to-a-stranger": (
            "By the provider to somebody else.",
            "acme",
            amending(world, "carol"),
            "wrong-party",
            None,
        ),
        "of-nothing": (
            "Of a contract that is not registered.",
            "acme",
            amending(world, "buyer", amends=digest(b"nothing")),
            "unknown-statement",
            "/amends",
        ),
        "of-a-listing": (
            "Of a listing.",
            "acme",
            amending(world, "buyer", amends=world.id("roads")),
            "unknown-statement",
            "/amends",
        ),
        "purpose": (
            "For a purpose that the new terms do not permit.",
            "acme",
            amending(world, "buyer", purpose="advertising"),
            "purpose-not-permitted",
            None,
        ),
    }
    for name, (situation, by, members, code, pointer) in bad.items():
        cases.refuse(name, situation, world, world.say(by, "offer", **members), code, pointer=pointer)
    _later_offers(cases)
    _fit_arbiters(cases)
    return cases.file


def _later_offers(cases: Candidates) -> None:
    world = amended(market())
    said = world.say("acme", "offer", **amending(world, "buyer"))
    situation = "The contract was amended since."
    cases.refuse(
        "stale", situation, world, said, "stale-contract", pointer="/amends", winner=world.id("amended")
    )
    said = world.say("acme", "offer", **amending(world, "buyer", "amended", terms=TERMS))
    cases.accept("of-the-amendment", "The agreement in force is amended again.", world, said)
    sold_out = say(market(), "no more roads", "acme", "withdrawal", statement=market().id("roads"))
    said = sold_out.say("acme", "offer", **amending(sold_out, "buyer"))
    cases.accept("listing-withdrawn", "The contract's listing was withdrawn.", sold_out, said)
    ended = terminated(market())
    said = ended.say("acme", "offer", **amending(ended, "buyer"))
    situation = "The contract was terminated."
    cases.refuse("ended", situation, ended, said, "contract-not-active", winner=ended.id("enough"))
    expelled = admit(market(), "buyer", "consumer", status="expelled")
    said = expelled.say("acme", "offer", **amending(expelled, "buyer"))
    cases.refuse("expelled", "The other party was expelled.", expelled, said, "not-admitted")
    countered = say(market(), "proposal", "acme", "offer", **amending(market(), "buyer"))
    answer = amending(countered, "acme", replies_to=countered.id("proposal"), terms=TERMS)
    said = countered.say("buyer", "offer", **answer)
    record = effect("offer", countered.id("proposal"), state="countered", closed_by=digest(said.encode()))
    cases.accept("answer", "An answer with other terms yet.", countered, said, record)
    crossed = offer(countered, "roads", "acme", replies_to=countered.id("proposal"))
    said = countered.say("buyer", "offer", **crossed)
    situation = "An offer about a new contract answers one that amends."
    cases.refuse("answer-crossed", situation, countered, said, "wrong-party", pointer="/replies_to")


def terminated(world: World) -> World:
    """The world after the consumer terminated `deal`, to take effect on 1 March 2027."""
    when = {"kind": "terminate", "ground": "convenience", "effective_at": "2027-03-01T00:00:00.000Z"}
    return say(world, "enough", "buyer", "notice", contract=world.id("deal"), **when)


def _fit_arbiters(cases: Candidates) -> None:
    world = admit(market(), "dave", "arbiter")
    for name, arbiter, situation in (
        ("arbiter-is-party", "buyer", "The arbiter is a party."),
        ("arbiter-no-role", "carol", "The arbiter is not admitted as one."),
    ):
        said = world.say(
            "buyer", "offer", **offer(world, "roads", "acme", terms={**TERMS, "arbiter": world.id(arbiter)})
        )
        cases.refuse(name, situation, world, said, "arbiter-not-fit", pointer="/terms/arbiter")
    unknown = {**TERMS, "arbiter": digest(b"nobody")}
    said = world.say("buyer", "offer", **offer(world, "roads", "acme", terms=unknown))
    situation = "The arbiter is nobody of this log."
    cases.refuse("arbiter-unknown", situation, world, said, "arbiter-not-fit", pointer="/terms/arbiter")
    said = world.say(
        "buyer", "offer", **offer(world, "roads", "acme", terms={**TERMS, "arbiter": world.id("dave")})
    )
    cases.accept("arbiter", "The arbiter is admitted as one.", world, said)
    permitted = {**TERMS, "purposes": ABSENT, "permissions": ONLY_RESEARCH}
    terms = {name: value for name, value in permitted.items() if value is not ABSENT}
    for name, purpose, actions, code in (
        ("other-action", "research", ["read", "distribute"], "not-permitted"),
        ("permitted", "research", ["read"], None),
        ("other-purpose", "planning", None, "not-permitted"),
    ):
        said = world.say(
            "buyer",
            "offer",
            **offer(world, "roads", "acme", terms=terms, purpose=purpose, actions=actions or ABSENT),
        )
        if code is None:
            cases.accept(name, "A use that the permissions cover.", world, said)
        else:
            cases.refuse(name, "A use that no permission covers.", world, said, code)


def acceptances() -> VectorFile:
    """The rules of acceptances that amend, and of what they agree to."""
    cases = Candidates("acceptance/amendments.json", "Acceptances: other terms for a contract; fit terms.")
    world = say(market(), "proposal", "acme", "offer", **amending(market(), "buyer"))
    said = world.say("buyer", "acceptance", offer=world.id("proposal"))
    new = digest(said.encode())
    record = effect("contract", world.id("deal"), state="active", head=new, terms=CHEAPER)
    closed = effect("offer", world.id("proposal"), state="accepted", closed_by=new)
    cases.accept("amends", "The contract keeps its id, and has the new terms.", world, said, record, closed)
    said = world.say("acme", "acceptance", offer=world.id("proposal"))
    cases.refuse("by-the-proposer", "By who made the offer.", world, said, "wrong-party", pointer="/offer")
    two = say(world, "another", "buyer", "offer", **amending(world, "acme", terms=TERMS))
    first = say(two, "taken", "buyer", "acceptance", offer=two.id("proposal"))
    said = first.say("acme", "acceptance", offer=first.id("another"))
    situation = "Another amendment was accepted first."
    cases.refuse(
        "stale", situation, first, said, "stale-contract", pointer="/offer", winner=first.id("taken")
    )
    ended = terminated(world)
    said = ended.say("buyer", "acceptance", offer=ended.id("proposal"))
    situation = "The contract was terminated since the offer."
    cases.refuse("ended", situation, ended, said, "contract-not-active", winner=ended.id("enough"))
    held = {"kind": "suspend", "ground": "audit"}
    may = amended(market(), terms={**TERMS, "suspension": {"by": ["consumer"]}})
    paused = say(may, "pause", "buyer", "notice", contract=may.id("deal"), **held)
    paused = say(paused, "proposal", "acme", "offer", **amending(paused, "buyer", "amended"))
    said = paused.say("buyer", "acceptance", offer=paused.id("proposal"))
    record = effect("contract", paused.id("deal"), state="suspended", terms=CHEAPER)
    cases.accept("suspended", "A suspended contract is amended, and stays suspended.", paused, said, record)
    _standing_terms(cases)
    return cases.file


def _standing_terms(cases: Candidates) -> None:
    def listed(**terms: Any) -> World:
        world = admit(market(), "dave", "arbiter")
        given = {**TERMS, "purposes": ["research", "planning"], **terms}
        offered = {"terms": given, "expires_at": "2026-12-23T09:30:00.000Z"}
        return say(world, "goods", "acme", "listing", **listing(standing=offered))

    world = listed(permissions=ONLY_RESEARCH)
    for name, purpose, code in (
        ("permitted", "research", None),
        ("other-purpose", "planning", "not-permitted"),
    ):
        said = world.say("buyer", "acceptance", **standing(world, "goods", "PO-8", purpose=purpose))
        if code is None:
            cases.accept(name, "A purpose that the permissions cover.", world, said)
        else:
            cases.refuse(name, "A purpose that no permission covers.", world, said, code)
    said = world.say("buyer", "acceptance", **standing(world, "goods", "PO-8", actions=["sell"]))
    cases.refuse("other-action", "An action that no permission covers.", world, said, "not-permitted")
    for name, arbiter, situation in (
        ("arbiter-is-party", "buyer", "The consumer is the arbiter."),
        ("arbiter-no-role", "carol", "The arbiter is not admitted as one."),
    ):
        world = listed(arbiter=market().id(arbiter))
        said = world.say("buyer", "acceptance", **standing(world, "goods", "PO-8"))
        cases.refuse(name, situation, world, said, "arbiter-not-fit")
    world = listed(arbiter=market().id("dave"))
    said = world.say("buyer", "acceptance", **standing(world, "goods", "PO-8"))
    cases.accept("arbiter", "The arbiter is admitted as one.", world, said)


def listings() -> VectorFile:
    """Rules of listings beside versions and gates."""
    cases = Candidates("listing/offers.json", "Listings: samples, and the arbiter of standing terms.")
    world = market()
    itself = {"terms": {**TERMS, "arbiter": world.id("acme")}, "expires_at": "2026-12-23T09:30:00.000Z"}
    said = world.say("acme", "listing", **listing(standing=itself))
    situation = "The provider is the arbiter."
    cases.refuse(
        "arbiter-is-provider", situation, world, said, "arbiter-not-fit", pointer="/standing/terms/arbiter"
    )
    for name, situation, size, sample, code in samples():
        said = world.say("acme", "listing", **listing(**content(size), sample=sample))
        if code is None:
            cases.accept(name, situation, world, said)
        else:
            cases.refuse(name, situation, world, said, code, pointer="/sample")
    return cases.file


def samples() -> list[tuple[str, str, int, dict[str, Any], str | None]]:
    """Samples of contents of one chunk and of several."""
    document = {"name": "sample.csv", "media_type": "text/csv", "size": 65_536, "digest": digest(b"sample")}

    def sample(size: int, index: int, **members: Any) -> dict[str, Any]:
        leaves = [leaf(chunk) for chunk in chunks(bytes_of(size), 65_536)]
        path = [f"sha256:{step.hex()}" for step in inclusion(index, leaves)]
        return {
            "index": index,
            "chunk": document,
            "leaf": f"sha256:{leaves[index].hex()}",
            "path": path,
            **members,
        }

    many = 300_000
    return [
        ("sample-first", "The first chunk of five.", many, sample(many, 0), None),
        ("sample-last", "The last chunk of five.", many, sample(many, 4), None),
        ("sample-only", "The only chunk.", 1000, sample(1000, 0), None),
        (
            "sample-other-place",
            "A chunk under another number.",
            many,
            {**sample(many, 1), "index": 2},
            "sample-mismatch",
        ),
        (
            "sample-beyond",
            "A chunk that there is not.",
            many,
            {**sample(many, 1), "index": 5},
            "sample-mismatch",
        ),
        (
            "sample-other-leaf",
            "Another leaf.",
            many,
            sample(many, 1, leaf=digest(b"other")),
            "sample-mismatch",
        ),
        (
            "sample-short-path",
            "A path without its last step.",
            many,
            _shortened(sample(many, 1)),
            "sample-mismatch",
        ),
        (
            "sample-long-path",
            "A path with a step too many.",
            1000,
            sample(1000, 0, path=[digest(b"x")]),
            "sample-mismatch",
        ),
    ]


def _shortened(sample: dict[str, Any]) -> dict[str, Any]:
    return {**sample, "path": sample["path"][:-1]}
