"""Accounts of contracts: invoices, payments, acknowledgements and sales, worked out by hand."""

from __future__ import annotations

from tools.vectors.terms.booking import ROWS, Accounts, delivery, payment, settled
from tools.vectors.terms.prices import Json, money, revenue_share
from tools.vectors.terms.usage import START
from tools.vectors.world import DAY


def invoices(cases: Accounts) -> None:
    """Invoices beside what was received and what is owed."""
    cases.deliveries = (delivery(1, units=4), delivery(2, units=6), delivery(3, units=8, state="open"))
    sums, rows = "5.00 {} 5.00 5.00 0.00", [("units", 10, "5.00")]
    day_one = [START + DAY, START + 2 * DAY]
    for name, situation, amount, more, found in (
        ("right", "The units of its delivery.", "2.00", {"sequence": 1, "units": 4}, ""),
        ("more", "A unit more than its delivery has.", "2.50", {"sequence": 1, "units": 5}, "units-differ:i"),
        ("less", "A unit less than its delivery has.", "1.50", {"sequence": 1, "units": 3}, "units-differ:i"),
        (
            "open",
            "About a delivery that is still open.",
            "4.00",
            {"sequence": 3, "units": 8},
            "invoice-without-receipt:i",
        ),
        ("none", "About a delivery that there is not.", "4.00", {"sequence": 9}, "invoice-without-receipt:i"),
        ("period", "The units of its period.", "2.00", {"period": day_one, "units": 4}, ""),
        (
            "period-end",
            "A period ends before what is registered at its end.",
            "5.00",
            {"period": day_one, "units": 10},
            "units-differ:i",
        ),
        (
            "period-none",
            "Nothing in its period.",
            "0.50",
            {"period": [START, START + 1], "units": 1},
            "units-differ:i",
        ),
        (
            "period-backwards",
            "A period that ends before it begins.",
            "0.50",
            {"period": day_one[::-1], "units": 1},
            "units-differ:i",
        ),
        ("no-units", "It states no units.", "2.00", {"sequence": 1}, ""),
        ("units-of-nothing", "It states units of nothing in particular.", "2.00", {"units": 77}, ""),
        ("whole", "All that is owed.", "5.00", {}, ""),
        ("above", "A cent more than is owed.", "5.01", {}, "invoice-exceeds-owed:i"),
    ):
        payments = (payment("i", "invoice", amount, 40, **more), *settled("5.00"))
        cases.add(f"invoice-{name}", situation, payments, sums.format(amount), found, *rows, units=10)
    three = tuple(payment(f"i{at}", "invoice", "2.50", 40 + at) for at in range(4))
    cases.add(
        "invoices-above",
        "The third of four goes above.",
        (*three, *settled("5.00")),
        sums.format("10.00"),
        "invoice-exceeds-owed:i2",
        *rows,
        units=10,
    )


def currencies(cases: Accounts) -> None:
    """Payments in other currencies."""
    cases.deliveries = (delivery(1, units=2),)
    foreign = payment("d", "paid", "1.00", 40, currency="USD")
    row = ("units", 2, "1.00")
    cases.add(
        "currency-other",
        "A payment in another currency.",
        (foreign,),
        "1.00 0 0 0 1.00",
        "other-currency:d unpaid",
        row,
        units=2,
    )
    cases.add(
        "currency-beside",
        "A payment in each.",
        (foreign, *settled("1.00")),
        "1.00 0 1.00 1.00 0.00",
        "other-currency:d",
        row,
        units=2,
    )
    cases.contract = {"price": {"model": "free"}, "started": START}
    cases.add(
        "currency-none",
        "A payment under a free contract.",
        (payment("p", "paid", "1.00"),),
        "0 0 0 0 0",
        "other-currency:p",
        units=2,
    )


def taxes(cases: Accounts) -> None:
    """Sums with tax in them."""
    cases.deliveries = (delivery(1, units=200),)
    taxed = (payment("i", "invoice", "119.00", 40), *settled("119.00"))
    for tax, found in (
        ("included", "invoice-exceeds-owed:i paid-exceeds-owed"),
        ("exempt", "invoice-exceeds-owed:i paid-exceeds-owed"),
        ("excluded", "tax-not-in-owed:i"),
    ):
        cases.contract = {"price": ROWS, "started": START, "tax": tax}
        cases.add(
            f"tax-{tax}",
            f"100 EUR and 19 EUR of tax, where tax is {tax}.",
            taxed,
            "100.00 119.00 119.00 119.00 -19.00",
            found,
            ("units", 200, "100.00"),
            units=200,
        )


def acknowledgements(cases: Accounts) -> None:
    """What the provider says it received."""
    cases.contract = {"price": money("10.00"), "started": START}
    paid = payment("p", "paid", "10.00", 40)

    def answer(name: str, amount: str, day: int, to: str | None = "p") -> Json:
        return payment(name, "received", amount, day, **({} if to is None else {"answers": to}))

    for name, situation, payments, acknowledged, balance, found in (
        (
            "in-two",
            "In two parts.",
            (answer("r1", "4.00", 41), answer("r2", "6.00", 42)),
            "10.00",
            "0.00",
            "",
        ),
        ("in-part", "A part only.", (answer("r1", "4.00", 41),), "4.00", "6.00", "paid-not-acknowledged:p"),
        (
            "above",
            "More than was paid.",
            (answer("r1", "6.00", 41), answer("r2", "6.00", 42)),
            "12.00",
            "-2.00",
            "acknowledged-more-than-paid:r2",
        ),
        (
            "of-nothing",
            "Of a payment that there is not.",
            (answer("r1", "10.00", 41), answer("r2", "1.00", 42, "q")),
            "11.00",
            "-1.00",
            "acknowledged-more-than-paid:r2",
        ),
        (
            "unanswered",
            "Of no payment.",
            (answer("r1", "10.00", 41, None),),
            "10.00",
            "0.00",
            "paid-not-acknowledged:p acknowledged-more-than-paid:r1",
        ),
    ):
        sums = f"10.00 0 10.00 {acknowledged} {balance}"
        cases.add(f"acknowledged-{name}", situation, (paid, *payments), sums, found, ("fixed", 1, "10.00"))


def sales(cases: Accounts) -> None:
    """Reports of sales."""
    cases.contract = {"price": revenue_share("10"), "started": START}
    cases.add("sales-nothing-received", "Nothing received, nothing reported.", (), "0 0 0 0 0", "")
    cases.deliveries = (delivery(1),)
    cases.add("sales-missing", "Received, and nothing reported.", (), "0 0 0 0 0", "sales-report-missing")
    first = payment("s1", "sales", "100.00", 40, period=[START, START + 30 * DAY])
    second = payment("s2", "sales", "50.00", 70, period=[START + 30 * DAY, START + 60 * DAY])
    twice = payment("s3", "sales", "50.00", 71, period=[START + 59 * DAY, START + 61 * DAY])
    row, sums = ("share", 1, "15.00"), "15.00 0 15.00 15.00 0.00"
    cases.add("sales-two", "Two reports.", (first, second, *settled("15.00")), sums, "", row)
    cases.add("sales-none-sold", "A report of no sales.", (payment("s", "sales", "0.00"),), "0 0 0 0 0", "")
    found, rows = "sales-overlap:s3", [("share", 1, "20.00")]
    cases.add(
        "sales-overlap",
        "Two reports of one day.",
        (first, second, twice, *settled("20.00")),
        "20.00 0 20.00 20.00 0.00",
        found,
        *rows,
    )
    foreign = payment("s1", "sales", "100.00", 40, currency="USD")
    cases.add(
        "sales-foreign",
        "A report in another currency is none.",
        (foreign,),
        "0 0 0 0 0",
        "other-currency:s1 sales-report-missing",
    )
