"""A contract on terms that permit suspension, termination and scheduled deliveries; and notices about it."""

from typing import Any, Final

from lading.acts.records import ContractRecord
from lading.statement.words import Id, format_time
from sdk.tests.acts.dealing import contract
from sdk.tests.core.market import DAY, Market, opened

BOTH: Final = ["provider", "consumer"]
LAW: Final = "urn:example:law"
INSTRUMENT: Final[dict[str, Any]] = {"id": LAW, "version": "1", "status": "in-force"}
AGREED: Final[dict[str, Any]] = {
    "suspension": {"by": BOTH, "maximum": "P2D"},
    "termination": {"by": BOTH, "notice": "P10D"},
}


def running(**terms: Any) -> Market:
    """A market in which buyer has a contract with acme on these terms, as in `AGREED` where none are given."""
    market = opened()
    market.id["contract"] = contract(market, **(terms or AGREED))
    return market


def notice(market: Market, by: str, kind: str, **members: Any) -> bytes:
    """A notice about the market's contract."""
    said = {"kind": kind, "contract": market.id["contract"], "ground": "law"}
    return market.say(by, "notice", **{**said, **members})


def ended(market: Market, by: str, millis: int, **members: Any) -> bytes:
    """A notice that ends the market's contract so many milliseconds from now."""
    return notice(market, by, "terminate", effective_at=format_time(market.clock.now + millis), **members)


def outage(market: Market, since: int, until: int, by: str = "exchange") -> bytes:
    """A notice of an outage."""
    told: dict[str, Any] = {"since": format_time(since), "until": format_time(until)}
    return market.say(by, "notice", kind="outage", ground="power", **told)


def state_of(market: Market) -> ContractRecord:
    """What has become of the market's contract."""
    record = market.sight.get(ContractRecord, market.id["contract"])
    assert record is not None
    return record


def received(market: Market, number: int) -> Id:
    """A delivery under the market's contract, and its receipt."""
    delivery = market.put(market.deliver(market.id["contract"], number))
    market.put(market.acknowledge(delivery))
    return delivery


def pause(market: Market, days: int = 1, by: str = "acme") -> tuple[Id, Id]:
    """Suspend the contract now, and take it up again so many days later."""
    begun = market.put(notice(market, by, "suspend"))
    market.clock.now += days * DAY
    return begun, market.put(notice(market, by, "resume"))
