"""The gates of a deal that the exchange's own policy opens or shuts: what it asks for, and what it leaves alone."""

from __future__ import annotations

import time

from lading_conformance.drivers.party import clear_terms
from lading_conformance.oracle.canonical import Json
from lading_conformance.steps import agreements, deals, expect, gates, policy, recourse
from lading_conformance.steps.expect import Registration
from lading_conformance.trial.case import Case, Trial


def run(trial: Trial) -> None:
    """Read the policy, and make for each switch the deal that it would stop."""
    session = trial.session
    with trial.given("an admitted provider and consumer, and the exchange's policy"):
        _ = session.provider.id, session.consumer.id
        switches = policy.switches(session)
    _window(trial)
    gates.need_deals(session)
    _attestations(trial)
    _excluded(trial)
    _related(trial, refused=switches.get("related_parties") == "refused")
    _trial(trial, only=switches.get("contracts") == "trial")


def _window(trial: Trial) -> None:
    session = trial.session
    seconds = gates.window(session)
    with trial.given("a listing that the policy takes"):
        listing = gates.listed(session)
    if not seconds:
        with trial.check("LAD-GAT-009", "no objection window: a listing is bought at once"):
            deals.say(session, gates.acceptance(session, listing.id))
        return
    for what, jws in {
        "an acceptance": gates.acceptance(session, listing.id),
        "an offer": gates.offer(session, listing.id),
    }.items():
        with trial.check("LAD-GAT-009", f"held back for {seconds} s, {what} at once: objection-window"):
            expect.refused(session, jws, "objection-window")
    if seconds <= gates.PATIENCE_SECONDS:
        with trial.check("LAD-GAT-009", f"{seconds} s after its registration: concluded"):
            time.sleep(seconds + 0.5)
            deals.say(session, gates.acceptance(session, listing.id))


def _attestations(trial: Trial) -> None:
    session = trial.session
    asked = policy.asked(session, "attestations")
    with trial.given("a listing that nobody attested to"):
        listing = deals.say(session, gates.listing_of(session, session.provider))
    if not asked:
        with trial.check("LAD-GAT-015", "no attestations asked for: a listing without any is bought"):
            deals.say(session, gates.acceptance(session, listing.id))
        return
    for number, kind in enumerate(asked):
        with trial.check("LAD-GAT-015", f"{kind} is asked for and not there: attestation-missing"):
            expect.refused(session, gates.acceptance(session, listing.id), "attestation-missing")
            expect.refused(session, gates.offer(session, listing.id), "attestation-missing")
        with trial.check("LAD-GAT-015", f"{kind} failed: attestation-missing"):
            gates.attest(session, listing.id, kind, outcome="failed")
            expect.refused(session, gates.acceptance(session, listing.id), "attestation-missing")
        last = gates.attest(session, listing.id, kind)
        if number == len(asked) - 1:
            _withdrawn(trial, listing, last)


def _withdrawn(trial: Trial, listing: Registration, last: Registration) -> None:
    """All that is asked for was passed; then the last of it is taken back."""
    session = trial.session
    with trial.check("LAD-GAT-015", "all that is asked for was passed: concluded"):
        deals.say(session, gates.acceptance(session, listing.id))
    with trial.check("LAD-GAT-015", "one of it is withdrawn: attestation-missing"):
        deals.say(session, recourse.withdrawal(session.assessor, last.id))
        expect.refused(session, gates.acceptance(session, listing.id), "attestation-missing")


def _excluded(trial: Trial) -> None:
    session = trial.session
    countries = policy.asked(session, "excluded")
    country = countries[0] if countries else "DE"
    with trial.given(f"a consumer of {country}"):
        foreign = session.admitted("foreign consumer", "consumer", jurisdiction=country)
        listing = gates.listed(session)
    jws = gates.acceptance(session, listing.id, foreign)
    if country in countries:
        with trial.check("LAD-GAT-012", f"the policy excludes {country}: jurisdiction-excluded"):
            expect.refused(session, jws, "jurisdiction-excluded")
    else:
        with trial.check("LAD-GAT-012", "the policy excludes nobody: a consumer of another country buys"):
            deals.say(session, jws)


def _related(trial: Trial, *, refused: bool) -> None:
    """Deals between related parties, by an id and by an identifier, and one between others."""
    session = trial.session
    number = f"lei:{session.word().upper()}"
    with trial.given("parties that call each other related"):
        child = session.admitted(
            "subsidiary", "consumer", related=[_relative(session.provider.id)], identifiers=[number]
        )
        parent = session.admitted("parent", "provider", related=[_relative(number)])
        ours, theirs = gates.listed(session), gates.listed(session, parent)
    for what, provider, listing in (
        ("a consumer that calls the provider related", session.provider, ours),
        ("a provider that calls an identifier of the consumer related", parent, theirs),
    ):
        jws = gates.acceptance(session, listing.id, child)
        if refused:
            with trial.check("LAD-GAT-014", f"{what}: related-parties"):
                expect.refused(session, jws, "related-parties")
                said = agreements.offer(child, provider, listing=listing.id, terms=gates.terms(session))
                expect.refused(session, said, "related-parties")
        else:
            with trial.check("LAD-GAT-014", f"{what}: concluded, and its state says so"):
                contract = deals.say(session, jws)
                expect.state(session, child, contract.id, "contract", related=True)
    with trial.check(
        "LAD-GAT-014", "two that do not call each other related: concluded, and its state says so"
    ):
        contract = deals.say(session, gates.acceptance(session, theirs.id))
        expect.state(session, session.consumer, contract.id, "contract", related=False)


def _relative(party: str) -> dict[str, Json]:
    return {"party": party, "relation": "controls"}


def _trial(trial: Trial, *, only: bool) -> None:
    session = trial.session
    with trial.given(
        "a listing on terms that do not say trial, and a contract on terms that the policy takes"
    ):
        listing = gates.listed(session, standing=deals.standing(terms=clear_terms()))
        contract = deals.say(session, gates.acceptance(session, gates.listed(session).id))
    amendment = agreements.offer(session.provider, session.consumer, amends=contract.id, terms=clear_terms())
    said = {
        "an acceptance of terms that do not say trial": gates.acceptance(session, listing.id),
        "an offer of such terms": gates.offer(session, listing.id, terms=clear_terms()),
        "an amendment to such terms": amendment,
    }
    for what, jws in said.items():
        if only:
            with trial.check("LAD-GAT-016", f"{what}, where contracts are for trial only: trial-only"):
                expect.refused(session, jws, "trial-only")
        else:
            with trial.check("LAD-GAT-016", f"{what}, where contracts are of any kind: registered"):
                deals.say(session, jws)
    with trial.check("LAD-GAT-016", "an acceptance of terms for trial: concluded"):
        terms: dict[str, Json] = {**clear_terms(), "trial": True}
        listing = gates.listed(session, standing=deals.standing(terms=terms))
        deals.say(session, gates.acceptance(session, listing.id))


CASE = Case(
    name="contract_policy",
    profile="contract",
    story="A consumer reads what the exchange asks for beyond the rules that all share, and tries the deals that this "
    "would stop: at once, unattested, from abroad, between relatives, in earnest. Each ends as the policy says.",
    requirements=("LAD-GAT-009", "LAD-GAT-015", "LAD-GAT-012", "LAD-GAT-014", "LAD-GAT-016"),
    run=run,
)
