"""Withdrawals, deliveries and receipts."""

from __future__ import annotations

from typing import Any

from tools.vectors.acts import attestations, releases, sealed_deliveries
from tools.vectors.contents import CHUNK
from tools.vectors.files import VectorFile
from tools.vectors.primitives import digest, moment
from tools.vectors.scenarios import (
    DELIVERED,
    PROMISED,
    REFUSED,
    admit,
    delivery,
    market,
    receipt,
    refusal,
    refusal_for,
    say,
)
from tools.vectors.world import DAY, DELAY, Candidates, World, effect


def withdrawals() -> VectorFile:
    """The rules of withdrawals; the states of what is withdrawn are in `lifecycle`."""
    cases = Candidates("withdrawal/rules.json", "Withdrawals: of what, and by whom.")
    world = market()

    def text(by: str, what: str) -> str:
        return world.say(by, "withdrawal", statement=what)

    rails = text("acme", world.id("rails"))
    new = digest(rails.encode())
    effects = [
        effect("listing", world.id("rails"), state="withdrawn", closed_by=new),
        effect("offer", world.id("ask"), state="closed", closed_by=new),
        effect("offer", world.id("bid"), state="closed", closed_by=new),
        effect("offer", world.id("sold"), state="accepted", closed_by=world.id("bound")),
        effect("contract", world.id("bound"), state="active"),
    ]
    situation = "A listing is withdrawn: open offers about it are closed, and contracts untouched."
    cases.accept("listing", situation, world, rails, *effects, about=["LAD-WDR-003"])
    ask = text("buyer", world.id("ask"))
    gone = effect("offer", world.id("ask"), state="withdrawn", closed_by=digest(ask.encode()))
    cases.accept("offer", "An offer is withdrawn.", world, ask, gone)
    sent = text("acme", world.id("sent"))
    gone = effect("delivery", world.id("sent"), state="withdrawn", closed_by=digest(sent.encode()))
    cases.accept("delivery", "A delivery is withdrawn.", world, sent, gone)
    _bad_withdrawals(cases)
    releases.add_withdrawals(cases)
    attestations.add_withdrawals(cases)
    return cases.file


def _bad_withdrawals(cases: Candidates) -> None:
    world = market()

    def text(by: str, what: str) -> str:
        return world.say(by, "withdrawal", statement=what)

    after = admit(world, "acme", "provider", status="expelled")
    said = after.say("acme", "withdrawal", statement=after.id("rails"))
    cases.accept(
        "expelled", "Somebody who was expelled withdraws a listing.", after, said, about=["LAD-ADM-004"]
    )
    kinds = {"acceptance": "deal", "receipt": "got-2", "withdrawal": "no more bikes", "participant": "acme"}
    for kind, name in kinds.items():
        by = "buyer" if kind in ("acceptance", "receipt") else "acme"
        situation = f"The withdrawal: {kind}."
        cases.refuse(
            kind, situation, world, text(by, world.id(name)), "not-withdrawable", pointer="/statement"
        )
    cases.refuse(
        "nothing",
        "The withdrawal of nothing.",
        world,
        text("acme", digest(b"nowhere")),
        "unknown-statement",
        pointer="/statement",
    )
    for kind, name, by in (
        ("listing", "roads", "carol"),
        ("offer", "ask", "acme"),
        ("delivery", "sent", "buyer"),
    ):
        situation = f"Somebody withdraws what is somebody else's: {kind}."
        cases.refuse(
            f"{kind}-of-another",
            situation,
            world,
            text(by, world.id(name)),
            "not-author",
            pointer="/statement",
        )
    for kind, name in {"offer": "ask", "acceptance": "deal", "delivery": "sent", "receipt": "got-2"}.items():
        situation = f"A stranger tries to find out what stands behind an id: {kind}."
        hidden = text("carol", world.id(name))
        cases.refuse(
            f"{kind}-between-others", situation, world, hidden, "unknown-statement", pointer="/statement"
        )
    cases.refuse(
        "superseded",
        "A superseded version is withdrawn.",
        world,
        text("acme", world.id("signs")),
        "stale-listing",
        pointer="/statement",
        winner=world.id("signs-2"),
    )


def deliveries() -> VectorFile:
    """The rules of deliveries."""
    about = "Deliveries: under which contract, of what, with which number, and to whose keys sealed."
    seals = (*sealed_deliveries.SEALS, "buyer-next", "exchange-next")
    cases = Candidates("delivery/rules.json", about, *seals)
    _good_deliveries(cases)
    _bad_deliveries(cases)
    _numbers(cases)
    _freed_numbers(cases)
    sealed_deliveries.add(cases)
    return cases.file


def sent(
    world: World, under: str, sequence: int, of: int = DELIVERED, by: str = "acme", **members: Any
) -> str:
    """A delivery under a contract, of so many bytes."""
    return world.say(by, "delivery", **{**delivery(world, under, sequence, of), **members})


def _good_deliveries(cases: Candidates) -> None:
    world = market()
    text = sent(world, "deal", 3)
    deadline = world.now + DELAY + 7 * DAY
    record: dict[str, Any] = {
        "contract": world.id("deal"),
        "sequence": 3,
        "state": "open",
        "deadline": deadline,
    }
    effects = [
        effect("delivery", digest(text.encode()), **record),
        effect("contract", world.id("deal"), last_sequence=3),
    ]
    cases.accept("next", "The next delivery of a contract.", world, text, *effects)
    promised = sent(world, "bound", 1, PROMISED)
    cases.accept(
        "as-listed", "The content that the listing promises.", world, promised, about=["LAD-DLV-004"]
    )
    cases.accept(
        "empty",
        "An empty content.",
        world,
        sent(world, "deal", 3, 0),
        about=["LAD-TRF-006"],
        flags=["boundary"],
    )
    most: dict[str, Any] = {"size": 524_288 * CHUNK, "content_root": digest(b"large")}
    situation = "A content of 524288 chunks; exchanges may keep less, and say so in an admission check."
    cases.accept(
        "most-chunks",
        situation,
        world,
        sent(world, "deal", 3, **most),
        about=["LAD-DLV-005"],
        flags=["boundary"],
    )
    for status in ("suspended", "expelled"):
        after = admit(world, "acme", status=status)
        situation = f"A provider who is {status} fulfils its contract."
        cases.accept(status, situation, after, sent(after, "deal", 3), about=["LAD-ADM-004"])


def _bad_deliveries(cases: Candidates) -> None:
    world = market()
    for name, contract in (("nothing", digest(b"nowhere")), ("listing", world.id("roads"))):
        text = sent(world, "deal", 3, contract=contract)
        cases.refuse(
            f"contract-is-{name}",
            f"The contract is: {name}.",
            world,
            text,
            "unknown-statement",
            pointer="/contract",
        )
    for name, by in (("by-consumer", "buyer"), ("by-a-stranger", "carol")):
        text = sent(world, "deal", 3, by=by)
        situation = f"A delivery {name.replace('-', ' ')}."
        code, about = refusal_for(by, "LAD-DLV-001")
        cases.refuse(name, situation, world, text, code, pointer="/contract", about=about)
    more: dict[str, Any] = {"size": 524_288 * CHUNK + 1, "content_root": digest(b"large")}
    cases.refuse(
        "too-many-chunks",
        "A content of 524289 chunks.",
        world,
        sent(world, "deal", 3, **more),
        "too-many-chunks",
        flags=["boundary"],
    )
    differing: dict[str, tuple[str, dict[str, Any]]] = {
        "other-root": ("Another root than the listing promises.", {"content_root": digest(b"other")}),
        "other-size": ("Another size than the listing promises.", {"size": PROMISED + 1}),
        "other-chunk-size": ("Another chunk size than the listing promises.", {"chunk_size": 2 * CHUNK}),
    }
    for name, (situation, members) in differing.items():
        cases.refuse(name, situation, world, sent(world, "bound", 1, PROMISED, **members), "not-as-listed")


def _numbers(cases: Candidates) -> None:
    world = market()
    for number, holder in ((1, "sent"), (2, "sent-2")):
        situation = f"A number that a delivery holds which is {'open' if number == 1 else 'received'}."
        cases.refuse(
            f"taken-{number}",
            situation,
            world,
            sent(world, "deal", number),
            "sequence-taken",
            pointer="/sequence",
            winner=world.id(holder),
        )
    cases.refuse(
        "gap",
        "A number that leaves one out.",
        world,
        sent(world, "deal", 4),
        "sequence-gap",
        pointer="/sequence",
        flags=["boundary"],
    )
    cases.refuse(
        "first-is-2",
        "The first delivery of a contract has number 2.",
        world,
        sent(world, "bound", 2, PROMISED),
        "sequence-gap",
        pointer="/sequence",
        flags=["boundary"],
    )


def _freed_numbers(cases: Candidates) -> None:
    world = market()
    freed = say(world, "taken back", "acme", "withdrawal", statement=world.id("sent"))
    text = sent(freed, "deal", 1)
    record = effect("delivery", digest(text.encode()), sequence=1, state="open")
    cases.accept(
        "withdrawn-number",
        "The number of a delivery that was withdrawn.",
        freed,
        text,
        record,
        about=["LAD-DLV-002"],
    )
    said = refusal(world, "sent")
    refused = say(world, "refused", "buyer", "receipt", **said)
    text = sent(refused, "deal", 1)
    record = effect("delivery", digest(text.encode()), sequence=1, state="open")
    cases.accept(
        "refused-number",
        "The number of a delivery that was refused.",
        refused,
        text,
        record,
        about=["LAD-DLV-002"],
    )
    again = say(freed, "sent again", "acme", "delivery", **delivery(freed, "deal", 1))
    cases.refuse(
        "taken-again",
        "A number that was free for a while.",
        again,
        sent(again, "deal", 1),
        "sequence-taken",
        pointer="/sequence",
        winner=again.id("sent again"),
    )
    cases.accept(
        "next-after-withdrawal", "The next number, while a lower one is free.", freed, sent(freed, "deal", 3)
    )


def receipts() -> VectorFile:
    """The rules of receipts; the states of a delivery are in `lifecycle/delivery.json`."""
    cases = Candidates("receipt/rules.json", "Receipts: of which delivery, by whom, and until when.")
    _good_receipts(cases)
    _bad_receipts(cases)
    releases.add_receipts(cases)
    return cases.file


def got(world: World, of: str, by: str = "buyer", **members: Any) -> str:
    """A receipt with outcome accepted, where nothing else is said."""
    return world.say(by, "receipt", **{**receipt(world, of), **members})


def _good_receipts(cases: Candidates) -> None:
    world = market()
    text = got(world, "sent")
    record = effect("delivery", world.id("sent"), state="received", closed_by=digest(text.encode()))
    cases.accept(
        "accepted", "The consumer acknowledges a delivery.", world, text, record, about=["LAD-RCP-001"]
    )
    text = got(world, "sent", **REFUSED)
    record = effect("delivery", world.id("sent"), state="refused", closed_by=digest(text.encode()))
    cases.accept("refused", "The consumer refuses a delivery.", world, text, record)
    deadline = next(entry.time for entry in world.entries if entry.name == "sent") + 7 * DAY
    shapes: dict[str, dict[str, Any]] = {"accepted": {}, "refused": REFUSED}
    for name, members in shapes.items():
        text = got(world, "sent", issued_at=moment(deadline), **members)
        cases.accept(
            f"{name}-in-time",
            f"A receipt at the millisecond of the deadline: {name}.",
            world,
            text,
            clock=deadline,
            about=["LAD-RCP-003"],
            flags=["boundary", "time"],
        )
        cases.refuse(
            f"{name}-late",
            f"A receipt a millisecond after the deadline: {name}.",
            world,
            text,
            "deadline-passed",
            clock=deadline + 1,
            pointer="/delivery",
            flags=["boundary", "time"],
        )
    after = admit(world, "buyer", status="expelled")
    record = effect("delivery", world.id("sent"), state="received")
    cases.accept(
        "expelled",
        "A consumer who was expelled acknowledges.",
        after,
        got(after, "sent"),
        record,
        about=["LAD-ADM-004"],
    )


def _bad_receipts(cases: Candidates) -> None:
    world = market()
    for name, of in (("nothing", digest(b"nowhere")), ("contract", world.id("deal"))):
        text = got(world, "sent", delivery=of)
        cases.refuse(
            f"delivery-is-{name}",
            f"The delivery is: {name}.",
            world,
            text,
            "unknown-statement",
            pointer="/delivery",
        )
    for name, by in (("by-provider", "acme"), ("by-a-stranger", "carol")):
        code, about = refusal_for(by, "LAD-RCP-001")
        situation = f"A receipt {name.replace('-', ' ')}."
        cases.refuse(name, situation, world, got(world, "sent", by), code, pointer="/delivery", about=about)
    differing: dict[str, tuple[str, dict[str, Any]]] = {
        "other-root": ("Another root than the delivery's.", {"content_root": digest(b"other")}),
        "other-size": ("Another size than the delivery's.", {"size": DELIVERED - 1}),
    }
    for name, (situation, members) in differing.items():
        cases.refuse(name, situation, world, got(world, "sent", **members), "receipt-mismatch")
    cases.refuse(
        "second",
        "A second receipt of one delivery.",
        world,
        got(world, "sent-2"),
        "delivery-not-open",
        winner=world.id("got-2"),
    )
    cases.refuse(
        "second-refusal",
        "A refusal after the acknowledgement.",
        world,
        got(world, "sent-2", **REFUSED),
        "delivery-not-open",
        winner=world.id("got-2"),
    )
