"""A city's listing is found at its province's exchange, and contracted from there without an account at the city.

Needs: P1.
"""

from place import place, say, soon

import lading

TERMS = lading.Terms("100.00 EUR")

with place() as city, place() as province:
    city.follow(province)
    province.follow(city)
    mapper = city.party("Acme Maps Ltd")
    planner = province.party("Planning Office GmbH", "DE")

    roads = city.file("roads.csv", "road,lanes\nN71,2\n")
    listing = mapper.publish(roads, title="Roads", source="Own survey", collection="sensor", terms=TERMS)

    # The province follows the city's log: every statement is verified there, and shown with the city's own proof.
    found = soon(lambda: planner.search("Roads").first())
    assert found.id == listing.id
    assert found.home == mapper.session.peer.exchange
    say("Listed once, and found at the other exchange.")

    # The listing's home decides. It follows the province, so it knows the planner's keys, and takes it in as a guest.
    with planner.visit(found) as abroad:
        contract = abroad.accept(found, purpose="planning", at_most="100.00 EUR")
        mapper.deliver(contract, roads)
        got = abroad.receive(abroad.next_delivery(contract, timeout=60), to=province.folder / "roads.csv")
        trust = province.file("trust.policy", abroad.trust_policy())
    assert (province.folder / "roads.csv").read_bytes() == roads.read_bytes()
    say("Contracted, delivered and received at an exchange where the planner has no account.")

    # One log's key proves all of it, with both exchanges gone.
    evidence = province.folder / "evidence.lading.json"
    got.evidence.save(evidence)
    city.stop()
    province.stop()
    verdict = lading.verify(evidence, trust)
    assert verdict.status is lading.Status.VALID
    say(verdict.summary)
