"""Images may train one kind of model and not another, and stay in two countries: terms that a function decides.

Needs: D5, W6.
"""

from place import place, refused, say

import lading

STAYS = {"storage": ["IE", "DE"], "processing": ["IE", "DE"], "access": ["IE", "DE", "FR"]}
MAY = {
    "permissions": [{"action": "read"}, {"action": "train"}, {"action": "derive"}],
    "prohibitions": [{"action": "generate"}],
    "obligations": [{"action": "attribute"}],
}

with place() as here:
    studio = here.party("Pictures Ltd")
    maker = here.party("Models GmbH", "DE")
    images = here.file("images.csv", "image,caption\n1,A street in rain\n2,A dog\n")

    # The machine-readable description of the images is a document of the listing, pinned by its digest.
    croissant = here.document("croissant.json", '{"@type": "sc:Dataset", "name": "Street scenes"}\n')
    draft = here.draft(
        title="Street scenes",
        provenance={"source": "Our photographers", "collection": "recording"},
        documents=[{"role": "croissant", "document": croissant}],
    )
    terms = lading.Terms("900.00 EUR", permissions=MAY, localisation=STAYS)
    listing = studio.publish(images, draft=draft, terms=terms)

    # The buyer says what it will do with the images, and the exchange decides by the terms.
    for actions in (("train", "generate"), ("sell",)):
        with refused("not-permitted"):
            maker.accept(listing, purpose="research", at_most="900.00 EUR", actions=actions)
    contract = maker.accept(listing, purpose="research", at_most="900.00 EUR", actions=("read", "train"))
    say("To read and to train is permitted: a contract.")

    # Generation is another purpose and another price: the provider is asked, and answers with an offer of its own.
    asked = lading.Terms(
        "5000.00 EUR", permissions={"permissions": [{"action": "generate"}]}, localisation=STAYS
    )
    wish = maker.offer(listing, terms=asked, purpose="research", actions=("generate",))
    more = studio.accept(wish, at_most="5000.00 EUR")
    assert more.terms.price.value == 5000
    say("To generate, too, under a contract of its own.")

    # Where the images are kept is part of the receipt, and has to be where the terms let them be.
    studio.deliver(contract, images)
    delivery = maker.next_delivery(contract, timeout=60)
    elsewhere = {"stored_in": ["US"], "processed_in": ["DE"], "accessed_from": ["DE"]}
    try:
        maker.receive(delivery, to=here.folder / "received.csv", **elsewhere)
    except lading.UsageProblem as problem:
        say(f"  before anything is fetched: {problem}.")
    act = delivery.act
    claimed = {"content_root": act.content_root, "size": act.size, "manifest_root": act.sealed.manifest_root}
    with refused("stored-elsewhere"):  # the exchange says it too, to clients that do not ask
        maker.issue("receipt", {"delivery": delivery, "outcome": "accepted", **claimed, **elsewhere})
    got = maker.receive(
        delivery,
        to=here.folder / "received.csv",
        stored_in=["DE"],
        processed_in=["DE"],
        accessed_from=["DE", "FR"],
    )
    assert maker.statement(got).act.stored_in == ("DE",)
    say("Received, and the receipt says: stored and processed in DE, seen from DE and FR.")
