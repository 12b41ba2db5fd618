"""All wrong exchanges that break one promise and name the case that notices: the rows of every module `spoils_…`."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from lading_conformance import wrong
from lading_conformance.wrong.spoils import Row


@cache
def rows() -> tuple[Row, ...]:
    """Return all rows, in the order of the modules' names. Raises `ValueError` where two have the same name."""
    found = [
        Row(*row)
        for info in sorted(pkgutil.iter_modules(wrong.__path__), key=lambda info: info.name)
        if info.name.startswith("spoils_")
        for row in importlib.import_module(f"{wrong.__name__}.{info.name}").MUTANTS
    ]
    names = [row.name for row in found]
    if twice := {name for name in names if names.count(name) > 1}:
        raise ValueError(f"wrong exchanges of the same name: {', '.join(sorted(twice))}")
    return tuple(found)
