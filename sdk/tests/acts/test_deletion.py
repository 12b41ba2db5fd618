"""One test per rule of deletions: what it refuses, and what lies just beside it and passes."""

from typing import Any

import pytest

from lading.statement.words import format_time
from sdk.tests.acts.running import notice, received, running, state_of
from sdk.tests.core.market import DAY, NO_BOX, START, Market


@pytest.fixture
def market() -> Market:
    """A market in which delivery 1 was received, and delivery 2 is open."""
    market = running()
    received(market, 1)
    market.put(market.deliver(market.id["contract"], 2))
    return market


def deleted(market: Market, by: str = "buyer", **members: Any) -> bytes:
    """A deletion."""
    said = {"contract": market.id["contract"], "method": "overwritten", "deleted_at": market.now}
    return market.say(by, "deletion", **{**said, **members})


def test_deletion_issuer_is_the_consumer(market: Market) -> None:
    market.check_refused(deleted(market, "acme"), "wrong-party")
    for by in ("carol", "exchange"):
        assert market.check_refused(deleted(market, by), "unknown-statement").pointer == "/contract"
    market.check_refused(deleted(market, contract=NO_BOX), "unknown-statement")
    market.admit("buyer", "expelled")
    market.put(notice(market, "acme", "suspend"))
    made = market.put(deleted(market))
    assert market.sight.readers[made] == frozenset({market.id["acme"], market.id["buyer"]})
    assert state_of(market).state == "suspended"
    market.check_replay()


def test_deletion_recall_is_of_the_contract(market: Market) -> None:
    soon = format_time(START + DAY)
    recall = market.put(notice(market, "acme", "recall", erase_by=soon))
    paused = market.put(notice(market, "acme", "suspend"))
    other = market.put(market.buy("buyer", market.put(market.listing()), "PO-other"))
    for named in (NO_BOX, paused, market.id["contract"]):
        assert market.check_refused(deleted(market, recall=named), "unknown-statement").pointer == "/recall"
    market.check_refused(deleted(market, contract=other, recall=recall), "unknown-statement")
    market.put(deleted(market, recall=recall))


def test_deletion_deliveries_were_received(market: Market) -> None:
    for number in (2, 3):
        refused = market.check_refused(deleted(market, deliveries=[1, number]), "unknown-delivery")
        assert refused.pointer == "/deliveries/1"
    market.put(deleted(market, deliveries=[1]))


def test_deletion_lies_in_the_past(market: Market) -> None:
    market.check_refused(deleted(market, deleted_at=format_time(START + 1)), "deleted-in-future")
    market.put(deleted(market, deleted_at=format_time(START)))
