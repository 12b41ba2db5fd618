"""Text of strangers, made safe to look at: in a page, an XML file, a picture, a terminal.

    clean("a\\u202eb") == "a⟨U+202E⟩b"

Markup is not escaped here: that is for whoever writes the markup.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_INVISIBLE: Final = frozenset({"Cc", "Cf", "Co", "Cs", "Zl", "Zp"})
_MARKS: Final = frozenset({"Mn", "Me"})
_MARK: Final = "\0"
_STACKED: Final = re.compile(r"(?<=\0\0\0)\0+")
"""More than three combining marks on one letter: they paint over the neighbouring lines."""


class _Shown(dict[int, str]):
    """What is shown for a character, by its number."""

    def __missing__(self, number: int) -> str:
        self[number] = _named(number) if _hides(number) else chr(number)
        return self[number]


class _Marked(dict[int, str]):
    """`_MARK` for a combining mark, by its number; the character itself otherwise."""

    def __missing__(self, number: int) -> str:
        character = chr(number)
        self[number] = _MARK if unicodedata.category(character) in _MARKS else character
        return self[number]


_SHOWN: Final = _Shown()
_MARKED: Final = _Marked()


def clean(text: str) -> str:
    """Return the text with what is invisible, or changes the direction or place of other text, named by its number.

    Line feeds and tabs stay. So do letters of all scripts; who shows them keeps their direction to themselves.
    """
    shown = text.translate(_SHOWN)
    if shown.isascii():
        return shown
    parts, end = [], 0
    for stacked in _STACKED.finditer(shown.translate(_MARKED)):
        parts += [
            shown[end : stacked.start()],
            "".join(_named(ord(mark)) for mark in shown[slice(*stacked.span())]),
        ]
        end = stacked.end()
    return "".join((*parts, shown[end:]))


def line(text: str, limit: int = 200) -> str:
    """Return the text cleaned, on one line and cut."""
    whole = clean(" ".join(text[: limit * 4].split()))
    return whole if len(whole) <= limit else whole[: limit - 1] + "…"


def _named(number: int) -> str:
    return f"⟨U+{number:04X}⟩"


def _hides(number: int) -> bool:
    if chr(number) in "\n\t":
        return False
    return unicodedata.category(chr(number)) in _INVISIBLE or number & 0xFFFE == 0xFFFE
