"""A cautious company tries it out: an exchange for trials, only commitments leave the house, nobody pays.

Needs: P7.
"""

from place import place, refused, say

import lading

with place(contracts="trial") as here:
    maker = here.party("Cautious Pumps Ltd")
    buyer = here.party("Skyways GmbH", "DE")
    file = here.file("pumps.csv", "pump,hours\n" + "".join(f"{n},{n * 7}\n" for n in range(1000)))

    # The listing commits to the file by a salted root: no byte leaves this machine, and no guess can be tested.
    about = {"title": "Pump hours", "source": "Our own pumps", "collection": "sensor"}
    earnest = maker.publish(file, **about, terms=lading.Terms("100.00 EUR"))
    with refused("trial-only"):
        buyer.accept(earnest, purpose="research", at_most="100.00 EUR")

    # The same terms, for trial: everything is signed, logged and delivered, and nothing is owed.
    listing = maker.publish(file, **about, terms=lading.Terms("100.00 EUR", trial=True), supersedes=earnest)
    contract = buyer.accept(listing, purpose="research", at_most="100.00 EUR")
    maker.deliver(contract, file)
    got = buyer.receive(buyer.next_delivery(contract, timeout=60), to=here.folder / "received.csv")
    assert got.path.read_bytes() == file.read_bytes()
    with refused("trial-contract"):
        maker.invoice(contract, "100.00 EUR", "R-1")

    # The auditor has two files, and neither an account nor a network.
    got.evidence.save(here.folder / "trial.lading.json")
    trust = here.file("trust.policy", buyer.trust_policy())
    here.stop()
    verdict = lading.verify(here.folder / "trial.lading.json", trust, content=got.path, salts=got.salts)
    assert verdict.status is lading.Status.VALID
    say(verdict.summary)
