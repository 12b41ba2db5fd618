"""One test per rule of claims and their answers: what it refuses, and what lies just beside it and passes."""

from typing import Any

import pytest

from lading.acts.records import ListingRecord
from lading.acts.recourse import ClaimRecord
from lading.statement import base64url
from lading.statement.words import Id
from sdk.tests.acts.dealing import DOCUMENT, answer, claim, contract, judged, rule, standing
from sdk.tests.core.market import DAY, NO_BOX, Market, seal_key, traded

SAMPLE = {"evidence": [DOCUMENT]}


@pytest.fixture
def market() -> Market:
    return judged()


@pytest.fixture
def sealed() -> Market:
    """With a release of a content of one chunk."""
    market = traded()
    market.id.update(market.sealed_trade())
    return market


def wrong_key(market: Market, release: Id, arbiter: Id, by: str = "buyer") -> bytes:
    """A claim that a key is wrong; its pieces are of nothing."""
    part = {"media_type": "application/octet-stream", "size": 0, "digest": NO_BOX}
    leaf = base64url.encode(bytes(96)).decode()
    pieces: dict[str, Any] = {name: {"name": name, **part} for name in ("path", "share")}
    proof = {"index": 0, "leaf": leaf, "arbiter": arbiter, "sealed_to": seal_key("carol").kid, **pieces}
    return market.say(by, "claim", statement=release, ground="wrong-key", proof=proof)


def record(market: Market, key: Id) -> ClaimRecord:
    found = market.sight.get(ClaimRecord, key)
    assert found is not None
    return found


def test_claim_statement_is_the_issuers_to_see(market: Market) -> None:
    for statement, ground in (("contract", "breach"), ("delivery", "quality"), ("receipt", "late")):
        refused = market.check_refused(claim(market, "carol", statement, ground), "unknown-statement")
        assert refused.pointer == "/statement"
        market.put(claim(market, "buyer", statement, ground))


def test_a_ground_is_about_one_kind_of_statement(market: Market) -> None:
    market.id["listing"] = market.put(market.listing())
    market.id["offer"] = market.put(market.offer("acme", "buyer", market.id["listing"]))
    wrong = (
        ("listing", "breach"),
        ("listing", "quality"),
        ("contract", "quality"),
        ("receipt", "incomplete"),
        ("delivery", "objection"),
        ("contract", "leak"),
        ("offer", "breach"),
        ("acme", "rights"),
    )
    for statement, ground in wrong:
        more = SAMPLE if ground == "leak" else {}
        market.check_refused(claim(market, "buyer", statement, ground, **more), "unknown-statement")


def test_claim_proof_is_the_consumers(sealed: Market) -> None:
    sealed.check_refused(sealed.claim(sealed.id["release"], by="acme"), "wrong-party")
    sealed.put(wrong_key(sealed, sealed.id["release"], sealed.id["carol"]))


def test_claim_delivery_is_claimed_about_by_its_party(market: Market) -> None:
    market.check_refused(claim(market, "acme", "delivery", "quality"), "wrong-party")
    market.check_refused(claim(market, "buyer", "delivery", "leak", **SAMPLE), "wrong-party")
    market.put(claim(market, "buyer", "delivery", "quality", text="Half of it is noise.", remedy="refund"))
    market.put(claim(market, "acme", "delivery", "leak", **SAMPLE))


def test_claim_listing_is_another_providers(market: Market) -> None:
    market.id["listing"] = market.put(market.listing())
    market.check_refused(claim(market, "acme", "listing", "rights"), "wrong-party")
    market.put(claim(market, "carol", "listing", "rights"))


def test_claim_chunk_exists(sealed: Market) -> None:
    sealed.check_refused(sealed.claim(sealed.id["release"], index=1), "no-such-chunk")


def test_claim_arbiter_is_the_agreed_one() -> None:
    market = judged()
    market.id.update(market.sealed_trade())
    market.check_refused(wrong_key(market, market.id["release"], market.id["dave"]), "wrong-arbiter")
    market.put(wrong_key(market, market.id["release"], market.id["carol"]))


def test_claim_window_has_begun(market: Market) -> None:
    market.id["open"] = market.put(market.deliver(market.id["contract"], 2))
    market.check_refused(claim(market, "buyer", "open", "quality"), "dispute-window-closed")
    market.put(claim(market, "buyer", "open", "late"))


def test_claim_window_is_open(market: Market) -> None:
    market.clock.now += DAY
    market.put(claim(market, "buyer", "delivery", "quality"))
    market.clock.now += 1
    market.check_refused(claim(market, "buyer", "delivery", "incomplete"), "dispute-window-closed")
    market.put(claim(market, "buyer", "delivery", "rights"))
    market.put(claim(market, "acme", "delivery", "leak", **SAMPLE))


def test_a_dispute_window_stands_still_while_the_contract_is_suspended() -> None:
    market = judged()
    own = contract(market, suspension={"by": ["provider"]})
    market.id["own"] = market.put(market.deliver(own, 1))
    market.put(market.acknowledge(market.id["own"]))
    market.put(market.say("acme", "notice", kind="suspend", ground="security", contract=own))
    market.clock.now += 2 * DAY
    market.put(claim(market, "buyer", "own", "quality"))
    market.put(market.say("acme", "notice", kind="resume", ground="security", contract=own))
    market.clock.now += DAY
    market.put(claim(market, "buyer", "own", "incomplete"))
    market.clock.now += 1
    market.check_refused(claim(market, "buyer", "own", "not-as-described"), "dispute-window-closed")


def test_claim_is_made_once(market: Market) -> None:
    first = market.put(claim(market, "buyer", "delivery", "rights"))
    market.check_refused(
        claim(market, "buyer", "delivery", "rights", text="Again."), "claim-taken", winner=first
    )
    market.put(claim(market, "acme", "delivery", "rights"))
    market.put(claim(market, "buyer", "delivery", "unlawful"))
    market.put(market.say("buyer", "withdrawal", statement=first))
    market.clock.now += 1
    market.check_refused(claim(market, "buyer", "delivery", "rights"), "claim-taken", winner=first)


def test_a_proof_is_brought_once_per_ground(sealed: Market) -> None:
    first = sealed.put(sealed.claim(sealed.id["release"]))
    sealed.clock.now += 1
    sealed.check_refused(sealed.claim(sealed.id["release"]), "claim-taken", winner=first)
    sealed.put(wrong_key(sealed, sealed.id["release"], sealed.id["carol"]))


def test_claim_stranger_is_admitted(market: Market) -> None:
    market.id["listing"] = market.put(market.listing())
    market.check_refused(claim(market, "dave", "listing", "objection"), "not-admitted")
    market.admit("buyer", "suspended", "consumer")
    market.check_refused(claim(market, "buyer", "listing", "objection"), "not-admitted")
    market.put(claim(market, "buyer", "contract", "breach"))


def test_claim_answer_is_the_respondents(market: Market) -> None:
    made = market.put(claim(market, "buyer", "delivery", "quality"))
    market.check_refused(answer(market, "buyer", made), "wrong-party")
    market.check_refused(answer(market, "carol", made), "wrong-party")
    market.check_refused(answer(market, "exchange", made), "unknown-statement")
    market.put(answer(market, "acme", made, "conceded"))


def test_claim_answered_claim_is_open(market: Market) -> None:
    made = market.put(claim(market, "buyer", "delivery", "quality"))
    first = market.put(answer(market, "acme", made))
    market.check_refused(answer(market, "acme", made, "conceded"), "claim-not-open", winner=first)
    assert (record(market, made).state, record(market, made).closed_by) == ("answered", first)
    ruled = market.put(rule(market, "carol", made))
    market.clock.now += 1
    market.check_refused(answer(market, "acme", made), "claim-not-open", winner=ruled)
    market.check_refused(answer(market, "acme", first), "unknown-statement")


def test_a_listing_is_contested_while_a_claim_to_it_is_neither_ruled_nor_withdrawn(market: Market) -> None:
    terms = standing(arbiter=market.id["carol"])
    market.id["listing"] = market.put(market.listing(standing=terms))

    def contested() -> int:
        listing = market.sight.get(ListingRecord, market.id["listing"])
        assert listing is not None
        return listing.contested

    market.put(claim(market, "buyer", "listing", "unlawful"))
    assert contested() == 0
    first = market.put(claim(market, "buyer", "listing", "rights"))
    second = market.put(claim(market, "buyer", "listing", "objection"))
    market.put(answer(market, "acme", first, "conceded"))
    assert contested() == 2
    market.put(market.say("buyer", "withdrawal", statement=second))
    assert contested() == 1
    market.put(rule(market, "carol", first, "dismissed"))
    assert contested() == 0
    market.check_replay()


def test_a_claim_is_against_the_other_party_and_goes_to_the_arbiter(market: Market) -> None:
    of_buyer = record(market, market.put(claim(market, "buyer", "contract", "overcharged")))
    of_acme = record(market, market.put(claim(market, "acme", "contract", "unpaid")))
    acme, buyer, carol = (market.id[name] for name in ("acme", "buyer", "carol"))
    assert (of_buyer.claimant, of_buyer.respondent, of_buyer.arbiter) == (buyer, acme, carol)
    assert (of_acme.claimant, of_acme.respondent, of_acme.contract) == (acme, buyer, market.id["contract"])
    assert market.sight.readers[Id(of_acme.key)] == frozenset({acme, buyer, carol})
