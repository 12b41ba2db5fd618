"""A contract gets other terms: by an offer that amends it, and an acceptance of that."""

from __future__ import annotations

from lading_conformance.oracle import statement
from lading_conformance.oracle.canonical import Json
from lading_conformance.steps import agreements, deals, expect
from lading_conformance.steps.expect import Registration
from lading_conformance.trial.case import Case, Trial

RENEWED: dict[str, Json] = {"term": "P60D"}
OTHER: dict[str, Json] = {"taking_period": "P3D"}


def run(trial: Trial) -> None:
    """Amend a contract twice, and try to amend what it was before, and what is not the issuer's."""
    session = trial.session
    with trial.given("two contracts between provider and consumer"):
        contract = agreements.agreed(session, term="P30D")
        elsewhere = agreements.agreed(session)
    _parties(trial, contract)
    first = _amended(trial, contract)
    last = _stale(trial, contract, first)
    _answers(trial, last, elsewhere)


def _parties(trial: Trial, contract: Registration) -> None:
    session = trial.session
    provider, consumer = session.provider, session.consumer
    with trial.given("a second consumer"):
        other = session.sealed_consumer
    never = statement.statement_id(session.random.randbytes(32))
    with trial.check("LAD-OFR-007", "other terms for the contract, offered to a third party: wrong-party"):
        expect.refused(session, agreements.offer(provider, other, amends=contract.id), "wrong-party")
    unknown = {
        "offered by a third party": agreements.offer(other, provider, amends=contract.id),
        "of a contract that never was": agreements.offer(provider, consumer, amends=never),
    }
    for what, jws in unknown.items():
        with trial.check("LAD-REG-006", f"other terms {what}: unknown-statement"):
            expect.refused(session, jws, "unknown-statement")
    with trial.check("LAD-OFR-003", "other terms that do not permit their purpose: purpose-not-permitted"):
        terms = agreements.terms(purposes=["statistics"])
        jws = agreements.offer(provider, consumer, amends=contract.id, terms=terms)
        expect.refused(session, jws, "purpose-not-permitted")


def _amended(trial: Trial, contract: Registration) -> Registration:
    """Renew the contract by the consumer's offer; a second offer, made before, becomes stale."""
    session = trial.session
    provider, consumer = session.provider, session.consumer
    with trial.given("two offers of other terms, one by each party"):
        renewal = deals.say(
            session,
            agreements.offer(consumer, provider, amends=contract.id, terms=agreements.terms(**RENEWED)),
        )
        rival = deals.say(
            session, agreements.offer(provider, consumer, amends=contract.id, terms=agreements.terms(**OTHER))
        )
    with trial.check("LAD-TRM-053", "until one is accepted, the first terms are in force"):
        expect.state(
            session, consumer, contract.id, "contract", head=contract.id, terms=agreements.terms(term="P30D")
        )
    with trial.need("LAD-TRM-053", "the contract keeps its id, and has the terms of the accepted one"):
        first = agreements.accept(session, renewal.id, provider)
        wanted = {"head": first.id, "terms": agreements.terms(**RENEWED), "state": "active"}
        for party in (provider, consumer):
            expect.state(session, party, contract.id, "contract", consumer=consumer.id, **wanted)
    with trial.check("LAD-OFR-006", "the other offer is accepted: stale-contract, naming the amendment"):
        jws = consumer.says("acceptance", offer=rival.id)
        expect.refused(session, jws, "stale-contract", winner=first.id)
    return first


def _stale(trial: Trial, contract: Registration, first: Registration) -> Registration:
    """Amend what is no longer in force, then what is; return the last agreement."""
    session = trial.session
    provider, consumer = session.provider, session.consumer
    with trial.check(
        "LAD-OFR-006", "an offer that amends the first agreement: stale-contract, naming the second"
    ):
        jws = agreements.offer(provider, consumer, amends=contract.id, terms=agreements.terms(**OTHER))
        expect.refused(session, jws, "stale-contract", winner=first.id)
    with trial.need("LAD-REG-002", "one that amends the agreement in force is accepted"):
        second = agreements.amended(session, first.id, **OTHER)
        expect.state(
            session, consumer, contract.id, "contract", head=second.id, terms=agreements.terms(**OTHER)
        )
    with trial.check("LAD-TRM-053", "a delivery has the deadline of the terms in force"):
        delivery = agreements.delivered(session, contract.id)
        three_days = delivery.time + 3 * deals.DAY
        expect.state(session, consumer, delivery.id, "delivery", deadline=three_days)
    with trial.need("LAD-TRM-053", "a receipt has the dispute window of the terms in force"):
        third = agreements.amended(session, second.id, dispute_window="P2D")
        receipt = deals.say(session, agreements.receipt(consumer, delivery.id))
        two_days = receipt.time + 2 * deals.DAY
        expect.state(session, consumer, delivery.id, "delivery", settles_at=two_days)
        expect.state(session, consumer, contract.id, "contract", head=third.id)
    return third


def _answers(trial: Trial, last: Registration, elsewhere: Registration) -> None:
    """A counter-offer stays with the contract that the first offer is about."""
    session = trial.session
    provider, consumer = session.provider, session.consumer
    with trial.given("an offer of other terms for another contract, and another listing"):
        offer = deals.say(session, agreements.offer(provider, consumer, amends=elsewhere.id))
        listing = deals.publish(session)
    wrong = {
        "about another contract": agreements.offer(consumer, provider, amends=last.id, replies_to=offer.id),
        "about a new contract": agreements.offer(consumer, provider, listing=listing.id, replies_to=offer.id),
    }
    for what, jws in wrong.items():
        with trial.check("LAD-OFR-005", f"an answer to it {what}: wrong-party"):
            expect.refused(session, jws, "wrong-party")
    with trial.check("LAD-REG-002", "an answer to it about the same contract, accepted"):
        answer = agreements.offer(
            consumer,
            provider,
            amends=elsewhere.id,
            replies_to=offer.id,
            terms=agreements.terms(price=agreements.euros("70.00")),
        )
        counter = deals.say(session, answer)
        agreements.accept(session, counter.id, provider)
        expect.state(
            session,
            provider,
            elsewhere.id,
            "contract",
            terms=agreements.terms(price=agreements.euros("70.00")),
        )


CASE = Case(
    name="contract_amendment",
    profile="contract",
    story="A contract is renewed and then changed again. The offer that was made meanwhile, and the one that amends "
    "what is no longer in force, are refused, and the refusal names the amendment that came first.",
    requirements=(
        "LAD-OFR-007",
        "LAD-REG-006",
        "LAD-OFR-003",
        "LAD-TRM-053",
        "LAD-OFR-006",
        "LAD-REG-002",
        "LAD-OFR-005",
    ),
    run=run,
)
