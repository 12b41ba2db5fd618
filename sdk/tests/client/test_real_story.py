"""A whole contract from listing to deletion, against a real exchange, blocking and asynchronous."""

import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack, ExitStack
from decimal import Decimal
from pathlib import Path

import pytest

import lading
from reference_server.tests.exchange_process import ExchangeProcess
from sdk.tests.client.running import PEOPLE, Fair

END = Decimal("15.00")
STORY = [
    "acceptance",
    "offer",
    "acceptance",
    "delivery",
    "receipt",
    "release",
    "payment",
    "payment",
    "payment",
    "notice",
    "notice",
    "claim",
    "claim",
    "ruling",
    "grant",
    "notice",
    "notice",
    "deletion",
]
"""The acts that belong to the contract, in their order."""


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ExchangeProcess]:
    exchange = ExchangeProcess(tmp_path_factory.mktemp("exchange") / "state").start()
    yield exchange
    assert exchange.end() == 0


@pytest.fixture(scope="module")
def fair(served: ExchangeProcess, tmp_path_factory: pytest.TempPathFactory) -> Fair:
    return Fair(served, tmp_path_factory.mktemp("home"))


def test_a_contract_from_listing_to_deletion(fair: Fair, tmp_path: Path) -> None:
    with ExitStack() as stack:
        provider, consumer, assessor, arbiter, auditor = (
            stack.enter_context(fair.connect(name)) for name in PEOPLE
        )
        listing = provider.publish(
            None, title="Calls", kind="service", source="Sensors", collection="sensor", terms=fair.terms()
        )
        assessor.attest(listing, "quality")
        asked = consumer.offer(listing, terms=fair.terms(), purpose="research")
        contract = provider.accept(asked, at_most="100.00 EUR")
        longer = provider.amend(contract, terms=fair.terms(term="P365D"))
        assert consumer.accept(longer, at_most="100.00 EUR").id == contract.id
        delivery = provider.deliver(contract, fair.goods, window=(1, 30))
        consumer.receive(delivery, to=tmp_path / "got")
        asked_for = provider.invoice(contract, "15.00 EUR", "INV-1", delivery=delivery, units=30)
        paid = consumer.pay(contract, "15.00 EUR", "T-1", invoice=asked_for)
        provider.acknowledge(paid)
        account = consumer.account(contract)
        assert (account.owed, account.acknowledged, account.balance) == (END, END, Decimal(0))
        assert account.findings == ()
        provider.suspend(contract, "incident")
        provider.resume(contract)
        claim = consumer.complain(delivery, "quality", text="Some speeds are below zero.")
        provider.answer(claim, "conceded")
        ruling = arbiter.rule(claim, "upheld", remedy="refund", amount="5.00 EUR")
        consumer.grant(contract, auditor.session.me)
        assert auditor.account(contract.id) == account
        consumer.terminate(contract, "breach", ruling=ruling)
        recall = provider.recall(contract, "consent-withdrawn")
        consumer.confirm_deletion(contract, "overwritten", recall=recall)
        types = [event.type for event in provider.events(after=asked.index)]
        assert types == STORY
        assert provider.state(contract).name == "ending"


def test_the_same_asynchronously(fair: Fair, tmp_path: Path) -> None:
    async def story() -> list[str]:
        async with AsyncExitStack() as stack:
            provider, consumer, assessor, arbiter, auditor = [
                await stack.enter_async_context(lading.aconnect(fair.exchange.api, fair.load(name)))
                for name in PEOPLE
            ]
            listing = await provider.publish(
                None,
                title="Calls, too",
                kind="service",
                source="Sensors",
                collection="sensor",
                terms=fair.terms(),
            )
            await assessor.attest(listing, "quality")
            asked = await consumer.offer(listing, terms=fair.terms(), purpose="research")
            contract = await provider.accept(asked, at_most="100.00 EUR")
            longer = await provider.amend(contract, terms=fair.terms(term="P365D"))
            await consumer.accept(longer, at_most="100.00 EUR")
            delivery = await provider.deliver(contract, fair.goods, window=(1, 30))
            await consumer.receive(delivery, to=tmp_path / "got")
            asked_for = await provider.invoice(contract, "15.00 EUR", "INV-1", delivery=delivery, units=30)
            paid = await consumer.pay(contract, "15.00 EUR", "T-1", invoice=asked_for)
            await provider.acknowledge(paid)
            account = await provider.account(contract)
            assert account.balance == Decimal(0)
            assert account.findings == ()
            await provider.suspend(contract, "incident")
            await provider.resume(contract)
            claim = await consumer.complain(delivery, "quality", text="Some speeds are below zero.")
            await provider.answer(claim, "conceded")
            ruling = await arbiter.rule(claim, "upheld", remedy="refund", amount="5.00 EUR")
            await consumer.grant(contract, auditor.session.me)
            assert await auditor.account(contract.id) == account
            await consumer.terminate(contract, "breach", ruling=ruling)
            recall = await provider.recall(contract, "consent-withdrawn")
            await consumer.confirm_deletion(contract, "overwritten", recall=recall)
            return [event.type async for event in provider.events(after=asked.index)]

    assert asyncio.run(story()) == STORY
