"""The gates of a deal that ask about data and countries: assessments, excluded countries, export."""

from __future__ import annotations

import time
from typing import Final

from lading_conformance.drivers.party import Party, now, written_time
from lading_conformance.oracle.canonical import Json
from lading_conformance.steps import agreements, deals, expect, gates, recourse
from lading_conformance.trial.case import Case, Trial
from lading_conformance.trial.session import Session

IMPORTANT: Final[dict[str, Json]] = {"classification": {"grade": "important", "graded_by": "The suite"}}
SECURITY: Final = "security-assessment"
EXPORT: Final = "export-assessment"
BRIEF_MILLISECONDS: Final = 1_500
"""How long the assessment counts that has expired before the case is over."""


def run(trial: Trial) -> None:
    """Make deals about important data, over borders, and with countries that a listing excludes."""
    session = trial.session
    gates.need_deals(session)
    with trial.given("a provider and a consumer in one country, a consumer in another, and an assessor"):
        _ = session.provider.id, session.consumer.id, session.assessor.id
        foreign = session.admitted("foreign consumer", "consumer", jurisdiction="DE")
    _missing(trial)
    _newest(trial)
    _lapsed(trial)
    _countries(trial, foreign)
    _routes(trial, foreign)


def _missing(trial: Trial) -> None:
    session = trial.session
    with trial.given("a listing of grade important"):
        listing = gates.listed(session, **IMPORTANT)
    with trial.check("LAD-GAT-010", "no assessment, an acceptance: assessment-missing"):
        expect.refused(session, gates.acceptance(session, listing.id), "assessment-missing")
    with trial.check("LAD-GAT-010", "no assessment, an offer: assessment-missing"):
        expect.refused(session, gates.offer(session, listing.id), "assessment-missing")
    with trial.check("LAD-GAT-010", "an export assessment instead: assessment-missing"):
        gates.attest(session, listing.id, EXPORT)
        expect.refused(session, gates.acceptance(session, listing.id), "assessment-missing")
    for outcome in ("failed", "noted"):
        with trial.check(
            "LAD-GAT-010", f"a security assessment with the outcome {outcome}: assessment-missing"
        ):
            gates.attest(session, listing.id, SECURITY, outcome=outcome)
            expect.refused(session, gates.acceptance(session, listing.id), "assessment-missing")
    with trial.check("LAD-GAT-010", "a security assessment that was passed: concluded"):
        gates.attest(session, listing.id, SECURITY)
        deals.say(session, gates.acceptance(session, listing.id))
    with trial.check("LAD-GAT-010", "a new version of it, which nobody assessed: assessment-missing"):
        newer = gates.listed(session, supersedes=listing.id, **IMPORTANT)
        expect.refused(session, gates.acceptance(session, newer.id), "assessment-missing")
    with trial.check("LAD-GAT-010", "data of grade general needs none: concluded"):
        general = gates.listed(session, classification={"grade": "general", "graded_by": "The suite"})
        deals.say(session, gates.acceptance(session, general.id))


def _newest(trial: Trial) -> None:
    """Of several assessments the newest counts."""
    session = trial.session
    with trial.given(
        "a listing of grade important with an assessment that was passed, and an offer about it"
    ):
        listing = gates.listed(session, **IMPORTANT)
        first = gates.attest(session, listing.id, SECURITY)
        offered = deals.say(session, gates.offer(session, listing.id))
        contract = deals.say(session, gates.acceptance(session, listing.id))
    with trial.check("LAD-GAT-010", "a newer one that failed: assessment-missing"):
        gates.attest(session, listing.id, SECURITY, outcome="failed")
        expect.refused(session, gates.acceptance(session, listing.id), "assessment-missing")
    with trial.check("LAD-GAT-010", "the acceptance of an offer that was made before: assessment-missing"):
        expect.refused(session, session.consumer.says("acceptance", offer=offered.id), "assessment-missing")
    with trial.check("LAD-GAT-011", "the first is withdrawn, and a newer one was passed: concluded"):
        newest = gates.attest(session, listing.id, SECURITY)
        deals.say(session, recourse.withdrawal(session.assessor, first.id))
        deals.say(session, gates.acceptance(session, listing.id))
    with trial.check("LAD-GAT-011", "the newest is withdrawn: assessment-lapsed"):
        deals.say(session, recourse.withdrawal(session.assessor, newest.id))
        expect.refused(session, gates.acceptance(session, listing.id), "assessment-lapsed")
    with trial.check("LAD-GAT-011", "the acceptance of the offer, too: assessment-lapsed"):
        expect.refused(session, session.consumer.says("acceptance", offer=offered.id), "assessment-lapsed")
    with trial.check("LAD-GAT-011", "another offer about it: assessment-lapsed"):
        expect.refused(session, gates.offer(session, listing.id), "assessment-lapsed")
    with trial.check(
        "LAD-REG-002", "the contract that was concluded before goes on: a delivery is registered"
    ):
        agreements.delivered(session, contract.id)


def _lapsed(trial: Trial) -> None:
    session = trial.session
    with trial.given("a listing of grade important with an assessment that soon expires"):
        listing = gates.listed(session, **IMPORTANT)
        end = now() + BRIEF_MILLISECONDS
        gates.attest(session, listing.id, SECURITY, expires_at=written_time(end))
    with trial.check("LAD-GAT-011", "after its last moment: assessment-lapsed"):
        time.sleep(max(0.0, end - now() + 200) / 1000)
        expect.refused(session, gates.acceptance(session, listing.id), "assessment-lapsed")
    with trial.check("LAD-GAT-011", "after a new one: concluded"):
        gates.attest(session, listing.id, SECURITY, expires_at=written_time(now() + deals.DAY))
        deals.say(session, gates.acceptance(session, listing.id))


def _countries(trial: Trial, foreign: Party) -> None:
    session = trial.session
    with trial.given("a listing that excludes the other country"):
        listing = gates.listed(session, jurisdictions={"storage": ["NL"], "excluded": ["DE"]})
    with trial.check("LAD-GAT-012", "a consumer of the excluded country: jurisdiction-excluded"):
        expect.refused(session, gates.acceptance(session, listing.id, foreign), "jurisdiction-excluded")
    with trial.check("LAD-GAT-012", "an offer to that consumer: jurisdiction-excluded"):
        expect.refused(session, gates.offer(session, listing.id, foreign), "jurisdiction-excluded")
    with trial.check("LAD-GAT-012", "a consumer of another country: concluded"):
        deals.say(session, gates.acceptance(session, listing.id))


def _of_people(session: Session, people: str, route: str | None = None) -> str:
    """Return a new listing of data about so many people, with a route or none."""
    personal: dict[str, Json] = {
        "categories": ["identification"],
        "subjects": ["citizen"],
        "children": False,
        "legal_basis": "contract",
        "people": people,
    }
    where: dict[str, Json] = {"storage": ["NL"]}
    exported: dict[str, Json] = {**where, "export": {"route": route}} if route else where
    return gates.listed(session, personal_data=personal, jurisdictions=exported).id


def _routes(trial: Trial, foreign: Party) -> None:
    session = trial.session
    with trial.check("LAD-GAT-013", "up to 100 000 people, over a border, without a route: concluded"):
        deals.say(session, gates.acceptance(session, _of_people(session, "up-to-100000"), foreign))
    with trial.given("listings of data of more people, without a route"):
        many, masses = _of_people(session, "up-to-1000000"), _of_people(session, "over-1000000")
    with trial.check("LAD-GAT-013", "up to 1 000 000 people, over a border: export-route-missing"):
        expect.refused(session, gates.acceptance(session, many, foreign), "export-route-missing")
    with trial.check("LAD-GAT-013", "an offer of it over a border: export-route-missing"):
        expect.refused(session, gates.offer(session, many, foreign), "export-route-missing")
    with trial.check("LAD-GAT-013", "the same people, in one country: concluded"):
        deals.say(session, gates.acceptance(session, many))
    with trial.check("LAD-GAT-013", "the same people, over a border by a route: concluded"):
        routed = _of_people(session, "up-to-1000000", "standard-contract")
        deals.say(session, gates.acceptance(session, routed, foreign))
    with trial.check("LAD-GAT-010", "over 1 000 000 people, over a border: assessment-missing"):
        expect.refused(session, gates.acceptance(session, masses, foreign), "assessment-missing")
    with trial.check("LAD-GAT-010", "the same people, in one country: concluded"):
        deals.say(session, gates.acceptance(session, masses))
    with trial.check("LAD-GAT-013", "with an export assessment and no route: export-route-missing"):
        gates.attest(session, masses, EXPORT)
        expect.refused(session, gates.acceptance(session, masses, foreign), "export-route-missing")
    with trial.check("LAD-GAT-010", "with both: concluded"):
        routed = _of_people(session, "over-1000000", "security-assessment")
        gates.attest(session, routed, EXPORT)
        deals.say(session, gates.acceptance(session, routed, foreign))


CASE = Case(
    name="contract_gates",
    profile="contract",
    story="Important data is sold while its newest assessment stands, and not a moment longer; data of very many "
    "people crosses a border by a route that was declared; and nobody buys from a country that the listing excludes.",
    requirements=("LAD-GAT-010", "LAD-GAT-011", "LAD-REG-002", "LAD-GAT-012", "LAD-GAT-013"),
    run=run,
)
