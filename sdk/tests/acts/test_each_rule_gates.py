"""One test per gate: of listings, and of the deals that offers and acceptances make."""

from collections.abc import Callable
from typing import Any, Final

from lading.statement.words import Id, format_time
from sdk.tests.acts.situations import PEOPLE, policy, refused
from sdk.tests.core.market import DAY, PROMISE, Market, opened

MANY: Final = {**PEOPLE, "people": "up-to-1000000"}
IMPORTANT: Final = {"grade": "important", "graded_by": "acme"}


def test_listing_core_is_not_listed() -> None:
    market = opened()
    refused(
        market, market.listing(classification={"grade": "core", "graded_by": "acme"}), "core-not-listable"
    )


def test_listing_provenance_is_stated() -> None:
    market = opened()
    said: dict[str, Any] = {"kind": "dataset", "title": "Roads", **PROMISE}
    refused(market, market.say("acme", "listing", **said), "provenance-missing")


def test_listing_declarations_are_made() -> None:
    market = policy(declarations=["licence"])
    refused(market, market.listing(), "declaration-missing")


def test_listing_guardians_consented() -> None:
    market = opened()
    refused(market, market.listing(personal_data={**PEOPLE, "children": True}), "guardian-consent-missing")


def test_listing_people_consented() -> None:
    market = opened()
    refused(market, market.listing(personal_data={**PEOPLE, "legal_basis": "consent"}), "consent-missing")


def test_listing_offences_can_be_removed() -> None:
    market = opened()
    people = {**PEOPLE, "categories": ["criminal-record"]}
    refused(market, market.listing(personal_data=people), "removal-path-missing")


def test_listing_public_body_is_authorised() -> None:
    market = opened()
    market.rotate("acme", kind="public-body")
    refused(market, market.listing(), "authorisation-missing")


def test_listing_look_ups_are_guarded() -> None:
    market = opened()
    calls = {"purpose": True, "authorisation": False}
    refused(market, market.listing(kind="service", personal_data=PEOPLE, per_call=calls), "look-up-unguarded")


Deal = Callable[[Market], bytes]
"""What would make a contract about the listing."""


def offered(market: Market) -> bytes:
    """An offer of the provider."""
    return market.offer("acme", "buyer", market.id["listing"])


def bought(market: Market) -> bytes:
    """The acceptance of the standing terms."""
    return market.buy("buyer", market.id["listing"], "PO-1")


def listed(market: Market, **members: Any) -> Market:
    """The market with a listing."""
    market.id["listing"] = market.put(market.listing(**members))
    return market


def held_back(deal: Deal) -> None:
    market = listed(policy(objection_window="P2D"))
    refused(market, deal(market), "objection-window")
    market.clock.now += 2 * DAY
    market.put(deal(market))


def unassessed(deal: Deal) -> None:
    market = listed(opened(), classification=IMPORTANT)
    refused(market, deal(market), "assessment-missing")


def lapsed(deal: Deal) -> None:
    market = listed(opened(), classification=IMPORTANT)
    assessed(market, "security-assessment")
    before = market.copy()
    before.put(deal(before))
    market.clock.now += 2 * DAY
    refused(market, deal(market), "assessment-lapsed")


def assessed(market: Market, kind: str) -> Id:
    """An assessment of the listing by an assessor, that expires in a day."""
    market.admit("carol", "admitted", "assessor")
    until = format_time(market.clock.now + DAY)
    about: dict[str, Any] = {
        "statement": market.id["listing"],
        "kind": kind,
        "outcome": "passed",
        "expires_at": until,
    }
    return market.put(market.say("carol", "attestation", **about))


def unattested(deal: Deal) -> None:
    market = listed(policy(attestations=["quality"]))
    refused(market, deal(market), "attestation-missing")


def excluded(deal: Deal) -> None:
    market = listed(opened(), jurisdictions={"excluded": ["CH"]})
    refused(market, deal(market), "jurisdiction-excluded")


def crossing(deal: Deal) -> None:
    market = opened()
    market.rotate("buyer", jurisdiction="FR")
    refused(listed(market, personal_data=MANY), deal(market), "export-route-missing")


def related(deal: Deal) -> None:
    market = policy(related_parties="refused")
    market.rotate("buyer", related=[{"party": market.id["acme"], "relation": "affiliate"}])
    refused(listed(market), deal(market), "related-parties")


def in_earnest(deal: Deal) -> None:
    market = listed(policy(contracts="trial"))
    refused(market, deal(market), "trial-only")


def test_offer_objections_had_their_time() -> None:
    held_back(offered)


def test_offer_important_data_is_assessed() -> None:
    unassessed(offered)


def test_offer_assessment_has_not_lapsed() -> None:
    lapsed(offered)


def test_offer_policy_attestations_stand() -> None:
    unattested(offered)


def test_offer_jurisdiction_is_not_excluded() -> None:
    excluded(offered)


def test_offer_export_has_a_route() -> None:
    crossing(offered)


def test_offer_parties_are_independent() -> None:
    related(offered)


def test_offer_trial_only_where_asked() -> None:
    in_earnest(offered)


def test_acceptance_objections_had_their_time() -> None:
    held_back(bought)


def test_acceptance_important_data_is_assessed() -> None:
    unassessed(bought)


def test_acceptance_assessment_has_not_lapsed() -> None:
    lapsed(bought)


def test_acceptance_policy_attestations_stand() -> None:
    unattested(bought)


def test_acceptance_jurisdiction_is_not_excluded() -> None:
    excluded(bought)


def test_acceptance_export_has_a_route() -> None:
    crossing(bought)


def test_acceptance_parties_are_independent() -> None:
    related(bought)


def test_acceptance_trial_only_where_asked() -> None:
    in_earnest(bought)
