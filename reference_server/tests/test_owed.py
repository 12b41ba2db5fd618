"""What moves deadlines, and deliveries that a schedule owes: lapses by number, suspensions, outages."""

import time
from typing import Any

from lading.acts.policy import Policy
from lading.acts.records import SELF, DeliveryRecord, ExchangeRecord, OutageRecord
from lading.register.memory import MemoryView
from lading.statement.envelope import decode
from lading.statement.words import Id, Millis, format_time
from lading_server import lapses, operate
from lading_server.exchange import Exchange
from lading_server.state import StateDirectory
from lading_server.store import SqliteStore
from reference_server.tests.exchange_process import ExchangeProcess, kill_9
from reference_server.tests.sealed import wait_until
from reference_server.tests.test_grants import all_events
from reference_server.tests.test_lapses import clear_receipt, is_lapsed, record_of
from reference_server.tests.test_reading import processor_ticks
from reference_server.tests.test_sealed_trade import entries_of
from reference_server.tests.trader import TERMS, Content, Market, now_ms


def agreed(market: Market, **terms: object) -> Id:
    """A contract with these terms too."""
    standing = {"terms": TERMS | terms, "expires_at": format_time(now_ms() + 86_400_000)}
    return market.contract(market.listing("With a schedule", standing=standing))


def lapses_of(market: Market, contract: Id) -> list[tuple[int, int]]:
    """Number and registration time of a contract's lapses by number."""
    found = []
    for entry in entries_of(market):
        if entry["type"] == "lapse":
            members = decode(entry["statement"].encode()).members
            if members.get("contract") == contract:
                found.append((members["sequence"], int(entry["time"])))
    return found


def state_of(market: Market, subject: Id) -> dict[str, Any]:
    """What the consumer is told of a subject."""
    answer: dict[str, Any] = market.consumer.get(f"/state/{subject}").json()
    return answer


def test_what_a_schedule_owes_lapses_by_number(market: Market) -> None:
    contract = agreed(market, schedule={"first": "PT1S", "every": "PT1S", "deliveries": 3})
    concluded = state_of(market, contract)["record"]["concluded_at"]
    wait_until(lambda: len(lapses_of(market, contract)) == 3, seconds=10)
    for number, (lapsed, at) in enumerate(lapses_of(market, contract), 1):
        assert lapsed == number
        assert 0 < at - (concluded + 1_000 * number) < 3_000
    assert state_of(market, contract)["record"]["last_sequence"] == 3


def test_what_was_delivered_in_time_is_not_owed(market: Market) -> None:
    contract = agreed(market, schedule={"first": "PT3S", "every": "PT1S", "deliveries": 2})
    market.delivered(contract, Content(b"roads"))
    wait_until(lambda: bool(lapses_of(market, contract)), seconds=10)
    assert [number for number, _ in lapses_of(market, contract)] == [2]


def test_a_number_that_is_free_again_lapses_too(market: Market) -> None:
    contract = agreed(market, schedule={"first": "PT3S", "every": "P1D", "deliveries": 2})
    delivery = market.delivered(contract, Content(b"roads"))
    market.provider.issue("withdrawal", statement=delivery)
    wait_until(lambda: bool(lapses_of(market, contract)), seconds=10)
    assert [number for number, _ in lapses_of(market, contract)] == [1]
    refused = market.delivered(agreed(market, schedule={"first": "PT1S", "deliveries": 1}), Content(b"roads"))
    owing = Id(state_of(market, refused)["record"]["contract"])
    time.sleep(1.2)
    market.consumer.issue("receipt", delivery=refused, outcome="refused", reason="late")
    wait_until(lambda: bool(lapses_of(market, owing)), seconds=5)


def test_what_is_due_after_the_contracts_end_is_not_owed(
    own_exchange: ExchangeProcess, own_market: Market
) -> None:
    contract = agreed(own_market, schedule={"first": "PT1S", "every": "PT2S", "deliveries": 5}, term="PT2S")
    wait_until(lambda: bool(lapses_of(own_market, contract)), seconds=5)
    time.sleep(2.5)
    before = processor_ticks(own_exchange)
    time.sleep(2)
    assert processor_ticks(own_exchange) - before <= 10
    assert [number for number, _ in lapses_of(own_market, contract)] == [1]
    assert "a lapse was refused" not in own_exchange.log()
    own_exchange.end()
    store = SqliteStore(StateDirectory(own_exchange.directory).database)
    with store.read() as sight:
        found = [lapses.when_due(sight, lapses.Due(Millis(0), contract, number)) for number in (1, 2)]
    store.close()
    assert found[0] is not None
    assert found[1] is None, "no lapse is signed that would be refused"


def suspend(market: Market, contract: Id) -> Id:
    """The consumer's notice."""
    return market.consumer.issue("notice", contract=contract, kind="suspend", ground="law")


def test_nothing_lapses_while_the_contract_is_suspended(
    own_exchange: ExchangeProcess, own_market: Market
) -> None:
    market = own_market
    schedule = {"first": "PT4S", "every": "P1D", "deliveries": 3}
    contract = agreed(
        market, taking_period="PT2S", suspension={"by": ["provider", "consumer"]}, schedule=schedule
    )
    delivery = market.delivered(contract, Content(b"roads"))
    assert "moved" not in state_of(market, delivery)
    suspend(market, contract)
    assert state_of(market, delivery)["moved"] == {"deadline": None}
    shown = state_of(market, contract)["record"]
    assert (shown["state"], len(shown["pauses"])) == ("suspended", 1)
    time.sleep(2.5)
    before = processor_ticks(own_exchange)
    time.sleep(2)
    assert processor_ticks(own_exchange) - before <= 10
    assert not is_lapsed(market, delivery)
    market.consumer.issue("notice", contract=contract, kind="resume", ground="law")
    moved = state_of(market, delivery)
    assert moved["moved"]["deadline"] > moved["record"]["deadline"] + 4_000
    market.consumer.register(clear_receipt(market, delivery))


def test_an_outage_is_told_before_anything_else(own_exchange: ExchangeProcess, own_market: Market) -> None:
    market = own_market
    delivery = market.delivered(market.quick_contract("PT4S"), Content(b"roads"))
    contract = agreed(market, schedule={"first": "PT3S", "deliveries": 1})
    last = int(entries_of(market)[-1]["time"])
    kill_9(own_exchange)
    time.sleep(max(0, int(str(deadline_of(own_exchange, delivery))) - now_ms()) / 1000 + 1)
    own_exchange.serve_options = ("--outage-after", "1")
    begun = now_ms()
    own_exchange.start()
    (outage,) = [entry for entry in entries_of(market) if entry["type"] == "notice"]
    assert next(entry["type"] for entry in entries_of(market) if int(entry["time"]) >= begun) == "notice"
    members = decode(outage["statement"].encode()).members
    assert (members["kind"], members["since"] >= format_time(last)) == ("outage", True)
    assert members["until"] <= format_time(int(outage["time"]))
    assert not is_lapsed(market, delivery)
    moved = state_of(market, delivery)
    assert moved["moved"]["deadline"] > now_ms() - 1_000
    assert market.stranger.get(f"/state/{outage['id']}").json()["record"]["sort"] == "outage"
    market.consumer.register(clear_receipt(market, delivery))
    wait_until(lambda: bool(lapses_of(market, contract)), seconds=15)
    kill_9(own_exchange)
    own_exchange.serve_options = ()
    own_exchange.start()
    assert len([entry for entry in entries_of(market) if entry["type"] == "notice"]) == 1


def deadline_of(exchange: ExchangeProcess, delivery: Id) -> object:
    """A delivery's deadline as signed, from the database of an exchange that is down."""
    store = SqliteStore(StateDirectory(exchange.directory).database)
    with store.read() as sight:
        record = sight.get(DeliveryRecord, delivery)
    store.close()
    assert record is not None
    return record.deadline


def test_a_quiet_exchange_has_no_outage(own_exchange: ExchangeProcess, own_market: Market) -> None:
    """That nothing was registered for longer than the bound says nothing; it was there."""
    own_market.listing()
    time.sleep(11)
    own_exchange.end()
    own_exchange.serve_options = ("--outage-after", "10")
    own_exchange.start()
    assert "notice" not in {entry["type"] for entry in entries_of(own_market)}


def test_an_outage_is_told_before_the_operator_registers_something(
    own_exchange: ExchangeProcess, own_market: Market
) -> None:
    """Else the time before that would lie behind an entry, and could not be told any more."""
    own_exchange.end()
    time.sleep(1.2)
    state = StateDirectory(own_exchange.directory)
    for expected in (1, 1):
        exchange = Exchange.open(state, outage_after=1)
        exchange.tell_outage()
        with exchange.store.read() as sight:
            record = sight.get(OutageRecord, SELF)
        exchange.close()
        assert record is not None
        assert len(record.outages) == expected
    operate.rotate(own_exchange.directory)
    own_exchange.start()
    types = [event["type"] for event in all_events(own_market.provider)]
    assert types[-2:] == ["notice", "participant"]


def test_after_the_closing_everything_open_is_due_and_in_a_log_that_ended_nothing() -> None:
    view = MemoryView()
    record = ExchangeRecord(
        key=SELF,
        id=Id("sha256:" + "0" * 64),
        head=Id("sha256:" + "0" * 64),
        origin="exchange.example",
        policy=Policy(onboarding="open"),
        log_keys=(),
    )
    for changes, expected in (
        ({}, 1_000),
        ({"closing_at": Millis(1_000)}, 1_000),
        ({"closing_at": Millis(999)}, lapses.NEVER),
        ({"closing_at": Millis(999), "closed_by": record.id}, 0),
    ):
        view.put(record.model_copy(update=changes))
        assert lapses.horizon(view, Millis(1_000)) == expected


def test_an_operator_can_leave_outages_untold(own_exchange: ExchangeProcess, own_market: Market) -> None:
    own_exchange.end()
    time.sleep(1.5)
    own_exchange.serve_options = ("--outage-after", "0")
    own_exchange.start()
    assert "notice" not in {entry["type"] for entry in entries_of(own_market)}


def test_lapses_wait_no_longer_than_the_next_look(market: Market) -> None:
    """A deadline that a resumption moved passes without anything else being registered."""
    contract = agreed(market, taking_period="PT2S", suspension={"by": ["consumer"]})
    delivery = market.delivered(contract, Content(b"roads"))
    suspend(market, contract)
    time.sleep(0.5)
    market.consumer.issue("notice", contract=contract, kind="resume", ground="law")
    assert state_of(market, delivery)["moved"]["deadline"] > record_of(market, delivery)["deadline"]
    wait_until(lambda: is_lapsed(market, delivery), seconds=8)
