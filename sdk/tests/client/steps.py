"""Steps of a trade that many tests begin with."""

from pathlib import Path
from typing import Any

from lading.client.exchange import Exchange
from lading.client.results import Contract, Delivery, Listing, Named, Received
from lading.client.terms import Terms
from lading.client.transport import Request, Response
from lading.errors import Unreachable
from sdk.tests.client.conftest import Trade


def listed(trade: Trade, terms: Terms | None) -> Listing:
    return trade.provider.publish(
        trade.goods,
        source="Sensors",
        collection="sensor",
        title="Road sensors",
        terms=terms,
        sealed=trade.sealed,
    )


def contracted(trade: Trade, terms: Terms) -> Contract:
    return trade.consumer.accept(listed(trade, terms), purpose="research", at_most="100.00 EUR")


def delivered(trade: Trade, terms: Terms) -> Delivery:
    return trade.provider.deliver(contracted(trade, terms), trade.goods)


def entries(trade: Trade) -> int:
    return trade.exchange.store.sight.size()


def unpromised(trade: Trade, terms: Terms) -> Contract:
    """A contract whose listing promises no file."""
    listing = trade.provider.publish(
        None, source="Sensors", collection="sensor", title="A series", terms=terms
    )
    return trade.consumer.accept(listing, purpose="research", at_most="100.00 EUR")


def receive(trade: Trade, delivery: Named, **how: Any) -> Received:
    """The consumer receives, in a new session, into the file `got`."""
    return trade.again(trade.consumer).receive(delivery, to=trade.folder / "got", **how)


def left(trade: Trade) -> set[str]:
    """What lies at and beside the place of the delivery."""
    return {path.name for path in trade.folder.glob("got*")}


def folder_of(party: Exchange) -> Path:
    """The folder of a party's identity."""
    return party.session.speaker.folder


def shares_of(party: Exchange) -> list[Path]:
    """The files of the sealed deliveries that a party is making."""
    return sorted((folder_of(party) / "sealings").glob("*"))


def takings(trade: Trade) -> list[Path]:
    """What the consumer keeps of sealed deliveries that are not opened yet."""
    return list((folder_of(trade.consumer) / "takings").glob("*"))


def cut_after_first_chunks(request: Request, response: Response) -> Response:
    """A connection that breaks after the first request of chunks, and stays silent."""
    if "/chunks" in request.url and not request.url.endswith("/chunks/0"):
        raise Unreachable("cut")
    return response
