"""`payment`: money is asked for, was sent or has come, or was earned by sales (`spec/acts/payment.md`)."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final, Literal

from pydantic import model_validator

from lading.acts.attachment import Attachment
from lading.acts.base import (
    ActType,
    IssuedAct,
    Place,
    Readers,
    Record,
    Statement,
    View,
    doubtful_in_part,
    holds_in_part,
    known,
    known_to,
)
from lading.acts.records import ContractRecord, DeliveryRecord, SlotRecord
from lading.acts.recourse import PaymentRecord
from lading.problems import refuse
from lading.statement.words import Form, Id, Money, Reference, Size, StatementId, Time
from lading.terms.price import RevenueShare, currency_of

PROVIDERS: Final = frozenset({"invoice", "received"})
"""Kinds that the provider issues; the others are the consumer's."""
COUNTED: Final = frozenset({"invoice", "sales"})
"""Kinds that can have units and period."""
ANSWERS: Final[Mapping[str, str]] = MappingProxyType({"received": "paid", "paid": "invoice"})
"""What a payment of a kind answers, if it answers any."""


class Period(Form):
    """The time that an amount covers."""

    since: Time
    until: Time

    @model_validator(mode="after")
    def _agrees(self) -> "Period":
        if self.since >= self.until:
            raise ValueError("a period ends later than it begins")
        return self


class Payment(IssuedAct):
    """An amount under a contract: asked for, sent, confirmed, or earned by the consumer's own sales."""

    type: Literal["payment"]
    contract: StatementId
    kind: Literal["invoice", "paid", "received", "sales"]
    amount: Money
    reference: Reference
    delivery: StatementId | None = None
    document: Attachment | None = None
    units: Size | None = None
    period: Period | None = None
    answers: StatementId | None = None

    @model_validator(mode="after")
    def _agrees(self) -> "Payment":
        if self.kind not in COUNTED and (self.units, self.period) != (None, None):
            raise ValueError("only an invoice and a report of sales have units and period")
        if self.answers is None and self.kind == "received":
            raise ValueError("received says what was paid")
        if self.answers is not None and self.kind not in ANSWERS:
            raise ValueError(f"a payment of the kind {self.kind} answers nothing")
        return self


def issuer_is_the_party_of_the_kind(view: View, s: Statement[Payment], at: Place) -> None:
    """The provider asks for money and confirms it; the consumer pays and reports sales."""
    contract = known_to(view, ContractRecord, s.act.contract, "/contract", s.issuer)
    # LAD-PAY-002
    if s.issuer != (contract.provider if s.act.kind in PROVIDERS else contract.consumer):
        raise refuse("wrong-party", f"the other party says {s.act.kind}", pointer="/kind")


def delivery_is_the_contracts(view: View, s: Statement[Payment], at: Place) -> None:
    """A delivery that is named is one of the contract."""
    if s.act.delivery is None:
        return
    delivery = view.get(DeliveryRecord, s.act.delivery)
    # LAD-PAY-006
    if delivery is None or delivery.contract != s.act.contract:
        detail = f"{s.act.delivery} is no delivery of this contract"
        raise refuse("unknown-statement", detail, pointer="/delivery")


def answers_the_right_kind(view: View, s: Statement[Payment], at: Place) -> None:
    """Who confirms names what was paid, who pays names what was asked for, of the same contract."""
    if s.act.answers is None:
        return
    answered, sort = view.get(PaymentRecord, s.act.answers), ANSWERS[s.act.kind]
    # LAD-PAY-007
    if answered is None or (answered.contract, answered.sort) != (s.act.contract, sort):
        detail = f"{s.act.answers} is no payment of the kind {sort} under this contract"
        raise refuse("unknown-statement", detail, pointer="/answers")


def contract_is_in_earnest(view: View, s: Statement[Payment], at: Place) -> None:
    """A contract for trial takes no payments."""
    # LAD-PAY-004
    if _contract(view, s.act).terms.trial is True:
        raise refuse("trial-contract", "the terms say trial", pointer="/contract")


def sales_matter(view: View, s: Statement[Payment], at: Place) -> None:
    """Sales are reported where the price is a share of them."""
    price = _contract(view, s.act).terms.price
    # LAD-PAY-005
    if s.act.kind == "sales" and not isinstance(price, RevenueShare):
        raise refuse("not-revenue-share", "the price does not depend on sales", pointer="/kind")


def currency_is_that_of_what_it_answers(view: View, s: Statement[Payment], at: Place) -> None:
    """An answer has the currency of what it answers."""
    if s.act.answers is None:
        return
    answered = known(view, PaymentRecord, s.act.answers, "/answers")
    # LAD-PAY-008
    if s.act.amount.currency != answered.amount.currency:
        detail = f"what it answers is in {answered.amount.currency}"
        raise refuse("wrong-currency", detail, pointer="/amount/currency")


def currency_is_the_prices(view: View, s: Statement[Payment], at: Place) -> None:
    """What answers nothing has the currency of the price in force."""
    currency = currency_of(_contract(view, s.act).terms.price)
    # LAD-PAY-003
    if s.act.answers is None and s.act.amount.currency != currency:
        detail = "nothing is owed" if currency is None else f"the price is in {currency}"
        raise refuse("wrong-currency", detail, pointer="/amount/currency")


def reference_is_fresh(view: View, s: Statement[Payment], at: Place) -> None:
    """An issuer uses a reference once under a contract; the refusal names the payment that has it."""
    before = view.get(SlotRecord, payment_slot(s))
    # LAD-PAY-009
    if before is not None:
        raise refuse("reference-used", "the reference is used", pointer="/reference", winner=before.holder)


def payment_slot(s: Statement[Payment]) -> str:
    """The slot that a payment takes, for ever: one per contract, issuer and reference."""
    return f"payment/{s.act.contract}/{s.issuer}/{s.act.reference}"


def _contract(view: View, act: Payment) -> ContractRecord:
    return known(view, ContractRecord, act.contract, "/contract")


def effects(view: View, s: Statement[Payment], at: Place) -> Iterator[Record]:
    """The payment, and its reference is taken."""
    yield SlotRecord(key=payment_slot(s), holder=s.id)
    yield PaymentRecord(
        key=s.id,
        contract=s.act.contract,
        sort=s.act.kind,
        issuer=s.issuer,
        amount=s.act.amount,
        reference=s.act.reference,
        delivery=s.act.delivery,
    )


def references(act: Payment) -> tuple[Id, ...]:
    """The contract, the delivery, and what is answered."""
    return tuple(named for named in (act.contract, act.delivery, act.answers) if named is not None)


def readers(view: View, s: Statement[Payment]) -> Readers:
    """Provider and consumer."""
    return _contract(view, s.act).parties


ACT = ActType(
    name="payment",
    model=Payment,
    rules=(
        holds_in_part(issuer_is_the_party_of_the_kind),
        holds_in_part(delivery_is_the_contracts),
        holds_in_part(answers_the_right_kind),
        doubtful_in_part(contract_is_in_earnest),
        doubtful_in_part(sales_matter),
        holds_in_part(currency_is_that_of_what_it_answers),
        doubtful_in_part(currency_is_the_prices),
        holds_in_part(reference_is_fresh),
    ),
    effects=effects,
    references=references,
    readers=readers,
)
