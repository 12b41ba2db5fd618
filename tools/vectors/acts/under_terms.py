"""Deliveries and receipts under the terms in force: term, schedule, schema, windows, permissions, places."""

from __future__ import annotations

from typing import Any

from tools.vectors.acts.amendments import ONLY_RESEARCH, amended, amending, terminated
from tools.vectors.files import VectorFile
from tools.vectors.primitives import digest
from tools.vectors.scenarios import TERMS, delivery, listing, market, receipt, refusal, say, standing
from tools.vectors.world import ABSENT, DAY, DELAY, HOUR, Candidates, World


def deliveries() -> VectorFile:
    """The rules of deliveries that follow from the terms in force and from the product."""
    cases = Candidates("delivery/terms.json", "Deliveries: term, schedule, schema, windows, permissions.")
    _in_term(cases)
    _schemas(cases)
    _windows(cases)
    world = amended(market(), terms={**TERMS, "permissions": ONLY_RESEARCH})
    said = world.say("acme", "delivery", **delivery(world, "deal", 3))
    cases.refuse("not-permitted", "More deliveries than the permissions cover.", world, said, "not-permitted")
    fresh = say(market(), "again", "buyer", "acceptance", **standing(market(), "roads", "PO-9"))
    once = say(
        fresh,
        "sharper",
        "acme",
        "offer",
        **amending(fresh, "buyer", "again", terms={**TERMS, "permissions": ONLY_RESEARCH}),
    )
    once = say(once, "sharpened", "buyer", "acceptance", offer=once.id("sharper"))
    said = once.say("acme", "delivery", **delivery(once, "again", 1))
    cases.accept("permitted", "As many as the permissions cover.", once, said)
    anew = say(once, "first", "acme", "delivery", **delivery(once, "again", 1))
    anew = say(anew, "not first", "buyer", "receipt", **refusal(anew, "first"))
    said = anew.say("acme", "delivery", **delivery(anew, "again", 1))
    cases.accept("permitted-anew", "A number that was refused uses up nothing.", anew, said)
    return cases.file


def _in_term(cases: Candidates) -> None:
    world = amended(market(), terms={**TERMS, "term": "P2D"})
    concluded = next(entry.time for entry in world.entries if entry.name == "deal")
    last = world.later(concluded + 2 * DAY - DELAY - world.now)
    said = last.say("acme", "delivery", **delivery(last, "deal", 3))
    cases.accept("term-ends", "At the last moment of the term.", last, said, clock=concluded + 2 * DAY)
    situation = "A millisecond after the term."
    cases.refuse(
        "term-over",
        situation,
        last,
        said,
        "contract-over",
        clock=concluded + 2 * DAY + 1,
        flags=["boundary", "time"],
    )
    renewed = amended(last.later(HOUR), "renewed", amends=last.id("amended"), terms={**TERMS, "term": "P30D"})
    said = renewed.say("acme", "delivery", **delivery(renewed, "deal", 3))
    cases.accept("renewed", "The contract was renewed in the meantime.", renewed, said)
    world = amended(market(), terms={**TERMS, "schedule": {"first": "P1D", "every": "P1D", "deliveries": 3}})
    said = world.say("acme", "delivery", **delivery(world, "deal", 3))
    cases.accept("scheduled", "The last one of the schedule.", world, said)
    done = say(world, "third", "acme", "delivery", **delivery(world, "deal", 3))
    said = done.say("acme", "delivery", **delivery(done, "deal", 4))
    cases.refuse(
        "unscheduled",
        "One more than the schedule has.",
        done,
        said,
        "schedule-exhausted",
        pointer="/sequence",
    )
    ended = terminated(market())
    until = 1_803_859_200_000
    late = ended.later(until - ended.now - DELAY)
    said = late.say("acme", "delivery", **delivery(late, "deal", 3))
    situation = "At the moment at which the termination takes effect."
    cases.accept("ending", situation, late, said, clock=until)
    situation = "A millisecond after the termination took effect."
    cases.refuse(
        "ended",
        situation,
        late,
        said,
        "contract-not-active",
        clock=until + 1,
        winner=ended.id("enough"),
        flags=["boundary", "time"],
    )


def _schemas(cases: Candidates) -> None:
    schema = {
        "name": "roads.json",
        "media_type": "application/json",
        "size": 900,
        "digest": digest(b"schema"),
    }
    for compatibility in ("exact", "backward"):
        standing_terms = {
            "terms": {**TERMS, "compatibility": compatibility},
            "expires_at": "2026-12-23T09:30:00.000Z",
        }
        world = say(
            market(), "goods", "acme", "listing", **listing(standing=standing_terms, data_schema=schema)
        )
        world = say(world, "bought", "buyer", "acceptance", **standing(world, "goods", "PO-8"))
        same = world.say("acme", "delivery", **delivery(world, "bought", 1, data_schema=schema["digest"]))
        cases.accept(f"{compatibility}-same", "The listed schema.", world, same)
        none = world.say("acme", "delivery", **delivery(world, "bought", 1))
        cases.refuse(f"{compatibility}-none", "No schema is named.", world, none, "schema-mismatch")
        other = world.say("acme", "delivery", **delivery(world, "bought", 1, data_schema=digest(b"other")))
        if compatibility == "exact":
            cases.refuse("exact-other", "Another schema.", world, other, "schema-mismatch")
        else:
            cases.accept(
                "backward-other", "Another schema, which whoever has both can compare.", world, other
            )


def _windows(cases: Candidates) -> None:
    world = say(
        market(),
        "calls",
        "acme",
        "listing",
        **listing(kind="service", standing={"terms": TERMS, "expires_at": "2026-12-23T09:30:00.000Z"}),
    )
    world = say(world, "hired", "buyer", "acceptance", **standing(world, "calls", "PO-8"))

    def window(first: int, last: int) -> dict[str, Any]:
        return {"window": {"first": first, "last": last, "count": last - first + 1}}

    def said(at: World, number: int, **members: Any) -> str:
        return at.say("acme", "delivery", **delivery(at, "hired", number, **members))

    cases.accept("first-window", "The first window begins at 1.", world, said(world, 1, **window(1, 40)))
    cases.refuse(
        "no-window",
        "A delivery of a service without window.",
        world,
        said(world, 1),
        "wrong-form",
        pointer="/window",
    )
    of_data = market().say("acme", "delivery", **delivery(market(), "deal", 3, **window(1, 40)))
    cases.refuse(
        "window-of-a-dataset", "A window of a dataset.", market(), of_data, "wrong-form", pointer="/window"
    )
    cases.refuse(
        "late-start", "The first window begins at 2.", world, said(world, 1, **window(2, 40)), "window-gap"
    )
    once = say(world, "january", "acme", "delivery", **delivery(world, "hired", 1, **window(1, 40)))
    cases.accept(
        "next-window", "The next window begins where that one ended.", once, said(once, 2, **window(41, 41))
    )
    for name, first in (("gap", 42), ("overlap", 40)):
        situation = f"The next window leaves a {name}." if name == "gap" else "The next window overlaps."
        cases.refuse(
            name, situation, once, said(once, 2, **window(first, 80)), "window-gap", pointer="/window/first"
        )
    twice = say(once, "february", "acme", "delivery", **delivery(once, "hired", 2, **window(41, 80)))
    back = say(twice, "not january", "buyer", "receipt", **refusal(twice, "january"))
    cases.accept("anew", "A refused window is delivered anew.", back, said(back, 1, **window(1, 40)))
    situation = "A refused window is delivered anew, and is longer."
    cases.refuse("anew-longer", situation, back, said(back, 1, **window(1, 41)), "window-gap")
    situation = "After a window that was refused, and is not delivered anew."
    both = say(back, "not february", "buyer", "receipt", **refusal(back, "february"))
    cases.refuse("after-refused", situation, both, said(both, 2, **window(41, 80)), "window-gap")
    _two_anew(cases, twice)


def _two_anew(cases: Candidates, world: World) -> None:
    """Of three windows the first two were refused: they are delivered anew in the room that the third one leaves."""

    def said(at: World, number: int, first: int, last: int) -> dict[str, Any]:
        window = {"first": first, "last": last, "count": last - first + 1}
        return delivery(at, "hired", number, window=window)

    world = say(world, "march", "acme", "delivery", **said(world, 3, 81, 120))
    world = say(world, "not january", "buyer", "receipt", **refusal(world, "january"))
    world = say(world, "not february", "buyer", "receipt", **refusal(world, "february"))
    situation = "Two refused windows; the first is delivered anew and"
    text = world.say("acme", "delivery", **said(world, 1, 1, 79))
    cases.accept("anew-before-another", f"{situation} leaves one position for the second.", world, text)
    for name, last, what in (
        ("no-room", 80, "leaves none for the second"),
        ("over", 90, "overlaps the third"),
    ):
        text = world.say("acme", "delivery", **said(world, 1, 1, last))
        cases.refuse(
            f"anew-{name}", f"{situation} {what}.", world, text, "window-gap", pointer="/window/last"
        )


def receipts() -> VectorFile:
    """The rules of receipts that follow from the terms in force."""
    cases = Candidates(
        "receipt/terms.json", "Receipts: where the data is, what is permitted, excepted calls."
    )
    _places(cases)
    _permitted_places(cases)
    _excepted(cases)
    return cases.file


def _places(cases: Candidates) -> None:
    bounds = {"storage": ["NL", "DE"], "processing": ["NL"], "access": ["NL", "BE"]}
    world = amended(market(), terms={**TERMS, "localisation": bounds})
    fine: dict[str, Any] = {"stored_in": ["NL"], "processed_in": ["NL"], "accessed_from": ["BE"]}
    said = world.say("buyer", "receipt", **receipt(world, "sent", **fine))
    cases.accept("places", "Where the terms permit it.", world, said)
    for member in fine:
        elsewhere = {**fine, member: ["NL", "US"]}
        said = world.say("buyer", "receipt", **receipt(world, "sent", **elsewhere))
        cases.refuse(
            f"{member}-elsewhere", "Somewhere else.", world, said, "stored-elsewhere", pointer=f"/{member}"
        )
        said = world.say("buyer", "receipt", **receipt(world, "sent", **{**fine, member: ABSENT}))
        cases.refuse(
            f"{member}-unsaid",
            "The receipt does not say it.",
            world,
            said,
            "stored-elsewhere",
            pointer=f"/{member}",
        )
    said = world.say("buyer", "receipt", **refusal(world, "sent"))
    cases.accept("refused", "What is refused is nowhere.", world, said)


def _permitted() -> World:
    """The market whose contract permits use in one country."""
    there = [{"left": "spatial", "operator": "eq", "right": "NL"}]
    permissions = {"permissions": [{"action": "use", "constraints": there}]}
    return amended(market(), terms={**TERMS, "permissions": permissions})


def _permitted_places(cases: Candidates) -> None:
    world = _permitted()
    said = world.say("buyer", "receipt", **receipt(world, "sent", stored_in=["NL"]))
    cases.accept("permitted", "Stored where the permissions cover it.", world, said)
    said = world.say("buyer", "receipt", **receipt(world, "sent", stored_in=["NL", "DE"]))
    cases.refuse("not-permitted", "Stored also where no permission covers it.", world, said, "not-permitted")


def _excepted(cases: Candidates) -> None:
    world = _permitted()
    said = world.say("buyer", "receipt", **receipt(world, "sent", excepted=[1]))
    situation = "Calls are excepted of a delivery that is no window."
    cases.refuse("excepted-of-data", situation, world, said, "receipt-mismatch", pointer="/excepted")
    world = say(
        market(),
        "calls",
        "acme",
        "listing",
        **listing(kind="stream", standing={"terms": TERMS, "expires_at": "2026-12-23T09:30:00.000Z"}),
    )
    world = say(world, "hired", "buyer", "acceptance", **standing(world, "calls", "PO-8"))
    window: dict[str, Any] = {"window": {"first": 1, "last": 40, "count": 40}}
    world = say(world, "january", "acme", "delivery", **delivery(world, "hired", 1, **window))
    said = world.say("buyer", "receipt", **receipt(world, "january", excepted=[1, 40]))
    cases.accept("excepted", "Calls of the window are excepted.", world, said)
    said = world.say("buyer", "receipt", **receipt(world, "january", excepted=[41]))
    cases.refuse(
        "excepted-beyond",
        "A call beyond the window is excepted.",
        world,
        said,
        "receipt-mismatch",
        pointer="/excepted",
    )
