"""What somebody learns who names statements that are not theirs; their ids stand in the public log."""

import pytest

from lading.statement.words import format_time
from reference_server.tests.trader import TERMS, Content, Market, Trader, now_ms


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


@pytest.mark.parametrize("act", ["withdrawal", "delivery", "rejection", "acceptance", "receipt"])
def test_naming_what_lies_between_others_is_naming_nothing(market: Market, act: str) -> None:
    content = Content(b"roads")
    contract = market.contract()
    offer = market.consumer.register(market.offer(market.listing()))
    delivery = market.delivered(contract, content)
    probes: dict[str, dict[str, object]] = {
        "delivery": {"contract": contract, "sequence": 2, "form": "clear", "custody": "exchange"}
        | content.members,
        "rejection": {"offer": offer, "reason": "price"},
        "acceptance": {"offer": offer},
        "receipt": {"delivery": delivery, "outcome": "refused", "reason": "late"},
        "withdrawal": {"statement": offer},
    }
    for hidden in (contract, offer, delivery) if act == "withdrawal" else (None,):
        named = probes[act] if hidden is None else {"statement": hidden}
        answer = market.stranger.post(market.stranger.sign(act, **named))
        assert answer.json()["code"] == "unknown-statement"


def test_only_the_provider_sees_how_often_standing_terms_were_accepted(market: Market) -> None:
    listing = market.listing()
    market.contract(listing)
    assert market.provider.get(f"/state/{listing}").json()["record"]["accepted"] == 1
    for other in (market.consumer, market.stranger):
        assert "accepted" not in other.get(f"/state/{listing}").json()["record"]


def test_whoever_waits_for_admission_registers_a_few_statements_only(market: Market) -> None:
    with Trader(market.api, market.exchange.id, "Newcomer") as newcomer:
        newcomer.register(newcomer.first)
        answers = [newcomer.post(newcomer.successor()) for _ in range(8)]
    assert [answer.status_code for answer in answers] == [201] * 7 + [429]
    assert answers[-1].json()["code"] == "too-many-pending"
