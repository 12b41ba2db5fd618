"""The command: help, list, explain, and what it says to a wrong call."""

import pytest
from typer.testing import CliRunner

from lading_conformance import cli
from lading_conformance.cases import index
from lading_conformance.trial.case import Case

runner = CliRunner()


def output_of(*arguments: str) -> str:
    result = runner.invoke(cli.app, arguments)
    assert result.exit_code == 0, result.output
    return result.output


@pytest.mark.parametrize("command", ["run", "list", "explain", "wrong"])
def test_every_command_has_help(command: str) -> None:
    assert "Usage" in output_of(command, "--help")


def test_list_names_all_fifteen_cases() -> None:
    said = output_of("list")
    assert len(index.CASES) == 15
    assert all(case.name in said for case in index.CASES)


@pytest.mark.parametrize("case", index.CASES, ids=lambda case: case.name)
def test_explain_tells_a_case_by_its_requirements(case: Case) -> None:
    said = output_of("explain", case.name)
    assert all(name in said for name in case.requirements)


def test_explain_tells_a_requirement_by_its_sentence_and_cases() -> None:
    said = output_of("explain", "LAD-STM-003")
    assert "trailing bits" in said
    assert "statement_codec" in said
    assert "bad-base64url" in said


def test_explain_says_where_no_case_checks_a_requirement_yet() -> None:
    assert "no case yet" in output_of("explain", "LAD-EVI-010")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["explain", "LAD-XYZ-999"], "neither a case nor a requirement"),
        (["run"], "address"),
        (["run", "exchange.example"], "http://"),
        (["run", "http://127.0.0.1:9", "--case", "no_such_case"], "no_such_case"),
        (["run", "http://127.0.0.1:9", "--subject", "no-such-file.toml"], "no-such-file.toml"),
        (["wrong", "no-such-exchange", "--before", "http://127.0.0.1:9"], "forged-proof"),
    ],
)
def test_a_wrong_call_is_answered_with_exit_code_2_and_a_sentence(arguments: list[str], said: str) -> None:
    result = runner.invoke(cli.app, arguments)
    assert result.exit_code == 2
    assert said in result.output


def test_the_json_report_is_all_that_is_printed() -> None:
    from lading_conformance.report.model import Report

    result = runner.invoke(cli.app, ["run", "http://127.0.0.1:9", "--json", "--case", "log_exchange"])
    assert result.exit_code == 1
    assert Report.model_validate_json(result.output).verdict == "fail"
