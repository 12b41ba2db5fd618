"""The profile `verifier`: this SDK passes it, and programs that answer wrongly are failed for what they get wrong."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lading_conformance import runner
from lading_conformance.cases import index, verifier
from lading_conformance.drivers.subject import Subject, Verifier
from lading_conformance.report.model import Report
from lading_conformance.runner import Plan
from lading_conformance.steps import vectors

ROOT = Path(__file__).parents[2]
Answer = dict[str, Any]


@pytest.fixture(scope="session")
def answers(tmp_path_factory: pytest.TempPathFactory) -> list[Answer]:
    """What this SDK answers."""
    place = tmp_path_factory.mktemp("vectors")
    vectors.write_questions(place)
    command = [sys.executable, "-m", "sdk.tests.core.answer", str(place)]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True, timeout=300)
    return [json.loads(line) for line in done.stdout.splitlines()]


def judge(command: tuple[str, ...], seconds: float = 60) -> Report:
    subject = Subject(capabilities=(), verifier=Verifier(command=command, timeout_seconds=seconds))
    return runner.run("", subject, Plan(verifier.CASES, seed=1))


def broken(report: Report) -> set[str]:
    return {check.requirement for case in report.cases for check in case.checks if check.verdict == "fail"}


def printing(tmp_path: Path, lines: list[Answer]) -> tuple[str, ...]:
    path = tmp_path / "answers"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    return "cat", str(path)


def test_this_sdk_passes(tmp_path: Path, answers: list[Answer]) -> None:
    report = judge(printing(tmp_path, answers))
    assert broken(report) == set()
    assert {case.verdict for case in report.cases} == {"pass"}
    assert report.verdict == "pass"


def test_nothing_of_what_is_expected_is_handed_over(tmp_path: Path) -> None:
    vectors.write_questions(tmp_path)
    for path in tmp_path.rglob("*.json"):
        if path.parent.name != "scenarios":
            for case in json.loads(path.read_text("utf-8"))["cases"]:
                assert not {"expect", "situation", "about", "flags"} & set(case)


def test_the_requirements_of_the_cases_are_those_of_the_vectors() -> None:
    for case in verifier.CASES:
        group = case.name.removeprefix("verifier_")
        about = {name for vector in vectors.vectors() if vector.group == group for name in vector.about}
        assert set(case.requirements) == about | {"LAD-PRO-003"}
    assert set(verifier.CASES) <= set(index.CASES)


def accepts_mixed_keys(answer: Answer) -> Answer:
    return answer | {"outcome": "accept"} if answer["file"] == "keys/public" else answer


def accepts_every_signature(answer: Answer) -> Answer:
    return answer | {"outcome": "accept"} if answer["file"] == "keys/signatures" else answer


def calls_everything_bad_member(answer: Answer) -> Answer:
    if answer.get("layer") not in ("payload", "envelope"):
        return answer
    return answer | {"code": "bad-member", "layer": "members", "requirement": "LAD-STM-015"}


def ignores_what_is_withheld(answer: Answer) -> Answer:
    if "findings" not in answer:
        return answer
    return answer | {"findings": [found for found in answer["findings"] if found["code"] != "withheld"]}


def is_always_valid(answer: Answer) -> Answer:
    return answer | {"verdict": "VALID", "exit_code": 0} if "verdict" in answer else answer


def takes_what_comes_late(answer: Answer) -> Answer:
    return {**answer, "outcome": "accept"} if answer.get("code") == "deadline-passed" else answer


def permits_everything(answer: Answer) -> Answer:
    return answer | {"permitted": True, "reasons": []} if "permitted" in answer else answer


def upholds_every_claim(answer: Answer) -> Answer:
    return answer | {"outcome": "upheld"} if answer.get("outcome") == "dismissed" else answer


def forgets_the_time_in_a_proof(answer: Answer) -> Answer:
    return answer | {"time": 0} if answer["file"] == "log/proofs" else answer


def counts_empty_content_as_a_chunk(answer: Answer) -> Answer:
    return answer | {"chunks": 1} if answer.get("chunks") == 0 else answer


def changes_no_state(answer: Answer) -> Answer:
    return answer | {"effects": []} if answer.get("effects") else answer


WRONG: list[tuple[Callable[[Answer], Answer], str]] = [
    (accepts_mixed_keys, "LAD-STM-019"),
    (accepts_every_signature, "LAD-STM-018"),
    (calls_everything_bad_member, "LAD-STM-012"),
    (ignores_what_is_withheld, "LAD-EVI-009"),
    (is_always_valid, "LAD-EVI-020"),
    (takes_what_comes_late, "LAD-RCP-003"),
    (permits_everything, "LAD-TRM-028"),
    (upholds_every_claim, "LAD-JDG-010"),
    (forgets_the_time_in_a_proof, "LAD-LOG-011"),
    (counts_empty_content_as_a_chunk, "LAD-TRF-006"),
    (changes_no_state, "LAD-ACC-008"),
]


@pytest.mark.parametrize(("wrong", "requirement"), WRONG, ids=[row[0].__name__ for row in WRONG])
def test_a_verifier_that_errs_is_failed_for_that(
    tmp_path: Path, answers: list[Answer], wrong: Callable[[Answer], Answer], requirement: str
) -> None:
    report = judge(printing(tmp_path, [wrong(answer) for answer in answers]))
    assert requirement in broken(report)
    assert runner.exit_code(report) == 1


def python(program: str) -> tuple[str, ...]:
    return sys.executable, "-c", program


MISBEHAVING: list[tuple[str, tuple[str, ...], str]] = [
    ("silent", python(""), "have no answer"),
    ("crashing", python("raise SystemExit('out of luck')"), "exit code 1: out of luck"),
    ("hanging", python("import time; time.sleep(60)"), "took over 1 s"),
    ("garbage", python("print('VALID')"), "line 1 of the output is not JSON"),
    ("list", python("print([1])"), "no object with `file` and `case`"),
    ("deep", python("print('[' * 100000)"), "not JSON"),
    ("endless", python("import sys\nwhile True: sys.stdout.write('x' * 65536)"), "printed more than"),
    ("twice", python('print(\'{"file":"a","case":"b"}\\n\' * 2)'), "answered twice"),
    ("invented", python('print(\'{"file":"a","case":"b"}\')'), "to no vector"),
    ("missing", ("/nowhere/verifier",), "could not be started"),
]


@pytest.mark.parametrize(
    ("command", "words"), [row[1:] for row in MISBEHAVING], ids=[row[0] for row in MISBEHAVING]
)
def test_a_program_that_is_no_verifier_is_failed_in_words(command: tuple[str, ...], words: str) -> None:
    report = judge(command, seconds=1 if "sleep" in command[-1] else 20)
    assert runner.exit_code(report) == 1
    first = report.cases[0].checks[0]
    assert (first.requirement, first.verdict) == ("LAD-PRO-003", "fail")
    assert words in str(first.detail)
    assert {case.verdict for case in report.cases} == {"fail"}


def test_an_answer_that_is_missing_is_told(tmp_path: Path, answers: list[Answer]) -> None:
    report = judge(printing(tmp_path, answers[1:]))
    assert "1 vectors have no answer" in str(report.cases[0].checks[0].detail)
    told = [str(check.detail) for case in report.cases for check in case.checks if check.verdict == "fail"]
    assert [text for text in told if "1 without an answer, the first is " in text]


def test_who_reads_the_console_may_go_away(tmp_path: Path, answers: list[Answer]) -> None:
    printing(tmp_path, answers[1:])
    (tmp_path / "subject.toml").write_text(
        'capabilities = []\n[verifier]\ncommand = ["cat", "answers"]\n', "utf-8"
    )
    command = [sys.executable, "-m", "lading_conformance", "run", "--subject", str(tmp_path / "subject.toml")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(timeout=120) == 1
