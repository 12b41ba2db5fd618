"""Requests and answers: in full for what failed, in short for what passed, and never more than there is room for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

from lading_conformance.report.clean import clean, line
from lading_conformance.report.html import diagram
from lading_conformance.report.html.markup import Markup, element, join
from lading_conformance.report.model import Message
from lading_conformance.report.words import several

PAGE: Final = 2_400_000
"""How many characters all messages of a page, and all that is said of failed checks, may take."""
FULL: Final = 160_000
SHORT: Final = 28_000
"""How many those of a case may take: in full, and in short."""
EXCERPT: Final = 160

_STRING: Final = re.compile(r'"(?:[^"\\]|\\.)*"?|[{}\[\],]|[^"{}\[\],]+', re.DOTALL)
_DEEPEST: Final = 16


class Room:
    """The characters that are left for messages, of the page and of one case."""

    def __init__(self, page: int = PAGE) -> None:
        self.page = page
        self.full = FULL
        self.short = SHORT

    def next_case(self) -> None:
        """Begin another case."""
        self.full, self.short = FULL, SHORT

    def takes(self, markup: Markup, *, full: bool) -> bool:
        """Say whether there is room for this, and take it."""
        left = min(self.page, self.full if full else self.short)
        if len(markup) > left:
            return False
        self.page -= len(markup)
        if full:
            self.full -= len(markup)
        else:
            self.short -= len(markup)
        return True


def shown(
    numbered: Iterable[tuple[int, Message]],
    names: Mapping[str, str],
    room: Room,
    *,
    full: bool,
    opened: int | None = None,
) -> Markup:
    """Return the messages, as long as there is room; where it ends, how many are in `report.json` only.

    `opened` is the number of the one that is unfolded.
    """
    rows, missing = [], 0
    for number, message in numbered:
        row = _message(number, message, names, full=full, opened=number == opened)
        if missing == 0 and room.takes(row, full=full):
            rows.append(row)
        else:
            missing += 1
    if missing:
        rows.append(element("p", f"{several(missing, 'more message')} in report.json.", class_="quiet"))
    return join(rows)


def _message(number: int, message: Message, names: Mapping[str, str], *, full: bool, opened: bool) -> Markup:
    words = f"{diagram.sent(message)} → {diagram.came(message)}"
    to = "" if message.exchange == "A" else " → B"
    head = element(
        "summary",
        element("span", str(number + 1), class_="no"),
        " ",
        element("span", line(diagram.sender(message, names), 40) + to, class_="who"),
        " ",
        element("code", words),
        *((" ", element("span", f"{message.seconds * 1000:.0f} ms", class_="quiet")) if full else ()),
    )
    parts = _in_full(message) if full else _in_short(message)
    return element("details", head, *parts, class_="message", open=opened)


def _in_full(message: Message) -> list[Markup]:
    asked = [
        element("h5", "Request"),
        _headers(f"{message.method} {message.path}", message.request_headers),
        *_body(message.request_body, message.request_says),
    ]
    if message.status is None:
        answered = [element("h5", "No answer"), element("p", line(message.fault or "", 1_000))]
    else:
        answered = [
            element("h5", "Answer"),
            _headers(str(message.status), message.response_headers),
            *_body(message.response_body, message.response_says),
        ]
    return [element("div", element("div", *asked), element("div", *answered), class_="both")]


def _in_short(message: Message) -> list[Markup]:
    asked = message.request_says or message.request_body
    answered = message.fault if message.status is None else message.response_says or message.response_body
    return [element("pre", line(part, EXCERPT)) for part in (asked, answered) if part]


def _headers(first: str, headers: Mapping[str, str]) -> Markup:
    lines = [clean(first), *(f"{line(name, 80)}: {line(value, 320)}" for name, value in headers.items())]
    return element("pre", "\n".join(lines), class_="headers")


def _body(body: str | None, says: str | None) -> list[Markup]:
    if not body:
        return [element("p", "no body", class_="quiet")]
    if says is None:
        return [element("pre", indented(body) if body.lstrip()[:1] in ("{", "[") else body)]
    raw = element("details", element("summary", "as sent"), element("pre", body))
    return [element("p", "The statement's payload, decoded:", class_="quiet"), element("pre", says), raw]


def indented(text: str) -> str:
    """Return JSON, also where it breaks off or is not quite JSON, with its own members in its own order, indented."""
    shown: list[str] = []
    depth = 0
    for token in _STRING.findall(text):
        if token in ("{", "["):
            depth = min(depth + 1, _DEEPEST)
            shown += [token, "\n", "  " * depth]
        elif token in ("}", "]"):
            depth = max(depth - 1, 0)
            shown += ["\n", "  " * depth, token]
        elif token == ",":
            shown += [token, "\n", "  " * depth]
        else:
            shown.append(token.strip() if token[:1] != '"' else token)
    return re.sub(r"([\[{])\s+([\]}])", r"\1\2", "".join(shown)).replace('":', '": ')
