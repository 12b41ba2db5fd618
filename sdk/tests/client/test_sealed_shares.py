"""The shares of a sealed delivery: an interrupted one goes on with them, and they are destroyed when it is over."""

from collections.abc import Callable
from pathlib import Path

import pytest

from lading.client.exchange import Exchange
from lading.client.flows.open import Opening
from lading.client.results import Delivery
from lading.client.session import now_ms
from lading.client.terms import Terms
from lading.client.transport import Request, Response
from lading.errors import ContentMismatch, Unreachable, UsageProblem
from lading.problems import Refused, refuse
from sdk.tests.client.conftest import QUICK, Trade, person
from sdk.tests.client.stand_in import API, Seam, StandIn
from sdk.tests.client.steps import (
    contracted,
    cut_after_first_chunks,
    delivered,
    folder_of,
    shares_of,
    unpromised,
)
from sdk.tests.client.twists import at


def test_an_interrupted_upload_goes_on_with_the_same_shares(trade: Trade, terms: Terms) -> None:
    contract = contracted(trade, terms)
    trade.twist(cut_after_first_chunks)
    with pytest.raises(Unreachable):
        trade.provider.deliver(contract, trade.goods)
    (stored,) = trade.provider.session.outbox.pending()
    kept = [path.read_bytes() for path in shares_of(trade.provider)]
    trade.twist(None)
    before = len(trade.exchange.requests)
    assert trade.again(trade.provider).deliver(contract, trade.goods).id == stored.id
    assert [path.read_bytes() for path in shares_of(trade.provider)] == kept
    later = trade.exchange.paths()[before:]
    assert not any(path.endswith(("/manifest", "/boxes/exchange", "/chunks/0")) for path in later)
    trade.consumer.receive(stored.id, to=trade.folder / "got")
    assert (trade.folder / "got").read_bytes() == trade.goods.read_bytes()


@pytest.mark.parametrize(
    "moment", ["POST /content", "PUT .*/manifest", "PUT .*/boxes/exchange", ".* .*/chunks.*"]
)
def test_a_delivery_cut_off_anywhere_is_finished_by_the_next_call(
    trade: Trade, terms: Terms, moment: str
) -> None:
    contract = contracted(trade, terms)

    def lost(response: Response) -> Response:
        raise Unreachable("lost")

    trade.twist(at(moment, lost))
    with pytest.raises(Unreachable):
        trade.provider.deliver(contract, trade.goods)
    (stored,) = trade.provider.session.outbox.pending()
    trade.twist(None)
    assert trade.again(trade.provider).deliver(contract, trade.goods).id == stored.id


def test_a_source_that_changes_during_a_resumed_upload_is_never_sealed_under_the_old_keys(
    trade: Trade, terms: Terms
) -> None:
    contract = contracted(trade, terms)
    trade.twist(cut_after_first_chunks)
    with pytest.raises(Unreachable):
        trade.provider.deliver(contract, trade.goods)

    def change(request: Request, response: Response) -> Response:
        if request.url.endswith("/content"):
            trade.goods.write_bytes(b"\1" * trade.goods.stat().st_size)
        return response

    trade.twist(change)
    before = len(trade.exchange.requests)
    with pytest.raises(ContentMismatch, match="of the file is another one") as caught:
        trade.again(trade.provider).deliver(contract, trade.goods)
    assert caught.value.hint
    assert not any("/chunks/" in path for path in trade.exchange.paths()[before:])


def test_another_file_than_an_interrupted_one_is_delivered_with_new_shares(
    trade: Trade, terms: Terms
) -> None:
    contract = unpromised(trade, terms)
    trade.twist(cut_after_first_chunks)
    with pytest.raises(Unreachable):
        trade.provider.deliver(contract, trade.goods)
    (stored,) = trade.provider.session.outbox.pending()
    before = trade.provider.session.speaker.sealings.get(contract.id, 1)
    trade.twist(None)
    trade.goods.write_bytes(b"\2" * 200_000)
    delivery = trade.again(trade.provider).deliver(contract, trade.goods)
    after = trade.provider.session.speaker.sealings.get(contract.id, 1)
    assert delivery.id != stored.id
    assert before is not None
    assert after is not None
    assert {before.exchange.share, before.consumer.share}.isdisjoint(
        {after.exchange.share, after.consumer.share}
    )
    assert len(shares_of(trade.provider)) == 2
    got = trade.consumer.receive(delivery, to=trade.folder / "got")
    assert got.path.read_bytes() == b"\2" * 200_000


@pytest.mark.parametrize("lost", ["*.json", "*.manifest"])
def test_lost_shares_are_replaced_by_new_ones(trade: Trade, terms: Terms, lost: str) -> None:
    contract = contracted(trade, terms)
    trade.twist(cut_after_first_chunks)
    with pytest.raises(Unreachable):
        trade.provider.deliver(contract, trade.goods)
    (stored,) = trade.provider.session.outbox.pending()
    trade.twist(None)
    for path in (folder_of(trade.provider) / "sealings").glob(lost):
        path.unlink()
    delivery = trade.again(trade.provider).deliver(contract, trade.goods)
    assert delivery.id != stored.id
    trade.consumer.receive(delivery, to=trade.folder / "got")
    assert (trade.folder / "got").read_bytes() == trade.goods.read_bytes()


def test_shares_of_another_statement_than_the_stored_one_are_not_used(trade: Trade, terms: Terms) -> None:
    """As after a folder was restored in part from a backup."""
    contract = contracted(trade, terms)
    trade.twist(cut_after_first_chunks)
    statements = []
    for _ in range(2):
        with pytest.raises(Unreachable):
            trade.provider.deliver(contract, trade.goods)
        (path,) = (folder_of(trade.provider) / "outbox").glob("deliver-*.json")
        statements.append(path.read_bytes())
        path.unlink()
    assert statements[0] != statements[1]
    path.write_bytes(statements[0])
    trade.twist(None)
    delivery = trade.provider.deliver(contract, trade.goods)
    trade.consumer.receive(delivery, to=trade.folder / "got")
    assert (trade.folder / "got").read_bytes() == trade.goods.read_bytes()


def test_damaged_shares_are_said_to_be(trade: Trade, terms: Terms) -> None:
    delivery = delivered(trade, terms)
    (path,) = (folder_of(trade.provider) / "sealings").glob("*.json")
    path.write_text("{}")
    for outbox in (folder_of(trade.provider) / "outbox").glob("deliver-*"):
        outbox.unlink()
    trade.exchange.content.stores.clear()
    assert trade.provider.deliver(delivery.contract, trade.goods) == delivery  # known by its number
    path.write_text("{}")
    with pytest.raises(UsageProblem, match="is damaged"):
        trade.provider.session.speaker.sealings.get(delivery.contract, 1)


@pytest.mark.parametrize("trace", ["shares", "statement"])
def test_of_two_processes_that_deliver_one_number_one_wins(trade: Trade, terms: Terms, trace: str) -> None:
    contract = unpromised(trade, terms)
    first: list[Delivery] = []

    def overtake(request: Request, response: Response) -> Response:
        if request.url.endswith(f"/state/{trade.exchange.id}") and not first:
            trade.twist(None)
            first.append(trade.again(trade.provider).deliver(contract, trade.goods))
            if trace == "statement":
                for path in shares_of(trade.provider):
                    path.unlink()
        return response

    trade.twist(overtake)
    with pytest.raises(UsageProblem, match="another process"):
        trade.provider.deliver(contract, trade.goods)
    assert trade.provider.deliver(contract, trade.goods) == first[0]


def close_by_receipt(trade: Trade, delivery: Delivery) -> None:
    trade.consumer.receive(delivery, to=trade.folder / "got")


def close_by_refusal(trade: Trade, delivery: Delivery) -> None:
    trade.consumer.refuse(delivery, reason="not-as-described")


def close_by_withdrawal(trade: Trade, delivery: Delivery) -> None:
    trade.again(trade.provider).withdraw(delivery.id)


@pytest.mark.parametrize("close", [close_by_receipt, close_by_refusal, close_by_withdrawal])
def test_shares_are_destroyed_when_the_delivery_is_found_closed(
    trade: Trade, terms: Terms, close: Callable[[Trade, Delivery], None]
) -> None:
    delivery = delivered(trade, terms)
    first = [path.read_bytes() for path in shares_of(trade.provider)]
    assert first
    close(trade, delivery)
    again = trade.provider.deliver(delivery.contract, trade.goods)
    left = [path.read_bytes() for path in shares_of(trade.provider)]
    assert not set(left) & set(first)
    assert bool(left) == (again.id != delivery.id)


def test_a_withdrawn_delivery_leaves_no_shares(trade: Trade, terms: Terms) -> None:
    delivery = delivered(trade, terms)
    trade.provider.withdraw(delivery)
    assert not shares_of(trade.provider)


def test_a_lapsed_delivery_keeps_its_number_and_leaves_no_shares(tmp_path: Path, terms: Terms) -> None:
    moment = [now_ms()]
    exchange = StandIn(clock=lambda: moment[0])
    seam = Seam(exchange)
    provider, consumer = (
        Exchange(Opening(API, person(tmp_path, name), None, QUICK, clock=lambda: moment[0]), seam)
        for name in ("provider", "consumer")
    )
    trade = Trade(tmp_path, exchange, seam, provider, consumer)
    for party in (provider, consumer):
        exchange.admit(party.session.me)
    delivery = delivered(trade, terms)
    moment[0] = delivery.deadline + 1
    exchange.lapse(delivery.id)
    assert provider.deliver(delivery.contract, trade.goods) == delivery
    assert not shares_of(provider)
    with pytest.raises(Refused) as caught:
        consumer.receive(delivery, to=tmp_path / "got")
    assert caught.value.code == "deadline-passed"
    assert not any("/boxes/consumer" in path for path in exchange.paths() if path.startswith("GET"))


def test_a_statement_grown_too_old_is_signed_anew_over_the_same_shares(tmp_path: Path, terms: Terms) -> None:
    moment = [now_ms()]
    exchange = StandIn(clock=lambda: moment[0])
    seam = Seam(exchange)
    provider, consumer = (
        Exchange(Opening(API, person(tmp_path, name), None, QUICK, clock=lambda: moment[0]), seam)
        for name in ("provider", "consumer")
    )
    trade = Trade(tmp_path, exchange, seam, provider, consumer)
    for party in (provider, consumer):
        exchange.admit(party.session.me)
    contract = contracted(trade, terms)
    trade.twist(cut_after_first_chunks)
    with pytest.raises(Unreachable):
        provider.deliver(contract, trade.goods)
    (old,) = provider.session.outbox.pending()
    kept = provider.session.speaker.sealings.get(contract.id, 1)
    trade.twist(None)
    moment[0] += 25 * 3600 * 1000
    delivery = provider.deliver(contract, trade.goods)
    assert delivery.id != old.id
    assert provider.session.speaker.sealings.get(contract.id, 1) == kept
    assert kept is not None
    assert delivery.act.sealed == kept.signed


@pytest.mark.parametrize("code", ["unknown-seal-key", "revoked-key", "share-reused", "bad-share"])
def test_an_interrupted_delivery_whose_shares_will_not_do_any_more_gets_new_ones(
    trade: Trade, terms: Terms, code: str
) -> None:
    contract = contracted(trade, terms)
    trade.twist(cut_after_first_chunks)
    with pytest.raises(Unreachable):
        trade.provider.deliver(contract, trade.goods)
    (stored,) = trade.provider.session.outbox.pending()
    trade.twist(None)
    refused: list[Request] = []

    class Refusing(Seam):
        def send(self, request: Request) -> Response:
            if request.body == stored.jws and request.url.endswith("/statements"):
                refused.append(request)
                raise refuse(code, "so it is")
            return super().send(request)

    trade.seam = Refusing(trade.exchange)
    delivery = trade.again(trade.provider).deliver(contract, trade.goods)
    assert refused
    assert delivery.id != stored.id


def test_a_number_whose_delivery_was_refused_at_once_is_not_tried_for_ever(
    trade: Trade, terms: Terms
) -> None:
    contract = contracted(trade, terms)

    def never(request: Request, response: Response) -> Response:
        if request.url.endswith("/content"):
            raise refuse("revoked-key", "always")
        return response

    trade.twist(never)
    with pytest.raises(Refused):
        trade.provider.deliver(contract, trade.goods)
