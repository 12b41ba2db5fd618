"""What data about people, and data of importance, has to bring along: each gate, shut and open.

Needs: D4, D6, D7, D11, W4, W11; in part D8.
"""

from place import place, refused, say

import lading

TERMS = lading.Terms("1000.00 EUR")
RECORDING = {"source": "Speakers recruited by us", "collection": "recording"}

with place() as here:
    seller = here.party("Voices Ltd")
    abroad = here.party("Skyways GmbH", "DE")
    home = here.party("Callcentre Ltd")

    def listed(title: str, **said: object) -> lading.Listing:
        """A listing with these declarations, after the linter had nothing to say."""
        members = {"kind": "dataset", "title": title, **said}
        listing = seller.publish(None, draft=here.draft(**members), terms=TERMS)
        assert not seller.lint({**members, "title": title}).faults
        return listing

    consent = here.document("consent.txt", "The consent form, version 3, and 800 signatures.\n")
    guardians = here.document("guardians.txt", "The consent of 40 guardians.\n")
    voices = {
        "categories": ["voice", "biometric"],
        "subjects": ["adult", "child"],
        "children": True,
        "legal_basis": "consent",
        "people": "up-to-10000",
        "residence": ["IE", "PL"],
        "consent": consent,
    }
    with refused("guardian-consent-missing"):
        listed("Voices of families", provenance=RECORDING, personal_data=voices)
    listed(
        "Voices of families", provenance=RECORDING, personal_data={**voices, "guardian_consent": guardians}
    )

    offences = {
        "categories": ["judicial-penalty", "vehicle"],
        "subjects": ["citizen"],
        "children": False,
        "legal_basis": "public-interest",
        "people": "up-to-100000",
    }
    court = {"source": "Published judgements", "collection": "administrative-record"}
    with refused("removal-path-missing"):
        listed("Penalties", provenance=court, personal_data=offences)
    listed("Penalties", provenance=court, personal_data={**offences, "removal": "removal@voices.example"})

    # Gathered from phones: by which app, through which software kits, under which notice.
    phones = {
        "source": "Phones of users who agreed",
        "collection": "app",
        "method": "Once a minute while the app is open",
        "chain": ["Walks app 4.2", "Steps kit 1.9"],
        "notice_version": "2026-03",
    }
    walkers = {**offences, "categories": ["location"], "legal_basis": "consent", "people": "up-to-1000000"}
    with refused("consent-missing"):
        listed("Walks", provenance=phones, personal_data=walkers)
    walks = listed("Walks", provenance=phones, personal_data={**walkers, "consent": consent})

    # Of so many people, the data crosses a border only by a route that the listing names.
    with refused("export-route-missing"):
        abroad.accept(walks, purpose="research", at_most="1000.00 EUR")
    home.accept(walks, purpose="research", at_most="1000.00 EUR")
    say("At home the same data is contracted: the band of people decides about borders only.")

    # Graded by somebody, for a reason; a regrading is a new version. Core data is never for sale.
    graded = {"grade": "core", "graded_by": "Voices Ltd", "reason": "positions of power lines"}
    lines = {"source": "Our own survey", "collection": "sensor"}
    with refused("core-not-listable"):
        listed("Power lines", provenance=lines, classification=graded)
    listed(
        "Power lines", provenance=lines, classification={**graded, "grade": "general", "reason": "blurred"}
    )

    # A service about people asks each call for its purpose, and for the authorisation of whom it is about.
    calls = {
        "kind": "service",
        "provenance": lines,
        "personal_data": {**offences, "categories": ["identification"]},
    }
    with refused("look-up-unguarded"):
        listed("Is this number valid?", **calls, per_call={"purpose": True, "authorisation": False})
    listed("Is this number valid?", **calls, per_call={"purpose": True, "authorisation": True})
