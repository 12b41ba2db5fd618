"""Contracts on what terms a test likes, and what the acts after a trade say about them."""

from functools import lru_cache
from typing import Any, Final

from lading.statement.words import Id, format_time
from sdk.tests.core.market import DAY, NO_BOX, START, TERMS, Market, opened

DOCUMENT: Final[dict[str, Any]] = {
    "name": "document.pdf",
    "media_type": "application/pdf",
    "size": 0,
    "digest": NO_BOX,
}
SOON: Final = format_time(START + 10 * DAY)


@lru_cache
def _judged() -> Market:
    market = opened()
    market.admit("carol", "admitted", "provider", "consumer", "arbiter")
    market.id["contract"] = contract(market, arbiter=market.id["carol"])
    market.id["delivery"] = market.put(market.deliver(market.id["contract"], 1))
    market.id["receipt"] = market.put(market.acknowledge(market.id["delivery"]))
    return market


def judged() -> Market:
    """A market in which buyer received a delivery under a contract of whose arbiter is carol."""
    return _judged().copy()


def standing(**terms: Any) -> dict[str, Any]:
    """Standing terms that differ from those of the market."""
    return {"terms": {**TERMS, **terms}, "expires_at": format_time(START + 30 * DAY)}


def contract(market: Market, **terms: Any) -> Id:
    """A contract of buyer with acme on terms that differ from those of the market."""
    listing = market.put(market.listing(standing=standing(**terms)))
    return market.put(market.buy("buyer", listing, f"PO-{len(market.sight.entries)}"))


def pay(market: Market, by: str, kind: str, reference: str, **members: Any) -> bytes:
    """A payment of 100.00 EUR under the market's contract."""
    said = {"contract": market.id["contract"], "amount": {"amount": "100.00", "currency": "EUR"}}
    return market.say(by, "payment", **{**said, "kind": kind, "reference": reference, **members})


def claim(market: Market, by: str, statement: str, ground: str, **members: Any) -> bytes:
    """A claim without a proof; `statement` is a name in `id`."""
    return market.say(by, "claim", statement=market.id[statement], ground=ground, **members)


def answer(market: Market, by: str, to: Id, said: str = "denied") -> bytes:
    """The answer to a claim."""
    return market.say(by, "claim", replies_to=to, answer=said)


def rule(market: Market, by: str, on: Id, outcome: str = "upheld", **members: Any) -> bytes:
    """A ruling."""
    return market.say(by, "ruling", claim=on, outcome=outcome, **members)
