"""One test per rule of lapses: what it refuses, and what lies just beside it and passes."""

from typing import Any

import pytest

from lading.acts.records import SlotRecord
from lading.statement.words import Id
from sdk.tests.acts.dealing import contract
from sdk.tests.acts.running import AGREED, ended, notice, received, running, state_of
from sdk.tests.core.market import DAY, NO_BOX, START, Market

WEEKLY: dict[str, Any] = {"schedule": {"first": "P1D", "every": "P7D", "deliveries": 2}}


@pytest.fixture
def market() -> Market:
    """A market with a contract whose deliveries are due a day after its conclusion, and a week later."""
    return running(**WEEKLY, **AGREED)


def lapse(market: Market, number: int, by: str = "exchange", **members: Any) -> bytes:
    """A lapse of a number."""
    return market.say(by, "lapse", **{"contract": market.id["contract"], "sequence": number, **members})


def test_lapse_is_the_exchanges(market: Market) -> None:
    delivery = market.put(market.deliver(market.id["contract"], 1))
    market.clock.now += 2 * DAY
    for by in ("acme", "buyer"):
        market.check_refused(lapse(market, 2, by), "wrong-issuer")
        market.check_refused(market.lapse(delivery, by), "wrong-issuer")
    made = market.put(market.lapse(delivery))
    assert market.sight.readers[made] == frozenset({market.id["acme"], market.id["buyer"]})


def test_lapse_subject_is_known(market: Market) -> None:
    market.clock.now += 2 * DAY
    named = (Id(NO_BOX), market.id["acme"])
    for unknown in named:
        assert market.check_refused(market.lapse(unknown), "unknown-statement").pointer == "/delivery"
        refused = market.check_refused(lapse(market, 1, contract=unknown), "unknown-statement")
        assert refused.pointer == "/contract"


def test_lapse_delivery_is_open(market: Market) -> None:
    delivery = received(market, 1)
    market.clock.now += 2 * DAY
    market.check_refused(market.lapse(delivery), "delivery-not-open")


def test_lapse_contract_has_a_schedule() -> None:
    market = running()
    market.clock.now += 2 * DAY
    market.check_refused(lapse(market, 1), "no-schedule")


def test_lapse_number_is_owed(market: Market) -> None:
    late = market.copy()
    for days, number in ((1, 1), (8, 2)):
        late.clock.now = START + days * DAY + 1
        late.put(lapse(late, number))
    late.clock.now += 7 * DAY
    late.check_refused(lapse(late, 3), "schedule-exhausted")


def test_lapse_number_is_owed__until_the_contract_ends(market: Market) -> None:
    short = {"termination": {"by": ["provider"], "notice": "P1D"}}
    for end, owed in ((8 * DAY, True), (8 * DAY - 1, False)):
        ends = running(**WEEKLY, **short)
        ends.put(ended(ends, "acme", end))
        ends.clock.now += 9 * DAY
        ends.put(lapse(ends, 1))
        if owed:
            ends.put(lapse(ends, 2))
        else:
            ends.check_refused(lapse(ends, 2), "schedule-exhausted")
    for term, owed in (("P8D", True), ("P7DT23H59M59S", False)):
        market.id["contract"] = contract(market, **WEEKLY, term=term)
        late = market.copy()
        late.clock.now += 9 * DAY
        late.put(lapse(late, 1))
        if owed:
            late.put(lapse(late, 2))
        else:
            late.check_refused(lapse(late, 2), "schedule-exhausted")


def test_lapse_number_is_free(market: Market) -> None:
    delivery = market.put(market.deliver(market.id["contract"], 1))
    market.clock.now += DAY + 1
    market.check_refused(lapse(market, 1), "sequence-taken", winner=delivery)
    market.put(market.say("acme", "withdrawal", statement=delivery))
    gone = market.put(lapse(market, 1))
    market.clock.now += 1
    market.check_refused(lapse(market, 1), "sequence-taken", winner=gone)
    market.check_refused(market.deliver(market.id["contract"], 1), "sequence-taken", winner=gone)
    slot = market.sight.get(SlotRecord, f"delivery/{market.id['contract']}/1")
    assert slot is not None
    assert slot.holder == gone
    market.put(market.deliver(market.id["contract"], 2))
    market.check_replay()


def test_lapse_number_leaves_no_gap(market: Market) -> None:
    market.clock.now += 9 * DAY
    market.check_refused(lapse(market, 2), "sequence-gap")
    market.put(lapse(market, 1))
    market.clock.now += 1
    market.put(lapse(market, 2))
    assert state_of(market).last_sequence == 2


def test_lapse_deadline_has_passed(market: Market) -> None:
    delivery = market.put(market.deliver(market.id["contract"], 1))
    market.clock.now += DAY
    market.check_refused(market.lapse(delivery), "deadline-not-passed")
    market.clock.now += 1
    market.put(market.lapse(delivery))
    market.clock.now = START + 8 * DAY
    market.check_refused(lapse(market, 2), "deadline-not-passed")
    market.clock.now += 1
    market.put(lapse(market, 2))


def test_what_is_due_stands_still_while_the_contract_is_suspended(market: Market) -> None:
    market.put(notice(market, "acme", "suspend"))
    market.clock.now += 20 * DAY
    market.check_refused(lapse(market, 1), "deadline-not-passed")
    market.put(notice(market, "acme", "resume"))
    market.clock.now += DAY
    market.check_refused(lapse(market, 1), "deadline-not-passed")
    market.clock.now += 1
    market.put(lapse(market, 1))
