"""Odd orders of acts by which a party would gain, and what comes of them."""

from typing import Any

from lading.statement.words import Id
from sdk.tests.acts.situations import contract, refused, standing
from sdk.tests.core.market import Market, opened


def window(first: int, last: int) -> dict[str, Any]:
    """The member `window` of a delivery."""
    return {"window": {"first": first, "last": last, "count": last - first + 1}}


def three_windows() -> tuple[Market, list[Id]]:
    """A stream of which three windows of ten were delivered; the third was received, the others were withdrawn."""
    market = opened()
    market.id["contract"] = contract(market, market.put(market.listing(kind="stream")))
    said = [
        market.put(market.deliver(market.id["contract"], number, **window(10 * number - 9, 10 * number)))
        for number in (1, 2, 3)
    ]
    market.put(market.acknowledge(said[2]))
    for delivery in said[:2]:
        market.put(market.say("acme", "withdrawal", statement=delivery))
    return market, said


def test_a_window_does_not_grow_over_others_when_its_neighbour_was_withdrawn_too() -> None:
    market, _ = three_windows()
    market.clock.now += 1
    for last in (1000, 30, 21, 20):
        refused(market, market.deliver(market.id["contract"], 1, **window(1, last)), "window-gap")
    market.put(market.deliver(market.id["contract"], 1, **window(1, 19)))
    refused(market, market.deliver(market.id["contract"], 2, **window(20, 21)), "window-gap")
    market.put(market.deliver(market.id["contract"], 2, **window(20, 20)))


def test_a_window_that_leaves_no_room_is_fine_where_the_numbers_between_lapsed() -> None:
    market = opened()
    schedule = {"first": "PT1S", "every": "PT1S", "deliveries": 3}
    listing = market.put(market.listing(kind="stream", standing=standing(schedule=schedule)))
    market.id["contract"] = contract(market, listing)
    first = market.put(market.deliver(market.id["contract"], 1, **window(1, 10)))
    market.clock.now += 5000
    market.put(market.say("exchange", "lapse", contract=market.id["contract"], sequence=2))
    market.put(market.deliver(market.id["contract"], 3, **window(11, 20)))
    market.put(market.say("acme", "withdrawal", statement=first))
    refused(market, market.deliver(market.id["contract"], 1, **window(1, 9)), "window-gap")
    market.put(market.deliver(market.id["contract"], 1, **window(1, 10)))
