"""One test per rule of rulings: what it refuses, and what lies just beside it and passes."""

import pytest

from lading.acts.recourse import ClaimRecord, RulingRecord
from sdk.tests.acts.dealing import answer, claim, contract, judged, rule, standing
from sdk.tests.core.market import Market

REFUND = {"kind": "refund", "amount": {"amount": "50.00", "currency": "EUR"}}


@pytest.fixture
def market() -> Market:
    return judged()


def test_ruling_claim_has_an_arbiter(market: Market) -> None:
    market.id["other"] = contract(market)
    made = market.put(claim(market, "buyer", "other", "breach"))
    for by in ("buyer", "acme"):
        market.check_refused(rule(market, by, made), "no-arbiter")
    market.check_refused(rule(market, "carol", made), "unknown-statement")


def test_ruling_issuer_is_the_arbiter(market: Market) -> None:
    made = market.put(claim(market, "buyer", "contract", "breach"))
    for by in ("buyer", "acme"):
        market.check_refused(rule(market, by, made), "wrong-party")
    market.check_refused(rule(market, "dave", made), "unknown-statement")
    market.check_refused(rule(market, "carol", market.id["contract"]), "unknown-statement")
    market.admit("carol", "expelled")
    market.put(rule(market, "carol", made, remedy=REFUND))


def test_an_arbiter_rules_on_no_claim_of_its_own(market: Market) -> None:
    terms = standing(arbiter=market.id["carol"])
    market.id["listing"] = market.put(market.listing(standing=terms))
    own = market.put(claim(market, "carol", "listing", "rights"))
    market.check_refused(rule(market, "carol", own), "wrong-party")
    others = market.put(claim(market, "buyer", "listing", "rights"))
    market.put(rule(market, "carol", others))


def test_ruling_arbiter_of_a_listing_is_admitted(market: Market) -> None:
    stooge = market.put(market.listing(standing=standing(arbiter=market.id["dave"])))
    made = market.put(market.say("carol", "claim", statement=stooge, ground="rights"))
    market.check_refused(rule(market, "dave", made, "dismissed"), "not-admitted")
    market.admit("dave", "admitted", "provider")
    market.check_refused(rule(market, "dave", made, "dismissed"), "missing-role")
    market.admit("dave", "admitted", "arbiter")
    market.put(rule(market, "dave", made, "dismissed"))


def test_ruling_claim_is_undecided(market: Market) -> None:
    made = market.put(claim(market, "buyer", "contract", "breach"))
    market.put(answer(market, "acme", made))
    first = market.put(rule(market, "carol", made))
    market.check_refused(rule(market, "carol", made, "dismissed"), "claim-not-open", winner=first)
    gone = market.put(claim(market, "buyer", "contract", "late"))
    withdrawal = market.put(market.say("buyer", "withdrawal", statement=gone))
    market.check_refused(rule(market, "carol", gone), "claim-not-open", winner=withdrawal)


def test_a_ruling_keeps_what_a_termination_asks_for(market: Market) -> None:
    made = market.put(claim(market, "buyer", "contract", "breach"))
    ruled = market.put(rule(market, "carol", made, "settled", text="They agreed."))
    found, about = market.sight.get(RulingRecord, ruled), market.sight.get(ClaimRecord, made)
    assert found is not None
    assert about is not None
    assert (found.claim, found.outcome, found.contract) == (made, "settled", market.id["contract"])
    assert (about.state, about.closed_by) == ("ruled", ruled)
    parties = {market.id[name] for name in ("acme", "buyer", "carol")}
    assert market.sight.readers[ruled] == frozenset(parties)
    market.check_replay()
