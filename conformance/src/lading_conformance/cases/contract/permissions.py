"""What the terms permit is registered, and nothing else: by action, purpose, place, person, time and number."""

from __future__ import annotations

import time
from typing import Final

from lading_conformance.drivers.party import now, written_time
from lading_conformance.oracle.canonical import Json
from lading_conformance.steps import agreements, deals, expect
from lading_conformance.steps.agreements import SECOND
from lading_conformance.trial.case import Case, Trial

Rule = dict[str, Json]
SHORT_SECONDS: Final = 4
"""How long the use is permitted that comes to an end: time enough to conclude three contracts and deliver."""


def _rule(action: str, *constraints: tuple[str, str, Json]) -> Rule:
    """A rule about an action, under constraints of `left`, `operator` and `right`."""
    listed: list[Json] = [{"left": left, "operator": op, "right": right} for left, op, right in constraints]
    return {"action": action, **({"constraints": listed} if listed else {})}


def _permit(*rules: Rule, but: Rule | None = None) -> Rule:
    """Terms that permit by these rules, and prohibit by one."""
    prohibitions: Rule = {} if but is None else {"prohibitions": [but]}
    return agreements.terms(permissions={"permissions": list(rules), **prohibitions})


def _use(left: str, operator: str, right: Json) -> Rule:
    return _permit(_rule("use", (left, operator, right)))


Wanted = tuple[str, str, Rule, Rule]
"""A requirement, what is asked for, the terms, and the members of the offer that ask for it."""

BROAD: Final = (
    "read",
    "reproduce",
    "derive",
    "aggregate",
    "anonymize",
    "train",
    "generate",
    "display",
    "index",
    "look-up",
)
"""The actions that `use` includes."""
PERMITTED: Final[tuple[Wanted, ...]] = (
    ("LAD-TRM-023", "all that `use` includes", _permit(_rule("use")), {"actions": list(BROAD)}),
    (
        "LAD-TRM-023",
        "to give and sell under `transfer`",
        _permit(_rule("transfer")),
        {"actions": ["give", "sell"]},
    ),
    ("LAD-TRM-023", "`use` where `train` is prohibited", _permit(_rule("use"), but=_rule("train")), {}),
    ("LAD-TRM-026", "a purpose for itself", _use("purpose", "eq", "research"), {}),
    (
        "LAD-TRM-026",
        "a narrower purpose",
        _use("purpose", "eq", "research-and-development"),
        {"purpose": "academic-research"},
    ),
    (
        "LAD-TRM-026",
        "a purpose that is narrower by two steps",
        _use("purpose", "isAnyOf", ["marketing", "customer-management"]),
        {"purpose": "communication-for-customer-care"},
    ),
    (
        "LAD-TRM-027",
        "a purpose beside those that are left out",
        _use("purpose", "isNoneOf", ["marketing", "sport"]),
        {},
    ),
    ("LAD-TRM-027", "a use before the year 2999", _use("dateTime", "lt", "2999-01-01T00:00:00.000Z"), {}),
    ("LAD-TRM-027", "a first second", _use("elapsedTime", "lteq", "PT1S"), {}),
    ("LAD-TRM-027", "no number other than 3", _use("count", "neq", 3), {}),
    (
        "LAD-TRM-028",
        "what the second permission covers",
        _permit(_rule("use", ("purpose", "eq", "sport")), _rule("use", ("spatial", "eq", "NL"))),
        {},
    ),
    (
        "LAD-TRM-028",
        "two actions by two permissions",
        _permit(_rule("read"), _rule("sell")),
        {"actions": ["sell", "read"]},
    ),
    (
        "LAD-TRM-028",
        "a prohibition of which one constraint does not hold",
        _permit(_rule("use"), but=_rule("use", ("spatial", "eq", "NL"), ("purpose", "eq", "sport"))),
        {},
    ),
    ("LAD-TRM-061", "the consumer's country", _use("spatial", "eq", "NL"), {}),
    ("LAD-TRM-061", "the consumer's kind", _use("recipient", "isAnyOf", ["public-body", "company"]), {}),
    ("LAD-TRM-061", "a number of zero", _use("count", "eq", 0), {}),
)
"""What an offer may ask for."""

REFUSED: Final[tuple[Wanted, ...]] = (
    ("LAD-TRM-023", "to distribute under `use`", _permit(_rule("use")), {"actions": ["distribute"]}),
    ("LAD-TRM-023", "to sub-license under `use`", _permit(_rule("use")), {"actions": ["sub-license"]}),
    ("LAD-TRM-023", "to transfer under `use`", _permit(_rule("use")), {"actions": ["transfer"]}),
    ("LAD-TRM-023", "to give under `use`", _permit(_rule("use")), {"actions": ["give"]}),
    ("LAD-TRM-023", "to sell under `use`", _permit(_rule("use")), {"actions": ["sell"]}),
    ("LAD-TRM-023", "`use` where `read` is permitted", _permit(_rule("read")), {}),
    (
        "LAD-TRM-023",
        "to transfer where to give is permitted",
        _permit(_rule("give")),
        {"actions": ["transfer"]},
    ),
    (
        "LAD-TRM-023",
        "to train where `use` is prohibited",
        _permit(_rule("train"), but=_rule("use")),
        {"actions": ["train"]},
    ),
    (
        "LAD-TRM-026",
        "a broader purpose",
        _use("purpose", "eq", "academic-research"),
        {"purpose": "research-and-development"},
    ),
    (
        "LAD-TRM-026",
        "a purpose beside",
        _use("purpose", "eq", "academic-research"),
        {"purpose": "scientific-research"},
    ),
    (
        "LAD-TRM-026",
        "a narrower one of what is left out",
        _use("purpose", "neq", "marketing"),
        {"purpose": "advertising"},
    ),
    ("LAD-TRM-027", "a purpose that is left out", _use("purpose", "isNoneOf", ["sport", "research"]), {}),
    ("LAD-TRM-027", "a use that is over", _use("dateTime", "lteq", "2020-01-01T00:00:00.000Z"), {}),
    ("LAD-TRM-027", "a use that has not begun", _use("dateTime", "gteq", "2999-01-01T00:00:00.000Z"), {}),
    ("LAD-TRM-027", "a time after the first second", _use("elapsedTime", "gt", "PT1S"), {}),
    ("LAD-TRM-027", "numbers from one", _use("count", "gteq", 1), {}),
    (
        "LAD-TRM-028",
        "a permission of which one constraint does not hold",
        _permit(_rule("use", ("spatial", "eq", "NL"), ("purpose", "eq", "sport"))),
        {},
    ),
    (
        "LAD-TRM-028",
        "two actions of which one is permitted",
        _permit(_rule("read")),
        {"actions": ["read", "derive"]},
    ),
    (
        "LAD-TRM-028",
        "what is permitted and prohibited",
        _permit(_rule("use"), but=_rule("use", ("spatial", "eq", "NL"))),
        {},
    ),
    ("LAD-TRM-061", "another country than the consumer's", _use("spatial", "isAnyOf", ["DE", "FR"]), {}),
    ("LAD-TRM-061", "another kind than the consumer's", _use("recipient", "eq", "public-body"), {}),
    ("LAD-TRM-061", "everybody of another kind", _use("recipient", "neq", "company"), {}),
)
"""What it may not."""


def run(trial: Trial) -> None:
    """Ask for all of it in offers; then see what acceptances, deliveries and receipts ask."""
    _offers(trial)
    _recipient(trial)
    _acceptances(trial)
    _numbers(trial)
    _places(trial)
    _moments(trial)


def _offers(trial: Trial) -> None:
    session = trial.session
    with trial.given("a listing"):
        listing = deals.publish(session)
    for requirement, what, terms, members in PERMITTED:
        with trial.check(requirement, f"{what}: registered"):
            agreements.offered(session, listing.id, terms=terms, **members)
    for requirement, what, terms, members in REFUSED:
        with trial.check(requirement, f"{what}: not-permitted"):
            jws = agreements.offer(
                session.provider, session.consumer, listing=listing.id, terms=terms, **members
            )
            expect.refused(session, jws, "not-permitted")


def _recipient(trial: Trial) -> None:
    """The recipient is the consumer, whoever makes the offer."""
    session = trial.session
    provider, consumer = session.provider, session.consumer
    with trial.given("a listing"):
        listing = deals.publish(session)
    with trial.check("LAD-TRM-061", "the consumer by its id, offered by either side: registered"):
        for party, other in ((provider, consumer), (consumer, provider)):
            terms = _use("recipient", "eq", consumer.id)
            deals.say(session, agreements.offer(party, other, listing=listing.id, terms=terms))
    with trial.check("LAD-TRM-061", "the provider by its id, offered by either side: not-permitted"):
        for party, other in ((provider, consumer), (consumer, provider)):
            terms = _use("recipient", "eq", provider.id)
            jws = agreements.offer(party, other, listing=listing.id, terms=terms)
            expect.refused(session, jws, "not-permitted")


def _acceptances(trial: Trial) -> None:
    """Standing terms are accepted for a purpose and actions of the consumer's own."""
    session = trial.session
    with trial.given("standing terms that permit research, and to read and derive for it"):
        terms = _permit(*(_rule(action, ("purpose", "eq", "research")) for action in ("read", "derive")))
        listing = deals.publish(session, standing=deals.standing(terms=terms))
    wrong: dict[str, Rule] = {
        "for another purpose": {"actions": ["read"], "purpose": "sport"},
        "for another action": {"actions": ["read", "train"]},
        "without a word, which is to use": {},
    }
    for what, members in wrong.items():
        with trial.check("LAD-TRM-060", f"accepted {what}: not-permitted"):
            expect.refused(session, _accepted(trial, listing.id, **members), "not-permitted")
    with trial.check("LAD-TRM-060", "accepted to read and derive, for research: registered"):
        deals.say(session, _accepted(trial, listing.id, actions=["derive", "read"]))


def _accepted(trial: Trial, listing: str, **members: Json) -> bytes:
    named: Rule = {"listing": listing, "purpose": "research", "reference": trial.session.word()}
    return trial.session.consumer.says("acceptance", **{**named, **members})


def _numbers(trial: Trial) -> None:
    session = trial.session
    with trial.given("a contract that permits one delivery, and that delivery"):
        contract = deals.contract(session, standing=deals.standing(terms=_use("count", "lteq", 1)))
        first = agreements.delivered(session, contract.id)
    with trial.check("LAD-TRM-061", "its receipt, for the number of the delivery: registered"):
        deals.say(session, agreements.receipt(session.consumer, first.id))
    with trial.check("LAD-TRM-061", "a second delivery: not-permitted"):
        expect.refused(session, agreements.nothing(session.provider, contract.id, 2), "not-permitted")


def _places(trial: Trial) -> None:
    """A receipt says where the data is stored; each of these countries is asked for."""
    session = trial.session
    rules = (_rule("use", ("spatial", "eq", "NL")), _rule("use", ("spatial", "isAnyOf", ["DE", "FR"])))
    terms = _permit(*rules, but=_rule("use", ("spatial", "eq", "FR")))
    with trial.given("a contract that permits the use in some countries, and a delivery"):
        contract = deals.contract(session, standing=deals.standing(terms=terms))
        delivery = agreements.delivered(session, contract.id)
    wrong: dict[str, list[Json]] = {
        "one that is prohibited": ["NL", "FR"],
        "one that is not named": ["BE", "NL"],
    }
    for what, countries in wrong.items():
        with trial.check("LAD-TRM-028", f"a receipt of data in two countries, {what}: not-permitted"):
            jws = agreements.receipt(session.consumer, delivery.id, stored_in=countries)
            expect.refused(session, jws, "not-permitted")
    with trial.check("LAD-TRM-028", "in two countries that two permissions cover: registered"):
        deals.say(session, agreements.receipt(session.consumer, delivery.id, stored_in=["DE", "NL"]))


def _moments(trial: Trial) -> None:
    """Let a permission end, by the clock and by the age of the contract."""
    session = trial.session
    provider, consumer = session.provider, session.consumer
    with trial.given("an offer, two contracts with deliveries, all for the next seconds"):
        end = now() + SHORT_SECONDS * SECOND
        until = deals.standing(terms=_use("dateTime", "lteq", written_time(end)))
        listing = deals.publish(session, standing=until)
        offer = agreements.offered(session, listing.id, terms=until["terms"])
        contract = deals.say(session, deals.acceptance(session, listing.id, session.word()))
        deliveries = [agreements.delivered(session, contract.id, number) for number in (1, 2)]
        young = deals.contract(session, standing=deals.standing(terms=_use("elapsedTime", "lt", "PT2S")))
    with trial.check("LAD-TRM-060", "a receipt while the use is permitted: registered"):
        deals.say(session, agreements.receipt(consumer, deliveries[0].id))
    time.sleep(max(0.0, (max(end, young.time + 2 * SECOND) - now()) / 1000) + 0.05)
    late = {
        "an offer on these terms": agreements.offer(
            provider, consumer, listing=listing.id, terms=until["terms"]
        ),
        "the acceptance of the offer": consumer.says("acceptance", offer=offer.id),
        "the acceptance of the standing terms": deals.acceptance(session, listing.id, session.word()),
        "a delivery": agreements.nothing(provider, contract.id, 3),
        "a receipt that accepts": agreements.receipt(consumer, deliveries[1].id),
    }
    for what, jws in late.items():
        with trial.check("LAD-TRM-060", f"{what} after the permission has ended: not-permitted"):
            expect.refused(session, jws, "not-permitted")
    with trial.check("LAD-TRM-061", "a delivery later after the conclusion than is permitted: not-permitted"):
        expect.refused(session, agreements.nothing(provider, young.id), "not-permitted")
    with trial.check("LAD-TRM-060", "a receipt that refuses is registered all the same"):
        deals.say(session, agreements.refusal(consumer, deliveries[1].id))


CASE = Case(
    name="contract_permissions",
    profile="contract",
    story="A provider permits some uses of its data and prohibits others: by what is done, what for, where, by whom, "
    "until when, and how often. Offers, acceptances, deliveries and receipts pass exactly where the terms permit them.",
    requirements=(
        "LAD-TRM-023",
        "LAD-TRM-026",
        "LAD-TRM-027",
        "LAD-TRM-028",
        "LAD-TRM-061",
        "LAD-TRM-060",
    ),
    run=run,
    slow=True,
)
