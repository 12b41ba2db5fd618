"""Forms of values: times, durations, money."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from lading.errors import UsageProblem
from lading.statement.registries import COUNTRIES, CURRENCIES
from lading.statement.words import Money, format_time, parse_duration, parse_time
from sdk.tests.core.vectors import SPEC

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FIRST, LAST = 946_684_800_000, 32_503_679_999_999
"""2000-01-01T00:00:00.000Z and 2999-12-31T23:59:59.999Z."""


@given(st.integers(FIRST, LAST))
def test_a_time_is_read_as_it_was_written(moment: int) -> None:
    text = format_time(moment)
    assert parse_time(text) == moment
    assert datetime.fromisoformat(text) == EPOCH + timedelta(milliseconds=moment)


@given(st.sampled_from([FIRST - 1, LAST + 1]) | st.integers(0, FIRST - 1) | st.integers(LAST + 1, 2**64))
def test_a_time_outside_of_the_years_can_be_shown_and_not_read(moment: int) -> None:
    with pytest.raises(ValueError, match="a time is written"):
        parse_time(format_time(moment))


@given(
    st.text(max_size=30) | st.from_regex(r"2[0-9]{3}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z")
)
def test_a_time_has_one_spelling(text: str) -> None:
    try:
        moment = parse_time(text)
    except ValueError:
        return
    assert format_time(moment) == text


PARTS = st.tuples(*(st.none() | st.integers(1, 99_999) for _ in range(4))).filter(any)


@given(PARTS)
def test_a_duration_is_the_sum_of_its_parts(parts: tuple[int | None, ...]) -> None:
    days, *clock = (f"{part}{unit}" if part else "" for part, unit in zip(parts, "DHMS", strict=True))
    text = f"P{days}" + ("T" + "".join(clock) if any(clock) else "")
    seconds = sum((part or 0) * unit for part, unit in zip(parts, (86_400, 3600, 60, 1), strict=True))
    assert parse_duration(text) == seconds * 1000


@given(st.text("PTDHMSW0123456789.-", max_size=12))
def test_any_other_text_is_no_duration(text: str) -> None:
    try:
        millis = parse_duration(text)
    except ValueError:
        return
    assert millis >= 1000
    assert text.startswith("P")
    assert text[-1] in "DHMS"


@given(st.sampled_from(sorted(CURRENCIES)), st.integers(0, 10**15 - 1), st.data())
def test_money_has_the_digits_of_its_currency(currency: str, whole: int, data: st.DataObject) -> None:
    digits = data.draw(st.integers(0, 5))
    amount = f"{whole}.{'0' * digits}" if digits else str(whole)
    if digits == CURRENCIES[currency]:
        assert Money(amount=amount, currency=currency).value == Decimal(whole)
    else:
        with pytest.raises(ValidationError):
            Money(amount=amount, currency=currency)


@given(st.sampled_from(sorted(CURRENCIES)), st.decimals(0, 10**14, allow_nan=False, places=4))
def test_money_that_a_person_writes_is_never_rounded(currency: str, amount: Decimal) -> None:
    exact = amount == round(amount, CURRENCIES[currency])
    if exact:
        money = Money.of(f"{amount:f} {currency}")
        assert money.value == amount
        assert Money.of(str(money)) == money
    else:
        with pytest.raises(UsageProblem):
            Money.of(f"{amount:f} {currency}")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "100",
        "EUR",
        "100 eur",
        "1,00 EUR",
        "NaN EUR",
        "Infinity EUR",
        "-1.00 EUR",
        "1e999999 EUR",
        "1.00  EUR",
        "1.00 EUR x",
        "100000000000000000 EUR",
    ],
)
def test_what_is_no_amount_is_a_mistake_that_is_named(text: str) -> None:
    with pytest.raises(UsageProblem) as problem:
        Money.of(text)
    assert problem.value.hint


def test_the_registries_are_those_of_the_specification() -> None:
    registries = {
        path.stem: json.loads(path.read_text())["codes"] for path in (SPEC / "registries").glob("*.json")
    }
    assert dict(CURRENCIES) == registries["currencies"]
    assert set(COUNTRIES) == set(registries["countries"])
