"""Rulings: on which claim, and by whom."""

from __future__ import annotations

from tools.vectors.files import VectorFile
from tools.vectors.primitives import digest
from tools.vectors.recourse import amended, answer, claim, complained, contested, ruling
from tools.vectors.running import document, under
from tools.vectors.scenarios import admit, say
from tools.vectors.world import Candidates, World, effect


def file() -> VectorFile:
    """The rules of rulings; the states of a claim are in `lifecycle/claim.json`."""
    cases = Candidates("ruling/rules.json", "Rulings: on which claim, and by whom.")
    _good(cases)
    _wrong(cases)
    _on_listings(cases)
    return cases.file


def _good(cases: Candidates) -> None:
    world, about = complained(), ["LAD-RUL-001", "LAD-RUL-003"]
    refund = {"kind": "refund", "amount": {"amount": "40.00", "currency": "EUR"}}
    shapes: dict[str, dict[str, object]] = {
        "upheld": {"remedy": refund, "text": "Half of it is noise.", "reasons": document("reasons")},
        "settled": {"remedy": {"kind": "none"}},
        "dismissed": {},
    }
    for outcome, members in shapes.items():
        text = world.say("carol", "ruling", **ruling(world, "complaint", outcome, **members))
        parties = {
            "claimant": world.id("buyer"),
            "respondent": world.id("acme"),
            "arbiter": world.id("carol"),
        }
        made = digest(text.encode())
        effects = [
            effect(
                "ruling",
                made,
                claim=world.id("complaint"),
                outcome=outcome,
                contract=world.id("judged"),
                **parties,
            ),
            effect("claim", world.id("complaint"), state="ruled", closed_by=made),
            effect("contract", world.id("judged"), state="active"),
        ]
        cases.accept(outcome, f"The arbiter decides: {outcome}.", world, text, *effects, about=about)
    answered = say(world, "denial", "acme", "claim", **answer(world, "complaint"))
    text = answered.say("carol", "ruling", **ruling(answered, "complaint"))
    cases.accept("after-an-answer", "A claim that was answered.", answered, text, about=about)
    for status in ("suspended", "expelled"):
        barred = admit(world, "carol", status=status)
        text = barred.say("carol", "ruling", **ruling(barred, "complaint"))
        situation = f"An arbiter who is {status}."
        cases.accept(f"by-{status}", situation, barred, text, about=["LAD-ADM-004", "LAD-RUL-003"])
    anew = amended(world, "judged", arbiter=world.id("exchange"))
    text = anew.say("carol", "ruling", **ruling(anew, "complaint"))
    situation = "The terms name another arbiter by now; the claim keeps its own."
    cases.accept("arbiter-changed", situation, anew, text, about=["LAD-RUL-003"])
    text = anew.say("exchange", "ruling", **ruling(anew, "complaint"))
    situation = "The arbiter whom the terms name only since the claim."
    cases.refuse("arbiter-of-later", situation, anew, text, "unknown-statement", pointer="/claim")


def _wrong(cases: Candidates) -> None:
    world = complained()
    for by in ("buyer", "acme"):
        text = world.say(by, "ruling", **ruling(world, "complaint"))
        situation = f"A party rules: {by}."
        cases.refuse(f"by-{by}", situation, world, text, "wrong-party", about=["LAD-RUL-003", "LAD-RUL-004"])
    for by in ("dave", "exchange"):
        text = world.say(by, "ruling", **ruling(world, "complaint"))
        situation = f"Somebody rules who may not read the claim: {by}."
        cases.refuse(f"by-{by}", situation, world, text, "unknown-statement", pointer="/claim")
    answered = say(world, "denial", "acme", "claim", **answer(world, "complaint"))
    unknown = {"nothing": digest(b"nowhere"), "delivery": world.id("goods"), "answer": answered.id("denial")}
    for name, of in unknown.items():
        text = answered.say("carol", "ruling", **ruling(answered, "complaint", claim=of))
        cases.refuse(
            f"on-{name}", f"The claim is: {name}.", answered, text, "unknown-statement", pointer="/claim"
        )
    plain = under(world, "plain")
    plain = say(plain, "plain claim", "buyer", "claim", **claim(plain, "plain", "breach"))
    for by in ("acme", "buyer"):
        text = plain.say(by, "ruling", **ruling(plain, "plain claim"))
        situation = f"The terms name no arbiter; a party rules: {by}."
        cases.refuse(f"no-arbiter-{by}", situation, plain, text, "no-arbiter")
    text = plain.say("carol", "ruling", **ruling(plain, "plain claim"))
    situation = "The terms name no arbiter; an arbiter of others rules."
    cases.refuse("no-arbiter-carol", situation, plain, text, "unknown-statement", pointer="/claim")


def _on_listings(cases: Candidates) -> None:
    world = _objected(contested(), "objection", "buyer")
    text = world.say("carol", "ruling", **ruling(world, "objection", "dismissed"))
    effects = [
        effect("claim", world.id("objection"), state="ruled"),
        effect("listing", world.id("maps"), contested=0),
    ]
    situation = "The arbiter of standing terms decides on an objection to the listing."
    cases.accept("on-listing", situation, world, text, *effects, about=["LAD-RUL-003"])
    own = _objected(contested(), "own", "carol")
    text = own.say("carol", "ruling", **ruling(own, "own"))
    situation = "The arbiter of the standing terms rules on its own claim."
    cases.refuse("on-own-claim", situation, own, text, "wrong-party", about=["LAD-RUL-004"])
    twice = _objected(_objected(contested(), "one", "buyer"), "two", "carol")
    text = twice.say("carol", "ruling", **ruling(twice, "one"))
    effects = [effect("listing", twice.id("maps"), contested=1)]
    situation = "One of two objections is ruled on."
    cases.accept("one-of-two", situation, twice, text, *effects, about=["LAD-RUL-003"])
    for status, roles, code in (
        ("suspended", ("arbiter",), "not-admitted"),
        ("admitted", ("consumer",), "missing-role"),
    ):
        barred = admit(world, "carol", *roles, status=status)
        text = barred.say("carol", "ruling", **ruling(barred, "objection", "dismissed"))
        situation = f"The arbiter of standing terms is {status}, as {roles[0]}."
        cases.refuse(f"on-listing-{status}", situation, barred, text, code, about=["LAD-RUL-005"])


def _objected(world: World, name: str, by: str) -> World:
    return say(world, name, by, "claim", **claim(world, "maps", "objection"))
