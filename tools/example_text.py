"""How examples look on a page."""

from __future__ import annotations

import json

SHORT = 48
"""How many characters of a long text an abridged example shows."""


def fenced(text: str, language: str = "") -> str:
    """A block of code."""
    return f"```{language}\n{text.rstrip()}\n```\n"


def pretty(value: object) -> str:
    """JSON for people: indented, members in the order of their making."""
    return json.dumps(value, indent=2, ensure_ascii=False)


def folded(text: str, width: int = 96) -> str:
    """A long text without spaces, broken to fit a page."""
    return "\n".join(text[at : at + width] for at in range(0, len(text), width))


def abridged(text: str | bytes) -> str:
    """The beginning of a long text."""
    whole = text.decode() if isinstance(text, bytes) else text
    return whole if len(whole) <= SHORT else f"{whole[:SHORT]}…"
