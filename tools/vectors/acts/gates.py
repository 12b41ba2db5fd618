"""Gates: what a listing has to declare, and what a deal about it needs (`spec/gates.md`)."""

from __future__ import annotations

from typing import Any

from tools.vectors.acts.amendments import amending
from tools.vectors.files import VectorFile
from tools.vectors.primitives import digest, moment
from tools.vectors.scenarios import (
    STANDING,
    TERMS,
    admit,
    exchange,
    join,
    listing,
    market,
    offer,
    opened,
    say,
    standing,
)
from tools.vectors.world import ABSENT, DAY, DELAY, HOUR, Candidates, World, effect

DOCUMENT: dict[str, Any] = {
    "name": "consent.pdf",
    "media_type": "application/pdf",
    "size": 120_000,
    "digest": digest(b"consent"),
}
PEOPLE: dict[str, Any] = {
    "categories": ["contact"],
    "subjects": ["customer"],
    "children": False,
    "legal_basis": "contract",
    "people": "up-to-10000",
}


def classified(grade: str) -> dict[str, Any]:
    """A classification of this grade."""
    return {"grade": grade, "graded_by": "Acme, data office"}


def with_policy(**switches: Any) -> World:
    """An exchange with these switches; acme is admitted as provider, buyer as consumer, dave as assessor."""
    asks = {**exchange(), "policy": {"onboarding": "open", **switches}}
    world = opened("empty", exchange=asks)
    for name, role in (("acme", "provider"), ("buyer", "consumer"), ("dave", "assessor")):
        world = admit(join(world, name), name, role)
    return world


def listings() -> VectorFile:
    """The gates of a listing."""
    cases = Candidates("listing/gates.json", "Listings: what has to be declared.", "city")
    world = market()

    def told(name: str, situation: str, code: str | None, pointer: str | None = None, **members: Any) -> None:
        said = world.say("acme", "listing", **listing(**members))
        if code is None:
            cases.accept(name, situation, world, said)
        else:
            cases.refuse(name, situation, world, said, code, pointer=pointer)

    told("general", "Data of grade general.", None, classification=classified("general"))
    told("important", "Data of grade important can be listed.", None, classification=classified("important"))
    told("core", "Data of grade core.", "core-not-listable", classification=classified("core"))
    told("no-provenance", "Nothing about where the data comes from.", "provenance-missing", provenance=ABSENT)
    children = {**PEOPLE, "children": True}
    told("children", "Children's data.", "guardian-consent-missing", personal_data=children)
    consented = {**children, "guardian_consent": DOCUMENT}
    told(
        "children-consented", "Children's data, with their guardians' consent.", None, personal_data=consented
    )
    for basis in ("consent", "subject-authorisation"):
        asked = {**PEOPLE, "legal_basis": basis}
        told(
            f"basis-{basis}",
            f"The basis is {basis}, without evidence.",
            "consent-missing",
            personal_data=asked,
        )
        shown = {**asked, "consent": DOCUMENT}
        told(f"basis-{basis}-shown", f"The basis is {basis}, with evidence.", None, personal_data=shown)
    for category in ("criminal-record", "judicial-penalty", "traffic-penalty"):
        records = {**PEOPLE, "categories": ["contact", category]}
        situation = f"A {category} and no way to have it removed."
        told(category, situation, "removal-path-missing", personal_data=records)
    removable = {**PEOPLE, "categories": ["criminal-record"], "removal": "registry@acme.example"}
    told("removable", "Criminal records, and whom to ask.", None, personal_data=removable)
    service: dict[str, Any] = {"kind": "service", "personal_data": PEOPLE}
    told("look-up", "A service about people that asks nothing of a call.", "look-up-unguarded", **service)
    half = {**service, "per_call": {"purpose": True, "authorisation": False}}
    told(
        "look-up-half", "A service about people that asks for no authorisation.", "look-up-unguarded", **half
    )
    guarded = {**service, "per_call": {"purpose": True, "authorisation": True}}
    told("look-up-guarded", "A service about people that asks for both.", None, **guarded)
    told("service-of-things", "A service that is not about people.", None, kind="service")
    _public_bodies(cases)
    _policies(cases)
    return cases.file


def _public_bodies(cases: Candidates) -> None:
    world = admit(join(market(), "city", kind="public-body"), "city", "provider")
    said = world.say("city", "listing", **listing())
    situation = "A public body does not say who authorised it."
    cases.refuse("public-body", situation, world, said, "authorisation-missing", pointer="/authorised_by")
    said = world.say("city", "listing", **listing(authorised_by="Decision 114 of the city council"))
    cases.accept("public-body-authorised", "A public body says who authorised it.", world, said)


def _policies(cases: Candidates) -> None:
    world = with_policy(declarations=["classification", "schema"])
    graded = listing(classification=classified("general"))
    for name, members, missing in (
        ("undeclared", listing(), "classification"),
        ("no-schema", graded, "data_schema"),
    ):
        said = world.say("acme", "listing", **members)
        situation = f"The exchange's policy asks for {missing}, and it is not there."
        cases.refuse(name, situation, world, said, "declaration-missing", pointer=f"/{missing}")
    said = world.say("acme", "listing", **graded, data_schema=DOCUMENT)
    cases.accept("declared", "All that the exchange's policy asks for is there.", world, said)


def offers() -> VectorFile:
    """The gates of a deal, asked of an offer."""
    cases = Candidates("offer/gates.json", "Offers: what a deal needs.", "erin", "city")
    _deals(cases, "offer")
    return cases.file


def acceptances() -> VectorFile:
    """The gates of a deal, asked of an acceptance."""
    cases = Candidates("acceptance/gates.json", "Acceptances: what a deal needs.", "erin", "city")
    _deals(cases, "acceptance")
    _between_offer_and_acceptance(cases)
    return cases.file


class _Asked:
    """Adds a case for a deal about the listing `goods`."""

    def __init__(self, cases: Candidates, act: str) -> None:
        self.cases, self.act = cases, act

    def __call__(
        self,
        name: str,
        situation: str,
        world: World,
        code: str | None = None,
        *,
        by: str = "buyer",
        clock: int | None = None,
    ) -> None:
        if self.act == "offer":
            terms = TERMS if "trial" not in name else {**TERMS, "trial": True}
            said = world.say(by, "offer", **offer(world, "goods", "acme", terms=terms))
        else:
            said = world.say(by, "acceptance", **standing(world, "goods", "PO-7"))
        if code is None:
            self.cases.accept(name, situation, world, said, clock=clock)
        else:
            self.cases.refuse(name, situation, world, said, code, clock=clock)


def _goods(world: World, **members: Any) -> World:
    return say(world, "goods", "acme", "listing", **listing(standing=STANDING, **members))


def _attested(world: World, kind: str, name: str = "attested", **members: Any) -> World:
    said = {"statement": world.id("goods"), "kind": kind, "outcome": "passed", **members}
    return say(world, name, "dave", "attestation", **said)


def _deals(cases: Candidates, act: str) -> None:
    asked = _Asked(cases, act)
    world = _goods(with_policy(objection_window="PT2H"))
    listed = next(entry.time for entry in world.entries if entry.name == "goods")
    early, over = listed + 2 * HOUR - 1, listed + 2 * HOUR
    situation = "A millisecond before the objection window is over."
    asked("held-back", situation, world, "objection-window", clock=early)
    asked("window-over", "At the end of the objection window.", world, clock=over)
    _assessments(asked)
    world = _goods(with_policy(attestations=["compliance"]))
    asked("unattested", "The policy asks for an attestation of compliance.", world, "attestation-missing")
    noted = _attested(world, "compliance", outcome="noted")
    asked("attested-noted", "The attestation only notes something.", noted, "attestation-missing")
    asked("attested", "The attestation was passed.", _attested(world, "compliance"))
    soon = _attested(world, "compliance", expires_at=moment(world.now + 2 * HOUR))
    late = soon.later(2 * HOUR)
    asked("attestation-expired", "The attestation has expired.", late, "attestation-missing")
    _borders(asked)
    _relations(asked)
    world = _goods(with_policy(contracts="trial"))
    asked("in-earnest", "An exchange for trials, and terms in earnest.", world, "trial-only")
    terms = {**STANDING, "terms": {**TERMS, "trial": True}}
    world = say(with_policy(contracts="trial"), "goods", "acme", "listing", **listing(standing=terms))
    asked("for-trial", "An exchange for trials, and terms for trial.", world)
    if act == "offer":
        _amended_for_trial(cases, world)


def _amended_for_trial(cases: Candidates, world: World) -> None:
    """An exchange for trials, and an amendment of a contract."""
    world = say(world, "bought", "buyer", "acceptance", **standing(world, "goods", "PO-8"))
    text = world.say("acme", "offer", **amending(world, "buyer", "bought"))
    situation = "An exchange for trials, and an amendment in earnest."
    cases.refuse("amended-in-earnest", situation, world, text, "trial-only", pointer="/amends")
    trial = {**TERMS, "trial": True}
    text = world.say("acme", "offer", **amending(world, "buyer", "bought", terms=trial))
    cases.accept("amended-for-trial", "An exchange for trials, and an amendment for trial.", world, text)


def _assessments(asked: _Asked) -> None:
    world = _goods(with_policy(), classification=classified("important"))
    asked("unassessed", "Important data without an assessment.", world, "assessment-missing")
    failed = _attested(world, "security-assessment", outcome="failed")
    asked("assessment-failed", "The assessment was not passed.", failed, "assessment-missing")
    other = _attested(world, "quality")
    asked("other-attestation", "An attestation of another kind.", other, "assessment-missing")
    passed = _attested(world, "security-assessment")
    asked("assessed", "The assessment was passed.", passed)
    until = world.now + DELAY + 3 * HOUR
    bounded = _attested(world, "security-assessment", expires_at=moment(until))
    asked("assessment-ends", "At the last moment of the assessment.", bounded, clock=until)
    situation = "A millisecond after the last moment of the assessment."
    asked("assessment-lapsed", situation, bounded, "assessment-lapsed", clock=until + 1)
    taken_back = say(passed, "taken back", "dave", "withdrawal", statement=passed.id("attested"))
    asked("assessment-withdrawn", "The assessment was withdrawn.", taken_back, "assessment-lapsed")
    renewed = _attested(bounded.later(DAY // 2), "security-assessment", "renewed")
    asked("assessed-anew", "It expired, and the listing was assessed anew.", renewed)


def _borders(asked: _Asked) -> None:
    abroad = admit(join(with_policy(), "erin", jurisdiction="US"), "erin", "consumer")
    world = _goods(abroad, jurisdictions={"excluded": ["US"]})
    asked(
        "excluded",
        "The listing excludes the consumer's jurisdiction.",
        world,
        "jurisdiction-excluded",
        by="erin",
    )
    asked("not-excluded", "The listing excludes another jurisdiction.", world)
    barred = admit(join(with_policy(excluded=["US"]), "erin", jurisdiction="US"), "erin", "consumer")
    situation = "The exchange's policy excludes the consumer's jurisdiction."
    asked("excluded-here", situation, _goods(barred), "jurisdiction-excluded", by="erin")
    many = {**PEOPLE, "people": "up-to-1000000"}
    world = _goods(abroad, personal_data=many)
    asked("no-route", "Data of many people would cross a border.", world, "export-route-missing", by="erin")
    asked("stays", "Data of many people stays in the country.", world)
    fewer = _goods(abroad, personal_data={**PEOPLE, "people": "up-to-100000"})
    asked("few-people", "Data of fewer people crosses a border.", fewer, by="erin")
    routed = _goods(abroad, personal_data=many, jurisdictions={"export": {"route": "standard-contract"}})
    asked("routed", "Data of many people crosses a border by a declared route.", routed, by="erin")
    most = {"personal_data": {**PEOPLE, "people": "over-1000000"}}
    route = {"jurisdictions": {"export": {"route": "security-assessment"}}}
    world = _goods(abroad, **most, **route)
    situation = "Data of very many people would cross a border without an assessment."
    asked("not-assessed-for-export", situation, world, "assessment-missing", by="erin")
    assessed = _attested(world, "export-assessment")
    asked("assessed-for-export", "Data of very many people, assessed for export.", assessed, by="erin")


def _relations(asked: _Asked) -> None:
    policy = with_policy(related_parties="refused")
    sister = [{"party": policy.id("acme"), "relation": "affiliate"}]
    world = _goods(admit(join(policy, "erin", related=sister), "erin", "consumer"))
    asked("sister", "The consumer calls the provider related.", world, "related-parties", by="erin")
    asked("no-sister", "Neither calls the other related.", world)
    known = admit(join(policy, "erin", identifiers=["lei:529900T8BM49AURSDO55"]), "erin", "consumer")
    named = [{"party": "lei:529900T8BM49AURSDO55", "relation": "controls"}]
    mother = admit(join(known, "city", related=named), "city", "provider")
    world = say(mother, "goods", "city", "listing", **listing(standing=STANDING))
    if asked.act == "offer":
        said = world.say("erin", "offer", **offer(world, "goods", "city"))
    else:
        said = world.say("erin", "acceptance", **standing(world, "goods", "PO-7"))
    situation = "The provider calls the consumer related, by an identifier."
    asked.cases.refuse("daughter", situation, world, said, "related-parties")


def _between_offer_and_acceptance(cases: Candidates) -> None:
    """What changed since the offer counts at the acceptance."""
    world = _goods(with_policy(), classification=classified("important"))
    world = _attested(world, "security-assessment", expires_at=moment(world.now + 2 * HOUR))
    world = say(world, "asked", "buyer", "offer", **offer(world, "goods", "acme"))
    text = world.say("acme", "acceptance", offer=world.id("asked"))
    cases.accept("offer-in-time", "An offer is accepted while the assessment stands.", world, text)
    late = world.later(3 * HOUR)
    text = late.say("acme", "acceptance", offer=late.id("asked"))
    situation = "The assessment expired between offer and acceptance."
    cases.refuse("offer-too-late", situation, late, text, "assessment-lapsed")
    related = admit(
        join(with_policy(), "erin", related=[{"party": "lei:529900T8BM49AURSDO55", "relation": "affiliate"}]),
        "erin",
        "consumer",
    )
    known = admit(join(related, "city", identifiers=["lei:529900T8BM49AURSDO55"]), "city", "provider")
    world = say(known, "goods", "city", "listing", **listing(standing=STANDING))
    text = world.say("erin", "acceptance", **standing(world, "goods", "PO-7"))
    record = effect("contract", digest(text.encode()), related=True)
    cases.accept(
        "flagged", "Related parties contract where that is permitted; the state says so.", world, text, record
    )
