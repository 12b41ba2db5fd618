"""The operator of an exchange also trades on it: it says so, and contracts with it are flagged, or refused.

Needs: P3.
"""

from place import place, refused, say

import lading

ABOUT = {"title": "Footfall", "source": "Sensors in the streets", "collection": "sensor"}
TERMS = lading.Terms("10.00 EUR")

with place() as here:
    # What is related stands in each participant's own signed statement, by an id or by an identifier.
    telecom = here.party("Telecom Ltd", identifiers=["lei:TELECOM0000000000001"])
    exchange = telecom.session.peer.exchange
    sister = here.party(
        "Sister Ltd", related={"lei:TELECOM0000000000001": "same-operator", exchange: "operates"}
    )
    buyer = here.party("Skyways GmbH", "DE")

    listing = telecom.publish(here.file("footfall.csv", "street,people\n"), **ABOUT, terms=TERMS)
    among_relatives = sister.accept(listing, purpose="research", at_most="10.00 EUR")
    at_arms_length = buyer.accept(listing, purpose="research", at_most="10.00 EUR")

    # Nobody needs to ask: the state of the contract says it, to both parties.
    assert sister.state(among_relatives).record["related"] is True
    assert telecom.state(among_relatives).record["related"] is True
    assert not buyer.state(at_arms_length).record.get("related")
    say("The contract with the sister company is flagged as one of related parties.")

with place(related_parties="refused") as here:
    say("Another exchange takes no contracts between related parties.")
    telecom = here.party("Telecom Ltd", identifiers=["lei:TELECOM0000000000001"])
    sister = here.party("Sister Ltd", related={"lei:TELECOM0000000000001": "same-operator"})
    buyer = here.party("Skyways GmbH", "DE")
    listing = telecom.publish(here.file("footfall.csv", "street,people\n"), **ABOUT, terms=TERMS)
    with refused("related-parties"):
        sister.accept(listing, purpose="research", at_most="10.00 EUR")
    with refused("related-parties"):
        telecom.offer(listing, to=sister.session.me, terms=TERMS, purpose="research")
    buyer.accept(listing, purpose="research", at_most="10.00 EUR")
    say("Somebody unrelated contracts as ever.")
