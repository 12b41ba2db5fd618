"""Failures that the subject's file announces, and subjects that fall silent: what becomes of a run."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from conformance.tests.test_hostile_subjects import answers_nonsense, tcp_server
from lading_conformance import expected, runner
from lading_conformance.cases import index
from lading_conformance.drivers.answers import Answer
from lading_conformance.drivers.http import Exchanged
from lading_conformance.drivers.subject import ExpectedFailure, Subject
from lading_conformance.report import words
from lading_conformance.report.model import Report
from lading_conformance.trial.case import Case, Trial
from lading_conformance.trial.outcome import Blocked, Failed

TODAY = datetime.now(UTC).date()
ISSUE = "https://issues.example/1"


def entry(about: str, days: int = 1) -> ExpectedFailure:
    named = {"requirement" if about.startswith("LAD-") else "case": about}
    return ExpectedFailure(reason="known", issue=ISSUE, expires=TODAY + timedelta(days=days), **named)


def saying(*said: tuple[str, type[Exception] | None]) -> Callable[[Trial], None]:
    def run(trial: Trial) -> None:
        for requirement, fault in said:
            with trial.check(requirement, "holds"):
                if fault is not None:
                    raise fault("because")

    return run


def case(name: str, *said: tuple[str, type[Exception] | None]) -> Case:
    return Case(name, "log", "A story.", tuple(dict.fromkeys(row[0] for row in said)), saying(*said))


def told(entries: list[ExpectedFailure], *cases: Case) -> Report:
    subject = Subject(expected_failure=tuple(entries))
    return runner.run("http://127.0.0.1:9", subject, runner.Plan(cases, seed=1))


def verdicts(report: Report) -> list[str]:
    return [one.verdict for one in report.cases]


FAILING = case("a", ("LAD-REG-004", Failed), ("LAD-REG-005", None))
PASSING = case("a", ("LAD-REG-004", None), ("LAD-REG-005", None))


@pytest.mark.parametrize("about", ["a", "LAD-REG-004"])
def test_an_announced_failure_does_not_break_the_run(about: str) -> None:
    report = told([entry(about)], FAILING, case("b", ("LAD-REG-008", None)))
    assert verdicts(report) == ["expected failure", "pass"]
    assert [check.verdict for check in report.cases[0].checks] == ["expected failure", "pass"]
    assert (report.verdict, runner.exit_code(report)) == ("incomplete", 3)
    (row,) = report.expected_failures
    assert (row.happened, row.expired, row.reason, row.issue) == (True, False, "known", ISSUE)


def test_another_failure_in_the_same_case_is_one() -> None:
    report = told([entry("LAD-REG-004")], case("a", ("LAD-REG-004", Failed), ("LAD-REG-005", Failed)))
    assert verdicts(report) == ["fail"]
    assert [check.verdict for check in report.cases[0].checks] == ["expected failure", "fail"]


def test_a_run_that_only_passed_unexpectedly_is_told_as_that() -> None:
    report = told([entry("a")], PASSING)
    assert "announced to fail" in words.verdict_sentence(report)


def test_an_announced_failure_of_a_case_that_passes_breaks_the_run() -> None:
    report = told([entry("a")], PASSING)
    assert verdicts(report) == ["unexpected pass"]
    assert "remove the entry" in str(report.cases[0].reason)
    assert runner.exit_code(report) == 1
    assert not report.expected_failures[0].happened


def test_an_announcement_that_has_expired_counts_as_not_there() -> None:
    report = told([entry("a", -1)], FAILING)
    assert verdicts(report) == ["fail"]
    assert report.expected_failures[0].expired
    assert verdicts(told([entry("a", -1)], PASSING)) == ["pass"]
    assert verdicts(told([entry("a", 0)], FAILING)) == ["expected failure"]


def test_silence_is_never_expected() -> None:
    report = told([entry("asking"), entry("LAD-HTP-001")], asking("asking"))
    assert verdicts(report) == ["fail"]


def silent() -> Exchanged:
    return Exchanged("GET", "/", (), None, None, "silence", 0.1)


def problem(status: int, code: str) -> Answer:
    return Answer(status, (("content-type", "application/problem+json"),), b'{"code":"%s"}' % code.encode())


@pytest.mark.parametrize(
    ("answer", "crashed"),
    [
        (None, True),
        (Answer(500, (), b"oops"), True),
        (problem(500, "internal-error"), True),
        (problem(502, "busy"), True),
        (Answer(503, (), b"<html>"), True),
        (problem(503, "busy"), False),
        (Answer(422, (), b""), False),
    ],
)
def test_a_crash_is_never_expected(answer: Answer | None, crashed: bool) -> None:
    def fails(trial: Trial) -> None:
        with trial.check("LAD-REG-004", "holds"):
            trial.messages.append(replace(silent(), answer=answer))
            raise Failed("because")

    report = told([entry("LAD-REG-004")], Case("a", "log", "", ("LAD-REG-004",), fails))
    assert report.cases[0].verdict == ("fail" if crashed else "expected failure")


def whole(requirement: str, *, failing: tuple[str, ...]) -> Report:
    """Tell every case about a requirement; those that are named fail."""
    names = [one.name for one in index.about(requirement)]
    cases = [case(name, (requirement, Failed if name in failing else None)) for name in names]
    return told([entry(requirement)], *cases)


def test_a_requirement_that_passes_everywhere_passes_unexpectedly() -> None:
    assert set(verdicts(whole("LAD-HTP-001", failing=()))) == {"unexpected pass"}


def test_a_requirement_that_fails_somewhere_may_pass_elsewhere() -> None:
    names = [one.name for one in index.about("LAD-HTP-010")]
    assert len(names) > 1
    report = whole("LAD-HTP-010", failing=(names[0],))
    assert verdicts(report) == ["expected failure", *["pass"] * (len(names) - 1)]


def test_from_a_part_of_the_cases_nothing_follows() -> None:
    assert verdicts(told([entry("LAD-HTP-001")], case("a", ("LAD-HTP-001", None)))) == ["pass"]


def test_what_an_entry_names_has_to_be_there() -> None:
    assert expected.unknown([entry("log_exchange"), entry("LAD-REG-004")]) == ()
    assert expected.unknown([entry("no_case"), entry("LAD-XYZ-999")]) == ("no_case", "LAD-XYZ-999")


def asking(name: str) -> Case:
    def run(trial: Trial) -> None:
        with trial.check("LAD-HTP-001", "is answered"):
            trial.session.exchange.get("/anything")

    return Case(name, "log", "A story.", ("LAD-HTP-001",), run)


def test_a_subject_that_falls_silent_is_asked_no_more() -> None:
    report = told([], *(asking(f"case_{number}") for number in range(6)))
    assert verdicts(report) == ["fail"] * 3 + ["blocked"] * 3
    assert report.cases[3].reason == runner.SILENCE
    assert report.verdict == "fail"


def test_a_subject_that_answers_elsewhere_is_asked_on() -> None:
    def hangs(trial: Trial) -> None:
        with trial.check("LAD-HTP-001", "is answered"):
            trial.session.exchange.get("/anything")
        trial.messages.append(silent())
        raise Blocked("silence")

    with tcp_server(answers_nonsense) as url:
        cases = [Case(f"case_{number}", "log", "", ("LAD-HTP-001",), hangs) for number in range(5)]
        report = runner.run(url, Subject(), runner.Plan(cases, seed=1))
    assert {one.reason for one in report.cases} == {"silence"}


def test_a_case_chooses_the_same_whatever_ran_before_it() -> None:
    chosen: list[float] = []

    def chooses(trial: Trial) -> None:
        chosen.append(trial.session.random.random())

    one, other = (Case(name, "log", "", (), chooses) for name in ("one", "other"))
    for cases in ([one, other], [other, one]):
        runner.run("http://127.0.0.1:9", Subject(), runner.Plan(cases, seed=1))
    assert chosen == [*chosen[:2], chosen[1], chosen[0]]
    assert chosen[0] != chosen[1]


def test_without_a_peer_a_case_with_two_exchanges_is_not_claimed() -> None:
    two = Case("two", "exchange-to-exchange", "", ("LAD-REG-004",), saying(("LAD-REG-004", None)))
    report = told([], two)
    assert (verdicts(report), report.peer) == (["not claimed"], None)
    assert "--peer" in str(report.cases[0].reason)


def test_the_peer_has_a_session_and_its_messages_are_told_apart() -> None:
    def asks_both(trial: Trial) -> None:
        peer = trial.session.peer
        assert peer is not None
        with trial.check("LAD-REG-004", "both answer"):
            trial.session.exchange.get("/a")
            peer.exchange.get("/b")

    two = Case("two", "exchange-to-exchange", "", ("LAD-REG-004",), asks_both)
    with tcp_server(answers_nonsense) as a, tcp_server(answers_nonsense) as b:
        plan = runner.Plan([two], 1, peer=runner.Target(b, Subject()))
        report = runner.run(a, Subject(), plan)
    assert verdicts(report) == ["pass"]
    assert [(message.exchange, message.path) for message in report.cases[0].messages] == [
        ("A", "/a"),
        ("B", "/b"),
    ]
    assert report.peer is not None
    assert (report.peer.url, report.peer.id) == (b, None)
