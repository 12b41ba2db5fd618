"""What every benchmark shares on the command line, and how it prints: tables for people, JSON for machines."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

Cell = str | int | float


@dataclass
class Table:
    """One table: a title, column names, rows."""

    title: str
    columns: Sequence[str]
    rows: list[Sequence[Cell]] = field(default_factory=list)

    def add(self, *cells: Cell) -> None:
        """Add a row."""
        self.rows.append(cells)

    def text(self) -> str:
        """The table in columns: words to the left, numbers to the right."""
        rows = [[_shown(cell) for cell in row] for row in self.rows]
        widths = [max(map(len, column)) for column in zip(self.columns, *rows, strict=True)]
        lines = [self.title, _line(self.columns, widths), *(_line(row, widths) for row in rows)]
        return "\n".join(lines)

    def data(self) -> list[dict[str, Cell]]:
        """The rows as JSON objects."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]


def _shown(cell: Cell) -> str:
    if isinstance(cell, float):
        return f"{cell:,.3f}" if abs(cell) < 10 else f"{cell:,.1f}"
    return f"{cell:,}" if isinstance(cell, int) else cell


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    first, *others = (
        cell.ljust(width) if at == 0 else cell.rjust(width)
        for at, (cell, width) in enumerate(zip(cells, widths, strict=True))
    )
    return "  " + "  ".join((first, *others)).rstrip()


@dataclass(frozen=True)
class Bar:
    """A ratio that was promised, and the one that was measured."""

    what: str
    promised: float
    measured: float

    @property
    def met(self) -> bool:
        """Whether the promise is kept."""
        return self.measured >= self.promised

    def text(self) -> str:
        """One line."""
        return f"  {'met   ' if self.met else 'MISSED'} {self.what}: {self.measured:.2f}, promised {self.promised:.2f}"


def parser(about: str | None) -> argparse.ArgumentParser:
    """The options of every benchmark. `about` is the module's docstring; its first paragraph is shown."""
    shown = argparse.ArgumentParser(description=(about or "").partition("\n\n")[0])
    shown.add_argument(
        "--quick", action="store_true", help="a short run: it shows that it works, not how fast it is"
    )
    shown.add_argument("--json", action="store_true", help="print one JSON object instead of tables")
    return shown


def show(
    machine: Mapping[str, object], tables: Sequence[Table], bars: Sequence[Bar], *, as_json: bool
) -> None:
    """Print the results."""
    if as_json:
        results = {table.title: table.data() for table in tables}
        promises = [
            {"what": b.what, "promised": b.promised, "measured": b.measured, "met": b.met} for b in bars
        ]
        print(json.dumps({"machine": machine, "results": results, "bars": promises}, indent=1))
        return
    print("machine: " + ", ".join(f"{name} {value}" for name, value in machine.items()))
    for table in tables:
        print(f"\n{table.text()}")
    if bars:
        print("\n" + "\n".join(bar.text() for bar in bars))
    print(flush=True)
