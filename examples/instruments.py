"""The rules change while a contract runs: it pinned them by version, so it stops without a breach, and goes on amended.

Needs: W2, W7.
"""

from place import place, refused, say

import lading

DRAFT_RULES = {
    "id": "urn:example:data-trade-measures",
    "version": "draft 2",
    "status": "draft",
    "reopen": True,
}
CHARTER = {"id": "urn:example:charter", "version": "1", "status": "in-force"}
LEAVE = {"by": ["consumer"], "notice": "P14D"}

with place() as here:
    provider = here.party("Registry Data Ltd")
    consumer = here.party("Skyways GmbH", "DE")
    terms = lading.Terms(
        "80.00 EUR", instruments=[DRAFT_RULES, CHARTER], termination={"by": ["consumer"], "notice": "P14D"}
    )
    file = here.file("firms.csv", "firm,seat\n1,Cork\n")
    about = {"title": "Firms", "source": "Our register", "collection": "authoritative-register"}
    listing = provider.publish(file, **about, terms=terms)
    contract = consumer.accept(listing, purpose="research", at_most="80.00 EUR")
    say("A contract under draft 2 of the measures, which says what happens when the draft changes.")

    # Only an instrument that was agreed to be a reason is one. No other suspension was agreed on.
    with refused("suspension-not-agreed"):
        consumer.suspend(contract, "second-thoughts")
    with refused("suspension-not-agreed"):
        consumer.suspend(contract, "law-changed", instrument=CHARTER["id"])
    consumer.suspend(contract, "law-changed", instrument=DRAFT_RULES["id"], text="The measures are in force.")
    with refused("contract-not-active"):
        provider.deliver(contract, file)
    say("Suspended: no deliveries, all deadlines stand still, and nobody is in breach.")

    # The terms are written anew, under the measures as they are in force. Both sign; the contract keeps its id.
    in_force = {**DRAFT_RULES, "version": "2026", "status": "in-force"}
    amended = lading.Terms(
        "70.00 EUR", instruments=[in_force, CHARTER], termination={"by": ["consumer"], "notice": "P14D"}
    )
    offer = provider.amend(contract, terms=amended)
    assert consumer.accept(offer, at_most="70.00 EUR").id == contract.id
    with refused("wrong-party"):
        provider.resume(contract)
    consumer.resume(contract)
    provider.deliver(contract, file)
    got = consumer.receive(consumer.next_delivery(contract, timeout=60), to=here.folder / "received.csv")
    assert consumer.state(contract).record["terms"]["instruments"][0]["status"] == "in-force"
    say("Resumed under the new terms, and delivered.")

    # Each can find out what it had agreed to and when: offers and acceptances stay in the evidence.
    story = [event.type for event in got.evidence.verdict.story]
    assert story.count("acceptance") == 2, story
    assert got.evidence.verdict.status is lading.Status.VALID

    # Who may end it, and how long before, was agreed too.
    with refused("effective-too-soon"):
        consumer.terminate(contract, "no-need", after="P1D")
    consumer.terminate(contract, "no-need")
    assert consumer.state(contract).name == "ending"
    say("Terminated with the notice period of the terms.")
