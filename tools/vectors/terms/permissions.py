"""Permissions: their forms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from tools.vectors.files import VectorFile, accept
from tools.vectors.terms.prices import REFUSED, Json, without

ACTIONS: Final = (
    "use read reproduce derive aggregate anonymize train generate display index look-up distribute sub-license"
    " transfer give sell"
).split()
DUTIES: Final = (
    "anonymize attribute compensate correct delete inform obtain-consent report-sales watermark"
).split()
PARTICIPANT: Final = "sha256:" + "a1" * 32
OTHER: Final = "sha256:" + "b2" * 32
NAMES: Final = ("eq", "neq", "isAnyOf", "isNoneOf")
ORDERS: Final = ("eq", "neq", "lt", "lteq", "gt", "gteq")
RIGHTS: Final[Mapping[str, tuple[tuple[str, ...], Any]]] = {
    "purpose": (NAMES, "research"),
    "spatial": (NAMES, "DE"),
    "recipient": (NAMES, PARTICIPANT),
    "dateTime": (ORDERS, "2026-12-31T23:59:59.999Z"),
    "elapsedTime": (ORDERS, "P30D"),
    "count": (ORDERS, 10),
}


def on(left: str, operator: str, right: Any) -> Json:
    """A constraint."""
    return {"left": left, "operator": operator, "right": right}


def rule(action: str, *constraints: Json) -> Json:
    """A rule."""
    return {"action": action, **({"constraints": list(constraints)} if constraints else {})}


def permissions(*permitted: Json, prohibited: tuple[Json, ...] = (), obliged: tuple[Json, ...] = ()) -> Json:
    """Permissions; empty lists are left out."""
    more = {"prohibitions": list(prohibited), "obligations": list(obliged)}
    return {"permissions": list(permitted), **{name: rules for name, rules in more.items() if rules}}


def _good() -> dict[str, tuple[str, Json]]:
    made = {"least": ("One permission.", permissions(rule("use")))}
    for action in ACTIONS:
        made[f"action-{action}"] = (
            f"The action {action}.",
            permissions(rule(action), prohibited=(rule(action),)),
        )
    for duty in DUTIES:
        made[f"duty-{duty}"] = (f"The duty {duty}.", permissions(rule("use"), obliged=(rule(duty),)))
    for left, (operators, value) in RIGHTS.items():
        for operator in operators:
            right = [value] if operator.startswith("is") else value
            body = permissions(rule("use", on(left, operator, right)))
            made[f"{left}-{operator}"] = (f"A constraint on {left} with {operator}.", body)
    kinds = on("recipient", "isAnyOf", ["university", PARTICIPANT])
    made["recipient-both"] = ("A kind of organisation beside a participant.", permissions(rule("use", kinds)))
    made["within"] = (
        "A duty within a time.",
        permissions(rule("use"), obliged=({**rule("delete"), "within": "P30D"},)),
    )
    made["count-zero"] = ("A count of zero.", permissions(rule("use", on("count", "gt", 0))))
    made["32-permissions"] = ("32 permissions.", permissions(*[rule("use")] * 32))
    made["16-constraints"] = ("16 constraints.", permissions(rule("use", *[on("count", "lt", 9)] * 16)))
    made["64-purposes"] = ("64 purposes.", permissions(rule("use", on("purpose", "isAnyOf", _tokens(64)))))
    return made


def _tokens(number: int) -> list[str]:
    return [f"p{at}" for at in range(number)]


def _bad_rules() -> dict[str, tuple[str, Json]]:
    use = rule("use")
    return {
        "no-permissions": ("No permissions.", {"prohibitions": [use]}),
        "empty-permissions": ("An empty list of permissions.", permissions()),
        "empty-prohibitions": ("An empty list of prohibitions.", {**permissions(use), "prohibitions": []}),
        "empty-constraints": ("An empty list of constraints.", permissions({**use, "constraints": []})),
        "33-permissions": ("33 permissions.", permissions(*[use] * 33)),
        "33-prohibitions": ("33 prohibitions.", permissions(use, prohibited=(use,) * 33)),
        "17-constraints": ("17 constraints.", permissions(rule("use", *[on("count", "lt", 9)] * 17))),
        "member-more": ("A member that there is not.", {**permissions(use), "profile": "odrl"}),
        "rule-member": ("A rule with a target.", permissions({**use, "target": "all"})),
        "rule-within": ("A permission within a time.", permissions({**use, "within": "P1D"})),
        "nested-duty": (
            "A permission with a duty of its own.",
            permissions({**use, "duty": [rule("delete")]}),
        ),
        "within-nothing": (
            "A duty within no time.",
            permissions(use, obliged=({**rule("delete"), "within": "PT0S"},)),
        ),
    }


def _bad_constraints() -> dict[str, tuple[str, Json]]:
    wrong: dict[str, tuple[str, Json]] = {
        "left-unknown": ("A fact that there is not.", on("event", "eq", "fair")),
        "left-list": ("A list of facts.", {**on("count", "eq", 1), "left": ["count"]}),
        "no-right": ("Nothing to compare with.", without(on("count", "eq", 1), "right")),
        "operator-unknown": ("An operator that there is not.", on("purpose", "isA", "research")),
        "order-of-names": ("An order of purposes.", on("purpose", "lt", "research")),
        "list-of-counts": ("A list of counts.", on("count", "isAnyOf", [1])),
        "purpose-form": ("A purpose that is no token.", on("purpose", "eq", "Research")),
        "purpose-uri": ("A purpose as a URI.", on("purpose", "eq", "https://w3id.org/dpv#Marketing")),
        "country-unknown": ("A country that there is not.", on("spatial", "eq", "XX")),
        "country-small": ("A country in small letters.", on("spatial", "eq", "de")),
        "recipient-form": ("A recipient that is neither.", on("recipient", "eq", "sha256:a1")),
        "time-form": ("A time without milliseconds.", on("dateTime", "lt", "2026-12-31T23:59:59Z")),
        "duration-form": ("A duration in weeks.", on("elapsedTime", "lt", "P1W")),
        "count-text": ("A count as a text.", on("count", "lt", "5")),
        "count-negative": ("A negative count.", on("count", "lt", -1)),
        "count-large": ("A count of 2^53.", on("count", "lt", 2**53)),
        "count-true": ("A count that is a truth.", on("count", "eq", True)),
    }
    return {name: (situation, permissions(rule("use", body))) for name, (situation, body) in wrong.items()}


def _bad_lists() -> dict[str, tuple[str, Json]]:
    wrong: dict[str, tuple[str, Json]] = {
        "list-for-one": ("A list for one value.", on("purpose", "eq", ["research"])),
        "one-for-list": ("One value for a list.", on("purpose", "isAnyOf", "research")),
        "list-empty": ("An empty list.", on("spatial", "isAnyOf", [])),
        "list-twice": ("A country twice.", on("spatial", "isNoneOf", ["DE", "DE"])),
        "65-purposes": ("65 purposes.", on("purpose", "isAnyOf", _tokens(65))),
    }
    return {name: (situation, permissions(rule("use", body))) for name, (situation, body) in wrong.items()}


def file() -> VectorFile:
    """The file."""
    made = VectorFile(
        path="terms/permissions.json",
        schema="permissions",
        about="Permissions, and what is wrong with their form.",
        notes=["judged by their form alone; in a statement, what is refused here is a `bad-member`"],
    )
    for name, (situation, body) in _good().items():
        made.add(name, situation, {"permissions": body}, accept(), about=["LAD-TRM-020"])
    tables = {
        "LAD-TRM-020": _bad_rules(),
        "LAD-TRM-021": {
            "action-unknown": ("An action that there is not.", permissions(rule("publish"))),
            "action-odrl": ("ODRL's word for a sub-licence.", permissions(rule("grantUse"))),
            "action-duty": ("A duty as an action.", permissions(rule("delete"))),
        },
        "LAD-TRM-022": {
            "duty-action": ("An action as a duty.", permissions(rule("use"), obliged=(rule("read"),))),
            "duty-odrl": ("ODRL's spelling.", permissions(rule("use"), obliged=(rule("obtainConsent"),))),
        },
        "LAD-TRM-024": _bad_constraints(),
        "LAD-TRM-025": _bad_lists(),
    }
    for requirement, table in tables.items():
        for name, (situation, body) in table.items():
            made.add(name, situation, {"permissions": body}, REFUSED, about=[requirement])
    return made
