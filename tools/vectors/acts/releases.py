"""Receipts of sealed deliveries, releases and lapses."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tools.vectors.acts import due_lapses
from tools.vectors.files import VectorFile
from tools.vectors.parcels import acknowledged, of_scenario, received, sealed_market
from tools.vectors.primitives import b64url, digest, key, moment, seed, statement
from tools.vectors.scenarios import DELIVERED, admit, join, listing, newcomer, receipt, refusal, say
from tools.vectors.world import ABSENT, DAY, DELAY, Candidates, World, effect


def add_withdrawals(cases: Candidates) -> None:
    """Add the withdrawals of sealed deliveries, and of what follows on them."""
    world = sealed_market()
    text = world.say("acme", "withdrawal", statement=world.id("sent"))
    record = effect("delivery", world.id("sent"), state="withdrawn", closed_by=digest(text.encode()))
    cases.accept("sealed-delivery", "A sealed delivery is withdrawn.", world, text, record)
    for kind, name, by in (
        ("release", "released", "exchange"),
        ("lapse", "lapsed", "exchange"),
        ("claim", "claimed", "buyer"),
    ):
        text = world.say(by, "withdrawal", statement=world.id(name))
        situation = f"The withdrawal: {kind}."
        if kind == "claim":
            gone = effect("claim", world.id(name), state="withdrawn", closed_by=digest(text.encode()))
            cases.accept(kind, situation, world, text, gone)
        else:
            cases.refuse(kind, situation, world, text, "not-withdrawable", pointer="/statement")
        text = world.say("carol", "withdrawal", statement=world.id(name))
        situation = f"A stranger tries to find out what stands behind an id: {kind}."
        cases.refuse(
            f"{kind}-between-others", situation, world, text, "unknown-statement", pointer="/statement"
        )
    text = world.say("buyer", "withdrawal", statement=world.id("released"))
    situation = "The consumer withdraws the exchange's release."
    cases.refuse("release-of-the-exchange", situation, world, text, "not-author", pointer="/statement")


def add_receipts(cases: Candidates) -> None:
    """Add the receipts of sealed deliveries."""
    world, sent = sealed_market(), of_scenario("sent")
    text = world.say("buyer", "receipt", **sent.receipt(world))
    closed = {"closed_by": digest(text.encode())}
    record = effect("delivery", world.id("sent"), state="acknowledged", **closed)
    about = ["LAD-RCP-001", "LAD-RCP-004"]
    cases.accept("sealed", "The consumer acknowledges a sealed delivery.", world, text, record, about=about)
    text = world.say("buyer", "receipt", **refusal(world, "sent"))
    closed = {"closed_by": digest(text.encode())}
    record = effect("delivery", world.id("sent"), state="refused", **closed)
    cases.accept("sealed-refused", "The consumer refuses a sealed delivery.", world, text, record)
    _late_receipts(cases)
    _mismatches(cases)
    text = world.say("buyer", "receipt", **of_scenario("late").receipt(world))
    situation = "A receipt of a delivery that has lapsed."
    cases.refuse("lapsed", situation, world, text, "delivery-not-open", winner=world.id("lapsed"))


def deadline_of(world: World, name: str) -> int:
    """When a delivery can be taken for the last time."""
    return next(entry.time for entry in world.entries if entry.name == name) + 7 * DAY


def _late_receipts(cases: Candidates) -> None:
    world, sent = sealed_market(), of_scenario("sent")
    deadline = deadline_of(world, "sent")
    text = world.say("buyer", "receipt", **sent.receipt(world, issued_at=moment(deadline)))
    record = effect("delivery", world.id("sent"), state="acknowledged", deadline=deadline)
    flags = ["boundary", "time"]
    situation = "A receipt of a sealed delivery at the millisecond of the deadline."
    about = ["LAD-RCP-003"]
    cases.accept("sealed-in-time", situation, world, text, record, clock=deadline, about=about, flags=flags)
    situation = "A receipt of a sealed delivery a millisecond after the deadline."
    late = deadline + 1
    cases.refuse(
        "sealed-late", situation, world, text, "deadline-passed", clock=late, pointer="/delivery", flags=flags
    )


def _mismatches(cases: Candidates) -> None:
    world, sent, taken = sealed_market(), of_scenario("sent"), of_scenario("taken")
    roots = {"content_root": sent.content.content_root, "manifest_root": sent.content.manifest_root}
    swapped = {"content_root": roots["manifest_root"], "manifest_root": roots["content_root"]}
    differing: dict[str, tuple[str, dict[str, Any]]] = {
        "no-manifest-root": ("A sealed delivery, without the manifest's root.", {"manifest_root": ABSENT}),
        "other-manifest-root": (
            "Another manifest root than the delivery's.",
            {"manifest_root": taken.content.manifest_root},
        ),
        "roots-swapped": ("Each root in the place of the other.", swapped),
        "sealed-other-root": ("Another content root.", {"content_root": taken.content.content_root}),
        "sealed-other-size": ("Another size.", {"size": DELIVERED + 1}),
    }
    for name, (situation, members) in differing.items():
        text = world.say("buyer", "receipt", **sent.receipt(world, **members))
        cases.refuse(name, situation, world, text, "receipt-mismatch")
    clear = receipt(world, "plain", manifest_root=roots["manifest_root"])
    situation = "A clear delivery, with the root of a manifest."
    text = world.say("buyer", "receipt", **clear)
    cases.refuse("clear-with-manifest-root", situation, world, text, "receipt-mismatch")


def releases() -> VectorFile:
    """The rules of releases, and of what stands in their way."""
    about = "Releases: of which receipt, by whom, of which share; and that nothing else comes first."
    cases = Candidates("release/rules.json", about, "eve", "exchange-next")
    _good_releases(cases)
    _wrong_issuers(cases)
    _wrong_receipts(cases)
    _wrong_shares(cases)
    _due(cases)
    return cases.file


def waiting() -> World:
    """The log ends with the receipt of the delivery `sent`."""
    return received(sealed_market(), of_scenario("sent"), "got-sent")


def _good_releases(cases: Candidates) -> None:
    world, sent = waiting(), of_scenario("sent")
    text = world.say("exchange", "release", **sent.release(world, "got-sent"))
    settles = world.now + DELAY + 14 * DAY
    told = {"state": "received", "closed_by": world.id("got-sent"), "released_by": digest(text.encode())}
    record = effect("delivery", world.id("sent"), settles_at=settles, **told)
    about = ["LAD-RLS-002", "LAD-RLS-003", "LAD-RLS-004"]
    situation = "The exchange gives its share in the entry after the receipt."
    cases.accept("right-after", situation, world, text, record, about=about)
    for who in ("acme", "buyer"):
        before = admit(sealed_market(), who, status="expelled")
        after = received(before, sent, "got-sent")
        text = after.say("exchange", "release", **sent.release(after, "got-sent"))
        situation = f"A party of the delivery was expelled before the receipt: {who}."
        record = effect("delivery", after.id("sent"), state="received")
        cases.accept(f"expelled-{who}", situation, after, text, record, about=["LAD-ADM-004"])


def _wrong_issuers(cases: Candidates) -> None:
    world, sent = waiting(), of_scenario("sent")
    for who in ("acme", "buyer", "carol"):
        text = world.say(who, "release", **sent.release(world, "got-sent"))
        situation = f"A release by a participant: {who}."
        cases.refuse(f"by-{who}", situation, world, text, "wrong-issuer", about=["LAD-RLS-002"])
    text = world.say("exchange", "release", signer=key("acme"), **sent.release(world, "got-sent"))
    situation = "A participant speaks in the exchange's name."
    cases.refuse("pretended", situation, world, text, "unknown-key", flags=["forged"])


def _wrong_receipts(cases: Candidates) -> None:
    world, sent = sealed_market(), of_scenario("sent")
    share = b64url(sent.share("exchange"))

    def text(where: World, of: str) -> str:
        return where.say("exchange", "release", receipt=of, share=share)

    unknown = {"nothing": digest(b"nowhere"), "delivery": world.id("sent"), "release": world.id("released")}
    for name, of in unknown.items():
        situation = f"The receipt is: {name}."
        cases.refuse(
            f"receipt-is-{name}", situation, world, text(world, of), "unknown-statement", pointer="/receipt"
        )
    said = world.say("exchange", "release", **of_scenario("taken").release(world, "got"))
    situation = "A second release of one receipt."
    winner = world.id("released")
    cases.refuse("second", situation, world, said, "delivery-not-open", winner=winner, about=["LAD-REG-013"])
    refused = say(world, "refusal", "buyer", "receipt", **refusal(world, "sent"))
    situation = "The release of a receipt that refuses."
    said = text(refused, refused.id("refusal"))
    cases.refuse("of-a-refusal", situation, refused, said, "delivery-not-open", about=["LAD-LIF-001"])
    clear = say(world, "got-plain", "buyer", "receipt", **receipt(world, "plain"))
    situation = "The release of a receipt of clear content."
    said = text(clear, clear.id("got-plain"))
    cases.refuse("of-clear-content", situation, clear, said, "delivery-not-open", about=["LAD-LIF-001"])


def _wrong_shares(cases: Candidates) -> None:
    world, sent = waiting(), of_scenario("sent")
    shares = {
        "other": ("Another share.", seed("other share")),
        "consumers": ("The share of the consumer.", sent.share("consumer")),
        "of-another-delivery": ("The share of another delivery.", of_scenario("taken").share("exchange")),
        "commitment": ("The commitment itself.", bytes.fromhex(digest(sent.share("exchange"))[7:])),
        "zeros": ("32 zero bytes.", bytes(32)),
    }
    for name, (situation, share) in shares.items():
        text = world.say("exchange", "release", **sent.release(world, "got-sent", share=b64url(share)))
        flags = ["crossed"] if name in ("consumers", "of-another-delivery") else []
        cases.refuse(f"share-{name}", situation, world, text, "wrong-share", flags=flags)


def _due(cases: Candidates) -> None:
    """The log ends with a receipt whose release is due."""
    world = waiting()
    joined = join(sealed_market(), "eve")
    eve = {**newcomer(joined, "eve"), "issued_at": moment(world.now)}
    deadline = deadline_of(sealed_market(), "plain")
    others: dict[str, tuple[str, str]] = {
        "listing": ("a listing", world.say("acme", "listing", **listing())),
        "refusal": ("a refusal", world.say("buyer", "receipt", **refusal(world, "plain"))),
        "receipt": ("another receipt", world.say("buyer", "receipt", **receipt(world, "plain"))),
        "withdrawal": ("a withdrawal", world.say("acme", "withdrawal", statement=world.id("plain"))),
        "newcomer": ("a newcomer's first statement", statement(eve, key("eve"))),
        "admission": (
            "an admission",
            world.say("exchange", "admission", participant=world.id("carol"), status="expelled", roles=[]),
        ),
        "lapse": ("a lapse", world.say("exchange", "lapse", delivery=world.id("plain"))),
        "other-release": (
            "the release of another receipt",
            world.say("exchange", "release", **of_scenario("taken").release(world, "got")),
        ),
        "release-of-nothing": (
            "a release of nothing",
            world.say(
                "exchange", "release", **of_scenario("sent").release(world, "got", receipt=digest(b""))
            ),
        ),
    }
    for name, (what, text) in others.items():
        situation = f"Right after the receipt of a sealed delivery comes {what}."
        cases.refuse(f"due-before-{name}", situation, world, text, "release-due")
    late = replace(world, now=deadline)
    text = late.say("exchange", "lapse", delivery=late.id("sent"))
    situation = "Right after its receipt comes the lapse of the delivery, whose deadline has passed by now."
    cases.refuse(
        "due-before-its-lapse", situation, late, text, "release-due", clock=deadline + 1, flags=["time"]
    )
    after = acknowledged(sealed_market(), of_scenario("sent"), "got-sent", "released-sent")
    text = after.say("acme", "listing", **listing())
    situation = "A listing after the release."
    cases.accept("then-a-listing", situation, after, text, about=["LAD-RLS-004"])


def lapses() -> VectorFile:
    """The rules of lapses; the states of a delivery are in `lifecycle/delivery.json`."""
    cases = Candidates("lapse/rules.json", "Lapses: of which delivery, by whom, and from when on.")
    _times(cases)
    _bad_lapses(cases)
    due_lapses.add(cases)
    return cases.file


def _times(cases: Candidates) -> None:
    world, flags = sealed_market(), ["boundary", "time"]
    for name, form in (("sent", "sealed"), ("plain", "clear")):
        deadline = deadline_of(world, name)
        text = world.say("exchange", "lapse", delivery=world.id(name), issued_at=moment(deadline))
        record = effect("delivery", world.id(name), state="lapsed", closed_by=digest(text.encode()))
        about = ["LAD-LPS-002", "LAD-LPS-003"]
        situation = f"A millisecond after the deadline of a {form} delivery."
        clock = deadline + 1
        cases.accept(f"{form}-after", situation, world, text, record, clock=clock, about=about, flags=flags)
        situation = f"At the millisecond of the deadline of a {form} delivery."
        code = "deadline-not-passed"
        cases.refuse(f"{form}-at", situation, world, text, code, clock=deadline, flags=flags)
        text = world.say("exchange", "lapse", delivery=world.id(name))
        situation = f"Long before the deadline of a {form} delivery."
        cases.refuse(f"{form}-before", situation, world, text, code, flags=["time"])
    late = world.later(100 * DAY)
    text = late.say("exchange", "lapse", delivery=late.id("sent"))
    record = effect("delivery", late.id("sent"), state="lapsed")
    situation = "Long after the deadline: the exchange was down for a while."
    cases.accept("long-after", situation, late, text, record, about=["LAD-LPS-004"], flags=["time"])


def _bad_lapses(cases: Candidates) -> None:
    late = sealed_market().later(8 * DAY)
    for who in ("acme", "buyer"):
        text = late.say(who, "lapse", delivery=late.id("sent"))
        situation = f"A lapse by a party: {who}."
        cases.refuse(f"by-{who}", situation, late, text, "wrong-issuer", about=["LAD-LPS-002"])
    unknown = {"nothing": digest(b"nowhere"), "contract": late.id("deal"), "receipt": late.id("got")}
    for name, of in unknown.items():
        text = late.say("exchange", "lapse", delivery=of)
        situation = f"The delivery is: {name}."
        cases.refuse(f"delivery-is-{name}", situation, late, text, "unknown-statement", pointer="/delivery")
    for name, winner in (("taken", "got"), ("late", "lapsed")):
        text = late.say("exchange", "lapse", delivery=late.id(name))
        situation = f"A delivery that is no longer open: {name}."
        cases.refuse(f"of-{name}", situation, late, text, "delivery-not-open", winner=late.id(winner))
