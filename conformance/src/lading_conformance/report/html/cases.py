"""Each case: its story, its requirements, its messages as a picture, and its checks with request and answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from lading_conformance.drivers.subject import PROFILES
from lading_conformance.report.html import diagram
from lading_conformance.report.html.markup import Markup, element, join, prose
from lading_conformance.report.html.messages import Room, shown
from lading_conformance.report.mend import advice
from lading_conformance.report.model import CaseReport, CheckReport, Message, Report
from lading_conformance.report.words import SIGN, party_name, said, several

BAD: Final = frozenset({"fail", "error", "unexpected pass", "blocked", "expected failure"})
LAST: Final = 6
"""How many messages of a failed check are shown in full: the last ones."""


def section(report: Report) -> Markup:
    """Return all cases, by profile."""
    names = _names(report.cases)
    room = Room()
    parts: list[Markup] = []
    for profile in dict.fromkeys((*PROFILES, *(case.profile for case in report.cases))):
        if any(case.profile == profile for case in report.cases):
            parts.append(element("h3", profile))
        for case in report.cases:
            if case.profile == profile:
                room.next_case()
                parts.append(_case(case, names, room))
    return element("section", element("h2", "Cases", id="cases"), *parts)


def verdict(word: str) -> Markup:
    """Return a verdict as a mark that can be told without its colour."""
    return element("span", f"{SIGN[word]} {said(word)}", class_=f"verdict {word.replace(' ', '-')}")


def reference(requirement: str) -> Markup:
    """Return the id of a requirement, linked to its sentence on this page."""
    return element("a", requirement, href=f"#{requirement}", class_="id")


def anchor(case: str) -> str:
    """Return the anchor of a case on this page."""
    return f"case-{case}"


def _names(cases: Sequence[CaseReport]) -> dict[str, str]:
    """Return the names of the suite's participants by id; the second of a name has a number."""
    names: dict[str, str] = {}
    for case in cases:
        used: dict[str, int] = {}
        for party in case.parties:
            name = party_name(party.name)
            used[name] = used.get(name, 0) + 1
            names.setdefault(party.id, name if used[name] == 1 else f"{name} {used[name]}")
    return names


def _case(case: CaseReport, names: Mapping[str, str], room: Room) -> Markup:
    failing = {check.end - 1 for check in case.checks if check.verdict in BAD and check.end > check.first}
    facts = f"{several(len(case.checks), 'check')}, {several(len(case.messages), 'message')}, {case.seconds:.1f} s"
    head = element("summary", verdict(case.verdict), " ", element("b", case.name), " ", _quiet(facts))
    return element(
        "details",
        head,
        element("p", case.story, class_="story"),
        *_reason(case),
        _requirements(case),
        diagram.figure(case.messages, names, failing),
        *_checks(case, names, room),
        *_others(case, names, room),
        id=anchor(case.name),
        class_="case",
        open=case.verdict in ("fail", "error", "unexpected pass"),
    )


def _reason(case: CaseReport) -> list[Markup]:
    if not case.reason:
        return []
    if case.verdict == "error":
        words = "The suite itself failed here. Please report it with this text:"
        return [element("p", words), element("pre", case.reason)]
    return [element("p", element("b", f"{said(case.verdict).capitalize()}: "), case.reason)]


def _requirements(case: CaseReport) -> Markup:
    reached = [row for row in case.requirements if row.verdict is not None]
    unreached = [row for row in case.requirements if row.verdict is None]
    rows = [
        element(
            "tr",
            element("td", verdict(str(row.verdict))),
            element("td", reference(row.id)),
            element("td", prose(row.text)),
        )
        for row in sorted(reached, key=lambda row: row.verdict == "pass")
    ]
    table = (
        element("div", element("table", element("tbody", *rows), class_="rows"), class_="scroll")
        if rows
        else ""
    )
    kept = sum(row.verdict == "pass" for row in reached)
    head = element("summary", f"{several(len(reached), 'requirement')} reached, {kept} kept")
    rest = (
        element(
            "p", "Not reached: ", join((reference(row.id) for row in unreached), ", "), ".", class_="quiet"
        )
        if unreached
        else Markup("")
    )
    return join((element("details", head, table) if rows else Markup(""), rest))


def _checks(case: CaseReport, names: Mapping[str, str], room: Room) -> list[Markup]:
    bad = [check for check in case.checks if check.verdict in BAD]
    good = [check for check in case.checks if check.verdict not in BAD]
    parts = [_check(check, case.messages, names, room) for check in bad]
    if good:
        head = element("summary", f"{several(len(good), 'check')} passed")
        parts.append(element("details", head, *(_check(check, case.messages, names, room) for check in good)))
    return parts


def _check(check: CheckReport, messages: Sequence[Message], names: Mapping[str, str], room: Room) -> Markup:
    own = list(enumerate(messages))[check.first : check.end]
    bad = check.verdict in BAD
    head = element("summary", verdict(check.verdict), " ", check.what, " ", reference(check.requirement))
    if not bad:
        return element("details", head, shown(own, names, room, full=False), class_="check")
    findings = join(
        (
            _pair("Seen", check.detail or "it passed, and was expected to fail"),
            _pair("To mend", advice(check, [message for _, message in own]).sentence),
        )
    )
    if not room.takes(findings, full=True):
        return element(
            "p", verdict(check.verdict), " ", check.what, " ", reference(check.requirement), class_="check"
        )
    return element(
        "details",
        head,
        findings,
        shown(own[:-LAST], names, room, full=False),
        shown(own[-LAST:], names, room, full=True, opened=check.end - 1),
        class_=f"check bad {check.verdict.replace(' ', '-')}",
        open=True,
    )


def _others(case: CaseReport, names: Mapping[str, str], room: Room) -> list[Markup]:
    """Return the messages of no check: they brought the situation about, or did not."""
    covered = {number for check in case.checks for number in range(check.first, check.end)}
    others = [(number, message) for number, message in enumerate(case.messages) if number not in covered]
    if not others:
        return []
    full = case.verdict in ("blocked", "error")
    words = f"{several(len(others), 'message')} that brought the situation about"
    return [element("details", element("summary", words), shown(others[-40:], names, room, full=full))]


def _pair(name: str, words: str) -> Markup:
    return element("p", element("b", f"{name}: "), prose(words))


def _quiet(words: str) -> Markup:
    return element("span", words, class_="quiet")
