"""Prices: their forms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from tools.vectors.files import VectorFile, accept

Json = dict[str, Any]
REFUSED: Final = {"outcome": "refuse"}
FORM: Final = (
    "a price is judged by its form alone; in a statement, one that is refused here is a `bad-member`"
)


def money(amount: str, currency: str = "EUR") -> Json:
    """An amount, or a unit price."""
    return {"amount": amount, "currency": currency}


def per_unit(price: Json, **more: Any) -> Json:
    """A price per row."""
    return {"model": "per-unit", "unit": "row", "price": price, **more}


def tiered(*tiers: Json, mode: str = "graduated", **more: Any) -> Json:
    """A tiered price per row."""
    return {"model": "tiered", "unit": "row", "mode": mode, "tiers": list(tiers), **more}


def tier(up_to: int | None, price: str, flat: str | None = None, currency: str = "EUR") -> Json:
    """A tier; the last one has no `up_to`."""
    made: Json = {"price": money(price, currency)}
    if up_to is not None:
        made["up_to"] = up_to
    if flat is not None:
        made["flat"] = money(flat, currency)
    return made


def subscription(amount: str, period: str, **more: Any) -> Json:
    """A subscription in euros."""
    return {"model": "subscription", "amount": money(amount), "period": period, **more}


def revenue_share(share: str, currency: str = "EUR", **more: Any) -> Json:
    """A share of sales."""
    return {"model": "revenue-share", "share": share, "currency": currency, **more}


def without(value: Json, name: str) -> Json:
    """The same without one member."""
    return {member: content for member, content in value.items() if member != name}


def file() -> VectorFile:
    """The file."""
    made = VectorFile(
        path="terms/prices.json",
        schema="price",
        about="Prices, and what is wrong with their form.",
        notes=[FORM],
    )
    for name, (situation, price) in GOOD.items():
        made.add(name, situation, {"price": price}, accept(), about=["LAD-TRM-001"])
    for requirement, cases in BAD.items():
        for name, (situation, price) in cases.items():
            flags = ["second-spelling"] if "spelling" in name else ()
            made.add(name, situation, {"price": price}, REFUSED, about=[requirement], flags=flags)
    return made


GOOD: Final[Mapping[str, tuple[str, Json]]] = {
    "money": ("A fixed amount.", money("100.00")),
    "money-of-nothing": ("A fixed amount of nothing.", money("0.00")),
    "free": ("A free contract.", {"model": "free"}),
    "per-unit": ("A price per row.", per_unit(money("0.1"))),
    "per-unit-fine": ("Nine decimal digits.", per_unit(money("0.000000001"))),
    "per-unit-large": ("Twelve digits before the point.", per_unit(money("999999999999.999999999"))),
    "per-unit-of-nothing": ("A unit that costs nothing.", per_unit(money("0"))),
    "per-unit-ceiling": ("A price per row with a ceiling.", per_unit(money("2"), ceiling=money("100.00"))),
    "per-unit-yen": ("Fractions of a yen, which has no minor digits.", per_unit(money("0.5", "JPY"))),
    "tiered-one": ("One tier.", tiered(tier(None, "1"))),
    "tiered": (
        "Three tiers with flat amounts.",
        tiered(tier(1, "3", "5.00"), tier(2, "2"), tier(None, "1", "1.00")),
    ),
    "tiered-volume": (
        "By volume, with a ceiling.",
        tiered(tier(100, "1"), tier(None, "0.5"), mode="volume", ceiling=money("60.00")),
    ),
    "tiered-32": ("32 tiers.", tiered(*(tier(n, "1") for n in range(1, 32)), tier(None, "1"))),
    "tiered-largest": ("The largest bound of a tier.", tiered(tier(2**31 - 1, "1"), tier(None, "1"))),
    "subscription": ("An amount a month, open-ended.", subscription("10.00", "P30D")),
    "subscription-periods": ("Twelve months.", subscription("10.00", "P30D", periods=12)),
    "revenue-share": ("A share of 12.5 per cent.", revenue_share("12.5")),
    "revenue-share-all": ("A share of everything.", revenue_share("100")),
    "revenue-share-least": ("The least share.", revenue_share("0.0001")),
    "revenue-share-bounded": (
        "Minimum and ceiling are one amount.",
        revenue_share("5", minimum=money("10.00"), ceiling=money("10.00")),
    ),
}
BAD: Final[Mapping[str, Mapping[str, tuple[str, Json]]]] = {
    "LAD-TRM-001": {
        "model-unknown": ("A model that there is not.", {"model": "auction"}),
        "model-fixed": ("A fixed price has no model.", {"model": "fixed", **money("1.00")}),
        "model-in-list": ("A model in a list.", {"model": ["free"]}),
        "nothing": ("No member at all.", {}),
        "free-with-amount": ("A free contract with an amount.", {"model": "free", "amount": "0.00"}),
        "free-capital": ("A model in capitals.", {"model": "FREE"}),
        "per-unit-no-unit": ("Nothing says what is counted.", without(per_unit(money("1")), "unit")),
        "per-unit-unit": ("What is counted is no token.", {**per_unit(money("1")), "unit": "Row"}),
        "per-unit-minimum": (
            "A minimum, which this model does not have.",
            per_unit(money("1"), minimum=money("1.00")),
        ),
        "ceiling-digits": ("A ceiling in tenths of a cent.", per_unit(money("1"), ceiling=money("1.000"))),
        "tiered-mode": ("A mode that there is not.", tiered(tier(None, "1"), mode="stairs")),
        "tiered-flat-digits": ("A flat amount without its minor digits.", tiered(tier(None, "1", "5"))),
        "tiered-none": ("No tier.", tiered()),
        "tiered-33": ("33 tiers.", tiered(*(tier(n, "1") for n in range(1, 33)), tier(None, "1"))),
        "tiered-too-large": ("A bound above the largest.", tiered(tier(2**31, "1"), tier(None, "1"))),
        "subscription-no-period": ("No period.", without(subscription("1.00", "P1D"), "period")),
        "subscription-period": ("A period of nothing.", subscription("1.00", "PT0S")),
        "subscription-no-periods": ("Zero periods.", subscription("1.00", "P1D", periods=0)),
        "revenue-share-currency": ("A currency that there is not.", revenue_share("5", "EUC")),
    },
    "LAD-TRM-002": {
        "per-unit-currencies": (
            "A ceiling in another currency.",
            per_unit(money("1"), ceiling=money("1", "JPY")),
        ),
        "tiered-currencies": (
            "Tiers in two currencies.",
            tiered(tier(5, "1"), tier(None, "1", currency="USD")),
        ),
        "tiered-flat-currency": (
            "A flat amount in another currency.",
            tiered({**tier(None, "1"), "flat": money("1.00", "USD")}),
        ),
        "tiered-ceiling-currency": (
            "A ceiling in another currency.",
            tiered(tier(None, "1"), ceiling=money("1.00", "USD")),
        ),
        "revenue-share-minimum-currency": (
            "A minimum in another currency.",
            revenue_share("5", minimum=money("1.00", "USD")),
        ),
        "revenue-share-ceiling-currency": (
            "A ceiling in another currency.",
            revenue_share("5", ceiling=money("1.00", "USD")),
        ),
    },
    "LAD-TRM-003": {
        "unit-price-spelling": ("A zero at the end of a unit price.", per_unit(money("0.10"))),
        "unit-price-point-spelling": ("A unit price that ends with its point.", per_unit(money("1."))),
        "unit-price-zeros-spelling": ("Zeros at the front of a unit price.", per_unit(money("01"))),
        "unit-price-whole-spelling": ("A whole unit price with zeros.", per_unit(money("1.00"))),
        "unit-price-exponent": ("An exponent.", per_unit(money("1e3"))),
        "unit-price-number": ("A number instead of a text.", per_unit({"amount": 1, "currency": "EUR"})),
        "unit-price-negative": ("A negative unit price.", per_unit(money("-1"))),
        "unit-price-ten-digits": ("Ten decimal digits.", per_unit(money("0.0000000001"))),
        "unit-price-thirteen-digits": ("Thirteen digits before the point.", per_unit(money("1000000000000"))),
        "unit-price-line-feed": ("A line feed at the end.", per_unit(money("1\n"))),
        "unit-price-currency": ("A currency that there is not.", per_unit(money("1", "XXX"))),
    },
    "LAD-TRM-004": {
        "tiers-equal": (
            "Two tiers that end at one number.",
            tiered(tier(5, "1"), tier(5, "1"), tier(None, "1")),
        ),
        "tiers-falling": ("Tiers in falling order.", tiered(tier(6, "1"), tier(5, "1"), tier(None, "1"))),
        "tiers-closed": ("The last tier ends, too.", tiered(tier(5, "1"), tier(6, "1"))),
        "tiers-open-before": ("A tier before the last has no end.", tiered(tier(None, "1"), tier(None, "1"))),
        "tiers-open-middle": (
            "A tier in the middle has no end.",
            tiered(tier(5, "1"), tier(None, "1"), tier(6, "1")),
        ),
        "tier-of-nothing": ("A tier that ends at zero.", tiered(tier(0, "1"), tier(None, "1"))),
    },
    "LAD-TRM-007": {
        "share-zero": ("A share of nothing.", revenue_share("0")),
        "share-above": ("A share of more than everything.", revenue_share("100.0001")),
        "share-101": ("A share of 101 per cent.", revenue_share("101")),
        "share-spelling": ("A zero at the end of a share.", revenue_share("12.50")),
        "share-zeros-spelling": ("A zero at the front of a share.", revenue_share("012")),
        "share-whole-spelling": ("All, with a decimal digit.", revenue_share("100.0")),
        "share-zero-spelling": ("Nothing, with decimal digits.", revenue_share("0.0")),
        "share-five-digits": ("Five decimal digits.", revenue_share("0.00001")),
        "share-number": ("A number instead of a text.", {**revenue_share("5"), "share": 5}),
    },
    "LAD-TRM-008": {
        "minimum-above-ceiling": (
            "A minimum a cent above the ceiling.",
            revenue_share("5", minimum=money("10.01"), ceiling=money("10.00")),
        ),
    },
}
