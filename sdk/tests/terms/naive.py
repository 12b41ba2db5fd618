"""Decisions and amounts a second time, in another way: slowly, from the sentences of the specification."""

import json
from collections.abc import Mapping
from fractions import Fraction
from itertools import product
from typing import Any

from sdk.tests.core.vectors import SPEC, Case
from sdk.tests.terms.drawing import LENGTHS, TIMES

REGISTRY = json.loads((SPEC / "registries" / "purposes.json").read_text(encoding="utf-8"))["codes"]
KEEPING = {
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
}
BOUNDS = {**TIMES, **LENGTHS}
ABOUT = {"use": KEEPING | {"use"}, "transfer": {"transfer", "give", "sell"}}


def is_within(narrow: str, broad: str) -> bool:
    """Whether a purpose is another, or leads to it by steps to broader ones."""
    return narrow == broad or any(is_within(next_one, broad) for next_one in REGISTRY.get(narrow, ()))


def truth(constraint: Case, request: Case, country: str | None, bounds: Mapping[str, int]) -> str:
    """`yes`, `no` or `unknown`."""
    left, operator, right = constraint["left"], constraint["operator"], constraint["right"]
    if left in ("dateTime", "elapsedTime", "count"):
        fact = request.get({"dateTime": "time", "elapsedTime": "elapsed", "count": "count"}[left])
        if fact is None:
            return "unknown"
        bound = right if left == "count" else bounds[right]
        order = (fact > bound) - (fact < bound)
        wanted = {"eq": [0], "neq": [-1, 1], "lt": [-1], "lteq": [-1, 0], "gt": [1], "gteq": [0, 1]}[operator]
        return "yes" if order in wanted else "no"
    answers = {
        same(left, value, request, country) for value in (right if isinstance(right, list) else [right])
    }
    among = "yes" if "yes" in answers else "unknown" if "unknown" in answers else "no"
    if operator in ("neq", "isNoneOf"):
        return {"yes": "no", "no": "yes", "unknown": "unknown"}[among]
    return among


def same(left: str, value: str, request: Case, country: str | None) -> str:
    """Whether one value is the fact."""
    if left == "recipient":
        fact = request.get("recipient" if value.startswith("sha256:") else "recipient_kind")
    else:
        fact = country if left == "spatial" else request.get("purpose")
    if fact is None:
        return "unknown"
    return "yes" if (is_within(fact, value) if left == "purpose" else fact == value) else "no"


def permits(body: Case, request: Case, bounds: Mapping[str, int] = BOUNDS) -> bool:
    """LAD-TRM-028, for each action and country apart. `bounds`: times and durations in milliseconds, by spelling."""
    return all(
        _permits_one(body, request, action, country, bounds)
        for action, country in product(request["actions"], request.get("spatial") or [None])
    )


def _permits_one(
    body: Case, request: Case, action: str, country: str | None, bounds: Mapping[str, int]
) -> bool:
    def truths(rule: Case) -> list[str]:
        return [truth(each, request, country, bounds) for each in rule.get("constraints", [])]

    def about(kind: str) -> list[Case]:
        return [rule for rule in body.get(kind, []) if action in ABOUT.get(rule["action"], {rule["action"]})]

    granted = any(set(truths(rule)) <= {"yes"} for rule in about("permissions"))
    return granted and all("no" in truths(rule) for rule in about("prohibitions"))


def half_even(amount: Fraction, digits: int) -> Fraction:
    """The nearest multiple of the minor unit; of two, the even one."""
    scaled = amount * 10**digits
    below = scaled.numerator // scaled.denominator
    rest = scaled - below
    up = rest > Fraction(1, 2) or (rest == Fraction(1, 2) and below % 2 == 1)
    return Fraction(below + up, 10**digits)


def tiered(price: Any, units: int, digits: int) -> Fraction:
    """What is due under tiers, by looking at every single unit."""
    tiers = [(tier.up_to or 10**9, Fraction(tier.price.amount), tier.flat) for tier in price.tiers]

    def number_of(unit: int) -> int:
        return next(at for at, (up_to, _, _) in enumerate(tiers) if unit <= up_to)

    counted = [0] * len(tiers)
    for unit in range(1, units + 1):
        counted[number_of(units if price.mode == "volume" else unit)] += 1
    owed = Fraction(0)
    for (_, cost, flat), count in zip(tiers, counted, strict=True):
        if count:
            owed += half_even(cost * count, digits) + (Fraction(flat.amount) if flat else 0)
    return min(owed, Fraction(price.ceiling.amount)) if price.ceiling else owed
