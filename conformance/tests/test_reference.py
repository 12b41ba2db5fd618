"""The whole suite against the reference server as a real process."""

import json
import threading
from pathlib import Path

import pytest
from typer.testing import CliRunner

from conformance.tests.running import RunningExchange, two_exchanges
from lading_conformance import cli, runner
from lading_conformance.cases import index
from lading_conformance.drivers.exchange import Exchange
from lading_conformance.drivers.http import Http
from lading_conformance.drivers.party import Party
from lading_conformance.report import files
from lading_conformance.report.model import Report
from lading_conformance.requirements import requirements


def wrong_with(report: Report) -> list[tuple[str, ...]]:
    """What is not as it has to be, in words that a failing test shows."""
    wrong = [
        (case.name, check.requirement, check.what, str(check.detail))
        for case in report.cases
        for check in case.checks
        if check.verdict != "pass"
    ]
    return wrong + [
        (case.name, case.verdict, str(case.reason)) for case in report.cases if case.verdict != "pass"
    ]


def test_the_reference_server_passes_every_case(tmp_path: Path) -> None:
    with two_exchanges(tmp_path) as (exchange, peer):
        cases = runner.suited(index.CASES, exchange.subject)
        plan = runner.Plan(cases, seed=7, seconds=1200, peer=runner.Target(peer.api, peer.subject))
        report = runner.run(exchange.api, exchange.subject, plan)
    assert wrong_with(report) == []
    assert len(report.cases) == len(cases)
    assert (report.verdict, runner.exit_code(report)) == ("pass", 0)
    for case, told in zip(cases, report.cases, strict=True):
        named = {check.requirement for check in told.checks}
        assert set(case.requirements) == named, case.name
        assert len(named) == len(case.requirements)
        assert named <= set(requirements())
        assert sum(check.end - check.first for check in told.checks) >= len(told.checks) // 2, case.name


def test_no_case_needs_another_one_before_it(exchange: RunningExchange) -> None:
    cases = [case for case in runner.suited(index.CASES, exchange.subject) if not case.slow]
    alone = [case for case in cases[::-1] if case.profile != "exchange-to-exchange"]
    report = runner.run(exchange.api, exchange.subject, runner.Plan(alone, seed=8, seconds=1200))
    assert wrong_with(report) == []


def test_the_command_writes_the_report_and_keeps_secrets_out_of_it(
    exchange: RunningExchange, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = json.dumps(list(exchange.subject.admission.command or ()))
    subject = tmp_path / "subject.toml"
    subject.write_text(
        f'name = "the reference server"\nurl = "{exchange.api}"\n[admission]\ncommand = {command}\n', "utf-8"
    )
    arguments = ["run", "--subject", str(subject), "--report", str(tmp_path / "out"), "--seed", "9"]
    result = CliRunner().invoke(cli.app, [*arguments, "--case", "contract_privacy"])
    assert result.exit_code == 0, result.output
    assert "Every case passed." in result.output
    assert "LAD-HTP-010" not in result.output, "what passes is told in a line"
    written = (tmp_path / "out" / "report.json").read_text("utf-8")
    report = Report.model_validate_json(written)
    assert (report.seed, report.verdict, len(report.cases)) == (9, "pass", 1)
    assert "(redacted)" in written
    assert '"signature": "lading=' not in written
    assert 'nonce=\\"(redacted)\\"' in written
    assert (tmp_path / "out" / "report.schema.json").read_text("utf-8") == files.schema()
    text = (tmp_path / "out" / "report.txt").read_text("utf-8")
    assert "contract_privacy" in text
    assert "LAD-HTP-010" in text


def test_an_exchange_that_others_use_meanwhile_passes(exchange: RunningExchange) -> None:
    over = threading.Event()

    def others() -> None:
        with Http(exchange.api) as http:
            home = str(Exchange(http).well_known().members()["id"])
            while not over.wait(0.01):
                other = Party.new("Somebody else", home)
                assert Exchange(http).register(other.sign(other.introduction())).status == 201

    thread = threading.Thread(target=others)
    thread.start()
    try:
        subject = exchange.subject.model_copy(update={"quiet": False})
        names = ("statement_codec", "transfer_sealed", "transfer_fairness", "transfer_closing", "log_history")
        cases = tuple(case for case in index.CASES if case.name in names)
        report = runner.run(exchange.api, subject, runner.Plan(cases, seed=12))
    finally:
        over.set()
        thread.join()
    assert report.verdict == "pass"


def test_what_is_not_claimed_is_not_tried_and_not_passed(exchange: RunningExchange) -> None:
    subject = exchange.subject.model_copy(update={"capabilities": ("statement", "log")})
    cases = tuple(case for case in index.CASES if case.name in ("log_exchange", "transfer_trade"))
    report = runner.run(exchange.api, subject, runner.Plan(cases, seed=10))
    assert [case.verdict for case in report.cases] == ["pass", "not claimed"]
    assert runner.exit_code(report) == 3


def test_without_an_admission_the_cases_that_need_one_are_blocked(exchange: RunningExchange) -> None:
    admission = exchange.subject.admission.model_copy(update={"command": None, "timeout_seconds": 0.5})
    subject = exchange.subject.model_copy(update={"admission": admission})
    cases = tuple(case for case in index.CASES if case.name in ("catalogue_listing", "contract_slots"))
    report = runner.run(exchange.api, subject, runner.Plan(cases, seed=11))
    assert [case.verdict for case in report.cases] == ["blocked", "blocked"]
    assert "no admission of" in str(report.cases[0].reason)
    assert runner.exit_code(report) == 1
