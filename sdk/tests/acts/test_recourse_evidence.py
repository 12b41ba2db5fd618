"""Evidence about what comes after a trade is VALID as an exporter writes it, and tells it in words."""

from functools import lru_cache
from typing import Any, Final

import pytest

from lading.acts import attachments_of, parse
from lading.evidence.build import build
from lading.evidence.verdict import Status
from lading.evidence.verify import verify
from lading.statement.envelope import decode
from lading.statement.words import Id
from sdk.tests.acts.dealing import DOCUMENT, SOON, answer, claim, judged, pay, rule, standing
from sdk.tests.core.market import Market
from sdk.tests.core.test_evidence import POLICY, codes

STORIES: Final = {
    "invoice": "asks for 100.00 EUR for delivery number 1, reference I-1",
    "paid": "says that it paid 100.00 EUR, reference P-1",
    "received": "confirms that it received 100.00 EUR, reference R-1",
    "quality": "claims that delivery number 1 is at fault: quality",
    "leak": "claims that delivery number 1 is at fault: leak",
    "breach": "claims: breach",
    "rights": "claims against the listing 'Roads': rights",
    "denied": "denies the claim quality",
    "ruling": "rules on the claim quality of Buyer: upheld, with the remedy redelivery",
    "grant": f"lets Dave read the contract until {SOON}",
    "disclosure": "on the demand of 'Tax office': complied",
}


@lru_cache
def _after() -> Market:
    """Everything that can come after a trade."""
    market = judged()
    ids: dict[str, Id] = {}
    ids["invoice"] = market.put(pay(market, "acme", "invoice", "I-1", delivery=market.id["delivery"]))
    ids["paid"] = market.put(pay(market, "buyer", "paid", "P-1", answers=ids["invoice"], document=DOCUMENT))
    ids["received"] = market.put(pay(market, "acme", "received", "R-1", answers=ids["paid"]))
    ids["quality"] = market.put(claim(market, "buyer", "delivery", "quality"))
    ids["leak"] = market.put(claim(market, "acme", "delivery", "leak", evidence=[DOCUMENT, DOCUMENT]))
    ids["breach"] = market.put(claim(market, "acme", "contract", "breach"))
    market.id["listing"] = market.put(market.listing(standing=standing(arbiter=market.id["carol"])))
    ids["rights"] = market.put(claim(market, "carol", "listing", "rights"))
    ids["denied"] = market.put(answer(market, "acme", ids["quality"]))
    ids["ruling"] = market.put(rule(market, "carol", ids["quality"], remedy={"kind": "redelivery"}))
    said: dict[str, Any] = {"contract": market.id["contract"], "to": market.id["dave"], "until": SOON}
    ids["grant"] = market.put(market.say("buyer", "grant", **said))
    demand: dict[str, Any] = {
        "authority": "Tax office",
        "legal_basis": "Order 17",
        "scope": "All.",
        "response": "complied",
    }
    ids["disclosure"] = market.put(
        market.say("exchange", "disclosure", statement=market.id["delivery"], **demand)
    )
    market.id.update(ids)
    return market


@pytest.mark.parametrize("subject", STORIES)
def test_what_an_exporter_writes_is_valid_and_tells_the_story(subject: str) -> None:
    market = _after()
    verdict = verify(build(market.sight, market.id[subject]), POLICY)
    assert (verdict.status, codes(verdict)) == (Status.VALID, {"time-by-log-only"})
    (line,) = [event.summary for event in verdict.story if event.id == market.id[subject]]
    assert line.endswith(STORIES[subject])


@pytest.mark.parametrize(("subject", "number"), [("invoice", 0), ("paid", 1), ("leak", 1)])
def test_the_attachments_of_an_act_are_found_wherever_they_stand(subject: str, number: int) -> None:
    market = _after()
    act = parse(decode(market.sight.statements[market.id[subject]])).act
    assert [found.name for found in attachments_of(act)] == ["document.pdf"] * number


def test_the_attachments_of_a_proof_are_found_in_their_order() -> None:
    market = _after().copy()
    market.id.update(market.sealed_trade())
    act = parse(decode(market.claim(market.id["release"]))).act
    assert [found.name for found in attachments_of(act)] == ["path", "chunk"]
