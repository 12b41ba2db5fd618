"""Two reports side by side, and the command that compares them."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from lading_conformance import cli, comparison, runner
from lading_conformance.drivers.subject import Subject
from lading_conformance.report import files
from lading_conformance.report.model import Report
from lading_conformance.trial.case import Case, Trial
from lading_conformance.trial.outcome import Failed, Verdict


def report(**verdicts: Verdict) -> Report:
    """A report of cases that ended so; each is about one requirement."""

    def run(trial: Trial) -> None:
        with trial.check("LAD-REG-004", "holds"):
            if "fail" in verdicts.values():
                raise Failed("because")

    cases = [Case(name, "log", "A story.", ("LAD-REG-004",), run) for name in verdicts]
    told = runner.run("http://127.0.0.1:9", Subject(), runner.Plan(cases, seed=1))
    rows = tuple(case.model_copy(update={"verdict": verdicts[case.name]}) for case in told.cases)
    return told.model_copy(update={"cases": rows})


@pytest.mark.parametrize(
    ("old", "new", "change"),
    [
        ("pass", "pass", None),
        ("pass", "fail", "broke"),
        ("pass", "error", "broke"),
        ("pass", "blocked", "broke"),
        ("expected failure", "fail", "broke"),
        ("expected failure", "unexpected pass", "broke"),
        ("fail", "pass", "fixed"),
        ("blocked", "pass", "fixed"),
        ("expected failure", "pass", "fixed"),
        ("fail", "blocked", "changed"),
        ("fail", "expected failure", "changed"),
        ("pass", "expected failure", "changed"),
        (None, "fail", "new"),
        ("not claimed", "pass", "new"),
        ("pass", "not claimed", "gone"),
        ("fail", None, "gone"),
        (None, "not claimed", None),
    ],
)
def test_what_becomes_of_a_verdict(old: Verdict | None, new: Verdict | None, change: str | None) -> None:
    assert comparison.change(old, new) == change


def test_cases_and_requirements_are_compared() -> None:
    found = comparison.compared(report(a="fail", b="fail", c="pass"), report(a="pass", b="pass", d="pass"))
    told = [(one.kind, one.name, one.change) for one in found.differences]
    assert told == [
        ("case", "a", "fixed"),
        ("case", "b", "fixed"),
        ("case", "c", "gone"),
        ("case", "d", "new"),
        ("requirement", "LAD-REG-004", "fixed"),
    ]
    assert not found.broke


def invoked(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(cli.app, ["report", "--compare", *arguments])
    return result.exit_code, result.output


def test_the_command_reads_files_and_folders_and_fails_where_something_broke(tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    files.write(report(a="pass"), old)
    files.write(report(a="fail"), new)
    code, said = invoked(str(old), str(new / "report.json"))
    assert code == 1
    assert "broke: 2" in said
    assert "case a: pass → fail" in said
    assert invoked(str(new), str(old))[0] == 0
    assert "Nothing is different." in invoked(str(old), str(old))[1]
    code, said = invoked(str(old), str(new), "--json")
    assert code == 1
    assert comparison.Comparison.model_validate_json(said).broke


def test_what_is_no_report_is_said(tmp_path: Path) -> None:
    (tmp_path / "report.json").write_text("{}", "utf-8")
    assert invoked(str(tmp_path), str(tmp_path)) == (
        2,
        f"{tmp_path / 'report.json'} is no report of this version of the suite\n",
    )
    assert invoked(str(tmp_path / "absent"), str(tmp_path))[0] == 2
