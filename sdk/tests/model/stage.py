"""A market with somebody of every kind in it, and something of every act.

acme provides; buyer and carol consume, carol provides too; dave is pending, erin assesses, finn is the arbiter of the
richer terms, gina is suspended, hugo was expelled, and the key of ivan binds him to little. zoe is no participant.
"""

from functools import lru_cache
from typing import Any, Final

from lading.statement.envelope import encode, statement_id
from lading.statement.words import Id, format_time
from sdk.tests.core.market import DAY, NAMES, NO_BOX, PROMISE, START, TERMS, Market, listed, signer

EVERYBODY: Final = ("exchange", *NAMES, "erin", "finn", "gina", "hugo", "ivan", "zoe")
LIMIT: Final = {"amount": "50.00", "currency": "EUR"}
"""What the key of ivan may bind him to; every price here is higher."""
NOWHERE: Final = Id("sha256:" + "0" * 64)
BOTH: Final = ["provider", "consumer"]
DOCUMENT: Final = {"name": "document.pdf", "media_type": "application/pdf", "size": 0, "digest": NO_BOX}
FAR: Final = format_time(START + 300 * DAY)
SALES: Final = {"model": "revenue-share", "share": "10", "currency": "EUR"}


def rich(market: Market, **terms: Any) -> dict[str, Any]:
    """Terms that permit everything: suspension, termination, a schedule, and an arbiter."""
    agreed = {
        "suspension": {"by": BOTH, "maximum": "P2D"},
        "termination": {"by": BOTH, "notice": "P1D"},
        "schedule": {"first": "P1D", "every": "P1D", "deliveries": 40},
        "arbiter": market.id["finn"],
    }
    return {**TERMS, **agreed, **terms}


@lru_cache
def _cast() -> Market:
    market = Market()
    for name in ("erin", "finn", "gina", "hugo"):
        join(market, name)
    join(market, "ivan", keys=[listed(signer("ivan"), limit=LIMIT)])
    for name, role in (("erin", "assessor"), ("finn", "arbiter"), ("ivan", "consumer")):
        market.admit(name, "admitted", role)
    for name, status in (("gina", "suspended"), ("hugo", "expelled")):
        market.admit(name, "admitted", *BOTH)
        market.id["gina's" if name == "gina" else "hugo's"] = market.put(market.listing(name))
        market.admit(name, status, *BOTH)
    market.key["zoe"] = signer("zoe")
    market.id["zoe"] = market.head["zoe"] = Id(
        statement_id(encode(market.newcomer("zoe"), market.key["zoe"]))
    )
    return market


def join(market: Market, name: str, **members: Any) -> None:
    """Register somebody who has a key in the market."""
    market.join(name, **members)
    market.key[name] = signer(name)


def cast() -> Market:
    """The market with everybody in it, in which nobody said more than that."""
    return _cast().copy()


def standing(terms: dict[str, Any]) -> dict[str, Any]:
    """Terms that stand for long."""
    return {"terms": terms, "expires_at": FAR}


@lru_cache
def _busy() -> Market:
    market = cast()
    put, say, ids = market.put, market.say, market.id
    ids["roads"] = put(market.listing(standing=standing(rich(market))))
    ids["calls"] = put(market.listing(kind="stream", standing=standing({**TERMS, "price": SALES})))
    ids["plain"] = put(market.listing("carol"))
    for number, (name, by) in enumerate((("roads", "buyer"), ("calls", "buyer"), ("plain", "buyer"))):
        ids[f"{name} contract"] = put(market.buy(by, ids[name], f"PO-{number}"))
    contract = ids["contract"] = ids["roads contract"]
    received = put(market.deliver(contract, 1))
    put(market.acknowledge(received))
    put(market.deliver(contract, 2))
    ids.update(market.sealed_trade("busy", 3))
    put(market.deliver_sealed(contract, 4, name="open"))
    put(market.deliver(ids["calls contract"], 1, window={"first": 1, "last": 10, "count": 9}))
    for by, to in (("buyer", "acme"), ("acme", "carol")):
        put(market.offer(by, to, ids["roads"], terms=rich(market)))
    put(amendment(market, "acme", "buyer", contract))
    claim = put(say("buyer", "claim", statement=received, ground="quality"))
    put(say("acme", "claim", replies_to=claim, answer="denied"))
    put(say("carol", "claim", statement=ids["roads"], ground="rights"))
    put(say("erin", "attestation", statement=ids["roads"], kind="quality", outcome="passed"))
    put(say("buyer", "grant", contract=contract, to=ids["erin"], until=FAR))
    money = {"amount": TERMS["price"]}
    invoice = put(say("acme", "payment", contract=contract, kind="invoice", reference="I-1", **money))
    put(say("buyer", "payment", contract=contract, kind="paid", reference="P-1", answers=invoice, **money))
    put(say("acme", "notice", contract=contract, kind="recall", ground="rights", erase_by=FAR))
    put(say("exchange", "notarisation", digest=NO_BOX))
    return market


def busy() -> Market:
    """The market with something of almost every kind, and much of it still open."""
    return _busy().copy()


def amendment(market: Market, by: str, to: str, agreement: Id, **members: Any) -> bytes:
    """An offer to amend a contract, on the same terms."""
    said = {"terms": rich(market), "purpose": "research", "expires_at": FAR}
    return market.say(by, "offer", amends=agreement, to=market.id[to], **{**said, **members})


HELD: Final = {"outcome": "accepted", "content_root": PROMISE["content_root"], "size": PROMISE["size"]}
"""What a receipt says of the content of the listings here."""
