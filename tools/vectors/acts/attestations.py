"""Attestations: by whom, about what, and which word counts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tools.vectors import recourse
from tools.vectors import running as of
from tools.vectors.files import VectorFile
from tools.vectors.primitives import b64url, digest, key, moment
from tools.vectors.primitives import statement as signed
from tools.vectors.scenarios import admit, listing, market, newcomer, say
from tools.vectors.world import DAY, DELAY, Candidates, World, effect

KINDS = (
    "authorisation",
    "compliance",
    "conformance",
    "export-assessment",
    "provenance",
    "quality",
    "security-assessment",
    "surveying",
    "valuation",
)
"""What an assessor can look at."""


def file() -> VectorFile:
    """The rules of attestations; their states are in `lifecycle/attestation.json`."""
    about = "Attestations: by whom, about what, until when, and which word counts."
    cases = Candidates("attestation/rules.json", about, "eve", "frank")
    _good(cases)
    _newest(cases)
    _subjects(cases)
    _grants(cases)
    _parties(cases)
    _relations(cases)
    _assessors(cases)
    _expiry(cases)
    _signatures(cases)
    return cases.file


def attested(world: World, about: str, **members: Any) -> dict[str, Any]:
    """The members of an attestation."""
    return {"statement": world.id(about), "kind": "quality", "outcome": "passed", **members}


def signature(world: World, about: str, **members: Any) -> dict[str, Any]:
    """The members of a second signature."""
    signs = {"suite": "ml-dsa-65", "signature": b64url(b"not verified")}
    return attested(world, about, kind="second-signature", outcome="noted", **signs, **members)


def assurance(world: World, about: str, kind: str = "quality", **record: Any) -> dict[str, Any]:
    """The newest word of a kind."""
    return effect("assurance", f"{world.id(about)}#{kind}", **record)


def _good(cases: Candidates) -> None:
    world = of.with_assessor()
    for kind in KINDS:
        text = world.say("dave", "attestation", **attested(world, "roads", kind=kind))
        said = digest(text.encode())
        record = effect("attestation", said, about=world.id("roads"), sort=kind, state="standing")
        newest = assurance(world, "roads", kind, attestation=said, outcome="passed", standing=True)
        situation = f"An assessor attests to a listing: {kind}."
        cases.accept(kind, situation, world, text, record, newest, about=["LAD-ATT-005"])
    for name in ("dave", "admitted buyer", "no more bikes"):
        text = world.say("dave", "attestation", **attested(world, name, outcome="noted"))
        situation = f"An attestation to something else that is public: {name}."
        about = ["LAD-ATT-003"]
        if name == "dave":
            situation = "An attestation to the assessor's own statement about itself."
            cases.refuse("of-itself", situation, world, text, "wrong-party", about=about)
        else:
            cases.accept(f"of-{name.replace(' ', '-')}", situation, world, text, about=about)


def _newest(cases: Candidates) -> None:
    world = of.with_assessor()
    before = say(world, "passed", "dave", "attestation", **attested(world, "roads"))
    text = before.say("dave", "attestation", **attested(before, "roads", outcome="failed"))
    newest = assurance(world, "roads", attestation=digest(text.encode()), outcome="failed", standing=True)
    old = effect("attestation", before.id("passed"), state="standing")
    situation = "A newer word about the same statement, of the same kind."
    cases.accept("newer", situation, before, text, newest, old)
    text = before.say("dave", "attestation", **attested(before, "roads", kind="valuation"))
    newest = assurance(world, "roads", attestation=before.id("passed"), outcome="passed", standing=True)
    situation = "A newer word of another kind."
    cases.accept("newer-of-another-kind", situation, before, text, newest)


def _subjects(cases: Candidates) -> None:
    world = of.with_assessor()
    hidden = {"offer": "ask", "contract": "deal", "delivery": "sent", "receipt": "got-2"}
    for kind, name in hidden.items():
        text = world.say("dave", "attestation", **attested(world, name))
        situation = f"An assessor attests to what lies between others: {kind}."
        cases.refuse(f"hidden-{kind}", situation, world, text, "unknown-statement", pointer="/statement")
    text = world.say("dave", "attestation", **attested(world, "roads", statement=digest(b"nowhere")))
    cases.refuse(
        "of-nothing", "An attestation to nothing.", world, text, "unknown-statement", pointer="/statement"
    )


def _grants(cases: Candidates) -> None:
    """An assessor to whom a party opened the contract attests to what belongs to it."""
    world = admit(recourse.judged(), "dave", "assessor")
    world = say(world, "granted", "acme", "grant", **recourse.grant(world))
    about, until = ["LAD-ATT-008"], parse(recourse.grant(world)["until"])
    for name in ("judged", "goods"):
        text = world.say("dave", "attestation", **attested(world, name, grant=world.id("granted")))
        newest = assurance(world, name, attestation=digest(text.encode()), standing=True)
        situation = f"An assessor attests to what a grant opened to it: {name}."
        cases.accept(f"granted-{name}", situation, world, text, newest, about=about)
    refused: dict[str, tuple[str, dict[str, Any], str]] = {
        "no-grant-named": ("goods", {}, "/statement"),
        "granted-other-contract": ("sent", {"grant": world.id("granted")}, "/statement"),
        "granted-public": ("roads", {"grant": world.id("granted")}, "/statement"),
        "granted-nothing": ("goods", {"grant": digest(b"nowhere")}, "/grant"),
        "granted-by-a-delivery": ("goods", {"grant": world.id("goods")}, "/grant"),
    }
    for case, (name, members, pointer) in refused.items():
        text = world.say("dave", "attestation", **attested(world, name, **members))
        situation = f"An assessor attests to {name}: {case.replace('-', ' ')}."
        cases.refuse(case, situation, world, text, "unknown-statement", pointer=pointer, about=about)
    others = admit(world, "acme", "provider", "assessor")
    text = others.say("acme", "attestation", **attested(others, "goods", grant=world.id("granted")))
    situation = "The party that gave the grant attests by it."
    cases.refuse(
        "granted-to-another", situation, others, text, "unknown-statement", pointer="/grant", about=about
    )
    gone = say(world, "taken back", "acme", "withdrawal", statement=world.id("granted"))
    text = gone.say("dave", "attestation", **attested(gone, "goods", grant=world.id("granted")))
    situation = "The grant was withdrawn."
    cases.refuse(
        "granted-withdrawn", situation, gone, text, "unknown-statement", pointer="/grant", about=about
    )
    flags = ["boundary", "time"]
    members = attested(world, "goods", grant=world.id("granted"), issued_at=moment(until))
    text = world.say("dave", "attestation", **members)
    situation = "At the millisecond at which the grant ends."
    cases.accept("granted-until", situation, world, text, clock=until, about=about, flags=flags)
    situation = "A millisecond after the grant."
    late = until + 1
    cases.refuse(
        "granted-over",
        situation,
        world,
        text,
        "unknown-statement",
        pointer="/grant",
        clock=late,
        about=about,
        flags=flags,
    )


def parse(text: str) -> int:
    """Milliseconds since the epoch of a time."""
    moment_ = datetime.fromisoformat(text)
    return int(moment_.timestamp()) * 1000 + moment_.microsecond // 1000


def _parties(cases: Candidates) -> None:
    world = of.with_assessor()
    both = admit(admit(world, "acme", "provider", "assessor"), "buyer", "consumer", "assessor")
    about = ["LAD-ATT-003"]
    for who, name in (
        ("acme", "roads"),
        ("acme", "bound"),
        ("buyer", "bound"),
        ("buyer", "sent"),
        ("acme", "ask"),
    ):
        text = both.say(who, "attestation", **attested(both, name))
        situation = f"An assessor who is its author or party attests: {who} to {name}."
        cases.refuse(f"{who}-to-{name}", situation, both, text, "wrong-party", about=about)
    text = both.say("buyer", "attestation", **attested(both, "roads"))
    situation = "An assessor who is a consumer of the listing attests to it."
    cases.accept("consumer-of-the-listing", situation, both, text, about=about)
    text = both.say("exchange", "attestation", **attested(both, "deal"))
    situation = "The exchange, which reads everything, attests to what lies between others."
    cases.accept("by-the-exchange", situation, both, text, about=["LAD-ATT-005"])


def _joined(world: World, name: str, role: str, **members: Any) -> World:
    """The world after somebody registered, and was admitted."""
    world = world.joined(name, signed({**newcomer(world, name), **members}, key(name)), key(name))
    return admit(world, name, role)


def _relations(cases: Candidates) -> None:
    world, about = market(), ["LAD-ATT-003"]
    for name, party in (("author", world.id("acme")), ("buyer", world.id("buyer"))):
        there = _joined(world, "eve", "assessor", related=[{"party": party, "relation": "affiliate"}])
        text = there.say("eve", "attestation", **attested(there, "roads"))
        situation = f"The assessor calls somebody related: {name}."
        if name == "author":
            cases.refuse("related-author", situation, there, text, "wrong-party", about=about)
        else:
            cases.accept("related-to-another", situation, there, text, about=about)
    there = _joined(world, "eve", "assessor", identifiers=["lei:529900T8BM49AURSDO55"])
    calls = [{"party": "lei:529900T8BM49AURSDO55", "relation": "controls"}]
    there = _joined(there, "frank", "provider", related=calls)
    there = say(there, "francs", "frank", "listing", **listing())
    text = there.say("eve", "attestation", **attested(there, "francs"))
    situation = "The author calls an identifier of the assessor related."
    cases.refuse("related-by-the-author", situation, there, text, "wrong-party", about=about)


def _assessors(cases: Candidates) -> None:
    world = of.with_assessor()
    about = ["LAD-ATT-005"]
    text = market().say("dave", "attestation", **attested(market(), "roads"))
    cases.refuse("pending", "An assessor who is pending.", market(), text, "not-admitted", about=about)
    for status in ("suspended", "expelled"):
        after = admit(world, "dave", status=status)
        text = after.say("dave", "attestation", **attested(after, "roads"))
        cases.refuse(status, f"An assessor who is {status}.", after, text, "not-admitted", about=about)
    text = world.say("carol", "attestation", **attested(world, "roads"))
    situation = "Somebody who is admitted, and not as assessor."
    cases.refuse("no-assessor", situation, world, text, "missing-role", about=about)


def _expiry(cases: Candidates) -> None:
    world = of.with_assessor()
    clock, flags, about = world.now + DELAY, ["boundary", "time"], ["LAD-ATT-006"]
    for name, end in (("now", clock), ("before", clock - 1), ("later", clock + 365 * DAY)):
        text = world.say("dave", "attestation", **attested(world, "roads", expires_at=moment(end)))
        situation = f"It expires at a time that is, seen from its registration: {name}."
        if name == "before":
            cases.refuse(
                f"expires-{name}", situation, world, text, "already-expired", about=about, flags=flags
            )
        else:
            newest = assurance(world, "roads", expires_at=end, standing=True)
            marked = flags if name == "now" else []
            cases.accept(f"expires-{name}", situation, world, text, newest, about=about, flags=marked)


def _signatures(cases: Candidates) -> None:
    world = of.with_assessor()
    about = ["LAD-ATT-004"]
    for who, name in (("acme", "roads"), ("buyer", "deal"), ("exchange", "admitted acme")):
        text = world.say(who, "attestation", **signature(world, name))
        record = effect("attestation", digest(text.encode()), sort="second-signature", state="standing")
        situation = f"The author adds a second signature: {who}."
        cases.accept(f"signature-{who}", situation, world, text, record, about=about)
    expelled = admit(world, "acme", status="expelled")
    text = expelled.say("acme", "attestation", **signature(expelled, "roads"))
    situation = "An author who was expelled adds a second signature."
    cases.accept("signature-expelled", situation, expelled, text, about=["LAD-ATT-005"])
    for who, name in (("dave", "roads"), ("acme", "deal")):
        text = world.say(who, "attestation", **signature(world, name))
        situation = f"Somebody else adds a second signature: {who} to {name}."
        cases.refuse(f"signature-by-{who}", situation, world, text, "wrong-party", about=about)


def add_withdrawals(cases: Candidates) -> None:
    """Add the withdrawals of attestations, and of what cannot be withdrawn."""
    world = of.with_assessor()
    first = say(world, "first", "dave", "attestation", **attested(world, "roads"))
    text = first.say("dave", "withdrawal", statement=first.id("first"))
    gone = effect("attestation", first.id("first"), state="withdrawn", closed_by=digest(text.encode()))
    newest = assurance(first, "roads", attestation=first.id("first"), standing=False)
    cases.accept("attestation", "The only attestation of its kind is withdrawn.", first, text, gone, newest)
    second = say(first, "second", "dave", "attestation", **attested(first, "roads", outcome="failed"))
    for name, standing in (("first", True), ("second", False)):
        text = second.say("dave", "withdrawal", statement=second.id(name))
        newest = assurance(second, "roads", attestation=second.id("second"), standing=standing)
        situation = f"Of two attestations of one kind one is withdrawn: the {name}."
        cases.accept(f"attestation-{name}", situation, second, text, newest)
    text = second.say("acme", "withdrawal", statement=second.id("second"))
    situation = "The author of the listing withdraws what an assessor said about it."
    cases.refuse("attestation-of-another", situation, second, text, "not-author", pointer="/statement")
    expelled = admit(first, "dave", status="expelled")
    text = expelled.say("dave", "withdrawal", statement=expelled.id("first"))
    situation = "An assessor who was expelled withdraws what it said."
    cases.accept("attestation-expelled", situation, expelled, text, about=["LAD-ADM-004"])
    contract = of.suspended(of.running())
    text = contract.say("acme", "withdrawal", statement=contract.id("suspended"))
    cases.refuse(
        "notice", "The withdrawal: notice.", contract, text, "not-withdrawable", pointer="/statement"
    )
    text = contract.say("carol", "withdrawal", statement=contract.id("suspended"))
    situation = "A stranger tries to find out what stands behind an id: notice."
    cases.refuse(
        "notice-between-others", situation, contract, text, "unknown-statement", pointer="/statement"
    )
