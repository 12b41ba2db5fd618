"""Search, events and waiting; the asynchronous shell."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

import lading
from lading.client.aexchange import AsyncExchange
from lading.client.exchange import Exchange
from lading.client.terms import Terms
from lading.client.transport import Request, Response
from lading.errors import TimedOut, UsageProblem
from lading.problems import Refused
from sdk.tests.client.conftest import QUICK, Trade
from sdk.tests.client.stand_in import API, AsyncSeam
from sdk.tests.client.steps import contracted, delivered, entries, listed


def test_admission_is_waited_for(trade: Trade) -> None:
    trade.exchange.admit(trade.provider.session.me, "suspended")
    with pytest.raises(TimedOut, match="suspended"):
        trade.provider.wait_admitted(timeout=0)

    def admit_soon(request: Request, response: Response) -> Response:
        if "/events" in request.url:
            trade.exchange.admit(trade.provider.session.me)
            trade.twist(None)
        return response

    trade.twist(admit_soon)
    assert trade.provider.wait_admitted(timeout=30).name == "admitted"


def test_not_admitted_is_refused_and_the_same_bytes_pass_later(trade: Trade, terms: Terms) -> None:
    trade.exchange.admit(trade.provider.session.me, "suspended")
    with pytest.raises(Refused) as caught:
        listed(trade, terms)
    assert caught.value.code == "not-admitted"
    (stored,) = trade.provider.session.outbox.pending()
    trade.exchange.admit(trade.provider.session.me)
    assert listed(trade, terms).id == stored.id


def test_search_pages_and_asks_for_one(trade: Trade) -> None:
    for number in range(7):
        trade.provider.publish(None, source="Sensors", collection="sensor", title=f"Product {number}")
    found = trade.consumer.search("product", page_size=3)
    assert len(found.all()) == 7
    assert found.first() is not None
    with pytest.raises(UsageProblem, match="more than one"):
        found.one()
    with pytest.raises(UsageProblem, match="nothing"):
        trade.consumer.search("nonsense").one()
    assert trade.consumer.search("product 3").one().title == "Product 3"


def test_events_resume_from_a_cursor(trade: Trade, terms: Terms) -> None:
    listed(trade, terms)
    first = [event.index for event in trade.consumer.events(cursor="work")]
    assert first == list(range(entries(trade)))
    assert list(trade.again(trade.consumer).events(cursor="work")) == []
    contracted(trade, terms)
    assert [event.type for event in trade.again(trade.consumer).events(cursor="work")] == ["acceptance"]


def test_events_that_were_not_dealt_with_come_again(trade: Trade) -> None:
    for event in trade.consumer.events(cursor="work"):
        assert event.index == 0
        break
    assert next(iter(trade.consumer.events(cursor="work"))).index == 0


def test_each_party_sees_only_its_own_business(trade: Trade, terms: Terms) -> None:
    contract = contracted(trade, terms)
    stranger = lading.connect(API, config=QUICK, transport=trade.seam)
    assert [event.type for event in stranger.events(types=("acceptance",))] == []
    with pytest.raises(Refused) as caught:
        stranger.evidence(contract)
    assert caught.value.code == "not-found"
    assert stranger.search().one().title == "Road sensors"
    with pytest.raises(UsageProblem, match="needs an identity"):
        stranger.withdraw(contract)


def test_the_asynchronous_shell_does_the_same_trade(trade: Trade, terms: Terms, tmp_path: Path) -> None:
    delivery = delivered(trade, terms)

    async def receive() -> bytes:
        assert trade.consumer.session.identity is not None
        opening = lading.aconnect(API, trade.consumer.session.identity, config=QUICK)
        await opening.close()
        opening._transport, opening._blocking = AsyncSeam(trade.exchange), trade.seam  # type: ignore[assignment]
        opening.close = _nothing  # type: ignore[method-assign]
        async with opening as x:
            found = await x.search("road").one()
            contract = await x.accept(found, purpose="research", at_most="100.00 EUR")
            assert [event.type async for event in x.events(types=("delivery",))] == ["delivery"]
            assert (await x.deliveries(contract).all()) == [delivery]
            got = await x.receive(await x.next_delivery(contract, timeout=5), to=tmp_path / "got")
            return got.path.read_bytes()

    assert asyncio.run(receive()) == trade.goods.read_bytes()


async def _nothing() -> None:
    """Nothing to close."""


def test_both_shells_have_the_same_verbs() -> None:
    def verbs(shell: type) -> set[str]:
        return {name for name in vars(shell) if not name.startswith("_")}

    assert verbs(Exchange) == verbs(AsyncExchange)


Twist = Callable[[Request, Response], Response]
