"""One test per rule of attestations: what it refuses, and what lies just beside it and passes."""

from typing import Any

import pytest

from lading.acts.recourse import AssuranceRecord, AttestationRecord
from lading.keys.signer import Ed25519Signer
from lading.statement.envelope import encode
from lading.statement.words import Id, format_time
from sdk.tests.core.market import NO_BOX, START, Market, signer, traded

LEI = "lei:529900T8BM49AURSDO55"


@pytest.fixture
def market() -> Market:
    """A market after a trade, in which dave is an assessor."""
    market = traded()
    market.admit("dave", "admitted", "assessor")
    return market


def attest(market: Market, by: str = "dave", about: str = "listing", **members: Any) -> bytes:
    """An attestation; `about` is a name in `id`."""
    said = {"statement": market.id[about], "kind": "quality", "outcome": "passed"}
    return market.say(by, "attestation", **{**said, **members})


def second(market: Market, by: str, about: str) -> bytes:
    """A second signature of nothing."""
    signs = {"kind": "second-signature", "outcome": "noted", "suite": "ml-dsa-65", "signature": "AA"}
    return attest(market, by, about, **signs)


def assessor(market: Market, name: str, **members: Any) -> None:
    """Somebody new, admitted as assessor."""
    key: Ed25519Signer = signer(name)
    market.id[name] = market.head[name] = market.put(encode(market.newcomer(name, **members), key))
    market.key[name] = key
    market.admit(name, "admitted", "assessor")


def assurance(market: Market, about: str = "listing", kind: str = "quality") -> AssuranceRecord | None:
    return market.sight.get(AssuranceRecord, f"{market.id[about]}#{kind}")


def test_attestation_statement_is_readable(market: Market) -> None:
    for hidden in ("contract", "delivery", "receipt"):
        refused = market.check_refused(attest(market, about=hidden), "unknown-statement")
        assert refused.pointer == "/statement"
        market.check_refused(second(market, "dave", hidden), "unknown-statement")
    market.check_refused(attest(market, statement=NO_BOX), "unknown-statement")
    market.put(attest(market, "exchange", "contract"))


def test_attestation_statement_is_readable__by_a_grant(market: Market) -> None:
    soon = format_time(START + 1)
    opened: dict[str, Any] = {"contract": market.id["contract"], "until": soon}
    to_dave = market.put(market.say("buyer", "grant", to=market.id["dave"], **opened))
    market.admit("carol", "admitted", "assessor")
    to_carol = market.put(market.say("buyer", "grant", to=market.id["carol"], **opened))
    for about in ("contract", "delivery", "receipt"):
        made = market.put(attest(market, about=about, grant=to_dave))
        readers = {market.id[name] for name in ("acme", "buyer", "dave")}
        assert market.sight.readers[made] == frozenset(readers)
    for grant in (to_carol, market.id["contract"], NO_BOX):
        refused = market.check_refused(attest(market, about="delivery", grant=grant), "unknown-statement")
        assert refused.pointer == "/grant"
    other = market.put(market.buy("buyer", market.id["listing"], "PO-9"))
    for about_id in (other, market.id["listing"]):
        said = attest(market, statement=about_id, grant=to_dave)
        assert market.check_refused(said, "unknown-statement").pointer == "/statement"
    withdrawn, over = market.copy(), market.copy()
    withdrawn.put(withdrawn.say("buyer", "withdrawal", statement=to_dave))
    again = attest(withdrawn, about="delivery", kind="valuation", grant=to_dave)
    withdrawn.check_refused(again, "unknown-statement")
    over.clock.now += 1
    over.put(attest(over, about="delivery", grant=to_dave))
    over.clock.now += 1
    over.check_refused(attest(over, about="delivery", grant=to_dave), "unknown-statement")


def test_attestation_issuer_is_fit(market: Market) -> None:
    market.admit("acme", "admitted", "provider", "assessor")
    market.admit("buyer", "admitted", "consumer", "assessor")
    for by, about in (
        ("acme", "listing"),
        ("acme", "contract"),
        ("buyer", "contract"),
        ("buyer", "delivery"),
    ):
        market.check_refused(attest(market, by, about), "wrong-party")
    asked = market.put(market.offer("carol", "acme", market.id["listing"]))
    market.check_refused(attest(market, "acme", statement=asked), "wrong-party")
    for by, about in (("dave", "listing"), ("acme", "contract")):
        market.check_refused(second(market, by, about), "wrong-party")
    market.put(attest(market, "buyer", "listing"))
    market.put(second(market, "acme", "listing"))


def test_attestation_issuer_is_independent(market: Market) -> None:
    related = [{"party": market.id["acme"], "relation": "affiliate"}]
    assessor(market, "eve", related=related)
    market.check_refused(attest(market, "eve"), "wrong-party")
    assessor(market, "frank", related=[{"party": market.id["buyer"], "relation": "affiliate"}])
    market.put(attest(market, "frank"))
    assessor(market, "grace", identifiers=[LEI])
    market.put(attest(market, "grace"))
    market.rotate("acme", related=[{"party": LEI, "relation": "controls"}])
    market.clock.now += 1
    market.check_refused(attest(market, "grace"), "wrong-party")


def test_attestation_issuer_is_an_assessor(market: Market) -> None:
    market.check_refused(attest(market, "carol"), "missing-role")
    market.admit("dave", "suspended")
    market.check_refused(attest(market), "not-admitted")
    market.admit("acme", "expelled")
    market.put(second(market, "acme", "listing"))


def test_attestation_expires_later(market: Market) -> None:
    now = format_time(START)
    made = market.put(attest(market, expires_at=now))
    record = market.sight.get(AttestationRecord, made)
    assert record is not None
    assert record.expires_at == START
    market.clock.now += 1
    market.check_refused(attest(market, expires_at=now), "already-expired")


def test_the_newest_word_of_a_kind_is_the_assurance(market: Market) -> None:
    assert assurance(market) is None
    first = market.put(attest(market))
    second = market.put(attest(market, outcome="failed"))
    other = market.put(attest(market, kind="valuation"))
    newest = assurance(market)
    assert newest is not None
    assert (newest.attestation, newest.outcome, newest.standing) == (second, "failed", True)
    withdraw(market, first)
    assert assurance(market) == newest
    gone = withdraw(market, second)
    newest = assurance(market)
    assert newest is not None
    assert (newest.attestation, newest.standing) == (second, False)
    valued = assurance(market, kind="valuation")
    assert valued is not None
    assert (valued.attestation, valued.standing) == (other, True)
    market.clock.now += 1
    again = market.say("dave", "withdrawal", statement=second)
    market.check_refused(again, "attestation-not-standing", winner=gone)
    market.check_replay()


def withdraw(market: Market, what: Id) -> Id:
    return market.put(market.say("dave", "withdrawal", statement=what))


def test_who_may_read_an_attestation(market: Market) -> None:
    public, private = market.put(attest(market)), market.put(attest(market, "exchange", "contract"))
    assert market.sight.readers[public] == "public"
    readers = {market.id[name] for name in ("acme", "buyer", "exchange")}
    assert market.sight.readers[private] == frozenset(readers)
