"""Evidence about a contract that was suspended, amended and ended: what exporters add, and what is a doubt without."""

import json
from functools import lru_cache
from typing import Any, Final

import pytest

from lading.evidence.build import build
from lading.evidence.verdict import Status, Verdict
from lading.evidence.verify import verify
from lading.statement import canonical
from lading.statement.envelope import decode
from lading.statement.words import Id, format_time
from sdk.tests.acts.running import AGREED, BOTH, ended, notice, outage, pause, received, running
from sdk.tests.core.market import DAY, START, TERMS, Market
from sdk.tests.core.test_evidence import POLICY, codes

STORIES: Final = {
    "suspended": "suspends the contract: law",
    "resumed": "takes the contract up again: law",
    "outage": "was down from",
    "late receipt": "acknowledges delivery number 1",
    "agreed": "contracts",
    "lapse": "records that delivery number 2 was not made in time",
    "recall": "calls back delivery 1, to be erased by",
    "deletion": "says that it erased deliveries 1, 3 at",
    "ended": "ends the contract at",
    "attestation": "attests to the listing 'Roads': quality passed",
    "signature": "adds a second signature to",
}


@lru_cache
def _run() -> Market:
    market = running()
    market.admit("dave", "admitted", "assessor")
    delivery = market.put(market.deliver(market.id["contract"], 1))
    market.id["suspended"], market.id["resumed"] = pause(market, 2)
    since = market.clock.now
    market.clock.now += DAY // 2
    market.id["outage"] = market.put(outage(market, since, market.clock.now))
    market.clock.now = START + 3 * DAY + DAY // 2
    market.id["late receipt"] = market.put(market.acknowledge(delivery))
    market.id["agreed"] = market.put(market.say("buyer", "acceptance", offer=_proposed(market)))
    market.clock.now += 3 * DAY
    scheduled: dict[str, Any] = {"contract": market.id["contract"], "sequence": 2}
    market.id["lapse"] = market.put(market.say("exchange", "lapse", **scheduled))
    received(market, 3)
    _afterwards(market)
    return market


def _proposed(market: Market) -> Id:
    terms = {**TERMS, **AGREED, "termination": {"by": BOTH, "notice": "P1D"}}
    terms["schedule"] = {"first": "P1D", "every": "P1D", "deliveries": 3}
    amends: dict[str, Any] = {
        "amends": market.id["contract"],
        "to": market.id["buyer"],
        "purpose": "research",
    }
    until = format_time(START + 9 * DAY)
    return market.put(market.say("acme", "offer", **amends, terms=terms, expires_at=until))


def _afterwards(market: Market) -> None:
    soon = format_time(market.clock.now + 9 * DAY)
    market.id["recall"] = market.put(notice(market, "acme", "recall", erase_by=soon, deliveries=[1]))
    erased: dict[str, Any] = {
        "contract": market.id["contract"],
        "deliveries": [1, 3],
        "recall": market.id["recall"],
    }
    how: dict[str, Any] = {"method": "overwritten", "deleted_at": market.now}
    market.id["deletion"] = market.put(market.say("buyer", "deletion", **erased, **how))
    market.id["ended"] = market.put(ended(market, "buyer", DAY))
    listing = market.put(market.listing())
    said: dict[str, Any] = {"statement": listing, "kind": "quality", "outcome": "passed"}
    market.id["attestation"] = market.put(market.say("dave", "attestation", **said))
    second = {**said, "kind": "second-signature", "outcome": "noted", "suite": "ml-dsa-65", "signature": "AA"}
    market.id["signature"] = market.put(market.say("acme", "attestation", **second))


def judge(market: Market, subject: str, *without: str) -> Verdict:
    """The verdict on what an exporter writes about a statement, with some of it left out."""
    file = json.loads(build(market.sight, market.id[subject]))
    gone = {market.id[name] for name in without}
    log = file["logs"][0]
    log["entries"] = [row for row in log["entries"] if decode(row["statement"].encode()).id not in gone]
    return verify(canonical.dumps(file), POLICY)


@pytest.mark.parametrize("subject", STORIES)
def test_what_an_exporter_writes_is_valid_and_tells_the_story(subject: str) -> None:
    market = _run()
    verdict = judge(market, subject)
    assert (verdict.status, codes(verdict)) == (Status.VALID, {"time-by-log-only"})
    (told,) = [event for event in verdict.story if event.id == market.id[subject]]
    assert told.summary.startswith(STORIES[subject])


@pytest.mark.parametrize(
    ("subject", "without", "code"),
    [
        ("late receipt", ("suspended", "resumed"), "deadline-passed"),
        ("late receipt", ("outage",), "deadline-passed"),
        ("resumed", ("suspended",), "contract-not-active"),
        ("lapse", ("agreed",), "no-schedule"),
        ("ended", ("agreed",), "effective-too-soon"),
    ],
)
def test_what_is_right_by_a_statement_that_is_left_out_is_a_doubt(
    subject: str, without: tuple[str, ...], code: str
) -> None:
    market = _run()
    verdict = judge(market, subject, *without)
    assert verdict.status is Status.INDETERMINATE
    (finding,) = [finding for finding in verdict.findings if finding.severity == "unknown"]
    assert (finding.code, finding.statement) == (code, market.id[subject])
    assert "notices and amendments" in finding.hint
    assert market.id[subject] not in {event.id for event in verdict.story}


def test_nothing_later_is_added() -> None:
    """What changed the contract after the subject is not in its evidence."""
    market = _run()
    shown = {event.id for event in judge(market, "late receipt").story}
    assert {market.id[name] for name in ("suspended", "resumed", "outage")} <= shown
    assert not {market.id[name] for name in ("agreed", "ended")} & shown
    first = {event.id for event in judge(market, "contract").story}
    assert not {market.id[name] for name in ("suspended", "resumed", "outage", "agreed", "ended")} & first


def test_an_outage_before_the_contract_is_not_added() -> None:
    market = running()
    market.clock.now += DAY
    market.id["outage"] = market.put(outage(market, START, market.clock.now))
    listing = market.put(market.listing(title="Later"))
    market.id["contract"] = market.put(market.buy("buyer", listing, "PO-later"))
    market.id["delivery"] = market.put(market.deliver(market.id["contract"], 1))
    assert market.id["outage"] not in {event.id for event in judge(market, "delivery").story}
