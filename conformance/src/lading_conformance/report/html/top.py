"""The beginning of the page: what was tested, what it came to, and what has to be mended first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from lading_conformance.report.clean import line
from lading_conformance.report.html.cases import anchor, reference, verdict
from lading_conformance.report.html.markup import Content, Markup, element, join, prose
from lading_conformance.report.mend import advice
from lading_conformance.report.model import CaseReport, CheckReport, ProfileReport, Report
from lading_conformance.report.words import several, spec_link, spec_page, verdict_sentence

OPEN: Final = 3
"""How many broken requirements of one cause are unfolded."""

NAMED: Final = 8
"""How many reasons of blocked cases are unfolded."""

COLUMNS: Final = (
    ("passed", "passed"),
    ("failed", "failed"),
    ("blocked", "blocked"),
    ("errors", "errors of the suite"),
    ("expected_failures", "expected failures"),
    ("unexpected_passes", "unexpected passes"),
    ("not_claimed", "not claimed"),
    ("left_out", "left out"),
)


@dataclass
class Cause:
    """Failed checks that one change may mend, by requirement."""

    sentence: str
    broken: dict[str, list[tuple[CaseReport, CheckReport]]] = field(default_factory=dict)


def header(report: Report) -> Markup:
    """Return subject, verdict and facts."""
    return element(
        "header",
        element("p", "Lading conformance report", class_="quiet"),
        element("h1", element("bdi", line(report.subject))),
        element("p", verdict(report.verdict), " ", verdict_sentence(report), class_="sentence"),
        element("div", element("dl", *_facts(report)), class_="facts"),
    )


def profiles(report: Report) -> Markup:
    """Return one row for each profile, as a whole, with the number of its cases."""
    columns = [(name, title) for name, title in COLUMNS if _any(report, name) or name in ("passed", "failed")]
    head = element(
        "tr",
        *(element("th", title, scope="col") for title in ("profile", "as a whole", *(t for _, t in columns))),
    )
    rows = [_profile(row, [name for name, _ in columns]) for row in report.profiles]
    words = "A profile passes as a whole or not at all. The numbers are cases."
    table = element("table", element("thead", head), element("tbody", *rows), class_="numbers")
    return element(
        "section",
        element("h2", "Profiles", id="profiles"),
        element("p", words, class_="quiet"),
        element("div", table, class_="scroll"),
    )


def expected(report: Report) -> Markup:
    """Return the failures that the subject announces; nothing where there are none."""
    if not report.expected_failures:
        return Markup("")
    titles = ("about", "reason", "issue", "until", "in this run")
    rows = []
    for row in report.expected_failures:
        what = row.requirement or row.case or ""
        about: Content = reference(row.requirement) if row.requirement else line(what)
        seen = (
            "expired: it counts as a failure" if row.expired else "failed" if row.happened else "did not fail"
        )
        where = f" in {line(row.case)}" if row.requirement and row.case else ""
        cells = (join((about, where)), line(row.reason, 400), line(row.issue, 400), line(row.expires), seen)
        rows.append(element("tr", *(element("td", cell) for cell in cells)))
    head = element("tr", *(element("th", title, scope="col") for title in titles))
    table = element("table", element("thead", head), element("tbody", *rows), class_="rows")
    return element(
        "section",
        element("h2", "Expected failures", id="expected"),
        element("p", "The subject's file announces them. They do not count as passed.", class_="quiet"),
        element("div", table, class_="scroll"),
    )


def mending(report: Report, spec: str | None) -> Markup:
    """Return what has to be mended, in the order in which the cases met it."""
    causes = list(_causes(report).values())
    blocked = [case for case in report.cases if case.verdict == "blocked"]
    errors = [case for case in report.cases if case.verdict == "error"]
    if not (causes or blocked or errors):
        return Markup("")
    pages = {row.id: row.page for row in report.requirements}
    return element(
        "section",
        element("h2", "What has to be mended", id="mend"),
        *(_cause(place, cause, report, pages, spec) for place, cause in enumerate(causes, 1)),
        *_names("Blocked: could not be tried, since something they need did not work", blocked),
        *_names("Errors of the suite itself; please report them", errors),
    )


def _facts(report: Report) -> list[Markup]:
    rows: list[tuple[str, Content]] = []
    if report.url:
        rows.append(("Exchange", element("code", line(report.url, 300))))
    if report.id:
        rows.append(("Its id", element("code", report.id)))
    if report.peer:
        rows.append(("Peer", element("code", line(report.peer.url, 300))))
    rows += [
        ("When", f"{report.started_at.replace('T', ' ').replace('Z', ' UTC')}, for {report.seconds:.0f} s"),
        ("Suite", f"lading-conformance {report.suite}, seed {report.seed}"),
        ("Cases", f"{len(report.cases)}, with {sum(len(case.checks) for case in report.cases)} checks"),
    ]
    if report.selection:
        rows.append(
            ("Left out", f"cases, by {' '.join(line(word) for word in report.selection)}: not a whole run")
        )
    return [part for name, words in rows for part in (element("dt", name), element("dd", words))]


def _any(report: Report, column: str) -> bool:
    return any(getattr(row, column) for row in report.profiles)


def _profile(row: ProfileReport, columns: Sequence[str]) -> Markup:
    numbers = [getattr(row, name) for name in columns]
    cells = [element("td", str(number) if number else "·", class_="number") for number in numbers]
    name = element("th", row.name, scope="row")
    return element("tr", name, element("td", verdict(row.verdict)), *cells)


def _causes(report: Report) -> dict[str, Cause]:
    causes: dict[str, Cause] = {}
    for case in report.cases:
        for check in case.checks:
            if check.verdict not in ("fail", "unexpected pass"):
                continue
            given = advice(check, case.messages[check.first : check.end])
            cause = causes.setdefault(given.cause, Cause(given.sentence))
            cause.broken.setdefault(check.requirement, []).append((case, check))
    return causes


def _cause(place: int, cause: Cause, report: Report, pages: dict[str, str], spec: str | None) -> Markup:
    texts = {row.id: row.text for row in report.requirements}
    broken = [
        _broken(
            name, texts.get(name, ""), spec_link(spec, pages.get(name, ""), name), pages.get(name, ""), found
        )
        for name, found in cause.broken.items()
    ]
    count = sum(map(len, cause.broken.values()))
    parts = [element("h3", f"{place}. ", prose(cause.sentence)), *broken[:OPEN]]
    if count > 1:
        parts.insert(1, element("p", f"{several(count, 'check')} failed this way.", class_="quiet"))
    if rest := broken[OPEN:]:
        words = f"{several(len(rest), 'more requirement')} broken in the same way"
        parts.append(element("details", element("summary", words), *rest))
    return element("article", *parts, class_="cause")


def _broken(
    name: str, text: str, link: str | None, page: str, found: Sequence[tuple[CaseReport, CheckReport]]
) -> Markup:
    case, check = found[0]
    where = (
        element("a", spec_page(page), href=link, rel="noreferrer")
        if link
        else element("code", spec_page(page))
    )
    more = f", and in {several(len(found) - 1, 'more check')}" if len(found) > 1 else ""
    seen = (
        element("b", "Seen: "),
        prose(f"{check.what}: {check.detail or 'it passed, and was expected to fail'}"),
        " — in ",
        element("a", case.name, href=f"#{anchor(case.name)}"),
        more,
        ".",
    )
    return element(
        "div",
        element(
            "p", reference(name), " ", prose(text), " ", element("span", "(", where, ")", class_="quiet")
        ),
        element("p", *seen, class_="seen"),
        class_="broken",
    )


def _names(title: str, cases: Sequence[CaseReport]) -> list[Markup]:
    """Return the cases by the reason that they share."""
    if not cases:
        return []
    reasons: dict[str, list[Markup]] = {}
    for case in cases:
        lines = (case.reason or "").strip().splitlines() or [""]
        words = lines[-1] if case.verdict == "error" else lines[0]
        link = element("a", case.name, href=f"#{anchor(case.name)}")
        reasons.setdefault(line(words, 300), []).append(link)
    items = [element("li", join(links, ", "), ": ", words) for words, links in reasons.items()]
    parts = [element("h3", f"{title}."), element("ul", *items[:NAMED])]
    if rest := items[NAMED:]:
        parts.append(
            element("details", element("summary", several(len(rest), "more reason")), element("ul", *rest))
        )
    return parts
