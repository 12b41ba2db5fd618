"""Deadlines that stand still: receipts, lapses and notices around suspensions and outages."""

from __future__ import annotations

from dataclasses import replace

from tools.vectors import recourse
from tools.vectors import running as of
from tools.vectors.acts.notices import outage
from tools.vectors.files import VectorFile
from tools.vectors.primitives import moment
from tools.vectors.scenarios import receipt, say
from tools.vectors.world import DAY, DELAY, HOUR, Candidates, World


def file() -> VectorFile:
    """When a delivery can still be taken, and when it lapses, where the deadline was moved."""
    about = "Deadlines that stand still while a contract is suspended and in outages."
    cases = Candidates("notice/deadlines.json", about)
    _around(cases, "plain", _opened(), 0)
    _around(cases, "suspended", _paused(_opened(), 2, 3), 3 * DAY)
    _around(cases, "suspended-twice", _paused(_paused(_opened(), 1, 2), 2, 3), 5 * DAY)
    _around(cases, "reached-by-the-first", _paused(_paused(_opened(), 2, 3), 3, 1), 4 * DAY)
    _around(cases, "outage", _down(_opened(), 2 * DAY, HOUR), HOUR)
    _around(cases, "outage-before-the-delivery", _opened(_down(of.running(), DAY, HOUR)), 0)
    _around(cases, "both", _down(_paused(_opened(), 2, 3), DAY, HOUR), 3 * DAY + HOUR)
    _around(cases, "outage-in-a-suspension", _overlapping(), 3 * DAY)
    _at_the_deadline(cases)
    _after_the_deadline(cases)
    _while_suspended(cases)
    _after_the_end(cases)
    _disputes(cases)
    return cases.file


def _opened(world: World | None = None) -> World:
    """A delivery under the contract `running`, with a taking period of 7 days."""
    return of.delivered(of.running() if world is None else world, 1, "due")


def _time(world: World, name: str) -> int:
    return next(entry.time for entry in world.entries if entry.name == name)


def _paused(world: World, after: int, days: int) -> World:
    """The contract is suspended so many days from now, for so many days exactly."""
    name = f"pause-{len(world.entries)}"
    world = say(
        world.later(after * DAY), name, "acme", "notice", **of.notice(world.later(after * DAY), "suspend")
    )
    back = replace(world, now=_time(world, name) - DELAY + days * DAY)
    return say(back, f"resumed {name}", "acme", "notice", **of.notice(back, "resume"))


def _down(world: World, after: int, millis: int) -> World:
    """The exchange is down some time from now, for so long."""
    since = world.entries[-1].time + after
    back = replace(world, now=since + millis)
    return say(back, f"outage-{len(world.entries)}", "exchange", "notice", **outage(since, since + millis))


def _overlapping() -> World:
    """The contract is suspended for three days; on the second of them the exchange is down for an hour."""
    world = _opened().later(2 * DAY)
    world = of.suspended(world)
    start = _time(world, "suspended")
    world = _down(world, DAY, HOUR)
    back = replace(world, now=start - DELAY + 3 * DAY)
    return of.resumed(back)


def _around(cases: Candidates, name: str, world: World, moved: int) -> None:
    """The receipt and the lapse at the deadline and a millisecond after it."""
    deadline = _time(world, "due") + 7 * DAY + moved
    flags, about = ["boundary", "time"], ["LAD-NTC-013"]
    text = world.say("buyer", "receipt", **receipt(world, "due", issued_at=moment(deadline)))
    hours = moved // HOUR
    situation = f"A receipt at the deadline, which was moved by {hours} hours: {name}."
    cases.accept(f"{name}-receipt", situation, world, text, clock=deadline, about=about, flags=flags)
    situation = f"A receipt a millisecond after the deadline, which was moved by {hours} hours: {name}."
    late = deadline + 1
    cases.refuse(
        f"{name}-receipt-late",
        situation,
        world,
        text,
        "deadline-passed",
        clock=late,
        about=about,
        flags=flags,
    )
    text = world.say("exchange", "lapse", delivery=world.id("due"), issued_at=moment(deadline))
    situation = f"A lapse at the deadline, which was moved by {hours} hours: {name}."
    code = "deadline-not-passed"
    cases.refuse(f"{name}-lapse", situation, world, text, code, clock=deadline, about=about, flags=flags)
    situation = f"A lapse a millisecond after the deadline, which was moved by {hours} hours: {name}."
    cases.accept(f"{name}-lapse-after", situation, world, text, clock=late, about=about, flags=flags)


def _at_the_deadline(cases: Candidates) -> None:
    """A suspension at the millisecond of the deadline still moves it; a millisecond later it does not."""
    world = _opened()
    deadline = _time(world, "due") + 7 * DAY
    for name, begins in (("at", deadline), ("after", deadline + 1)):
        begun = of.suspended(replace(world, now=begins - DELAY))
        ended = of.resumed(begun.later(DAY))
        text = ended.say("buyer", "receipt", **receipt(ended, "due"))
        situation = f"The contract was suspended {name} the millisecond of the deadline, and runs again."
        flags, about = ["boundary", "time"], ["LAD-NTC-013"]
        if name == "at":
            clock = deadline + ended.entries[-1].time - begins
            text = ended.say("buyer", "receipt", **receipt(ended, "due", issued_at=moment(clock)))
            cases.accept("suspended-at", situation, ended, text, clock=clock, about=about, flags=flags)
        else:
            cases.refuse(
                "suspended-after", situation, ended, text, "deadline-passed", about=about, flags=flags
            )


def _after_the_deadline(cases: Candidates) -> None:
    world = _paused(_opened(), 8, 5)
    text = world.say("buyer", "receipt", **receipt(world, "due"))
    situation = "The contract was suspended after the deadline."
    cases.refuse(
        "long-after", situation, world, text, "deadline-passed", about=["LAD-NTC-013"], flags=["time"]
    )


def _while_suspended(cases: Candidates) -> None:
    world = of.suspended(_opened().later(6 * DAY)).later(300 * DAY)
    about, flags = ["LAD-NTC-013"], ["time"]
    text = world.say("buyer", "receipt", **receipt(world, "due"))
    situation = "A receipt 300 days after the contract was suspended."
    cases.accept("while-suspended-receipt", situation, world, text, about=about, flags=flags)
    text = world.say("exchange", "lapse", delivery=world.id("due"))
    situation = "A lapse 300 days after the contract was suspended."
    cases.refuse(
        "while-suspended-lapse", situation, world, text, "deadline-not-passed", about=about, flags=flags
    )


def _after_the_end(cases: Candidates) -> None:
    """The notice that ends a suspended contract ends the pause."""
    world = of.suspended(_opened().later(2 * DAY))
    start = _time(world, "suspended")
    ended = of.ending(replace(world, now=start - DELAY + DAY))
    _around(cases, "ended", ended, DAY)


def _disputes(cases: Candidates) -> None:
    """A dispute window of 14 days counts from the receipt, and stands still like any deadline."""
    taken = say(_paused(_opened(), 1, 2), "got", "buyer", "receipt", **receipt(_opened(), "due"))
    world = _down(_paused(taken, 2, 3), DAY, HOUR)
    end = _time(world, "got") + 17 * DAY + HOUR
    flags, about = ["boundary", "time"], ["LAD-NTC-013", "LAD-CLM-004"]
    text = world.say("buyer", "claim", **recourse.claim(world, "due", "quality", issued_at=moment(end)))
    situation = "A claim at the end of a dispute window, which was moved by 73 hours."
    cases.accept("claim", situation, world, text, clock=end, about=about, flags=flags)
    situation, late = "A claim a millisecond after a dispute window, which was moved by 73 hours.", end + 1
    code = "dispute-window-closed"
    cases.refuse("claim-late", situation, world, text, code, clock=late, about=about, flags=flags)
    still = of.suspended(world.later(DAY)).later(300 * DAY)
    text = still.say("buyer", "claim", **recourse.claim(still, "due", "quality"))
    situation = "A claim 300 days after the contract was suspended within the dispute window."
    cases.accept("claim-while-suspended", situation, still, text, about=about, flags=["time"])
