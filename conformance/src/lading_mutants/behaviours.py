"""What the server does besides refusing, each with one thing wrong.

A row names the function, a text in it, what stands there instead, and the requirements that this breaks. The tables are
checked by a test: every row must still change the function that it names.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import NamedTuple

from lading_mutants.code import Place, edited, replaced


class Behaviour(NamedTuple):
    """One thing that the server does, and what it does instead."""

    name: str
    place: Place
    old: str
    new: str
    requirements: tuple[str, ...]

    def changed(self) -> AbstractContextManager[None]:
        """The server with this wrong, until the block ends."""
        return edited(self.place, replaced(self.place, self.old, self.new))


def row(name: str, place: str, old: str, new: str, *requirements: str) -> Behaviour:
    """A row of the tables; `place` is written `module:function`."""
    module, _, function = place.partition(":")
    return Behaviour(f"does.{name}", Place(module, function), old, new, requirements)
