"""Notices: who suspends, resumes, ends and calls back, when, and how often; and outages."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tools.vectors import recourse
from tools.vectors import running as of
from tools.vectors.files import VectorFile
from tools.vectors.primitives import digest, moment
from tools.vectors.scenarios import admit, market, say
from tools.vectors.world import DAY, DELAY, STEP, Candidates, World, effect


def file() -> VectorFile:
    """The rules of notices; the states of contracts are in `lifecycle`, deadlines in `notice/deadlines.json`."""
    about = "Notices: who suspends, resumes, ends and calls back, when, and how often; and outages."
    cases = Candidates("notice/rules.json", about)
    _issuers(cases)
    _suspensions(cases)
    _resumptions(cases)
    _terminations(cases)
    _breaches(cases)
    _periods(cases)
    _recalls(cases)
    _outages(cases)
    return cases.file


def _contract(world: World, **record: Any) -> dict[str, Any]:
    return effect("contract", world.id("running"), **record)


def _issuers(cases: Candidates) -> None:
    world = of.running()
    texts = {
        "suspend": of.notice(world, "suspend"),
        "terminate": of.notice(world, "terminate", effective_at=moment(world.now + 40 * DAY)),
        "recall": of.notice(world, "recall", erase_by=moment(world.now + 40 * DAY)),
    }
    for kind, members in texts.items():
        for who in ("carol", "exchange"):
            text = world.say(who, "notice", **members)
            situation = f"Somebody who is no party: {who}, {kind}."
            cases.refuse(f"{kind}-by-{who}", situation, world, text, "unknown-statement", pointer="/contract")
    unknown = {"nothing": digest(b"nowhere"), "listing": world.id("roads"), "delivery": world.id("sent")}
    for name, contract in unknown.items():
        text = world.say("acme", "notice", **{**texts["suspend"], "contract": contract})
        situation = f"The contract is: {name}."
        cases.refuse(f"contract-is-{name}", situation, world, text, "unknown-statement", pointer="/contract")
    text = world.say("buyer", "notice", **texts["recall"])
    about = ["LAD-NTC-007"]
    cases.refuse(
        "recall-by-the-consumer", "The consumer calls back.", world, text, "wrong-party", about=about
    )
    for status in ("suspended", "expelled"):
        after = admit(world, "buyer", status=status)
        text = after.say(
            "buyer", "notice", **texts["terminate"] | {"effective_at": moment(after.now + 10 * DAY + DELAY)}
        )
        situation = f"A consumer who is {status} ends its contract."
        cases.accept(status, situation, after, text, _contract(after, state="ending"), about=["LAD-ADM-004"])


def _suspensions(cases: Candidates) -> None:
    world = of.running()
    for who in ("acme", "buyer"):
        text = world.say(who, "notice", **of.notice(world, "suspend", text="An order of the supervisor."))
        record = _contract(world, state="suspended", suspended_by=digest(text.encode()))
        situation = f"A party to which the terms give the right suspends: {who}."
        cases.accept(f"suspend-{who}", situation, world, text, record, about=["LAD-NTC-002"])
    only = of.running(suspension={"by": ["provider"]})
    text = only.say("acme", "notice", **of.notice(only, "suspend"))
    situation = "The terms give the right to the provider alone, and it suspends."
    cases.accept("suspend-only-provider", situation, only, text, about=["LAD-NTC-002"])
    text = only.say("buyer", "notice", **of.notice(only, "suspend"))
    situation = "The terms give the right to the provider alone, and the consumer suspends."
    cases.refuse("suspend-not-the-consumer", situation, only, text, "suspension-not-agreed")
    silent = of.running(instruments=of.INSTRUMENTS)
    text = silent.say("buyer", "notice", **of.notice(silent, "suspend", instrument=of.LAW))
    record = _contract(silent, state="suspended")
    situation = "The terms give nobody the right; an instrument that re-opens them is named."
    cases.accept("suspend-instrument", situation, silent, text, record, about=["LAD-NTC-002"])
    others = {
        "no-instrument": {},
        "closed-instrument": {"instrument": of.CODE},
        "other-instrument": {"instrument": "urn:x"},
    }
    for name, members in others.items():
        text = silent.say("buyer", "notice", **of.notice(silent, "suspend", **members))
        situation = f"The terms give nobody the right: {name.replace('-', ' ')}."
        cases.refuse(f"suspend-{name}", situation, silent, text, "suspension-not-agreed")
    often = world
    for number in range(64):
        often = of.resumed(of.suspended(often, name=f"s{number}"), name=f"r{number}")
    text = often.say("acme", "notice", **of.notice(often, "suspend"))
    situation = "The contract was suspended 64 times."
    cases.refuse("suspend-65", situation, often, text, "too-many-notices", flags=["boundary"])


def _resumptions(cases: Candidates) -> None:
    world = of.suspended(of.running())
    since = next(entry.time for entry in world.entries if entry.name == "suspended")
    text = world.say("acme", "notice", **of.notice(world, "resume"))
    record = _contract(world, state="active")
    situation = "Who suspended takes the contract up again."
    cases.accept("resume", situation, world, text, record, about=["LAD-NTC-008"])
    text = world.say("buyer", "notice", **of.notice(world, "resume"))
    situation = "The other party takes the contract up again."
    cases.refuse("resume-other-party", situation, world, text, "wrong-party", about=["LAD-NTC-008"])
    flags, end = ["boundary", "time"], since + 20 * DAY
    text = world.say("buyer", "notice", **of.notice(world, "resume", issued_at=moment(end)))
    situation = "The other party, at the millisecond at which the longest time is reached."
    cases.refuse("resume-at-maximum", situation, world, text, "wrong-party", clock=end, flags=flags)
    situation = "The other party, a millisecond after the longest time."
    cases.accept(
        "resume-after-maximum",
        situation,
        world,
        text,
        record,
        clock=end + 1,
        about=["LAD-NTC-008"],
        flags=flags,
    )
    endless = of.suspended(of.running(suspension={"by": of.BOTH})).later(1000 * DAY)
    text = endless.say("buyer", "notice", **of.notice(endless, "resume"))
    situation = "The terms have no longest time, and the other party waited for long."
    cases.refuse("resume-no-maximum", situation, endless, text, "wrong-party", flags=["time"])


def _terminations(cases: Candidates) -> None:
    world = of.running()
    at = moment(world.now + 40 * DAY)
    for who in ("acme", "buyer"):
        text = world.say(who, "notice", **of.notice(world, "terminate", effective_at=at))
        record = _contract(
            world, state="ending", ends_at=world.now + 40 * DAY, ended_by=digest(text.encode())
        )
        cases.accept(
            f"terminate-{who}",
            f"A party ends the contract: {who}.",
            world,
            text,
            record,
            about=["LAD-NTC-009"],
        )
    only = of.running(termination={"by": ["provider"], "notice": "P10D"})
    text = only.say(
        "buyer", "notice", **of.notice(only, "terminate", effective_at=moment(only.now + 400 * DAY))
    )
    situation = "The terms let the provider alone end the contract, and the consumer does."
    cases.refuse("terminate-not-the-consumer", situation, only, text, "wrong-party", about=["LAD-NTC-009"])
    ends = of.ending(world)
    end = next(entry.time for entry in ends.entries if entry.name == "ended") - DELAY + 40 * DAY
    earlier = moment(end - 1)
    text = ends.say("acme", "notice", **of.notice(ends, "terminate", effective_at=earlier))
    record = _contract(ends, state="ending", ends_at=end - 1, ended_by=digest(text.encode()))
    situation = "A contract that ends is ended a millisecond earlier, by the other party."
    cases.accept(
        "terminate-earlier", situation, ends, text, record, about=["LAD-NTC-011"], flags=["boundary"]
    )
    for name, later in {"same": end, "later": end + DAY}.items():
        text = ends.say("acme", "notice", **of.notice(ends, "terminate", effective_at=moment(later)))
        situation = f"A contract that ends is ended at a time that is: {name}."
        about, winner = ["LAD-NTC-011"], ends.id("ended")
        flags = ["boundary"] if name == "same" else []
        cases.refuse(
            f"terminate-{name}",
            situation,
            ends,
            text,
            "contract-not-active",
            winner=winner,
            about=about,
            flags=flags,
        )


def _breaches(cases: Candidates) -> None:
    """A ruling for the issuer makes the notice period fall away, and nothing else does."""
    world = recourse.complained()
    world = say(world, "upheld", "carol", "ruling", **recourse.ruling(world, "complaint"))
    about, now = ["LAD-NTC-010"], world.now + DELAY

    def ended(where: World, by: str, ruling: str, at: int = now) -> str:
        return where.say(by, "notice", **of.notice(where, "terminate", "judged", **_told(ruling, at)))

    text = ended(world, "buyer", world.id("upheld"))
    record = effect("contract", world.id("judged"), state="ending", ends_at=now)
    situation, flags = "A ruling found a breach: the contract ends at once.", ["boundary", "time"]
    cases.accept("breach", situation, world, text, record, about=[*about, "LAD-NTC-003"], flags=flags)
    text = ended(world, "buyer", world.id("upheld"), now - 1)
    situation = "A ruling found a breach: the contract ended a millisecond ago."
    cases.refuse("breach-past", situation, world, text, "effective-too-soon", flags=flags)
    before = recourse.complained()
    dismissed = say(
        before, "dismissed", "carol", "ruling", **recourse.ruling(before, "complaint", "dismissed")
    )
    others = {
        "for-the-other": (world, "acme", world.id("upheld")),
        "dismissed": (dismissed, "buyer", dismissed.id("dismissed")),
        "is-the-claim": (world, "buyer", world.id("complaint")),
        "is-a-delivery": (world, "buyer", world.id("goods")),
        "is-nothing": (world, "buyer", digest(b"nowhere")),
    }
    for name, (where, by, ruling) in others.items():
        situation = f"The ruling that is named: {name.replace('-', ' ')}."
        text = ended(where, by, ruling)
        cases.refuse(
            f"breach-{name}", situation, where, text, "unknown-statement", pointer="/ruling", about=about
        )
    text = world.say(
        "buyer", "notice", **of.notice(world, "terminate", "deal", **_told(world.id("upheld"), now))
    )
    situation = "The ruling is about another contract."
    cases.refuse(
        "breach-of-another", situation, world, text, "unknown-statement", pointer="/ruling", about=about
    )


def _told(ruling: str, at: int) -> dict[str, Any]:
    return {"ground": "breach", "ruling": ruling, "effective_at": moment(at)}


def _periods(cases: Candidates) -> None:
    agreed, silent = of.running(), of.running(suspension={"by": of.BOTH})
    for name, world, days in (("agreed", agreed, 10), ("silent", silent, 30)):
        clock = world.now + DELAY
        for by, end in (("exact", clock + days * DAY), ("short", clock + days * DAY - 1)):
            text = world.say("buyer", "notice", **of.notice(world, "terminate", effective_at=moment(end)))
            situation = f"The notice period of {days} days, with terms that are {name}: {by}."
            flags, about = ["boundary", "time"], ["LAD-NTC-003"]
            if by == "exact":
                cases.accept(f"period-{name}", situation, world, text, about=about, flags=flags)
            else:
                cases.refuse(
                    f"period-{name}-short", situation, world, text, "effective-too-soon", flags=flags
                )
    past = agreed.say(
        "buyer", "notice", **of.notice(agreed, "terminate", effective_at=moment(agreed.now - DAY))
    )
    cases.refuse(
        "period-past", "The end lies in the past.", agreed, past, "effective-too-soon", flags=["time"]
    )


def _recalls(cases: Candidates) -> None:
    world = of.delivered(of.taken(of.running(), 1, "first"), 2, "second")
    clock = world.now + DELAY
    text = world.say("acme", "notice", **of.notice(world, "recall", ground="privacy", erase_by=moment(clock)))
    record = _contract(world, state="active")
    situation = "The provider calls back everything, to be erased at this very millisecond."
    cases.accept("recall", situation, world, text, record, about=["LAD-NTC-012"], flags=["boundary", "time"])
    text = world.say("acme", "notice", **of.notice(world, "recall", erase_by=moment(clock - 1)))
    situation = "Everything is to have been erased a millisecond ago."
    cases.refuse(
        "recall-past",
        situation,
        world,
        text,
        "already-expired",
        about=["LAD-NTC-012"],
        flags=["boundary", "time"],
    )
    by = moment(clock + 30 * DAY)
    text = world.say("acme", "notice", **of.notice(world, "recall", erase_by=by, deliveries=[1]))
    cases.accept(
        "recall-number", "A delivery that was received is called back.", world, text, about=["LAD-DEL-003"]
    )
    for name, number in {"open": 2, "never": 3}.items():
        text = world.say("acme", "notice", **of.notice(world, "recall", erase_by=by, deliveries=[1, number]))
        situation = f"A delivery is called back that was not received: {name}."
        cases.refuse(f"recall-{name}", situation, world, text, "unknown-delivery")


def outage(since: int, until: int, **members: Any) -> dict[str, Any]:
    """The members of a notice of an outage."""
    told = {"since": moment(since), "until": moment(until)}
    return {"kind": "outage", "ground": "power", **told, **members}


def _outages(cases: Candidates) -> None:
    before = market()
    last = before.entries[-1].time
    world = replace(before, now=last + 5 * 3_600_000)
    clock, flags = world.now + DELAY, ["boundary", "time"]
    text = world.say("exchange", "notice", **outage(last, clock))
    situation = "An outage from the millisecond of the entry before to that of this one."
    cases.accept("outage", situation, world, text, about=["LAD-NTC-004", "LAD-NTC-006"], flags=flags)
    others = {"outage-too-early": (last - 1, clock), "outage-too-late": (last, clock + 1)}
    for name, (since, until) in others.items():
        text = world.say("exchange", "notice", **outage(since, until))
        situation = f"An outage that is a millisecond longer: {name}."
        cases.refuse(name, situation, world, text, "outage-overlaps", flags=flags)
    text = world.say("acme", "notice", **outage(last, clock))
    cases.refuse(
        "outage-by-acme", "A participant tells an outage.", world, text, "wrong-issuer", about=["LAD-NTC-006"]
    )
    told = say(world, "outage", "exchange", "notice", **outage(last, clock))
    text = told.say("exchange", "notice", **outage(last, clock))
    situation = "The same outage, told a second time."
    cases.refuse("outage-again", situation, told, text, "outage-overlaps")
    text = told.say("exchange", "notice", **outage(clock, clock + STEP))
    situation = "Another outage, right after the entry about the first one."
    cases.accept("outage-next", situation, told, text, about=["LAD-NTC-004"], flags=["boundary"])
    often = before
    for number in range(256):
        often = say(often, f"o{number}", "exchange", "notice", **outage(often.now, often.now + 1))
    text = often.say("exchange", "notice", **outage(often.now, often.now + 1))
    situation = "The exchange told 256 outages before."
    cases.refuse("outage-257", situation, often, text, "too-many-notices", flags=["boundary"])
