"""What registration asks of every act: home, issuer, key, signature, time; and what it does with known bytes."""

from __future__ import annotations

import base64
from typing import Any, Final

from tools.vectors.acts import seal_keys
from tools.vectors.edwards import L
from tools.vectors.files import VectorFile
from tools.vectors.parcels import of_scenario, received, sealed_market
from tools.vectors.primitives import b64url, digest, key, listed, moment, statement
from tools.vectors.scenarios import join, listing, market, newcomer, rotated, say, standing
from tools.vectors.world import DAY, DELAY, STEP, Candidates, World, effect

FIVE_MINUTES: Final = 300_000
NOWHERE: Final = digest(b"nowhere")


def files() -> list[VectorFile]:
    """The files about registration."""
    return [_identity(), _times(), _order(), _again()]


def _identity() -> VectorFile:
    cases = Candidates(
        "registration/identity.json",
        "Whose statement it is: home, issuer, chain, key, signature.",
        "eve",
        "acme-next",
    )
    world = market()
    text = world.say("acme", "listing", home=NOWHERE, **listing())
    cases.refuse("other-home", "A statement at home elsewhere.", world, text, "wrong-home", pointer="/home")
    text = world.say("acme", "listing", issuer=NOWHERE, **listing())
    cases.refuse(
        "unknown-issuer",
        "An issuer that is not registered.",
        world,
        text,
        "unknown-issuer",
        pointer="/issuer",
    )
    text = world.say("acme", "listing", issuer=world.id("roads"), **listing())
    cases.refuse(
        "issuer-is-listing", "An issuer that is a listing.", world, text, "unknown-issuer", pointer="/issuer"
    )
    _chains(cases, world)
    _signers(cases, world)
    seal_keys.add_identity(cases)
    return cases.file


def _chains(cases: Candidates, world: World) -> None:
    moved = rotated(world, "acme", "acme-next", "acme-next-2")
    old = world.later(STEP).say("acme", "listing", **listing())
    cases.refuse(
        "stale", "Signed under a statement that has a successor.", moved, old, "stale-under", pointer="/under"
    )
    text = moved.say("acme", "listing", **listing())
    cases.accept("changed-key", "Signed under the successor, by its key.", moved, text, about=["LAD-STM-022"])
    unders = {"nothing": NOWHERE, "listing": world.id("roads"), "another": world.id("buyer")}
    for name, under in unders.items():
        text = world.say("acme", "listing", under=under, **listing())
        situation = f"under names what is no statement of the issuer's chain: {name}."
        flags = ["crossed"] if name == "another" else ()
        cases.refuse(f"under-is-{name}", situation, world, text, "stale-under", pointer="/under", flags=flags)
    text = moved.say("acme", "listing", issuer=moved.heads["acme"].under, **listing())
    situation = "The issuer is named by its second statement."
    cases.refuse("issuer-is-successor", situation, moved, text, "unknown-issuer", pointer="/issuer")


def _signers(cases: Candidates, world: World) -> None:
    stranger = world.say("acme", "listing", signer=key("eve"), **listing())
    cases.refuse(
        "strange-key",
        "Signed by a key that the issuer does not list.",
        world,
        stranger,
        "unknown-key",
        flags=["forged"],
    )
    other = world.say("acme", "listing", signer=key("carol"), **listing())
    situation = "Signed by a key that somebody else lists."
    cases.refuse(
        "key-of-another", situation, world, other, "unknown-key", about=["LAD-STM-045"], flags=["crossed"]
    )
    promised = world.say("acme", "listing", signer=key("acme-next"), **listing())
    cases.refuse("next-key", "Signed by the key that is promised for later.", world, promised, "unknown-key")
    head, body, signature = world.say("acme", "listing", **listing()).split(".")
    forged = world.say("acme", "listing", signer=key("eve"), **listing()).split(".")[2]
    theirs = f"{head}.{body}.{forged}"
    cases.refuse(
        "forged",
        "The issuer's key is named, and another one signed.",
        world,
        theirs,
        "bad-signature",
        flags=["forged"],
    )
    longer = world.say("acme", "listing", **listing(title="Road sensors!")).split(".")[1]
    changed = f"{head}.{longer}.{signature}"
    situation = "The payload was changed after signing."
    cases.refuse(
        "changed", situation, world, changed, "bad-signature", about=["LAD-STM-041"], flags=["forged"]
    )
    raw = _bytes(signature)
    larger = raw[:32] + (int.from_bytes(raw[32:], "little") + L).to_bytes(32, "little")
    text = f"{head}.{body}.{b64url(larger)}"
    cases.refuse(
        "s-plus-l",
        "S of the signature is larger by L: the same statement under another id.",
        world,
        text,
        "bad-signature",
        flags=["malleable"],
    )
    narrow = join(world, "eve", keys=[listed(key("eve").x, ["receipt", "participant"])])
    text = narrow.say("eve", "listing", **listing())
    cases.refuse("may-not", "A key that may sign receipts only.", narrow, text, "key-not-allowed")


def _bytes(segment: str) -> bytes:
    return base64.urlsafe_b64decode(segment + "=" * (-len(segment) % 4))


def _times() -> VectorFile:
    cases = Candidates("registration/times.json", "When it was issued, and when it is registered.")
    world = market()
    clock = world.now + 2 * DAY
    limits = {
        "oldest": ("24 hours before the registration.", clock - DAY, None),
        "too-old": (
            "A millisecond more than 24 hours before the registration.",
            clock - DAY - 1,
            "issued-too-old",
        ),
        "newest": ("5 minutes after the registration.", clock + FIVE_MINUTES, None),
        "in-future": (
            "A millisecond more than 5 minutes after.",
            clock + FIVE_MINUTES + 1,
            "issued-in-future",
        ),
    }
    for name, (situation, issued, code) in limits.items():
        text = world.say("acme", "listing", issued_at=moment(issued), **listing())
        flags = ["boundary", "time"]
        if code is None:
            cases.accept(
                name, situation, world, text, clock=clock, about=["LAD-STM-025", "LAD-STM-026"], flags=flags
            )
        else:
            cases.refuse(name, situation, world, text, code, clock=clock, pointer="/issued_at", flags=flags)
    text = world.say("acme", "listing", **listing())
    late = world.entries[-1].time
    cases.accept(
        "clock-behind",
        "The exchange's clock shows less than the time of the entry before.",
        world,
        text,
        clock=late - 1000,
        about=["LAD-REG-008", "LAD-LOG-002"],
        flags=["time"],
    )
    cases.accept(
        "same-millisecond",
        "Two entries in one millisecond.",
        world,
        text,
        clock=late,
        about=["LAD-REG-008"],
        flags=["time"],
    )
    return cases.file


def _order() -> VectorFile:
    """Statements with two faults: the earlier check answers."""
    cases = Candidates(
        "registration/order.json", "Statements with two faults: the check that comes first answers.", "eve"
    )
    cases.file.notes = [*cases.file.notes, "these cases have two faults each, on purpose"]
    two_faults = {**_two_faults_of_identity(), **_two_faults_of_members(), **seal_keys.two_faults()}
    for name, (log, text, code) in two_faults.items():
        first, second = name.split("-before-")
        situation = f"Two faults: {first} and {second}."
        cases.refuse(name, situation, log, text, code, about=["LAD-REG-001"])
    return cases.file


def _two_faults_of_identity() -> dict[str, tuple[World, str, str]]:
    world = market()
    moved = rotated(world, "acme", "acme-next", "acme-next-2")
    long_ago = moment(world.now - 2 * DAY)

    def said(by: str = "acme", **members: Any) -> str:
        return world.say(by, "listing", **{**listing(), **members})

    eve = key("eve")
    return {
        "home-before-issuer": (world, said(home=NOWHERE, issuer=NOWHERE), "wrong-home"),
        "home-before-signature": (world, forged(world, "acme", home=NOWHERE), "wrong-home"),
        "issuer-before-chain": (world, said(issuer=NOWHERE, under=NOWHERE), "unknown-issuer"),
        "chain-before-key": (world, said(signer=eve, under=NOWHERE), "stale-under"),
        "key-before-time": (world, said(signer=eve, issued_at=long_ago), "unknown-key"),
        "signature-before-head": (moved, forged(world, "acme"), "bad-signature"),
        "head-before-time": (moved, said(issued_at=long_ago), "stale-under"),
        "time-before-rules": (world, said(issued_at=long_ago, supersedes=NOWHERE), "issued-too-old"),
        "admission-before-reference": (world, said("dave", supersedes=NOWHERE), "not-admitted"),
    }


def _two_faults_of_members() -> dict[str, tuple[World, str, str]]:
    world = market()
    critical: dict[str, Any] = {"extensions": {"urn:x:y": 1}, "critical": ["urn:x:y"]}
    return {
        "version-before-type": (world, world.say("acme", "gift", version=2), "unknown-version"),
        "type-before-members": (world, world.say("acme", "gift", issuer=1), "unknown-type"),
        "members-before-critical": (
            world,
            world.say("acme", "listing", **listing(title=""), **critical),
            "bad-member",
        ),
        "members-before-home": (world, world.say("acme", "listing", home=NOWHERE), "bad-member"),
    }


def forged(world: World, by: str, **members: Any) -> str:
    """A listing that names the issuer's key, signed by another one."""
    head, body, _ = world.say(by, "listing", **listing(), **members).split(".")
    other = world.say(by, "listing", signer=key("eve"), **listing(), **members)
    return f"{head}.{body}.{other.split('.')[2]}"


def _again() -> VectorFile:
    cases = Candidates(
        "registration/again.json", "Bytes that are registered, and statements that say the same again.", "eve"
    )
    notes = "outcome `registered-before`: the answer is the first registration; the log stays as it is"
    cases.file.notes = [*cases.file.notes, notes]
    world = market()
    for name, which, situation in (
        ("acceptance", "deal", "An acceptance that was registered, though its reference is used by now."),
        ("delivery", "sent-2", "A delivery that was registered, though its number is taken by now."),
        ("participant", "acme", "A participant's first statement."),
        ("exchange", "exchange", "Entry 0."),
        ("listing", "signs", "A listing that was registered and is superseded."),
    ):
        _registered(cases, name, situation, world, which, world.now + DELAY)
    sealed = sealed_market()
    for name, which, situation in (
        (
            "sealed-delivery",
            "sent",
            "A sealed delivery that was registered, though its shares are used by now.",
        ),
        ("sealed-receipt", "got", "A receipt of sealed content, whose release is registered too."),
        ("release", "released", "A release that was registered."),
        ("claim", "claimed", "A claim that was registered."),
    ):
        _registered(cases, name, situation, sealed, which, sealed.now + DELAY)
    due = received(sealed, of_scenario("sent"), "got-sent")
    situation = "A receipt of sealed content that was registered, and whose release is due."
    _registered(cases, "receipt-due", situation, due, "got-sent", due.now + DELAY)
    late = world.later(90 * DAY)
    _registered(
        cases,
        "long-ago",
        "An acceptance that was registered, sent again after everything expired.",
        late,
        "deal",
        late.now,
    )
    moved = rotated(world, "buyer", "buyer-next", "buyer-next-2")
    _registered(
        cases,
        "old-key",
        "An acceptance that was registered, whose issuer has changed its keys.",
        moved,
        "deal",
        moved.now,
    )
    _signed_again(cases)
    return cases.file


def _signed_again(cases: Candidates) -> None:
    world = market()
    twice = world.say("acme", "listing", **listing(title="Twice"))
    once = world.then("once", twice)
    text = once.say("acme", "listing", **listing(title="Twice"))
    new = effect("listing", digest(text.encode()), product=digest(text.encode()), state="listed")
    cases.accept(
        "signed-again",
        "A listing that says the same, signed a minute later: another statement, another product.",
        once,
        text,
        new,
        about=["LAD-STM-017"],
    )
    again = say(world, "second", "carol", "acceptance", **standing(world, "roads", "C-1"))
    text = again.say("carol", "acceptance", **standing(again, "roads", "C-1"))
    cases.refuse(
        "bought-again",
        "A purchase signed a second time, because the first answer was lost.",
        again,
        text,
        "reference-used",
        pointer="/reference",
        winner=again.id("second"),
    )
    newborn = join(world, "eve")
    text = statement({**newcomer(newborn, "eve"), "name": "Eve"}, key("eve"))
    cases.accept(
        "two-identities",
        "One key opens a second chain: another participant.",
        newborn,
        text,
        about=["LAD-STM-045"],
    )


def _registered(cases: Candidates, name: str, situation: str, world: World, which: str, clock: int) -> None:
    index = next(at for at, entry in enumerate(world.entries) if entry.name == which)
    entry = world.entries[index]
    given = {"log": world.log(), "clock": clock, "statement": entry.statement}
    expect = {"outcome": "registered-before", "id": entry.id, "index": index, "time": entry.time}
    cases.file.add(name, situation, given, expect, about=["LAD-REG-005"], flags=["replay"])
