"""The lifecycles: every pair of state and event is visited, and what a table does not hold changes nothing."""

import json

import pytest

from lading.acts.lifecycle import Machine
from lading.acts.machines import MACHINES
from lading.problems import PROBLEMS, Refused
from sdk.tests.core.vectors import SPEC

TABLES = {
    path.stem: json.loads(path.read_text(encoding="utf-8")) for path in (SPEC / "machines").glob("*.json")
}
PAIRS = [
    pytest.param(machine, state, event, id=f"{machine.name}-{state}-{event}")
    for machine in MACHINES
    for state in sorted(machine.states)
    for event in sorted(machine.events)
]


@pytest.mark.parametrize(("machine", "state", "event"), PAIRS)
def test_every_event_in_every_state(machine: Machine, state: str, event: str) -> None:
    table = TABLES[machine.name]
    following = {(row["from"], row["event"]): row["to"] for row in table["transitions"]}.get((state, event))
    before = dict(machine.table)
    if following is not None:
        assert machine.after(state, event) == following
    else:
        with pytest.raises(Refused) as refusal:
            machine.after(state, event, winner="sha256:winner")
        assert refusal.value.code == table["refusal"]
        assert refusal.value.winner == "sha256:winner"
    assert dict(machine.table) == before


@pytest.mark.parametrize("machine", MACHINES, ids=lambda machine: machine.name)
def test_a_machine_is_its_table(machine: Machine) -> None:
    table = TABLES[machine.name]
    assert machine.states == set(table["states"])
    assert (machine.start, machine.refusal) == (table["start"], table["refusal"])
    assert machine.events == {row["event"] for row in table["transitions"]}
    assert machine.refusal in PROBLEMS


@pytest.mark.parametrize("machine", MACHINES, ids=lambda machine: machine.name)
def test_every_state_is_reached_from_the_start(machine: Machine) -> None:
    reached = {machine.start}
    while more := {to for (state, _), to in machine.table.items() if state in reached} - reached:
        reached |= more
    assert reached == machine.states


@pytest.mark.parametrize("machine", MACHINES, ids=lambda machine: machine.name)
def test_an_unknown_event_or_state_is_refused(machine: Machine) -> None:
    for state, event in ((machine.start, "gift"), ("nowhere", next(iter(machine.events))), ("", "")):
        with pytest.raises(Refused):
            machine.after(state, event)


@pytest.mark.parametrize("machine", MACHINES, ids=lambda machine: machine.name)
def test_a_table_cannot_be_changed(machine: Machine) -> None:
    with pytest.raises(TypeError, match="does not support item assignment"):
        machine.table["absent", "gift"] = "given"  # type: ignore[index]
