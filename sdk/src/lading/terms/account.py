"""The account of one contract: what is owed, invoiced, paid and acknowledged, and what does not agree (LAD-TRM-040).

Pure: computed from what the two parties had registered, so that both compute the same. It decides nothing: a finding
is a place to look at, with the statement that shows it.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate
from typing import Final, Literal, TypeAlias, get_args

from lading.statement.words import Money
from lading.terms.price import (
    EXACT,
    ZERO,
    Line,
    PerUnit,
    Price,
    RevenueShare,
    Tiered,
    Usage,
    currency_of,
    due,
    total,
)

Kind: TypeAlias = Literal["invoice", "paid", "received", "sales"]
Tax: TypeAlias = Literal["included", "excluded", "exempt"]
FindingCode: TypeAlias = Literal[
    "units-missing",
    "window-gap",
    "window-overlap",
    "other-currency",
    "invoice-without-receipt",
    "units-differ",
    "invoice-exceeds-owed",
    "tax-not-in-owed",
    "paid-not-acknowledged",
    "acknowledged-more-than-paid",
    "paid-exceeds-owed",
    "unpaid",
    "sales-report-missing",
    "sales-overlap",
]
ORDER: Final[tuple[FindingCode, ...]] = get_args(FindingCode)
"""The codes in the order of the table of the specification, which is the order of findings."""
FAILED: Final = frozenset({"refused", "withdrawn", "lapsed"})
"""States of deliveries that nobody will receive any more."""


@dataclass(frozen=True, slots=True)
class Delivered:
    """One delivery of the contract. Times in milliseconds since the epoch; `received`: when its receipt was complete.

    `units` are those that the provider states. A window has `first`, `last` and `count`, all three.
    """

    id: str
    sequence: int
    state: str
    registered: int
    received: int | None = None
    units: int | None = None
    first: int | None = None
    last: int | None = None
    count: int | None = None

    @property
    def measured(self) -> int | None:
        """LAD-TRM-041: the units that count: those stated, else the count of its window."""
        return self.count if self.units is None else self.units


@dataclass(frozen=True, slots=True)
class Payment:
    """One payment statement of the contract. `period`: from, until (not included), in milliseconds since the epoch.

    `sequence` is the delivery that it is about, `answers` the id of the statement that it answers.
    """

    id: str
    kind: Kind
    amount: Money
    reference: str
    registered: int
    sequence: int | None = None
    units: int | None = None
    period: tuple[int, int] | None = None
    answers: str | None = None


@dataclass(frozen=True, slots=True)
class Contract:
    """What an account asks of a contract: its price, its tax word, when it began and, where it did, ended (ms)."""

    price: Price
    started: int
    ended: int | None = None
    tax: Tax | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that does not agree: its code, a sentence, and the statement that shows it, where one does."""

    code: FindingCode
    text: str
    statement: str | None = None


@dataclass(frozen=True, slots=True)
class Account:
    """The account at one moment: exact amounts in `currency`, which a free contract has none of.

    `balance` is what is owed less what the provider acknowledged; below zero, the provider has more than it is owed.
    """

    currency: str | None
    units: int
    lines: tuple[Line, ...]
    owed: Decimal
    invoiced: Decimal
    paid: Decimal
    acknowledged: Decimal
    balance: Decimal
    findings: tuple[Finding, ...]


def account_of(
    contract: Contract, deliveries: Iterable[Delivered], payments: Iterable[Payment], now: int
) -> Account:
    """LAD-TRM-040: the account at `now`, from what was registered by then. Never raises."""
    known = sorted((each for each in deliveries if each.registered <= now), key=lambda each: each.sequence)
    said = sorted(
        (each for each in payments if each.registered <= now), key=lambda each: (each.registered, each.id)
    )
    book = _Book(contract, tuple(known), tuple(said), now)
    return Account(
        currency=book.currency,
        units=book.units,
        lines=book.lines,
        owed=book.owed,
        invoiced=book.sum("invoice"),
        paid=book.sum("paid"),
        acknowledged=book.sum("received"),
        balance=EXACT.subtract(book.owed, book.sum("received")),
        findings=tuple(sorted(_findings(book), key=lambda finding: ORDER.index(finding.code))),
    )


def _findings(book: "_Book") -> Iterator[Finding]:
    yield from _on_deliveries(book)
    yield from _on_invoices(book)
    yield from _on_money(book)
    yield from _on_sales(book)


class _Book:
    """What findings are made from: the statements known by `now`, and what is owed after them."""

    def __init__(
        self, contract: Contract, deliveries: tuple[Delivered, ...], payments: tuple[Payment, ...], now: int
    ) -> None:
        self.contract = contract
        self.deliveries = deliveries
        self.now = now
        self.currency = currency_of(contract.price)
        # LAD-TRM-042
        self.payments = tuple(each for each in payments if each.amount.currency == self.currency)
        self.foreign = tuple(each for each in payments if each.amount.currency != self.currency)
        self.received = tuple(
            each for each in deliveries if each.received is not None and each.received <= now
        )
        self.units = sum(each.measured or 0 for each in self.received)
        sales = self.sum("sales") if any(each.kind == "sales" for each in self.payments) else None
        self.lines = due(
            contract.price,
            Usage(
                concluded=contract.started <= now,
                units=self.units,
                started=contract.started,
                ended=contract.ended,
                now=now,
                sales=sales,
            ),
        )
        self.owed = total(self.lines)

    @property
    def metered(self) -> bool:
        """Whether the price asks for units."""
        return isinstance(self.contract.price, PerUnit | Tiered)

    def of(self, kind: Kind) -> tuple[Payment, ...]:
        """The payment statements of one kind in the currency of the price, in the order of the log."""
        return tuple(each for each in self.payments if each.kind == kind)

    def sum(self, kind: Kind) -> Decimal:
        """What the payment statements of one kind come to."""
        return _sum(self.of(kind))

    def more(self, amount: Decimal, than: Decimal) -> str:
        """By how much one amount is above another, for a person."""
        return f"{EXACT.subtract(amount, than):f} {self.currency}"


def _sum(payments: Iterable[Payment]) -> Decimal:
    added = ZERO
    for payment in payments:
        added = EXACT.add(added, payment.amount.value)
    return added


def _on_deliveries(book: _Book) -> Iterator[Finding]:
    """LAD-TRM-043: units that are not known, and windows that do not join."""
    for each in book.received:
        if book.metered and each.measured is None:
            yield Finding(
                "units-missing", f"delivery {each.sequence} does not say how many units it has", each.id
            )
    reached: int | None = None
    windows = [
        (each.first, each.last, each)
        for each in book.deliveries
        if each.first is not None and each.last is not None and each.state not in FAILED
    ]
    for first, last, each in sorted(windows, key=lambda window: (window[0], window[2].sequence)):
        if reached is not None and first > reached + 1:
            yield Finding("window-gap", f"no window covers {reached + 1} to {first - 1}", each.id)
        if reached is not None and first <= reached:
            upto = min(last, reached)
            yield Finding("window-overlap", f"{first} to {upto} lies in two windows", each.id)
        reached = last if reached is None else max(reached, last)


def _on_invoices(book: _Book) -> Iterator[Finding]:
    """LAD-TRM-044: invoices beside what was received."""
    for payment in book.foreign:
        text = f"{payment.kind} {payment.reference} is in {payment.amount.currency}, and counts for nothing"
        yield Finding("other-currency", text, payment.id)
    received = {each.sequence: each.measured or 0 for each in book.received}
    within = _counter(book.received)
    for invoice in book.of("invoice"):
        if invoice.sequence is not None and invoice.sequence not in received:
            text = f"invoice {invoice.reference}: delivery {invoice.sequence} was not received"
            yield Finding("invoice-without-receipt", text, invoice.id)
            continue
        units = None if invoice.period is None else within(*invoice.period)
        if invoice.sequence is not None:
            units = received[invoice.sequence]
        if invoice.units is not None and units is not None and invoice.units != units:
            text = f"invoice {invoice.reference} is for {invoice.units} units, and {units} were received"
            yield Finding("units-differ", text, invoice.id)


def _counter(received: Iterable[Delivered]) -> Callable[[int, int], int]:
    """How many units of deliveries registered from one moment until before another were received."""
    dated = sorted((each.registered, each.measured or 0) for each in received)
    moments = [registered for registered, _ in dated]
    sums = [0, *accumulate(units for _, units in dated)]
    return lambda since, until: max(0, sums[bisect_left(moments, until)] - sums[bisect_left(moments, since)])


def _on_money(book: _Book) -> Iterator[Finding]:
    """LAD-TRM-045: sums beside each other."""
    yield from _above_owed(book)
    yield from _acknowledged(book)
    paid = book.sum("paid")
    if paid > book.owed and book.contract.tax != "excluded":
        yield Finding("paid-exceeds-owed", f"{book.more(paid, book.owed)} more was paid than is owed")
    if paid < book.owed:
        yield Finding("unpaid", f"{book.more(book.owed, paid)} is owed, and not said to be paid")


def _above_owed(book: _Book) -> Iterator[Finding]:
    """The first invoice with which the invoices come to more than is owed."""
    invoices = book.of("invoice")
    sums = accumulate((each.amount.value for each in invoices), EXACT.add)
    for invoice, added in zip(invoices, sums, strict=True):
        if added > book.owed:
            above = (
                f"with invoice {invoice.reference}, {book.more(added, book.owed)} more is invoiced than owed"
            )
            if book.contract.tax == "excluded":
                yield Finding("tax-not-in-owed", f"{above}; tax comes on top", invoice.id)
            else:
                yield Finding("invoice-exceeds-owed", above, invoice.id)
            return


def _acknowledged(book: _Book) -> Iterator[Finding]:
    payments, receipts = book.of("paid"), book.of("received")
    answers: dict[str | None, list[Payment]] = defaultdict(list)
    for each in receipts:
        answers[each.answers].append(each)
    for paid in payments:
        given = answers[paid.id]
        said, acknowledged = paid.amount.value, _sum(given)
        if acknowledged < said:
            text = f"of payment {paid.reference}, {book.more(said, acknowledged)} is not acknowledged"
            yield Finding("paid-not-acknowledged", text, paid.id)
        if acknowledged > said:
            text = f"{book.more(acknowledged, said)} more is acknowledged than payment {paid.reference} says"
            yield Finding("acknowledged-more-than-paid", text, given[-1].id)
    known = {paid.id for paid in payments}
    for each in (each for each in receipts if each.answers not in known):
        text = f"{each.amount} of {each.reference} is acknowledged, and nobody says that it was paid"
        yield Finding("acknowledged-more-than-paid", text, each.id)


def _on_sales(book: _Book) -> Iterator[Finding]:
    """LAD-TRM-046: under a revenue share, sales that are not reported, or reported twice."""
    reports = book.of("sales")
    if isinstance(book.contract.price, RevenueShare) and book.received and not reports:
        yield Finding("sales-report-missing", "a share of sales is owed, and no sales are reported")
    dated = sorted((each.period, each.id) for each in reports if each.period is not None)
    reached: int | None = None
    for (since, until), report in dated:
        if reached is not None and since < reached:
            yield Finding("sales-overlap", "part of the period is in an earlier report of sales, too", report)
        reached = until if reached is None else max(reached, until)
