"""Lapses of numbers under which nothing was delivered."""

from __future__ import annotations

from typing import Any

from tools.vectors import running as of
from tools.vectors.primitives import digest, moment
from tools.vectors.scenarios import delivery, market, receipt, refusal, say
from tools.vectors.world import DAY, Candidates, World, effect


def add(cases: Candidates) -> None:
    """Add the lapses by contract and number."""
    _due(cases)
    _moved(cases)
    _numbers(cases)
    _not_owed(cases)
    _afterwards(cases)


def concluded(world: World) -> int:
    """When the contract `running` was concluded."""
    return next(entry.time for entry in world.entries if entry.name == "running")


def lapse(
    world: World, number: int, by: str = "exchange", issued: int | None = None, contract: str = "running"
) -> str:
    """A lapse of a number."""
    at = world.now if issued is None else issued
    return world.say(by, "lapse", contract=world.id(contract), sequence=number, issued_at=moment(at))


def _due(cases: Candidates) -> None:
    world, flags = of.running(**of.WEEKLY), ["boundary", "time"]
    for number, days in ((1, 1), (2, 8)):
        before = (
            world
            if number == 1
            else say(
                world.later(2 * DAY),
                "lapsed-1",
                "exchange",
                "lapse",
                contract=world.id("running"),
                sequence=1,
            )
        )
        due = concluded(world) + days * DAY
        text = lapse(before, number, issued=due)
        record = effect("contract", world.id("running"), state="active", last_sequence=number)
        slot = effect("slot", f"delivery/{world.id('running')}/{number}", holder=digest(text.encode()))
        situation = f"A millisecond after number {number} was due."
        about = ["LAD-LPS-001", "LAD-LPS-003"]
        cases.accept(
            f"due-{number}", situation, before, text, record, slot, clock=due + 1, about=about, flags=flags
        )
        situation = f"At the millisecond at which number {number} is due."
        cases.refuse(
            f"due-{number}-at", situation, before, text, "deadline-not-passed", clock=due, flags=flags
        )
    once = of.running(schedule={"first": "P3D", "deliveries": 1})
    due = concluded(once) + 3 * DAY
    text = lapse(once, 1, issued=due)
    situation = "The only delivery was due a millisecond ago."
    cases.accept("due-once", situation, once, text, clock=due + 1, about=["LAD-LPS-006"], flags=flags)


def _moved(cases: Candidates) -> None:
    world = of.running(**of.WEEKLY, **of.AGREED)
    paused = of.suspended(world.later(HALF))
    since = paused.entries[-1].time
    back = of.resumed(paused.later(2 * DAY))
    due = concluded(world) + DAY + back.entries[-1].time - since
    flags, about = ["boundary", "time"], ["LAD-NTC-013"]
    text = lapse(back, 1, issued=due)
    situation = "The contract was suspended before the number was due: at the moved millisecond."
    code = "deadline-not-passed"
    cases.refuse("due-moved-at", situation, back, text, code, clock=due, about=about, flags=flags)
    situation = "The contract was suspended before the number was due: a millisecond after the moved one."
    cases.accept("due-moved", situation, back, text, clock=due + 1, about=about, flags=flags)
    still = paused.later(100 * DAY)
    situation = "The contract is suspended since before the number was due."
    cases.refuse("due-suspended", situation, still, lapse(still, 1), code, about=about, flags=["time"])


HALF = DAY // 2


def _numbers(cases: Candidates) -> None:
    late = of.running(**of.WEEKLY).later(30 * DAY)
    text = lapse(late, 2)
    cases.refuse("number-gap", "A number after one that was never used.", late, text, "sequence-gap")
    sent = of.delivered(late, 1, "sent-1")
    winner = sent.id("sent-1")
    situation = "A number under which a delivery is open."
    cases.refuse("number-open", situation, sent, lapse(sent, 1), "sequence-taken", winner=winner)
    got = say(sent, "got-1", "buyer", "receipt", **receipt(sent, "sent-1"))
    situation = "A number under which a delivery was received."
    cases.refuse("number-received", situation, got, lapse(got, 1), "sequence-taken", winner=winner)
    refused = say(sent, "refused-1", "buyer", "receipt", **refusal(sent, "sent-1"))
    situation = "A number whose delivery was refused, and which is free again."
    cases.accept("number-refused", situation, refused, lapse(refused, 1), about=["LAD-DLV-002"])
    gone = say(late, "lapsed-1", "exchange", "lapse", contract=late.id("running"), sequence=1)
    situation = "A number that has lapsed already."
    winner = gone.id("lapsed-1")
    cases.refuse("number-lapsed", situation, gone, lapse(gone, 1), "sequence-taken", winner=winner)
    for who in ("acme", "buyer"):
        situation = f"A party says that nothing was delivered: {who}."
        text = lapse(late, 1, by=who)
        cases.refuse(f"number-by-{who}", situation, late, text, "wrong-issuer", about=["LAD-LPS-002"])
    for name, contract in (("listing", "running listed"), ("delivery", "sent")):
        situation = f"The contract is: {name}."
        text = lapse(late, 1, contract=contract)
        cases.refuse(f"contract-is-{name}", situation, late, text, "unknown-statement", pointer="/contract")


def _not_owed(cases: Candidates) -> None:
    free = of.running().later(30 * DAY)
    situation = "The terms have no schedule."
    cases.refuse("no-schedule", situation, free, lapse(free, 1), "no-schedule")
    world = of.running(**of.WEEKLY).later(30 * DAY)
    for number in (1, 2, 3):
        text = lapse(world, number)
        if number == 3:
            about, flags = ["LAD-LPS-006"], ["boundary"]
            cases.accept("last-number", "The last number of three.", world, text, about=about, flags=flags)
        world = world.then(f"lapsed-{number}", text)
    situation, about = "A fourth number of three.", ["LAD-LPS-006"]
    code = "schedule-exhausted"
    cases.refuse(
        "number-after-the-last", situation, world, lapse(world, 4), code, about=about, flags=["boundary"]
    )
    ends = of.running(**of.WEEKLY, **of.AGREED)
    first = say(ends.later(2 * DAY), "lapsed-1", "exchange", "lapse", contract=ends.id("running"), sequence=1)
    due = concluded(ends) + 15 * DAY
    for name, end in (("at", due), ("before", due - 1)):
        told = of.notice(first, "terminate", effective_at=moment(end))
        over = say(first, "ended", "acme", "notice", **told).later(20 * DAY)
        over = over.then("lapsed-2", lapse(over, 2))
        text = lapse(over, 3)
        situation = f"The contract ended {name} the millisecond at which the number was due."
        flags = ["boundary", "time"]
        if name == "at":
            cases.accept("due-at-the-end", situation, over, text, about=about, flags=flags)
        else:
            cases.refuse("due-after-the-end", situation, over, text, code, about=about, flags=flags)
    for name, term in (("exact", "P1D"), ("short", "PT23H")):
        world = of.running(schedule={"first": "P1D", "deliveries": 1}, term=term).later(30 * DAY)
        situation = f"The term of the contract, up to the day on which the number is due: {name}."
        if name == "exact":
            cases.accept(
                "due-in-the-term", situation, world, lapse(world, 1), about=about, flags=["boundary"]
            )
        else:
            cases.refuse("due-after-the-term", situation, world, lapse(world, 1), code, about=about)


def _afterwards(cases: Candidates) -> None:
    """What follows on such a lapse."""
    world = of.running(**of.WEEKLY).later(2 * DAY)
    gone = say(world, "lapsed-1", "exchange", "lapse", contract=world.id("running"), sequence=1)
    text = gone.say("acme", "delivery", **delivery(gone, "running", 2))
    situation = "A delivery of the number after the one that has lapsed."
    cases.accept("then-the-next", situation, gone, text, about=["LAD-DLV-003"])
    text = gone.say("acme", "delivery", **delivery(gone, "running", 1))
    situation = "A delivery of the number that has lapsed."
    cases.refuse("then-the-same", situation, gone, text, "sequence-taken", winner=gone.id("lapsed-1"))
    text = world.say("acme", "delivery", **delivery(world, "running", 1))
    situation = "A delivery after it was due, and before its lapse."
    cases.accept("late-delivery", situation, world, text, about=["LAD-LPS-003"])
    _windows(cases)


def _windows(cases: Candidates) -> None:
    """A number that lapsed has no window: the one after it begins where the one before it ended."""
    world = of.under(market(), "running", "stream", **of.WEEKLY)

    def window(first: int, last: int) -> dict[str, Any]:
        return {"window": {"first": first, "last": last, "count": last - first + 1}}

    said = delivery(world, "running", 1, **window(1, 40))
    begun = say(world, "january", "acme", "delivery", **said).later(9 * DAY)
    gone = begun.then("lapsed-2", lapse(begun, 2))
    for first, name in ((41, "window"), (1, "window-anew")):
        text = gone.say("acme", "delivery", **delivery(gone, "running", 3, **window(first, 80)))
        situation = (
            f"After a number that lapsed, a window that begins at {first}; the last one ended with 40."
        )
        about = ["LAD-DLV-020"]
        if first == 41:
            cases.accept(f"then-a-{name}", situation, gone, text, about=about)
        else:
            cases.refuse(f"then-a-{name}", situation, gone, text, "window-gap", about=about)
    none = world.later(2 * DAY)
    none = none.then("lapsed-1", lapse(none, 1))
    text = none.say("acme", "delivery", **delivery(none, "running", 2, **window(1, 40)))
    situation = "The first number lapsed; the first window begins at 1."
    cases.accept("then-the-first-window", situation, none, text, about=["LAD-DLV-020"])
