"""One test per rule of an exchange that closes, of who moves home, of keys with a limit, and of who was expelled."""

from typing import Any

import pytest

from lading.acts.deadlines import deadline_of
from lading.acts.records import SELF, DeliveryRecord, ExchangeRecord, ParticipantRecord
from lading.evidence.verdict import Status
from lading.problems import Refused
from lading.register.register import Registered
from lading.statement.envelope import encode
from lading.statement.words import Id, format_time
from sdk.tests.acts.erasing import found, judged
from sdk.tests.acts.situations import NOBODY, exchange, refused_in_part
from sdk.tests.core.market import DAY, HOUR, START, TERMS, Market, listed, opened, signer, traded

NOTICE = 30 * DAY
CLOSING = START + 40 * DAY


def at(moment: int, **members: Any) -> dict[str, Any]:
    """What an exchange says that closes at a moment."""
    return {"closing_at": format_time(moment), **members}


def said(market: Market, generation: int, **members: Any) -> bytes:
    """A statement of the exchange's own chain, the so-manieth."""
    key, following = (signer("exchange-next" + "x" * number) for number in (generation - 1, generation))
    return market.successor("exchange", key, following, **exchange(market, **members))


def closing(market: Market, moment: int = CLOSING) -> Market:
    """A market whose exchange says when it closes."""
    market.rotate("exchange", **exchange(market, **at(moment)))
    return market


def closed(market: Market) -> Market:
    """A market whose log ended."""
    closing(market)
    market.clock.now = CLOSING + 1
    market.rotate("exchange", 2, **exchange(market, **at(CLOSING, closed={})))
    return market


def fails(market: Market, jws: bytes, code: str, winner: Id | None = None) -> Refused:
    """Refused with this code, and nothing changed."""
    before = market.store.sight
    answer = market.answer(jws)
    assert isinstance(answer, Refused), "registered"
    assert answer.code == code, answer
    assert winner is None or answer.winner == winner
    assert vars(market.store.sight) == vars(before)
    market.check_replay()
    return answer


def test_participant_closes_as_announced() -> None:
    market = opened()
    for moment in (START, START + NOTICE - 1):
        fails(market, said(market, 1, **at(moment)), "wrong-closing")
    closing(market, START + NOTICE)
    record = market.sight.get(ExchangeRecord, SELF)
    assert record is not None
    assert record.closing_at == START + NOTICE


def test_participant_closes_as_announced__only_moved_to_later() -> None:
    market = closing(opened())
    for members in ({}, at(CLOSING - 1)):
        fails(market, said(market, 2, **members), "wrong-closing")
    market.rotate("exchange", 2, **exchange(market, **at(CLOSING + 1)))
    market.clock.now = CLOSING + 2
    for moment in (CLOSING + 2, CLOSING + DAY):
        fails(market, said(market, 3, **at(moment)), "wrong-closing")
    market.rotate("exchange", 3, **exchange(market, **at(CLOSING + 1)))


def test_participant_closes_as_announced__and_ends_afterwards() -> None:
    market = opened()
    assert (
        fails(market, said(market, 1, **at(CLOSING, closed={})), "wrong-closing").pointer
        == "/exchange/closed"
    )
    closing(market)
    market.clock.now = CLOSING
    fails(market, said(market, 2, **at(CLOSING, closed={})), "wrong-closing")
    market.clock.now += 1
    market.put(said(market, 2, **at(CLOSING, closed={"successor": NOBODY})))


def test_an_end_without_a_closing_has_another_form() -> None:
    market = opened()
    assert fails(market, said(market, 1, closed={}), "bad-member").pointer == "/exchange"


def test_a_first_statement_can_announce_the_closing_and_whom_it_succeeds() -> None:
    market = opened()
    succeeds = {"exchange": NOBODY, "checkpoint": market.sight.note}
    market.put(said(market, 1, succeeds=succeeds))


def test_participant_nothing_sealed_is_open() -> None:
    market = traded()
    held = market.put(market.deliver_sealed(market.id["contract"], 2))
    closing(market)
    market.clock.now = CLOSING + 1
    end = said(market, 2, **at(CLOSING, closed={}))
    fails(market, end, "sealed-still-open")
    market.put(market.lapse(held))
    market.put(end)


def test_common_business_is_open() -> None:
    market = traded()
    offer = market.put(market.offer("buyer", "acme", market.id["listing"]))
    closing(market)
    for jws in (
        market.listing(title="New"),
        market.buy("buyer", market.id["listing"], "PO-2"),
        market.offer("acme", "buyer", market.id["listing"]),
        market.say("acme", "acceptance", offer=offer),
        encode(market.newcomer("eve"), signer("eve")),
    ):
        fails(market, jws, "exchange-closing")


def test_what_runs_goes_on_while_an_exchange_closes() -> None:
    market = closing(traded())
    contract = market.id["contract"]
    market.rotate("acme")
    delivery = market.put(market.deliver(contract, 2))
    market.put(market.acknowledge(delivery))
    market.put(market.say("acme", "withdrawal", statement=market.id["listing"]))
    market.check_replay()


def test_delivery_comes_before_the_closing() -> None:
    market = closing(traded())
    market.clock.now = CLOSING
    on_time = market.put(market.deliver(market.id["contract"], 2))
    receipt = market.acknowledge(on_time)
    market.clock.now += 1
    fails(market, market.deliver(market.id["contract"], 3), "exchange-closing")
    fails(market, receipt, "deadline-passed")


def test_what_is_open_ends_with_the_closing() -> None:
    market = closing(traded())
    market.clock.now = CLOSING - HOUR
    delivery = market.put(market.deliver(market.id["contract"], 2))
    record = market.sight.get(DeliveryRecord, delivery)
    assert record is not None
    assert (record.deadline, deadline_of(market.sight, record)) == (CLOSING - HOUR + DAY, CLOSING)
    market.clock.now = CLOSING
    fails(market, market.lapse(delivery), "deadline-not-passed")
    market.clock.now += 1
    market.put(market.lapse(delivery))


def test_common_log_is_open() -> None:
    market = closed(traded())
    end = market.head["exchange"]
    for jws in (
        market.say("acme", "withdrawal", statement=market.id["listing"]),
        said(market, 3, **at(CLOSING)),
        market.lapse(market.id["delivery"]),
    ):
        fails(market, jws, "exchange-closed", end)
    again = market.answer(market.sight.statements[market.id["receipt"]])
    assert isinstance(again, Registered)
    assert not again.new


def test_evidence_leaves_open_whether_a_closing_was_moved() -> None:
    market = closing(traded())
    market.clock.now = CLOSING
    market.rotate("exchange", 2, **exchange(market, **at(CLOSING + DAY)))
    late = market.head["exchange"]
    market.clock.now += 1
    delivery = market.put(market.deliver(market.id["contract"], 2))
    assert judged(market, delivery).status is Status.VALID
    verdict = judged(market, delivery, {late})
    assert verdict.status is Status.INDETERMINATE
    assert ("exchange-closing", "unknown") in found(verdict)[delivery]


def moved(market: Market, by: str, home: Id) -> bytes:
    """A statement by which somebody moves to another home."""
    return market.successor(by, signer(f"{by}-next"), signer(f"{by}-nextx"), home=home)


def test_who_moved_is_a_guest_whose_chain_goes_on_here() -> None:
    market = traded()
    market.head["acme"] = market.put(moved(market, "acme", NOBODY))
    market.key["acme"] = signer("acme-next")
    assert home_of(market, "acme") == NOBODY
    later = market.successor("acme", signer("acme-nextx"), signer("acme-nextxx"), home=NOBODY)
    market.head["acme"] = market.put(later)
    back = market.successor("acme", signer("acme-nextxx"), signer("acme-nextxxx"), home=market.id["exchange"])
    market.put(back)
    assert home_of(market, "acme") is None
    market.check_replay()


def home_of(market: Market, name: str) -> Id | None:
    record = market.sight.get(ParticipantRecord, market.id[name])
    assert record is not None
    assert record.state == "admitted"
    return record.home


def test_a_guest_is_admitted_and_trades_and_its_keys_end_here_too() -> None:
    market = opened()
    market.key["eve"] = signer("eve")
    market.join("eve", home=NOBODY)
    listing = market.put(market.listing())
    fails(market, market.buy("eve", listing, "PO-1"), "not-admitted")
    market.admit("eve", "admitted", "consumer")
    assert home_of(market, "eve") == NOBODY
    contract = market.put(market.buy("eve", listing, "PO-1"))
    market.rotate("eve", home=NOBODY, revoked=[signer("eve").thumbprint])
    old = market.say(
        "eve", "acceptance", key=signer("eve"), listing=listing, purpose="research", reference="PO-2"
    )
    fails(market, old, "unknown-key")
    market.put(market.buy("eve", listing, "PO-2"))
    market.check_replay()
    assert judged(market, contract).status is Status.VALID


def test_a_guest_speaks_here_at_this_home_only() -> None:
    market = opened()
    fails(market, market.say("acme", "withdrawal", statement=NOBODY, home=NOBODY), "wrong-home")
    stranger = {**market.newcomer("eve", home=NOBODY), "issuer": NOBODY, "previous": NOBODY, "under": NOBODY}
    fails(market, encode(stranger, signer("eve")), "unknown-issuer")


def limited(amount: str = "100.00", currency: str = "EUR") -> Market:
    """A market in which carol's key has a limit."""
    market = opened()
    limit = {"amount": amount, "currency": currency}
    key = signer("carol-next")
    successor = market.successor("carol", key, signer("carol-nextx"), keys=[listed(key, limit=limit)])
    market.head["carol"], market.key["carol"] = market.put(successor), key
    return market


def priced(market: Market, by: str = "acme", **price: Any) -> Id:
    """A listing with standing terms at a price."""
    standing = {"terms": {**TERMS, "price": price}, "expires_at": format_time(START + 30 * DAY)}
    return market.put(market.listing(by, standing=standing))


@pytest.mark.parametrize(
    ("price", "passes"),
    [
        ({"amount": "100.00", "currency": "EUR"}, True),
        ({"amount": "100.01", "currency": "EUR"}, False),
        ({"amount": "1.00", "currency": "USD"}, False),
        ({"model": "free"}, True),
        ({"model": "per-unit", "unit": "call", "price": {"amount": "0.1", "currency": "EUR"}}, False),
        (
            {
                "model": "per-unit",
                "unit": "call",
                "price": {"amount": "0.1", "currency": "EUR"},
                "ceiling": {"amount": "100.00", "currency": "EUR"},
            },
            True,
        ),
        (
            {
                "model": "subscription",
                "amount": {"amount": "50.00", "currency": "EUR"},
                "period": "P30D",
                "periods": 3,
            },
            False,
        ),
    ],
)
def test_common_within_limit(price: dict[str, Any], passes: bool) -> None:
    market = limited()
    listing = priced(market, **price)
    offer = market.put(market.offer("acme", "carol", listing, terms={**TERMS, "price": price}))
    for jws in (
        market.buy("carol", listing, "PO-1"),
        market.offer("carol", "acme", listing, terms={**TERMS, "price": price}),
        market.say("carol", "acceptance", offer=offer),
    ):
        if passes:
            market.put(jws)
        else:
            fails(market, jws, "over-limit")


def test_common_within_limit__of_payments() -> None:
    market = limited()
    contract = market.put(market.buy("carol", market.put(market.listing()), "PO-1"))
    for amount, passes in (("100.01", False), ("100.00", True)):
        money = {"amount": amount, "currency": "EUR"}
        jws = market.say(
            "carol", "payment", contract=contract, kind="paid", amount=money, reference=f"P-{amount}"
        )
        if passes:
            market.put(jws)
        else:
            fails(market, jws, "over-limit")


def test_a_limit_bounds_nothing_else_and_no_other_key() -> None:
    market = limited("0.00")
    market.put(market.listing("carol"))
    listing = market.put(market.listing())
    market.put(market.buy("buyer", listing, "PO-1"))
    fails(market, market.buy("carol", listing, "PO-1"), "over-limit")


def test_listing_issuer_is_not_expelled() -> None:
    market = opened()
    market.admit("acme", "expelled")
    refused_in_part(market, market.listing(), "not-admitted")


def test_offer_issuer_is_not_expelled() -> None:
    market = traded()
    market.admit("buyer", "expelled")
    refused_in_part(market, market.offer("buyer", "acme", market.id["listing"]), "not-admitted")


def test_acceptance_issuer_is_not_expelled() -> None:
    market = traded()
    market.admit("buyer", "expelled")
    refused_in_part(market, market.buy("buyer", market.id["listing"], "PO-9"), "not-admitted")
