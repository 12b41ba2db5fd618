"""Prices: what is due is exact, within its bounds, and what a naive reckoning finds."""

from collections.abc import Iterable
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from lading.statement.registries import CURRENCIES
from lading.statement.words import Form, Money
from lading.terms.price import (
    Free,
    Line,
    PerUnit,
    Price,
    RevenueShare,
    Subscription,
    Tier,
    Tiered,
    UnitPrice,
    Usage,
    committed,
    currency_of,
    due,
    total,
)
from sdk.tests.core.conftest import BRIEF
from sdk.tests.terms import naive

DIGITS = {"EUR": 2, "JPY": 0, "KWD": 3, "CLF": 4}


class Priced(Form):
    """Something with a price."""

    price: Price


def money(minor: int, currency: str) -> Money:
    """An amount, from minor units."""
    return Money(amount=f"{Decimal(minor).scaleb(-DIGITS[currency]):f}", currency=currency)


def unit_price(billionths: int, currency: str) -> UnitPrice:
    """A unit price, in its one spelling."""
    text = f"{Decimal(billionths).scaleb(-9):f}"
    return UnitPrice(amount=text.rstrip("0").rstrip(".") or "0", currency=currency)


CURRENCY = st.sampled_from(sorted(DIGITS))
BILLIONTHS = st.one_of(st.integers(0, 3 * 10**9), st.sampled_from([5 * 10**n for n in range(9)]))


@st.composite
def tiered(draw: st.DrawFn) -> Tiered:
    """A tiered price."""
    currency = draw(CURRENCY)
    ends = sorted(draw(st.sets(st.integers(1, 60), max_size=5)))
    flats = st.none() | st.builds(money, st.integers(0, 500), st.just(currency))
    tiers = [
        Tier(up_to=end, price=unit_price(draw(BILLIONTHS), currency), flat=draw(flats))
        for end in (*ends, None)
    ]
    mode: Literal["graduated", "volume"] = draw(st.sampled_from(["graduated", "volume"]))
    return Tiered(model="tiered", unit="row", mode=mode, tiers=tuple(tiers), ceiling=draw(flats))


@st.composite
def revenue_shares(draw: st.DrawFn) -> RevenueShare:
    """A revenue share."""
    currency = draw(CURRENCY)
    share = f"{Decimal(draw(st.integers(1, 10**6))).scaleb(-4):f}".rstrip("0").rstrip(".")
    bounds = sorted(draw(st.lists(st.integers(0, 10**5), min_size=2, max_size=2)))
    least, most = (draw(st.sampled_from([None, money(bound, currency)])) for bound in bounds)
    return RevenueShare(model="revenue-share", share=share, currency=currency, minimum=least, ceiling=most)


@st.composite
def subscriptions(draw: st.DrawFn) -> Subscription:
    """A subscription by the second."""
    currency, periods = draw(CURRENCY), draw(st.none() | st.integers(1, 9))
    amount = money(draw(st.integers(0, 10**4)), currency)
    return Subscription(model="subscription", amount=amount, period="PT1S", periods=periods)


@st.composite
def prices(draw: st.DrawFn) -> Price:
    """A price of any model."""
    currency = draw(CURRENCY)
    ceiling = st.none() | st.builds(money, st.integers(0, 10**4), st.just(currency))
    per_unit = PerUnit(
        model="per-unit", unit="row", price=unit_price(draw(BILLIONTHS), currency), ceiling=draw(ceiling)
    )
    fixed = money(draw(st.integers(0, 10**4)), currency)
    others: st.SearchStrategy[Price] = st.sampled_from([fixed, Free(model="free"), per_unit])
    return draw(others | tiered() | revenue_shares() | subscriptions())


USAGES = st.builds(
    Usage,
    concluded=st.booleans(),
    units=st.integers(0, 80),
    started=st.just(10_000),
    ended=st.none() | st.integers(9_000, 20_000),
    now=st.integers(9_000, 20_000),
    sales=st.none() | st.integers(0, 10**6).map(Decimal),
)


def exact(lines: Iterable[Line]) -> Fraction:
    """The sum of lines as a fraction."""
    return sum((Fraction(line.amount) for line in lines), Fraction(0))


@BRIEF
@given(tiered(), st.integers(0, 80))
def test_tiers_are_what_looking_at_each_unit_finds(price: Tiered, units: int) -> None:
    lines = due(price, Usage(concluded=True, units=units))
    assert exact(lines) == naive.tiered(price, units, DIGITS[price.tiers[0].price.currency])
    assert sum(line.quantity for line in lines if line.code == "tier") == units


@BRIEF
@given(revenue_shares(), st.integers(0, 10**9))
def test_a_share_is_rounded_once_and_kept_within_its_bounds(price: RevenueShare, sales: int) -> None:
    lines = due(price, Usage(concluded=True, sales=Decimal(sales)))
    owed = naive.half_even(Fraction(price.share) * sales / 100, DIGITS[price.currency])
    least = Fraction(price.minimum.amount) if price.minimum else owed
    most = Fraction(price.ceiling.amount) if price.ceiling else max(owed, least)
    assert exact(lines) == min(max(owed, least), most)


@BRIEF
@given(subscriptions(), USAGES)
def test_a_period_counts_once_a_moment_of_it_has_come(price: Subscription, usage: Usage) -> None:
    last = usage.now + 1 if usage.ended is None else min(usage.now + 1, usage.ended)
    begun = len(range(usage.started, last, 1000)) if usage.concluded else 0
    counted = begun if price.periods is None else min(begun, price.periods)
    assert exact(due(price, usage)) == Fraction(price.amount.amount) * counted


@BRIEF
@given(prices(), USAGES)
def test_what_is_due_is_never_below_zero_nor_above_what_was_committed(price: Price, usage: Usage) -> None:
    lines = due(price, usage)
    most = committed(price)
    assert 0 <= exact(lines) == Fraction(total(lines))
    assert most is None or exact(lines) <= most
    assert usage.concluded or lines == ()
    for line in lines:
        assert line.currency == currency_of(price)
        assert line.amount.as_tuple().exponent == -CURRENCIES[line.currency]
        assert line.quantity > 0
        assert not (line.amount.is_zero() and line.amount.is_signed())


@BRIEF
@given(prices(), USAGES)
def test_the_context_of_the_caller_changes_nothing(price: Price, usage: Usage) -> None:
    with localcontext(prec=1, rounding="ROUND_UP"):
        lines = due(price, usage)
        most = committed(price)
    assert (lines, most) == (due(price, usage), committed(price))


@BRIEF
@given(prices())
def test_a_price_is_written_and_read_again(price: Price) -> None:
    written = Priced(price=price).model_dump_json(exclude_none=True)
    assert Priced.model_validate_json(written).price == price
    assert "=" not in str(price)


def test_a_price_is_shown_in_plain_words() -> None:
    shown = {
        '{"amount":"5.00","currency":"EUR"}': "5.00 EUR",
        '{"model":"free"}': "free",
        '{"model":"per-unit","unit":"row","price":{"amount":"0.5","currency":"EUR"},"ceiling":'
        '{"amount":"9.00","currency":"EUR"}}': "0.5 EUR per row, at most 9.00 EUR",
        '{"model":"tiered","unit":"row","mode":"volume","tiers":[{"up_to":9,"price":{"amount":"1","currency":"EUR"},'
        '"flat":{"amount":"2.00","currency":"EUR"}},{"price":{"amount":"0","currency":"EUR"}}]}': (
            "per row, volume: 1 EUR to 9 and once 2.00 EUR, then 0 EUR"
        ),
        '{"model":"subscription","amount":{"amount":"5.00","currency":"EUR"},"period":"P30D","periods":3}': (
            "5.00 EUR each P30D, 3 times at most"
        ),
        '{"model":"revenue-share","share":"5","currency":"EUR","minimum":{"amount":"1.00","currency":"EUR"}}': (
            "5 % of sales in EUR, at least 1.00 EUR"
        ),
    }
    for written, words in shown.items():
        assert str(Priced.model_validate_json(f'{{"price":{written}}}').price) == words


@pytest.mark.parametrize(
    ("written", "place"),
    [
        ('{"model":"auction"}', ("price",)),
        ("5", ("price",)),
        ('{"amount":"5.00"}', ("price", "fixed", "currency")),
        ('{"model":"free","amount":"5.00"}', ("price", "free", "amount")),
        ('{"model":"subscription","period":"P1D","amount":{"amount":"5","currency":5}}', None),
    ],
    ids=["unknown-model", "number", "no-currency", "member-more", "inner"],
)
def test_an_error_names_the_member_at_fault(written: str, place: tuple[str, ...] | None) -> None:
    with pytest.raises(ValidationError) as caught:
        Priced.model_validate_json(f'{{"price":{written}}}')
    assert caught.value.errors()[0]["loc"] == (place or ("price", "subscription", "amount", "currency"))
