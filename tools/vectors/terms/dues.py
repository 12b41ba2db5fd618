"""What is due: lines that were worked out by hand, at the boundaries of tiers and at ties of rounding."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tools.vectors.files import VectorFile
from tools.vectors.terms import over_time
from tools.vectors.terms.prices import money, per_unit, tier, tiered
from tools.vectors.terms.usage import Row, add, usage


def file() -> VectorFile:
    """The file."""
    made = VectorFile(
        path="terms/dues.json",
        schema="due",
        about="What is due under a price after some usage, line by line.",
        notes=[
            "`usage` has `units`, the times `started`, `ended`? and `now` in milliseconds since the epoch, `sales`? in"
            " the currency of the price, and `concluded`",
            "an amount is in the currency of the price, with its minor digits; `committed` is the most that can ever"
            " be owed, null where there is no bound",
        ],
    )
    _fixed(made)
    _units(made)
    _ties(made)
    _tiers(made)
    _flats(made)
    over_time.add_all(made)
    return made


def _fixed(made: VectorFile) -> None:
    price, rows = money("100.00"), [("fixed", 1, "100.00")]
    most = {"committed": "100.00"}
    add(made, "fixed", "A fixed price.", price, usage(), rows, **most)
    add(made, "fixed-before", "Before there is a contract.", price, usage(concluded=False), [], **most)
    add(made, "fixed-units", "Whatever was received.", price, usage(units=7), rows, **most)
    nothing = [("fixed", 1, "0.00")]
    add(made, "fixed-of-nothing", "A price of nothing.", money("0.00"), usage(), nothing, committed="0.00")
    add(made, "free", "A free contract.", {"model": "free"}, usage(units=5), [], committed="0")


def _units(made: VectorFile) -> None:
    price = per_unit(money("0.02"))
    add(made, "units", "1500 rows.", price, usage(units=1500), [("units", 1500, "30.00")])
    add(made, "units-none", "No rows.", price, usage(), [], flags=["boundary"])
    add(made, "units-before", "Before there is a contract.", price, usage(units=5, concluded=False), [])
    largest, many = per_unit(money("999999999999.999999999")), 2**53 - 1
    rows = [("units", many, "9007199254740990999990992800.75")]
    situation = "2^53-1 rows at the largest price."
    add(made, "units-largest", situation, largest, usage(units=many), rows, flags=["boundary"])
    capped = per_unit(money("0.02"), ceiling=money("30.00"))
    about = ["LAD-TRM-014", "LAD-TRM-015"]
    table: dict[int, list[Row]] = {
        1499: [("units", 1499, "29.98")],
        1500: [("units", 1500, "30.00")],
        1501: [("units", 1501, "30.02"), ("ceiling", 1, "-0.02")],
    }
    for units, rows in table.items():
        name, situation = f"ceiling-{units}", f"{units} rows under a ceiling of 1500 rows."
        add(made, name, situation, capped, usage(units=units), rows, committed="30.00", about=about)


TIES: Final = {
    "EUR": {
        "0.125": "0.12",
        "0.135": "0.14",
        "0.005": "0.00",
        "0.015": "0.02",
        "0.025": "0.02",
        "0.995": "1.00",
        "1.005": "1.00",
        "0.125000001": "0.13",
        "0.124999999": "0.12",
        "0.004999999": "0.00",
        "0.005000001": "0.01",
    },
    "JPY": {"0.5": "0", "1.5": "2", "2.5": "2", "0.500000001": "1"},
    "KWD": {"0.0005": "0.000", "0.0015": "0.002"},
    "CLF": {"0.00005": "0.0000", "0.00015": "0.0002"},
}
"""By currency: the price of one unit, and what is due for one. A tie goes to the even digit."""


def _ties(made: VectorFile) -> None:
    about = ["LAD-TRM-009"]
    for currency, table in TIES.items():
        for price, amount in table.items():
            name, situation = f"tie-{currency.lower()}-{price}", f"One row at {price} {currency}."
            one, rows = usage(units=1), [("units", 1, amount)]
            add(
                made,
                name,
                situation,
                per_unit(money(price, currency)),
                one,
                rows,
                about=about,
                flags=["boundary"],
            )
    situation, rows = "Three rows at 0.005 EUR: rounded once, not three times.", [("units", 3, "0.02")]
    add(made, "once-a-line", situation, per_unit(money("0.005")), usage(units=3), rows, about=about)
    situation, two = "Two tiers of a row at 0.005 EUR: each line is rounded.", [("tier", 1, "0.00")] * 2
    tiers = tiered(tier(1, "0.005"), tier(None, "0.005"))
    add(made, "each-line", situation, tiers, usage(units=2), two, about=about)


STEPS: Final[Mapping[str, Mapping[int, list[Row]]]] = {
    "graduated": {
        0: [],
        1: [("tier", 1, "1.00")],
        99: [("tier", 99, "99.00")],
        100: [("tier", 100, "100.00")],
        101: [("tier", 100, "100.00"), ("tier", 1, "0.50")],
        199: [("tier", 100, "100.00"), ("tier", 99, "49.50")],
        200: [("tier", 100, "100.00"), ("tier", 100, "50.00")],
        201: [("tier", 100, "100.00"), ("tier", 100, "50.00"), ("tier", 1, "0.10")],
        1000: [("tier", 100, "100.00"), ("tier", 100, "50.00"), ("tier", 800, "80.00")],
    },
    "volume": {
        0: [],
        1: [("tier", 1, "1.00")],
        99: [("tier", 99, "99.00")],
        100: [("tier", 100, "100.00")],
        101: [("tier", 101, "50.50")],
        199: [("tier", 199, "99.50")],
        200: [("tier", 200, "100.00")],
        201: [("tier", 201, "20.10")],
        1000: [("tier", 1000, "100.00")],
    },
}
"""Rows at 1 EUR to the 100th, at 0.5 EUR to the 200th, and at 0.1 EUR beyond."""

FIRST: Final[list[Row]] = [("tier", 10, "0.00"), ("flat", 1, "5.00")]
ALL: Final[list[Row]] = [*FIRST, ("tier", 10, "10.00"), ("tier", 1, "2.00"), ("flat", 1, "7.00")]
FLATS: Final[Mapping[str, Mapping[int, list[Row]]]] = {
    "graduated": {0: [], 10: FIRST, 11: [*FIRST, ("tier", 1, "1.00")], 21: ALL},
    "volume": {
        0: [],
        10: FIRST,
        11: [("tier", 11, "11.00")],
        21: [("tier", 21, "42.00"), ("flat", 1, "7.00")],
    },
}
"""Rows for 5 EUR in all to the 10th, at 1 EUR to the 20th, and at 2 EUR and once 7 EUR beyond."""


def _tiers(made: VectorFile) -> None:
    steps = (tier(100, "1"), tier(200, "0.5"), tier(None, "0.1"))
    for mode, table in STEPS.items():
        for units, rows in table.items():
            name, situation = f"{mode}-{units}", f"{units} rows, tiers to 100, to 200 and beyond."
            price, about = tiered(*steps, mode=mode), ["LAD-TRM-011"]
            add(made, name, situation, price, usage(units=units), rows, about=about, flags=["boundary"])


def _flats(made: VectorFile) -> None:
    steps = (tier(10, "0", "5.00"), tier(20, "1"), tier(None, "2", "7.00"))
    about = ["LAD-TRM-011"]
    for mode, table in FLATS.items():
        for units, rows in table.items():
            name, situation = f"flat-{mode}-{units}", f"{units} rows, tiers with flat amounts."
            add(made, name, situation, tiered(*steps, mode=mode), usage(units=units), rows, about=about)
    capped, rows = tiered(*steps, ceiling=money("20.00")), [*ALL, ("ceiling", 1, "-4.00")]
    situation, about = "Tiers and flat amounts above a ceiling.", ["LAD-TRM-014", "LAD-TRM-015"]
    add(made, "tiered-ceiling", situation, capped, usage(units=21), rows, committed="20.00", about=about)
