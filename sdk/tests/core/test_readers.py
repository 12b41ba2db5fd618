"""Who may read what, as the pages of the acts say it."""

from lading.acts.base import PUBLIC
from lading.statement.words import Id
from sdk.tests.core.market import NAMES, Market, opened, traded_sealed


def readers(market: Market, key: Id) -> object:
    """The names of those who may read a statement besides the exchange, or `public`."""
    found = market.sight.readers[key]
    names = {market.id[name]: name for name in ("exchange", *NAMES)}
    return found if isinstance(found, str) else {names[identifier] for identifier in found}


def test_participants_admissions_and_listings_are_public() -> None:
    market = opened()
    listing = market.put(market.listing())
    for key in (
        *market.id.values(),
        listing,
        market.put(market.say("acme", "withdrawal", statement=listing)),
    ):
        assert readers(market, key) == PUBLIC
    assert readers(market, market.admit("dave", "expelled")) == PUBLIC
    market.rotate("acme")
    assert readers(market, market.head["acme"]) == PUBLIC


def test_offers_are_read_by_issuer_and_addressee() -> None:
    market = opened()
    listing = market.put(market.listing())
    parties = {"acme", "buyer"}
    offer = market.put(market.offer("buyer", "acme", listing))
    answer = market.put(market.offer("acme", "buyer", listing, replies_to=offer))
    other = market.put(market.offer("carol", "acme", listing))
    assert readers(market, offer) == readers(market, answer) == parties
    assert (
        readers(market, market.put(market.say("buyer", "rejection", offer=answer, reason="price"))) == parties
    )
    assert readers(market, market.put(market.say("carol", "withdrawal", statement=other))) == {
        "carol",
        "acme",
    }
    third = market.put(market.offer("acme", "buyer", listing))
    assert readers(market, market.put(market.say("buyer", "acceptance", offer=third))) == parties


def test_contracts_and_what_follows_are_read_by_provider_and_consumer() -> None:
    market = opened()
    parties = {"acme", "buyer"}
    trade = market.trade()
    for name in ("contract", "delivery", "receipt"):
        assert readers(market, trade[name]) == parties
    second = market.put(market.deliver(trade["contract"], 2))
    assert readers(market, market.put(market.say("acme", "withdrawal", statement=second))) == parties


def test_releases_lapses_and_claims_are_read_by_provider_and_consumer() -> None:
    market = traded_sealed()
    for name in ("sealed delivery", "sealed receipt", "release", "claim", "lapse"):
        assert readers(market, market.id[name]) == {"acme", "buyer"}, name
