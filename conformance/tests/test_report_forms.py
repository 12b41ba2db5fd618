"""What a report says in each of its forms: page, terminal, JUnit and badge; what to mend, and profiles as a whole."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree

import pytest
from jsonschema import Draft202012Validator

from conformance.tests import reports
from lading_conformance.cases import index
from lading_conformance.drivers.answers import Answer
from lading_conformance.drivers.http import Exchanged
from lading_conformance.drivers.subject import PROFILES
from lading_conformance.report import badge, files, gather, mend, said, summary, words
from lading_conformance.report.html import diagram
from lading_conformance.report.html.page import page
from lading_conformance.report.model import CaseReport, CheckReport, ExpectedFailure, Report
from lading_conformance.trial.case import Check
from lading_conformance.trial.outcome import Verdict

CASE = index.CASES[0]
OTHER = next(case for case in index.CASES if case.profile == "transfer")
REFUSAL = "LAD-STM-003"
PARTY = "sha256:" + "cd" * 32


def visible(html: str) -> str:
    """The text of a page, without markup."""
    from html import unescape

    return unescape(re.sub(r"\s+", " ", re.sub("<style>.*?</style>|<[^>]*>", "", html, flags=re.DOTALL)))


def check(requirement: str, detail: str) -> CheckReport:
    return CheckReport(requirement=requirement, what="a thing", verdict="fail", detail=detail, first=0, end=1)


def message(status: int = 200, path: str = "/statements", **members: object) -> Exchanged:
    return Exchanged("POST", path, (), None, Answer(status, (), b"{}"), None, 0.001, **members)  # type: ignore[arg-type]


def reported(*exchanged: Exchanged) -> CaseReport:
    return gather.case_report(CASE, reports.trial(exchanged), "fail", None, 1.0)


ADVICE = [
    ("no complete answer within 10 s", "Answer POST /statements completely", "silent"),
    ("status 500 instead of 400", "refuse it with `bad-base64url`, status 400, not to fail over it", "crash"),
    ("status 201 instead of 400", "took what it has to refuse with `bad-base64url`, status 400", "taken"),
    ("it is taken, with status 201", "took what it has to refuse", "taken"),
    (
        "status 422 instead of 201 ('wrong-home': 'x')",
        "It refused with `wrong-home`; see LAD-STM-020",
        "refused wrong-home",
    ),
    ("status 404 instead of 200 or 206", "is answered with 404 instead of 200 or 206", "refused"),
    ("status 302 instead of 200", "with status 200, not 302", "status"),
    (
        "the problem's `code` is 'bad-json' instead of 'bad-number' ('x')",
        "'bad-number' instead of 'bad-json'",
        "reason",
    ),
    ("the log grew from 4 to 5 entries although the statement was refused", "Append nothing", "grown"),
    (
        "status 200, and 404 for what never was: it shows",
        "byte for byte as for an id that never was",
        "shows",
    ),
    ("not-included: the path of index 4 does not lead", "Mend the proof", "not-included"),
    ("media type 'text/html' instead of 'application/json'", "Content-Type: application/json", "media type"),
    ("'id' is absent or null, not a text", "Mend the member `id`", "member id"),
    ("nothing was released within 60 s", "within 60 s", "late"),
    ("3827 vectors have no answer, the first is a/b/c", "an answer to every vector", "unanswered"),
    ("25 of 25: 25 without an answer, the first is ordinary", "an answer to every vector", "unanswered"),
    ("something that nobody has thought of", f"Make it so that {REFUSAL} holds", "other"),
]


@pytest.mark.parametrize(("detail", "wanted", "cause"), ADVICE, ids=[row[2] + row[0][:12] for row in ADVICE])
def test_what_to_mend_follows_from_what_was_seen(detail: str, wanted: str, cause: str) -> None:
    given = mend.advice(check(REFUSAL, detail), reported(message(500)).messages)
    assert wanted in given.sentence
    assert given.cause.startswith(cause)


def test_checks_that_failed_for_one_cause_are_mended_together() -> None:
    names = CASE.requirements[:3]
    sent = message()
    failing = [Check(name, "proof", "fail", "not-included: index 4", (sent,)) for name in names]
    case = gather.case_report(CASE, reports.trial([sent], failing), "fail", None, 1.0)
    html = page(reports.run(case))
    assert html.count('class="cause"') == 1
    assert f"{len(names)} checks failed this way." in visible(html)


@pytest.mark.parametrize(
    ("verdicts", "claimed", "left_out", "wanted"),
    [
        (["pass", "pass"], True, 0, "pass"),
        (["pass", "fail"], True, 0, "fail"),
        (["pass", "unexpected pass"], True, 0, "fail"),
        (["pass", "error"], True, 0, "fail"),
        (["pass", "blocked", "expected failure"], True, 0, "blocked"),
        (["pass", "expected failure"], True, 0, "expected failure"),
        (["pass", "not claimed"], True, 0, "incomplete"),
        (["pass"], True, 1, "incomplete"),
        ([], True, 2, "not run"),
        (["not claimed"], False, 0, "not claimed"),
    ],
)
def test_a_profile_counts_as_a_whole(
    verdicts: list[Verdict], claimed: bool, left_out: int, wanted: str
) -> None:
    cases = [reports.told(CASE, verdict) for verdict in verdicts]
    rows = summary.profiles(cases, [CASE.profile] if claimed else ["access"], [CASE.profile] * left_out)
    (row,) = [row for row in rows if row.name == CASE.profile]
    assert row.verdict == wanted
    assert row.claimed == claimed
    assert row.left_out == left_out


def test_all_profiles_of_exchanges_have_a_row() -> None:
    assert [row.name for row in summary.profiles([], ["log"])] == list(PROFILES)


def test_the_worst_verdict_of_a_requirement_counts() -> None:
    failed, passed = reports.told(CASE, "fail"), reports.told(CASE)
    rows = {
        row.id: row for row in summary.requirement_rows([passed, failed.model_copy(update={"name": "b"})])
    }
    assert rows[CASE.requirements[0]].verdict == "fail"
    assert rows[CASE.requirements[1]].verdict == "pass"
    assert rows[CASE.requirements[0]].cases == (CASE.name, "b")
    assert [row.id for row in summary.requirement_rows([passed])] == sorted(CASE.requirements)


def test_every_report_is_valid_by_the_packaged_schema() -> None:
    validator = Draft202012Validator(json.loads(files.packaged_schema()))
    for report in (reports.run(), reports.run(reports.told(CASE, "fail"), whole=False)):
        validator.validate(json.loads(files.texts(report)["report.json"]))
    assert not validator.is_valid({"format": "lading-conformance-report/1"})


def test_all_files_are_written_anew(tmp_path: Path) -> None:
    report = reports.run(reports.told(CASE, "fail"), whole=False)
    names = {
        "report.json",
        "report.schema.json",
        "report.txt",
        "report.html",
        "junit.xml",
        "badge.svg",
        "badge.json",
    }
    for _ in range(2):
        files.write(report, tmp_path / "new" / "folder")
    assert {path.name for path in (tmp_path / "new" / "folder").iterdir()} == names
    assert (tmp_path / "new" / "folder" / "report.txt").read_text("utf-8") == files.texts(report)[
        "report.txt"
    ]


def test_every_file_is_explained() -> None:
    docs = (Path(__file__).parents[2] / "docs" / "conformance.md").read_text("utf-8")
    section = docs.partition("\n## Reports\n")[2].partition("\n### ")[0]
    named = {
        name
        for row in re.findall(r"^\| (`.*?) \|", section, re.MULTILINE)
        for name in re.findall("`(.*?)`", row)
    }
    assert named == set(files.texts(reports.run(whole=False)))


def test_junit_counts_as_the_report_does() -> None:
    others = [
        reports.told(index.CASES[0], "fail"),
        reports.told(index.CASES[1], "blocked", reason="no admission"),
        reports.told(index.CASES[2], "not claimed"),
        reports.told(index.CASES[3], "error", reason="KeyError"),
        reports.told(index.CASES[4], "expected failure"),
        reports.told(index.CASES[5], "unexpected pass"),
    ]
    root = ElementTree.fromstring(files.texts(reports.run(*others))["junit.xml"])
    counts = {name: int(root.attrib[name]) for name in ("tests", "failures", "errors", "skipped")}
    assert counts == {"tests": len(index.CASES), "failures": 2, "errors": 2, "skipped": 2}
    for name, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        assert len(root.findall(f".//testcase/{tag}")) == counts[name]
        assert sum(int(suite.attrib[name]) for suite in root.findall("testsuite")) == counts[name]
    failed = root.find(f".//testcase[@name='{index.CASES[0].name}']")
    assert failed is not None
    properties = {row.attrib["name"]: row.attrib["value"] for row in failed.findall("properties/property")}
    assert properties == dict.fromkeys(index.CASES[0].requirements, "pass") | {
        index.CASES[0].requirements[0]: "fail"
    }
    ended = failed.find("failure")
    assert ended is not None
    assert index.CASES[0].requirements[0] in str(ended.text)


def claiming(*claimed: str) -> Report:
    cases = [reports.told(case, "pass" if case.profile in claimed else "not claimed") for case in index.CASES]
    return reports.run(*cases, claimed=claimed)


def test_a_badge_says_no_more_than_the_run() -> None:
    assert badge.of(claiming("statement", "log")) == badge.Badge("statement, log passed", "brightgreen")
    assert badge.of(reports.run(reports.told(OTHER, "fail"))) == badge.Badge("transfer failed", "red")
    assert badge.of(reports.run(reports.told(OTHER, "blocked"))) == badge.Badge("transfer failed", "red")
    assert badge.of(reports.run(selection=("--fast",))).message == "not a whole run"
    assert badge.of(claiming()).message == "no profile passed"
    assert "transfer" not in badge.of(reports.run(reports.told(OTHER, "expected failure"))).message
    drawn = ElementTree.fromstring(badge.picture(claiming("log")))
    assert drawn.attrib["aria-label"] == "Lading: log passed"


def test_the_page_says_what_was_tested_when_and_with_which_suite() -> None:
    report = reports.run(
        reports.told(CASE, "fail"), started=datetime(2026, 11, 25, 12, 0, tzinfo=UTC), seed=4711
    )
    shown = visible(page(report))
    for part in (
        "Exchange <One> & Co",
        "http://127.0.0.1:9",
        "2026-11-25 12:00:00 UTC",
        "seed 4711",
        report.suite,
    ):
        assert part in shown
    assert f"1 requirement of {len(report.requirements)} that were checked is not kept." in shown
    assert not re.search(r"[0-9] ?%", shown)


def test_expected_failures_are_told_with_reason_issue_and_expiry() -> None:
    row = ExpectedFailure(
        requirement="LAD-LOG-004",
        case=None,
        reason="a reason",
        issue="issue 12",
        expires="2027-01-31",
        happened=True,
    )
    late = row.model_copy(update={"expired": True, "requirement": None, "case": "log_history"})
    shown = visible(page(reports.run(reports.told(CASE, "expected failure"), expected=(row, late))))
    for part in ("a reason", "issue 12", "2027-01-31", "log_history", "expired", "failed as expected"):
        assert part in shown


def test_a_page_links_only_to_what_stands_on_it() -> None:
    html = page(reports.run(reports.told(CASE, "fail"), reports.told(OTHER, "blocked", reason="no")))
    targets = set(re.findall(r'href="#([^"]+)"', html))
    names = re.findall(r' id="([^"]+)"', html)
    assert targets
    assert targets <= set(names)
    assert len(names) == len(set(names))


def test_a_diagram_shows_who_spoke_and_marks_what_failed() -> None:
    signed = (("Signature-Input", f'lading=();nonce="a";keyid="{PARTY}#b"'),)
    rows = [
        message(201),
        Exchanged("GET", "/events", signed, None, None, "silence", 1.0, "B"),
        message(200, "/x"),
    ]
    figure = diagram.figure(reported(*rows).messages, {PARTY: "provider"}, {1})
    svg = figure[figure.index("<svg") : figure.index("</svg>") + 6]
    root = ElementTree.fromstring(svg)
    heads = [text for text in root.iter("text") if text.get("class") == "who"]
    assert root.attrib["role"] == "img"
    assert [head[0].text for head in heads] == ["unsigned", "provider", "exchange A", "exchange B"]
    assert svg.count('class="bad"') == 1
    assert "provider to exchange B: GET /events → no answer ✗ failed" in visible(figure)


def test_a_long_diagram_keeps_the_failing_messages_and_counts_the_others() -> None:
    many = [message(200, f"/x/{number}") for number in range(100)]
    rows = diagram.chosen(diagram.collapsed(reported(*many).messages, {70}))
    assert [row.first for row in rows] == [67, 68, 69, 70]
    figure = visible(diagram.figure(reported(*many).messages, {}, {70}))
    assert "67 messages not drawn" in figure
    assert "29 messages not drawn" in figure
    same = diagram.collapsed(reported(*[message(200)] * 9).messages, set())
    assert [(row.first, row.count) for row in same] == [(0, 9)]


def test_ids_in_paths_are_cut() -> None:
    assert words.short(f"/state/{PARTY}") == "/state/cdcdcd…"
    cut = words.short("/" + "a" * 100 + "/end", 20)
    assert len(cut) == 20
    assert cut.endswith("/end")


def test_statements_in_bodies_are_decoded_for_people() -> None:
    from lading_conformance.drivers.party import Party

    party = Party.new("provider", PARTY)
    first = party.sign(party.introduction())
    (found,) = said.statements(first)
    assert (found.act, found.issuer, found.name) == ("participant", found.id, "provider")
    assert [one.act for one in said.statements(b"\n".join([first] * 5))] == ["participant"] * 3
    assert said.statements(b"a.b.c") == ()
    assert said.statements(None) == ()
    assert said.statements(b"a." + b"W1tb" * 30_000 + b".c") == ()


def test_the_terminal_shows_profiles_and_what_to_mend() -> None:
    text = files.texts(reports.run(reports.told(OTHER, "fail")))["report.txt"]
    assert "To mend: " in text
    assert re.search(r"^transfer +fail", text, re.MULTILINE)
    assert re.search(r"^log +pass", text, re.MULTILINE)
