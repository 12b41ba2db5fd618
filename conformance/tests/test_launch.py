"""pytest underneath: what it selects, how outcomes come back from it, and what of the surroundings does not matter."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from conformance.tests.running import RunningExchange, free_port
from conformance.tests.test_hostile_subjects import answers_nonsense, says_nothing, tcp_server
from lading_conformance import launch, plugin, runner
from lading_conformance.cases import index
from lading_conformance.drivers.subject import ExpectedFailure, Subject
from lading_conformance.report.model import CaseReport, Report
from lading_conformance.trial.case import Case

SUITE = [sys.executable, "-m", "lading_conformance"]
LATER = datetime.now(UTC).date() + timedelta(days=1)


def named(*names: str) -> tuple[Case, ...]:
    return tuple(case for case in index.CASES if case.name in names)


def run(url: str, subject: Subject, *names: str, jobs: int = 1, fail_fast: bool = False) -> Report:
    plan = runner.Plan(named(*names) if names else index.CASES, seed=1)
    return launch.run(runner.Target(url, subject), plan, jobs=jobs, fail_fast=fail_fast)


def nobody() -> str:
    return f"http://127.0.0.1:{free_port()}"


def announced(name: str) -> ExpectedFailure:
    return ExpectedFailure(case=name, reason="known", issue="https://issues.example/1", expires=LATER)


@pytest.mark.parametrize("jobs", [1, 2])
def test_cases_pass_in_one_process_and_in_two(exchange: RunningExchange, jobs: int) -> None:
    names = ("log_exchange", "log_registration", "log_history", "statement_signature")
    report = run(exchange.api, exchange.subject, *names, jobs=jobs)
    assert [(case.name, case.verdict) for case in report.cases] == [
        (case.name, "pass") for case in named(*names)
    ]
    assert report.verdict == "pass"
    assert report.id is not None
    assert sum(len(case.messages) for case in report.cases) > 50


def test_what_is_told_is_what_the_runner_tells_without_pytest() -> None:
    url, subject = nobody(), Subject(capabilities=("log", "transfer"))
    told = run(url, subject)
    direct = runner.run(url, subject, runner.Plan(index.CASES, seed=1))
    assert [outcome(case) for case in told.cases] == [outcome(case) for case in direct.cases]
    assert {case.verdict for case in told.cases} == {"fail", "blocked", "not claimed"}


def outcome(case: CaseReport) -> tuple[object, ...]:
    return case.name, case.verdict, case.reason, [(check.requirement, check.verdict) for check in case.checks]


def test_announced_failures_and_passes_come_back(exchange: RunningExchange) -> None:
    passing = exchange.subject.model_copy(update={"expected_failure": (announced("log_exchange"),)})
    assert [case.verdict for case in run(exchange.api, passing, "log_exchange").cases] == ["unexpected pass"]
    failing = Subject(expected_failure=(announced("log_exchange"),))
    with tcp_server(answers_nonsense) as url:
        report = run(url, failing, "log_exchange")
    assert [case.verdict for case in report.cases] == ["expected failure"]
    assert runner.exit_code(report) == 3


def test_the_first_failure_ends_the_run_if_asked_to() -> None:
    report = run(nobody(), Subject(), "log_exchange", "log_registration", "statement_codec", fail_fast=True)
    assert [case.verdict for case in report.cases] == ["fail", "blocked", "blocked"]
    assert "--fail-fast" in str(report.cases[1].reason)


def test_a_silent_subject_is_not_asked_by_the_cases_that_run_alone() -> None:
    hooks = {"hooks": {"restart": ["false"], "timeout_seconds": 1}, "request_timeout_seconds": 0.2}
    report = run(nobody(), Subject.model_validate(hooks))
    names = {case.name for case in index.CASES if launch.ALONE in case.needs}
    alone = [case for case in report.cases if case.name in names]
    assert alone
    assert {case.reason for case in alone} == {runner.SILENCE}


def test_a_hanging_subject_ends_soon_in_several_processes() -> None:
    begun = datetime.now(UTC)
    with tcp_server(says_nothing) as url:
        report = run(url, Subject(request_timeout_seconds=0.5), jobs=2)
    assert datetime.now(UTC) - begun < timedelta(seconds=20)
    assert runner.exit_code(report) == 1
    assert len(report.cases) == len(index.CASES)


@pytest.mark.parametrize(
    ("expression", "selected"),
    [
        ("log_history", {"log_history"}),
        ("log_history or statement_codec", {"log_history", "statement_codec"}),
        (
            "transfer_ and not sealed",
            {case.name for case in index.CASES if case.name.startswith("transfer_")},
        ),
    ],
)
def test_an_expression_selects_by_name(expression: str, selected: set[str]) -> None:
    found = {case.name for case in launch.selected(index.CASES, expression)}
    assert found <= selected
    assert "transfer_sealed" not in found
    assert found


def test_an_expression_selects_by_profile_and_requirement() -> None:
    assert {case.profile for case in launch.selected(index.CASES, "recourse")} >= {"recourse"}
    assert launch.selected(index.CASES, "LAD-STM-003") == index.about("LAD-STM-003")
    assert launch.selected(index.CASES, "nothing_is_called_this") == ()


def test_what_is_no_expression_is_said() -> None:
    with pytest.raises(launch.BadSelection, match="no expression"):
        launch.selected(index.CASES, "log or or")


def test_nothing_of_the_surroundings_takes_part(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text("raise SystemExit('conftest.py was read')", "utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = --no-such-option\n", "utf-8")
    (tmp_path / "lading_hostile.py").write_text("raise SystemExit('a plugin was loaded')", "utf-8")
    environment = {
        **os.environ,
        "PYTEST_ADDOPTS": "--no-such-option",
        "PYTEST_PLUGINS": "lading_hostile",
        "PYTHONPATH": str(tmp_path),
    }
    command = [
        *SUITE,
        "run",
        nobody(),
        "--case",
        "log_exchange",
        "--case",
        "log_registration",
        "--jobs",
        "2",
        "--json",
    ]
    done = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 1, done.stderr
    assert [case.verdict for case in Report.model_validate_json(done.stdout).cases] == ["fail", "blocked"]
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "conftest.py",
        "lading_hostile.py",
        "pytest.ini",
    ]


def test_pytest_itself_runs_a_plan_and_names_the_outcomes(tmp_path: Path) -> None:
    subject = Subject(capabilities=("log",))
    names = ("log_exchange", "log_registration", "statement_codec")
    order = plugin.Order(url=nobody(), subject=subject, cases=names, seed=1, seconds=60)
    (tmp_path / plugin.FILE).write_text(order.model_dump_json(), "utf-8")
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-v",
        "-p",
        "no:cacheprovider",
        "-p",
        "lading_conformance.plugin",
    ]
    junit = ["--junitxml", "junit.xml", plugin.FILE]
    done = subprocess.run(
        [*command, *junit], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 1
    for name, word in zip(names, ("FAIL", "BLOCKED", "NOT CLAIMED"), strict=True):
        assert f"{plugin.FILE}::{name} {word}" in done.stdout
    assert "1 fail, 1 blocked, 1 not claimed" in done.stdout.replace("\x1b", "")
    assert 'tests="3"' in (tmp_path / "junit.xml").read_text("utf-8")


def test_progress_counts_the_cases_as_they_end(tmp_path: Path) -> None:
    command = [*SUITE, "run", nobody(), "--case", "log_exchange", "--case", "log_registration"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert "1 of 2  fail  log_exchange" in done.stdout
    assert "2 of 2  blocked  log_registration" in done.stdout


def test_the_report_says_what_was_selected(tmp_path: Path) -> None:
    command = [*SUITE, "run", nobody(), "--profile", "log", "--fast", "-k", "log_history", "--json"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    report = json.loads(done.stdout)
    assert report["selection"] == ["--profile log", "-k log_history", "--fast"]
    assert [case["name"] for case in report["cases"]] == ["log_history"]


@pytest.mark.parametrize("name", ["pytest", "xdist"])
def test_without_pytest_the_command_says_how_to_install_it(name: str) -> None:
    script = f"import sys; sys.modules[{name!r}] = None; from lading_conformance.cli import main; main(sys.argv[1:])"
    command = [sys.executable, "-c", script, "run", nobody()]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f'{name} not found. Install it with: pip install "lading[conformance]"\n'
