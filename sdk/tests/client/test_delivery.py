"""Delivering and receiving over an exchange in memory, sealed and clear."""

from pathlib import Path

import pytest

from lading.client.terms import Terms
from lading.errors import ContentMismatch, TimedOut, UsageProblem
from lading.problems import Refused
from sdk.tests.client.conftest import Trade
from sdk.tests.client.steps import contracted, delivered, entries


@pytest.fixture(params=["sealed", "clear"])
def trade(request: pytest.FixtureRequest, trade: Trade) -> Trade:
    trade.sealed = request.param == "sealed"
    return trade


def test_delivering_twice_is_one_delivery(trade: Trade, terms: Terms) -> None:
    first, size = delivered(trade, terms), entries(trade)
    assert trade.provider.deliver(first.contract, trade.goods) == first
    assert trade.again(trade.provider).deliver(first.contract, trade.goods) == first
    assert entries(trade) == size


def test_delivering_from_another_machine_finds_the_delivery(trade: Trade, terms: Terms) -> None:
    first = delivered(trade, terms)
    for path in (trade.folder / "home" / "identities" / "provider" / "outbox").glob("deliver-*"):
        path.unlink()
    assert trade.again(trade.provider).deliver(first.contract, trade.goods) == first


def test_a_file_that_the_listing_does_not_promise_is_not_uploaded(trade: Trade, terms: Terms) -> None:
    contract = contracted(trade, terms)
    trade.goods.write_bytes(b"changed since")
    before = len(trade.exchange.requests)
    with pytest.raises(ContentMismatch, match="not the file"):
        trade.provider.deliver(contract, trade.goods)
    assert not any(path.startswith("POST") for path in trade.exchange.paths()[before:])


def test_other_content_under_a_used_number_is_refused(trade: Trade, terms: Terms) -> None:
    listing = trade.provider.publish(
        None, source="Sensors", collection="sensor", title="A series", terms=terms
    )
    contract = trade.consumer.accept(listing, purpose="research", at_most="100.00 EUR")
    first = trade.provider.deliver(contract, trade.goods)
    trade.goods.write_bytes(b"the second one")
    for party in (trade.provider, trade.again(trade.provider)):
        with pytest.raises(Refused) as caught:
            party.deliver(contract, trade.goods)
        assert (caught.value.code, caught.value.winner) == ("sequence-taken", first.id)
        for path in (trade.folder / "home" / "identities" / "provider" / "outbox").glob("deliver-*"):
            path.unlink()
    second = trade.provider.deliver(contract, trade.goods, sequence=2)
    assert second.sequence == 2


def test_a_gap_in_the_numbers_is_refused_and_the_number_stays_usable(trade: Trade, terms: Terms) -> None:
    contract = contracted(trade, terms)
    with pytest.raises(Refused) as caught:
        trade.provider.deliver(contract, trade.goods, sequence=2)
    assert caught.value.code == "sequence-gap"
    trade.provider.deliver(contract, trade.goods)
    assert trade.provider.deliver(contract, trade.goods, sequence=2).sequence == 2


def test_a_withdrawn_or_refused_number_is_delivered_anew(trade: Trade, terms: Terms) -> None:
    first = delivered(trade, terms)
    trade.provider.withdraw(first)
    second = trade.provider.deliver(first.contract, trade.goods)
    assert second.id != first.id
    trade.consumer.refuse(second, reason="not-as-described")
    third = trade.provider.deliver(first.contract, trade.goods)
    assert third.id not in (first.id, second.id)
    assert trade.consumer.next_delivery(first.contract, timeout=1) == third


def test_an_empty_file_is_traded_too(trade: Trade, terms: Terms, tmp_path: Path) -> None:
    trade.goods.write_bytes(b"")
    delivery = delivered(trade, terms)
    got = trade.consumer.receive(delivery, to=tmp_path / "got")
    assert got.path.read_bytes() == b""


@pytest.mark.parametrize("size", [1, 65_535, 65_536, 65_537, 131_072, 300_001])
def test_files_of_every_shape_arrive(trade: Trade, terms: Terms, tmp_path: Path, size: int) -> None:
    trade.goods.write_bytes(bytes(i * 7 % 251 for i in range(size)))
    trade.consumer.receive(delivered(trade, terms), to=tmp_path / "got")
    assert (tmp_path / "got").read_bytes() == trade.goods.read_bytes()
    assert not list(tmp_path.glob("*.part"))


def test_a_file_in_the_way_is_not_replaced(trade: Trade, terms: Terms, tmp_path: Path) -> None:
    delivery = delivered(trade, terms)
    (tmp_path / "got").write_text("mine")
    with pytest.raises(UsageProblem, match="exists"):
        trade.consumer.receive(delivery, to=tmp_path / "got")
    assert (tmp_path / "got").read_text() == "mine"
    assert trade.consumer.state(delivery).name == "open"
    trade.consumer.receive(delivery, to=tmp_path / "got", overwrite=True)
    assert (tmp_path / "got").read_bytes() == trade.goods.read_bytes()


def test_receiving_again_finds_file_and_receipt(trade: Trade, terms: Terms, tmp_path: Path) -> None:
    delivery = delivered(trade, terms)
    first = trade.consumer.receive(delivery, to=tmp_path / "got")
    for path in (trade.folder / "home" / "identities" / "consumer" / "outbox").glob("receipt-*"):
        path.unlink()
    second = trade.again(trade.consumer).receive(delivery, to=tmp_path / "got")
    assert second.receipt == first.receipt
    assert second.evidence.subject == first.evidence.subject


@pytest.mark.parametrize("place", ["nowhere/got", "."])
def test_a_place_that_cannot_be_written_is_a_usage_problem(
    trade: Trade, terms: Terms, tmp_path: Path, place: str
) -> None:
    delivery = delivered(trade, terms)
    with pytest.raises(UsageProblem):
        trade.consumer.receive(delivery, to=tmp_path / place, overwrite=True)


def test_waiting_for_a_delivery_ends_in_time(trade: Trade, terms: Terms) -> None:
    contract = contracted(trade, terms)
    with pytest.raises(TimedOut, match="no open delivery") as caught:
        trade.consumer.next_delivery(contract, timeout=0)
    assert caught.value.hint


def test_next_delivery_skips_what_is_settled(trade: Trade, terms: Terms, tmp_path: Path) -> None:
    delivery = delivered(trade, terms)
    trade.consumer.receive(delivery, to=tmp_path / "got")
    with pytest.raises(TimedOut):
        trade.consumer.next_delivery(delivery.contract, timeout=0)
    assert trade.consumer.deliveries(delivery.contract).all() == [delivery]
