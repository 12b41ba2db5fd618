"""Decisions on requests, with the codes and places of their reasons; worked out by hand."""

from __future__ import annotations

from typing import Any, Final

from tools.vectors.files import VectorFile
from tools.vectors.terms import conflicts
from tools.vectors.terms.asking import Decisions, asks
from tools.vectors.terms.permissions import ACTIONS, OTHER, PARTICIPANT, on, permissions, rule
from tools.vectors.terms.prices import Json
from tools.vectors.terms.usage import START
from tools.vectors.world import DAY

KEEPING: Final = frozenset(ACTIONS[:11])
"""Actions that a rule about `use` is about."""


def file() -> VectorFile:
    """The file."""
    made = VectorFile(
        path="terms/decisions.json",
        schema="decision",
        about="Decisions on requests under permissions, and their reasons.",
        notes=[
            "`request` has `actions`, and perhaps `purpose`, `spatial`, `recipient`, `recipient_kind`, `time` (in"
            " milliseconds since the epoch), `elapsed` (in milliseconds) and `count`",
            "`obligations` are the places of those that bind; a reason of an action has its `code` and its `pointer`",
        ],
    )
    _actions(Decisions(made, "LAD-TRM-023"))
    _named(Decisions(made, "LAD-TRM-027"))
    _purposes(Decisions(made, "LAD-TRM-026"))
    _ordered(Decisions(made, "LAD-TRM-027"))
    conflicts.add_all(made)
    return made


def _actions(cases: Decisions) -> None:
    for action in ACTIONS:
        cases.body = permissions(rule("use"))
        cases.add(
            f"use-{action}", f"{action} under use.", asks(action), "+0" if action in KEEPING else "none"
        )
        cases.body = permissions(rule("transfer"))
        passing = action in ("transfer", "give", "sell")
        cases.add(
            f"transfer-{action}", f"{action} under transfer.", asks(action), "+0" if passing else "none"
        )
        cases.body = permissions(rule(action), prohibited=(rule("use"),))
        situation = f"{action}, where use is prohibited."
        cases.add(f"banned-{action}", situation, asks(action), "!0" if action in KEEPING else "+0")
    cases.body = permissions(rule("read"))
    cases.add("wider", "Use, where only reading is permitted.", asks("use"), "none")
    cases.body = permissions(rule("use"), prohibited=(rule("train"),))
    cases.add("use-but-train", "Use, where training is prohibited.", asks("use"), "+0")
    cases.add("train-prohibited", "Training, where it is prohibited.", asks("train"), "!0")


def _named(cases: Decisions) -> None:
    facts: dict[str, tuple[Any, Json, Json]] = {
        "purpose": ("research", {"purpose": "research"}, {"purpose": "road-planning"}),
        "spatial": ("DE", {"spatial": ["DE"]}, {"spatial": ["FR"]}),
        "recipient": (PARTICIPANT, {"recipient": PARTICIPANT}, {"recipient": OTHER}),
        "kind": ("university", {"recipient_kind": "university"}, {"recipient_kind": "company"}),
    }
    outcomes = {
        "eq": ("+0", "-0.0"),
        "neq": ("-0.0", "+0"),
        "isAnyOf": ("+0", "-0.0"),
        "isNoneOf": ("-0.0", "+0"),
    }
    for name, (value, same, other) in facts.items():
        for operator, (equal, different) in outcomes.items():
            right = [value] if operator.startswith("is") else value
            cases.body = permissions(
                rule("use", on("recipient" if name == "kind" else name, operator, right))
            )
            stem = f"{name}-{operator}"
            cases.add(f"{stem}-equal", f"{name}: {operator} of the same.", asks(**same), equal)
            cases.add(f"{stem}-other", f"{name}: {operator} of another.", asks(**other), different)
            cases.add(f"{stem}-absent", f"{name}: {operator}, and no fact.", asks(), "?0.0")
    for operator, known in (("isAnyOf", "+0"), ("isNoneOf", "-0.0")):
        cases.body = permissions(rule("use", on("recipient", operator, [PARTICIPANT, "university"])))
        one, none = "One of two is equal, the other unknown.", "One of two differs, the other is unknown."
        cases.add(f"either-{operator}-equal", one, asks(recipient=PARTICIPANT), known)
        cases.add(f"either-{operator}-unknown", none, asks(recipient=OTHER), "?0.0")


def _purposes(cases: Decisions) -> None:
    table = {
        "narrower": ("research-and-development", "academic-research", True),
        "two-steps": ("marketing", "personalised-advertising", True),
        "three-steps": ("marketing", "targeted-advertising", True),
        "other-parent": ("personalisation", "targeted-advertising", True),
        "broader": ("academic-research", "research-and-development", False),
        "sibling": ("academic-research", "scientific-research", False),
        "root": ("purpose", "marketing", False),
        "not-in-registry": ("research", "academic-research", False),
        "by-spelling-only": ("marketing", "marketing-by-mail", False),
    }
    for name, (right, fact, covered) in table.items():
        situation = f"{fact} as the fact, {right} in the constraint."
        cases.body = permissions(rule("use", on("purpose", "eq", right)))
        cases.add(f"purpose-{name}", situation, asks(purpose=fact), "+0" if covered else "-0.0")
        cases.body = permissions(rule("use", on("purpose", "isNoneOf", [right])))
        cases.add(f"purpose-none-{name}", situation, asks(purpose=fact), "-0.0" if covered else "+0")


def _ordered(cases: Decisions) -> None:
    holding = {"eq": "=", "neq": "<>", "lt": "<", "lteq": "<=", "gt": ">", "gteq": "=>"}
    facts = {
        "dateTime": ("time", "2026-11-23T09:00:00.000Z", START),
        "elapsedTime": ("elapsed", "P30D", 30 * DAY),
        "count": ("count", 10, 10),
    }
    for left, (fact, right, at) in facts.items():
        for operator, signs in holding.items():
            cases.body = permissions(rule("use", on(left, operator, right)))
            stem = f"{left}-{operator}"
            for word, sign, step in (("below", "<", -1), ("equal", "=", 0), ("above", ">", 1)):
                asked, outcome = asks(**{fact: at + step}), "+0" if sign in signs else "-0.0"
                cases.add(f"{stem}-{word}", f"{left}: {operator}, and the fact is {word}.", asked, outcome)
            cases.add(f"{stem}-absent", f"{left}: {operator}, and no fact.", asks(), "?0.0")
