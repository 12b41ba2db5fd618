"""How a contract comes about: offer, answer, rejection, withdrawal, and what nobody accepts any more."""

from __future__ import annotations

import time

from lading_conformance.drivers.party import Party, clear_terms, now, written_time
from lading_conformance.oracle import statement
from lading_conformance.steps import agreements, deals, expect
from lading_conformance.steps.agreements import SECOND
from lading_conformance.steps.expect import Registration
from lading_conformance.trial.case import Case, Trial
from lading_conformance.trial.outcome import Failed

SHORT_SECONDS = 2
"""For how long an offer and standing terms are open that have to expire."""


def run(trial: Trial) -> None:
    """Offer, answer, reject, withdraw, expire; and try what is not the other side's to do."""
    session = trial.session
    with trial.given("a provider, a consumer, somebody else who is admitted, and a listing"):
        rival = session.sealed_consumer
        listing = deals.publish(session, standing=deals.standing(terms=clear_terms(purposes=["research"])))
    fleeting = _fleeting(trial)
    _parties(trial, listing, rival)
    _purposes(trial, listing)
    _rejection(trial, listing, rival)
    _answers(trial, listing, rival)
    _taken_back(trial, listing)
    _expired(trial, fleeting)


def _fleeting(trial: Trial) -> tuple[Registration, Registration, int]:
    """Offer what expires soon: an offer, and standing terms; and return them with that moment."""
    session = trial.session
    with trial.given("a listing"):
        listing = deals.publish(session)
    with trial.check("LAD-LST-004", "an offer that expired a second ago: already-expired"):
        late = written_time(now() - SECOND)
        jws = agreements.offer(session.provider, session.consumer, listing=listing.id, expires_at=late)
        expect.refused(session, jws, "already-expired")
    with trial.given("an offer and standing terms that are open for a moment"):
        moment = now() + SHORT_SECONDS * SECOND
        expires_at = written_time(moment)
        offer = agreements.offered(session, listing.id, expires_at=expires_at)
        standing = deals.publish(session, standing=deals.standing(expires_at=expires_at))
    return offer, standing, moment


def _parties(trial: Trial, listing: Registration, rival: Party) -> None:
    session = trial.session
    provider, consumer = session.provider, session.consumer
    never = statement.statement_id(session.random.randbytes(32))
    wrong = {
        "by somebody else to the consumer": agreements.offer(rival, consumer, listing=listing.id),
        "from the provider to itself": agreements.offer(provider, provider, listing=listing.id),
    }
    for what, jws in wrong.items():
        with trial.check("LAD-OFR-002", f"an offer {what}: wrong-party"):
            expect.refused(session, jws, "wrong-party")
    unknown = {
        "a listing that never was": agreements.offer(provider, consumer, listing=never),
        "an addressee that never was": agreements.offer(provider, consumer, listing=listing.id, to=never),
        "a listing as its addressee": agreements.offer(provider, consumer, listing=listing.id, to=listing.id),
    }
    for what, jws in unknown.items():
        with trial.check("LAD-REG-006", f"an offer with {what}: unknown-statement"):
            expect.refused(session, jws, "unknown-statement")
    with trial.check("LAD-ACC-008", "the provider accepts its own standing terms: wrong-party"):
        own = deals.acceptance(session, listing.id, session.word(), provider)
        expect.refused(session, own, "wrong-party")


def _purposes(trial: Trial, listing: Registration) -> None:
    session = trial.session
    terms = clear_terms(purposes=["research", "statistics"])
    with trial.check("LAD-OFR-003", "an offer for a purpose outside its terms: purpose-not-permitted"):
        jws = agreements.offer(
            session.provider, session.consumer, listing=listing.id, terms=terms, purpose="marketing"
        )
        expect.refused(session, jws, "purpose-not-permitted")
    with trial.check("LAD-OFR-003", "standing terms, accepted for another purpose: purpose-not-permitted"):
        jws = session.consumer.says(
            "acceptance", listing=listing.id, purpose="marketing", reference=session.word()
        )
        expect.refused(session, jws, "purpose-not-permitted")
    with trial.check("LAD-REG-002", "an offer for one of the purposes, and one under terms without purposes"):
        agreements.offered(session, listing.id, terms=terms, purpose="statistics")
        agreements.offered(session, listing.id, purpose="marketing")


def _rejection(trial: Trial, listing: Registration, rival: Party) -> None:
    session = trial.session
    with trial.given("an offer to the consumer"):
        offer = agreements.offered(session, listing.id)
    with trial.check("LAD-REJ-001", "its own issuer rejects it: wrong-party"):
        own = session.provider.says("rejection", offer=offer.id, reason="regret")
        expect.refused(session, own, "wrong-party")
    with trial.check("LAD-REG-006", "others reject or accept it: unknown-statement, as for what never was"):
        others = rival.says("rejection", offer=offer.id, reason="envy")
        expect.refused(session, others, "unknown-statement")
        expect.refused(session, rival.says("acceptance", offer=offer.id), "unknown-statement")
    with trial.need("LAD-OFR-004", "the consumer rejects it: it is rejected, by that statement"):
        rejection = deals.say(session, session.consumer.says("rejection", offer=offer.id, reason="price"))
        _is(trial, offer, "rejected", rejection)
    with trial.check("LAD-OFR-004", "it is accepted after that: offer-not-open, naming the rejection"):
        jws = session.consumer.says("acceptance", offer=offer.id)
        expect.refused(session, jws, "offer-not-open", winner=rejection.id)


def _answers(trial: Trial, listing: Registration, rival: Party) -> None:
    """A counter-offer, and what is none."""
    session = trial.session
    provider, consumer = session.provider, session.consumer
    with trial.given("an offer to the consumer, other listings of the provider, and an offer to the rival"):
        offer = agreements.offered(session, listing.id)
        other = deals.publish(session)
        elsewhere = deals.say(session, agreements.offer(provider, rival, listing=listing.id))
    answer = {"listing": listing.id, "replies_to": offer.id}
    wrong = {
        "an answer to one's own offer": agreements.offer(provider, consumer, **answer),
        "an answer about another product": agreements.offer(
            consumer, provider, listing=other.id, replies_to=offer.id
        ),
    }
    for what, jws in wrong.items():
        with trial.check("LAD-OFR-005", f"{what}: wrong-party"):
            expect.refused(session, jws, "wrong-party")
    with trial.check(
        "LAD-REG-006", "an answer to an offer that was made to somebody else: unknown-statement"
    ):
        jws = agreements.offer(consumer, provider, listing=listing.id, replies_to=elsewhere.id)
        expect.refused(session, jws, "unknown-statement")
    with trial.need("LAD-OFR-004", "the consumer answers with other terms: the first offer is countered"):
        counter = deals.say(
            session, agreements.offer(consumer, provider, terms=clear_terms("80.00"), **answer)
        )
        _is(trial, offer, "countered", counter)
    with trial.check("LAD-OFR-004", "the answered offer is accepted: offer-not-open, naming the answer"):
        jws = consumer.says("acceptance", offer=offer.id)
        expect.refused(session, jws, "offer-not-open", winner=counter.id)
    with trial.check("LAD-ACC-008", "the consumer accepts its own answer: wrong-party"):
        expect.refused(session, consumer.says("acceptance", offer=counter.id), "wrong-party")
    with trial.check("LAD-TRM-053", "the provider accepts the answer: a contract on the terms of the answer"):
        contract = agreements.accept(session, counter.id, provider)
        wanted = {"state": "active", "terms": clear_terms("80.00"), "head": contract.id}
        expect.state(session, consumer, contract.id, "contract", consumer=consumer.id, **wanted)


def _taken_back(trial: Trial, listing: Registration) -> None:
    """Offers that are withdrawn, one by one and with their product."""
    session = trial.session
    provider, consumer = session.provider, session.consumer
    with trial.given("two offers to the consumer, and a contract"):
        first, second = agreements.offered(session, listing.id), agreements.offered(session, listing.id)
        contract = agreements.accept(session, agreements.offered(session, listing.id).id)
    with trial.check("LAD-LST-003", "the addressee withdraws an offer: not-author"):
        expect.refused(session, consumer.says("withdrawal", statement=first.id), "not-author")
    with trial.need("LAD-OFR-004", "its issuer withdraws it: it is withdrawn"):
        withdrawal = deals.say(session, provider.says("withdrawal", statement=first.id))
        _is(trial, first, "withdrawn", withdrawal)
    firm = {
        "a withdrawal": (provider, withdrawal.id),
        "an acceptance": (consumer, contract.id),
        "a participant statement": (consumer, consumer.head),
    }
    for what, (party, named) in firm.items():
        with trial.check("LAD-WDR-001", f"{what} is withdrawn: not-withdrawable"):
            expect.refused(session, party.says("withdrawal", statement=named), "not-withdrawable")
    with trial.need("LAD-WDR-003", "the listing is superseded: its offers stay open"):
        newer = deals.publish(session, supersedes=listing.id)
        expect.state(session, consumer, second.id, "offer", state="open")
    with trial.need("LAD-WDR-003", "the product is withdrawn: open offers about older versions are closed"):
        end = deals.say(session, provider.says("withdrawal", statement=newer.id))
        _is(trial, second, "closed", end)
    late = {
        "accepted": consumer.says("acceptance", offer=second.id),
        "rejected": consumer.says("rejection", offer=second.id, reason="late"),
        "withdrawn": provider.says("withdrawal", statement=second.id),
    }
    for what, jws in late.items():
        with trial.check("LAD-WDR-003", f"such an offer is {what}: offer-not-open, naming the withdrawal"):
            expect.refused(session, jws, "offer-not-open", winner=end.id)


def _expired(trial: Trial, fleeting: tuple[Registration, Registration, int]) -> None:
    session, consumer = trial.session, trial.session.consumer
    offer, listing, moment = fleeting
    time.sleep(max(0.0, (moment - now()) / 1000) + 0.05)
    with trial.check("LAD-ACC-002", "an offer is accepted after it has expired: offer-expired"):
        expect.refused(session, consumer.says("acceptance", offer=offer.id), "offer-expired")
    with trial.check("LAD-ACC-004", "standing terms, after they have expired: standing-terms-expired"):
        late = deals.acceptance(session, listing.id, session.word())
        expect.refused(session, late, "standing-terms-expired")
    with trial.check("LAD-LIF-002", "the expired offer is still open, since no state changes by time"):
        expect.state(session, consumer, offer.id, "offer", state="open", closed_by=None)
    with trial.check("LAD-REG-002", "it can be rejected"):
        rejection = deals.say(session, consumer.says("rejection", offer=offer.id, reason="late"))
        if rejection.time <= moment:
            raise Failed(f"the rejection is registered at {rejection.time}, before the offer expired")
        _is(trial, offer, "rejected", rejection)


def _is(trial: Trial, offer: Registration, state: str, by: Registration) -> None:
    """Fail unless both sides read that an offer came into a state by a statement."""
    for party in (trial.session.provider, trial.session.consumer):
        expect.state(trial.session, party, offer.id, "offer", state=state, closed_by=by.id)


CASE = Case(
    name="contract_negotiation",
    profile="contract",
    story="Two companies haggle: an offer is rejected, another one answered by a counter-offer that the other side "
    "accepts, one is withdrawn, one expires, and one ends with its product. What is not a party's to do, and what "
    "comes too late, is refused, and the refusal names what closed the offer.",
    requirements=(
        "LAD-LST-004",
        "LAD-OFR-002",
        "LAD-REG-006",
        "LAD-ACC-008",
        "LAD-OFR-003",
        "LAD-REG-002",
        "LAD-REJ-001",
        "LAD-OFR-004",
        "LAD-OFR-005",
        "LAD-TRM-053",
        "LAD-LST-003",
        "LAD-WDR-001",
        "LAD-WDR-003",
        "LAD-ACC-002",
        "LAD-ACC-004",
        "LAD-LIF-002",
    ),
    run=run,
)
