"""What the property tests of terms draw from: permissions and requests as JSON, and prices."""

from typing import Any

from hypothesis import strategies as st

from lading.terms.permissions import Permissions
from sdk.tests.core.vectors import Case

IDS = ("sha256:" + "a" * 64, "sha256:" + "b" * 64)
KINDS = ("university", "company")
ACTIONS = ("use", "read", "train", "distribute", "transfer", "sell")
PURPOSES = ("research", "research-and-development", "academic-research", "marketing", "targeted-advertising")
COUNTRIES = ("DE", "FR", "US")
TIMES = {"2026-01-01T00:00:00.000Z": 1_767_225_600_000, "2027-01-01T00:00:00.000Z": 1_798_761_600_000}
LENGTHS = {"PT1S": 1000, "P1D": 86_400_000}
NAMED = {"purpose": PURPOSES, "spatial": COUNTRIES, "recipient": IDS + KINDS}
ORDERED: dict[str, tuple[Any, ...]] = {
    "dateTime": tuple(TIMES),
    "elapsedTime": tuple(LENGTHS),
    "count": (0, 1, 2),
}


@st.composite
def constraints(draw: st.DrawFn) -> dict[str, Any]:
    """A constraint."""
    left = draw(st.sampled_from(sorted(NAMED | ORDERED)))
    if left in ORDERED:
        operator = draw(st.sampled_from(["eq", "neq", "lt", "lteq", "gt", "gteq"]))
        return {"left": left, "operator": operator, "right": draw(st.sampled_from(ORDERED[left]))}
    operator = draw(st.sampled_from(["eq", "neq", "isAnyOf", "isNoneOf"]))
    one = st.sampled_from(NAMED[left])
    many = st.lists(one, min_size=1, max_size=3, unique=True)
    return {"left": left, "operator": operator, "right": draw(many if operator.startswith("is") else one)}


@st.composite
def rules(draw: st.DrawFn) -> dict[str, Any]:
    """A rule."""
    made: dict[str, Any] = {"action": draw(st.sampled_from(ACTIONS))}
    conditions = draw(st.lists(constraints(), max_size=3))
    return {**made, "constraints": conditions} if conditions else made


def permissions(*, prohibitions: int = 3) -> st.SearchStrategy[dict[str, Any]]:
    """Permissions as JSON, with at most so many prohibitions."""
    return st.builds(
        lambda permitted, prohibited: (
            {"permissions": permitted} | ({"prohibitions": prohibited} if prohibited else {})
        ),
        st.lists(rules(), min_size=1, max_size=4),
        st.lists(rules(), max_size=prohibitions),
    )


def requests() -> st.SearchStrategy[dict[str, Any]]:
    """Requests as vectors write them; each fact can be absent."""
    near = st.sampled_from([at + step for at in TIMES.values() for step in (-1, 0, 1)])
    facts = {
        "purpose": st.sampled_from(PURPOSES),
        "spatial": st.lists(st.sampled_from(COUNTRIES), max_size=3),
        "recipient": st.sampled_from(IDS),
        "recipient_kind": st.sampled_from(KINDS),
        "time": near,
        "elapsed": st.sampled_from([0, 999, 1000, 1001, 86_400_000]),
        "count": st.integers(0, 3),
    }
    actions = st.lists(st.sampled_from(ACTIONS), min_size=1, max_size=3)
    return st.fixed_dictionaries({"actions": actions}, optional=facts)


def read(body: Case) -> Permissions:
    """Permissions, from JSON as Python has it."""
    made = {kind: tuple(_rule(rule) for rule in listed) for kind, listed in body.items()}
    return Permissions.model_validate(made)


def _rule(rule: dict[str, Any]) -> dict[str, Any]:
    if "constraints" not in rule:
        return rule
    conditions = tuple(
        {**each, "right": tuple(each["right"])} if isinstance(each["right"], list) else each
        for each in rule["constraints"]
    )
    return {**rule, "constraints": conditions}
