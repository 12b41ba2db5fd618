"""One test per rule of listings, offers and acceptances but for the gates."""

from typing import Any

from lading.statement.words import format_time
from sdk.tests.acts.situations import (
    DOCUMENT,
    LATER,
    NOBODY,
    RESEARCH_ONLY_IN_FR,
    accept,
    amendment,
    refused,
    standing,
)
from sdk.tests.core.market import DAY, START, TERMS, Market, opened, traded


def test_listing_provider_is_admitted() -> None:
    market = opened()
    refused(market, market.listing("dave"), "not-admitted")


def test_listing_supersedes_its_own() -> None:
    market = traded()
    refused(market, market.listing("carol", supersedes=market.id["listing"]), "not-author")


def test_listing_supersedes_the_head() -> None:
    market = traded()
    second = market.put(market.listing(title="Second", supersedes=market.id["listing"]))
    third = refused(market, market.listing(title="Third", supersedes=market.id["listing"]), "stale-listing")
    assert third.winner == second


def test_listing_standing_terms_last() -> None:
    market = opened()
    market.clock.now += DAY
    over = {"terms": TERMS, "expires_at": format_time(START)}
    refused(market, market.listing(standing=over), "already-expired")


def test_listing_arbiter_is_no_party() -> None:
    market = opened()
    refused(market, market.listing(standing=standing(arbiter=market.id["acme"])), "arbiter-not-fit")


def test_listing_sample_is_of_the_content() -> None:
    market = opened()
    sample = {"index": 0, "chunk": DOCUMENT, "leaf": NOBODY, "path": []}
    refused(market, market.listing(sample=sample), "sample-mismatch")


def test_offer_addressee_is_known() -> None:
    market = traded()
    said: dict[str, Any] = {"terms": TERMS, "purpose": "research", "expires_at": LATER}
    stranger = market.say("acme", "offer", listing=market.id["listing"], to=NOBODY, **said)
    assert refused(market, stranger, "unknown-statement").pointer == "/to"


def test_offer_amends_a_contract_of_its_issuer() -> None:
    market = traded()
    refused(market, amendment(market, "carol", "acme", market.id["contract"]), "unknown-statement")


def test_offer_lies_between_provider_and_consumer() -> None:
    market = traded()
    refused(market, market.offer("carol", "buyer", market.id["listing"]), "wrong-party")


def test_offer_lies_between_provider_and_consumer__of_the_contract() -> None:
    market = traded()
    refused(market, amendment(market, "acme", "carol", market.id["contract"]), "wrong-party")


def test_offer_parties_are_admitted() -> None:
    market = traded()
    refused(market, market.offer("acme", "dave", market.id["listing"]), "not-admitted")


def test_offer_listing_is_open() -> None:
    market = traded()
    market.put(market.say("acme", "withdrawal", statement=market.id["listing"]))
    refused(market, market.offer("acme", "buyer", market.id["listing"]), "listing-not-open")


def test_offer_amends_the_head() -> None:
    market = traded()
    first = market.put(amendment(market, "acme", "buyer", market.id["contract"]))
    head = market.put(accept(market, "buyer", first))
    late = refused(market, amendment(market, "buyer", "acme", market.id["contract"]), "stale-contract")
    assert late.winner == head


def ending() -> Market:
    """A market whose contract was terminated, before which an offer was made to amend it."""
    market = traded()
    market.id["amending"] = market.put(amendment(market, "acme", "buyer", market.id["contract"]))
    ends = format_time(START + 90 * DAY)
    market.put(
        market.say(
            "acme",
            "notice",
            contract=market.id["contract"],
            kind="terminate",
            ground="strategy",
            effective_at=ends,
        )
    )
    return market


def test_offer_contract_can_be_amended() -> None:
    market = ending()
    refused(market, amendment(market, "buyer", "acme", market.id["contract"]), "contract-not-active")


def test_offer_expires_later() -> None:
    market = traded()
    over = format_time(market.clock.now - 1000)
    refused(market, market.offer("acme", "buyer", market.id["listing"], expires_at=over), "already-expired")


def test_offer_purpose_is_permitted() -> None:
    market = traded()
    other = market.offer("acme", "buyer", market.id["listing"], purpose="advertising")
    refused(market, other, "purpose-not-permitted")


def test_offer_arbiter_is_fit() -> None:
    market = traded()
    terms = {**TERMS, "arbiter": market.id["carol"]}
    refused(market, market.offer("acme", "buyer", market.id["listing"], terms=terms), "arbiter-not-fit")


def test_offer_use_is_permitted() -> None:
    market = traded()
    terms = {**TERMS, "permissions": RESEARCH_ONLY_IN_FR}
    refused(market, market.offer("acme", "buyer", market.id["listing"], terms=terms), "not-permitted")


def test_offer_replies_to_the_other_party() -> None:
    market = traded()
    own = market.put(market.offer("acme", "buyer", market.id["listing"]))
    again = market.offer("acme", "buyer", market.id["listing"], replies_to=own)
    refused(market, again, "wrong-party")


def test_offer_answered_offer_is_open() -> None:
    market = traded()
    offer = market.put(market.offer("acme", "buyer", market.id["listing"]))
    first = market.put(market.offer("buyer", "acme", market.id["listing"], replies_to=offer))
    market.clock.now += 1000
    second = market.offer("buyer", "acme", market.id["listing"], replies_to=offer)
    assert refused(market, second, "offer-not-open").winner == first


def test_acceptance_accepts_what_is_there() -> None:
    market = traded()
    offer = market.put(market.offer("acme", "carol", market.id["listing"]))
    refused(market, accept(market, "buyer", offer), "unknown-statement")


def test_acceptance_issuer_is_the_other_party() -> None:
    market = traded()
    refused(
        market,
        accept(market, "acme", market.put(market.offer("acme", "buyer", market.id["listing"]))),
        "wrong-party",
    )


def test_acceptance_issuer_is_the_other_party__of_a_listing() -> None:
    market = opened()
    own = market.put(market.listing("carol"))
    refused(market, market.buy("carol", own, "PO-2"), "wrong-party")


def test_acceptance_eligible_party() -> None:
    market = opened()
    few = {**standing(), "eligible": [market.id["carol"]]}
    refused(market, market.buy("buyer", market.put(market.listing(standing=few)), "PO-2"), "not-eligible")


def test_acceptance_purpose_is_permitted() -> None:
    market = traded()
    said: dict[str, Any] = {"listing": market.id["listing"], "purpose": "advertising", "reference": "PO-2"}
    refused(market, market.say("buyer", "acceptance", **said), "purpose-not-permitted")


def test_acceptance_reference_is_fresh() -> None:
    market = traded()
    market.clock.now += 1000
    again = refused(market, market.buy("buyer", market.id["listing"], "PO-1"), "reference-used")
    assert again.winner == market.id["contract"]


def test_acceptance_offer_or_listing_is_open() -> None:
    market = traded()
    market.put(market.say("acme", "withdrawal", statement=market.id["listing"]))
    refused(market, market.buy("buyer", market.id["listing"], "PO-2"), "listing-not-open")


def test_acceptance_offer_or_listing_is_open__once_an_offer() -> None:
    market = traded()
    offer = market.put(market.offer("acme", "buyer", market.id["listing"]))
    first = market.put(accept(market, "buyer", offer))
    market.clock.now += 1000
    assert refused(market, accept(market, "buyer", offer), "offer-not-open").winner == first


def test_acceptance_comes_in_time() -> None:
    market = traded()
    offer = market.put(market.offer("acme", "buyer", market.id["listing"]))
    market.clock.now = START + 7 * DAY + 1
    refused(market, accept(market, "buyer", offer), "offer-expired")


def test_acceptance_comes_in_time__to_standing_terms() -> None:
    market = traded()
    market.clock.now = START + 30 * DAY + 1
    refused(market, market.buy("buyer", market.id["listing"], "PO-2"), "standing-terms-expired")


def test_acceptance_parties_are_admitted() -> None:
    market = traded()
    refused(market, market.buy("dave", market.id["listing"], "PO-2"), "not-admitted")


def test_acceptance_maximum_is_kept() -> None:
    market = opened()
    listing = market.put(market.listing(standing={**standing(), "maximum": 1}))
    market.put(market.buy("buyer", listing, "PO-1"))
    refused(market, market.buy("carol", listing, "PO-1"), "maximum-reached")


def test_acceptance_amends_the_head() -> None:
    market = traded()
    offers = [
        market.put(amendment(market, "acme", "buyer", market.id["contract"], purpose=purpose, terms=terms))
        for purpose, terms in (("research", TERMS), ("advertising", {**TERMS, "purposes": ["advertising"]}))
    ]
    head = market.put(accept(market, "buyer", offers[0]))
    assert refused(market, accept(market, "buyer", offers[1]), "stale-contract").winner == head


def test_acceptance_contract_can_be_amended() -> None:
    market = ending()
    refused(market, accept(market, "buyer", market.id["amending"]), "contract-not-active")


def test_acceptance_arbiter_is_fit() -> None:
    market = opened()
    listing = market.put(market.listing(standing=standing(arbiter=market.id["carol"])))
    refused(market, market.buy("buyer", listing, "PO-1"), "arbiter-not-fit")


def test_acceptance_use_is_permitted() -> None:
    market = opened()
    listing = market.put(market.listing(standing=standing(permissions=RESEARCH_ONLY_IN_FR)))
    refused(market, market.buy("buyer", listing, "PO-1"), "not-permitted")
