"""One test per rule: those of every act, of identities and admissions, and of what follows a delivery."""

from typing import Any

from lading.statement import base64url
from lading.statement.envelope import encode
from sdk.tests.acts.situations import (
    NOBODY,
    alone,
    exchange,
    later_exchange,
    policy,
    refused,
    refused_in_part,
)
from sdk.tests.core.market import DAY, HOUR, ORIGIN, Market, listed, opened, share, signer, traded


def newcomer(market: Market, **members: Any) -> bytes:
    """The first statement of eve."""
    return encode(market.newcomer("eve", **members), signer("eve"))


def test_registration_home() -> None:
    market = opened()
    refused(market, market.listing(home=market.id["acme"]), "wrong-home")


def test_registration_signature() -> None:
    market = opened()
    one, other = market.listing(title="One"), market.listing(title="Other")
    refused(market, one.rpartition(b".")[0] + b"." + other.rpartition(b".")[2], "bad-signature")


def test_key_issuer_is_registered() -> None:
    market = opened()
    refused(market, market.listing(issuer=NOBODY), "unknown-issuer")


def test_key_under_is_of_the_chain() -> None:
    market = opened()
    refused(market, market.listing(under=market.id["buyer"]), "stale-under")


def test_key_key_is_known() -> None:
    market = opened()
    refused(market, market.say("acme", "withdrawal", key=signer("eve"), statement=NOBODY), "unknown-key")


def test_key_key_may_sign() -> None:
    market = opened()
    market.key["eve"] = signer("eve")
    market.join("eve", keys=[listed(signer("eve"), may=["offer", "participant"])])
    market.admit("eve", "admitted", "provider")
    refused(market, market.listing("eve"), "key-not-allowed")


def test_own_key_key_is_listed() -> None:
    market = opened()
    refused(market, encode(market.newcomer("eve"), signer("mallory")), "unlisted-key")


def test_own_key_key_may_sign() -> None:
    market = opened()
    refused(market, newcomer(market, keys=[listed(signer("eve"), may=["offer"])]), "key-not-allowed")


def test_own_key_keys_are_sound() -> None:
    market = opened()
    weak = {"jwk": {"crv": "Ed25519", "kty": "OKP", "x": base64url.encode(bytes(32)).decode()}, "use": "sign"}
    refused(market, newcomer(market, keys=[listed(signer("eve")), weak]), "bad-key")


def test_own_key_issuer_is_registered() -> None:
    market = opened()
    stranger = market.successor("acme", signer("acme-next"), signer("later"), issuer=NOBODY)
    refused(market, stranger, "unknown-issuer")


def test_own_key_previous_is_of_the_chain() -> None:
    market = opened()
    links = {"previous": market.id["buyer"], "under": market.id["buyer"]}
    refused(market, market.successor("acme", signer("acme-next"), signer("later"), **links), "stale-previous")


def test_own_key_key_was_promised() -> None:
    market = opened()
    refused(market, market.successor("acme", signer("mallory"), signer("later")), "not-next-key")


def test_common_under_is_head() -> None:
    market = opened()
    before = market.listing()
    market.rotate("acme")
    refused(market, before, "stale-under")


def test_common_issued_lately() -> None:
    market = opened()
    before = market.listing()
    market.clock.now += DAY + 1
    refused(market, before, "issued-too-old")


def test_common_not_issued_ahead() -> None:
    market = opened()
    market.clock.now += HOUR
    ahead = market.listing()
    market.clock.now -= HOUR
    refused(market, ahead, "issued-in-future")


def test_common_nothing_is_due() -> None:
    market = acknowledged()
    refused(market, market.listing(title="Roads again"), "release-due")


def test_participant_only_the_exchange_keeps_the_log() -> None:
    market = opened()
    members = {**market.newcomer("eve"), **exchange(market)}
    del members["home"]
    refused(market, encode(members, signer("eve")), "not-entry-zero")


def test_participant_onboarding_is_open() -> None:
    market = policy(onboarding="closed")
    refused(market, newcomer(market), "onboarding-closed")


def test_participant_extends_the_head() -> None:
    market = opened()
    other = market.successor("acme", signer("acme-next"), signer("other"))
    market.rotate("acme")
    refused(market, other, "stale-previous")


def test_a_statement_that_was_overtaken_twice_names_the_one_that_took_its_place() -> None:
    market = opened()
    other = market.successor("acme", signer("acme-next"), signer("other"))
    market.rotate("acme")
    took_its_place = market.head["acme"]
    market.rotate("acme", 2)
    assert refused(market, other, "stale-previous").winner == took_its_place


def test_participant_log_keys_are_sound() -> None:
    market = opened()
    keys = [{"vkey": str(market.register.signer.key), "from_size": 2}]
    refused(market, later_exchange(market, log={"origin": ORIGIN, "keys": keys}), "bad-log-key")


def test_participant_keeps_revocations() -> None:
    market = opened()
    market.rotate("acme", revoked=[signer("acme").thumbprint])
    back = market.successor("acme", signer("acme-nextx"), signer("acme"))
    refused(market, back, "revoked-key")


def test_admission_is_the_exchanges() -> None:
    market = opened()
    said: dict[str, Any] = {"participant": market.id["dave"], "status": "admitted", "roles": ["consumer"]}
    refused(market, market.say("acme", "admission", **said), "wrong-issuer")


def admission(market: Market, participant: str, status: str = "suspended") -> bytes:
    """A decision of the exchange."""
    return market.say("exchange", "admission", participant=participant, status=status, roles=[])


def test_admission_names_a_participant() -> None:
    market = opened()
    refused(market, admission(market, NOBODY), "unknown-participant")


def test_admission_exchange_is_not_decided_upon() -> None:
    market = opened()
    refused(market, admission(market, market.id["exchange"]), "admission-not-in-table")


def test_admission_expelled_stays_expelled() -> None:
    market = opened()
    market.admit("dave", "expelled")
    refused_in_part(market, admission(market, market.id["dave"], "admitted"), "admission-not-in-table")


def test_admission_follows_the_table() -> None:
    market = opened()
    refused(market, admission(market, market.id["acme"], "pending"), "admission-not-in-table")


def test_rejection_issuer_is_the_addressee() -> None:
    market = traded()
    offer = market.put(market.offer("acme", "buyer", market.id["listing"]))
    refused(market, market.say("acme", "rejection", offer=offer, reason="price"), "wrong-party")


def test_rejection_offer_is_open() -> None:
    market = traded()
    offer = market.put(market.offer("acme", "buyer", market.id["listing"]))
    market.put(market.say("buyer", "acceptance", offer=offer))
    refused(market, market.say("buyer", "rejection", offer=offer, reason="price"), "offer-not-open")


def test_withdrawal_issuer_is_the_author() -> None:
    market = traded()
    refused(market, market.say("carol", "withdrawal", statement=market.id["listing"]), "not-author")


def test_withdrawal_is_withdrawable() -> None:
    market = traded()
    refused(market, market.say("buyer", "withdrawal", statement=market.id["contract"]), "not-withdrawable")


def test_withdrawal_is_still_open() -> None:
    market = traded()
    offer = market.put(market.offer("acme", "buyer", market.id["listing"]))
    market.put(market.say("buyer", "rejection", offer=offer, reason="price"))
    refused(market, market.say("acme", "withdrawal", statement=offer), "offer-not-open")


def test_withdrawal_is_still_open__a_superseded_listing() -> None:
    market = traded()
    market.put(market.listing(supersedes=market.id["listing"]))
    refused(market, market.say("acme", "withdrawal", statement=market.id["listing"]), "stale-listing")


def release(market: Market, by: str, receipt: str, share: bytes) -> bytes:
    """A release by anybody, of any share."""
    return market.say(by, "release", receipt=receipt, share=base64url.encode(share).decode())


def acknowledged() -> Market:
    """A market in which a sealed delivery was just acknowledged, and its release is due."""
    market = traded()
    delivery = market.put(market.deliver_sealed(market.id["contract"], 2))
    market.id["sealed receipt"] = alone(market, market.acknowledge_sealed(delivery))
    return market


def test_release_is_the_exchanges() -> None:
    market = acknowledged()
    said = release(market, "acme", market.id["sealed receipt"], share("one", "exchange"))
    refused(market, said, "wrong-issuer")


def test_release_is_due() -> None:
    market = acknowledged()
    first = market.put(release(market, "exchange", market.id["sealed receipt"], share("one", "exchange")))
    market.clock.now += 1
    again = release(market, "exchange", market.id["sealed receipt"], share("one", "exchange"))
    assert refused(market, again, "delivery-not-open").winner == first


def test_release_share_is_the_committed_one() -> None:
    market = acknowledged()
    said = release(market, "exchange", market.id["sealed receipt"], share("one", "consumer"))
    refused(market, said, "wrong-share")
