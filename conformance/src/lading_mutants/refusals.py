"""Every place in the SDK and the server at which something is refused, and the code without one of them.

A place is a `raise` of `refuse(…)`, of one of the server's ready-made refusals, or, in the forms of statements, of
`ValueError`. It is named by module and function, with a number where the function has several. What is added there is
found here.
"""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Final

from lading.problems import PROBLEMS
from lading_mutants import forms
from lading_mutants.code import Place, edited, source

PACKAGES: Final = (
    "lading.statement",
    "lading.keys",
    "lading.terms",
    "lading.acts",
    "lading.rules",
    "lading.register",
    "lading.evidence",
    "lading.transfer",
    "lading.http",
    "lading_server",
)
"""Where an exchange refuses, by layer. The client and the linter refuse nobody."""
READY: Final = {"not_found": "not-found", "gone": "gone", "read_only": "read-only"}
"""Functions of the server that return one refusal."""
FORMS: Final = ("lading.acts", "lading.terms", "lading.statement.words")
"""Modules whose `ValueError` is the refusal `bad-member`."""
IDS: Final = re.compile(r"LAD-[A-Z]{3}-[0-9]{3}")
COMMENT: Final = re.compile(r"\s*#.*LAD-")


@dataclass(frozen=True, slots=True)
class Refusal:
    """One place. `lines` and `columns` bound the `raise` in the module's text; `number` of `among` in its function."""

    place: Place
    number: int
    among: int
    lines: tuple[int, int]
    columns: tuple[int, int]
    requirements: tuple[str, ...]

    @property
    def name(self) -> str:
        """Its name among the mutants: `server.request.check_head.2`, `acts.sealed.Sealed._two`."""
        module = self.place.module.removeprefix("lading.").replace("lading_server", "server")
        return f"{module}.{self.place.name}" + (f".{self.number}" if self.among > 1 else "")

    def removed(self) -> AbstractContextManager[None]:
        """The code without it, until the block ends: what would be refused here goes on."""
        return edited(self.place, self._passed)

    def _passed(self, text: str) -> str:
        lines = text.splitlines(keepends=True)
        first, last = self.lines[0] - 1, self.lines[1] - 1
        kept = lines[first][: self.columns[0]] + "pass" + lines[last][self.columns[1] :]
        # The lines after it keep their numbers: functions are found by them.
        return "".join([*lines[:first], kept, *["\n"] * (last - first), *lines[last + 1 :]])


def refusals() -> Iterator[Refusal]:
    """All of them, in the order of modules and lines."""
    for module in _modules():
        tree = ast.parse(source(module))
        for place, function, above in _functions(module, tree):
            raised = [node for node in ast.walk(function) if isinstance(node, ast.Raise)]
            found = [node for node in raised if _codes(module, node)]
            for number, node in enumerate(sorted(found, key=lambda node: node.lineno), start=1):
                named = _ids_above(module, function, node.lineno) or _ids_in(function) or _ids_in(above)
                yield _refusal(place, named, node, number, len(found))


def _refusal(place: Place, named: list[str], node: ast.Raise, number: int, among: int) -> Refusal:
    assert node.end_lineno is not None
    assert node.end_col_offset is not None
    codes = _codes(place.module, node)
    exactly = (
        forms.EXACTLY.get(place.module.removeprefix("lading.acts.")) if codes == ["bad-member"] else None
    )
    answered = [*([exactly] if exactly else []), *(PROBLEMS[code].requirement for code in codes)]
    return Refusal(
        place,
        number,
        among,
        (node.lineno, node.end_lineno),
        (node.col_offset, node.end_col_offset),
        tuple(dict.fromkeys([*named, *answered])),
    )


def _modules() -> Iterator[str]:
    for package in PACKAGES:
        yield package
        path = importlib.import_module(package).__path__
        yield from sorted(info.name for info in pkgutil.walk_packages(path, f"{package}.") if not info.ispkg)


_Function = ast.FunctionDef | ast.AsyncFunctionDef
_Above = ast.Module | ast.ClassDef


def _functions(module: str, above: _Above, names: str = "") -> Iterator[tuple[Place, _Function, _Above]]:
    """Each function, with what it stands in."""
    for node in above.body:
        if isinstance(node, _Function):
            yield Place(module, names + node.name), node, above
        elif isinstance(node, ast.ClassDef):
            yield from _functions(module, node, f"{names}{node.name}.")


def _codes(module: str, node: ast.Raise) -> list[str]:
    """The code with which it refuses; none for what is no refusal."""
    if not isinstance(node.exc, ast.Call):
        return []
    called = node.exc.func.id if isinstance(node.exc.func, ast.Name) else ""
    if called == "ValueError" and module.startswith(FORMS):
        return ["bad-member"]
    if called == "refuse":
        code = node.exc.args[0]
        return [code.value] if isinstance(code, ast.Constant) and isinstance(code.value, str) else []
    return [READY[called]] if called in READY else []


def _ids_above(module: str, function: _Function, line: int) -> list[str]:
    """The requirements in the nearest comment above a line of the function."""
    for text in reversed(source(module).splitlines()[function.lineno - 1 : line]):
        if COMMENT.match(text):
            return IDS.findall(text)
    return []


def _ids_in(node: _Function | _Above) -> list[str]:
    """The requirements in a docstring."""
    return [] if isinstance(node, ast.Module) else IDS.findall(ast.get_docstring(node) or "")
