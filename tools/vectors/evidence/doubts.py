"""Evidence about contracts that were suspended, amended and ended: with what changed them in the file, and without."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Final

from tools.vectors import running as of
from tools.vectors.acts.attestations import attested
from tools.vectors.acts.closings import after, at
from tools.vectors.acts.due_lapses import lapse
from tools.vectors.acts.notices import outage
from tools.vectors.evidence.building import Cases, error, note, sheet, unknown, witness_line
from tools.vectors.files import VectorFile
from tools.vectors.primitives import moment
from tools.vectors.scenarios import SOON, TERMS, delivery, market, receipt, say
from tools.vectors.world import DAY, DELAY, HOUR, World

KEYS: Final = ("carol", "dave", "exchange-next", "exchange-next-2")


def file() -> VectorFile:
    """The file of doubts."""
    about = "Evidence about contracts that were suspended, amended and ended, and about outages."
    cases = Cases("evidence/doubts.json", about, *KEYS)
    _suspended(cases)
    _outages(cases)
    _amended(cases)
    _notices(cases)
    _sound(cases)
    _gaps(cases)
    return cases.file


def _with_and_without(
    cases: Cases, name: str, situation: str, world: World, shown: tuple[str, ...], code: str
) -> None:
    """The last entry, `last`: with what makes it right in the file the file is VALID, and a doubt without."""
    about, whole = ["LAD-EVI-026", "LAD-EVI-027"], sheet("last", world, also=frozenset(shown))
    cases.add(name, f"{situation} The file shows what makes that right.", whole.file(), about=about)
    found = unknown(code, world.id("last"))
    without, flags = whole.without(*shown), ["incomplete"]
    missing = f"{situation} The file lacks what makes that right."
    cases.add(f"{name}-not-shown", missing, without.file(), found, about=about, flags=flags)


def _suspended(cases: Cases) -> None:
    opened = of.delivered(of.running(), 1, "due")
    paused = of.resumed(of.suspended(opened).later(3 * DAY)).later(5 * DAY)
    world = say(paused, "last", "buyer", "receipt", **receipt(paused, "due"))
    situation = "A receipt after a suspension that moved its deadline."
    _with_and_without(cases, "receipt", situation, world, ("suspended", "resumed"), "deadline-passed")
    about, flags = ["LAD-EVI-026"], ["incomplete"]
    only = sheet("last", world, also=frozenset({"suspended"}))
    situation = "A receipt after a suspension, whose end is not shown: the deadline stands still."
    cases.add("receipt-end-not-shown", situation, only.file(), about=about, flags=flags)
    back = of.resumed(of.suspended(of.running()))
    world = say(back, "last", "acme", "delivery", **delivery(back, "running", 1))
    shown = sheet("last", world, also=frozenset({"suspended", "resumed"}))
    cases.add("delivery", "A delivery after a suspension that has ended.", shown.file(), about=about)
    found = unknown("contract-not-active", world.id("last"))
    shown, situation = shown.without("resumed"), "A delivery after a suspension whose end is not shown."
    cases.add("delivery-end-not-shown", situation, shown.file(), found, about=about, flags=flags)
    resumed = of.resumed(of.suspended(of.running()), name="last")
    situation = "The notice that ends a suspension."
    _with_and_without(cases, "resumption", situation, resumed, ("suspended",), "contract-not-active")


def _outages(cases: Cases) -> None:
    opened = of.delivered(of.running(), 1, "due")
    since = opened.entries[-1].time + DAY
    back = replace(opened, now=since + HOUR)
    told = say(back, "outage", "exchange", "notice", **outage(since, since + HOUR))
    world = replace(told, now=opened.entries[-1].time + 7 * DAY + HOUR - DELAY)
    world = say(world, "last", "buyer", "receipt", **receipt(world, "due"))
    situation = "A receipt after an outage that moved its deadline by an hour."
    _with_and_without(cases, "outage", situation, world, ("outage",), "deadline-passed")


def _amended(cases: Cases) -> None:
    world = of.running()
    terms = {**TERMS, **of.AGREED, **of.WEEKLY, "termination": {"by": of.BOTH, "notice": "P1D"}}
    amends = {"amends": world.id("running"), "to": world.id("buyer"), "terms": terms, "purpose": "research"}
    world = say(world, "proposed", "acme", "offer", **amends, expires_at=SOON)
    world = say(world, "agreed", "buyer", "acceptance", offer=world.id("proposed"))
    shown = ("proposed", "agreed")
    late = world.later(2 * DAY)
    lapsed = late.then("last", lapse(late, 1))
    situation = "The lapse of a number that an amendment scheduled."
    _with_and_without(cases, "lapse", situation, lapsed, shown, "no-schedule")
    ended = of.ending(world, 2, name="last")
    situation = "A termination with the notice period of an amendment."
    _with_and_without(cases, "termination", situation, ended, shown, "effective-too-soon")


def _notices(cases: Cases) -> None:
    world = of.taken(of.running(), 1, "first")
    told = of.notice(world, "recall", erase_by=moment(world.now + 30 * DAY), deliveries=[1])
    world = say(world, "recall", "acme", "notice", **told)
    answer = {"recall": world.id("recall"), "deliveries": [1], "method": "crypto-erased"}
    answer |= {"contract": world.id("running"), "deleted_at": moment(world.now)}
    world = say(world, "last", "buyer", "deletion", **answer)
    situation = "A deletion; that the delivery was received is not shown, and not asked."
    cases.add("deletion", situation, sheet("last", world).file(), about=["LAD-EVI-020"])
    attests = of.with_assessor()
    attests = say(attests, "last", "dave", "attestation", **attested(attests, "roads"))
    situation = "An attestation to a listing; that its issuer is an assessor is not shown, and not asked."
    cases.add("attestation", situation, sheet("last", attests).file(), about=["LAD-EVI-020"])
    free = of.running(suspension={"by": ["provider"]})
    text = free.say("buyer", "notice", **of.notice(free, "suspend"))
    world = free.then("last", text)
    found, flags = unknown("suspension-not-agreed", world.id("last")), ["dishonest-log"]
    situation = "The log registered a suspension that the terms shown do not permit."
    cases.add("suspension", situation, sheet("last", world).file(), found, about=["LAD-EVI-026"], flags=flags)


def _sound(cases: Cases) -> None:
    """What no notice and no amendment makes right."""
    world = of.ending(of.running(), 40)
    end = world.entries[-1].time - DELAY + 40 * DAY
    down = market().later(DAY)
    past = moment(down.now - DAY)
    texts: dict[str, tuple[World, str, str, tuple[str, ...]]] = {
        "ended-later": (
            world,
            world.say("acme", "notice", **of.notice(world, "terminate", effective_at=moment(end))),
            "contract-not-active",
            ("ended",),
        ),
        "outage-by-acme": (
            down,
            down.say("acme", "notice", **outage(down.now - 1, down.now)),
            "wrong-issuer",
            (),
        ),
        "expired-attestation": (
            of.with_assessor().later(DAY),
            of.with_assessor()
            .later(DAY)
            .say("dave", "attestation", **attested(of.with_assessor(), "roads", expires_at=past)),
            "already-expired",
            (),
        ),
        "lapse-of-a-listing": (
            down,
            lapse(down, 1, contract="roads"),
            "unknown-statement",
            (),
        ),
        "recall-by-consumer": (
            world,
            world.say("buyer", "notice", **of.notice(world, "recall", erase_by=moment(end))),
            "wrong-party",
            (),
        ),
    }
    for name, (log, text, code, shown) in texts.items():
        log = log.then("bad", text)
        evidence = sheet("bad", log, also=frozenset(shown)).file()
        situation = (
            f"The log registered what no notice and no amendment makes right: {name.replace('-', ' ')}."
        )
        about, flags = ["LAD-EVI-019"], ["dishonest-log"]
        cases.add(name, situation, evidence, error(code, log.id("bad")), about=about, flags=flags)


def _gaps(cases: Cases) -> None:
    """What depends on a time that only the log vouches for: witnesses saw it just in time, or a second too late."""
    for name, (world, shown) in _at_the_edge().items():
        last, before = world.id("last"), len(world.entries) - 1
        whole = sheet("last", world, also=frozenset(shown), cut=(before,))
        soon = world.entries[-2].time // 1000 + 1
        seen = [item for item in world.entries[:-1] if item.id in whole.closure() or item.name in shown]
        others = [note("time-gap", item.id) for item in seen if soon * 1000 - item.time > MINUTE]
        edge = (world.entries[-1].time + SLACK) // 1000
        for when, late, found in (("before", edge, note), ("after", edge + 1, unknown)):
            times = {before: soon, before + 1: late}
            situation = f"Cosigned {when} the last moment at which it would have been right: {name}."
            cases.add(
                f"{name}-{when}",
                situation,
                replace(whole, lines=partial(_cosigned, times)).file(),
                *others,
                found("time-gap", last),
                policy="one-witness",
                about=["LAD-EVI-011"],
                flags=["witnessed", "time", "boundary"],
            )


def _cosigned(times: Mapping[int, int], text: str) -> str:
    """The line of a witness under a checkpoint, at the time of the checkpoint's size."""
    return witness_line("witness-1", times[int(text.split("\n")[1])])(text)


MINUTE: Final = 60_000
SLACK: Final = 100_000
"""Milliseconds by which the log's time is in time."""


def _at_the_edge() -> dict[str, tuple[World, tuple[str, ...]]]:
    """Logs whose last entry would not be right any more, were it registered later than `SLACK` from then."""
    world = of.running()
    end = moment(world.now + DELAY + 10 * DAY + SLACK)
    terminated = say(world, "last", "acme", "notice", **of.notice(world, "terminate", effective_at=end))
    ends = of.ending(world, 20)
    late = replace(ends, now=ends.entries[-1].time - DELAY + 20 * DAY - DELAY - SLACK)
    ended = say(late, "last", "acme", "delivery", **delivery(late, "running", 1))
    over = of.running(term="P9D")
    over = replace(over, now=over.entries[-1].time + 9 * DAY - DELAY - SLACK)
    over = say(over, "last", "acme", "delivery", **delivery(over, "running", 1))
    closes = of.running().now + 32 * DAY
    closing = after(of.running(), **at(closes))
    head = closing.entries[-1].name
    closed = replace(closing, now=closes - DELAY - SLACK)
    closed = say(closed, "last", "acme", "delivery", **delivery(closed, "running", 1))
    edges = {"termination": (terminated, ()), "ended": (ended, ("ended",)), "term": (over, ())}
    return {**edges, "closing": (closed, (head,))}
