"""The words and signs that all forms of a report share."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

from lading_conformance.report.model import Report

SIGN: Final = {
    "pass": "✓",
    "fail": "✗",
    "error": "!",
    "blocked": "■",
    "not claimed": "○",
    "not run": "○",
    "not reached": "○",
    "incomplete": "◐",
    "expected failure": "≈",
    "unexpected pass": "?",
}
"""One sign for each verdict, so that none is told by its colour alone."""

SAID: Final = {
    "pass": "passed",
    "fail": "failed",
    "error": "error of the suite",
    "expected failure": "failed as expected",
    "unexpected pass": "passed unexpectedly",
}
"""How a verdict reads in a sentence, where it is not the verdict itself."""

_ID: Final = re.compile(r"sha256:([0-9a-f]{6})[0-9a-f]{58}")
_WORD: Final = re.compile(r" [0-9a-f]{16}\Z")


def said(verdict: str) -> str:
    """Return how a verdict reads."""
    return SAID.get(verdict, verdict)


def short(path: str, limit: int = 60) -> str:
    """Return a path with its ids cut to what tells them apart, and without its middle where it is still too long."""
    cut = _ID.sub(r"\1…", path)
    half = limit // 2
    return cut if len(cut) <= limit else f"{cut[:half]}…{cut[len(cut) - half + 1 :]}"


def party_name(name: str) -> str:
    """Return the name of one of the suite's participants without the word that makes it new."""
    return _WORD.sub("", name)


def several(number: int, noun: str, plural: str | None = None) -> str:
    """Return a number with its noun."""
    return f"{number} {noun}" if number == 1 else f"{number} {plural or noun + 's'}"


def listed(names: list[str]) -> str:
    """Return names as they stand in a sentence."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}" if names else ""


def spec_page(page: str) -> str:
    """Return where in the specification's files a page stands."""
    return f"spec/{page}"


def spec_link(base: str | None, page: str, requirement: str) -> str | None:
    """Return the address of a requirement in a specification that is published at `base`; None where it is not."""
    if base is None:
        return None
    where = page.removesuffix(".md").removesuffix("README")
    return f"{base.rstrip('/')}/{where.rstrip('/')}/#{requirement.lower()}"


def is_address(text: str) -> bool:
    """Say whether a text is an address to which a page may link."""
    parts = urlsplit(text)
    return parts.scheme in ("http", "https") and bool(parts.netloc)


def verdict_sentence(report: Report) -> str:
    """Return what the run came to, in one or two sentences."""
    passed = [profile.name for profile in report.profiles if profile.verdict == "pass"]
    broken = [row for row in report.requirements if row.verdict in ("fail", "unexpected pass")]
    reached = [row for row in report.requirements if row.verdict not in (None, "blocked", "not claimed")]
    if report.verdict == "pass":
        part = " Cases were left out: it is not a whole run." if report.selection else ""
        return f"Every case passed. All {len(reached)} requirements that were checked are kept.{part}"
    if report.verdict == "incomplete":
        return f"Nothing failed unexpectedly. {_whole(passed)}{_not_passed(report)}"
    if broken:
        count = several(len(broken), "requirement")
        verb = "is" if len(broken) == 1 else "are"
        return f"{count} of {len(reached)} that were checked {verb} not kept. {_whole(passed)}"
    if any(case.verdict == "error" for case in report.cases):
        return "The suite itself failed in some cases; the exchange cannot be judged by this run."
    if not any(case.verdict == "blocked" for case in report.cases):
        return (
            f"Nothing failed unexpectedly, and something passed that was announced to fail. {_whole(passed)}"
        )
    return f"Not every case could be tried, and none that was tried failed. {_whole(passed)}"


def _whole(passed: list[str]) -> str:
    return f"Passed as a whole: {listed(passed)}." if passed else "No profile passed as a whole."


def _not_passed(report: Report) -> str:
    """Return the profiles that did not pass, by what became of them."""
    found: dict[str, list[str]] = {}
    for row in report.profiles:
        if row.verdict != "pass":
            found.setdefault(said(row.verdict), []).append(row.name)
    return "".join(f" {verdict.capitalize()}: {listed(names)}." for verdict, names in found.items())
