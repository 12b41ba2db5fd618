"""One test per rule of payments: what it refuses, and what lies just beside it and passes."""

from typing import Any

import pytest

from lading.acts.records import ContractRecord
from lading.acts.recourse import PaymentRecord
from sdk.tests.acts.dealing import DOCUMENT, contract, judged, pay
from sdk.tests.core.market import DAY, Market

JPY = {"amount": "100", "currency": "JPY"}
REVENUE = {"model": "revenue-share", "share": "10", "currency": "EUR"}


@pytest.fixture
def market() -> Market:
    return judged()


def test_payment_issuer_is_the_party_of_the_kind(market: Market) -> None:
    market.check_refused(pay(market, "acme", "paid", "P-1"), "wrong-party")
    market.check_refused(pay(market, "buyer", "invoice", "I-1"), "wrong-party")
    market.check_refused(pay(market, "carol", "invoice", "I-1"), "unknown-statement")
    paid = market.put(pay(market, "buyer", "paid", "P-1"))
    market.check_refused(pay(market, "buyer", "received", "R-1", answers=paid), "wrong-party")
    market.put(pay(market, "acme", "received", "R-1", answers=paid))


def test_payment_delivery_is_the_contracts(market: Market) -> None:
    other = contract(market)
    of_other = market.put(market.deliver(other, 1))
    for delivery in (of_other, market.id["contract"], market.id["receipt"]):
        refused = market.check_refused(
            pay(market, "acme", "invoice", "I-1", delivery=delivery), "unknown-statement"
        )
        assert refused.pointer == "/delivery"
    market.put(pay(market, "acme", "invoice", "I-1", delivery=market.id["delivery"], document=DOCUMENT))


def test_payment_answers_the_right_kind(market: Market) -> None:
    invoice = market.put(pay(market, "acme", "invoice", "I-1"))
    of_other = market.put(pay(market, "acme", "invoice", "I-1", contract=contract(market)))
    for answered in (of_other, market.id["delivery"]):
        refused = market.check_refused(
            pay(market, "buyer", "paid", "P-1", answers=answered), "unknown-statement"
        )
        assert refused.pointer == "/answers"
    market.check_refused(pay(market, "acme", "received", "R-1", answers=invoice), "unknown-statement")
    paid = market.put(pay(market, "buyer", "paid", "P-1", answers=invoice))
    market.check_refused(pay(market, "buyer", "paid", "P-2", answers=paid), "unknown-statement")


def test_payment_contract_is_in_earnest(market: Market) -> None:
    trial = contract(market, trial=True)
    market.check_refused(pay(market, "acme", "invoice", "I-1", contract=trial), "trial-contract")
    earnest = contract(market, trial=False)
    market.put(pay(market, "acme", "invoice", "I-1", contract=earnest))


def test_payment_sales_matter(market: Market) -> None:
    market.check_refused(pay(market, "buyer", "sales", "S-1"), "not-revenue-share")
    shared = contract(market, price=REVENUE)
    period = {"since": "2027-01-01T00:00:00.000Z", "until": "2027-02-01T00:00:00.000Z"}
    market.put(pay(market, "buyer", "sales", "S-1", contract=shared, period=period, units=7))


def test_payment_currency_is_that_of_what_it_answers(market: Market) -> None:
    invoice = market.put(pay(market, "acme", "invoice", "I-1"))
    market.check_refused(pay(market, "buyer", "paid", "P-1", answers=invoice, amount=JPY), "wrong-currency")
    _amend(market, price=JPY)
    market.check_refused(pay(market, "buyer", "paid", "P-1", answers=invoice, amount=JPY), "wrong-currency")
    market.put(pay(market, "buyer", "paid", "P-1", answers=invoice))


def test_payment_currency_is_the_prices(market: Market) -> None:
    market.check_refused(pay(market, "acme", "invoice", "I-1", amount=JPY), "wrong-currency")
    _amend(market, price=JPY)
    market.check_refused(pay(market, "acme", "invoice", "I-1"), "wrong-currency")
    market.put(pay(market, "acme", "invoice", "I-1", amount=JPY))
    free = contract(market, price={"model": "free"})
    market.check_refused(pay(market, "acme", "invoice", "I-2", contract=free), "wrong-currency")


def test_payment_reference_is_fresh(market: Market) -> None:
    invoice = market.put(pay(market, "acme", "invoice", "N-1"))
    market.check_refused(pay(market, "acme", "invoice", "N-1", units=1), "reference-used", winner=invoice)
    paid = market.put(pay(market, "buyer", "paid", "N-1"))
    market.check_refused(
        pay(market, "acme", "received", "N-1", answers=paid), "reference-used", winner=invoice
    )
    market.put(pay(market, "acme", "invoice", "N-1", contract=contract(market)))


def test_a_payment_is_registered_whatever_became_of_contract_and_party(market: Market) -> None:
    market.admit("buyer", "expelled")
    ends = market.say(
        "acme", "notice", kind="terminate", ground="no-need", contract=market.id["contract"],
        effective_at="2028-01-01T00:00:00.000Z",
    )  # fmt: skip
    market.put(ends)
    market.clock.now += 2 * DAY
    paid = market.put(pay(market, "buyer", "paid", "P-1"))
    record = market.sight.get(PaymentRecord, paid)
    assert record is not None
    assert (record.sort, record.amount.amount, record.reference) == ("paid", "100.00", "P-1")
    ended = market.sight.get(ContractRecord, market.id["contract"])
    assert ended is not None
    assert ended.state == "ending"
    market.check_replay()


def _amend(market: Market, **terms: object) -> None:
    contract = market.sight.get(ContractRecord, market.id["contract"])
    assert contract is not None
    changed = {**contract.terms.model_dump(mode="json", exclude_none=True), **terms}
    said: dict[str, Any] = {
        "amends": contract.head,
        "to": market.id["buyer"],
        "terms": changed,
        "purpose": "research",
    }
    offer = market.put(market.say("acme", "offer", expires_at="2028-01-01T00:00:00.000Z", **said))
    market.put(market.say("buyer", "acceptance", offer=offer))
