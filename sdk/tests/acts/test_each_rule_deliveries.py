"""One test per rule of deliveries, receipts and lapses."""

from typing import Any, Final

from lading.statement.words import Id, format_time
from sdk.tests.acts.situations import (
    NOBODY,
    contract,
    refused,
    refused_in_part,
)
from sdk.tests.core.market import (
    DAY,
    NO_BOX,
    PROMISE,
    SIZE,
    START,
    Market,
    listed,
    listed_seal,
    opened,
    seal_key,
    signer,
    traded,
)

FOR_A_DAY: Final = {
    "permissions": [
        {"action": "use", "constraints": [{"left": "elapsedTime", "operator": "lteq", "right": "P1D"}]}
    ]
}
IN_CH: Final = {
    "permissions": [{"action": "use", "constraints": [{"left": "spatial", "operator": "eq", "right": "CH"}]}]
}
SCHEDULE: Final = {"first": "P1D", "every": "P1D", "deliveries": 2}


def bought(**terms: Any) -> Market:
    """A market with a contract on some terms."""
    market = opened()
    market.id["contract"] = contract(market, **terms)
    return market


def test_delivery_issuer_is_the_provider() -> None:
    market = traded()
    refused(market, market.deliver(market.id["contract"], 2, "buyer"), "wrong-party")


def test_delivery_has_few_enough_chunks() -> None:
    market = traded()
    size = PROMISE["chunk_size"] * 2**19 + 1
    refused(market, market.deliver(market.id["contract"], 2, size=size, marked="one"), "too-many-chunks")


def test_delivery_is_as_listed() -> None:
    market = traded()
    refused(market, market.deliver(market.id["contract"], 2, size=SIZE + 1), "not-as-listed")


def notice(market: Market, by: str, kind: str, **members: Any) -> Id:
    """A notice about the contract."""
    said: dict[str, Any] = {"contract": market.id["contract"], "kind": kind, "ground": "security"}
    return market.put(market.say(by, "notice", **said, **members))


def test_delivery_contract_is_active() -> None:
    market = bought(suspension={"by": ["provider", "consumer"]})
    suspension = notice(market, "buyer", "suspend")
    refusal = refused(market, market.deliver(market.id["contract"], 1), "contract-not-active")
    assert refusal.winner == suspension


WINDOW: Final = {"first": 1, "last": 10, "count": 10}


def test_delivery_form_is_the_products() -> None:
    market = traded()
    refused(market, market.deliver(market.id["contract"], 2, window=WINDOW), "wrong-form")


def test_delivery_contract_runs() -> None:
    market = bought(term="P2D")
    market.clock.now += 2 * DAY
    late = market.copy()
    late.clock.now += 1
    refused(late, late.deliver(late.id["contract"], 1), "contract-over")
    market.put(market.deliver(market.id["contract"], 1))


def test_delivery_contract_runs__until_it_was_terminated() -> None:
    market = traded()
    notice(market, "acme", "terminate", effective_at=format_time(START + 90 * DAY))
    market.clock.now = START + 90 * DAY + 1
    refused(market, market.deliver(market.id["contract"], 2), "contract-not-active")


def test_delivery_schedule_is_kept() -> None:
    market = bought(schedule={"first": "P1D", "deliveries": 1})
    market.put(market.deliver(market.id["contract"], 1))
    refused(market, market.deliver(market.id["contract"], 2), "schedule-exhausted")


def test_delivery_schema_is_as_agreed() -> None:
    market = bought(compatibility="exact")
    refused(market, market.deliver(market.id["contract"], 1, data_schema=NO_BOX), "schema-mismatch")


def test_delivery_use_is_permitted() -> None:
    market = bought(permissions=FOR_A_DAY)
    market.clock.now += DAY + 1
    refused(market, market.deliver(market.id["contract"], 1), "not-permitted")


def test_delivery_exchange_is_no_party() -> None:
    market = opened()
    listing = market.put(market.listing())
    market.id["contract"] = market.put(market.buy("exchange", listing, "PO-1"))
    refused(market, market.deliver_sealed(market.id["contract"], 1), "exchange-is-party")


def rekeyed(market: Market, key: str) -> dict[str, Any]:
    """The members of a sealed delivery whose consumer's share is sealed to another key."""
    members = market.sealed(market.id["contract"], 2)
    consumer = {**members["sealed"]["consumer"], "key": seal_key(key).kid}
    return {**members, "sealed": {**members["sealed"], "consumer": consumer}}


def test_delivery_seal_keys_are_listed() -> None:
    market = traded()
    refused(market, market.say("acme", "delivery", **rekeyed(market, "carol")), "unknown-seal-key")


def test_delivery_seal_keys_are_unrevoked() -> None:
    market = traded()
    new = [listed(signer("buyer-next")), listed_seal("buyer 2")]
    market.rotate("buyer", keys=new, revoked=[seal_key("buyer").kid])
    refused(market, market.deliver_sealed(market.id["contract"], 2), "revoked-key")


def test_delivery_shares_are_new() -> None:
    market = traded()
    first = market.put(market.deliver_sealed(market.id["contract"], 2))
    again = refused(market, market.deliver_sealed(market.id["contract"], 3), "share-reused")
    assert again.winner == first


def test_delivery_received_number_stays_taken() -> None:
    market = traded()
    refused_in_part(market, market.deliver(market.id["contract"], 1, marked="again"), "sequence-taken")


def test_delivery_sequence_is_free() -> None:
    market = traded()
    first = market.put(market.deliver(market.id["contract"], 2))
    again = market.deliver(market.id["contract"], 2, marked="again")
    assert refused(market, again, "sequence-taken").winner == first


def test_delivery_sequence_leaves_no_gap() -> None:
    market = traded()
    refused(market, market.deliver(market.id["contract"], 3), "sequence-gap")


def service() -> Market:
    """A market with a contract about a service, of which the first ten calls were delivered."""
    market = opened()
    listing = market.put(market.listing(kind="service"))
    market.id["contract"] = contract(market, listing)
    market.id["delivery"] = market.put(market.deliver(market.id["contract"], 1, window=WINDOW))
    return market


def test_delivery_window_follows_the_last() -> None:
    market = service()
    window = {"first": 12, "last": 20, "count": 9}
    refused(market, market.deliver(market.id["contract"], 2, window=window), "window-gap")
    market.put(market.deliver(market.id["contract"], 2, window={**window, "first": 11}))


def delivered(**terms: Any) -> Market:
    """A market with a delivery under a contract on some terms."""
    market = bought(**terms)
    market.id["delivery"] = market.put(market.deliver(market.id["contract"], 1))
    return market


def test_receipt_issuer_is_the_consumer() -> None:
    market = delivered()
    refused(market, market.acknowledge(market.id["delivery"], "acme"), "wrong-party")


def test_receipt_repeats_what_was_delivered() -> None:
    market = delivered()
    refused(market, market.acknowledge(market.id["delivery"], size=SIZE + 1), "receipt-mismatch")


def test_receipt_delivery_is_open() -> None:
    market = traded()
    market.clock.now += 1000
    again = refused(market, market.acknowledge(market.id["delivery"]), "delivery-not-open")
    assert again.winner == market.id["receipt"]


def test_receipt_comes_in_time() -> None:
    market = delivered()
    market.clock.now += DAY + 1
    refused(market, market.acknowledge(market.id["delivery"]), "deadline-passed")


def test_receipt_excepts_calls_of_the_window() -> None:
    market = service()
    refused(market, market.acknowledge(market.id["delivery"], excepted=[11]), "receipt-mismatch")
    market.put(market.acknowledge(market.id["delivery"], excepted=[10]))


def test_receipt_places_are_permitted() -> None:
    market = delivered(localisation={"storage": ["CH"]})
    refused(market, market.acknowledge(market.id["delivery"], stored_in=["FR"]), "stored-elsewhere")
    refused(market, market.acknowledge(market.id["delivery"]), "stored-elsewhere")
    market.put(market.acknowledge(market.id["delivery"], stored_in=["CH"]))


def test_receipt_use_is_permitted() -> None:
    market = delivered(permissions=IN_CH)
    refused(market, market.acknowledge(market.id["delivery"], stored_in=["FR"]), "not-permitted")


def lapse(market: Market, sequence: int, by: str = "exchange") -> bytes:
    """The lapse of a number."""
    return market.say(by, "lapse", contract=market.id["contract"], sequence=sequence)


def test_lapse_is_the_exchanges() -> None:
    market = delivered()
    market.clock.now += DAY + 1
    refused(market, market.lapse(market.id["delivery"], "acme"), "wrong-issuer")


def test_lapse_subject_is_known() -> None:
    market = opened()
    refused(market, market.lapse(NOBODY), "unknown-statement")


def test_lapse_subject_is_known__on_a_part_too() -> None:
    market = traded()
    market.id["contract"] = market.id["listing"]
    refused_in_part(market, lapse(market, 1), "unknown-statement")


def test_lapse_delivery_is_open() -> None:
    market = traded()
    market.clock.now += DAY + 1
    late = refused(market, market.lapse(market.id["delivery"]), "delivery-not-open")
    assert late.winner == market.id["receipt"]


def test_lapse_contract_has_a_schedule() -> None:
    market = bought()
    market.clock.now += 9 * DAY
    refused(market, lapse(market, 1), "no-schedule")


def test_lapse_number_is_owed() -> None:
    market = bought(schedule=SCHEDULE)
    market.clock.now += 9 * DAY
    for number in (1, 2):
        market.put(lapse(market, number))
    refused(market, lapse(market, 3), "schedule-exhausted")


def test_lapse_number_is_free() -> None:
    market = bought(schedule=SCHEDULE)
    taken = market.put(market.deliver(market.id["contract"], 1))
    market.clock.now += 9 * DAY
    assert refused(market, lapse(market, 1), "sequence-taken").winner == taken


def test_lapse_number_leaves_no_gap() -> None:
    market = bought(schedule=SCHEDULE)
    market.clock.now += 9 * DAY
    refused(market, lapse(market, 2), "sequence-gap")


def test_lapse_deadline_has_passed() -> None:
    market = delivered()
    market.clock.now += DAY
    refused(market, market.lapse(market.id["delivery"]), "deadline-not-passed")


def test_lapse_deadline_has_passed__of_a_number() -> None:
    market = bought(schedule=SCHEDULE)
    market.clock.now += DAY
    refused(market, lapse(market, 1), "deadline-not-passed")
