"""The pictures of the transition tables: current, complete, readable, and drawn alike each time."""

from itertools import combinations, pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from tools import diagram_layout, diagrams
from tools.machines import TABLES, read_tables

SVG = "{http://www.w3.org/2000/svg}"
PAGE = TABLES.parent / "lifecycles.md"
ENTANGLED = {
    "machine": "entangled",
    "subject": "a thing & <more>",
    "states": ["a", "b", "c", "d", "e", "f"],
    "start": "a",
    "refusal": "no",
    "transitions": [
        {"from": source, "event": f"{source}-to-{target}", "to": target}
        for source, target in ("ab", "ac", "bc", "cb", "cd", "da", "ad", "dd", "de", "cf", "fe", "bf", "ae")
    ],
}
"""More arrows back and across than any real table has."""
LOOPING = {
    "machine": "looping",
    "subject": "a thing that stays",
    "states": ["a", "b", "c"],
    "start": "a",
    "refusal": "no",
    "transitions": [
        {"from": pair[0], "event": f"an-event-with-a-long-name-{number}", "to": pair[1]}
        for number, pair in enumerate(("ab", "ac", "bb", "bb", "bb", "bb", "cc", "cc", "cc", "cc"))
    ],
}
"""Higher and wider loops than any real table has, one below the other."""
ALL = {table["machine"]: table for table in [*read_tables(TABLES), ENTANGLED, LOOPING]}
each = pytest.mark.parametrize("table", ALL.values(), ids=ALL)


def _root(table: dict[str, Any]) -> ElementTree.Element:
    return ElementTree.fromstring(diagrams.drawn(table))


def _words(table: dict[str, Any], style: str) -> list[str]:
    return sorted(part.text or "" for part in _root(table).iter(f"{SVG}text") if part.get("class") == style)


def test_the_pictures_are_current() -> None:
    assert diagrams.main(["--check"]) == 0


def test_an_edit_and_a_picture_without_a_table_are_noticed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for path in TABLES.glob("*.json"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    assert diagrams.main([], tmp_path) == 0
    assert diagrams.main(["--check"], tmp_path) == 0
    (tmp_path / "offer.svg").write_text("<svg/>", encoding="utf-8")
    (tmp_path / "rumour.svg").write_text("<svg/>", encoding="utf-8")
    assert diagrams.main(["--check"], tmp_path) == 1
    said = capsys.readouterr().err.splitlines()
    assert [line.split()[0] for line in said] == ["offer.svg", "rumour.svg"]


@each
def test_every_state_is_drawn_once(table: dict[str, Any]) -> None:
    assert _words(table, "name") == sorted(table["states"])


@each
def test_every_event_is_drawn_as_often_as_the_table_has_it(table: dict[str, Any]) -> None:
    assert _words(table, "event") == sorted(row["event"] for row in table["transitions"])


@each
def test_two_runs_are_equal(table: dict[str, Any]) -> None:
    assert diagrams.drawn(table) == diagrams.drawn(table)


@each
def test_a_double_border_marks_the_states_that_nothing_leads_out_of(table: dict[str, Any]) -> None:
    leaving = {row["from"] for row in table["transitions"] if row["from"] != row["to"]}
    rings = [part for part in _root(table).iter(f"{SVG}rect") if part.get("class") == "ring"]
    assert len(rings) == len(set(table["states"]) - leaving)


@each
def test_it_is_named_and_told_in_words_and_loads_nothing(table: dict[str, Any]) -> None:
    root = _root(table)
    told = root.findtext(f"{SVG}desc") or ""
    assert root.findtext(f"{SVG}title") == f"Lifecycle: {table['subject']}"
    assert [part.get("id") for part in root if part.get("id") in ("title", "desc")] == ["title", "desc"]
    assert all(row["event"] in told for row in table["transitions"])
    assert {part.tag.removeprefix(SVG) for part in root.iter()} <= {
        *("svg", "title", "desc", "style", "marker", "path", "rect", "text", "circle")
    }
    assert "url(#head)" in diagrams.drawn(table)
    assert "@import" not in diagrams.STYLE
    assert "url(" not in diagrams.STYLE


@each
def test_everything_lies_inside_the_view(table: dict[str, Any]) -> None:
    root = _root(table)
    left, top, width, height = map(float, root.attrib["viewBox"].split())
    for part in root.iter(f"{SVG}text"):
        half = len(part.text or "") * diagrams.CHARACTER / 2
        assert left <= float(part.attrib["x"]) - half
        assert float(part.attrib["x"]) + half <= left + width
        assert top + 10 <= float(part.attrib["y"]) <= top + height - 3


@each
def test_no_two_words_overlap(table: dict[str, Any]) -> None:
    texts = list(_root(table).iter(f"{SVG}text"))
    for one, other in combinations(texts, 2):
        apart = abs(float(one.attrib["x"]) - float(other.attrib["x"]))
        level = abs(float(one.attrib["y"]) - float(other.attrib["y"]))
        room = (len(one.text or "") + len(other.text or "")) * diagrams.CHARACTER / 2
        assert apart >= room or level >= 14, (one.text, other.text)


@each
def test_no_event_stands_in_a_box(table: dict[str, Any]) -> None:
    root = _root(table)
    boxes = [part for part in root.iter(f"{SVG}rect") if part.get("class", "").startswith("state")]
    assert len(boxes) == len(table["states"])
    for text in root.iter(f"{SVG}text"):
        half, x, y = len(text.text or "") * diagrams.CHARACTER / 2, *_place(text)
        for box in boxes if text.get("class") == "event" else ():
            left, top = _place(box)
            beside = x + half <= left or left + float(box.attrib["width"]) <= x - half
            assert beside or y <= top or top + float(box.attrib["height"]) <= y - 10, text.text


def _place(part: ElementTree.Element) -> tuple[float, float]:
    return float(part.attrib["x"]), float(part.attrib["y"])


@each
def test_boxes_and_passing_arrows_keep_apart(table: dict[str, Any]) -> None:
    layout = diagram_layout.arranged(table)
    for layer in layout.layers:
        for upper, lower in pairwise(layer):
            assert upper.y + upper.half + 8 <= lower.y - lower.half
    for hop in layout.hops:
        assert hop.right.layer == hop.left.layer + 1
        assert abs(hop.out) <= hop.left.half
        assert abs(hop.into) <= hop.right.half


@each
def test_only_an_arrow_back_is_pointed_at_its_start(table: dict[str, Any]) -> None:
    layout = diagram_layout.arranged(table)
    place = {spot.state: spot.layer for layer in layout.layers for spot in layer}
    pairs = set()
    for way in layout.ways:
        arrow = way[0].arrow
        pairs.add((arrow.source, arrow.target))
        assert arrow.back == (place[arrow.target] < place[arrow.source])
    assert pairs == {(row["from"], row["to"]) for row in table["transitions"] if row["from"] != row["to"]}
    starts = [part for part in _root(table).iter(f"{SVG}path") if part.get("marker-start")]
    assert len(starts) == sum(way[0].arrow.back for way in layout.ways)


def test_a_table_without_an_end_says_none() -> None:
    rows = [{"from": "a", "event": "go", "to": "b"}, {"from": "b", "event": "return", "to": "a"}]
    table = {"subject": "a pendulum", "states": ["a", "b"], "start": "a", "transitions": rows}
    assert diagrams.described(table) == "Starts in a. From a, go leads to b. From b, return leads to a."


@pytest.mark.parametrize("name", [name for name in ALL if name not in ("entangled", "looping")])
def test_the_page_shows_the_picture_above_its_table(name: str) -> None:
    section = PAGE.read_text(encoding="utf-8").split(f"\n### {name.capitalize()}\n")[1].split("\n##")[0]
    picture, table = section.index(f"](machines/{name}.svg)"), section.index("\n| from |")
    assert section.count(".svg)") == 1
    assert picture < table
