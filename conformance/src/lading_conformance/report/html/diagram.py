"""The messages of a case as a sequence diagram, and the same as a list for narrow windows and for screen readers."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from lading_conformance.report.clean import line
from lading_conformance.report.html.markup import Markup, element, join
from lading_conformance.report.model import Message
from lading_conformance.report.words import several, short

MOST: Final = 24
"""How many arrows a diagram has at most."""
BEFORE: Final = 3
"""How many messages before a failing one are shown with it."""

LEFT: Final = 60
LANE: Final = 108
TALK: Final = 430
RIGHT: Final = 60
TOP: Final = 56
ROW: Final = 30
NOBODY: Final = "unsigned"


@dataclass(frozen=True)
class Row:
    """One arrow: messages that look alike and follow each other, from number `first` on."""

    first: int
    count: int
    message: Message
    failing: bool


@dataclass(frozen=True)
class Scene:
    """The lanes of a diagram, from left to right: the suite's parties, then the exchanges."""

    parties: tuple[str, ...]
    exchanges: tuple[str, ...]

    def party(self, name: str) -> int:
        """Where a party's line stands."""
        return LEFT + LANE * self.parties.index(name)

    def exchange(self, name: str) -> int:
        """Where an exchange's line stands."""
        return self.talk + TALK + LANE * self.exchanges.index(name)

    @property
    def talk(self) -> int:
        """Where the words of the arrows begin: right of the last party."""
        return LEFT + LANE * (len(self.parties) - 1)

    @property
    def width(self) -> int:
        """The width of the whole picture."""
        return self.talk + TALK + LANE * (len(self.exchanges) - 1) + RIGHT


def figure(messages: Sequence[Message], names: Mapping[str, str], failing: Collection[int]) -> Markup:
    """Return picture and list. `names` has the names of parties by id, `failing` the numbers of failing messages."""
    rows = chosen(collapsed(messages, failing))
    if not rows:
        return Markup("")
    return element(
        "figure",
        element("div", _picture(rows, names, len(messages)), class_="wide"),
        element("ol", *(_item(row, names) for row in rows), class_="narrow"),
        class_="talk",
    )


def collapsed(messages: Sequence[Message], failing: Collection[int]) -> list[Row]:
    """Return one row for messages that follow each other and look alike; a failing one stands alone."""
    rows: list[Row] = []
    for number, message in enumerate(messages):
        before = rows[-1] if rows else None
        if (
            before
            and number not in failing
            and not before.failing
            and _look(message) == _look(before.message)
        ):
            rows[-1] = Row(before.first, before.count + 1, before.message, failing=False)
        else:
            rows.append(Row(number, 1, message, number in failing))
    return rows


def chosen(rows: Sequence[Row]) -> list[Row]:
    """Return at most `MOST` rows: those up to the failing ones, or, where none fails, the first."""
    if len(rows) <= MOST:
        return list(rows)
    wrong = [place for place, row in enumerate(rows) if row.failing]
    if not wrong:
        return list(rows[:MOST])
    near = sorted({at for place in wrong for at in range(max(0, place - BEFORE), place + 1)})
    return [rows[at] for at in near[:MOST]]


def sender(message: Message, names: Mapping[str, str]) -> str:
    """Return the name of who sent a message."""
    if message.party is None:
        return NOBODY
    return names.get(message.party, message.party[7:15])


def sent(message: Message) -> str:
    """Return what was sent, in short."""
    act = f" · {message.act}" if message.act else ""
    return line(f"{message.method} {short(message.path, 44)}{act}", 60)


def came(message: Message) -> str:
    """Return what came back, in short."""
    return "no answer" if message.status is None else str(message.status)


def _look(message: Message) -> tuple[object, ...]:
    path = "/log/tile/" if message.path.startswith("/log/tile/") else short(message.path)
    return message.exchange, message.party, message.act, message.method, path, message.status


def _picture(rows: Sequence[Row], names: Mapping[str, str], total: int) -> Markup:
    parties = tuple(dict.fromkeys(sender(row.message, names) for row in rows))
    exchanges = tuple(sorted({row.message.exchange for row in rows}))
    scene = Scene(parties, exchanges)
    parts: list[Markup] = []
    y, following = TOP, 0
    for row in rows:
        if row.first > following:
            parts.append(_gap(scene, y, row.first - following))
            y += ROW
        parts.append(_arrow(scene, row, names, y))
        y += ROW
        following = row.first + row.count
    if following < total:
        parts.append(_gap(scene, y, total - following))
        y += ROW
    label = f"Sequence of messages between {', '.join(parties)} and the exchange; the list after it says the same."
    return element(
        "svg",
        element("title", label),
        *(_lane(scene.party(name), name, y) for name in parties),
        *(_lane(scene.exchange(name), _exchange(name, exchanges), y) for name in exchanges),
        *parts,
        role="img",
        aria_label=label,
        viewBox=f"0 0 {scene.width} {y + 4}",
        width=scene.width,
        height=y + 4,
    )


def _exchange(name: str, exchanges: Collection[str]) -> str:
    return f"exchange {name}" if len(exchanges) > 1 or name != "A" else "exchange"


def _lane(x: int, name: str, bottom: int) -> Markup:
    return join(
        (
            element("path", d=f"M{x} 34V{bottom}", class_="lane"),
            element("rect", x=x - 50, y=8, width=100, height=26, rx=5, class_="head"),
            element("text", element("title", name), line(name, 13), x=x, y=25, class_="who"),
        )
    )


def _arrow(scene: Scene, row: Row, names: Mapping[str, str], y: int) -> Markup:
    start, end = scene.party(sender(row.message, names)), scene.exchange(row.message.exchange)
    arrow = element("path", d=f"M{start} {y}H{end - 7}", class_="arrow")
    tip = element("path", d=f"M{end} {y}l-8 -4v8z", class_="tip")
    number = element("tspan", f"{row.first + 1}  ", class_="no")
    times = f" ({row.count} times)" if row.count > 1 else ""
    answer = element("tspan", f" → {came(row.message)}{times}", class_="came")
    cross = element("tspan", " ✗", class_="came") if row.failing else Markup("")
    words = element("text", number, sent(row.message), answer, cross, x=scene.talk + 12, y=y - 6)
    return element("g", arrow, tip, words, class_="bad" if row.failing else None)


def _gap(scene: Scene, y: int, count: int) -> Markup:
    return element(
        "text", f"… {several(count, 'message')} not drawn", x=scene.talk + 12, y=y - 6, class_="gap"
    )


def _item(row: Row, names: Mapping[str, str]) -> Markup:
    times = f" ({row.count} times)" if row.count > 1 else ""
    failed = " ✗ failed" if row.failing else ""
    to = "" if row.message.exchange == "A" else " to exchange B"
    words = f"{line(sender(row.message, names), 40)}{to}: {sent(row.message)} → {came(row.message)}{times}{failed}"
    return element("li", words, value=row.first + 1, class_="bad" if row.failing else None)
