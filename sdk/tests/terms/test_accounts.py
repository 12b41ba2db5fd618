"""Accounts: the same whatever the order of what is known, exact, and blind to what came later."""

import random
from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from lading.statement.words import Money
from lading.terms.account import FAILED, ORDER, Account, Contract, Delivered, Payment, account_of
from lading.terms.price import PerUnit, UnitPrice, total
from sdk.tests.core.conftest import BRIEF
from sdk.tests.core.vectors import SPEC, load
from sdk.tests.terms.test_prices import prices

NOW = 20_000


def delivered(
    sequence: int, at: int, state: str, units: int | None, window: tuple[int, int] | None
) -> Delivered:
    """A delivery."""
    first, length = window or (None, 0)
    return Delivered(
        id=f"d{sequence}",
        sequence=sequence,
        state=state,
        registered=at,
        received=at + 10 if state == "received" else None,
        units=units,
        first=first,
        last=None if first is None else first + length,
        count=None if first is None else length + 1,
    )


STATES = st.sampled_from(["received", "received", "received", "open", *sorted(FAILED)])
WINDOWS = st.none() | st.tuples(st.integers(1, 30), st.integers(0, 9))


@st.composite
def deliveries(draw: st.DrawFn) -> list[Delivered]:
    """Deliveries with numbers of their own."""
    return [
        delivered(
            number,
            9_000 + draw(st.integers(0, 12_000)),
            draw(STATES),
            draw(st.none() | st.integers(0, 50)),
            draw(WINDOWS),
        )
        for number in range(1, draw(st.integers(0, 5)) + 1)
    ]


@st.composite
def payments(draw: st.DrawFn) -> list[Payment]:
    """Payments with ids of their own."""
    return [
        Payment(
            id=f"p{number}",
            kind=draw(st.sampled_from(["invoice", "paid", "received", "sales"])),
            amount=Money(
                amount=f"{draw(st.integers(0, 99))}.00", currency=draw(st.sampled_from(["EUR", "USD"]))
            ),
            reference=f"R-{number}",
            registered=9_000 + draw(st.integers(0, 12_000)),
            sequence=draw(st.none() | st.integers(1, 6)),
            units=draw(st.none() | st.integers(0, 50)),
            period=draw(st.none() | st.tuples(st.integers(9_000, 21_000), st.integers(9_000, 21_000))),
            answers=draw(st.none() | st.sampled_from(["p0", "p1", "p2"])),
        )
        for number in range(draw(st.integers(0, 6)))
    ]


CONTRACTS = st.builds(
    Contract,
    price=prices(),
    started=st.integers(9_000, 12_000),
    ended=st.none() | st.integers(12_000, 22_000),
    tax=st.sampled_from([None, "included", "excluded", "exempt"]),
)


@BRIEF
@given(CONTRACTS, deliveries(), payments(), st.randoms(use_true_random=False))
def test_the_order_in_which_statements_are_given_does_not_matter(
    contract: Contract, given_: list[Delivered], said: list[Payment], order: random.Random
) -> None:
    expected = account_of(contract, given_, said, NOW)
    mixed = account_of(contract, order.sample(given_, len(given_)), order.sample(said, len(said)), NOW)
    assert mixed == expected


@BRIEF
@given(CONTRACTS, deliveries(), payments())
def test_what_comes_later_changes_nothing(
    contract: Contract, given_: list[Delivered], said: list[Payment]
) -> None:
    early = [replace(each, received=None if (each.received or 0) > NOW else each.received) for each in given_]
    known = account_of(
        contract,
        [each for each in early if each.registered <= NOW],
        [each for each in said if each.registered <= NOW],
        NOW,
    )
    assert account_of(contract, given_, said, NOW) == known


@BRIEF
@given(CONTRACTS, deliveries(), payments())
def test_an_account_adds_up_and_names_what_it_was_given(
    contract: Contract, given_: list[Delivered], said: list[Payment]
) -> None:
    made = account_of(contract, given_, said, NOW)
    assert made.owed == total(made.lines)
    assert made.balance == made.owed - made.acknowledged
    codes = [finding.code for finding in made.findings]
    assert codes == sorted(codes, key=ORDER.index)
    names = {None, *(each.id for each in given_), *(each.id for each in said)}
    assert {finding.statement for finding in made.findings} <= names
    unsettled = {"unpaid", "paid-not-acknowledged"}
    assert made.balance <= 0 or unsettled & set(codes)


def test_codes_of_findings_are_those_of_the_page_in_its_order_and_each_has_a_vector() -> None:
    page = (SPEC / "terms.md").read_text(encoding="utf-8").split("\n### Findings\n")[1].split("\n## ")[0]
    rows = [line.split("`")[1] for line in page.splitlines() if line.startswith("| `")]
    shown = {finding["code"] for row in load("terms/accounts").cases for finding in row["expect"]["findings"]}
    assert (tuple(rows), shown) == (ORDER, set(ORDER))


def million(units: int) -> Account:
    """The account of many units at the largest price, of which a cent was paid."""
    price = PerUnit(
        model="per-unit", unit="row", price=UnitPrice(amount="999999999999.999999999", currency="EUR")
    )
    paid = Payment("p", "paid", Money(amount="0.01", currency="EUR"), "R", 1)
    given_: Any = [delivered(number, 1, "received", units, None) for number in range(1, 4)]
    return account_of(Contract(price, 0), given_, [paid], 100)


def test_large_sums_lose_no_digit() -> None:
    made = million(2**53 - 1)
    exact = 3 * (2**53 - 1) * 999_999_999_999_999_999_999
    cents, rest = divmod(exact, 10**7)
    owed = cents + (rest > 5 * 10**6)
    assert str(made.owed) == f"{owed // 100}.{owed % 100:02d}"
    unpaid = owed - 1
    told = next(finding.text for finding in made.findings if finding.code == "unpaid")
    assert told.startswith(f"{unpaid // 100}.{unpaid % 100:02d} EUR ")
