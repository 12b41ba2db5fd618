"""Payments: words about money, each by the party whose word it is."""

from __future__ import annotations

from typing import Final

from lading_conformance.oracle import statement
from lading_conformance.oracle.canonical import Json
from lading_conformance.steps import agreements, deals, expect
from lading_conformance.steps.agreements import euros
from lading_conformance.steps.expect import Registration
from lading_conformance.trial.case import Case, Trial

DOLLARS: Final[dict[str, Json]] = {"amount": "100.00", "currency": "USD"}
SHARE: Final[dict[str, Json]] = {"model": "revenue-share", "share": "5", "currency": "EUR"}
SIDES: Final = {"invoice": "provider", "paid": "consumer", "received": "provider", "sales": "consumer"}
"""Whose word each kind is."""


def run(trial: Trial) -> None:
    """Invoice, pay and confirm; and say what is not one's own to say."""
    session = trial.session
    with trial.given("a provider, a consumer, and a contract with a delivery"):
        contract = agreements.agreed(session)
        delivery = agreements.delivered(session, contract.id)
    paid = _settled(trial, contract, delivery)
    _parties(trial, contract, paid)
    _references(trial, contract, paid)
    _currencies(trial, contract, paid)
    _without_money(trial)
    _shares(trial)


def _settled(trial: Trial, contract: Registration, delivery: Registration) -> Registration:
    """Tell an invoice, a payment and its confirmation; return the payment."""
    session = trial.session
    provider, consumer = session.provider, session.consumer
    with trial.need(
        "LAD-REG-002", "an invoice for a delivery, its payment in part, and the confirmation: registered"
    ):
        about: dict[str, Json] = {"delivery": delivery.id, "units": 12}
        invoice = deals.say(session, agreements.payment(session, provider, contract.id, "invoice", **about))
        part: dict[str, Json] = {"answers": invoice.id, "amount": euros("40.00")}
        paid = deals.say(session, agreements.payment(session, consumer, contract.id, "paid", **part))
        answer = agreements.payment(session, provider, contract.id, "received", answers=paid.id)
        received = deals.say(session, answer)
    with trial.check("LAD-HTP-028", "both parties read what they say"):
        wanted = {
            "contract": contract.id,
            "sort": "invoice",
            "delivery": delivery.id,
            "amount": euros("100.00"),
        }
        for party, other in ((provider, consumer), (consumer, provider)):
            expect.state(session, party, invoice.id, "payment", issuer=provider.id, **wanted)
            expect.state(session, party, received.id, "payment", sort="received", issuer=provider.id)
            expect.state(session, other, paid.id, "payment", amount=euros("40.00"), issuer=consumer.id)
    with trial.check("LAD-LIF-002", "the contract is as it was"):
        expect.state(session, consumer, contract.id, "contract", state="active", last_sequence=1)
    return paid


def _parties(trial: Trial, contract: Registration, paid: Registration) -> None:
    session = trial.session
    sides = {"provider": session.consumer, "consumer": session.provider}
    for kind, side in SIDES.items():
        answers: dict[str, Json] = {"answers": paid.id} if kind == "received" else {}
        with trial.check("LAD-PAY-002", f"`{kind}` by the other party than the {side}: wrong-party"):
            jws = agreements.payment(session, sides[side], contract.id, kind, **answers)
            expect.refused(session, jws, "wrong-party")
    with trial.check("LAD-REG-006", "an invoice by a stranger: unknown-statement"):
        jws = agreements.payment(session, session.stranger, contract.id, "invoice")
        expect.refused(session, jws, "unknown-statement")


def _references(trial: Trial, contract: Registration, paid: Registration) -> None:
    """What a payment names belongs to its contract; and its own number is new."""
    session = trial.session
    provider, consumer = session.provider, session.consumer
    with trial.given("another contract with a delivery and an invoice, and an invoice under the first"):
        other = agreements.agreed(session)
        delivery = agreements.delivered(session, other.id)
        elsewhere = deals.say(session, agreements.payment(session, provider, other.id, "invoice"))
        reference = session.word()
        invoice = deals.say(
            session, agreements.payment(session, provider, contract.id, "invoice", reference=reference)
        )
    never = statement.statement_id(session.random.randbytes(32))
    for what, named in {"of another contract": delivery.id, "that never was": never}.items():
        with trial.check("LAD-PAY-006", f"an invoice for a delivery {what}: unknown-statement"):
            jws = agreements.payment(session, provider, contract.id, "invoice", delivery=named)
            expect.refused(session, jws, "unknown-statement")
    wrong = {
        "a payment of another contract's invoice": (consumer, "paid", elsewhere.id),
        "a payment of a payment": (consumer, "paid", paid.id),
        "the confirmation of an invoice": (provider, "received", invoice.id),
        "the confirmation of what never was": (provider, "received", never),
    }
    for what, (party, kind, named) in wrong.items():
        with trial.check("LAD-PAY-007", f"{what}: unknown-statement"):
            jws = agreements.payment(session, party, contract.id, kind, answers=named)
            expect.refused(session, jws, "unknown-statement")
    with trial.check("LAD-PAY-009", "a second invoice of one number: reference-used, naming the first"):
        again = agreements.payment(session, provider, contract.id, "invoice", reference=reference)
        expect.refused(session, again, "reference-used", winner=invoice.id)
    with trial.check(
        "LAD-PAY-009", "a confirmation with the number of the invoice: reference-used, naming it"
    ):
        both: dict[str, Json] = {"answers": paid.id, "reference": reference}
        jws = agreements.payment(session, provider, contract.id, "received", **both)
        expect.refused(session, jws, "reference-used", winner=invoice.id)
    with trial.check(
        "LAD-REG-002", "the same number of the other party, and under another contract: registered"
    ):
        deals.say(session, agreements.payment(session, consumer, contract.id, "paid", reference=reference))
        deals.say(session, agreements.payment(session, provider, other.id, "invoice", reference=reference))


def _currencies(trial: Trial, contract: Registration, paid: Registration) -> None:
    session = trial.session
    provider, consumer = session.provider, session.consumer
    for party, kind in ((provider, "invoice"), (consumer, "paid")):
        with trial.check("LAD-PAY-003", f"`{kind}` in another currency than the price's: wrong-currency"):
            jws = agreements.payment(session, party, contract.id, kind, amount=DOLLARS)
            expect.refused(session, jws, "wrong-currency")
    with trial.check("LAD-PAY-008", "a confirmation in another currency than the payment's: wrong-currency"):
        jws = agreements.payment(session, provider, contract.id, "received", answers=paid.id, amount=DOLLARS)
        expect.refused(session, jws, "wrong-currency")
    with trial.given("that the price is amended to dollars"):
        agreements.amended(session, contract.id, price=DOLLARS)
    with trial.check("LAD-PAY-003", "an invoice in euros after that: wrong-currency; in dollars: registered"):
        old = agreements.payment(session, provider, contract.id, "invoice")
        expect.refused(session, old, "wrong-currency")
        deals.say(session, agreements.payment(session, provider, contract.id, "invoice", amount=DOLLARS))
    with trial.check(
        "LAD-PAY-008", "the confirmation of the payment in euros that was made before: registered"
    ):
        deals.say(session, agreements.payment(session, provider, contract.id, "received", answers=paid.id))


def _without_money(trial: Trial) -> None:
    session = trial.session
    with trial.given("a contract for trial, and one that is free"):
        trying = agreements.agreed(session, trial=True)
        free = agreements.agreed(session, price={"model": "free"})
    with trial.check("LAD-PAY-004", "an invoice under the contract for trial: trial-contract"):
        jws = agreements.payment(session, session.provider, trying.id, "invoice")
        expect.refused(session, jws, "trial-contract")
    with trial.check("LAD-PAY-003", "an invoice under the free one, which has no currency: wrong-currency"):
        jws = agreements.payment(session, session.provider, free.id, "invoice")
        expect.refused(session, jws, "wrong-currency")


def _shares(trial: Trial) -> None:
    session, consumer = trial.session, trial.session.consumer
    with trial.given("a contract for a share of sales, and one for a fixed price"):
        shared = agreements.agreed(session, price=SHARE)
        fixed = agreements.agreed(session)
    with trial.check("LAD-PAY-005", "a report of sales under the fixed price: not-revenue-share"):
        jws = agreements.payment(session, consumer, fixed.id, "sales")
        expect.refused(session, jws, "not-revenue-share")
    with trial.check("LAD-REG-002", "a report of sales under the share, for a period: registered"):
        period: dict[str, Json] = {"since": "2026-01-01T00:00:00.000Z", "until": "2026-02-01T00:00:00.000Z"}
        members: dict[str, Json] = {"units": 3, "period": period}
        deals.say(session, agreements.payment(session, consumer, shared.id, "sales", **members))


CASE = Case(
    name="contract_payments",
    profile="contract",
    story="A provider sends invoices, the consumer says that it paid, the provider that the money came, and a "
    "consumer reports its sales. What is the other side's word, answers nothing, comes in another currency or "
    "has an old number, is refused.",
    requirements=(
        "LAD-REG-002",
        "LAD-HTP-028",
        "LAD-LIF-002",
        "LAD-PAY-002",
        "LAD-REG-006",
        "LAD-PAY-006",
        "LAD-PAY-007",
        "LAD-PAY-009",
        "LAD-PAY-003",
        "LAD-PAY-008",
        "LAD-PAY-004",
        "LAD-PAY-005",
    ),
    run=run,
)
