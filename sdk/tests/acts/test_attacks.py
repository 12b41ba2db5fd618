"""Odd orders of acts by which a party would gain, and what comes of them."""

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

import pytest

from lading.acts.erasure import Change
from lading.evidence.build import build
from lading.evidence.verdict import Status, Verdict
from lading.evidence.verify import verify
from lading.statement import canonical
from lading.statement.envelope import decode
from lading.statement.words import Id
from sdk.tests.acts.erasing import erase
from sdk.tests.acts.situations import (
    DOCUMENT,
    NOBODY,
    accept,
    amendment,
    contract,
    exchange,
    policy,
    refused,
    standing,
)
from sdk.tests.core.market import TERMS, Market, opened, traded_sealed
from sdk.tests.core.test_evidence import POLICY, codes

NOTHING: Final[Mapping[Id, bytes]] = MappingProxyType({})


def window(first: int, last: int) -> dict[str, Any]:
    """The member `window` of a delivery."""
    return {"window": {"first": first, "last": last, "count": last - first + 1}}


def three_windows() -> tuple[Market, list[Id]]:
    """A stream of which three windows of ten were delivered; the third was received, the others were withdrawn."""
    market = opened()
    market.id["contract"] = contract(market, market.put(market.listing(kind="stream")))
    said = [
        market.put(market.deliver(market.id["contract"], number, **window(10 * number - 9, 10 * number)))
        for number in (1, 2, 3)
    ]
    market.put(market.acknowledge(said[2]))
    for delivery in said[:2]:
        market.put(market.say("acme", "withdrawal", statement=delivery))
    return market, said


def test_a_window_does_not_grow_over_others_when_its_neighbour_was_withdrawn_too() -> None:
    market, _ = three_windows()
    market.clock.now += 1
    for last in (1000, 30, 21, 20):
        refused(market, market.deliver(market.id["contract"], 1, **window(1, last)), "window-gap")
    market.put(market.deliver(market.id["contract"], 1, **window(1, 19)))
    refused(market, market.deliver(market.id["contract"], 2, **window(20, 21)), "window-gap")
    market.put(market.deliver(market.id["contract"], 2, **window(20, 20)))


def test_a_window_that_leaves_no_room_is_fine_where_the_numbers_between_lapsed() -> None:
    market = opened()
    schedule = {"first": "PT1S", "every": "PT1S", "deliveries": 3}
    listing = market.put(market.listing(kind="stream", standing=standing(schedule=schedule)))
    market.id["contract"] = contract(market, listing)
    first = market.put(market.deliver(market.id["contract"], 1, **window(1, 10)))
    market.clock.now += 5000
    market.put(market.say("exchange", "lapse", contract=market.id["contract"], sequence=2))
    market.put(market.deliver(market.id["contract"], 3, **window(11, 20)))
    market.put(market.say("acme", "withdrawal", statement=first))
    refused(market, market.deliver(market.id["contract"], 1, **window(1, 9)), "window-gap")
    market.put(market.deliver(market.id["contract"], 1, **window(1, 10)))


def shown(market: Market, subject: Id, *left_out: Id, kept: Mapping[Id, bytes] = NOTHING) -> Verdict:
    """The verdict on a file that leaves something out, and has the bytes that a party kept of erased statements."""
    file = json.loads(build(market.sight, subject))
    (log,) = file["logs"]
    log["entries"] = [
        entry for entry in log["entries"] if market.sight.entries[entry["index"]].id not in left_out
    ]
    for entry in log["entries"]:
        if entry.get("withheld") in kept:
            entry["statement"] = kept[entry.pop("withheld")].decode()
    return verify(canonical.dumps(file), POLICY)


def amended_and_claimed() -> Market:
    """A contract whose amendment names carol as arbiter, and a claim that she may read therefore."""
    market = opened()
    market.admit("carol", "admitted", "provider", "consumer", "arbiter")
    agreement = contract(market)
    terms = {**TERMS, "arbiter": market.id["carol"]}
    market.id["amending"] = market.put(amendment(market, "acme", "buyer", agreement, terms=terms))
    market.id["amended"] = market.put(accept(market, "buyer", market.id["amending"]))
    delivery = market.put(market.deliver(agreement, 1))
    market.put(market.acknowledge(delivery))
    market.id["claim"] = market.put(market.say("buyer", "claim", statement=delivery, ground="quality"))
    return market


def test_a_file_without_an_amendment_does_not_make_an_honest_disclosure_look_wrong() -> None:
    market = amended_and_claimed()
    said: dict[str, Any] = {
        "authority": "Court",
        "legal_basis": "Order 1",
        "scope": "The claim.",
        "response": "complied",
    }
    told = market.put(market.say("carol", "disclosure", statement=market.id["claim"], **said))
    assert shown(market, told).status == Status.VALID
    verdict = shown(market, told, market.id["amending"], market.id["amended"])
    assert verdict.status == Status.INDETERMINATE
    assert "unknown-statement" in codes(verdict)


def test_nor_an_honest_erasure_of_a_claim() -> None:
    market = amended_and_claimed()
    kept = {market.id["claim"]: market.sight.statements[market.id["claim"]]}
    erasure = market.put(erase(market, market.id["claim"]))
    verdict = shown(market, erasure, market.id["amending"], market.id["amended"], kept=kept)
    assert verdict.status == Status.INDETERMINATE


def test_a_file_without_an_acceptance_does_not_make_an_honest_erasure_of_an_offer_look_wrong() -> None:
    market = opened()
    offer = market.put(market.offer("buyer", "acme", market.put(market.listing())))
    market.put(accept(market, "acme", offer))
    kept = {offer: market.sight.statements[offer]}
    erasure = market.put(erase(market, offer))
    verdict = shown(market, erasure, kept=kept)
    assert verdict.status == Status.INDETERMINATE
    assert "changes-mismatch" in codes(verdict)


def test_an_amendment_of_others_does_not_tell_to_which_contract_it_belongs() -> None:
    market = opened()
    agreement = contract(market)
    offer = market.put(amendment(market, "acme", "buyer", agreement))
    amended = market.put(accept(market, "buyer", offer))
    answers = {
        refused(market, amendment(market, "carol", "acme", key), "unknown-statement").detail.replace(
            key, "it"
        )
        for key in (amended, agreement, offer, NOBODY)
    }
    assert len(answers) == 1


@pytest.mark.parametrize("ground", ["bad-chunk", "quality", "leak", "breach"])
def test_a_claim_does_not_tell_of_which_kind_is_what_lies_between_others(ground: str) -> None:
    market = traded_sealed()
    answers = set()
    for key in (
        NOBODY,
        *(market.id[name] for name in ("contract", "delivery", "receipt", "release", "lapse")),
    ):
        said: dict[str, Any] = {"statement": key, "ground": ground}
        said |= {"proof": decode(market.claim(key)).members["proof"]} if ground == "bad-chunk" else {}
        said |= {"evidence": [DOCUMENT]} if ground == "leak" else {}
        refusal = refused(market, market.say("carol", "claim", **said), "unknown-statement")
        answers.add((refusal.pointer, refusal.detail.replace(key, "it")))
    assert len(answers) == 1


def test_a_trial_does_not_become_earnest_by_an_amendment() -> None:
    market = policy(contracts="trial")
    agreement = contract(market, trial=True)
    refused(market, amendment(market, "acme", "buyer", agreement), "trial-only")
    trial = market.put(amendment(market, "acme", "buyer", agreement, terms={**TERMS, "trial": True}))
    market.put(accept(market, "buyer", trial))


def test_nor_by_the_acceptance_of_an_older_one() -> None:
    market = opened()
    offer = market.put(amendment(market, "acme", "buyer", contract(market)))
    market.rotate("exchange", **exchange(market, policy={"onboarding": "open", "contracts": "trial"}))
    refused(market, accept(market, "buyer", offer), "trial-only")


def test_nobody_uses_up_permitted_deliveries_by_refusing_or_withdrawing_them() -> None:
    market = opened()
    twice = [{"action": "use", "constraints": [{"left": "count", "operator": "lteq", "right": 2}]}]
    market.id["contract"] = contract(market, permissions={"permissions": twice})
    for by in ("buyer", "acme") * 3:
        market.clock.now += 1
        delivery = market.put(market.deliver(market.id["contract"], 1))
        if by == "buyer":
            market.put(market.say("buyer", "receipt", delivery=delivery, outcome="refused", reason="no"))
        else:
            market.put(market.say("acme", "withdrawal", statement=delivery))
    market.clock.now += 1
    for number in (1, 2):
        market.put(market.acknowledge(market.put(market.deliver(market.id["contract"], number))))
    refused(market, market.deliver(market.id["contract"], 3), "not-permitted")


def test_a_schedule_costs_the_exchange_no_endless_lapses() -> None:
    market = opened()
    schedule = {"first": "PT1S", "every": "PT1S", "deliveries": 65_537}
    refused(market, market.listing(standing=standing(schedule=schedule)), "bad-member")
    market.put(market.listing(standing=standing(schedule={**schedule, "deliveries": 65_536})))


def test_the_changes_of_an_erasure_are_looked_at_up_to_the_first_wrong_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    market = opened()
    looked: list[Change] = []

    def refuses(change: Change) -> None:
        looked.append(change)
        raise ValueError("no record")

    monkeypatch.setattr(Change, "restored", refuses)
    said: dict[str, Any] = {
        "statement": NOBODY,
        "index": 1,
        "sort": "listing",
        "author": NOBODY,
        "ground": "law",
    }
    changes = [{"kind": "contract", "record": {"key": "x"}}] * 30
    refused(market, market.say("buyer", "erasure", **said, changes=changes), "bad-member")
    assert len(looked) == 1
