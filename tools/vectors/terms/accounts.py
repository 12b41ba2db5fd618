"""Accounts of contracts: sums and findings, worked out by hand."""

from __future__ import annotations

from tools.vectors.files import VectorFile
from tools.vectors.terms import payments
from tools.vectors.terms.booking import NOW, Accounts, delivery, payment, settled, window
from tools.vectors.terms.prices import money, subscription
from tools.vectors.terms.usage import START
from tools.vectors.world import DAY


def file() -> VectorFile:
    """The file."""
    made = VectorFile(
        path="terms/accounts.json",
        schema="account",
        about="The account of a contract at one moment: lines, sums, and what does not agree.",
        notes=[
            "times are in milliseconds since the epoch; `sequence` of a payment is the delivery that it is about",
            "`statement` of a finding is the `id` of the delivery or payment that shows it, null where none does",
        ],
    )
    _sums(Accounts(made, "LAD-TRM-040"))
    _moments(Accounts(made, "LAD-TRM-040"))
    _units(Accounts(made, "LAD-TRM-041", "LAD-TRM-043"))
    _windows(Accounts(made, "LAD-TRM-043"))
    payments.invoices(Accounts(made, "LAD-TRM-044"))
    payments.currencies(Accounts(made, "LAD-TRM-042", "LAD-TRM-044"))
    payments.taxes(Accounts(made, "LAD-TRM-045"))
    payments.acknowledgements(Accounts(made, "LAD-TRM-045"))
    payments.sales(Accounts(made, "LAD-TRM-046"))
    return made


def _sums(cases: Accounts) -> None:
    cases.add("nothing", "A contract in which nothing happened.", (), "0 0 0 0 0", "")
    cases.deliveries = (delivery(1, units=100), delivery(2, units=60))
    row = ("units", 160, "80.00")
    invoices = (
        payment("i1", "invoice", "50.00", 2, sequence=1, units=100),
        payment("i2", "invoice", "30.00", 3, sequence=2, units=60),
    )
    cases.add(
        "settled",
        "Invoiced, paid and acknowledged.",
        (*invoices, *settled("80.00")),
        "80.00 80.00 80.00 80.00 0.00",
        "",
        row,
        units=160,
    )
    cases.add("unpaid", "Nothing was paid.", invoices, "80.00 80.00 0 0 80.00", "unpaid", row, units=160)
    part = (payment("p", "paid", "79.99"), payment("r", "received", "79.99", answers="p"))
    cases.add("unpaid-cent", "A cent is missing.", part, "80.00 0 79.99 79.99 0.01", "unpaid", row, units=160)
    cases.add(
        "overpaid",
        "A cent too much was paid.",
        settled("80.01"),
        "80.00 0 80.01 80.01 -0.01",
        "paid-exceeds-owed",
        row,
        units=160,
    )
    claimed = (payment("p", "paid", "80.00"),)
    cases.add(
        "not-acknowledged",
        "Paid, says the consumer.",
        claimed,
        "80.00 0 80.00 0 80.00",
        "paid-not-acknowledged:p",
        row,
        units=160,
    )
    cases.contract = {"price": money("10.00"), "started": START}
    cases.add(
        "fixed",
        "A fixed price, settled.",
        settled("10.00"),
        "10.00 0 10.00 10.00 0.00",
        "",
        ("fixed", 1, "10.00"),
        units=160,
    )


def _moments(cases: Accounts) -> None:
    cases.deliveries = (delivery(1, units=2),)
    cases.contract = {"price": subscription("10.00", "P30D"), "started": START}
    paid = (payment("p", "paid", "10.00", 0), payment("r", "received", "10.00", 31, answers="p"))
    for name, now, sums, found, rows, units in (
        ("before", START - 1, "0 0 0 0 0", "", [], 0),
        ("at-start", START, "10.00 0 10.00 0 10.00", "paid-not-acknowledged:p", [("periods", 1, "10.00")], 0),
        (
            "not-yet-received",
            START + DAY + 3_599_999,
            "10.00 0 10.00 0 10.00",
            "paid-not-acknowledged:p",
            [("periods", 1, "10.00")],
            0,
        ),
        (
            "received",
            START + DAY + 3_600_000,
            "10.00 0 10.00 0 10.00",
            "paid-not-acknowledged:p",
            [("periods", 1, "10.00")],
            2,
        ),
        (
            "second",
            START + 30 * DAY,
            "20.00 0 10.00 0 20.00",
            "paid-not-acknowledged:p unpaid",
            [("periods", 2, "20.00")],
            2,
        ),
        ("answered", START + 31 * DAY, "20.00 0 10.00 10.00 10.00", "unpaid", [("periods", 2, "20.00")], 2),
    ):
        cases.now = now
        cases.add(
            f"moment-{name}", f"{now - START} ms after the conclusion.", paid, sums, found, *rows, units=units
        )
    cases.now, cases.contract = NOW, {**cases.contract, "ended": START + 40 * DAY}
    cases.add(
        "moment-ended",
        "Ended in the second period.",
        paid,
        "20.00 0 10.00 10.00 10.00",
        "unpaid",
        ("periods", 2, "20.00"),
        units=2,
    )


def _units(cases: Accounts) -> None:
    open_ones = tuple(
        delivery(at, units=9, state=state)
        for at, state in enumerate(("open", "acknowledged", "refused", "withdrawn", "lapsed"), 2)
    )
    cases.deliveries = (delivery(1, units=4), *open_ones)
    row = ("units", 4, "2.00")
    cases.add(
        "units-received-only",
        "Only what was received counts.",
        settled("2.00"),
        "2.00 0 2.00 2.00 0.00",
        "",
        row,
        units=4,
    )
    cases.deliveries = (delivery(1, units=4), delivery(2))
    cases.add(
        "units-missing",
        "A delivery without units.",
        settled("2.00"),
        "2.00 0 2.00 2.00 0.00",
        "units-missing:delivery-2",
        row,
        units=4,
    )
    cases.deliveries = (delivery(1, units=4), delivery(2, units=0))
    cases.add(
        "units-zero", "A delivery of no units.", settled("2.00"), "2.00 0 2.00 2.00 0.00", "", row, units=4
    )
    cases.deliveries = (window(1, 1, 4), window(2, 5, 9, units=2))
    row = ("units", 6, "3.00")
    cases.add(
        "units-of-window",
        "A window's count, and another's units.",
        settled("3.00"),
        "3.00 0 3.00 3.00 0.00",
        "",
        row,
        units=6,
    )
    cases.contract = {"price": money("5.00"), "started": START}
    cases.deliveries = (delivery(1),)
    cases.add(
        "units-not-asked",
        "A fixed price asks for no units.",
        settled("5.00"),
        "5.00 0 5.00 5.00 0.00",
        "",
        ("fixed", 1, "5.00"),
    )


def _windows(cases: Accounts) -> None:
    cases.contract = {"price": {"model": "free"}, "started": START}
    joined = (window(1, 1, 10), window(2, 11, 20))
    for name, situation, deliveries, found, units in (
        ("joined", "Two windows that join.", joined, "", 20),
        ("late-start", "The first window begins late.", (window(1, 5, 10),), "", 6),
        (
            "gap",
            "A position between two windows.",
            (window(1, 1, 10), window(2, 12, 20)),
            "window-gap:delivery-2",
            19,
        ),
        (
            "overlap",
            "A position in two windows.",
            (window(1, 1, 10), window(2, 10, 20)),
            "window-overlap:delivery-2",
            21,
        ),
        (
            "within",
            "A window within another.",
            (window(1, 1, 10), window(2, 3, 4), window(3, 11, 12)),
            "window-overlap:delivery-2",
            14,
        ),
        ("disorder", "The later number comes first.", (window(1, 11, 20), window(2, 1, 10)), "", 20),
        (
            "pending",
            "A window between is still open.",
            (window(1, 1, 5), window(2, 6, 9, state="open"), window(3, 10, 10)),
            "",
            6,
        ),
        (
            "refused",
            "A window between was refused.",
            (window(1, 1, 5), window(2, 6, 9, state="refused"), window(3, 10, 10)),
            "window-gap:delivery-3",
            6,
        ),
        (
            "again",
            "A refused window was delivered again.",
            (window(1, 1, 5), window(2, 6, 9, state="refused"), window(3, 6, 9)),
            "",
            9,
        ),
        (
            "both",
            "A gap and an overlap.",
            (window(1, 1, 5), window(2, 5, 6), window(3, 8, 8)),
            "window-gap:delivery-3 window-overlap:delivery-2",
            8,
        ),
    ):
        cases.deliveries = deliveries
        cases.add(f"windows-{name}", situation, (), "0 0 0 0 0", found, units=units)
