"""Payments: by whom, about what, in which currency, and with which reference."""

from __future__ import annotations

from typing import Any

from tools.vectors.files import VectorFile
from tools.vectors.primitives import digest, moment
from tools.vectors.recourse import REVENUE, YEN, amended, judged, payment
from tools.vectors.running import document, under
from tools.vectors.scenarios import PRICE, admit, refusal_for, say
from tools.vectors.world import DAY, Candidates, World, effect

BY = {"invoice": "acme", "paid": "buyer", "received": "acme", "sales": "buyer"}


def file() -> VectorFile:
    """The rules of payments."""
    about = "Payments: by whom, about what, in which currency, and with which reference."
    cases = Candidates("payment/rules.json", about)
    _good(cases)
    _parties(cases)
    _named(cases)
    _terms(cases)
    _currencies(cases)
    _references(cases)
    return cases.file


def paid() -> World:
    """The contract `judged` with an invoice and a payment that answers it."""
    world = judged()
    world = say(world, "invoice", "acme", "payment", **payment(world, "invoice", "I-1"))
    members = payment(world, "paid", "P-1", answers=world.id("invoice"))
    return say(world, "paid", "buyer", "payment", **members)


def _shared() -> World:
    return under(paid(), "shared", price=REVENUE)


def said(world: World, kind: str, reference: str = "N-1", **members: Any) -> str:
    """A payment by whom its kind belongs to."""
    return world.say(BY[kind], "payment", **payment(world, kind, reference, **members))


def _good(cases: Candidates) -> None:
    world = paid()
    text = said(world, "invoice", delivery=world.id("goods"), document=document("invoice"))
    record = {"contract": world.id("judged"), "sort": "invoice", "reference": "N-1", "amount": PRICE}
    made = effect("payment", digest(text.encode()), delivery=world.id("goods"), **record)
    about = ["LAD-PAY-001", "LAD-PAY-002", "LAD-PAY-006"]
    cases.accept("invoice", "An invoice for a delivery.", world, text, made, about=about)
    cases.accept("paid", "A payment that answers nothing.", world, said(world, "paid"), about=["LAD-PAY-002"])
    for kind, of, amount in (("paid", "invoice", "99.99"), ("received", "paid", "0.01")):
        money = {"amount": amount, "currency": "EUR"}
        text = said(world, kind, answers=world.id(of), amount=money)
        situation = f"What answers another payment, with another amount: {kind}."
        made = effect("payment", digest(text.encode()), sort=kind, amount=money)
        cases.accept(f"{kind}-answers", situation, world, text, made, about=["LAD-PAY-007", "LAD-PAY-008"])
    shared = _shared()
    period = {"since": moment(shared.now), "until": moment(shared.now + 30 * DAY)}
    text = said(shared, "sales", contract="shared", period=period, units=12)
    situation = "Sales under a price that is a share of them."
    cases.accept("sales", situation, shared, text, about=["LAD-PAY-005", "LAD-PAY-003"])
    for who, status in (("acme", "suspended"), ("acme", "expelled"), ("buyer", "expelled")):
        after = admit(world, who, status=status)
        kind = "invoice" if who == "acme" else "paid"
        situation = f"A party who is {status}: {who}."
        cases.accept(f"{status}-{who}", situation, after, said(after, kind), about=["LAD-ADM-004"])


def _parties(cases: Candidates) -> None:
    world = paid()
    answers = {"received": {"answers": world.id("paid")}}
    for kind, whose in BY.items():
        for by in ("acme", "buyer", "carol", "exchange"):
            if by == whose:
                continue
            members = payment(world, kind, "N-1", **answers.get(kind, {}))
            code, about = refusal_for("carol" if by == "exchange" else by, "LAD-PAY-002")
            pointer = "/contract" if code == "unknown-statement" else None
            situation = f"Somebody else than its party says {kind}: {by}."
            text = world.say(by, "payment", **members)
            cases.refuse(f"{kind}-by-{by}", situation, world, text, code, pointer=pointer, about=about)


def _named(cases: Candidates) -> None:
    world = paid()
    for name, of in (
        ("nothing", digest(b"nowhere")),
        ("a-listing", world.id("roads")),
        ("goods", world.id("goods")),
    ):
        text = world.say("acme", "payment", **{**payment(world, "invoice", "N-1"), "contract": of})
        situation = f"The contract is: {name}."
        cases.refuse(f"contract-is-{name}", situation, world, text, "unknown-statement", pointer="/contract")
    deliveries = {
        "nothing": digest(b"nowhere"),
        "of-another-contract": world.id("sent"),
        "receipt": world.id("got goods"),
    }
    for name, of in deliveries.items():
        text = said(world, "invoice", delivery=of)
        situation = f"The delivery is: {name}."
        about = ["LAD-PAY-006"]
        cases.refuse(
            f"delivery-is-{name}",
            situation,
            world,
            text,
            "unknown-statement",
            pointer="/delivery",
            about=about,
        )
    other = say(world, "other", "acme", "payment", **payment(world, "invoice", "I-1", "deal"))
    answered = (
        ("paid", "nothing", digest(b"nowhere")),
        ("paid", "paid", other.id("paid")),
        ("paid", "of-another-contract", other.id("other")),
        ("paid", "delivery", other.id("goods")),
        ("received", "invoice", other.id("invoice")),
    )
    for kind, name, of in answered:
        text = said(other, kind, answers=of)
        situation = f"A payment of the kind {kind} answers: {name}."
        about = ["LAD-PAY-007"]
        name = f"{kind}-answers-{name}"
        cases.refuse(name, situation, other, text, "unknown-statement", pointer="/answers", about=about)


def _terms(cases: Candidates) -> None:
    tried = under(paid(), "tried", trial=True)
    for kind in ("invoice", "paid"):
        situation = f"A contract for trial: {kind}."
        text = said(tried, kind, contract="tried")
        cases.refuse(f"trial-{kind}", situation, tried, text, "trial-contract")
    earnest = under(paid(), "earnest", trial=False)
    text = said(earnest, "invoice", contract="earnest")
    cases.accept("not-for-trial", "Terms that say that it is no trial.", earnest, text, about=["LAD-PAY-004"])
    world = paid()
    cases.refuse(
        "sales-fixed-price", "Sales under a fixed price.", world, said(world, "sales"), "not-revenue-share"
    )
    anew = amended(world, "judged", price=REVENUE)
    situation = "Sales under a price that became a share of them."
    cases.accept("sales-after-amendment", situation, anew, said(anew, "sales"), about=["LAD-PAY-005"])


def _currencies(cases: Candidates) -> None:
    world = paid()
    for kind in ("invoice", "paid"):
        text = said(world, kind, amount=YEN)
        cases.refuse(
            f"{kind}-in-yen", f"Not the currency of the price: {kind}.", world, text, "wrong-currency"
        )
    for kind, of in (("paid", "invoice"), ("received", "paid")):
        text = said(world, kind, amount=YEN, answers=world.id(of))
        situation = f"Not the currency of what it answers: {kind}."
        cases.refuse(
            f"{kind}-answers-in-yen", situation, world, text, "wrong-currency", about=["LAD-PAY-008"]
        )
    free = under(world, "free", price={"model": "free"})
    text = said(free, "invoice", contract="free")
    cases.refuse("free", "An invoice under a price of nothing.", free, text, "wrong-currency")
    anew = amended(world, "judged", price=YEN)
    situation = "The currency of a price that is no longer in force."
    cases.refuse("old-currency", situation, anew, said(anew, "invoice"), "wrong-currency")
    situation = "The currency of the price that is in force now."
    text = said(anew, "invoice", amount=YEN)
    cases.accept("new-currency", situation, anew, text, about=["LAD-PAY-003"])
    text = said(anew, "received", answers=anew.id("paid"))
    situation = "An answer in the currency of what it answers, which the price has no longer."
    cases.accept("answers-in-old-currency", situation, anew, text, about=["LAD-PAY-008"])
    text = said(anew, "received", answers=anew.id("paid"), amount=YEN)
    situation = "An answer in the currency of the price, which what it answers does not have."
    cases.refuse("answers-in-new-currency", situation, anew, text, "wrong-currency", about=["LAD-PAY-008"])


def _references(cases: Candidates) -> None:
    world, about = paid(), ["LAD-PAY-009"]
    winner = world.id("invoice")
    for name, text in {
        "again": said(world, "invoice", "I-1"),
        "again-other-kind": said(world, "received", "I-1", answers=world.id("paid")),
    }.items():
        situation = f"A reference that the issuer used before: {name}."
        cases.refuse(name, situation, world, text, "reference-used", winner=winner, about=about)
    text = said(world, "paid", "I-1")
    cases.accept("reference-of-the-other", "A reference that the other party used.", world, text, about=about)
    text = said(world, "invoice", "I-1", contract="deal")
    situation = "A reference that the issuer used under another contract."
    cases.accept("reference-elsewhere", situation, world, text, about=about)
