"""The report as JUnit XML: one test case for each case, with the verdict of each of its requirements as a property."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from xml.etree import ElementTree

from lading_conformance.report.clean import clean
from lading_conformance.report.model import CaseReport, Report

SKIPPED: Final = frozenset({"not claimed", "expected failure"})
FAILED: Final = frozenset({"fail", "unexpected pass"})
"""All other verdicts but `pass` are errors there: the case could not be tried."""


def text(report: Report) -> str:
    """Return the XML."""
    suites = ElementTree.Element("testsuites", _counts(report.cases, report.seconds, "lading-conformance"))
    for profile in dict.fromkeys(case.profile for case in report.cases):
        _suite(suites, profile, [case for case in report.cases if case.profile == profile], report)
    ElementTree.indent(suites, " ")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ElementTree.tostring(suites, encoding="unicode")}\n'


def _counts(cases: Sequence[CaseReport], seconds: float, name: str) -> dict[str, str]:
    skipped = sum(case.verdict in SKIPPED for case in cases)
    failures = sum(case.verdict in FAILED for case in cases)
    passed = sum(case.verdict == "pass" for case in cases)
    return {
        "name": name,
        "tests": str(len(cases)),
        "failures": str(failures),
        "errors": str(len(cases) - skipped - failures - passed),
        "skipped": str(skipped),
        "time": f"{seconds:.3f}",
    }


def _suite(suites: ElementTree.Element, profile: str, cases: Sequence[CaseReport], report: Report) -> None:
    counts = _counts(cases, sum(case.seconds for case in cases), profile)
    suite = ElementTree.SubElement(suites, "testsuite", counts, timestamp=report.started_at.removesuffix("Z"))
    facts = {"subject": report.subject, "url": report.url, "suite": report.suite, "seed": str(report.seed)}
    _properties(suite, list(facts.items()))
    for case in cases:
        _case(suite, case)


def _case(suite: ElementTree.Element, case: CaseReport) -> None:
    attributes = {"classname": case.profile, "name": case.name, "time": f"{case.seconds:.3f}"}
    row = ElementTree.SubElement(suite, "testcase", attributes)
    _properties(row, [(one.id, one.verdict or "not reached") for one in case.requirements])
    kind = "skipped" if case.verdict in SKIPPED else "failure" if case.verdict in FAILED else "error"
    if case.verdict != "pass":
        lines = _lines(case)
        ended = ElementTree.SubElement(
            row, kind, type=case.verdict, message=_text(lines[0] if lines else case.verdict)
        )
        ended.text = _text("\n".join(lines))
    ElementTree.SubElement(row, "system-out").text = _text(case.story)


def _lines(case: CaseReport) -> list[str]:
    bad = [check for check in case.checks if check.verdict != "pass"]
    said = [f"{check.requirement} {check.what}: {check.detail or check.verdict}" for check in bad]
    return said + ([case.reason] if case.reason else [])


def _properties(parent: ElementTree.Element, pairs: Sequence[tuple[str, str]]) -> None:
    properties = ElementTree.SubElement(parent, "properties")
    for name, value in pairs:
        ElementTree.SubElement(properties, "property", name=name, value=_text(value))


def _text(words: str) -> str:
    return clean(words)
