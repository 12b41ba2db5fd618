"""A table as its file describes it, and the schema document of it, in the words of Frictionless Table Schema."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from lading.errors import UsageProblem
from lading.statement import canonical

MAX_COLUMNS: Final = 16_384
MAX_NAME: Final = 200
"""Characters of a column's name."""


@dataclass(frozen=True, slots=True)
class Field:
    """One column: its name, its Table Schema type and format, and whether every row has a value in it."""

    name: str
    type: str
    required: bool
    format: str | None = None

    @property
    def members(self) -> dict[str, object]:
        """The field as a schema document has it."""
        members: dict[str, object] = {"name": self.name, "type": self.type}
        if self.format is not None:
            members["format"] = self.format
        if self.required:
            members["constraints"] = {"required": True}
        return members


@dataclass(frozen=True, slots=True)
class Table:
    """The columns of a table and the number of its rows.

    `dialect` is how a CSV file is written, in the words of Frictionless CSV Dialect. `ragged` counts the rows that have
    another number of values than there are columns; the first one begins on line `ragged_line`.
    """

    fields: tuple[Field, ...]
    rows: int
    dialect: Mapping[str, object] | None = None
    ragged: int = 0
    ragged_line: int | None = None

    @property
    def document(self) -> bytes:
        """The schema document: canonical JSON, so that the same table always has the same digest."""
        members: dict[str, object] = {"fields": [field.members for field in self.fields]}
        if self.dialect is not None:
            members["dialect"] = dict(self.dialect)
        return canonical.dumps(members)


def check_names(where: object, names: Iterable[str], hint: str) -> None:
    """Raise `UsageProblem` unless there are columns, not too many, and each has a printable name of its own."""
    seen: set[str] = set()
    for number, name in enumerate(names, 1):
        if number > MAX_COLUMNS:
            raise UsageProblem(f"{where} has more than {MAX_COLUMNS} columns", hint=hint)
        if not name:
            raise UsageProblem(f"{where}: column {number} has no name", hint=hint)
        if len(name) > MAX_NAME or not name.isprintable():
            raise UsageProblem(
                f"{where}: column {number} has a name that is too long, or has control characters", hint=hint
            )
        if name in seen:
            raise UsageProblem(f"{where}: two columns are called {name!r}", hint=hint)
        seen.add(name)
    if not seen:
        raise UsageProblem(f"{where} has no columns", hint=hint)
