"""The page about the suite says what is so, and its commands work as they stand there."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import get_args
from urllib.parse import urlsplit

from conformance.tests.running import RunningExchange
from lading_conformance.cases import index
from lading_conformance.drivers.subject import Admission, Hook, Hooks, Subject, load
from lading_conformance.trial.outcome import Verdict
from lading_conformance.wrong import EXCHANGES

PAGE = (Path(__file__).parents[2] / "docs" / "conformance.md").read_text("utf-8")
SUITE = [sys.executable, "-m", "lading_conformance"]


def rows_below(heading: str) -> list[list[str]]:
    section = PAGE.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    lines = re.findall(r"^\| (.*) \|$", section, re.MULTILINE)[1:]
    return [[cell.strip() for cell in line.split(" | ")] for line in lines]


def test_the_example_of_a_subject_holds_the_defaults(tmp_path: Path) -> None:
    example = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)[0]
    path = tmp_path / "subject.toml"
    path.write_text(example, "utf-8")
    said, default = load(path), Subject()
    assert (said.capabilities, said.quiet) == (default.capabilities, default.quiet)
    assert said.hooks.given == set(get_args(Hook))
    assert said.hooks.timeout_seconds == Hooks().timeout_seconds
    assert said.request_timeout_seconds == default.request_timeout_seconds
    assert said.admission.timeout_seconds == Admission().timeout_seconds
    assert set(tomllib.loads(example)) == set(Subject.model_fields) - {"folder", "verifier"}


def test_the_example_of_a_verifier_is_read(tmp_path: Path) -> None:
    path = tmp_path / "subject.toml"
    path.write_text(re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)[1], "utf-8")
    said = load(path)
    assert said.capabilities == ()
    assert said.verifier is not None


def test_the_cases_shown_are_cases_of_their_profiles() -> None:
    cases = {(f"`{case.profile}`", f"`{case.name}`") for case in index.CASES}
    shown = [(row[0], row[1]) for row in rows_below("Cases")]
    assert set(shown) <= cases
    assert len(set(shown)) == len(shown) > 0


def test_every_outcome_is_explained() -> None:
    assert {row[0] for row in rows_below("Outcomes")} - {"exit code"} == {
        *get_args(Verdict),
        "0",
        "1",
        "2",
        "3",
    }


def test_every_wrong_exchange_is_listed() -> None:
    assert [row[0] for row in rows_below("Wrong exchanges")] == [
        f"`{name}`" for name in (*list(EXCHANGES)[1:], "honest")
    ]


def test_a_wrong_exchange_is_served_by_the_command_and_failed_by_the_command(
    proxied: RunningExchange, tmp_path: Path
) -> None:
    port = str(urlsplit(proxied.api).port)
    serve = [*SUITE, "wrong", "forged-proof", "--before", proxied.listens, "--port", port]
    proxy = subprocess.Popen(serve, stdout=subprocess.PIPE, text=True)
    try:
        assert proxy.stdout is not None
        assert proxy.stdout.readline() == f"forged-proof exchange at {proxied.api}\n"
        run = [*SUITE, "run", proxied.api, "--case", "log_registration"]
        done = subprocess.run(run, timeout=60, capture_output=True, text=True, check=False)
    finally:
        proxy.terminate()
        proxy.communicate(timeout=30)
    assert done.returncode == 1, done.stderr
    assert "fail" in done.stdout
    assert "LAD-REG-004" in done.stdout
    assert "not-included" in done.stdout
