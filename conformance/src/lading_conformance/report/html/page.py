"""The page: its parts in order, its one style, and a policy by which it can neither load nor run anything."""

from __future__ import annotations

import base64
import hashlib
from importlib.resources import files
from typing import Final

from lading_conformance.report.clean import line
from lading_conformance.report.html import cases, top
from lading_conformance.report.html.markup import Markup, element, join, prose, trusted
from lading_conformance.report.model import Report, RequirementSummary
from lading_conformance.report.words import is_address, spec_link, spec_page

POLICY: Final = "default-src 'none'; style-src 'sha256-{}'; base-uri 'none'; form-action 'none'"


def page(report: Report, spec: str | None = None) -> str:
    """Return the whole page. `spec` is the address at which the specification is published, if the page is to link to
    it; `ValueError` where it is no HTTP address.
    """
    if spec is not None and not is_address(spec):
        raise ValueError(f"{spec!r} is not an HTTP address")
    body = element(
        "body",
        top.header(report),
        element(
            "main",
            top.profiles(report),
            top.expected(report),
            top.mending(report, spec),
            cases.section(report),
            _requirements(report, spec),
        ),
        element("footer", _closing(report)),
    )
    return "<!doctype html>\n" + element("html", _head(report), body, lang="en") + "\n"


def _head(report: Report) -> Markup:
    style = files("lading_conformance.report.html").joinpath("style.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode("utf-8")).digest()).decode("ascii")
    return element(
        "head",
        element("meta", charset="utf-8"),
        Markup(f'<meta http-equiv="Content-Security-Policy" content="{POLICY.format(digest)}">'),
        element("meta", name_="referrer", content="no-referrer"),
        element("meta", name_="viewport", content="width=device-width, initial-scale=1"),
        element("title", f"{line(report.subject, 80)}: conformance report"),
        element("style", trusted(style)),
    )


def _requirements(report: Report, spec: str | None) -> Markup:
    rows = [_requirement(row, spec) for row in report.requirements]
    table = element("table", element("tbody", *rows), class_="rows")
    words = "Every requirement that a case of this run is about, with its worst verdict."
    return element(
        "section",
        element("h2", "Requirements", id="requirements"),
        element("p", words, class_="quiet"),
        element("div", table, class_="scroll"),
    )


def _requirement(row: RequirementSummary, spec: str | None) -> Markup:
    link = spec_link(spec, row.page, row.id)
    where = (
        element("a", spec_page(row.page), href=link, rel="noreferrer")
        if link
        else element("code", spec_page(row.page))
    )
    named = join((element("a", name, href=f"#{cases.anchor(name)}") for name in row.cases), ", ")
    return element(
        "tr",
        element("td", cases.verdict(row.verdict or "not reached")),
        element("td", element("span", row.id, class_="id")),
        element("td", prose(row.text), " ", element("span", where, "; ", named, class_="quiet")),
        id=row.id,
    )


def _closing(report: Report) -> Markup:
    words = (
        "The suite saw HTTP answers and nothing else. report.json beside this page holds every message; signatures of "
        f"requests, nonces and tokens are replaced. Format {report.format}."
    )
    return element("p", words, class_="quiet")
