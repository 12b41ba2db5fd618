"""What data about people, and data of importance, has to bring along: each gate, shut and open.

Needs: D4, D6, D7, D11, W4, W11; in part D8.
"""

from place import place, refused, say

import lading

TERMS = lading.Terms("1000.00 EUR")
COURT = {"source": "Published judgements", "collection": "administrative-record"}
STUDIO = {"source": "Speakers recruited by us", "collection": "recording"}
SURVEY = {"source": "Our own survey", "collection": "sensor"}


def people(*categories: str, legal_basis: str = "consent", **more: object) -> dict[str, object]:
    """What the data says about people; of how many, and of whom, where nothing else is said."""
    usual = {"subjects": ["citizen"], "children": False, "people": "up-to-10000"}
    return {"categories": list(categories), "legal_basis": legal_basis, **usual, **more}


with place() as here:
    seller = here.party("Voices Ltd")
    abroad = here.party("Skyways GmbH", "DE")
    home = here.party("Callcentre Ltd")

    def listed(title: str, **said: object) -> lading.Listing:
        """A listing with these declarations; where the exchange takes it, the linter had nothing to say."""
        members = {"kind": "dataset", "title": title, **said}
        faults = seller.lint(members).faults
        listing = seller.publish(None, draft=here.draft(**members), terms=TERMS)
        assert not faults, faults
        return listing

    # Voices, of children too: none without what their guardians signed.
    consent = here.document("consent.txt", "The consent form, version 3, and 800 signatures.\n")
    guardians = here.document("guardians.txt", "The consent of 40 guardians.\n")
    voices = people("voice", "biometric", children=True, residence=["IE", "PL"], consent=consent)
    with refused("guardian-consent-missing"):
        listed("Voices of families", provenance=STUDIO, personal_data=voices)
    listed("Voices of families", provenance=STUDIO, personal_data={**voices, "guardian_consent": guardians})

    # Offences: none without a way out.
    offences = people("judicial-penalty", "traffic-penalty", "vehicle", legal_basis="public-interest")
    with refused("removal-path-missing"):
        listed("Penalties", provenance=COURT, personal_data=offences)
    listed("Penalties", provenance=COURT, personal_data={**offences, "removal": "removal@voices.example"})

    # Gathered from phones: by which app, through which software kits, under which notice, with which consent.
    phones = {
        "source": "Phones of users who agreed",
        "collection": "app",
        "method": "Once a minute while the app is open",
        "chain": ["Walks app 4.2", "Steps kit 1.9"],
        "notice_version": "2026-03",
    }
    walkers = people("location", people="up-to-1000000")
    with refused("consent-missing"):
        listed("Walks", provenance=phones, personal_data=walkers)
    walks = {"provenance": phones, "personal_data": {**walkers, "consent": consent}}
    at_home = listed("Walks", **walks)

    # Of so many people, data crosses a border only by a route that the listing names.
    home.accept(at_home, purpose="research", at_most="1000.00 EUR")
    with refused("export-route-missing"):
        abroad.accept(at_home, purpose="research", at_most="1000.00 EUR")
    routed = listed(
        "Walks", **walks, jurisdictions={"export": {"route": "standard-contract"}}, supersedes=at_home.id
    )
    abroad.accept(routed, purpose="research", at_most="1000.00 EUR")
    say("At home it was sold as it was, abroad by the route of standard contracts.")

    # Graded by somebody, for a reason. Core data is never for sale; another grade is another version, for all to see.
    graded = {"graded_by": "Voices Ltd", "reason": "positions of power lines"}
    with refused("core-not-listable"):
        listed("Power lines", provenance=SURVEY, classification={**graded, "grade": "core"})
    blurred = listed("Power lines", provenance=SURVEY, classification={**graded, "grade": "general"})
    important = {**graded, "grade": "important", "reason": "blurred to 500 m"}
    sharper = listed("Power lines", provenance=SURVEY, classification=important, supersedes=blurred.id)
    with refused("assessment-missing"):
        home.accept(sharper, purpose="research", at_most="1000.00 EUR")

    # A service about people asks each call for its purpose, and for the authorisation of whom it is about.
    calls = {"kind": "service", "provenance": SURVEY, "personal_data": people("name", legal_basis="contract")}
    with refused("look-up-unguarded"):
        listed("Is this number valid?", **calls, per_call={"purpose": True, "authorisation": False})
    listed("Is this number valid?", **calls, per_call={"purpose": True, "authorisation": True})
