"""What can happen once happens once, and the refusal names who won."""

from __future__ import annotations

from lading_conformance.drivers.party import clear_terms, now, written_time
from lading_conformance.steps import deals, expect
from lading_conformance.steps.deals import DAY
from lading_conformance.trial.case import Case, Trial


def run(trial: Trial) -> None:
    """Try everything that has one winner a second time."""
    with trial.given("an admitted provider and an admitted consumer"):
        _ = trial.session.provider, trial.session.consumer
    _offers(trial)
    _standing_terms(trial)
    _deliveries(trial)


def _offers(trial: Trial) -> None:
    session = trial.session
    provider, consumer = session.provider, session.consumer
    with trial.given("an offer to the consumer"):
        offer = deals.say(
            session,
            provider.says(
                "offer",
                listing=deals.publish(session).id,
                to=consumer.id,
                terms=clear_terms(),
                purpose="research",
                expires_at=written_time(now() + DAY),
            ),
        )
    with trial.check("LAD-ACC-008", "accepted by its own issuer: wrong-party"):
        expect.refused(session, provider.says("acceptance", offer=offer.id), "wrong-party")
    with trial.need("LAD-REG-002", "accepted by its addressee: registered"):
        winner = deals.say(session, consumer.says("acceptance", offer=offer.id))
    late = {
        "a second acceptance": consumer.payload("acceptance", offer=offer.id),
        "a rejection after the acceptance": consumer.payload("rejection", offer=offer.id, reason="too-late"),
        "a withdrawal after the acceptance": provider.payload("withdrawal", statement=offer.id),
    }
    for what, payload in late.items():
        signer = consumer if payload["issuer"] == consumer.id else provider
        payload["issued_at"] = written_time(now() - 1_000)
        with trial.check("LAD-OFR-004", f"{what}: offer-not-open, naming the acceptance"):
            expect.refused(session, signer.sign(payload), "offer-not-open", winner=winner.id)


def _standing_terms(trial: Trial) -> None:
    session = trial.session
    reference = session.word()
    with trial.given("two listings with standing terms, one of them to be accepted once"):
        listing = deals.publish(session)
        scarce = deals.publish(session, standing=deals.standing(maximum=1))
        deals.say(session, deals.acceptance(session, scarce.id, session.word()))
    with trial.need("LAD-REG-002", "standing terms are accepted"):
        winner = deals.say(session, deals.acceptance(session, listing.id, reference))
    with trial.check("LAD-ACC-007", "the same reference again: reference-used, naming the first acceptance"):
        again = deals.acceptance(session, deals.publish(session).id, reference)
        expect.refused(session, again, "reference-used", winner=winner.id)
    with trial.check("LAD-ACC-005", "once more than the maximum: maximum-reached"):
        expect.refused(session, deals.acceptance(session, scarce.id, session.word()), "maximum-reached")


def _deliveries(trial: Trial) -> None:
    session = trial.session
    provider, consumer = session.provider, session.consumer
    content, other = deals.new_content(session, 1_000), deals.new_content(session, 1_001)
    with trial.given("a delivery"):
        contract = deals.contract(session)
        jws = deals.delivery(provider, contract.id, content)
        deals.upload(session, jws, content)
        delivery = deals.say(session, jws)
    with trial.check("LAD-DLV-002", "another delivery with its number: sequence-taken, naming it"):
        expect.refused(
            session, deals.delivery(provider, contract.id, other), "sequence-taken", winner=delivery.id
        )
    with trial.check("LAD-DLV-003", "a delivery with number 3 after number 1: sequence-gap"):
        expect.refused(session, deals.delivery(provider, contract.id, other, 3), "sequence-gap")
    with trial.check("LAD-RCP-001", "a receipt by the provider: wrong-party"):
        expect.refused(session, deals.receipt(provider, delivery.id, content), "wrong-party")
    with trial.check("LAD-RCP-004", "a receipt for other content: receipt-mismatch"):
        expect.refused(session, deals.receipt(consumer, delivery.id, other), "receipt-mismatch")
    with trial.need("LAD-REG-002", "the consumer's receipt is registered"):
        winner = deals.say(session, deals.receipt(consumer, delivery.id, content))
    refusal = consumer.says("receipt", delivery=delivery.id, outcome="refused", reason="regret")
    late = {
        "a second receipt": refusal,
        "a withdrawal after the receipt": provider.says("withdrawal", statement=delivery.id),
    }
    for what, jws in late.items():
        with trial.check("LAD-RCP-002", f"{what}: delivery-not-open, naming the receipt"):
            expect.refused(session, jws, "delivery-not-open", winner=winner.id)


CASE = Case(
    name="contract_slots",
    profile="contract",
    story="A consumer accepts an offer twice, buys twice with one reference, and signs two receipts; a provider gives "
    "two deliveries one number. The first of each counts; the others are refused and learn who won.",
    requirements=(
        "LAD-ACC-008",
        "LAD-REG-002",
        "LAD-OFR-004",
        "LAD-ACC-007",
        "LAD-ACC-005",
        "LAD-DLV-002",
        "LAD-DLV-003",
        "LAD-RCP-001",
        "LAD-RCP-004",
        "LAD-RCP-002",
    ),
    run=run,
)
