"""The self-test as a command: a sample of every kind of mutant, going on where it ended, and all of it as soak."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from lading_conformance import cli
from lading_conformance.selftest.command import RESULTS
from lading_conformance.selftest.hosting import Host
from lading_conformance.selftest.model import Mutant, Outcome
from lading_conformance.selftest.mutants import mutants
from lading_conformance.selftest.trying import try_mutant

SEED = 6
"""Which mutants the sample takes; another seed takes others."""


def self_test(*words: str) -> Result:
    return CliRunner().invoke(cli.app, ["self-test", *words])


def test_a_sample_of_every_kind_of_mutant_is_killed(tmp_path: Path) -> None:
    words = ("--sample", "25", "--seed", str(SEED), "--no-reference", "--report", str(tmp_path))
    result = self_test(*words)
    assert result.exit_code == 0, result.output
    lines = (tmp_path / RESULTS).read_text("utf-8").splitlines()
    outcomes = [Outcome.model_validate_json(line) for line in lines]
    assert {outcome.kind for outcome in outcomes} == {
        "rule",
        "refusal",
        "form",
        "behaviour",
        "spoilt answer",
        "wrong answer",
    }
    again = self_test(*words)
    assert again.exit_code == 0, again.output
    assert "25 mutants, 25 of them tried before" in again.output
    assert "All of that holds." in again.output


def test_a_mutant_that_no_case_notices_survives_and_the_exit_code_says_so(tmp_path: Path) -> None:
    words = ("--only", "does.waits-for-nothing", "--no-reference")
    assert self_test(*words).exit_code == 2
    nothing = Mutant(
        name="another-id", kind="spoilt answer", requirements=("LAD-LOG-006",), cases=("log_exchange",)
    )
    with Host(tmp_path) as host:
        outcome = try_mutant(host, nothing, {})
    assert outcome.fate == "survived"
    assert ("log_exchange", "LAD-PAR-006") in outcome.failed


def test_the_reference_server_is_told_first_and_outcomes_are_printed_as_json() -> None:
    result = self_test("--only", "forged-proof", "--json", "--jobs", "1")
    assert result.exit_code == 0, result.output
    (outcome,) = map(json.loads, result.output.splitlines())
    assert (outcome["fate"], outcome["killer"]["requirement"]) == ("killed", "LAD-REG-004")


@pytest.mark.soak
def test_every_mutant_is_killed(tmp_path: Path) -> None:
    result = self_test("--report", str(tmp_path))
    assert result.exit_code == 0, result.output
    assert len((tmp_path / RESULTS).read_text("utf-8").splitlines()) == len(mutants())
