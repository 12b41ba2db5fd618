"""Erasures: of what, by whom, and what they have to say; and notarisations."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from tools.vectors import erasing
from tools.vectors.contents import described as content
from tools.vectors.erasing import NOWHERE, Changes, erasure, parties
from tools.vectors.files import VectorFile
from tools.vectors.primitives import digest, moment
from tools.vectors.running import running as running_contract
from tools.vectors.running import suspended
from tools.vectors.scenarios import DELIVERED, PROMISED, STANDING, listing, market, offer, say
from tools.vectors.world import STEP, Candidates, World, effect

Told = tuple[str, Callable[[World], dict[str, Any]]]


def rails(world: World) -> dict[str, Any]:
    """The erasure of the listing `rails`."""
    changes = erasing.listing(world, "rails", promise=content(PROMISED))
    return erasure(world, "rails", changes, sort="listing")


def deal(world: World) -> dict[str, Any]:
    """The erasure of the acceptance `deal`."""
    changes = erasing.contract(world, "deal", "roads", "PO-1")
    return erasure(world, "deal", changes, "buyer", sort="acceptance", **parties(world, "deal"))


def ask(world: World) -> dict[str, Any]:
    """The erasure of the offer `ask`."""
    changes = erasing.offer(world, "ask", "rails", "buyer", "acme")
    return erasure(world, "ask", changes, "buyer", sort="offer", **parties(world))


def sold(world: World) -> dict[str, Any]:
    """The erasure of an offer that was accepted: it belongs to the contract, and its changes are those it made."""
    changes = erasing.offer(world, "sold", "rails", "acme", "buyer")
    return erasure(world, "sold", changes, sort="offer", **parties(world, "bound"))


def sent(world: World) -> dict[str, Any]:
    """The erasure of the delivery `sent`."""
    changes = erasing.delivery(world, "sent", "deal", "roads", 1, **content(DELIVERED))
    return erasure(world, "sent", changes, sort="delivery", **parties(world, "deal"))


_GOOD: Final[Mapping[str, Told]] = {
    "listing": ("A listing that is listed.", rails),
    "acceptance": ("The acceptance that concluded a contract.", deal),
    "offer": ("An open offer.", ask),
    "accepted-offer": ("An offer that was accepted.", sold),
    "delivery": ("An open delivery.", sent),
}


def file() -> VectorFile:
    """The rules of erasures."""
    cases = Candidates("erasure/rules.json", "Erasures: of what, by whom, and what they have to say.")
    _good(cases)
    _after(cases)
    _kept(cases)
    _repeats(cases)
    _changes(cases)
    return cases.file


def erased(world: World, name: str, told: Callable[[World], dict[str, Any]]) -> World:
    """The world after an erasure."""
    return say(world, f"erased {name}", "exchange", "erasure", **told(world))


def _good(cases: Candidates) -> None:
    world, about = market(), ["LAD-ERA-001", "LAD-ERA-004", "LAD-ERA-005", "LAD-ERA-006"]
    for name, (situation, told) in _GOOD.items():
        text = world.say("exchange", "erasure", **told(world))
        made = [effect("statement", told(world)["statement"], erased_by=digest(text.encode()))]
        cases.accept(name, situation, world, text, *made, *_closed(world, name, text), about=about)
    text = world.say("exchange", "erasure", **rails(world), legal_basis="Order 17 of the court.")
    cases.accept("legal-basis", "An erasure that names its legal basis.", world, text, about=about)
    for by in ("acme", "buyer"):
        text = world.say(by, "erasure", **rails(world))
        cases.refuse(
            f"by-{by}", f"Somebody else erases: {by}.", world, text, "wrong-issuer", about=about[2:3]
        )


def _closed(world: World, name: str, text: str) -> list[dict[str, Any]]:
    """What becomes of a listing or an offer that was open, and of others."""
    by = digest(text.encode())
    return {
        "listing": [
            effect("listing", world.id("rails"), state="withdrawn", title="", closed_by=by),
            effect("product", world.id("rails"), withdrawn_by=by),
        ],
        "offer": [effect("offer", world.id("ask"), state="closed", closed_by=by)],
        "accepted-offer": [effect("offer", world.id("sold"), state="accepted", closed_by=world.id("bound"))],
        "acceptance": [effect("contract", world.id("deal"), state="active")],
        "delivery": [effect("delivery", world.id("sent"), state="open")],
    }[name]


def _after(cases: Candidates) -> None:
    """What can be said about something that was erased."""
    world = erased(erased(market(), "rails", rails), "deal", deal)
    gone = world.id("erased rails")
    text = world.say("exchange", "erasure", **rails(world))
    cases.refuse("again", "A second erasure.", world, text, "erased-already", winner=gone)
    text = world.say("buyer", "offer", **offer(world, "rails", "acme"))
    situation = "An offer about a listing that was erased."
    cases.refuse("offer-about-it", situation, world, text, "listing-not-open", about=["LAD-LIF-001"])
    text = world.say("acme", "acceptance", offer=world.id("ask"))
    situation = "The acceptance of an open offer about a listing that was erased."
    cases.refuse("acceptance-about-it", situation, world, text, "offer-not-open", winner=gone)
    text = world.say("acme", "listing", **listing(title="Rails", supersedes=world.id("rails")))
    situation = "A new version of a listing that was erased."
    cases.refuse("version-after-it", situation, world, text, "listing-not-open", winner=gone)
    text = world.say("acme", "withdrawal", statement=world.id("sent"))
    taken_back = effect("delivery", world.id("sent"), state="withdrawn")
    situation = "A delivery of a contract whose acceptance was erased is withdrawn."
    cases.accept("contract-goes-on", situation, world, text, taken_back, about=["LAD-ERA-004"])


def _kept(cases: Candidates) -> None:
    world = market()
    participant = erasure(world, "acme", [], sort="participant")
    others = {
        "participant": participant,
        "admission": erasure(world, "admitted acme", [], "exchange", sort="admission"),
        "receipt": erasure(world, "got-2", [], "buyer", sort="receipt", **parties(world, "deal")),
    }
    for name, members in others.items():
        text = world.say("exchange", "erasure", **members)
        cases.refuse(f"kept-{name}", f"The erasure of: {name}.", world, text, "not-erasable")
    world = erased(market(), "rails", rails)
    text = world.say("exchange", "erasure", **erasure(world, "erased rails", [], "exchange", sort="erasure"))
    cases.refuse("kept-erasure", "The erasure of an erasure.", world, text, "not-erasable")
    world = market().later(STEP)
    down = {"since": moment(world.now - STEP // 2), "until": moment(world.now - 1000)}
    world = say(world, "down", "exchange", "notice", kind="outage", ground="maintenance", **down)
    text = world.say("exchange", "erasure", **erasure(world, "down", [], "exchange", sort="notice"))
    cases.refuse("kept-outage", "The erasure of the notice of an outage.", world, text, "not-erasable")
    world = market().later(8 * 24 * 3_600_000)
    world = say(world, "lapsed", "exchange", "lapse", delivery=world.id("sent"))
    lapsed = erasure(world, "lapsed", [], "exchange", sort="lapse", **parties(world, "deal"))
    cases.refuse(
        "kept-lapse",
        "The erasure of a lapse.",
        world,
        world.say("exchange", "erasure", **lapsed),
        "not-erasable",
    )
    text = world.say("exchange", "erasure", **{**rails(world), "statement": NOWHERE})
    situation = "The erasure of what was never registered."
    cases.refuse("unknown", situation, world, text, "unknown-statement", pointer="/statement")
    _suspension(cases)


def _suspension(cases: Candidates) -> None:
    """A notice about a contract can be erased."""
    world = suspended(running_contract())
    pauses = [{"since": erasing.time_of(world, "suspended"), "notices": [world.id("suspended")]}]
    terms = {**STANDING["terms"], "suspension": _AGREED["suspension"], "termination": _AGREED["termination"]}
    after = erasing.running(
        world,
        "running",
        "running listed",
        state="suspended",
        pauses=pauses,
        suspended_by=world.id("suspended"),
        terms=terms,
    )
    said = {"contract": world.id("running"), "sort": "suspend", "issuer": world.id("acme")}
    changes = [erasing.changed("notice", world.id("suspended"), **said), after]
    members = erasure(world, "suspended", changes, sort="notice", **parties(world, "running"))
    text = world.say("exchange", "erasure", **members)
    made = effect("contract", world.id("running"), state="suspended")
    cases.accept("suspension", "The notice of a suspension.", world, text, made, about=["LAD-ERA-002"])


_AGREED: Final = {
    "suspension": {"by": ["provider", "consumer"], "maximum": "P20D"},
    "termination": {"by": ["provider", "consumer"], "notice": "P10D"},
}


def _repeats(cases: Candidates) -> None:
    world = market()
    about = ["LAD-ERA-006"]
    of_rails: dict[str, tuple[str, Any]] = {
        "index": ("Another index.", {"index": 0}),
        "sort": ("Another type.", {"sort": "offer"}),
        "author": ("Another author.", {"author": world.id("buyer")}),
        "readers": ("Readers of what everybody reads.", {"readers": [world.id("buyer")]}),
        "contract": ("The contract of what belongs to none.", {"contract": world.id("deal")}),
    }
    for name, (situation, members) in of_rails.items():
        text = world.say("exchange", "erasure", **{**rails(world), **members})
        pointer = f"/{name}"
        cases.refuse(
            f"other-{name}", situation, world, text, "changes-mismatch", pointer=pointer, about=about
        )
    whole = deal(world)
    of_deal: dict[str, tuple[str, str, dict[str, Any]]] = {
        "readers-absent": ("No readers.", "readers", _without(whole, "readers")),
        "readers-fewer": ("One reader of two.", "readers", {**whole, "readers": [world.id("buyer")]}),
        "readers-order": (
            "Readers in another order.",
            "readers",
            {**whole, "readers": whole["readers"][::-1]},
        ),
        "contract-absent": ("No contract.", "contract", _without(whole, "contract")),
        "contract-of-another": ("Another contract.", "contract", {**whole, "contract": world.id("bound")}),
    }
    for name, (situation, pointer, members) in of_deal.items():
        text = world.say("exchange", "erasure", **members)
        cases.refuse(name, situation, world, text, "changes-mismatch", pointer=f"/{pointer}", about=about)


def _without(members: dict[str, Any], name: str) -> dict[str, Any]:
    return {other: value for other, value in members.items() if other != name}


def _changes(cases: Candidates) -> None:
    world = market()
    whole: Changes = deal(world)["changes"]
    cheaper = {
        **whole[3],
        "record": {**whole[3]["record"], "terms": {**whole[3]["record"]["terms"], "term": "P1D"}},
    }
    accepted = {**whole[1], "record": {**whole[1]["record"], "accepted": 2}}
    spelled = {**whole[3], "record": _without(whole[3]["record"], "pauses")}
    others: dict[str, tuple[str, Changes]] = {
        "none": ("No changes.", []),
        "fewer": ("One change is left out.", whole[1:]),
        "more": ("One change stands twice.", [*whole, whole[0]]),
        "order": ("The changes in another order.", whole[::-1]),
        "other-terms": ("The contract has other terms.", [*whole[:3], cheaper]),
        "other-count": ("The listing was accepted twice.", [whole[0], accepted, *whole[2:]]),
        "member-left-out": ("A member that stands for nothing is left out.", [*whole[:3], spelled]),
    }
    for name, (situation, changes) in others.items():
        text = world.say("exchange", "erasure", **{**deal(world), "changes": changes})
        cases.refuse(f"changes-{name}", situation, world, text, "changes-mismatch")


def notarisations() -> VectorFile:
    """The rules of notarisations."""
    cases = Candidates("notarisation/rules.json", "Notarisations: by whom, and for whom.")
    world, about = market(), ["LAD-NOT-001", "LAD-NOT-002"]
    shown: dict[str, Any] = {"digest": digest(b"shown")}
    readers: dict[str, tuple[str, dict[str, Any]]] = {
        "everybody": ("For everybody.", {}),
        "buyer": ("For one participant.", {"reader": world.id("buyer")}),
        "exchange": ("For the exchange itself.", {"reader": world.id("exchange")}),
        "pending": ("For somebody who is not admitted.", {"reader": world.id("dave")}),
    }
    for name, (situation, members) in readers.items():
        text = world.say("exchange", "notarisation", **shown, **members)
        who = [members["reader"]] if members else None
        made = effect("statement", digest(text.encode()), readers=who, erased_by=None)
        cases.accept(name, situation, world, text, made, about=about)
    known: dict[str, Any] = {"digest": world.id("roads")}
    text = world.say("exchange", "notarisation", **known)
    situation = "The digest is the id of a statement of this log; it names nothing."
    cases.accept("digest-of-a-statement", situation, world, text, about=["LAD-REG-006"])
    world = say(world, "seen", "exchange", "notarisation", **shown)
    text = world.say("exchange", "notarisation", **shown)
    cases.accept("again", "The same digest a second time.", world, text, about=about)
    for by in ("acme", "buyer"):
        text = world.say(by, "notarisation", **shown)
        situation = f"Somebody else notarises: {by}."
        cases.refuse(f"by-{by}", situation, world, text, "wrong-issuer", about=about[1:])
    for name, reader in {"nobody": NOWHERE, "listing": world.id("roads")}.items():
        text = world.say("exchange", "notarisation", **shown, reader=reader)
        situation = f"The reader is: {name}."
        cases.refuse(f"for-{name}", situation, world, text, "unknown-statement", pointer="/reader")
    return cases.file
