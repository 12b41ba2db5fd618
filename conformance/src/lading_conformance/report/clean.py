"""Text of strangers, made safe to look at: in a page, an XML file, a picture, a terminal.

    clean("a\\u202eb") == "a⟨U+202E⟩b"

Markup is not escaped here: that is for whoever writes the markup.
"""

from __future__ import annotations

import unicodedata
from typing import Final

_INVISIBLE: Final = frozenset({"Cc", "Cf", "Co", "Cs", "Zl", "Zp"})
_MARKS: Final = frozenset({"Mn", "Me"})
_STACKED: Final = 3
"""How many combining marks one letter may carry; more of them paint over the neighbouring lines."""


def clean(text: str) -> str:
    """Return the text with what is invisible, or changes the direction or place of other text, named by its number.

    Line feeds and tabs stay. So do letters of all scripts; who shows them keeps their direction to themselves.
    """
    shown: list[str] = []
    marks = 0
    for character in text:
        marks = marks + 1 if unicodedata.category(character) in _MARKS else 0
        shown.append(f"⟨U+{ord(character):04X}⟩" if marks > _STACKED or _hides(character) else character)
    return "".join(shown)


def line(text: str, limit: int = 200) -> str:
    """Return the text cleaned, on one line and cut."""
    whole = clean(" ".join(text[: limit * 4].split()))
    return whole if len(whole) <= limit else whole[: limit - 1] + "…"


def _hides(character: str) -> bool:
    if character in "\n\t":
        return False
    return unicodedata.category(character) in _INVISIBLE or ord(character) & 0xFFFE == 0xFFFE
