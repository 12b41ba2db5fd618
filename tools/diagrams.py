"""Draw each transition table of `spec/machines` as a picture beside it.

    python -m tools.diagrams            # write spec/machines/*.svg
    python -m tools.diagrams --check    # exit 1 if a picture is not what its table says

A dot leads to the start; a state from which no event leads to another one has a double border; the events of an arrow
stand above it, one a line. The colours follow the reader's preference for light or dark, and the picture has a ground
of its own, so that it is readable on any page. `tools.diagram_layout` decides where everything stands.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final
from xml.sax.saxutils import escape, quoteattr

from tools.diagram_layout import LINE, LOOP, Hop, Layout, Spot, arranged, merged
from tools.machines import TABLES, read_tables

CHARACTER: Final = 7.9
"""Width of a character of 13 pixels in a font of one width."""
BEND: Final = 46
"""Width of the zone in which arrows bend."""
HEAD: Final = 12
"""Room for the head of an arrow."""
MARGIN: Final = 14
ENTRY: Final = 44
"""From the left margin to the box of the start, with the dot."""

STYLE: Final = """
  .ground { fill: #ffffff; }
  .state { fill: #eef3fb; stroke: #3b6fb6; stroke-width: 1.5; }
  .ring { fill: none; stroke: #3b6fb6; stroke-width: 1; }
  .final { fill: #f3f1ec; }
  .arrow { fill: none; stroke: #57606a; stroke-width: 1.4; }
  .head, .dot { fill: #57606a; }
  text { font: 13px ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace; text-anchor: middle; }
  .name { fill: #14233a; font-weight: 600; }
  .event { fill: #3a424b; }
  @media (prefers-color-scheme: dark) {
    .ground { fill: #15191f; }
    .state { fill: #1d2b42; stroke: #7aa7e6; }
    .ring { stroke: #7aa7e6; }
    .final { fill: #2b2a26; }
    .arrow { stroke: #9aa4af; }
    .head, .dot { fill: #9aa4af; }
    .name { fill: #eaf1fb; }
    .event { fill: #c6ced6; }
  }
"""


def described(table: Mapping[str, Any]) -> str:
    """The picture in words: every transition, and where nothing leads on."""
    said = [
        f"From {source}, {' or '.join(events)} leads to {target if target != source else 'the same state'}."
        for (source, target), events in merged(table).items()
    ]
    ends = [state for state in table["states"] if is_final(table, state)]
    last = [f"Nothing leads out of {', '.join(ends)}."] if ends else []
    return " ".join([f"Starts in {table['start']}.", *said, *last])


def is_final(table: Mapping[str, Any], state: str) -> bool:
    """Whether no event leads from this state to another one."""
    return all(row["to"] == state for row in table["transitions"] if row["from"] == state)


def _width(words: tuple[str, ...]) -> float:
    return max((len(word) for word in words), default=0) * CHARACTER


class Canvas:
    """The horizontal places of a layout, and the elements drawn on it."""

    def __init__(self, layout: Layout) -> None:
        self.parts: list[str] = []
        self._boxes: list[tuple[float, float]] = []
        self._levels: list[float] = []
        x: float = MARGIN + ENTRY
        for number, layer in enumerate(layout.layers):
            box = max((_width((spot.state,)) + 28 for spot in layer if spot.state), default=0)
            column = max([box, *(_width(spot.loop) for spot in layer)])
            self._boxes.append((round(x + (column - box) / 2), round(x + (column + box) / 2)))
            hops = [hop for hop in layout.hops if hop.left.layer == number]
            labels = [_width(hop.label) for hop in hops]
            bends = any(hop.left.y + hop.out != hop.right.y + hop.into for hop in hops)
            self._levels.append(round(x + column + (BEND if bends else HEAD / 2)))
            self.width = round(x + column + MARGIN)
            x = self._levels[-1] + max(labels, default=0) + 2 * HEAD

    def box(self, spot: Spot) -> tuple[float, float]:
        """The left and right edge of a spot's box, or of its layer where an arrow passes."""
        return self._boxes[spot.layer]

    def text(self, style: str, words: tuple[str, ...], x: float, bottom: float) -> None:
        """Words, one a line, the last with its baseline at `bottom`."""
        for index, word in enumerate(words):
            y = bottom - (len(words) - 1 - index) * LINE
            self.parts.append(f'<text class="{style}" x="{x:g}" y="{y:g}">{escape(word)}</text>')

    def arrow(self, path: str, mark: str = "marker-end") -> None:
        """A line with a head at one of its ends."""
        self.parts.append(f'<path class="arrow" d="{path}" {mark}="url(#head)"/>')

    def hops(self, way: list[Hop]) -> None:
        """An arrow from box to box, with its events."""
        first = way[0]
        start, y = self.box(first.left)[1], first.left.y + first.out
        path = f"M {start:g} {y:g}"
        for hop in way:
            level, end = self._levels[hop.left.layer], self.box(hop.right)[0]
            before, y = hop.left.y + hop.out, hop.right.y + hop.into
            if before != y:
                bend = level - BEND + HEAD, (level + level - BEND + HEAD) / 2
                path += f" H {bend[0]:g} C {bend[1]:g} {before:g} {bend[1]:g} {y:g} {level:g} {y:g}"
            path += f" H {end:g}"
            middle = (level + end - HEAD) / 2
            self.text("event", hop.label, middle, y - 6)
        self.arrow(path, "marker-start" if first.arrow.back else "marker-end")

    def state(self, spot: Spot, final: bool) -> None:
        """A state's box, and its loop."""
        (left, right), top = self.box(spot), spot.y - spot.half
        style = "state final" if final else "state"
        self._rectangle(style, left, top, right, spot.y + spot.half, 9)
        if final:
            self._rectangle("ring", left + 4, top + 4, right - 4, spot.y + spot.half - 4, 6)
        middle = (left + right) / 2
        self.text("name", (spot.state,), middle, spot.y + 4)
        if spot.loop:
            high = top - LOOP - 4
            self.arrow(
                f"M {middle - 14:g} {top:g} C {middle - 26:g} {high:g} {middle + 26:g} {high:g} {middle + 14:g} {top:g}"
            )
            self.text("event", spot.loop, middle, top - LOOP)

    def _rectangle(
        self, style: str, left: float, top: float, right: float, bottom: float, round_: int
    ) -> None:
        self.parts.append(
            f'<rect class="{style}" x="{left:g}" y="{top:g}" width="{right - left:g}" '
            f'height="{bottom - top:g}" rx="{round_}"/>'
        )


def drawn(table: Mapping[str, Any]) -> str:
    """The picture of a table, as the text of an SVG file."""
    layout = arranged(table)
    spots = [spot for layer in layout.layers for spot in layer]
    canvas = Canvas(layout)
    for way in layout.ways:
        canvas.hops(way)
    for spot in spots:
        if spot.state:
            canvas.state(spot, is_final(table, spot.state))
    start = next(spot for spot in spots if spot.state == table["start"])
    canvas.parts.append(f'<circle class="dot" cx="{MARGIN + 6}" cy="{start.y:g}" r="6"/>')
    canvas.arrow(f"M {MARGIN + 12} {start.y:g} H {canvas.box(start)[0]:g}")
    top = round(min(spot.y - spot.above for spot in spots)) - 5
    height = round(max(spot.y + spot.below for spot in spots)) + 5 - top
    return _file(table, canvas, top, height)


def _file(table: Mapping[str, Any], canvas: Canvas, top: int, height: int) -> str:
    view = f"0 {top} {canvas.width} {height}"
    title = f"Lifecycle: {table['subject']}"
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox={quoteattr(view)} width="{canvas.width}" '
            f'height="{height}" role="img" aria-labelledby="title desc">',
            f"<!-- Generated from {table['machine']}.json by tools/diagrams.py; do not edit. -->",
            f'<title id="title">{escape(title)}</title>',
            f'<desc id="desc">{escape(described(table))}</desc>',
            f"<style>{STYLE}</style>",
            '<marker id="head" viewBox="0 0 10 10" refX="10" refY="5" markerUnits="userSpaceOnUse" '
            'markerWidth="10" markerHeight="10" orient="auto-start-reverse">'
            '<path class="head" d="M 0 1 L 10 5 L 0 9 z"/></marker>',
            f'<rect class="ground" x="0" y="{top}" width="{canvas.width}" height="{height}" rx="8"/>',
            *canvas.parts,
            "</svg>\n",
        ]
    )


def rendered(folder: Path) -> dict[Path, str]:
    """The picture of each table of a folder, by the path of its file."""
    return {folder / f"{table['machine']}.svg": drawn(table) for table in read_tables(folder)}


def main(arguments: list[str], folder: Path = TABLES) -> int:
    """Write or check; the exit code. A picture without a table is an error too."""
    made = rendered(folder)
    if arguments != ["--check"]:
        for path, text in made.items():
            path.write_text(text, encoding="utf-8")
        return 0
    held = {path: path.read_text(encoding="utf-8") for path in folder.glob("*.svg")}
    wrong = sorted(path.name for path in made.keys() | held.keys() if made.get(path) != held.get(path))
    for name in wrong:
        print(f"{name} is not current: run python -m tools.diagrams", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
