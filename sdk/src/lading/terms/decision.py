"""The decision on a request under permissions (`spec/terms.md`, Permissions).

    decision = decide(permissions, Request(actions=("train",), purpose="scientific-research", spatial=("FR",)))
    for reason in decision.reasons:
        print(reason.pointer, reason.text)

Where a prohibition and a permission meet, the prohibition wins. A fact that is absent never satisfies a permission's
constraint, and never keeps a prohibition from applying.
"""

import operator
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Generic, Literal, TypeAlias, TypeVar

from lading.statement.registries import BROADER
from lading.statement.words import parse_duration, parse_time
from lading.terms.permissions import (
    Constraint,
    Obligation,
    OnCount,
    OnElapsed,
    OnPlace,
    OnPurpose,
    OnRecipient,
    OnTime,
    Orders,
    Permissions,
    Rule,
    is_about,
)


@dataclass(frozen=True, slots=True)
class Request:
    """What somebody wants to do with the data, and the facts that constraints ask for; an absent one is unknown.

    `recipient` is a participant's id, `recipient_kind` a word for its kind of organisation, `spatial` the countries
    concerned. `time` is in milliseconds since the epoch, `elapsed` in milliseconds since the contract's conclusion,
    `count` the number of the delivery.
    """

    actions: tuple[str, ...]
    purpose: str | None = None
    spatial: tuple[str, ...] = ()
    recipient: str | None = None
    recipient_kind: str | None = None
    time: int | None = None
    elapsed: int | None = None
    count: int | None = None


ReasonCode: TypeAlias = Literal["permitted", "prohibited", "not-met", "unknown", "no-permission", "no-action"]


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an action is permitted or refused. `pointer` is the JSON pointer of the rule or constraint that decided.

    `permitted`: that permission covers it. `prohibited`: that prohibition applies. `not-met`: that constraint of a
    permission does not hold. `unknown`: the fact that this constraint asks for is absent, so that a permission does
    not cover, or a prohibition applies. `no-permission`: no permission is about the action. `no-action`: nothing was
    asked for.
    """

    code: ReasonCode
    pointer: str
    action: str
    text: str


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether all that was asked for is permitted, and why, action by action."""

    permitted: bool
    reasons: tuple[Reason, ...]

    @property
    def refusals(self) -> tuple[Reason, ...]:
        """The reasons that refuse; none where all is permitted."""
        return tuple(reason for reason in self.reasons if reason.code != "permitted")


def decide(permissions: Permissions, request: Request) -> Decision:
    """LAD-TRM-028: whether the permissions permit everything that the request asks for. Pure; never raises.

    Decides by what the request says. Whether that is true, and whether obligations are kept, is not checked.
    """
    if not request.actions:
        return Decision(False, (Reason("no-action", "", "", "the request names no action"),))
    granting = _weighed("/permissions", permissions.permissions, request)
    forbidding = _weighed("/prohibitions", permissions.prohibitions or (), request)
    reasons = tuple(
        reason
        for action in dict.fromkeys(request.actions)
        for reason in _on_action(action, granting, forbidding)
    )
    return Decision(all(reason.code == "permitted" for reason in reasons), reasons)


def obligations(permissions: Permissions, request: Request) -> tuple[tuple[str, Obligation], ...]:
    """LAD-TRM-030: the obligations that bind in the request's case, each with its JSON pointer.

    One does not bind only where a constraint is known not to hold. Whether it was kept is not asked.
    """
    weighed = _weighed("/obligations", permissions.obligations or (), request)
    return tuple((each.pointer, each.rule) for each in weighed if each.applies_at() is not None)


def with_broader(purpose: str) -> frozenset[str]:
    """LAD-TRM-026: the purpose, and every purpose of the registry that is broader."""
    found: set[str] = set()
    waiting = [purpose]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting.extend(BROADER.get(name, ()))
    return frozenset(found)


_ORDER: Final[Mapping[str, Callable[[int, int], bool]]] = MappingProxyType(
    {
        "eq": operator.eq,
        "neq": operator.ne,
        "lt": operator.lt,
        "lteq": operator.le,
        "gt": operator.gt,
        "gteq": operator.ge,
    }
)


def holds(constraint: Constraint, request: Request, place: str | None) -> bool | None:
    """LAD-TRM-027: whether the constraint holds for one country of the request; `None` where the fact is absent."""
    match constraint:
        case OnPurpose():
            names = None if request.purpose is None else with_broader(request.purpose)
            return _named(constraint, lambda value: None if names is None else value in names)
        case OnPlace():
            return _named(constraint, lambda value: None if place is None else value == place)
        case OnRecipient():
            return _named(constraint, lambda value: _is_recipient(value, request))
        case OnTime():
            return _ordered(request.time, constraint.operator, parse_time(constraint.right))
        case OnElapsed():
            return _ordered(request.elapsed, constraint.operator, parse_duration(constraint.right))
        case OnCount():
            return _ordered(request.count, constraint.operator, constraint.right)


def _named(
    constraint: OnPurpose | OnPlace | OnRecipient, matches: Callable[[str], bool | None]
) -> bool | None:
    values = constraint.right if isinstance(constraint.right, tuple) else (constraint.right,)
    found = [matches(value) for value in values]
    among = True if True in found else None if None in found else False
    if among is None or constraint.operator in ("eq", "isAnyOf"):
        return among
    return not among


def _is_recipient(value: str, request: Request) -> bool | None:
    fact = request.recipient if ":" in value else request.recipient_kind
    return None if fact is None else value == fact


def _ordered(fact: int | None, named: Orders, right: int) -> bool | None:
    return None if fact is None else _ORDER[named](fact, right)


R = TypeVar("R", Rule, Obligation)


@dataclass(frozen=True, slots=True)
class _Weighed(Generic[R]):
    """A rule, and for each country of the request whether each of its constraints holds."""

    rule: R
    pointer: str
    outcomes: Mapping[str | None, Sequence[bool | None]]

    def covers(self, place: str | None) -> bool:
        """As a permission: every constraint is known to hold there."""
        return all(outcome is True for outcome in self.outcomes[place])

    def applies_at(self) -> tuple[bool | None, ...] | None:
        """As a prohibition: the outcomes of the first country where no constraint is known to fail, if any."""
        return next((tuple(each) for each in self.outcomes.values() if False not in each), None)

    def reason(self, action: str, code: ReasonCode, at: int | None, verb: str) -> Reason:
        """A reason that points at the rule, or at its constraint of this number, in plain words."""
        _, kind, number = self.pointer.split("/")
        name = f"{kind.removesuffix('s')} {int(number) + 1}"
        if at is None or self.rule.constraints is None:
            return Reason(code, self.pointer, action, f"{name} {verb} {action}")
        constraint = self.rule.constraints[at]
        why = "the fact is not known" if code == "unknown" else "it does not hold"
        text = f"{name} {verb} {action}: {constraint.left} {constraint.operator} {_spell(constraint.right)}: {why}"
        return Reason(code, f"{self.pointer}/constraints/{at}", action, text)


def _spell(right: object) -> str:
    return ", ".join(map(str, right)) if isinstance(right, tuple) else str(right)


def _weighed(kind: str, rules: Iterable[R], request: Request) -> list[_Weighed[R]]:
    return [
        _Weighed(rule, f"{kind}/{number}", _outcomes(rule.constraints or (), request))
        for number, rule in enumerate(rules)
    ]


def _outcomes(
    constraints: Sequence[Constraint], request: Request
) -> Mapping[str | None, Sequence[bool | None]]:
    """For each country of the request, or for none where it names none: whether each constraint holds."""
    anywhere = [holds(each, request, None) for each in constraints]
    return {
        place: [
            holds(each, request, place) if each.left == "spatial" else known
            for each, known in zip(constraints, anywhere, strict=True)
        ]
        for place in request.spatial or (None,)
    }


def _on_action(
    action: str, granting: Sequence[_Weighed[Rule]], forbidding: Sequence[_Weighed[Rule]]
) -> list[Reason]:
    """LAD-TRM-028, LAD-TRM-029: why this action is refused, or else what permits it."""
    granting = [each for each in granting if is_about(each.rule.action, action)]
    forbidding = [each for each in forbidding if is_about(each.rule.action, action)]
    refusals = [*_prohibited(action, forbidding), *_not_granted(action, granting)]
    return refusals or [
        each.reason(action, "permitted", None, "permits")
        for each in granting
        if any(each.covers(place) for place in each.outcomes)
    ]


def _prohibited(action: str, forbidding: Iterable[_Weighed[Rule]]) -> Iterator[Reason]:
    for each in forbidding:
        outcomes = each.applies_at()
        if outcomes is not None and None in outcomes:
            yield each.reason(action, "unknown", outcomes.index(None), "prohibits")
        elif outcomes is not None:
            yield each.reason(action, "prohibited", None, "prohibits")


def _not_granted(action: str, granting: Sequence[_Weighed[Rule]]) -> Iterator[Reason]:
    """What keeps each permission from covering the first country that none of them covers."""
    if not granting:
        yield Reason("no-permission", "/permissions", action, f"no permission is about {action}")
        return
    for place in granting[0].outcomes:
        if not any(each.covers(place) for each in granting):
            for each in granting:
                at = next(at for at, outcome in enumerate(each.outcomes[place]) if outcome is not True)
                code: ReasonCode = "unknown" if each.outcomes[place][at] is None else "not-met"
                yield each.reason(action, code, at, "does not permit")
            return
