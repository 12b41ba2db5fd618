"""The forms of terms: their members, schedules, and what permissions are made of."""

from __future__ import annotations

from typing import Final

from lading_conformance.oracle.canonical import Json
from lading_conformance.steps import agreements, deals, expect
from lading_conformance.trial.case import Case, Trial

Members = dict[str, Json]
ID: Final = "sha256:" + 64 * "0"
SCHEDULE: Final[Members] = {"first": "P1D", "every": "P1D", "deliveries": 2}
INSTRUMENT: Final[Members] = {"id": "https://law.example/act", "version": "2024", "status": "in-force"}


def _permitted(rule: Members | None = None, **members: Json) -> Members:
    """Terms that permit by one rule, with other members of `permissions`."""
    return {"permissions": {"permissions": [rule or {"action": "use"}], **members}}


def _where(left: Json, operator: str, right: Json) -> Members:
    """Terms that permit the use where one constraint holds."""
    constraint: Members = {"left": left, "operator": operator, "right": right}
    return _permitted({"action": "use"}, prohibitions=[{"action": "sell", "constraints": [constraint]}])


LARGEST: Final[Members] = {
    "tax": "excluded",
    "purposes": ["research"],
    "permissions": {
        "permissions": [{"action": "use"}],
        "prohibitions": [{"action": "train"}],
        "obligations": [{"action": "delete", "within": "P30D"}],
    },
    "schedule": SCHEDULE,
    "term": "P365D",
    "compatibility": "backward",
    "suspension": {"by": ["provider", "consumer"], "maximum": "P7D"},
    "termination": {"by": ["consumer"], "notice": "P14D"},
    "localisation": {"storage": ["NL"], "processing": ["NL"], "access": ["NL", "DE"]},
    "sub_licence_depth": 2,
    "law": "NL",
    "forum": "The court at the seat of the provider",
    "instruments": [{**INSTRUMENT, "reopen": True}],
    "trial": True,
}

TAKEN: Final[tuple[tuple[str, str, Members], ...]] = (
    ("LAD-TRM-051", "every member that terms can have", LARGEST),
    ("LAD-TRM-052", "one delivery, and no time between", {"schedule": {"first": "P1D", "deliveries": 1}}),
    ("LAD-TRM-052", "65 536 deliveries", {"schedule": {**SCHEDULE, "deliveries": 65_536}}),
    ("LAD-TRM-020", "32 permissions", {"permissions": {"permissions": [{"action": "use"}] * 32}}),
    ("LAD-TRM-025", "64 purposes", _where("purpose", "isNoneOf", [f"purpose-{n}" for n in range(64)])),
    ("LAD-TRM-024", "a count of zero", _where("count", "eq", 0)),
    (
        "LAD-TRM-024",
        "a recipient by its kind and one by its id",
        _where("recipient", "isAnyOf", ["company", ID]),
    ),
)
"""Terms that an offer may have: what they hold beside the usual ones."""

REFUSED: Final[tuple[tuple[str, str, Members], ...]] = (
    ("LAD-TRM-051", "a member that terms do not have", {"colour": "blue"}),
    ("LAD-TRM-051", "a tax that is neither included nor excluded", {"tax": "later"}),
    ("LAD-TRM-051", "no purpose", {"purposes": []}),
    ("LAD-TRM-051", "a taking period of nothing", {"taking_period": "PT0S"}),
    ("LAD-TRM-051", "nobody who may suspend", {"suspension": {"by": []}}),
    ("LAD-TRM-051", "a termination without a notice period", {"termination": {"by": ["provider"]}}),
    ("LAD-TRM-051", "a country that does not exist", {"localisation": {"storage": ["XQ"]}}),
    ("LAD-TRM-051", "nine hands", {"sub_licence_depth": 9}),
    (
        "LAD-TRM-051",
        "an instrument of no known status",
        {"instruments": [{**INSTRUMENT, "status": "rumoured"}]},
    ),
    ("LAD-TRM-051", "a trial that is a number", {"trial": 1}),
    ("LAD-TRM-052", "two deliveries, and no time between", {"schedule": {"first": "P1D", "deliveries": 2}}),
    ("LAD-TRM-052", "one delivery, and a time between", {"schedule": {**SCHEDULE, "deliveries": 1}}),
    ("LAD-TRM-051", "65 537 deliveries", {"schedule": {**SCHEDULE, "deliveries": 65_537}}),
    ("LAD-TRM-020", "no permissions", {"permissions": {}}),
    ("LAD-TRM-020", "an empty list of permissions", {"permissions": {"permissions": []}}),
    ("LAD-TRM-020", "33 permissions", {"permissions": {"permissions": [{"action": "use"}] * 33}}),
    ("LAD-TRM-020", "an empty list of prohibitions", _permitted(prohibitions=[])),
    ("LAD-TRM-020", "a member that permissions do not have", _permitted(target="everything")),
    ("LAD-TRM-020", "a permission with a duty of its own", _permitted({"action": "use", "duty": "delete"})),
    ("LAD-TRM-020", "a permission within a time", _permitted({"action": "use", "within": "P1D"})),
    ("LAD-TRM-020", "an empty list of constraints", _permitted({"action": "use", "constraints": []})),
    ("LAD-TRM-021", "an action that there is not", _permitted({"action": "admire"})),
    ("LAD-TRM-021", "ODRL's word for a sub-licence", _permitted({"action": "grantUse"})),
    ("LAD-TRM-021", "a duty as an action", _permitted({"action": "delete"})),
    ("LAD-TRM-022", "an action as a duty", _permitted(obligations=[{"action": "use"}])),
    ("LAD-TRM-022", "a duty that there is not", _permitted(obligations=[{"action": "obtainConsent"}])),
    ("LAD-TRM-024", "a fact that there is not", _where("colour", "eq", "blue")),
    (
        "LAD-TRM-024",
        "nothing to compare with",
        _permitted({"action": "use", "constraints": [{"left": "count", "operator": "eq"}]}),
    ),
    ("LAD-TRM-024", "an order of purposes", _where("purpose", "lt", "research")),
    ("LAD-TRM-024", "a list of counts", _where("count", "isAnyOf", [1, 2])),
    ("LAD-TRM-024", "a country in small letters", _where("spatial", "eq", "nl")),
    ("LAD-TRM-024", "a time without milliseconds", _where("dateTime", "lt", "2999-01-01T00:00:00Z")),
    ("LAD-TRM-024", "a duration in weeks", _where("elapsedTime", "lt", "P1W")),
    ("LAD-TRM-024", "a negative count", _where("count", "gt", -1)),
    ("LAD-TRM-025", "a list for one value", _where("purpose", "eq", ["research"])),
    ("LAD-TRM-025", "one value for a list", _where("purpose", "isAnyOf", "research")),
    ("LAD-TRM-025", "an empty list", _where("spatial", "isAnyOf", [])),
    ("LAD-TRM-025", "a country twice", _where("spatial", "isAnyOf", ["NL", "NL"])),
    ("LAD-TRM-025", "65 purposes", _where("purpose", "isAnyOf", [f"purpose-{n}" for n in range(65)])),
)
"""What no terms hold, each with one fault and the requirement that it breaks."""


def run(trial: Trial) -> None:
    """Offer all of these terms."""
    session = trial.session
    provider, consumer = session.provider, session.consumer
    with trial.given("a listing"):
        listing = deals.publish(session)
    for requirement, what, members in TAKEN:
        with trial.check(requirement, f"{what}: registered, and shown as it was signed"):
            terms = agreements.terms(**members)
            offer = agreements.offered(session, listing.id, terms=terms)
            expect.state(session, consumer, offer.id, "offer", terms=terms)
    for requirement, what, members in REFUSED:
        with trial.check(requirement, f"{what}: bad-member"):
            jws = agreements.offer(provider, consumer, listing=listing.id, terms=agreements.terms(**members))
            expect.refused(session, jws, "bad-member")
    for name in ("price", "taking_period", "dispute_window"):
        with trial.check("LAD-TRM-051", f"terms without `{name}`: bad-member"):
            terms = {key: value for key, value in agreements.terms().items() if key != name}
            jws = agreements.offer(provider, consumer, listing=listing.id, terms=terms)
            expect.refused(session, jws, "bad-member")


CASE = Case(
    name="contract_terms",
    profile="contract",
    story="Two companies write all into their terms that the protocol has words for: schedules, permissions, courts, "
    "and laws. An exchange takes them as they stand, and refuses words, lists and numbers that mean nothing.",
    requirements=(
        "LAD-TRM-051",
        "LAD-TRM-052",
        "LAD-TRM-020",
        "LAD-TRM-025",
        "LAD-TRM-024",
        "LAD-TRM-021",
        "LAD-TRM-022",
    ),
    run=run,
)
