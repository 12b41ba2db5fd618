"""Markets in situations that a rule is about, and how to say that something is refused there."""

from typing import Any, Final

import pytest

from lading.acts.base import Place
from lading.problems import Refused
from lading.register.register import Registered
from lading.rules import engine
from lading.statement.words import Id, Millis, format_time
from sdk.tests.core.market import DAY, LIMITS, NO_BOX, ORIGIN, START, TERMS, Market, opened, signer
from sdk.tests.core.vectors import Log

LATER: Final = format_time(START + 7 * DAY)
NOBODY: Final = Id("sha256:" + "0" * 64)
"""The id of nothing."""
DOCUMENT: Final = {"name": "document.pdf", "media_type": "application/pdf", "size": 0, "digest": NO_BOX}
PEOPLE: Final = {
    "categories": ["name"],
    "subjects": ["customer"],
    "children": False,
    "legal_basis": "contract",
    "people": "up-to-10000",
}
RESEARCH_ONLY_IN_FR: Final = {
    "permissions": [{"action": "use", "constraints": [{"left": "spatial", "operator": "eq", "right": "FR"}]}]
}
"""Everybody in these markets is from CH."""


def refused(market: Market, jws: bytes, code: str) -> Refused:
    """The refusal, which has this code."""
    answer = market.answer(jws)
    assert isinstance(answer, Refused), "registered"
    assert answer.code == code, answer
    return answer


def refused_in_part(market: Market, jws: bytes, code: str) -> None:
    """What the rules that hold on a part of a log refuse."""
    statement = market.register.prepare(jws, market.sight).statement
    at = Place(market.sight.size(), Millis(market.clock.now))
    with pytest.raises(Refused) as refusal:
        engine.check_act(market.sight, statement, at, "part")
    assert refusal.value.code == code


def alone(market: Market, receipt: bytes) -> Id:
    """Register an accepted receipt of sealed content without its release, which is due then."""
    log = Log(market.store, market.clock, market.register)
    answer = log.answer(market.register.prepare(receipt, market.sight))
    assert isinstance(answer, Registered), answer
    return answer.id


def exchange(market: Market, **members: Any) -> dict[str, Any]:
    """The members of a later statement of the exchange; `members` stand in its `exchange`."""
    log = {"origin": ORIGIN, "keys": [{"vkey": str(market.register.signer.key), "from_size": 1}]}
    said = {"api": f"https://{ORIGIN}", "log": log, "rules": 1, "limits": LIMITS}
    return {"kind": "exchange", "exchange": {**said, "policy": {"onboarding": "open"}, **members}}


def later_exchange(market: Market, **members: Any) -> bytes:
    """A statement of the exchange's own chain."""
    said = exchange(market, **members)
    return market.successor("exchange", signer("exchange-next"), signer("exchange-nextx"), **said)


def policy(**switches: Any) -> Market:
    """A market whose exchange has this policy."""
    market = opened()
    market.rotate("exchange", **exchange(market, policy={"onboarding": "open", **switches}))
    return market


def standing(**terms: Any) -> dict[str, Any]:
    """Standing terms that differ from those of the market."""
    return {"terms": {**TERMS, **terms}, "expires_at": format_time(START + 30 * DAY)}


def contract(market: Market, listing: Id | None = None, **terms: Any) -> Id:
    """A contract of buyer with acme, on terms that differ from those of the market."""
    product = market.put(market.listing(standing=standing(**terms))) if listing is None else listing
    return market.put(market.buy("buyer", product, f"PO-{market.sight.size()}"))


def amendment(market: Market, by: str, to: str, agreement: Id, **members: Any) -> bytes:
    """An offer that amends a contract."""
    said = {"terms": TERMS, "purpose": "research", "expires_at": LATER}
    return market.say(by, "offer", amends=agreement, to=market.id[to], **{**said, **members})


def accept(market: Market, by: str, offer: Id) -> bytes:
    """The acceptance of an offer."""
    return market.say(by, "acceptance", offer=offer)
