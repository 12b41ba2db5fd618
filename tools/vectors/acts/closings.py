"""An exchange that closes, participants that move home, and keys with a limit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from tools.vectors import parcels, scenarios
from tools.vectors.acts.participants import first
from tools.vectors.files import VectorFile
from tools.vectors.primitives import digest, key, listed, moment
from tools.vectors.primitives import statement as signed
from tools.vectors.scenarios import TERMS, delivery, listing, market, offer, receipt, rotated, say, standing
from tools.vectors.world import ABSENT, DAY, DELAY, START, Candidates, World, effect

NOTICE: Final = 30 * DAY
NOWHERE: Final = digest(b"nowhere")
NAMES: Final = ("exchange-next", "exchange-next-2", "exchange-next-3")


def says(world: World, **members: Any) -> tuple[str, dict[str, Any]]:
    """The exchange's next statement, in which `members` stand in `exchange`; and its members."""
    generation = sum(entry.name.startswith("exchange") for entry in world.entries)
    names = [f"exchange-next{'' if number == 1 else f'-{number}'}" for number in (generation, generation + 1)]
    head = world.heads["exchange"]
    whole = {
        **scenarios.exchange_members(exchange={**scenarios.exchange(), **members}),
        "issued_at": moment(world.now),
        **{"issuer": head.id, "under": head.under, "previous": head.under},
        "keys": [listed(key(names[0]).x)],
        "next": [key(names[1]).kid],
    }
    return names[0], {name: value for name, value in whole.items() if value is not ABSENT}


def text_of(world: World, **members: Any) -> str:
    """The exchange's next statement."""
    name, whole = says(world, **members)
    return signed(whole, key(name))


def after(world: World, **members: Any) -> World:
    """The world after the exchange's next statement."""
    name, whole = says(world, **members)
    return world.joined("exchange", signed(whole, key(name)), key(name))


def closing_of(world: World) -> int:
    """The earliest moment that the exchange can say it closes at, if it says so now."""
    return world.now + DELAY + NOTICE


def at(moment_: int, **members: Any) -> dict[str, Any]:
    """What an exchange says that closes at a moment."""
    return {"closing_at": moment(moment_), **members}


def file() -> VectorFile:
    """The rules of closing."""
    cases = Candidates(
        "participant/closing.json",
        "An exchange that closes: when it says so, what it takes until then, and the end of its log.",
        *(
            *NAMES,
            "exchange-next-4",
            "eve",
            "eve-next",
            "buyer-seal",
            "exchange-seal",
            "acme-next",
            "acme-next-2",
        ),
    )
    _announced(cases)
    _moved_to_later(cases)
    _ended(cases)
    _business(cases)
    _open(cases)
    return cases.file


def _announced(cases: Candidates) -> None:
    world, flags = market(), ["boundary", "time"]
    soonest = closing_of(world)
    about = ["LAD-PAR-024"]
    text = text_of(world, **at(soonest))
    made = effect("exchange", "self", closing_at=soonest)
    situation = "A closing exactly 30 days after the registration."
    cases.accept("announced", situation, world, text, made, about=about, flags=flags)
    text = text_of(world, **at(soonest - 1))
    situation = "A closing a millisecond less than 30 days after the registration."
    cases.refuse("too-soon", situation, world, text, "wrong-closing", flags=flags)
    text = text_of(world, **at(soonest, closed={}))
    situation = "An end of the log that was not announced."
    cases.refuse("ended-at-once", situation, world, text, "wrong-closing")
    text = text_of(world, succeeds={"exchange": NOWHERE, "checkpoint": "other.example\n7\nAAAA\n"})
    situation = "An exchange that says which one it goes on from."
    cases.accept("succeeds", situation, world, text, about=["LAD-PAR-029"])
    zero = scenarios.exchange_members(exchange={**scenarios.exchange(), **at(START + NOTICE + DELAY)})
    text = signed(zero, key("exchange"))
    situation = "Entry 0 says when the exchange closes."
    cases.accept("entry-zero", situation, scenarios.empty(), text, about=about, clock=START + DELAY)


def _moved_to_later(cases: Candidates) -> None:
    world = market()
    closes = closing_of(world) + DAY
    world, about = after(world, **at(closes)), ["LAD-PAR-024"]
    for name, moment_ in (("same", closes), ("later", closes + 1)):
        situation = f"The next statement of the exchange has this closing: {name}."
        made = effect("exchange", "self", closing_at=moment_)
        cases.accept(f"moved-{name}", situation, world, text_of(world, **at(moment_)), made, about=about)
    cases.refuse(
        "moved-earlier",
        "A closing is moved to earlier.",
        world,
        text_of(world, **at(closes - 1)),
        "wrong-closing",
    )
    cases.refuse("taken-back", "A closing is taken back.", world, text_of(world), "wrong-closing")
    over, flags = world.later(closes - world.now), ["time"]
    text = text_of(over, **at(closes + 40 * DAY))
    situation = "A closing is moved to later after it has come."
    cases.refuse("moved-afterwards", situation, over, text, "wrong-closing", flags=flags)
    text = text_of(over, **at(closes))
    situation = "The exchange changes its keys after its closing, and before its end."
    cases.accept("keys-afterwards", situation, over, text, about=about, flags=flags)
    situation = "The closing is moved to later at its own millisecond."
    text = text_of(over, **at(closes + DAY))
    cases.accept(
        "moved-on-time", situation, over, text, about=about, flags=["boundary", "time"], clock=closes
    )


def _closing(days: int = 31) -> tuple[World, int]:
    """The market, whose exchange says that it closes in so many days."""
    world = market()
    closes = world.now + DELAY + days * DAY
    return after(world, **at(closes)), closes


def _ended(cases: Candidates) -> None:
    world, closes = _closing()
    over = world.later(closes - world.now)
    about, flags = ["LAD-PAR-024"], ["boundary", "time"]
    end = text_of(over, **at(closes, closed={"successor": NOWHERE}))
    situation = "The log ends at the millisecond of the closing."
    cases.refuse("end-on-time", situation, over, end, "wrong-closing", clock=closes, flags=flags)
    made = effect("exchange", "self", closed_by=digest(end.encode()))
    situation = "The log ends a millisecond after the closing."
    cases.accept("end", situation, over, end, made, clock=closes + 1, about=about, flags=flags)
    closed = after(over, **at(closes, closed={}))
    by = closed.heads["exchange"].under
    said: dict[str, str] = {
        "withdrawal": closed.say("acme", "withdrawal", statement=closed.id("rails")),
        "lapse": closed.say("exchange", "lapse", delivery=closed.id("sent")),
        "participant": text_of(closed, **at(closes)),
        "newcomer": first(closed),
    }
    for name, text in said.items():
        situation = f"After the end of the log: {name}."
        cases.refuse(f"after-end-{name}", situation, closed, text, "exchange-closed", winner=by)
    _shares(cases)


def _shares(cases: Candidates) -> None:
    world = parcels.sealed_market()
    closes = closing_of(world)
    world = after(world, **at(closes))
    over = world.later(closes + 1 - world.now)
    text = text_of(over, **at(closes, closed={}))
    situation = "The log ends while a sealed delivery is open."
    cases.refuse("end-with-shares", situation, over, text, "sealed-still-open")


def _business(cases: Candidates) -> None:
    world, _ = _closing()
    text: dict[str, str] = {
        "listing": world.say("acme", "listing", **listing(title="New")),
        "offer": world.say("buyer", "offer", **offer(world, "rails", "acme")),
        "acceptance": world.say("acme", "acceptance", offer=world.id("ask")),
        "standing": world.say("buyer", "acceptance", **standing(world, "roads", "PO-2")),
        "newcomer": first(world),
    }
    for name, said in text.items():
        situation = f"An exchange that closes is told of new business: {name}."
        cases.refuse(f"closing-{name}", situation, world, said, "exchange-closing")
    goes_on: dict[str, str] = {
        "delivery": world.say("acme", "delivery", **delivery(world, "deal", 3)),
        "receipt": world.say("buyer", "receipt", **receipt(world, "sent")),
        "withdrawal": world.say("acme", "withdrawal", statement=world.id("rails")),
        "rejection": world.say("acme", "rejection", offer=world.id("ask"), reason="price"),
        "keys": rotated(world, "acme", "acme-next", "acme-next-2").entries[-1].statement,
        "admission": world.say(
            "exchange", "admission", participant=world.id("dave"), status="admitted", roles=["consumer"]
        ),
    }
    for name, said in goes_on.items():
        situation = f"An exchange that closes goes on with: {name}."
        cases.accept(f"goes-on-{name}", situation, world, said, about=["LAD-PAR-022"])


def _open(cases: Candidates) -> None:
    """What is open at the closing."""
    world, closes = _closing()
    late = world.later(closes - DAY - world.now)
    late = say(late, "last", "acme", "delivery", **delivery(late, "deal", 3))
    over = late.later(closes - late.now)
    about, flags = ["LAD-PAR-022"], ["boundary", "time"]
    text = over.say("acme", "delivery", **delivery(over, "deal", 4))
    situation = "A delivery at the millisecond of the closing."
    cases.accept("delivery-on-time", situation, over, text, clock=closes, about=about, flags=flags)
    situation = "A delivery a millisecond after the closing."
    cases.refuse("delivery-late", situation, over, text, "exchange-closing", clock=closes + 1, flags=flags)
    taken = over.say("buyer", "receipt", **receipt(over, "last"))
    situation = "The receipt of a delivery at the millisecond of the closing."
    cases.accept("receipt-on-time", situation, over, taken, clock=closes, about=about, flags=flags)
    situation = "The receipt of a delivery a millisecond after the closing, days before its own deadline."
    cases.refuse("receipt-late", situation, over, taken, "deadline-passed", clock=closes + 1, flags=flags)
    lapse = over.say("exchange", "lapse", delivery=over.id("last"))
    situation = "The lapse of a delivery at the millisecond of the closing."
    cases.refuse("lapse-on-time", situation, over, lapse, "deadline-not-passed", clock=closes, flags=flags)
    situation = "The lapse of a delivery a millisecond after the closing."
    made = effect("delivery", over.id("last"), state="lapsed")
    cases.accept("lapse-late", situation, over, lapse, made, clock=closes + 1, about=about, flags=flags)


def moves() -> VectorFile:
    """The rules of moving home."""
    cases = Candidates(
        "participant/moving.json",
        "Participants that move home, and guests.",
        "acme-next",
        "acme-next-2",
        "eve",
        "eve-next",
        "eve-next-2",
    )
    world = market()
    gone = rotated(world, "acme", "acme-next", "acme-next-2", home=NOWHERE)
    moved = effect("participant", world.id("acme"), home=NOWHERE, state="admitted", statements=2)
    situation, about = "A successor with another home.", ["LAD-PAR-026"]
    cases.accept("moves", situation, world, gone.entries[-1].statement, moved, about=about)
    for name, home, record in (("home", world.id("exchange"), None), ("on", NOWHERE, NOWHERE)):
        later = rotated(gone, "acme", "acme-next-2", "acme-next", home=home).entries[-1].statement
        situation = f"The chain of a participant that has moved goes on: {name}."
        made = effect("participant", world.id("acme"), home=record, state="admitted", statements=3)
        cases.accept(f"chain-goes-{name}", situation, gone, later, made, about=about)
    text = gone.say("acme", "delivery", **delivery(gone, "deal", 3))
    situation = "A participant that has moved delivers under a contract of this log."
    cases.accept("goes-on", situation, gone, text, about=about)
    text = gone.say("acme", "delivery", **{**delivery(gone, "deal", 3), "home": NOWHERE})
    situation = "A participant that has moved delivers, at home elsewhere."
    cases.refuse("act-elsewhere", situation, gone, text, "wrong-home", pointer="/home")
    links: dict[str, Any] = {"issuer": NOWHERE, "previous": NOWHERE, "under": NOWHERE}
    text = first(world, home=NOWHERE, **links)
    situation = "A successor of somebody whom this log does not know, at home elsewhere."
    cases.refuse("stranger", situation, world, text, "unknown-issuer")
    _guests(cases, world)
    return cases.file


def _guests(cases: Candidates, world: World) -> None:
    """Participants of another exchange, registered here with the chain that they have there."""
    about = ["LAD-STM-020"]
    text = first(world, home=NOWHERE)
    guest = effect("participant", digest(text.encode()), home=NOWHERE, state="pending")
    situation = "A newcomer at home elsewhere is a guest, and waits for its admission as everybody does."
    cases.accept("guest", situation, world, text, guest, about=about)
    there = world.joined("eve", text, key("eve"))
    links: dict[str, Any] = {"issuer": there.id("eve"), "previous": there.id("eve"), "under": there.id("eve")}
    keys: dict[str, Any] = {"keys": [listed(key("eve-next").x)], "next": [key("eve-next-2").kid]}
    for name, home, record in (("on", NOWHERE, NOWHERE), ("home", there.id("exchange"), None)):
        later = first(there, key("eve-next"), home=home, **links, **keys)
        made = effect("participant", there.id("eve"), home=record, state="pending", statements=2)
        cases.accept(
            f"guest-goes-{name}", f"A guest's chain goes on: {name}.", there, later, made, about=about
        )
    text = there.say("eve", "withdrawal", statement=NOWHERE, home=NOWHERE)
    situation = "A guest says something that is at home elsewhere."
    cases.refuse("guest-act-elsewhere", situation, there, text, "wrong-home", pointer="/home")


_MONEY: Final = {"amount": "100.00", "currency": "EUR"}
_CALL: Final = {"model": "per-unit", "unit": "call", "price": {"amount": "0.1", "currency": "EUR"}}
_TIERS: Final = {
    "model": "tiered",
    "unit": "call",
    "mode": "volume",
    "tiers": [{"price": {"amount": "0.1", "currency": "EUR"}}],
}
_MONTHLY: Final = {
    "model": "subscription",
    "amount": {"amount": "50.00", "currency": "EUR"},
    "period": "P30D",
}
_SALES: Final = {"model": "revenue-share", "share": "10", "currency": "EUR"}
PRICES: Final[Mapping[str, tuple[str, dict[str, Any], bool]]] = {
    "equal": ("The price is the limit.", _MONEY, True),
    "more": ("The price is one cent more.", {**_MONEY, "amount": "100.01"}, False),
    "other-currency": ("The price is in another currency.", {"amount": "1.00", "currency": "USD"}, False),
    "free": ("The price is nothing.", {"model": "free"}, True),
    "per-unit": ("A price per unit without a ceiling.", _CALL, False),
    "per-unit-ceiling": ("A price per unit whose ceiling is the limit.", {**_CALL, "ceiling": _MONEY}, True),
    "tiered": ("A price in tiers without a ceiling.", _TIERS, False),
    "tiered-ceiling": ("A price in tiers whose ceiling is the limit.", {**_TIERS, "ceiling": _MONEY}, True),
    "subscription": ("A subscription without end.", _MONTHLY, False),
    "subscription-2": (
        "A subscription of two periods, which are the limit.",
        {**_MONTHLY, "periods": 2},
        True,
    ),
    "subscription-3": ("A subscription of three periods.", {**_MONTHLY, "periods": 3}, False),
    "sales": ("A share of sales without a ceiling.", _SALES, False),
    "sales-ceiling": ("A share of sales whose ceiling is the limit.", {**_SALES, "ceiling": _MONEY}, True),
}
"""Prices under a limit of 100.00 EUR, and whether they are within it."""


def limits() -> VectorFile:
    """The rules of keys with a limit."""
    cases = Candidates(
        "participant/limits.json", "Keys with a limit, and what they sign.", "buyer-next", "buyer-next-2"
    )
    for name, (situation, price, within) in PRICES.items():
        _priced(cases, name, situation, price, within)
    _payments(cases)
    world = _limited({"amount": "0.00", "currency": "EUR"})
    text = world.say("buyer", "rejection", offer=world.id("bid"), reason="price")
    situation = "A key with a limit of nothing signs what binds to nothing."
    cases.accept("rejection", situation, world, text, about=["LAD-STM-051"])
    text = world.say("acme", "acceptance", offer=world.id("ask"))
    cases.accept("other-key", "The other party has no limit.", world, text, about=["LAD-STM-051"])
    return cases.file


def _limited(limit: dict[str, Any]) -> World:
    """The market after buyer gave itself a key with a limit."""
    keys = [{**listed(key("buyer-next").x), "limit": limit}]
    return rotated(market(), "buyer", "buyer-next", "buyer-next-2", keys=keys)


def _priced(cases: Candidates, name: str, situation: str, price: dict[str, Any], within: bool) -> None:
    terms = {**TERMS, "price": price}
    world = _limited(_MONEY)
    shown = listing(title="Priced", standing={"terms": terms, "expires_at": scenarios.LATE})
    world = say(world, "priced", "acme", "listing", **shown)
    world = say(world, "offered", "acme", "offer", **offer(world, "rails", "buyer", terms=terms))
    said = {
        "offer": world.say("buyer", "offer", **offer(world, "rails", "acme", terms=terms)),
        "acceptance": world.say("buyer", "acceptance", offer=world.id("offered")),
        "standing": world.say("buyer", "acceptance", **standing(world, "priced", "PO-9")),
    }
    flags = ["boundary"] if name in ("equal", "more") else []
    for act, text in said.items() if name in ("equal", "more") else list(said.items())[:1]:
        if within:
            cases.accept(f"{name}-{act}", situation, world, text, about=["LAD-STM-051"], flags=flags)
        else:
            cases.refuse(f"{name}-{act}", situation, world, text, "over-limit", flags=flags)


def _payments(cases: Candidates) -> None:
    world = _limited(_MONEY)
    told: dict[str, Any] = {"contract": world.id("deal"), "kind": "paid", "reference": "P-1"}
    amounts = {"equal": ("100.00", True), "more": ("100.01", False)}
    for name, (amount, within) in amounts.items():
        text = world.say("buyer", "payment", **told, amount={"amount": amount, "currency": "EUR"})
        situation = f"A payment of an amount that is, beside the limit: {name}."
        if within:
            cases.accept(f"payment-{name}", situation, world, text, about=["LAD-STM-051"], flags=["boundary"])
        else:
            cases.refuse(f"payment-{name}", situation, world, text, "over-limit", flags=["boundary"])
