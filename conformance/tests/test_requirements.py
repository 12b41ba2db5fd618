"""The package's copy of the specification is current."""

import re
from pathlib import Path

import pytest

from conformance.tools import requirements as tool
from lading_conformance.cases import index
from lading_conformance.oracle import tables
from lading_conformance.requirements import codes, machines, requirements, untested


def test_the_copy_is_current() -> None:
    assert tool.main(["--check"]) == 0


def test_a_copy_that_is_not_current_is_noticed(tmp_path: Path) -> None:
    spec = tmp_path / "spec"
    spec.mkdir()
    (spec / "requirements.json").write_text('{"requirements": []}', "utf-8")
    (spec / "codes.md").write_text("| `too-large` | 413 | never | LAD-STM-002 | meaning |\n", "utf-8")
    target = tmp_path / tool.TARGET
    target.parent.mkdir(parents=True)
    assert tool.main(["--check"], tmp_path) == 1
    assert tool.main([], tmp_path) == 0
    assert tool.main(["--check"], tmp_path) == 0
    target.write_text(target.read_text("utf-8").replace("413", "400"), "utf-8")
    assert tool.main(["--check"], tmp_path) == 1


def test_every_code_names_a_requirement_with_that_code() -> None:
    assert codes()
    for code in codes().values():
        assert requirements()[code.requirement].code == code.code


def test_every_requirement_of_a_case_is_in_the_specification() -> None:
    for case in index.CASES:
        assert set(case.requirements) <= set(requirements())


def test_every_lifecycle_has_its_states_and_a_code() -> None:
    assert len(machines()) == len(list((tool.ROOT / "spec" / "machines").glob("*.json")))
    for machine in machines().values():
        assert {*machine.becomes.values(), *(state for state, _ in machine.becomes)} == set(machine.states)
        assert machine.refusal in codes()


def test_every_requirement_has_a_case_or_a_reason() -> None:
    missing = [name for name in requirements() if not index.about(name) and name not in untested()]
    assert missing == []


def test_no_requirement_has_a_case_and_a_reason() -> None:
    assert [name for name in untested() if index.about(name)] == []


def test_every_reason_is_about_a_requirement_and_a_sentence() -> None:
    assert list(untested()) == sorted(untested())
    assert set(untested()) <= set(requirements())
    for reason in untested().values():
        assert re.fullmatch(r"[A-Z`][^\n]{20,}\.", reason), reason


@pytest.mark.parametrize(
    ("machine", "state", "event", "then"),
    [
        ("claim", "absent", "claim", "open"),
        ("claim", "open", "answer", "answered"),
        ("claim", "withdrawn", "answer", None),
        ("contract", "ending", "resumption", None),
    ],
)
def test_the_tables_say_where_an_event_leads(machine: str, state: str, event: str, then: str | None) -> None:
    assert tables.after(machine, state, event) == then


def test_a_table_has_events_a_refusal_and_no_other_states() -> None:
    assert set(tables.events("claim")) == {"claim", "answer", "ruling", "withdrawal"}
    assert tables.refusal("claim") == "claim-not-open"
    with pytest.raises(KeyError):
        tables.after("claim", "asleep", "answer")
