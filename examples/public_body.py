"""A city sells to a company and buys from it; who may sell is said, and can be contested.

Needs: P4, W8.
"""

from place import place, refused, say

import lading

TERMS = lading.Terms("20.00 EUR")

with place() as here:
    city = here.party("City of Cork", kind="public-body")
    company = here.party("Roadworks Ltd")
    port = here.party("Port of Cork", kind="public-body")
    heir = here.party("Plans Archive Ltd")
    plans = {
        "title": "Building plans",
        "provenance": {"source": "Planning office", "collection": "administrative-record"},
    }

    # A public body says who authorised it, or does not list.
    with refused("authorisation-missing"):
        city.publish(None, draft=here.draft(**plans), terms=TERMS)

    # To hold, to use and to operate data are three rights; each is a claim with its basis and, here, a document.
    decree = here.document("decision-114.txt", "The council decides that plans may be sold.\n")
    rights = [
        {"right": "hold", "holder": "City of Cork", "basis": "public-record", "evidence": decree},
        {"right": "operate", "holder": "City of Cork", "basis": "council-decision"},
    ]
    draft = here.draft(**plans, authorised_by="Council decision 114 of 2026", rights=rights)
    listing = city.publish(None, draft=draft, terms=TERMS)

    # To companies and to public bodies, by companies and by public bodies: the same statements in all four directions.
    counts = company.publish(None, title="Potholes", source="Our vans", collection="sensor", terms=TERMS)
    for product, buyer in ((listing, company), (listing, port), (counts, city), (counts, heir)):
        contract = buyer.accept(product, purpose="maintenance", at_most="20.00 EUR")
        say(f"  a contract: {contract.provider_name} to {contract.consumer_name}.")

    # Somebody else says that the plans are theirs. The city sees that they are contested, and says so to everybody.
    claim = heir.complain(listing, "rights", text="The plans before 1922 are ours.")
    assert city.state(listing).record["contested"] == 1
    disputed = [{**rights[0], "contested": True}, rights[1]]
    draft = here.draft(**plans, authorised_by="Council decision 114 of 2026", rights=disputed)
    city.publish(None, draft=draft, terms=TERMS, supersedes=listing)
    assert company.search("plans").one().act.rights[0].contested
    say("The newest version says that the right to hold the plans is contested.")

    city.answer(claim, "denied", text="They were given to the city in 1931.")
    with refused("claim-not-open"):
        city.answer(claim, "conceded")
    heir.withdraw(claim)
    assert city.state(listing).record["contested"] == 0
    say("The claim was answered, and taken back: no longer contested.")
