"""One test per rule of disclosures: what it refuses, and what lies just beside it and passes."""

from typing import Any

import pytest

from lading.acts.recourse import DisclosureRecord
from lading.statement.words import format_time
from sdk.tests.acts.dealing import DOCUMENT, SOON, judged
from sdk.tests.core.market import NO_BOX, Market

SAID = {
    "authority": "Tax office",
    "legal_basis": "Order 17",
    "scope": "The contract.",
    "response": "complied",
}


@pytest.fixture
def market() -> Market:
    return judged()


def disclose(market: Market, by: str, of: str, **members: Any) -> bytes:
    return market.say(by, "disclosure", **{"statement": market.id[of], **SAID, **members})


def test_disclosure_issuer_can_read_it(market: Market) -> None:
    refused = market.check_refused(disclose(market, "carol", "contract"), "unknown-statement")
    assert refused.pointer == "/statement"
    market.check_refused(disclose(market, "exchange", "contract", statement=NO_BOX), "unknown-statement")
    for by in ("exchange", "acme", "buyer"):
        market.put(disclose(market, by, "contract", document=DOCUMENT))
    market.put(disclose(market, "carol", "dave"))


def test_disclosure_stranger_is_admitted(market: Market) -> None:
    market.id["listing"] = market.put(market.listing(title="Other"))
    market.check_refused(disclose(market, "dave", "listing"), "not-admitted")
    market.admit("acme", "suspended")
    for by in ("acme", "buyer", "exchange"):
        market.put(disclose(market, by, "listing"))
    market.put(disclose(market, "acme", "contract"))


def test_disclosure_shows_no_disclosure(market: Market) -> None:
    shown = {"reader": market.id["dave"], "until": SOON}
    first = market.put(disclose(market, "acme", "contract", **shown))
    again = disclose(market, "acme", "contract", statement=first, **shown)
    assert market.check_refused(again, "unknown-statement").pointer == "/statement"
    market.put(disclose(market, "acme", "contract", statement=first))


def test_disclosure_reader_is_registered(market: Market) -> None:
    nobody = disclose(market, "acme", "contract", reader=NO_BOX, until=SOON)
    assert market.check_refused(nobody, "unknown-statement").pointer == "/reader"
    market.put(disclose(market, "acme", "contract", reader=market.id["dave"], until=SOON))


def test_disclosure_ends_later(market: Market) -> None:
    now, dave = format_time(market.clock.now), market.id["dave"]
    market.put(disclose(market, "acme", "contract", reader=dave, until=now))
    market.clock.now += 1
    market.check_refused(disclose(market, "acme", "contract", reader=dave, until=now), "already-expired")


def test_a_disclosure_is_seen_by_those_whose_words_were_shown(market: Market) -> None:
    dave = market.id["dave"]
    before = dict(market.sight.records)
    shown = market.put(disclose(market, "exchange", "delivery", reader=dave, until=SOON))
    assert market.sight.readers[shown] == frozenset({market.id["acme"], market.id["buyer"], dave})
    record = market.sight.get(DisclosureRecord, shown)
    assert record is not None
    assert (record.about, record.reader) == (market.id["delivery"], dave)
    changed = {kind for kind, _ in set(market.sight.records) - set(before)}
    assert changed == {"statement", "disclosure"}
    market.check_replay()
