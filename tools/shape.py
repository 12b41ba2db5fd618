"""Refuse modules and functions that grew too long to read.

    python tools/shape.py              # every Python file of the project
    python tools/shape.py PATH...      # these files and folders only

A module may have 400 lines and a function 60, decorators and docstring counted. There are no exceptions.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = ("sdk", "reference_server", "conformance", "benchmarks", "docs", "tests", "tools")
MODULE_LINES = 400
FUNCTION_LINES = 60


@dataclass(frozen=True)
class TooLong:
    """One thing that is longer than it may be: a module, or a function at its first line."""

    path: Path
    line: int
    what: str
    lines: int
    limit: int

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.what} has {self.lines} lines, and {self.limit} is the limit"


def python_files(places: Iterable[Path]) -> Iterator[Path]:
    """Every Python file in or below `places`, sorted within each; folders like `.venv` are left out.

    A place that does not exist is an error.
    """
    for place in places:
        if not place.exists():
            raise FileNotFoundError(place)
        below = sorted(place.rglob("*.py")) if place.is_dir() else [place]
        yield from (path for path in below if not _hidden(path.relative_to(place)))


def _hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)


def _functions(tree: ast.Module) -> Iterator[tuple[int, str, int]]:
    """First line (decorators included), name and number of lines of each function, nested ones too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
            yield first, node.name, (node.end_lineno or first) - first + 1


def too_long(path: Path) -> Iterator[TooLong]:
    """What in the module at `path` exceeds a limit."""
    source = path.read_text(encoding="utf-8")
    lines = len(source.splitlines())
    if lines > MODULE_LINES:
        yield TooLong(path, 1, "the module", lines, MODULE_LINES)
    for first, name, length in _functions(ast.parse(source, filename=str(path))):
        if length > FUNCTION_LINES:
            yield TooLong(path, first, f"function {name}", length, FUNCTION_LINES)


def main(arguments: list[str]) -> int:
    """Print all that is too long; the exit code is 1 if there is any."""
    places = [Path(text) for text in arguments] or [ROOT / name for name in FOLDERS if (ROOT / name).exists()]
    found = [excess for path in python_files(places) for excess in too_long(path)]
    for excess in found:
        print(excess, file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
