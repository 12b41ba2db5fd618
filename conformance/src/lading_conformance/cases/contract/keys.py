"""Keys that bind their owner only so far, and keys on which nobody relies any more."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from lading_conformance.drivers.party import Party, listed
from lading_conformance.oracle.canonical import Json
from lading_conformance.oracle.keys import Key
from lading_conformance.steps import agreements, deals, expect, gates, recourse
from lading_conformance.steps.agreements import euros
from lading_conformance.trial.case import Case, Trial

LIMIT: Final = "100.00"
UNIT: Final[dict[str, Json]] = {"model": "per-unit", "unit": "row", "price": euros("0.01")}
TIERED: Final[dict[str, Json]] = {
    "model": "tiered",
    "unit": "row",
    "mode": "graduated",
    "tiers": [{"price": euros("0.01")}],
}
RENT: Final[dict[str, Json]] = {"model": "subscription", "amount": euros("25.00"), "period": "P30D"}
SHARE: Final[dict[str, Json]] = {"model": "revenue-share", "share": "5", "currency": "EUR"}

WITHIN: Final[dict[str, Json]] = {
    "the limit itself": euros(LIMIT),
    "nothing, in no currency": {"model": "free"},
    "by the row, up to the limit": {**UNIT, "ceiling": euros(LIMIT)},
    "in tiers, up to the limit": {**TIERED, "ceiling": euros(LIMIT)},
    "four periods of a quarter of it": {**RENT, "periods": 4},
    "a share of sales, up to the limit": {**SHARE, "ceiling": euros(LIMIT)},
}
BEYOND: Final[dict[str, Json]] = {
    "a cent more than the limit": euros("100.01"),
    "as much in another currency": {"amount": LIMIT, "currency": "USD"},
    "by the row, without a ceiling": UNIT,
    "in tiers, up to a cent more": {**TIERED, "ceiling": euros("100.01")},
    "five periods of a quarter of it": {**RENT, "periods": 5},
    "periods without end": RENT,
    "a share of sales, without a ceiling": SHARE,
}


def run(trial: Trial) -> None:
    """Buy, offer and pay with a key that has a limit; then revoke the key of a seller."""
    session = trial.session
    gates.need_deals(session)
    with trial.given("a consumer that lists a key with a limit, and one that pays only"):
        owner, buyer, cashier = _company(trial)
    _acceptances(trial, buyer)
    _offers(trial, buyer)
    _payments(trial, owner, buyer, cashier)
    _revoked(trial)


def _company(trial: Trial) -> tuple[Party, Party, Party]:
    """Return one consumer three times: with the key that may all, the one with a limit, and the one that pays."""
    session = trial.session
    consumer = session.admitted("consumer with several keys", "consumer")
    limited, paying = Key.generate(), Key.generate()
    keys: list[Json] = [
        listed(consumer.successor.public),
        listed(limited.public, limit=euros(LIMIT)),
        listed(paying.public, may=["payment"], limit=euros(LIMIT)),
    ]
    owner, jws = consumer.succeeded(keys=keys)
    deals.say(session, jws)
    return owner, replace(owner, key=limited), replace(owner, key=paying)


def _acceptances(trial: Trial, buyer: Party) -> None:
    session = trial.session

    def accepted(price: Json) -> bytes:
        standing = deals.standing(terms=gates.terms(session, price=price))
        return gates.acceptance(session, gates.listed(session, standing=standing).id, buyer)

    for what, price in WITHIN.items():
        with trial.check("LAD-STM-051", f"an acceptance of {what}: concluded"):
            deals.say(session, accepted(price))
    for what, price in BEYOND.items():
        with trial.check("LAD-STM-051", f"an acceptance of {what}: over-limit"):
            expect.refused(session, accepted(price), "over-limit")


def _offers(trial: Trial, buyer: Party) -> None:
    session = trial.session
    provider = session.provider
    with trial.given("a listing, and an offer about it that is beyond the limit"):
        listing = gates.listed(session)
        dear = gates.terms(session, price=euros("100.01"))
        offered = deals.say(session, gates.offer(session, listing.id, buyer, terms=dear))
    with trial.check("LAD-STM-051", "an acceptance of the offer: over-limit"):
        expect.refused(session, buyer.says("acceptance", offer=offered.id), "over-limit")
    with trial.check("LAD-STM-051", "an answer on the same terms: over-limit"):
        answer = agreements.offer(buyer, provider, listing=listing.id, terms=dear, replies_to=offered.id)
        expect.refused(session, answer, "over-limit")
    with trial.check("LAD-STM-051", "an answer within the limit: registered"):
        terms = gates.terms(session, price=euros(LIMIT))
        answer = agreements.offer(buyer, provider, listing=listing.id, terms=terms, replies_to=offered.id)
        deals.say(session, answer)
    with trial.check(
        "LAD-STM-051", "the rejection of an offer beyond the limit, which binds to nothing: registered"
    ):
        again = deals.say(session, gates.offer(session, listing.id, buyer, terms=dear))
        deals.say(session, buyer.says("rejection", offer=again.id, reason="price"))


def _payments(trial: Trial, owner: Party, buyer: Party, cashier: Party) -> None:
    session = trial.session
    with trial.given("a contract beyond the limit, which another key of the same consumer concludes"):
        terms = gates.terms(session, price=euros("500.00"))
        listing = gates.listed(session, standing=deals.standing(terms=terms))
        contract = deals.say(session, gates.acceptance(session, listing.id, owner))

    def payment(party: Party, amount: str) -> bytes:
        return agreements.payment(session, party, contract.id, "paid", amount=euros(amount))

    for what, party in {"the key with the limit": buyer, "the key that pays": cashier}.items():
        with trial.check("LAD-STM-051", f"{what} pays a cent more than its limit: over-limit"):
            expect.refused(session, payment(party, "100.01"), "over-limit")
        if not _is_trial(terms):
            with trial.check("LAD-STM-051", f"{what} pays as much as its limit, twice: registered"):
                deals.say(session, payment(party, LIMIT))
                deals.say(session, payment(party, LIMIT))
    with trial.check("LAD-STM-024", "the key that may sign payments only accepts a listing: key-not-allowed"):
        other = gates.listed(session)
        expect.refused(session, gates.acceptance(session, other.id, cashier), "key-not-allowed")


def _is_trial(terms: dict[str, Json]) -> bool:
    """Say whether the policy makes every contract one for trial, in which nothing is paid."""
    return terms.get("trial") is True


def _revoked(trial: Trial) -> None:
    session = trial.session
    consumer = session.consumer
    with trial.given("a seller with a listing and an offer, and a contract about the listing"):
        seller = session.admitted("seller", "provider")
        listing = gates.listed(session, seller)
        contract = deals.say(session, gates.acceptance(session, listing.id))
        terms = gates.terms(session)
        offered = deals.say(session, agreements.offer(seller, consumer, listing=listing.id, terms=terms))
    with trial.check("LAD-PAR-007", "the seller replaces its key, and the listing is bought as before"):
        second, jws = seller.succeeded()
        deals.say(session, jws)
        deals.say(session, gates.acceptance(session, listing.id))
    with trial.given("that the seller revokes the key that signed both"):
        third, jws = second.succeeded(revoked=[seller.key.thumbprint])
        deals.say(session, jws)
    for what, said in {
        "an acceptance of the listing": gates.acceptance(session, listing.id),
        "an acceptance of the offer": consumer.says("acceptance", offer=offered.id),
        "an offer about the listing": agreements.offer(consumer, seller, listing=listing.id, terms=terms),
    }.items():
        with trial.check("LAD-PAR-007", f"{what}: revoked-key"):
            expect.refused(session, said, "revoked-key")
    with trial.check("LAD-PAR-007", "what was concluded before goes on: a delivery is registered"):
        deals.say(session, agreements.nothing(third, contract.id))
    with trial.check("LAD-PAR-007", "a new version, signed by the new key: bought"):
        newer = gates.listed(session, third, supersedes=listing.id)
        deals.say(session, gates.acceptance(session, newer.id))
    with trial.check("LAD-PAR-007", "the offer can still be taken back"):
        deals.say(session, recourse.withdrawal(third, offered.id))


CASE = Case(
    name="contract_keys",
    profile="contract",
    story="A consumer gives its buyer a key with a limit and its cashier one that pays only; neither binds it to a "
    "cent more. A seller revokes a key, and nobody can buy what only that key has signed.",
    requirements=("LAD-STM-051", "LAD-STM-024", "LAD-PAR-007"),
    run=run,
)
