"""Prices, and what is due under them (`spec/terms.md`, Price).

    usage = Usage(concluded=True, units=1500)
    for line in due(price, usage):
        print(line.text, line.amount)

All amounts are exact: decimal numbers of the currency's major unit, rounded once per line, half to even, to the
currency's minor digits. Nothing here is a float, and nothing reads a clock.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal
from itertools import pairwise
from typing import Annotated, Any, Final, Literal, TypeAlias

from pydantic import Discriminator, Field, StringConstraints, Tag, model_validator

from lading.statement.registries import CURRENCIES
from lading.statement.words import Count, Duration, Form, Money, Token, parse_duration

EXACT: Final = Context(prec=100, rounding=ROUND_HALF_EVEN)
"""Enough digits for every product and sum of bounded inputs: nothing but `quantize` ever rounds."""
ZERO: Final = Decimal(0)

Share = Annotated[
    str,
    StringConstraints(
        pattern=r"^(?:100|[1-9][0-9]?(?:\.[0-9]{0,3}[1-9])?|0\.[0-9]{0,3}[1-9])\z",
    ),
]
"""Per cent, more than 0 and at most 100, with at most four decimal digits and no trailing zero (LAD-TRM-007)."""


class UnitPrice(Form):
    """The price of one unit: up to nine decimal digits, more than the currency's minor ones (LAD-TRM-003)."""

    amount: Annotated[str, StringConstraints(pattern=r"^(?:0|[1-9][0-9]{0,11})(?:\.[0-9]{0,8}[1-9])?\z")]
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}\z")]

    @model_validator(mode="after")
    def _known(self) -> "UnitPrice":
        if self.currency not in CURRENCIES:
            raise ValueError("not an ISO 4217 currency code")
        return self

    @property
    def value(self) -> Decimal:
        """The price as an exact decimal number of the currency's major unit."""
        return Decimal(self.amount)

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"


def _check_one_currency(*parts: Money | UnitPrice | None) -> None:
    """LAD-TRM-002: a price is in one currency."""
    if len({part.currency for part in parts if part is not None}) > 1:
        raise ValueError("a price has one currency throughout")


def _at_most(ceiling: Money | None) -> str:
    return "" if ceiling is None else f", at most {ceiling}"


class Free(Form):
    """Nothing is owed (LAD-TRM-001)."""

    model: Literal["free"]

    def __str__(self) -> str:
        return "free"


class PerUnit(Form):
    """Each unit at one price, in all at most `ceiling` (LAD-TRM-001)."""

    model: Literal["per-unit"]
    unit: Token
    price: UnitPrice
    ceiling: Money | None = None

    @model_validator(mode="after")
    def _one_currency(self) -> "PerUnit":
        _check_one_currency(self.price, self.ceiling)
        return self

    def __str__(self) -> str:
        return f"{self.price} per {self.unit}{_at_most(self.ceiling)}"


class Tier(Form):
    """Units up to the number `up_to`, that one included: their price, and what is owed once when one is used."""

    up_to: Count | None = None
    price: UnitPrice
    flat: Money | None = None


class Tiered(Form):
    """Units at prices that change with their number, in all at most `ceiling` (LAD-TRM-001, LAD-TRM-004)."""

    model: Literal["tiered"]
    unit: Token
    mode: Literal["graduated", "volume"]
    tiers: Annotated[tuple[Tier, ...], Field(min_length=1, max_length=32)]
    ceiling: Money | None = None

    @model_validator(mode="after")
    def _in_order(self) -> "Tiered":
        _check_one_currency(self.ceiling, *(part for tier in self.tiers for part in (tier.price, tier.flat)))
        bounds = [tier.up_to for tier in self.tiers]
        ends = [bound for bound in bounds if bound is not None]
        # LAD-TRM-004
        if bounds[-1] is not None or len(ends) != len(bounds) - 1:
            raise ValueError("every tier but the last has up_to, and the last has none")
        if any(later <= earlier for earlier, later in pairwise(ends)):
            raise ValueError("up_to rises from tier to tier")
        return self

    def __str__(self) -> str:
        steps = [
            f"{tier.price}{'' if tier.up_to is None else f' to {tier.up_to}'}"
            f"{'' if tier.flat is None else f' and once {tier.flat}'}"
            for tier in self.tiers
        ]
        return f"per {self.unit}, {self.mode}: {', then '.join(steps)}{_at_most(self.ceiling)}"


class Subscription(Form):
    """`amount` for each period that has begun, for `periods` periods at most (LAD-TRM-001)."""

    model: Literal["subscription"]
    amount: Money
    period: Duration
    periods: Count | None = None

    def __str__(self) -> str:
        times = "" if self.periods is None else f", {self.periods} times at most"
        return f"{self.amount} each {self.period}{times}"


class RevenueShare(Form):
    """A share of what the consumer's own sales bring in, within `minimum` and `ceiling` (LAD-TRM-001)."""

    model: Literal["revenue-share"]
    share: Share
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}\z")]
    minimum: Money | None = None
    ceiling: Money | None = None

    @model_validator(mode="after")
    def _consistent(self) -> "RevenueShare":
        if self.currency not in CURRENCIES:
            raise ValueError("not an ISO 4217 currency code")
        # LAD-TRM-002
        if any(
            money is not None and money.currency != self.currency for money in (self.minimum, self.ceiling)
        ):
            raise ValueError("a price has one currency throughout")
        # LAD-TRM-008
        if self.minimum is not None and self.ceiling is not None and self.minimum.value > self.ceiling.value:
            raise ValueError("the minimum is above the ceiling")
        return self

    def __str__(self) -> str:
        least = "" if self.minimum is None else f", at least {self.minimum}"
        return f"{self.share} % of sales in {self.currency}{least}{_at_most(self.ceiling)}"


MODELS: Final = frozenset({"free", "per-unit", "tiered", "subscription", "revenue-share"})


def _model_of(price: Any) -> str | None:  # noqa: ANN401 - pydantic hands over whatever stands there
    """Which form is meant: the `model`, or `fixed` where there is none; nothing where the model is unknown."""
    if isinstance(price, Form):
        return str(getattr(price, "model", "fixed"))
    named = price.get("model", "fixed") if isinstance(price, dict) and price.get("model") != "fixed" else None
    return named if isinstance(named, str) and named in MODELS | {"fixed"} else None


Price: TypeAlias = Annotated[
    Annotated[Money, Tag("fixed")]
    | Annotated[Free, Tag("free")]
    | Annotated[PerUnit, Tag("per-unit")]
    | Annotated[Tiered, Tag("tiered")]
    | Annotated[Subscription, Tag("subscription")]
    | Annotated[RevenueShare, Tag("revenue-share")],
    Discriminator(
        _model_of,
        custom_error_type="price_model",
        custom_error_message="a price is an amount of money, or has a model: free, per-unit, tiered, subscription "
        "or revenue-share",
    ),
]
"""The price of a contract: a fixed amount for the whole of it, or one of five models (LAD-TRM-001)."""


@dataclass(frozen=True, slots=True)
class Usage:
    """What happened under a contract until `now`, as far as a price asks.

    `concluded`: whether there is a contract at all. `units`: how many were received. `started` (its conclusion),
    `ended` and `now`: milliseconds since the epoch. `sales`: what the consumer's own sales brought in, in the
    currency of the price, where any were reported.
    """

    concluded: bool
    units: int = 0
    started: int = 0
    ended: int | None = None
    now: int = 0
    sales: Decimal | None = None


LineCode: TypeAlias = Literal["fixed", "units", "tier", "flat", "periods", "share", "minimum", "ceiling"]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of what is due: its kind, what it says, how many, and how much. `amount` is negative under a ceiling."""

    code: LineCode
    text: str
    quantity: int
    amount: Decimal
    currency: str


def currency_of(price: Price) -> str | None:
    """The currency in which a price is owed; none where nothing ever is."""
    match price:
        case Money() | RevenueShare():
            return price.currency
        case PerUnit():
            return price.price.currency
        case Tiered():
            return price.tiers[0].price.currency
        case Subscription():
            return price.amount.currency
        case Free():
            return None


def committed(price: Price) -> Decimal | None:
    """The most that the consumer can ever owe, in the currency of the price; none where there is no bound."""
    match price:
        case Free():
            return ZERO
        case Money():
            return price.value
        case Subscription():
            return (
                None if price.periods is None else EXACT.multiply(price.amount.value, Decimal(price.periods))
            )
        case PerUnit() | Tiered() | RevenueShare():
            return None if price.ceiling is None else price.ceiling.value


def rounded(amount: Decimal, currency: str) -> Decimal:
    """LAD-TRM-009: the amount with the currency's minor digits, half to even."""
    exact = EXACT.quantize(amount, Decimal(1).scaleb(-CURRENCIES[currency]))
    return exact.copy_abs() if exact.is_zero() else exact


def total(lines: tuple[Line, ...]) -> Decimal:
    """The exact sum of lines; zero where there are none."""
    added = ZERO
    for line in lines:
        added = EXACT.add(added, line.amount)
    return added


def begun(started: int, ended: int | None, now: int, period: int) -> int:
    """LAD-TRM-012: how many periods have begun by `now`; all times in milliseconds.

    The first begins with the contract. None begins at its end or later.
    """
    last = now if ended is None else min(now, ended - 1)
    return 0 if last < started else (last - started) // period + 1


def due(price: Price, usage: Usage) -> tuple[Line, ...]:
    """LAD-TRM-010 to LAD-TRM-014: what is owed by the usage's moment, line by line; no line stands for nothing.

    Whether anything was invoiced or paid is not asked; that is the account's question. Never raises.
    """
    if not usage.concluded:
        return ()
    match price:
        case Free():
            return ()
        case Money():
            return (Line("fixed", "the fixed price", 1, price.value, price.currency),)
        case PerUnit():
            lines = tuple(_units(usage.units, price.unit, price.price, "units"))
            return _capped(lines, price.ceiling)
        case Tiered():
            walk = _graduated if price.mode == "graduated" else _volume
            return _capped(tuple(walk(price, usage.units)), price.ceiling)
        case Subscription():
            return tuple(_periods(price, usage))
        case RevenueShare():
            return _capped(_raised(tuple(_share(price, usage.sales)), price.minimum), price.ceiling)


def _units(units: int, unit: str, price: UnitPrice, code: LineCode) -> Iterator[Line]:
    if units > 0:
        amount = rounded(EXACT.multiply(price.value, Decimal(units)), price.currency)
        text = f"{units} {unit} at {price}"
        yield Line(code, text, units, amount, price.currency)


def _flat(tier: Tier, number: int) -> Iterator[Line]:
    if tier.flat is not None:
        yield Line("flat", f"once for tier {number}", 1, tier.flat.value, tier.flat.currency)


def _graduated(price: Tiered, units: int) -> Iterator[Line]:
    """LAD-TRM-011: each unit at the price of the tier in which its number lies."""
    before = 0
    for number, tier in enumerate(price.tiers, 1):
        if units <= before:
            return
        reached = units if tier.up_to is None else min(units, tier.up_to)
        yield from _units(reached - before, price.unit, tier.price, "tier")
        yield from _flat(tier, number)
        before = reached


def _volume(price: Tiered, units: int) -> Iterator[Line]:
    """LAD-TRM-011: all units at the price of the tier in which their number lies."""
    for number, tier in enumerate(price.tiers, 1):
        if units > 0 and (tier.up_to is None or units <= tier.up_to):
            yield from _units(units, price.unit, tier.price, "tier")
            yield from _flat(tier, number)
            return


def _periods(price: Subscription, usage: Usage) -> Iterator[Line]:
    count = begun(usage.started, usage.ended, usage.now, parse_duration(price.period))
    if price.periods is not None:
        count = min(count, price.periods)
    if count > 0:
        amount = EXACT.multiply(price.amount.value, Decimal(count))
        text = f"{count} begun periods of {price.period} at {price.amount}"
        yield Line("periods", text, count, amount, price.amount.currency)


def _share(price: RevenueShare, sales: Decimal | None) -> Iterator[Line]:
    if sales is not None and sales > 0:
        percent = EXACT.multiply(sales, Decimal(price.share))
        amount = rounded(EXACT.divide(percent, Decimal(100)), price.currency)
        text = f"{price.share} % of sales of {sales:f} {price.currency}"
        yield Line("share", text, 1, amount, price.currency)


def _raised(lines: tuple[Line, ...], minimum: Money | None) -> tuple[Line, ...]:
    """LAD-TRM-014: what is missing to the minimum is a line of its own."""
    missing = ZERO if minimum is None else EXACT.subtract(minimum.value, total(lines))
    if minimum is None or missing <= 0:
        return lines
    return (*lines, Line("minimum", f"up to the minimum of {minimum}", 1, missing, minimum.currency))


def _capped(lines: tuple[Line, ...], ceiling: Money | None) -> tuple[Line, ...]:
    """LAD-TRM-014: what lies above the ceiling is taken off in a line of its own."""
    above = ZERO if ceiling is None else EXACT.subtract(total(lines), ceiling.value)
    if ceiling is None or above <= 0:
        return lines
    return (
        *lines,
        Line("ceiling", f"down to the ceiling of {ceiling}", 1, above.copy_negate(), ceiling.currency),
    )
