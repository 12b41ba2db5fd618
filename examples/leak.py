"""A copy of the data turns up where it should not be: each delivery was unique, so the sample leads to one of them.

Needs: W3.
"""

from place import place, refused, say

import lading

ROWS = [f"{n},{n * n % 97}" for n in range(2000)]


def marked_for(number: int) -> str:
    """The table as one consumer gets it: one value in a hundred differs, at places of its own."""
    return "part,wear\n" + "\n".join(
        f"{row}{number if n % 100 == number else 0}" for n, row in enumerate(ROWS)
    )


with place() as here:
    maker = here.party("Engines Ltd")
    buyers = [here.party("Northwind plc"), here.party("Southwind AG", "DE")]
    listing = maker.publish(
        None,
        title="Wear of parts",
        source="Our engines",
        collection="sensor",
        terms=lading.Terms("70.00 EUR"),
    )

    deliveries = []
    for number, buyer in enumerate(buyers, start=1):
        contract = buyer.accept(listing, purpose="maintenance", at_most="70.00 EUR")
        file = here.file(f"for-{number}.csv", marked_for(number))
        delivery = maker.deliver(contract, file, marked=f"customer-{number}")
        taken = buyer.next_delivery(contract, timeout=60)
        buyer.receive(taken, to=here.folder / f"received-{number}.csv", accept_marked=True)
        deliveries.append(delivery)

    # Own shares, own keys, own manifest: the two deliveries have no ciphertext in common, and their roots differ.
    one, two = (delivery.act for delivery in deliveries)
    assert one.content_root != two.content_root
    assert one.sealed.manifest_root != two.sealed.manifest_root
    assert (one.marked, two.marked) == ("customer-1", "customer-2")
    say("Two consumers, two deliveries, each with its own mark, key and manifest.")

    # Somebody publishes ten lines. Only one of the two deliveries holds all of them.
    found = here.file("found.txt", "\n".join(marked_for(2).splitlines()[98:108]) + "\n")
    lines = set(found.read_text().splitlines())
    sources = [d for n, d in enumerate(deliveries, start=1) if lines <= set(marked_for(n).splitlines())]
    assert sources == deliveries[1:]
    say("The lines that were found are those of customer-2.")

    # The claim ties the sample to that delivery: its digest is signed, and its bytes go to those who may read it.
    claim = maker.complain(sources[0], "leak", evidence=[found], text="Found on a public page.")
    with refused("wrong-party"):
        buyers[0].complain(deliveries[0], "leak", evidence=[found])
    with refused("not-found"):
        buyers[0].statement(claim)
    said = buyers[1].statement(claim).act
    assert said.statement == deliveries[1].id
    say(f"Southwind AG is asked about delivery {said.statement[:14]}…, and nobody else hears of it.")
    buyers[1].answer(claim, "conceded", text="A laptop was stolen.")
