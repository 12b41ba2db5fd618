"""One test per rule of grants: what it refuses, and what lies just beside it and passes."""

from typing import Any

import pytest

from lading.acts.recourse import GrantRecord
from lading.statement.words import format_time
from sdk.tests.acts.dealing import SOON, judged
from sdk.tests.core.market import NO_BOX, Market


@pytest.fixture
def market() -> Market:
    return judged()


def grant(market: Market, by: str, reader: str, **members: Any) -> bytes:
    said = {"contract": market.id["contract"], "to": market.id[reader], "until": SOON}
    return market.say(by, "grant", **{**said, **members})


def test_grant_issuer_is_a_party(market: Market) -> None:
    market.check_refused(grant(market, "carol", "dave"), "unknown-statement")
    of_delivery = grant(market, "acme", "dave", contract=market.id["delivery"])
    assert market.check_refused(of_delivery, "unknown-statement").pointer == "/contract"
    for by in ("acme", "buyer"):
        market.put(grant(market, by, "dave"))


def test_grant_reader_is_registered(market: Market) -> None:
    refused = market.check_refused(grant(market, "acme", "dave", to=NO_BOX), "unknown-statement")
    assert refused.pointer == "/to"


def test_grant_reader_is_no_party(market: Market) -> None:
    for by in ("acme", "buyer"):
        for to in ("acme", "buyer"):
            market.check_refused(grant(market, by, to), "wrong-party")
    market.put(grant(market, "acme", "carol"))


def test_grant_ends_later(market: Market) -> None:
    now = format_time(market.clock.now)
    market.put(grant(market, "acme", "dave", until=now))
    market.clock.now += 1
    market.check_refused(grant(market, "acme", "dave", until=now), "already-expired")


def test_a_grant_is_withdrawn_once_by_its_granter(market: Market) -> None:
    opened = market.put(grant(market, "acme", "dave"))
    readers = {market.id[name] for name in ("acme", "buyer", "dave")}
    assert market.sight.readers[opened] == frozenset(readers)
    market.check_refused(market.say("buyer", "withdrawal", statement=opened), "not-author")
    gone = market.put(market.say("acme", "withdrawal", statement=opened))
    market.clock.now += 1
    market.check_refused(market.say("acme", "withdrawal", statement=opened), "grant-not-open", winner=gone)
    record = market.sight.get(GrantRecord, opened)
    assert record is not None
    assert (record.state, record.closed_by, record.other) == ("withdrawn", gone, market.id["buyer"])
    market.check_replay()
