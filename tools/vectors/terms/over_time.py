"""What is due for periods that have begun, and for sales; worked out by hand."""

from __future__ import annotations

from typing import Final

from tools.vectors.files import VectorFile
from tools.vectors.terms.prices import money, revenue_share, subscription
from tools.vectors.terms.usage import START, Row, add, usage
from tools.vectors.world import DAY


def add_all(made: VectorFile) -> None:
    """Add the cases of subscriptions and of revenue shares."""
    _periods(made)
    _shares(made)
    _bounded(made)


MONTH: Final = 30 * DAY
MOMENTS: Final = {
    "before": (-1, 0),
    "at-conclusion": (0, 1),
    "first-last": (MONTH - 1, 1),
    "second-first": (MONTH, 2),
    "second": (MONTH + 1, 2),
    "thirteenth": (12 * MONTH, 13),
}
"""How long after the conclusion, in milliseconds, and how many months have begun then."""
ENDS: Final = {
    "end-at-once": (0, 0),
    "end-soon": (1, 1),
    "end-at-period": (MONTH, 1),
    "end-in-period": (MONTH + 1, 2),
    "end-later": (24 * MONTH, 13),
}
"""How long after the conclusion the contract ends, and how many months have begun twelve months after it."""


def _months(count: int) -> list[Row]:
    return [("periods", count, f"{10 * count}.00")] if count else []


def _periods(made: VectorFile) -> None:
    price = subscription("10.00", "P30D")
    flags, about = ["boundary", "time"], ["LAD-TRM-012"]
    for name, (after, count) in MOMENTS.items():
        situation, used = f"{after} ms after the conclusion.", usage(now=START + after)
        add(made, f"periods-{name}", situation, price, used, _months(count), about=about, flags=flags)
    for name, (ended, count) in ENDS.items():
        situation = f"Twelve periods after the conclusion; ended {ended} ms after it."
        used = usage(now=START + 12 * MONTH, ended=START + ended)
        add(made, f"periods-{name}", situation, price, used, _months(count), about=about, flags=flags)
    limited, most = subscription("10.00", "P30D", periods=12), {"committed": "120.00"}
    about = [*about, "LAD-TRM-015"]
    for name, situation, used, count in (
        ("eleven", "Eleven of twelve periods begun.", usage(now=START + 11 * MONTH - 1), 11),
        ("all", "More time than twelve periods take.", usage(now=START + 50 * MONTH), 12),
        ("unconcluded", "Time without a contract.", usage(now=START + MONTH, concluded=False), 0),
    ):
        add(made, f"periods-{name}", situation, limited, used, _months(count), about=about, **most)


def _shares(made: VectorFile) -> None:
    price, about = revenue_share("12.5"), ["LAD-TRM-013"]
    sold, rows = usage(sales="100.00"), [("share", 1, "12.50")]
    add(made, "share", "12.5 per cent of 100.00 EUR.", price, sold, rows, about=about)
    add(made, "share-none", "No report of sales.", price, usage(), [], about=about)
    add(made, "share-of-nothing", "Sales of nothing.", price, usage(sales="0.00"), [], about=about)
    least, sold, rows = revenue_share("0.0001"), usage(sales="1000000.00"), [("share", 1, "1.00")]
    add(made, "share-least", "The least share.", least, sold, rows, about=about)
    about = [*about, "LAD-TRM-009"]
    for sales, amount in {
        "0.04": "0.00",
        "0.12": "0.02",
        "0.20": "0.02",
        "0.28": "0.04",
        "0.36": "0.04",
    }.items():
        name, situation = f"share-tie-{sales}", f"12.5 per cent of {sales} EUR."
        rows = [("share", 1, amount)]
        add(made, name, situation, price, usage(sales=sales), rows, about=about, flags=["boundary"])


def _bounded(made: VectorFile) -> None:
    price = revenue_share("10", minimum=money("50.00"), ceiling=money("60.00"))
    about, most = ["LAD-TRM-013", "LAD-TRM-014", "LAD-TRM-015"], {"committed": "60.00"}
    table: dict[str, list[Row]] = {
        "499.90": [("share", 1, "49.99"), ("minimum", 1, "0.01")],
        "500.00": [("share", 1, "50.00")],
        "600.00": [("share", 1, "60.00")],
        "600.10": [("share", 1, "60.01"), ("ceiling", 1, "-0.01")],
    }
    for sales, rows in table.items():
        name, situation = f"bounded-{sales}", f"A tenth of {sales} EUR, at least 50 EUR and at most 60 EUR."
        used = usage(sales=sales)
        add(made, name, situation, price, used, rows, about=about, flags=["boundary"], **most)
    rows = [("minimum", 1, "50.00")]
    add(made, "bounded-none", "A minimum without any sales.", price, usage(), rows, about=about, **most)
    before = usage(concluded=False)
    add(made, "bounded-unconcluded", "Before there is a contract.", price, before, [], about=about, **most)
