"""HTML and SVG elements as text. What is not `Markup` already is cleaned and escaped; there is no other way in."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape
from typing import Final

from lading_conformance.report.clean import clean

_LINK: Final = re.compile(r"\[([^\[\]]{1,200})\]\([^()\s]{1,200}\)")
_VOID: Final = frozenset({"br", "meta", "col", "hr"})


class Markup(str):
    """Text that is markup: made by `element`, `join` and nobody else."""

    __slots__ = ()


Content = str | Markup


def element(name: str, *content: Content, **attributes: str | int | bool | None) -> Markup:
    """Return an element. An attribute is named without its final underscore; None and False leave it out."""
    inside = "".join(f" {_name(key)}{_value(value)}" for key, value in attributes.items() if _stands(value))
    if name in _VOID:
        return Markup(f"<{name}{inside}>")
    return Markup(f"<{name}{inside}>{join(content)}</{name}>")


def join(parts: Iterable[Content], between: str = "") -> Markup:
    """Return parts one after another."""
    return Markup(escape(between).join(part if isinstance(part, Markup) else text(part) for part in parts))


def text(words: str) -> Markup:
    """Return a text as it may stand in an element or an attribute."""
    return Markup(escape(clean(words), quote=True))


def prose(words: str) -> Markup:
    """Return a sentence in which what stands between backticks is code, and links are their text."""
    parts = _LINK.sub(r"\1", words).split("`")
    if len(parts) % 2 == 0:
        return text(words)
    return join(element("code", part) if place % 2 else part for place, part in enumerate(parts))


def trusted(markup: str) -> Markup:
    """Return our own constant markup or style; never what came from a subject."""
    return Markup(markup)


def _name(key: str) -> str:
    return key.rstrip("_").replace("_", "-")


def _stands(value: str | int | bool | None) -> bool:
    return value is not None and value is not False


def _value(value: str | int | bool | None) -> str:
    return "" if value is True else f'="{text(str(value))}"'
