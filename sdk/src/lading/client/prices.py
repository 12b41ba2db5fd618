"""Prices as a person writes them, for `Terms`. An amount of money alone is a price too: the fixed one.

Terms(PerUnit("row", "0.002 EUR", ceiling="500.00 EUR"))
Terms(Tiered("call", [(1000, "0.01 EUR"), (None, "0.005 EUR")]))
Terms(Subscription("90.00 EUR", "P30D", periods=12))
Terms(RevenueShare("12.5", "EUR", minimum="100.00 EUR"))
Terms(Free())

What each is in detail stands in `spec/terms.md`, part Price. Each raises `UsageProblem` for malformed values.
"""

from collections.abc import Sequence
from typing import Literal

from pydantic import ValidationError

from lading.client.terms import malformed, money
from lading.errors import UsageProblem
from lading.statement.words import Money
from lading.terms import price as forms
from lading.terms.price import Tier, UnitPrice

Amount = str | Money


class Free(forms.Free):
    """Nothing is ever owed."""

    def __init__(self) -> None:
        super().__init__(model="free")


class PerUnit(forms.PerUnit):
    """Each unit received at one price, like `"0.002 EUR"`; in all at most the `ceiling`."""

    def __init__(self, unit: str, price: str | UnitPrice, *, ceiling: Amount | None = None) -> None:
        try:
            super().__init__(model="per-unit", unit=unit, price=unit_price(price), ceiling=_money(ceiling))
        except ValidationError as error:
            raise malformed("prices", error) from None


class Tiered(forms.Tiered):
    """Units at prices that change with their number.

    `tiers` are pairs from the first unit upwards: the number of the last unit in the tier, None for the last tier, and
    the price of one unit; a third part is what is owed once when a unit of the tier is used. `mode` is `graduated`
    (each unit by its own tier) or `volume` (all by the tier of their number).
    """

    def __init__(
        self,
        unit: str,
        tiers: Sequence[tuple[int | None, str] | tuple[int | None, str, str]],
        *,
        mode: Literal["graduated", "volume"] = "graduated",
        ceiling: Amount | None = None,
    ) -> None:
        try:
            super().__init__(
                model="tiered",
                unit=unit,
                mode=mode,
                tiers=tuple(_tier(*tier) for tier in tiers),
                ceiling=_money(ceiling),
            )
        except ValidationError as error:
            raise malformed("prices", error) from None


class Subscription(forms.Subscription):
    """`amount` for each `period` (ISO 8601) that has begun, for at most so many `periods`."""

    def __init__(self, amount: Amount, period: str, *, periods: int | None = None) -> None:
        try:
            super().__init__(model="subscription", amount=money(amount), period=period, periods=periods)
        except ValidationError as error:
            raise malformed("prices", error) from None


class RevenueShare(forms.RevenueShare):
    """A share in per cent, like `"12.5"`, of what the consumer's own sales bring in, in one currency."""

    def __init__(
        self, share: str, currency: str, *, minimum: Amount | None = None, ceiling: Amount | None = None
    ) -> None:
        try:
            super().__init__(
                model="revenue-share",
                share=share,
                currency=currency,
                minimum=_money(minimum),
                ceiling=_money(ceiling),
            )
        except ValidationError as error:
            raise malformed("prices", error) from None


def unit_price(text: str | UnitPrice) -> UnitPrice:
    """The price of one unit that a person writes as `"0.002 EUR"`. Never rounds; `UsageProblem` where it is none."""
    if isinstance(text, UnitPrice):
        return text
    amount, _, currency = text.strip().partition(" ")
    whole, point, part = amount.partition(".")
    exact = f"{whole}.{part.rstrip('0')}".rstrip(".") if point else amount
    try:
        return UnitPrice(amount=exact, currency=currency)
    except ValidationError:
        hint = 'Write it like "0.002 EUR", with at most nine decimal digits.'
        raise UsageProblem(f"not the price of a unit: {text!r}", hint=hint) from None


def _tier(up_to: int | None, price: str, flat: str | None = None) -> Tier:
    return Tier(up_to=up_to, price=unit_price(price), flat=_money(flat))


def _money(amount: Amount | None) -> Money | None:
    return None if amount is None else money(amount)
