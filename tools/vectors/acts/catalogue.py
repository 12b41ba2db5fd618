"""Admissions and listings."""

from __future__ import annotations

from typing import Any

from tools.vectors.contents import described as content
from tools.vectors.files import VectorFile
from tools.vectors.primitives import digest, key, moment
from tools.vectors.scenarios import PROMISED, STANDING, admit, listing, market, rotated
from tools.vectors.world import DELAY, Candidates, effect


def admissions() -> VectorFile:
    """The rules of admissions; which state permits which status is in `lifecycle/participant.json`."""
    cases = Candidates("admission/rules.json", "Admissions: by whom, and about whom.")
    world = market()
    dave = world.id("dave")

    def text(**members: Any) -> str:
        whole = {"participant": dave, "status": "admitted", "roles": [], **members}
        return world.say("exchange", "admission", **whole)

    admitted = effect("participant", dave, state="admitted", roles=["consumer"])
    said = text(roles=["consumer"], checks=[{"kind": "commercial-register"}])
    cases.accept(
        "admits", "The exchange admits somebody who is pending.", world, said, admitted, about=["LAD-ADM-003"]
    )
    changed = effect("participant", world.id("acme"), state="admitted", roles=["consumer"])
    roles = text(participant=world.id("acme"), roles=["consumer"])
    cases.accept(
        "changes-roles", "The exchange admits somebody again, in another role.", world, roles, changed
    )
    acme: dict[str, Any] = {"participant": dave, "status": "admitted", "roles": ["provider"]}
    cases.refuse(
        "by-a-participant",
        "A participant admits another one.",
        world,
        world.say("acme", "admission", **acme),
        "wrong-issuer",
        pointer="/issuer",
    )
    itself = {**acme, "participant": world.id("acme")}
    by_itself = world.say("acme", "admission", **itself)
    cases.refuse(
        "by-itself", "A participant admits itself.", world, by_itself, "wrong-issuer", pointer="/issuer"
    )
    pretended = world.say("exchange", "admission", signer=key("acme"), **acme)
    situation = "A participant speaks in the exchange's name."
    cases.refuse("pretended", situation, world, pretended, "unknown-key", flags=["forged"])
    after = rotated(world, "dave", "dave-next", "dave-next-2")
    unknown = {
        "nobody": ("an id that nobody has", world, digest(b"nobody")),
        "listing": ("the id of a listing", world, world.id("roads")),
        "successor": ("the id of a participant's second statement", after, after.heads["dave"].under),
    }
    for name, (what, log, identifier) in unknown.items():
        said = log.say("exchange", "admission", participant=identifier, status="admitted", roles=[])
        situation = f"An admission of {what}."
        cases.refuse(name, situation, log, said, "unknown-participant", pointer="/participant")
    for status in ("admitted", "expelled"):
        said = text(participant=world.id("exchange"), status=status)
        situation = f"The exchange says of itself that it is {status}."
        cases.refuse(
            f"itself-{status}", situation, world, said, "admission-not-in-table", about=["LAD-ADM-003"]
        )
    return cases.file


def listings() -> VectorFile:
    """The rules of listings."""
    cases = Candidates("listing/rules.json", "Listings: who lists, and how versions follow each other.")
    _first_versions(cases)
    _successors(cases)
    return cases.file


def _first_versions(cases: Candidates) -> None:
    world = market()
    plain = world.say("acme", "listing", **listing())
    new = digest(plain.encode())
    record = effect("listing", new, product=new, provider=world.id("acme"), state="listed", accepted=0)
    cases.accept("first-version", "A new product.", world, plain, record)
    promising = world.say("acme", "listing", **listing(standing=STANDING, **content(PROMISED)))
    record = effect("listing", digest(promising.encode()), promise=content(PROMISED))
    cases.accept(
        "promising",
        "A new product with standing terms, which promises its content.",
        world,
        promising,
        record,
    )
    soon = world.say(
        "acme", "listing", **listing(standing={**STANDING, "expires_at": moment(world.now + DELAY)})
    )
    situation = "Standing terms that expire at the millisecond of the registration."
    cases.accept("expires-now", situation, world, soon, flags=["boundary", "time"], about=["LAD-LST-004"])
    late = world.now + DELAY + 1
    cases.refuse(
        "expired",
        "Standing terms that expired a millisecond before the registration.",
        world,
        soon,
        "already-expired",
        clock=late,
        pointer="/standing/expires_at",
        flags=["boundary", "time"],
    )
    pending = world.say("dave", "listing", **listing())
    cases.refuse("pending", "A listing by somebody who is pending.", world, pending, "not-admitted")
    for status in ("suspended", "expelled"):
        after = admit(world, "acme", "provider", status=status)
        said = after.say("acme", "listing", **listing())
        cases.refuse(status, f"A listing by somebody who is {status}.", after, said, "not-admitted")
    consumer = world.say("buyer", "listing", **listing())
    cases.refuse("no-provider", "A listing by somebody who is no provider.", world, consumer, "missing-role")
    again = admit(admit(world, "acme", "provider", status="suspended"), "acme", "provider")
    said = again.say("acme", "listing", **listing())
    cases.accept("admitted-again", "A listing by somebody who was suspended and admitted again.", again, said)


def _successors(cases: Candidates) -> None:
    world = market()
    newer = world.say("acme", "listing", **listing(supersedes=world.id("roads")))
    new = digest(newer.encode())
    effects = [
        effect("listing", new, product=world.id("roads"), state="listed"),
        effect("listing", world.id("roads"), state="superseded", closed_by=new),
        effect("offer", world.id("ask"), state="open"),
        effect("contract", world.id("deal"), state="active", listing=world.id("roads")),
    ]
    cases.accept("successor", "A newer version: offers and contracts are untouched.", world, newer, *effects)
    third = world.say("acme", "listing", **listing(supersedes=world.id("signs-2")))
    record = effect("listing", digest(third.encode()), product=world.id("signs"), state="listed")
    cases.accept(
        "third-version", "A third version belongs to the product of the first one.", world, third, record
    )
    bad = {
        "stale": ("A successor of a superseded version.", "acme", "signs", "stale-listing", "signs-2"),
        "withdrawn": (
            "A successor of a withdrawn version.",
            "acme",
            "bikes",
            "listing-not-open",
            "no more bikes",
        ),
        "of-another": ("A successor of somebody else's listing.", "carol", "roads", "not-author", None),
        "of-an-offer": ("A successor of an offer.", "acme", "ask", "unknown-statement", None),
    }
    for name, (situation, by, old, code, winner) in bad.items():
        said = world.say(by, "listing", **listing(supersedes=world.id(old)))
        holder = None if winner is None else world.id(winner)
        cases.refuse(name, situation, world, said, code, pointer="/supersedes", winner=holder)
    nowhere = world.say("acme", "listing", **listing(supersedes=digest(b"nowhere")))
    situation = "A successor of nothing."
    cases.refuse("of-nothing", situation, world, nowhere, "unknown-statement", pointer="/supersedes")
