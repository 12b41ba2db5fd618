"""Steps of a trade that many tests begin with."""

from lading.client.results import Contract, Delivery, Listing
from lading.client.terms import Terms
from sdk.tests.client.conftest import Trade


def listed(trade: Trade, terms: Terms | None) -> Listing:
    return trade.provider.publish(trade.goods, title="Road sensors", terms=terms, sealed=trade.sealed)


def contracted(trade: Trade, terms: Terms) -> Contract:
    return trade.consumer.accept(listed(trade, terms), purpose="research", at_most="100.00 EUR")


def delivered(trade: Trade, terms: Terms) -> Delivery:
    return trade.provider.deliver(contracted(trade, terms), trade.goods)


def entries(trade: Trade) -> int:
    return trade.exchange.store.sight.size()
