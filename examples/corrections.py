"""Records about people turn out wrong: nothing is edited; versions supersede, deliveries correct, copies are recalled.

Needs: D2, W13.
"""

from place import place, refused, say

import lading

ABOUT = {"title": "Tax records of companies' owners"}
PEOPLE = {
    "categories": ["financial-credit"],
    "subjects": ["customer"],
    "children": False,
    "legal_basis": "subject-authorisation",
    "people": "up-to-10000",
}
# Lending may use the records; nobody may use them to decide whom to employ, whatever else is agreed.
NO_ADVERSE_USE = {
    "permissions": [{"action": "use"}],
    "prohibitions": [
        {"action": "use", "constraints": [{"left": "purpose", "operator": "eq", "right": "employment"}]}
    ],
    "obligations": [{"action": "correct", "within": "P7D"}],
}

with place() as here:
    bureau = here.party("Revenue Records Ltd")
    banks = [here.party("Northbank plc"), here.party("Southbank AG", "DE")]
    first = here.file("records-1.csv", "owner,paid\n1,100\n2,200\n")
    terms = lading.Terms("50.00 EUR", permissions=NO_ADVERSE_USE)

    # Each person authorised the use, and the evidence of it is part of the listing.
    said = {
        **ABOUT,
        "provenance": {"source": "Revenue office", "collection": "administrative-record"},
    }
    with refused("consent-missing"):
        bureau.publish(None, draft=here.draft(**said, personal_data=PEOPLE), terms=terms)
    forms = here.document("authorisations.txt", "Signed forms 1 to 2.\n")
    draft = here.draft(**said, personal_data={**PEOPLE, "consent": forms})
    listing = bureau.publish(first, draft=draft, terms=terms)

    with refused("not-permitted"):
        banks[0].accept(listing, purpose="employment", at_most="50.00 EUR")
    for bank in banks:
        contract = bank.accept(listing, purpose="lending", at_most="50.00 EUR")
        bureau.deliver(contract, first)
        bank.receive(bank.next_delivery(contract, timeout=60), to=here.folder / f"{contract.id[7:]}.csv")
    say("Two banks hold the records; then owner 2 proves that the record is wrong.")

    # The next version supersedes the listing. The old one stays in the log, and takes no more contracts.
    second = here.file("records-2.csv", "owner,paid\n1,100\n2,2000\n")
    newer = bureau.publish(second, draft=draft, terms=terms, supersedes=listing)
    assert newer.product == listing.product
    with refused("stale-listing"):
        banks[0].accept(listing, purpose="lending", at_most="50.00 EUR", reference="again")

    # Every consumer gets the correction, and is asked to erase what was wrong.
    for contract in bureau.contracts(listing):
        bureau.deliver(contract, second, sequence=2, corrects=1)
        bureau.recall(contract, "correction", within="P7D", deliveries=[1], text="Owner 2 was wrong.")

    for bank in banks:
        contract = bank.contracts(listing).one()
        better = bank.next_delivery(contract, timeout=60)
        assert better.act.corrects == 1
        bank.receive(better, to=here.folder / f"{better.id[7:]}.csv")
        [notice] = [event for event in bank.events() if event.type == "notice"]
        done = bank.confirm_deletion(contract, "overwritten", recall=notice, deliveries=[1])
        say(f"{contract.consumer_name} has the correction, and erased delivery 1: entry {done.index}.")
