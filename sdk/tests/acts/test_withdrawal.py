"""One test per rule of withdrawals: what it refuses, and what lies just beside it and passes."""

import pytest

from lading.acts.records import ListingRecord, SlotRecord
from lading.acts.recourse import ClaimRecord
from lading.statement.words import Id
from sdk.tests.acts.dealing import answer, claim, judged, rule
from sdk.tests.acts.running import notice
from sdk.tests.core.market import NO_BOX, Market, traded_sealed


@pytest.fixture
def market() -> Market:
    return judged()


def withdraw(market: Market, by: str, what: Id) -> bytes:
    return market.say(by, "withdrawal", statement=what)


def test_withdrawal_issuer_is_the_author(market: Market) -> None:
    sent = market.put(market.deliver(market.id["contract"], 2))
    listing = market.put(market.listing(title="Rails"))
    asked = market.put(market.offer("buyer", "acme", listing))
    for by, what in (("buyer", sent), ("carol", listing), ("acme", asked), ("exchange", sent)):
        assert market.check_refused(withdraw(market, by, what), "not-author").pointer == "/statement"
    for what in (sent, asked, market.id["contract"], Id(NO_BOX)):
        hidden = market.check_refused(withdraw(market, "carol", what), "unknown-statement")
        assert hidden.pointer == "/statement"
    made = market.put(withdraw(market, "acme", sent))
    assert market.sight.readers[made] == frozenset({market.id["acme"], market.id["buyer"]})
    gone = market.put(withdraw(market, "acme", listing))
    assert market.sight.readers[gone] == "public"


def test_withdrawal_is_withdrawable(market: Market) -> None:
    asked = market.put(claim(market, "buyer", "contract", "breach"))
    said = market.put(answer(market, "acme", asked))
    told = market.put(withdraw(market, "acme", market.put(market.listing(title="Rails"))))
    ruled = market.put(rule(market, "carol", asked))
    others = (
        ("acme", said),
        ("acme", told),
        ("carol", ruled),
        ("buyer", market.id["receipt"]),
        ("acme", market.id["acme"]),
    )
    for by, what in others:
        assert market.check_refused(withdraw(market, by, what), "not-withdrawable").pointer == "/statement"
    soon = market.say(
        "acme", "notice", kind="recall", contract=market.id["contract"], ground="law", erase_by=market.now
    )
    market.check_refused(withdraw(market, "acme", market.put(soon)), "not-withdrawable")
    sealed = traded_sealed()
    for name in ("lapse", "release"):
        sealed.check_refused(withdraw(sealed, "exchange", sealed.id[name]), "not-withdrawable")


def test_withdrawal_is_still_open(market: Market) -> None:
    market.check_refused(
        withdraw(market, "acme", market.id["delivery"]), "delivery-not-open", winner=market.id["receipt"]
    )
    first = market.put(market.listing(title="Rails"))
    second = market.put(market.listing(title="Rails", supersedes=first))
    market.check_refused(withdraw(market, "acme", first), "stale-listing", winner=second)
    asked = market.put(market.offer("buyer", "acme", second))
    gone = market.put(withdraw(market, "acme", second))
    market.clock.now += 1
    market.check_refused(withdraw(market, "acme", second), "listing-not-open", winner=gone)
    market.check_refused(withdraw(market, "buyer", asked), "offer-not-open", winner=gone)
    made = market.put(claim(market, "buyer", "contract", "breach"))
    ruled = market.put(rule(market, "carol", made))
    market.check_refused(withdraw(market, "buyer", made), "claim-not-open", winner=ruled)
    free = market.put(market.deliver(market.id["contract"], 2))
    market.put(withdraw(market, "acme", free))
    slot = market.sight.get(SlotRecord, f"delivery/{market.id['contract']}/2")
    assert slot is not None
    assert slot.holder is None


def test_a_withdrawn_claim_contests_its_listing_no_more(market: Market) -> None:
    market.id["rails"] = market.put(market.listing(title="Rails"))
    made = market.put(claim(market, "carol", "rails", "rights"))
    assert contested(market) == 1
    market.check_refused(withdraw(market, "acme", made), "not-author")
    gone = market.put(withdraw(market, "carol", made))
    assert contested(market) == 0
    record = market.sight.get(ClaimRecord, made)
    assert record is not None
    assert (record.state, record.closed_by) == ("withdrawn", gone)
    market.clock.now += 1
    market.check_refused(claim(market, "carol", "rails", "rights"), "claim-taken", winner=made)
    market.check_replay()


def contested(market: Market) -> int:
    record = market.sight.get(ListingRecord, market.id["rails"])
    assert record is not None
    return record.contested


def test_nobody_learns_of_a_notice_between_others(market: Market) -> None:
    told = market.put(notice(market, "acme", "recall", erase_by=market.now))
    assert market.check_refused(withdraw(market, "carol", told), "unknown-statement").pointer == "/statement"
