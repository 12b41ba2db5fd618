"""Standing terms: who may accept them, how often, until when, and under which reference."""

from __future__ import annotations

from lading_conformance.drivers.party import Party
from lading_conformance.steps import agreements, deals, expect
from lading_conformance.trial.case import Case, Trial
from lading_conformance.trial.session import Session


def run(trial: Trial) -> None:
    """Accept what may be accepted, and what may not."""
    session = trial.session
    with trial.given("a provider, a consumer, and a second consumer"):
        _ = session.provider, session.consumer
        other = session.sealed_consumer
    _missing(trial)
    _eligible(trial, other)
    _maximum(trial, other)
    _references(trial, other)
    _versions(trial)
    _roles(trial)
    _arbiters(trial, other)


def _missing(trial: Trial) -> None:
    session = trial.session
    with trial.given("a listing without standing terms"):
        named = session.provider.says("listing", kind="dataset", title=f"Listing {session.word()}")
        bare = deals.say(session, named)
    with trial.check("LAD-ACC-003", "it is accepted: no-standing-terms"):
        expect.refused(session, deals.acceptance(session, bare.id, session.word()), "no-standing-terms")
    with trial.check("LAD-ACC-003", "its own provider accepts it: no-standing-terms, which is asked first"):
        own = deals.acceptance(session, bare.id, session.word(), session.provider)
        expect.refused(session, own, "no-standing-terms")
    with trial.check(
        "LAD-REG-006", "an offer is accepted as a listing, and a listing as an offer: unknown-statement"
    ):
        offer = agreements.offered(session, bare.id)
        expect.refused(session, deals.acceptance(session, offer.id, session.word()), "unknown-statement")
        expect.refused(session, session.consumer.says("acceptance", offer=bare.id), "unknown-statement")
    with trial.check("LAD-LST-004", "a listing whose standing terms have expired: already-expired"):
        past = deals.standing(expires_at="2020-01-01T00:00:00.000Z")
        named = session.provider.says("listing", kind="dataset", title="Too late", standing=past)
        expect.refused(session, named, "already-expired")


def _eligible(trial: Trial, other: Party) -> None:
    session = trial.session
    with trial.given("standing terms for one consumer"):
        listing = deals.publish(session, standing=deals.standing(eligible=[other.id]))
    with trial.check("LAD-ACC-006", "accepted by another one: not-eligible"):
        expect.refused(session, deals.acceptance(session, listing.id, session.word()), "not-eligible")
    with trial.check("LAD-REG-002", "accepted by that one: registered"):
        deals.say(session, deals.acceptance(session, listing.id, session.word(), other))


def _maximum(trial: Trial, other: Party) -> None:
    session = trial.session
    with trial.given("standing terms to be accepted twice"):
        listing = deals.publish(session, standing=deals.standing(maximum=2))
    with trial.need("LAD-REG-002", "accepted by two consumers: registered"):
        for consumer in (session.consumer, other):
            deals.say(session, deals.acceptance(session, listing.id, session.word(), consumer))
    with trial.check("LAD-ACC-005", "accepted a third time: maximum-reached"):
        expect.refused(session, deals.acceptance(session, listing.id, session.word()), "maximum-reached")
    with trial.check("LAD-ACC-005", "a newer version with the same maximum counts anew"):
        newer = deals.publish(session, supersedes=listing.id, standing=deals.standing(maximum=2))
        deals.say(session, deals.acceptance(session, newer.id, session.word()))


def _references(trial: Trial, other: Party) -> None:
    session = trial.session
    reference = session.word()
    with trial.given("an acceptance with a reference"):
        first, second = deals.publish(session), deals.publish(session)
        winner = deals.say(session, deals.acceptance(session, first.id, reference))
    for what, listing in {"the same listing": first, "another listing": second}.items():
        with trial.check("LAD-ACC-007", f"its reference again for {what}: reference-used, naming it"):
            again = deals.acceptance(session, listing.id, reference)
            expect.refused(session, again, "reference-used", winner=winner.id)
    with trial.check("LAD-REG-002", "the same reference of another consumer: registered"):
        deals.say(session, deals.acceptance(session, first.id, reference, other))


def _versions(trial: Trial) -> None:
    session = trial.session
    with trial.given("a listing and its successor"):
        first = deals.publish(session)
        second = deals.publish(session, supersedes=first.id)
    with trial.check("LAD-LST-002", "the older version is accepted: stale-listing, naming the newer one"):
        stale = deals.acceptance(session, first.id, session.word())
        expect.refused(session, stale, "stale-listing", winner=second.id)
    with trial.check("LAD-LST-005", "the product is withdrawn, and its head accepted: listing-not-open"):
        deals.say(session, session.provider.says("withdrawal", statement=second.id))
        expect.refused(session, deals.acceptance(session, second.id, session.word()), "listing-not-open")
    with trial.check("LAD-LST-005", "an offer about the withdrawn head: listing-not-open"):
        late = agreements.offer(session.provider, session.consumer, listing=second.id)
        expect.refused(session, late, "listing-not-open")


def _roles(trial: Trial) -> None:
    session = trial.session
    with trial.given("a listing, and somebody who is admitted, but not as a consumer"):
        listing = deals.publish(session)
        rival = session.arbiter
    with trial.check(
        "LAD-ADM-005", "its standing terms are accepted without the role of a consumer: missing-role"
    ):
        expect.refused(session, deals.acceptance(session, listing.id, session.word(), rival), "missing-role")
    with trial.check("LAD-ADM-005", "an offer needs no role: who is admitted accepts it"):
        offer = deals.say(session, agreements.offer(session.provider, rival, listing=listing.id))
        agreements.accept(session, offer.id, rival)
    with trial.check("LAD-ADM-004", "they are accepted by who was never admitted: not-admitted"):
        jws = deals.acceptance(session, listing.id, session.word(), session.stranger)
        expect.refused(session, jws, "not-admitted")
    with trial.check("LAD-ADM-004", "an offer to who was never admitted: not-admitted"):
        jws = agreements.offer(session.provider, session.stranger, listing=listing.id)
        expect.refused(session, jws, "not-admitted")


def _arbiters(trial: Trial, other: Party) -> None:
    """An arbiter is admitted as one, and no party."""
    session = trial.session
    with trial.given("an arbiter, and a listing whose standing terms name one of its consumers"):
        arbiter = session.arbiter
        listing = deals.publish(session)
        unfit = _naming(session, other)
    wrong = {
        "the provider": session.provider,
        "the consumer": session.consumer,
        "who is not admitted as one": other,
        "who is not admitted at all": session.stranger,
    }
    for what, party in wrong.items():
        with trial.check("LAD-TRM-054", f"an offer whose arbiter is {what}: arbiter-not-fit"):
            terms = agreements.terms(arbiter=party.id)
            jws = agreements.offer(session.provider, session.consumer, listing=listing.id, terms=terms)
            expect.refused(session, jws, "arbiter-not-fit")
    with trial.check("LAD-TRM-054", "standing terms whose arbiter is their issuer: arbiter-not-fit"):
        own = deals.standing(terms=agreements.terms(arbiter=session.provider.id))
        jws = session.provider.says("listing", kind="dataset", title="Own judge", standing=own)
        expect.refused(session, jws, "arbiter-not-fit")
    with trial.check(
        "LAD-TRM-054", "standing terms are accepted whose arbiter is not admitted as one: arbiter-not-fit"
    ):
        expect.refused(session, deals.acceptance(session, unfit, session.word()), "arbiter-not-fit")
    with trial.check(
        "LAD-REG-002", "an arbiter who is admitted as one: the offer is registered and accepted"
    ):
        fit = agreements.offered(session, listing.id, terms=agreements.terms(arbiter=arbiter.id))
        agreements.accept(session, fit.id)


def _naming(session: Session, arbiter: Party) -> str:
    terms = agreements.terms(arbiter=arbiter.id)
    return deals.publish(session, standing=deals.standing(terms=terms)).id


CASE = Case(
    name="contract_standing",
    profile="contract",
    story="A provider publishes standing terms: for one consumer, for so many purchases, with an arbiter. Who is not "
    "meant, comes too often, buys the older version, or names a judge who is no judge, is refused.",
    requirements=(
        "LAD-ACC-003",
        "LAD-REG-006",
        "LAD-LST-004",
        "LAD-ACC-006",
        "LAD-REG-002",
        "LAD-ACC-005",
        "LAD-ACC-007",
        "LAD-LST-002",
        "LAD-LST-005",
        "LAD-ADM-005",
        "LAD-ADM-004",
        "LAD-TRM-054",
    ),
    run=run,
    slow=True,
)
