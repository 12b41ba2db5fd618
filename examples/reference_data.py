"""Where clinics are, every day anew: how fresh it has to be, when it is due, and what happens if it does not come.

Needs: D3.
"""

from place import place, refused, say

import lading

CLINICS = "clinic,lat,lon,open\nNorth,51.9,-8.4,yes\n"

with place(declarations=["validity"]) as here:
    health = here.party("Health Board", kind="public-body")
    app = here.party("Maps GmbH", "DE")
    about = {
        "title": "Clinics and water points",
        "provenance": {"source": "Reports of the districts", "collection": "administrative-record"},
        "authorised_by": "Health Board, order 7",
        "classification": {
            "grade": "general",
            "graded_by": "Health Board",
            "reason": "places without visitors",
        },
    }

    # Two deliveries, each one second after the other, so that the example does not take days.
    daily = lading.Terms("5.00 EUR", schedule={"first": "PT1S", "every": "PT1S", "deliveries": 2})
    with refused("declaration-missing"):
        health.publish(None, draft=here.draft(**about), terms=daily)
    valid = {
        "since": "2026-11-01T00:00:00.000Z",
        "until": "2026-12-01T00:00:00.000Z",
        "freshness": "P1D",
        "rhythm": "P1D",
    }
    listing = health.publish(None, draft=here.draft(**about, validity=valid), terms=daily)
    seen = app.search("clinics").one().act.validity
    say(f"Valid until {seen.until[:10]}, never older than {seen.freshness}, a new one each {seen.rhythm}.")

    # Nothing comes. The exchange itself records that each delivery did not come when it was due.
    contract = app.accept(listing, purpose="navigation", at_most="5.00 EUR")
    lapses = []
    for event in app.events(after=contract.index, types=("lapse",), follow=True):
        lapses.append(event.statement.act)
        if len(lapses) == 2:
            break
    assert [lapse.sequence for lapse in lapses] == [1, 2]
    say("Neither delivery came when it was due, and the log says so, by number.")
    late = here.file("clinics.csv", CLINICS)
    with refused("sequence-taken"):
        health.deliver(contract, late)
    with refused("schedule-exhausted"):
        health.deliver(contract, late, sequence=3)

    # The consumer has something to claim with, signed by neither of the two.
    claim = app.complain(event, "not-delivered")
    assert health.statement(claim).act.ground == "not-delivered"
    say("The consumer claims: not delivered.")

    # With a calmer schedule, a day each, the first delivery is in time.
    calm = lading.Terms("5.00 EUR", schedule={"first": "P1D", "every": "P1D", "deliveries": 30})
    newer = health.publish(None, draft=here.draft(**about, validity=valid), terms=calm, supersedes=listing)
    contract = app.accept(newer, purpose="navigation", at_most="5.00 EUR")
    health.deliver(contract, late)
    got = app.receive(app.next_delivery(contract, timeout=60), to=here.folder / "received.csv")
    assert got.evidence.verdict.status is lading.Status.VALID
    say("Today's places were received.")
