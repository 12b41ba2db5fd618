"""Oracle and SDK find the same ids in the same statements: every act of the vectors, each with all that it can name."""

import json
from pathlib import Path

import pytest

from lading import acts
from lading.rules import engine
from lading.statement import envelope
from lading_conformance.oracle import statement
from lading_conformance.oracle.closure import NAMED, closure, named

VECTORS = Path(__file__).parents[3] / "spec" / "vectors"
ACCEPTED = {
    act: [
        case["statement"].encode()
        for case in json.loads((VECTORS / act / "form.json").read_text("utf-8"))["cases"]
        if case["expect"]["outcome"] == "accept"
    ]
    for act in NAMED
}


@pytest.mark.parametrize("act", NAMED)
def test_a_statement_names_what_the_sdk_finds_in_it(act: str) -> None:
    assert ACCEPTED[act]
    for jws in ACCEPTED[act]:
        found = set(named(statement.parse(jws)))
        assert found == set(engine.references(acts.parse(envelope.decode(jws))))


def test_each_member_that_names_stands_in_some_statement_of_the_vectors() -> None:
    for act, members in NAMED.items():
        said = [statement.parse(jws).payload for jws in ACCEPTED[act]]
        assert set(members) <= set().union(*said), act


def test_the_closure_ends_where_bytes_are_missing() -> None:
    (jws,) = ACCEPTED["withdrawal"][:1]
    said = statement.parse(jws)
    assert closure((said.id,), {}) == {said.id}
    assert closure((said.id,), {said.id: said}) == {said.id, *named(said)}
