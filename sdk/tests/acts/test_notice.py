"""One test per rule of notices: what it refuses, and what lies just beside it and passes."""

from typing import Any

import pytest

from lading.acts.records import SELF, OutageRecord
from lading.statement.words import format_time
from sdk.tests.acts.dealing import claim, judged, rule
from sdk.tests.acts.running import (
    AGREED,
    BOTH,
    INSTRUMENT,
    LAW,
    ended,
    notice,
    outage,
    pause,
    received,
    running,
    state_of,
)
from sdk.tests.core.market import DAY, NO_BOX, START, TERMS, Market


@pytest.fixture
def market() -> Market:
    return running()


def test_notice_outage_is_the_exchanges(market: Market) -> None:
    market.clock.now += DAY
    market.check_refused(outage(market, START, START + 1, by="acme"), "wrong-issuer")


def test_notice_issuer_is_a_party(market: Market) -> None:
    soon = format_time(START + DAY)
    for by in ("carol", "exchange"):
        assert market.check_refused(notice(market, by, "suspend"), "unknown-statement").pointer == "/contract"
    market.check_refused(notice(market, "acme", "suspend", contract=NO_BOX), "unknown-statement")
    market.check_refused(notice(market, "buyer", "recall", erase_by=soon), "wrong-party")
    market.admit("acme", "expelled")
    market.put(notice(market, "acme", "recall", erase_by=soon))
    market.put(notice(market, "acme", "suspend"))


def test_notice_contract_permits_it(market: Market) -> None:
    market.check_refused(notice(market, "acme", "resume"), "contract-not-active")
    begun = market.put(notice(market, "acme", "suspend"))
    market.check_refused(notice(market, "buyer", "suspend"), "contract-not-active", winner=begun)
    market.check_refused(market.deliver(market.id["contract"], 1), "contract-not-active", winner=begun)
    market.put(notice(market, "acme", "resume"))
    end = market.put(ended(market, "buyer", 20 * DAY))
    market.clock.now += 1
    for kind in ("suspend", "resume"):
        market.check_refused(notice(market, "acme", kind), "contract-not-active", winner=end)


def test_notice_suspension_is_agreed(market: Market) -> None:
    market.put(notice(market, "buyer", "suspend"))
    one = running(suspension={"by": ["consumer"]})
    one.check_refused(notice(one, "acme", "suspend"), "suspension-not-agreed")
    none = running(instruments=[{**INSTRUMENT, "reopen": True}, {**INSTRUMENT, "id": "urn:example:code"}])
    none.check_refused(notice(none, "acme", "suspend"), "suspension-not-agreed")
    for other in ("urn:example:code", "urn:example:nothing"):
        none.check_refused(notice(none, "acme", "suspend", instrument=other), "suspension-not-agreed")
    none.put(notice(none, "acme", "suspend", instrument=LAW))


def test_notice_suspensions_are_few(market: Market) -> None:
    for _ in range(64):
        market.put(notice(market, "acme", "suspend"))
        market.put(notice(market, "acme", "resume"))
        market.clock.now += 1
    market.check_refused(notice(market, "acme", "suspend"), "too-many-notices")
    assert len(state_of(market).pauses) == 64
    market.put(ended(market, "acme", 10 * DAY))


def test_notice_suspender_resumes(market: Market) -> None:
    begun = market.put(notice(market, "acme", "suspend"))
    market.check_refused(notice(market, "buyer", "resume"), "wrong-party")
    market.clock.now += 2 * DAY
    market.check_refused(notice(market, "buyer", "resume"), "wrong-party")
    market.clock.now += 1
    over = market.put(notice(market, "buyer", "resume"))
    (only,) = state_of(market).pauses
    assert (only.since, only.until, only.notices) == (START, market.clock.now, (begun, over))
    endless = running(suspension={"by": BOTH})
    endless.put(notice(endless, "acme", "suspend"))
    endless.clock.now += 20 * DAY
    endless.check_refused(notice(endless, "buyer", "resume"), "wrong-party")
    endless.put(notice(endless, "acme", "resume"))


def test_notice_breach_was_found() -> None:
    market = judged()
    market.id["carol's"] = market.id["contract"]
    made = market.put(claim(market, "buyer", "contract", "breach"))
    upheld = market.put(rule(market, "carol", made))
    again = market.put(claim(market, "buyer", "contract", "late"))
    dismissed = market.put(rule(market, "carol", again, "dismissed"))
    for by, ruling in (("acme", upheld), ("buyer", dismissed), ("buyer", made), ("buyer", NO_BOX)):
        said = ended(market, by, 0, ground="breach", ruling=ruling)
        assert market.check_refused(said, "unknown-statement").pointer == "/ruling"
    market.id["contract"] = market.put(market.buy("buyer", market.put(market.listing()), "PO-other"))
    market.check_refused(ended(market, "buyer", 0, ground="breach", ruling=upheld), "unknown-statement")
    market.id["contract"] = market.id["carol's"]
    market.check_refused(ended(market, "buyer", -1, ground="breach", ruling=upheld), "effective-too-soon")
    market.put(ended(market, "buyer", 0, ground="breach", ruling=upheld))
    assert state_of(market).ends_at == market.clock.now


def test_notice_termination_is_agreed(market: Market) -> None:
    one = running(termination={"by": ["provider"], "notice": "P10D"})
    one.check_refused(ended(one, "buyer", 100 * DAY), "wrong-party")
    one.put(ended(one, "acme", 10 * DAY))
    for by in ("acme", "buyer"):
        silent = running(suspension={"by": BOTH})
        silent.put(ended(silent, by, 30 * DAY))


def test_notice_notice_period_is_kept(market: Market) -> None:
    market.check_refused(ended(market, "acme", 10 * DAY - 1), "effective-too-soon")
    market.check_refused(ended(market, "acme", -1), "effective-too-soon")
    end = market.put(ended(market, "acme", 10 * DAY))
    assert (state_of(market).ends_at, state_of(market).ended_by) == (START + 10 * DAY, end)
    silent = running(suspension={"by": BOTH})
    silent.check_refused(ended(silent, "acme", 30 * DAY - 1), "effective-too-soon")
    silent.put(ended(silent, "acme", 30 * DAY))


def test_notice_ends_earlier(market: Market) -> None:
    first = market.put(ended(market, "acme", 20 * DAY))
    for later in (20 * DAY, 21 * DAY):
        market.check_refused(ended(market, "buyer", later), "contract-not-active", winner=first)
    market.put(ended(market, "buyer", 20 * DAY - 1))
    market.put(market.deliver(market.id["contract"], 1))
    market.clock.now = START + 20 * DAY
    market.check_refused(market.deliver(market.id["contract"], 2), "contract-not-active")


def test_notice_recalled_was_received(market: Market) -> None:
    received(market, 1)
    market.put(market.deliver(market.id["contract"], 2))
    soon = format_time(START + DAY)
    for number in (2, 3):
        said = notice(market, "acme", "recall", erase_by=soon, deliveries=[1, number])
        assert market.check_refused(said, "unknown-delivery").pointer == "/deliveries/1"
    market.put(notice(market, "acme", "recall", erase_by=soon, deliveries=[1]))


def test_notice_erasure_is_still_possible(market: Market) -> None:
    now = format_time(START)
    market.put(notice(market, "acme", "recall", erase_by=now))
    market.clock.now += 1
    market.check_refused(notice(market, "acme", "recall", erase_by=now), "already-expired")


def test_notice_nothing_was_registered(market: Market) -> None:
    market.clock.now += DAY
    now = START + DAY
    told = market.copy()
    market.check_refused(outage(market, START - 1, now), "outage-overlaps")
    told.put(outage(told, START, now))
    told.check_refused(outage(told, START + 1, now), "outage-overlaps")
    told.clock.now += DAY
    told.check_refused(outage(told, now, now + DAY + 1), "outage-overlaps")
    told.clock.now += DAY
    told.put(outage(told, now + DAY, now + 2 * DAY))


def test_notice_outages_are_few(market: Market) -> None:
    for _ in range(256):
        market.clock.now += 2
        market.put(outage(market, market.clock.now - 1, market.clock.now))
    market.clock.now += 2
    market.check_refused(outage(market, market.clock.now - 1, market.clock.now), "too-many-notices")
    record = market.sight.get(OutageRecord, SELF)
    assert record is not None
    assert len(record.outages) == 256


def test_a_suspension_moves_the_deadline_of_a_delivery(market: Market) -> None:
    delivery = market.put(market.deliver(market.id["contract"], 1))
    pause(market, 1)
    market.clock.now = START + 2 * DAY
    late = market.copy()
    late.clock.now += 1
    late.check_refused(late.acknowledge(delivery), "deadline-passed")
    late.put(late.lapse(delivery))
    market.check_refused(market.lapse(delivery), "deadline-not-passed")
    market.put(market.acknowledge(delivery))


def test_an_outage_moves_every_deadline(market: Market) -> None:
    delivery = market.put(market.deliver(market.id["contract"], 1))
    market.clock.now = START + 3 * DAY
    unsaid = market.copy()
    unsaid.check_refused(unsaid.acknowledge(delivery), "deadline-passed")
    market.put(outage(market, START + DAY - 1, START + 3 * DAY))
    market.clock.now += 1
    market.put(market.acknowledge(delivery))
    market.check_replay()


def test_a_termination_ends_the_pause(market: Market) -> None:
    begun = market.put(notice(market, "acme", "suspend"))
    market.clock.now += DAY
    end = market.put(ended(market, "buyer", 10 * DAY))
    contract = state_of(market)
    (only,) = contract.pauses
    assert (only.until, only.notices) == (START + DAY, (begun, end))
    assert (contract.state, contract.suspended_by) == ("ending", None)


def test_an_amendment_passes_while_a_contract_is_suspended(market: Market) -> None:
    amends: dict[str, Any] = {
        "amends": market.id["contract"],
        "to": market.id["buyer"],
        "purpose": "research",
    }
    terms = {**TERMS, **AGREED, "termination": {"by": BOTH, "notice": "P1D"}}
    begun = notice(market, "acme", "suspend")
    offer = market.put(
        market.say("acme", "offer", **amends, terms=terms, expires_at=format_time(START + DAY))
    )
    market.put(begun)
    market.put(market.say("buyer", "acceptance", offer=offer))
    assert state_of(market).state == "suspended"
    market.put(ended(market, "buyer", DAY))


def test_who_may_read_a_notice(market: Market) -> None:
    begun = market.put(notice(market, "acme", "suspend"))
    assert market.sight.readers[begun] == frozenset({market.id["acme"], market.id["buyer"]})
    market.clock.now += 1
    told = market.put(outage(market, START, START + 1))
    assert market.sight.readers[told] == "public"
