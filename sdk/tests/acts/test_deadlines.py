"""Deadlines that stand still, against a reckoning millisecond by millisecond."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lading.acts.deadlines import deadline_of, due_of, moved, settles_of
from lading.acts.records import ContractRecord, DeliveryRecord, Pause
from lading.statement.words import Id, Millis
from sdk.tests.acts.running import notice, pause, running, state_of
from sdk.tests.core.market import DAY, START, Market, traded

BY = Id("sha256:" + "0" * 64)


def paused(*spans: tuple[int, int | None]) -> list[Pause]:
    return [
        Pause(since=Millis(since), until=None if until is None else Millis(until), notices=(BY,))
        for since, until in spans
    ]


def ticked(start: int, deadline: int, spans: list[tuple[int, int]]) -> int:
    """The deadline by counting: as many milliseconds outside of all pauses as lie between start and deadline.

    A pause that begins at the last of them still counts.
    """
    left, now = deadline - start, start
    while left or any(since <= now < until for since, until in spans):
        left -= not any(since <= now < until for since, until in spans)
        now += 1
    return now


@given(
    start=st.integers(0, 10),
    length=st.integers(0, 15),
    spans=st.lists(st.tuples(st.integers(0, 40), st.integers(1, 12)), max_size=5),
)
def test_a_deadline_is_moved_by_the_milliseconds_in_which_it_stood_still(
    start: int, length: int, spans: list[tuple[int, int]]
) -> None:
    told = [(since, since + most) for since, most in spans]
    assert moved(start, start + length, paused(*told)) == ticked(start, start + length, told)


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        pytest.param([], 100, id="none"),
        pytest.param([(20, 30)], 110, id="one"),
        pytest.param([(100, 101)], 101, id="at-the-deadline"),
        pytest.param([(101, 200)], 100, id="after-it"),
        pytest.param([(20, 30), (105, 110)], 115, id="reached-by-the-first"),
        pytest.param([(105, 110), (20, 30)], 115, id="in-any-order"),
        pytest.param([(20, 40), (30, 50)], 130, id="overlapping"),
        pytest.param([(20, 50), (30, 40)], 130, id="one-in-the-other"),
        pytest.param([(0, 5), (5, 15)], 105, id="before-the-start"),
        pytest.param([(20, None)], None, id="now"),
        pytest.param([(101, None)], 100, id="now-but-after"),
        pytest.param([(50, 60), (105, None)], None, id="now-and-moved-there"),
    ],
)
def test_a_deadline_of_100_that_counts_from_10(
    spans: list[tuple[int, int | None]], expected: int | None
) -> None:
    assert moved(10, 100, paused(*spans)) == expected


@pytest.fixture
def market() -> Market:
    return running(schedule={"first": "P1D", "deliveries": 1}, suspension={"by": ["provider"]})


def delivery_of(market: Market, key: Id) -> DeliveryRecord:
    record = market.sight.get(DeliveryRecord, key)
    assert record is not None
    return record


def test_every_deadline_of_a_contract_is_moved(market: Market) -> None:
    taken = market.put(market.deliver(market.id["contract"], 1))
    market.put(market.acknowledge(taken))
    opened = delivery_of(market, taken)
    assert deadline_of(market.sight, opened) == START + DAY
    assert settles_of(market.sight, opened) == START + DAY
    assert due_of(market.sight, state_of(market), 1) == START + DAY
    market.put(notice(market, "acme", "suspend"))
    assert deadline_of(market.sight, opened) is None
    assert settles_of(market.sight, opened) is None
    assert due_of(market.sight, state_of(market), 1) is None
    market.clock.now += 5 * DAY
    market.put(notice(market, "acme", "resume"))
    assert deadline_of(market.sight, opened) == START + 6 * DAY
    assert settles_of(market.sight, opened) == START + 6 * DAY
    assert due_of(market.sight, state_of(market), 1) == START + 6 * DAY


def test_a_dispute_window_counts_from_the_receipt(market: Market) -> None:
    opened = market.put(market.deliver(market.id["contract"], 1))
    pause(market, 3)
    market.put(market.acknowledge(opened))
    received = market.clock.now
    assert settles_of(market.sight, delivery_of(market, opened)) == received + DAY
    pause(market, 2)
    assert settles_of(market.sight, delivery_of(market, opened)) == received + 3 * DAY


def test_what_has_no_deadline_is_not_asked() -> None:
    market = traded()
    opened = market.put(market.deliver(market.id["contract"], 2))
    with pytest.raises(LookupError):
        settles_of(market.sight, delivery_of(market, opened))
    contract = market.sight.get(ContractRecord, market.id["contract"])
    assert contract is not None
    with pytest.raises(LookupError):
        due_of(market.sight, contract, 1)
