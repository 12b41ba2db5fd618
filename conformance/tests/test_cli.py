"""The command: help, list, explain, and what it says to a wrong call."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from lading_conformance import cli
from lading_conformance.cases import index
from lading_conformance.report.model import Report
from lading_conformance.requirements import untested
from lading_conformance.trial.case import Case

runner = CliRunner()


def output_of(*arguments: str) -> str:
    result = runner.invoke(cli.app, arguments)
    assert result.exit_code == 0, result.output
    return result.output


@pytest.mark.parametrize("command", ["run", "list", "explain", "report", "wrong"])
def test_every_command_has_help(command: str) -> None:
    assert "Usage" in output_of(command, "--help")


def test_list_names_all_cases() -> None:
    said = output_of("list")
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


def test_explain_says_why_a_requirement_has_no_case() -> None:
    for name, reason in untested().items():
        assert reason.split()[0] in output_of("explain", name)


def test_list_shows_the_cases_of_a_profile() -> None:
    told = json.loads(output_of("list", "--profile", "log", "--json"))["cases"]
    assert [case["name"] for case in told] == [case.name for case in index.CASES if case.profile == "log"]
    assert told[0]["requirements"] == list(index.CASES[0].requirements)
    assert "verifier_log" in output_of("list", "--profile", "verifier")


def test_explain_tells_a_requirement_in_json() -> None:
    told = json.loads(output_of("explain", "LAD-STM-003", "--json"))
    assert (told["code"], told["page"]) == ("bad-base64url", "spec/statement.md")
    assert "statement_codec" in {case["name"] for case in told["cases"]}
    assert json.loads(output_of("explain", "statement_codec", "--json"))["name"] == "statement_codec"


def subject(folder: Path, text: str) -> str:
    path = folder / "subject.toml"
    path.write_text(text, "utf-8")
    return str(path)


def test_an_expected_failure_of_what_is_not_there_is_said(tmp_path: Path) -> None:
    entry = "[[expected_failure]]\ncase = 'no_case'\nreason = 'a'\nissue = 'b'\nexpires = 2999-12-31"
    result = runner.invoke(cli.app, ["run", "http://127.0.0.1:9", "--subject", subject(tmp_path, entry)])
    assert result.exit_code == 2
    assert "no_case" in result.output


def test_an_expected_failure_that_has_expired_is_said(tmp_path: Path) -> None:
    entry = "[[expected_failure]]\ncase = 'log_exchange'\nreason = 'a'\nissue = 'b'\nexpires = 2001-12-31"
    arguments = ["run", "http://127.0.0.1:9", "--subject", subject(tmp_path, entry), "--case", "log_exchange"]
    result = runner.invoke(cli.app, arguments)
    assert result.exit_code == 1
    assert "log_exchange expired on 2001-12-31" in " ".join(result.output.split())


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["--peer", "http://127.0.0.1:8"], ""),
        ([], "[peer]\nurl = 'http://127.0.0.1:8'"),
        (["--peer", "http://127.0.0.1:8"], "[peer]\nurl = 'http://127.0.0.1:7'"),
    ],
)
def test_a_peer_is_named_by_the_command_or_the_file(tmp_path: Path, arguments: list[str], text: str) -> None:
    given = [
        "run",
        "http://127.0.0.1:9",
        "--subject",
        subject(tmp_path, text),
        "--case",
        "log_exchange",
        "--json",
    ]
    result = runner.invoke(cli.app, [*given, *arguments])
    peer = Report.model_validate_json(result.output).peer
    assert peer is not None
    assert peer.url == "http://127.0.0.1:8"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["explain", "LAD-XYZ-999"], "neither a case nor a requirement"),
        (["run"], "address"),
        (["run", "exchange.example"], "http://"),
        (["run", "http://127.0.0.1:9", "--case", "no_such_case"], "no_such_case"),
        (["run", "http://127.0.0.1:9", "--profile", "telepathy"], "telepathy"),
        (["run", "http://127.0.0.1:9", "--requirement", "LAD-XYZ-999"], "LAD-XYZ-999"),
        (["run", "http://127.0.0.1:9", "-k", "no_such_case"], "No case is selected by -k no_such_case"),
        (["run", "http://127.0.0.1:9", "-k", "or or"], "-k 'or or'"),
        (["run", "http://127.0.0.1:9", "--peer", "b.example"], "--peer"),
        (["list", "--profile", "telepathy"], "exchange-to-exchange, verifier"),
        (["run", "http://127.0.0.1:9", "--subject", "no-such-file.toml"], "no-such-file.toml"),
        (["wrong", "no-such-exchange", "--before", "http://127.0.0.1:9"], "forged-proof"),
    ],
)
def test_a_wrong_call_is_answered_with_exit_code_2_and_a_sentence(arguments: list[str], said: str) -> None:
    result = runner.invoke(cli.app, arguments)
    assert result.exit_code == 2
    assert said in result.output


def test_the_json_report_is_all_that_is_printed() -> None:
    result = runner.invoke(cli.app, ["run", "http://127.0.0.1:9", "--json", "--case", "log_exchange"])
    assert result.exit_code == 1
    assert Report.model_validate_json(result.output).verdict == "fail"
