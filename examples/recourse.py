"""Something is wrong: claim, evidence, answer and ruling; whoever judges verifies it offline, without an account.

Needs: W1; in part P2.
"""

from place import place, refused, say

import lading

with place() as here:
    provider = here.party("Weather Ltd")
    consumer = here.party("Skyways GmbH", "DE")
    arbiter = here.party("Chamber of Arbitration", kind="association", roles=("arbiter",))
    file = here.file("rain.csv", "station,mm\n1,4\n2,-999\n")
    terms = lading.Terms("60.00 EUR", arbiter=arbiter.session.me, dispute_window="P14D", law="IE")
    listing = provider.publish(file, title="Rain", source="Our stations", collection="sensor", terms=terms)
    contract = consumer.accept(listing, purpose="research", at_most="60.00 EUR")
    delivery = provider.deliver(contract, file)

    # What was not received yet is refused by its receipt, not disputed.
    with refused("dispute-window-closed"):
        consumer.complain(delivery, "quality")
    got = consumer.receive(consumer.next_delivery(contract, timeout=60), to=here.folder / "received.csv")
    photo = here.file("measurements.txt", "Station 2 measured nothing: -999 is no rain.\n")
    claim = consumer.complain(
        delivery, "quality", text="Half of it is empty.", evidence=[photo], remedy="refund"
    )
    with refused("claim-taken"):
        consumer.complain(delivery, "quality", text="And another thing.")
    provider.answer(claim, "denied", text="-999 stands for no measurement, as the schema says.")
    say("Claimed and answered. The arbiter was named in the terms, before anybody had a reason to quarrel.")

    # Nobody else rules, and the parties least of all.
    with refused("wrong-party"):
        provider.rule(claim, "dismissed")
    ruling = arbiter.rule(
        claim, "upheld", remedy="refund", amount="30.00 EUR", text="Half of it is half a price."
    )
    with refused("claim-not-open"):
        arbiter.rule(claim, "dismissed")
    assert consumer.state(claim).name == "ruled"
    say("Ruled: 30.00 EUR back.")

    # Ruling, claim, delivery, receipt and contract make one file. A court needs no account for it.
    consumer.evidence(ruling).save(here.folder / "ruling.lading.json")
    got.evidence.save(here.folder / "trade.lading.json")
    trust = here.file("trust.policy", consumer.trust_policy())
    here.stop()
    verdict = lading.verify(here.folder / "ruling.lading.json", trust)
    assert verdict.status is lading.Status.VALID, verdict
    acts = {event.type for event in verdict.story}
    assert {"acceptance", "delivery", "claim", "ruling"} <= acts, acts
    verdict = lading.verify(here.folder / "trade.lading.json", trust, content=got.path, salts=got.salts)
    assert verdict.status is lading.Status.VALID
    say(f"In court, offline: {verdict.summary}")

    # A file that was changed afterwards is not what was delivered, and that is computed too.
    better = here.file("other.csv", "station,mm\n1,4\n2,7\n")
    verdict = lading.verify(here.folder / "trade.lading.json", trust, content=better, salts=got.salts)
    assert verdict.status is lading.Status.INVALID
    say(f"With another file: {verdict.summary}")
