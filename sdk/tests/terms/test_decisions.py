"""Decisions: as a naive evaluator has them, and never turned around by what cannot turn them around."""

import dataclasses
import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lading.terms.decision import Decision, decide, obligations, with_broader
from lading.terms.permissions import Permissions
from sdk.tests.core.conftest import BRIEF
from sdk.tests.core.vectors import Case, load
from sdk.tests.terms import drawing, naive
from sdk.tests.terms.cases import request

Body = dict[str, Any]


def decision(body: Body, asked: Body) -> Decision:
    return decide(drawing.read(body), request(asked))


@BRIEF
@given(drawing.permissions(), drawing.requests())
def test_a_decision_is_that_of_the_naive_evaluator(body: Body, asked: Body) -> None:
    assert decision(body, asked).permitted is naive.permits(body, asked)


VECTORS = [row for row in load("terms/decisions").cases if row["request"]["actions"]]


@pytest.mark.parametrize("row", [pytest.param(row, id=row["name"]) for row in VECTORS])
def test_the_naive_evaluator_decides_as_the_vectors(row: Case) -> None:
    bounds = {"2026-11-23T09:00:00.000Z": 1_795_424_400_000, "P30D": 30 * 86_400_000}
    assert naive.permits(row["permissions"], row["request"], bounds) is row["expect"]["permitted"]


@BRIEF
@given(drawing.permissions(), drawing.rules(), drawing.requests())
def test_another_prohibition_never_permits_more(body: Body, rule: Body, asked: Body) -> None:
    more = {**body, "prohibitions": [*body.get("prohibitions", []), rule]}
    assert decision(body, asked).permitted >= decision(more, asked).permitted


@BRIEF
@given(drawing.permissions(), drawing.rules(), drawing.requests())
def test_another_permission_never_prohibits_more(body: Body, rule: Body, asked: Body) -> None:
    more = {**body, "permissions": [*body["permissions"], rule]}
    assert decision(body, asked).permitted <= decision(more, asked).permitted


@BRIEF
@given(drawing.permissions(), drawing.requests(), st.randoms(use_true_random=False))
def test_the_order_of_rules_constraints_and_facts_does_not_matter(
    body: Body, asked: Body, order: random.Random
) -> None:
    def mixed(listed: list[Any]) -> list[Any]:
        return order.sample(listed, len(listed))

    def turned(rule: Body) -> Body:
        return {name: mixed(value) if name == "constraints" else value for name, value in rule.items()}

    other = {kind: [turned(rule) for rule in mixed(listed)] for kind, listed in body.items()}
    facts = {name: mixed(fact) if isinstance(fact, list) else fact for name, fact in asked.items()}
    assert decision(other, facts).permitted is decision(body, asked).permitted


@BRIEF
@given(drawing.permissions(), drawing.requests())
def test_an_absent_fact_never_permits_more(body: Body, asked: Body) -> None:
    permitted = decision(body, asked).permitted
    for name in asked.keys() - {"actions"}:
        less = {fact: value for fact, value in asked.items() if fact != name}
        assert decision(body, less).permitted <= permitted


@BRIEF
@given(drawing.permissions(), drawing.requests())
def test_several_actions_and_countries_are_permitted_where_each_is(body: Body, asked: Body) -> None:
    each = [
        decision(body, {**asked, "actions": [action], "spatial": [country] if country else []}).permitted
        for action in asked["actions"]
        for country in asked.get("spatial") or [None]
    ]
    assert decision(body, asked).permitted is all(each)


@BRIEF
@given(drawing.permissions(), drawing.requests())
def test_every_reason_points_at_what_decided(body: Body, asked: Body) -> None:
    made = decision(body, asked)
    assert {reason.action for reason in made.reasons} == set(asked["actions"])
    for reason in made.reasons:
        value: Any = body
        for part in reason.pointer.split("/")[1:]:
            value = value[int(part) if isinstance(value, list) else part]
        assert ("left" in value) is (reason.code in ("not-met", "unknown"))
        assert ("prohibits" in reason.text) is reason.pointer.startswith("/prohibitions")
        assert reason.action in reason.text


@BRIEF
@given(st.lists(drawing.rules(), min_size=1, max_size=3), drawing.requests())
def test_an_obligation_binds_where_a_prohibition_would_apply(rules: list[Body], asked: Body) -> None:
    everything = [{"action": "use"}]
    for rule in rules:
        conditions = {name: value for name, value in rule.items() if name == "constraints"}
        banned = {"permissions": everything, "prohibitions": [{"action": "use", **conditions}]}
        duty = {"permissions": everything, "obligations": [{"action": "delete", **conditions}]}
        binds = obligations(drawing.read(duty), request(asked)) != ()
        assert binds is not decision(banned, {**asked, "actions": ["use"]}).permitted


def test_a_request_for_nothing_is_not_permitted() -> None:
    open_to_all = Permissions.model_validate({"permissions": ({"action": "use"},)})
    made = decide(open_to_all, request({"actions": []}))
    assert (made.permitted, [reason.code for reason in made.reasons]) == (False, ["no-action"])


def test_the_purposes_of_the_registry_lead_to_their_broader_ones_and_end() -> None:
    for purpose in naive.REGISTRY:
        assert with_broader(purpose) == {each for each in naive.REGISTRY if naive.is_within(purpose, each)}
    assert with_broader("road-planning") == {"road-planning"}


def test_a_decision_cannot_be_changed() -> None:
    made = decision({"permissions": [{"action": "use"}]}, {"actions": ["use"]})
    with pytest.raises(dataclasses.FrozenInstanceError):
        made.permitted = False  # type: ignore[misc]
