"""Other code in the place of a function's own: its module's source is edited, compiled, and swapped in.

    place = Place("lading_server.ranges", "span_of")
    with edited(place, lambda source: source.replace("wrong-range", "not-found")):
        ...

The function stays the same object, so whoever imported it runs the new code. Nested functions go with the one that they
stand in.
"""

from __future__ import annotations

import functools
import importlib
import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import CodeType, FunctionType


@dataclass(frozen=True, slots=True)
class Place:
    """A function or method: its module, and its name there, such as `Sight.visible`."""

    module: str
    name: str

    @property
    def function(self) -> FunctionType:
        """The function. Raises `AttributeError` where there is none of this name."""
        found: object = importlib.import_module(self.module)
        for part in self.name.split("."):
            found = _bare(inspect.getattr_static(found, part))
        if not isinstance(found, FunctionType):
            raise AttributeError(f"{self.module}.{self.name} is no function")
        return found

    @property
    def source(self) -> str:
        """The text of the function's module."""
        return source(self.module)


@functools.cache
def source(module: str) -> str:
    """The text of a module."""
    return inspect.getsource(importlib.import_module(module))


@contextmanager
def edited(place: Place, edit: Callable[[str], str]) -> Iterator[None]:
    """The function as the edited text of its module has it, until the block ends.

    Only lines of the function's own body may be edited. Raises `ValueError` where the edit changes nothing.
    """
    function, text = place.function, edit(place.source)
    if text == place.source:
        raise ValueError(f"nothing was changed in {place.module}.{place.name}")
    old = function.__code__
    new = _find(compile(text, old.co_filename, "exec", dont_inherit=True), old)
    setattr(function, "__code__", new)  # noqa: B010 - mypy takes it for read-only
    try:
        yield
    finally:
        setattr(function, "__code__", old)  # noqa: B010 - as above


def replaced(place: Place, old: str, new: str) -> Callable[[str], str]:
    """An edit: the only occurrence of a text in the function becomes another. Raises `ValueError` unless it is there
    once.
    """

    def edit(text: str) -> str:
        all_lines, first = text.splitlines(keepends=True), place.function.__code__.co_firstlineno
        lines = inspect.getblock(all_lines[first - 1 :])
        own = "".join(lines)
        if own.count(old) != 1:
            raise ValueError(f"{old!r} stands {own.count(old)} times in {place.module}.{place.name}")
        before, after = all_lines[: first - 1], all_lines[first - 1 + len(lines) :]
        return "".join([*before, own.replace(old, new), *after])

    return edit


def _find(code: CodeType, like: CodeType) -> CodeType:
    """The code of the same function in a module's code."""
    waiting = [code]
    while waiting:
        current = waiting.pop()
        if (current.co_qualname, current.co_firstlineno) == (like.co_qualname, like.co_firstlineno):
            return current
        waiting += [constant for constant in current.co_consts if isinstance(constant, CodeType)]
    raise ValueError(f"{like.co_qualname} is not where it was")


def _bare(found: object) -> object:
    """What a property, a class method, a cache or a decorator of pydantic wraps."""
    while not isinstance(found, FunctionType) or hasattr(found, "__wrapped__"):
        for name in ("__func__", "fget", "__wrapped__", "wrapped"):
            inner = getattr(found, name, None)
            if inner is not None:
                found = inner
                break
        else:
            return found
    return found
