"""A badge: one line that says what was claimed and passed, as a picture and as data for a service that draws badges.

It never says more than the run does: a run that left cases out is no pass, and a profile that was not claimed is not
named.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Final

from lading_conformance.report.html.markup import element
from lading_conformance.report.model import Report

LABEL: Final = "Lading"
COLOURS: Final = {"brightgreen": "#2d7d3a", "red": "#b3151f", "orange": "#9a5b00"}

_WIDE: Final = frozenset("mwMW")
_NARROW: Final = frozenset("iljtfrI.,:;-()' ")


@dataclass(frozen=True)
class Badge:
    """What a badge says, and its colour."""

    message: str
    colour: str


def of(report: Report) -> Badge:
    """Return the badge of a run."""
    passed = [row.name for row in report.profiles if row.verdict == "pass"]
    failed = [row.name for row in report.profiles if row.verdict in ("fail", "blocked")]
    if report.selection:
        return Badge("not a whole run", "orange")
    if report.verdict == "fail":
        return Badge(f"{', '.join(failed)} failed" if failed else "failed", "red")
    if not passed:
        return Badge("no profile passed", "orange")
    return Badge(f"{', '.join(passed)} passed", "brightgreen")


def data(report: Report) -> str:
    """Return the badge as JSON, in the members that endpoint badges have."""
    badge = of(report)
    members = {"schemaVersion": 1, "label": LABEL, "message": badge.message, "color": badge.colour}
    return json.dumps(members, indent=1) + "\n"


def picture(report: Report) -> str:
    """Return the badge as SVG."""
    badge = of(report)
    left, right = _width(LABEL), _width(badge.message)
    label = f"{LABEL}: {badge.message}"
    drawn = element(
        "svg",
        element("title", label),
        element("rect", width=left + 8, height=20, rx=3, fill="#454c55"),
        element("rect", x=left, width=right, height=20, rx=3, fill=COLOURS[badge.colour]),
        element("rect", x=left, width=6, height=20, fill=COLOURS[badge.colour]),
        element("text", LABEL, x=8, y=14, textLength=left - 16),
        element("text", badge.message, x=left + 8, y=14, textLength=right - 16),
        xmlns="http://www.w3.org/2000/svg",
        width=left + right,
        height=20,
        role="img",
        aria_label=label,
        fill="#fff",
        font_family="Verdana,Geneva,DejaVu Sans,sans-serif",
        font_size=11,
    )
    return drawn + "\n"


def _width(words: str) -> int:
    """Return about how many pixels the words take, with eight to each side."""
    each = (10 if letter in _WIDE else 4 if letter in _NARROW else 7 for letter in words)
    return sum(each) + 16
