"""Others look at the data and sign what they found; when an assessment lapses, no new contract is made.

Needs: P5, D10, W7.
"""

from place import place, refused, say

import lading

TERMS = lading.Terms("500.00 EUR")
HAS_ASSESSED = ("assessor",)

with place(attestations=["compliance"]) as here:
    mapper = here.party("Lanes Mapping Ltd")
    carmaker = here.party("Skyways GmbH", "DE")
    lawyers = here.party("Counsel LLP", roles=HAS_ASSESSED)
    surveyor = here.party("Geodata Surveyors Ltd", roles=HAS_ASSESSED)
    office = here.party("Security Office Ltd", roles=HAS_ASSESSED)

    tiles = here.file("tiles.csv", "tile,lane,lat,lon\n9/12,1,51.9,-8.47\n")
    said = {
        "title": "Lane map, tiles of version 7",
        "provenance": {"source": "Our survey cars", "collection": "sensor"},
        "spatial": {"crs": "EPSG:4937", "accuracy": "0.2 m, 95 %", "countries": ["IE"]},
        "classification": {"grade": "important", "graded_by": "Lanes Mapping Ltd", "category": "mapping"},
    }
    listing = mapper.publish(tiles, draft=here.draft(**said), terms=TERMS)

    def buy(reference: str) -> lading.Contract:
        """Another contract on the same terms."""
        return carmaker.accept(listing, purpose="navigation", at_most="500.00 EUR", reference=reference)

    # Important data needs a security assessment, and this exchange asks for an opinion on compliance.
    with refused("assessment-missing"):
        buy("one")
    assessment = office.attest(listing, "security-assessment", valid_for="P365D")
    with refused("attestation-missing"):
        buy("one")
    opinion = here.file("opinion.txt", "We see nothing in the way of this listing.\n")
    lawyers.attest(listing, "compliance", evidence=[opinion], valid_for="P180D")
    surveyor.attest(listing, "surveying", qualification="Licensed surveyor, no. 4711", valid_for="P365D")
    contract = buy("one")
    say("Assessed, surveyed and opined on by others: a contract.")

    # Nobody assesses its own data, and only who was admitted as an assessor assesses.
    with refused("wrong-party"):
        mapper.attest(listing, "compliance")
    with refused("missing-role"):
        carmaker.attest(listing, "quality")

    # The office takes its assessment back. An assessment whose time is over has the same effect, with the same code.
    office.withdraw(assessment)
    with refused("assessment-lapsed"):
        buy("two")
    mapper.deliver(contract, tiles)
    say("No new contract; the one that was concluded goes on.")

    # An opinion is about one version. The next tiles are another version, and need their own.
    newer = mapper.publish(
        here.file("tiles-8.csv", "tile,lane,lat,lon\n9/12,1,51.9,-8.48\n"),
        draft=here.draft(**said | {"title": "Lane map, tiles of version 8"}),
        terms=TERMS,
        supersedes=listing,
    )
    with refused("assessment-missing"):
        carmaker.accept(newer, purpose="navigation", at_most="500.00 EUR")
    office.attest(newer, "security-assessment", valid_for="P365D")
    lawyers.attest(newer, "compliance", valid_for="P180D")
    carmaker.accept(newer, purpose="navigation", at_most="500.00 EUR")
    say("The new version has its own assessments, and is contracted.")
