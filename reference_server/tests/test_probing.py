"""What somebody learns who names statements that are not theirs; their ids stand in the public log."""

from lading.statement.words import format_time
from reference_server.tests.trader import TERMS, Market, now_ms


def test_replying_to_an_offer_between_others_does_not_tell_its_listing(market: Market) -> None:
    of_the_offer = market.provider.issue("listing", kind="dataset", title="The listing of the offer")
    another = market.provider.issue("listing", kind="dataset", title="Another listing")
    offer = market.consumer.register(market.offer(of_the_offer))
    codes = set()
    for listing in (of_the_offer, another):
        market.provider.issue("listing", kind="dataset", title="Next", supersedes=listing)
        answer = market.stranger.post(
            market.stranger.sign(
                "offer",
                listing=listing,
                to=market.provider.id,
                replies_to=offer,
                terms=TERMS,
                purpose="research",
                expires_at=format_time(now_ms() + 3_600_000),
            )
        )
        codes.add(answer.json()["code"])
    assert codes == {"stale-listing"}
