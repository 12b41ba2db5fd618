"""Deliveries that nobody takes in time: the exchange records it, soon, and also when it was down meanwhile."""

import time
from pathlib import Path

import pytest

from lading.statement.envelope import decode
from lading.statement.words import Id
from reference_server.tests.exchange_process import ExchangeProcess, kill_9
from reference_server.tests.sealed import SealedContent, box_file, box_files, wait_until
from reference_server.tests.test_durability import copy_database, restore_database
from reference_server.tests.test_reading import processor_ticks
from reference_server.tests.test_sealed_trade import entries_of
from reference_server.tests.test_shares import successor_of
from reference_server.tests.trader import Content, Market, now_ms


def record_of(market: Market, delivery: Id) -> dict[str, object]:
    record: dict[str, object] = market.consumer.get(f"/state/{delivery}").json()["record"]
    return record


def is_lapsed(market: Market, delivery: Id) -> bool:
    return record_of(market, delivery)["state"] == "lapsed"


def lapse_of(market: Market, delivery: Id) -> dict[str, object]:
    """The one lapse of a delivery, as an event."""
    (lapse,) = [
        entry
        for entry in entries_of(market)
        if entry["type"] == "lapse" and decode(entry["statement"].encode()).members["delivery"] == delivery
    ]
    return lapse


@pytest.mark.parametrize("form", ["clear", "sealed"])
def test_a_delivery_lapses_soon_after_its_deadline(
    market: Market, served: ExchangeProcess, form: str
) -> None:
    contract = market.quick_contract("PT1S")
    sealed = SealedContent(market, contract, b"roads")
    delivery = sealed.delivered() if form == "sealed" else market.delivered(contract, Content(b"roads"))
    assert record_of(market, delivery)["state"] == "open"
    wait_until(lambda: is_lapsed(market, delivery), seconds=5)
    lapse, record = lapse_of(market, delivery), record_of(market, delivery)
    assert record["closed_by"] == lapse["id"]
    assert 0 < int(str(lapse["time"])) - int(str(record["deadline"])) < 5_000
    if form == "sealed":
        wait_until(lambda: not box_file(served, sealed).exists(), seconds=5)
    receipt = sealed.receipt(delivery) if form == "sealed" else clear_receipt(market, delivery)
    refused = market.consumer.post(receipt).json()
    assert (refused["code"], refused["winner"]) == ("delivery-not-open", lapse["id"])


def clear_receipt(market: Market, delivery: Id) -> bytes:
    root = Content(b"roads").root
    return market.consumer.sign("receipt", delivery=delivery, outcome="accepted", content_root=root, size=5)


def test_a_lapsed_number_stays_taken(market: Market) -> None:
    contract = market.quick_contract("PT1S")
    delivery = market.delivered(contract, Content(b"roads"))
    wait_until(lambda: is_lapsed(market, delivery), seconds=5)
    again = market.provider.open_upload(Content(b"paths").delivery(market.provider, contract)).json()
    assert (again["code"], again["winner"]) == ("sequence-taken", delivery)
    second = Content(b"paths").delivery(market.provider, contract, 2)
    assert market.provider.open_upload(second).status_code == 200


def test_what_was_taken_refused_or_withdrawn_in_time_does_not_lapse(market: Market) -> None:
    taken = market.delivered(market.quick_contract("PT4S"), Content(b"roads"))
    market.consumer.register(clear_receipt(market, taken))
    refused = SealedContent(market, market.quick_contract("PT4S"), b"roads").delivered()
    market.consumer.issue("receipt", delivery=refused, outcome="refused", reason="late")
    withdrawn = SealedContent(market, market.quick_contract("PT4S"), b"roads").delivered()
    market.provider.issue("withdrawal", statement=withdrawn)
    later = market.delivered(market.quick_contract("PT4S"), Content(b"roads"))
    wait_until(lambda: is_lapsed(market, later), seconds=10)
    states = [record_of(market, delivery)["state"] for delivery in (taken, refused, withdrawn)]
    assert states == ["received", "refused", "withdrawn"]


def test_nobody_but_the_exchange_registers_a_lapse(market: Market) -> None:
    delivery = market.delivered(market.contract(), Content(b"roads"))
    for issuer, code in ((market.provider, "wrong-issuer"), (market.exchange, "deadline-not-passed")):
        assert issuer.post(issuer.sign("lapse", delivery=delivery)).json()["code"] == code


@pytest.mark.parametrize("crash", [False, True], ids=["SIGTERM", "kill -9"])
def test_deadlines_that_pass_while_the_exchange_is_down(
    own_exchange: ExchangeProcess, own_market: Market, crash: bool
) -> None:
    contract = own_market.quick_contract("PT5S")
    sealed = SealedContent(own_market, own_market.quick_contract("PT5S"), b"roads")
    deliveries = [own_market.delivered(contract, Content(b"roads")), sealed.delivered()]
    later = own_market.delivered(own_market.contract(), Content(b"later"))
    deadline = max(int(str(record_of(own_market, delivery)["deadline"])) for delivery in deliveries)
    assert now_ms() < deadline
    kill_9(own_exchange) if crash else own_exchange.end()
    time.sleep(max(0, deadline - now_ms()) / 1000 + 0.1)
    own_exchange.start()
    begun = now_ms()
    for delivery in deliveries:
        wait_until(lambda delivery=delivery: is_lapsed(own_market, delivery), seconds=5)  # type: ignore[misc]
    assert int(str(lapse_of(own_market, deliveries[0])["time"])) < begun + 3_000
    wait_until(lambda: not box_files(own_exchange), seconds=5)
    assert not is_lapsed(own_market, later)


def test_the_exchange_that_waits_for_a_deadline_uses_no_time_of_the_processor(
    own_exchange: ExchangeProcess, own_market: Market
) -> None:
    own_market.delivered(own_market.contract(), Content(b"roads"))
    time.sleep(0.5)
    before = processor_ticks(own_exchange)
    time.sleep(3)
    assert processor_ticks(own_exchange) - before <= 10


def test_a_read_only_exchange_registers_no_lapse_and_does_not_spin(
    own_exchange: ExchangeProcess, own_market: Market, tmp_path: Path
) -> None:
    delivery = own_market.delivered(own_market.quick_contract("PT4S"), Content(b"roads"))
    copy_database(own_exchange, tmp_path / "backup")
    own_market.listing("Published, and then forgotten")
    own_exchange.end()
    restore_database(own_exchange, tmp_path / "backup")
    own_exchange.start()
    assert "read-only" in own_exchange.log()
    assert_idle_until_after_its_deadline(own_exchange, own_market, delivery)


def test_an_exchange_whose_key_was_replaced_elsewhere_registers_no_lapse_and_does_not_spin(
    own_exchange: ExchangeProcess, own_market: Market
) -> None:
    delivery = own_market.delivered(own_market.quick_contract("PT2S"), Content(b"roads"))
    own_market.exchange.register(successor_of(own_exchange, own_market))
    assert_idle_until_after_its_deadline(own_exchange, own_market, delivery)
    assert "lapses cannot be signed" in own_exchange.log()


def assert_idle_until_after_its_deadline(exchange: ExchangeProcess, market: Market, delivery: Id) -> None:
    """The delivery does not lapse, and the exchange does not spin about it, also when something is published."""
    deadline = int(str(record_of(market, delivery)["deadline"]))
    time.sleep(max(0, deadline - now_ms()) / 1000 + 0.5)
    before = processor_ticks(exchange)
    time.sleep(2)
    assert processor_ticks(exchange) - before <= 10
    assert not is_lapsed(market, delivery)


def test_hundreds_of_deliveries_lapse_together(market: Market) -> None:
    """More than are registered at a time; others' statements still get in between."""
    contract, content = market.quick_contract("PT2S"), Content(b"")
    lines = [content.delivery(market.provider, contract, number) for number in range(1, 301)]
    for batch in (lines[:150], lines[150:]):
        answer = market.provider.http.post(
            "/statements/batch",
            content=b"\n".join(batch),
            headers={"Content-Type": "application/lading-batch"},
        )
        assert {result["status"] for result in answer.json()["results"]} == {201}
    ids = [decode(jws).id for jws in lines]
    wait_until(lambda: is_lapsed(market, ids[0]), seconds=8)
    market.listing("Meanwhile")
    wait_until(lambda: is_lapsed(market, ids[-1]), seconds=8)
    lapsed = [
        decode(entry["statement"].encode()).members["delivery"]
        for entry in entries_of(market)
        if entry["type"] == "lapse"
    ]
    assert sorted(delivery for delivery in lapsed if delivery in ids) == sorted(ids)


def test_a_receipt_at_the_last_moment_and_its_lapse_exclude_each_other(market: Market) -> None:
    """Receipts are posted around the deadline, again and again: each delivery ends once, by its time."""
    for _ in range(3):
        content = SealedContent(market, market.quick_contract("PT1S"), b"roads")
        delivery = content.delivered()
        deadline = int(str(record_of(market, delivery)["deadline"]))
        time.sleep(max(0, deadline - now_ms() - 60) / 1000)
        codes = set()
        while now_ms() < deadline + 300:
            jws = content.receipt(delivery)
            answer = market.consumer.post(jws)
            codes.add(answer.json().get("code"))
            if answer.status_code == 201:
                assert answer.json()["time"] <= deadline
                break
        record = record_of(market, delivery)
        if None in codes:
            assert record["state"] == "received"
        else:
            assert codes <= {"deadline-passed", "delivery-not-open"}
            wait_until(lambda delivery=delivery: is_lapsed(market, delivery), seconds=5)  # type: ignore[misc]
