"""The package's copy of the specification is current."""

from pathlib import Path

from conformance.tools import requirements as tool
from lading_conformance.cases import index
from lading_conformance.requirements import codes, machines, requirements


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
