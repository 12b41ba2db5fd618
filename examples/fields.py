"""A trade secret stays one: only the licensed fields leave the house, and public statements hold none of it.

Needs: W9.
"""

from place import place, refused, say

import lading

RECIPE = "batch,temperature,catalyst\n" + "".join(f"{n},{180 + n % 9},secret-{n % 7}\n" for n in range(500))
SHOWN = ("batch", "temperature")


def without_the_secret(table: str) -> str:
    """The table with the licensed columns only."""
    return "".join(",".join(row.split(",")[:2]) + "\n" for row in table.splitlines())


with place() as here:
    maker = here.party("Fine Chemicals Ltd")
    buyer = here.party("Skyways GmbH", "DE")
    whole = here.file("recipe.csv", RECIPE)

    # The listing commits to the whole file by a salted root: a right guess of the file looks like a wrong one.
    # Details are a document of which the public statement holds the digest.
    details = here.document("dictionary.txt", "Column catalyst: see the licence.\n")
    draft = here.draft(
        title="Process data",
        provenance={"source": "Our reactor", "collection": "sensor"},
        documents=[{"role": "dictionary", "document": details}],
    )
    listing = maker.publish(whole, draft=draft, terms=lading.Terms("90.00 EUR"))
    said = listing.act.model_dump_json()
    assert "secret" not in said
    clear = lading.draft(whole, clear=True, sample=False)
    assert clear.members["content_root"] != listing.act.content_root
    say("The public listing holds a salted root, which no guess of the file leads to.")

    # Two columns of three are licensed. The delivery says which, and the rest was never sent.
    contract = buyer.accept(listing, purpose="research", at_most="90.00 EUR")
    licensed = here.file("licensed.csv", without_the_secret(RECIPE))
    maker.deliver(contract, licensed, fields=SHOWN)
    delivery = buyer.next_delivery(contract, timeout=60)
    assert delivery.act.fields == SHOWN
    try:
        buyer.receive(delivery, to=here.folder / "received.csv")
    except lading.ContentMismatch as mismatch:
        say(f"  the buyer is asked: {mismatch}.")
    got = buyer.receive(delivery, to=here.folder / "received.csv", accept_marked=True)
    assert "secret" not in got.path.read_text()
    say("Received as agreed: two columns, and no catalyst in them.")

    # What belongs to the contract does not exist for anybody else, and what is public has no secret in it.
    stranger = here.party("Curious Ltd")
    for thing in (contract, delivery, got):
        with refused("not-found"):
            stranger.statement(thing)
    public = [event.type for event in stranger.events()]
    assert set(public) == {"participant", "admission", "listing"}, public
    for held in (here.folder / "exchange").rglob("*"):
        assert not held.is_file() or b"secret-" not in held.read_bytes()
    say("A stranger sees participants and listings only, and nothing at the exchange holds the secret.")
