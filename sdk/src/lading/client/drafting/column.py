"""The type of a column of texts: the narrowest one that all of them have, and whether one of them is empty.

Texts come in batches. A batch is looked at as one string, of which one regular expression decides each type: NUL ends
each text, and no text has it.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from lading.client.drafting.table import Field

# A number that begins with more than one 0 is a code, like a postal one, and would lose its zeros.
_INTEGER = r"[+-]?(?:0|[1-9][0-9]*+)"
_NUMBER = r"(?:[+-]?(?:(?:0|[1-9][0-9]*+)(?:\.[0-9]*+)?|\.[0-9]++)(?:[eE][+-]?[0-9]++)?|NaN|-?INF)"
_BOOLEAN = r"(?:true|false|True|False|TRUE|FALSE)"
_DATE = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_DATETIME = (
    rf"{_DATE}T[0-9]{{2}}:[0-9]{{2}}:[0-9]{{2}}(?:\.[0-9]{{1,9}})?"
    r"(?:Z|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])?"
)


@dataclass(frozen=True, slots=True)
class _Kind:
    """One type: the form of its texts, and how many of their signs are asked of the calendar."""

    name: str
    form: re.Pattern[str]
    calendar: int = 0

    def has(self, joined: str, texts: Iterable[str]) -> bool:
        """Whether all texts are of this type."""
        if self.form.fullmatch(joined) is None:
            return False
        return not self.calendar or _are_moments({text[: self.calendar] for text in texts})


def _kind(name: str, form: str, calendar: int = 0) -> _Kind:
    return _Kind(name, re.compile(rf"(?:{form}\x00)*+"), calendar)


def _are_moments(texts: Iterable[str]) -> bool:
    try:
        for text in texts:
            (datetime if "T" in text else date).fromisoformat(text)
    except ValueError:
        return False
    return True


_KINDS: Final = (
    _kind("boolean", _BOOLEAN),
    _kind("integer", _INTEGER),
    _kind("number", _NUMBER),
    _kind("date", _DATE, len("2026-11-23")),
    _kind("datetime", _DATETIME, len("2026-11-23T09:30:00")),
)
"""From narrow to wide: every integer is a number. What is none of them is a string."""


class Column:
    """What the texts of one column have been so far. An empty text is no value: the column is not required."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._kinds: tuple[_Kind, ...] = _KINDS
        self._empty = False
        self._filled = False

    def take(self, texts: Sequence[str]) -> None:
        """Look at the next texts. None of them has a NUL."""
        filled = [text for text in texts if text]
        self._empty |= len(filled) < len(texts)
        self._filled |= bool(filled)
        if self._kinds and filled:
            joined = "\0".join(filled) + "\0"
            self._kinds = tuple(kind for kind in self._kinds if kind.has(joined, filled))

    @property
    def field(self) -> Field:
        """The column as a schema has it. One without any value is a column of strings."""
        kind = self._kinds[0].name if self._kinds and self._filled else "string"
        return Field(self._name, kind, required=self._filled and not self._empty)
