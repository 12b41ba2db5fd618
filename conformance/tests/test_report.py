"""The report: what it shows, what it hides, and how verdicts add up."""

from collections.abc import Callable
from typing import NoReturn

import pytest

from lading_conformance import runner
from lading_conformance.drivers.answers import Answer, NoAnswer
from lading_conformance.drivers.http import Exchanged
from lading_conformance.drivers.subject import Subject
from lading_conformance.report import files, gather, redact
from lading_conformance.trial.case import Case, Trial
from lading_conformance.trial.outcome import Blocked, Failed

SECRET = "lading=:c2VjcmV0:"


def test_secrets_are_redacted() -> None:
    signed = (
        ("Signature", SECRET),
        ("Signature-Input", 'lading=();nonce="abc";tag="lading"'),
        ("Accept", "a"),
    )
    answer = Answer(200, (("set-cookie", "session=secret"), ("vary", "a"), ("vary", "b")), b"\xff\xfe")
    exchanged = Exchanged("GET", "/a?b=c", signed, b"text", answer, None, 0.1)
    shown = gather.message(exchanged, redact.Shield([exchanged]))
    assert shown.request_headers == {
        "signature": "(redacted)",
        "signature-input": 'lading=();nonce="(redacted)";tag="lading"',
        "accept": "a",
    }
    assert shown.response_headers == {"set-cookie": "(redacted)", "vary": "a, b"}
    assert (shown.request_body, shown.status) == ("text", 200)
    assert str(shown.response_body).startswith("(2 bytes, SHA-256 ")


def test_a_password_in_an_address_is_redacted() -> None:
    assert redact.address("https://user:secret@exchange.example:8443/x") == "https://exchange.example:8443/x"


def test_a_long_body_is_shortened() -> None:
    shown = redact.Shield(()).excerpt(b"a" * 10_000)
    assert shown is not None
    assert len(shown) < 1_600
    assert shown.endswith("(10000 bytes)")


def test_the_schema_in_the_package_is_that_of_the_model() -> None:
    assert files.packaged_schema() == files.schema()


def passes(trial: Trial) -> None:
    with trial.check("LAD-REG-004", "holds"):
        pass


def fails(trial: Trial) -> None:
    with trial.check("LAD-REG-004", "does not hold"):
        do_wrong()
    passes(trial)


def ends(trial: Trial) -> None:
    with trial.need("LAD-REG-004", "does not hold"):
        do_wrong()
    raise AssertionError("a case went on after a failed need")


def do_wrong() -> None:
    raise Failed("because")


def falls_silent(trial: Trial) -> None:
    with trial.check("LAD-REG-004", "is not answered"):
        say_nothing()
    raise AssertionError("a case went on although the subject is silent")


def say_nothing() -> None:
    raise NoAnswer("no complete answer within 10 s")


def is_blocked(trial: Trial) -> None:
    with trial.given("what is not there"):
        raise Failed("because")


def fails_and_is_blocked(trial: Trial) -> None:
    fails(trial)
    raise Blocked("afterwards")


def breaks(trial: Trial) -> NoReturn:
    raise KeyError("a fault of the suite")


def checks_nothing(trial: Trial) -> None:
    pass


@pytest.mark.parametrize(
    ("run", "verdict", "reason"),
    [
        (passes, "pass", None),
        (fails, "fail", None),
        (ends, "fail", None),
        (falls_silent, "fail", None),
        (is_blocked, "blocked", "what is not there: because"),
        (fails_and_is_blocked, "fail", "afterwards"),
        (breaks, "error", "a fault of the suite"),
        (checks_nothing, "error", "the case checked nothing"),
    ],
)
def test_how_a_case_ends(run: Callable[[Trial], None], verdict: str, reason: str | None) -> None:
    case = Case("a_case", "log", "A story.", ("LAD-REG-004",), run)
    with runner.Runner(runner.Target("http://127.0.0.1:9", Subject()), runner.Plan((case,), 1)) as running:
        report = running.run(case)
    assert report.verdict == verdict
    assert (reason or "") in (report.reason or "")
    assert (report.reason is None) == (reason is None)


def test_a_run_that_takes_too_long_is_blocked() -> None:
    report = runner.run(
        "http://127.0.0.1:9", Subject(), runner.Plan((Case("a", "log", "", (), passes),), 1, -1)
    )
    assert report.cases[0].verdict == "blocked"
    assert "--time-limit" in str(report.cases[0].reason)
