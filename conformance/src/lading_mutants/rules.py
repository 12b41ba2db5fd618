"""The rules of the engine, and the SDK without one of them.

The rules are those of each act in `lading.acts.ACTS`, under the act's name, and those that the engine has for every
act: `common` (`engine.COMMON`), `key` and `own_key` (`engine.KEY`, `engine.OWN_KEY`), and `registration`, which is each
other function `check_*` of the engine. What is added there is found here. A rule is taken away by putting other tuples
in the place of these, in this process only.
"""

from __future__ import annotations

import contextlib
import dataclasses
import types
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final

from lading import acts
from lading.acts.base import ActType, Rule
from lading.rules import engine

TUPLES: Final = {"common": "COMMON", "key": "KEY", "own_key": "OWN_KEY"}
"""The engine's tuples of checks, by the name that their rules have here."""
NO_RULES: Final = frozenset({"check_act"})
"""Functions of the engine that walk over rules, and are none."""

Check = Callable[..., None]
Wrap = Callable[[str, Check], Check | None]
"""What stands in the place of the check of a name; None: nothing."""


def checks() -> Iterator[tuple[str, Check]]:
    """The name of every rule, `<act>.<rule>`, with its function, in the order of asking."""
    for name in _singles():
        yield f"registration.{name.removeprefix('check_')}", getattr(engine, name)
    for group, tuple_name in TUPLES.items():
        for item in getattr(engine, tuple_name):
            yield f"{group}.{_name(_check(item))}", _check(item)
    for act in acts.ACTS:
        for rule in act.rules:
            yield f"{act.name}.{rule.name}", rule.check


def rules() -> list[str]:
    """The name of every rule. Raises `ValueError` where two have the same."""
    found = [name for name, _ in checks()]
    twice = {name for name in found if found.count(name) > 1}
    if twice:
        raise ValueError(f"rules of the same name: {', '.join(sorted(twice))}")
    return found


@contextmanager
def changed(wrap: Wrap) -> Iterator[None]:
    """Other checks in the place of all, until the block ends."""
    old = {name: getattr(engine, name) for name in (*TUPLES.values(), *_singles())}
    whole = acts.ACTS, acts.BY_NAME
    for group, name in TUPLES.items():
        setattr(engine, name, _wrapped(group, old[name], wrap))
    for name in set(old) - set(TUPLES.values()):
        setattr(engine, name, wrap(f"registration.{name.removeprefix('check_')}", old[name]) or _nothing)
    _put(tuple(_act(act, wrap) for act in acts.ACTS))
    try:
        yield
    finally:
        for name, value in old.items():
            setattr(engine, name, value)
        _put(*whole)


def without(rule: str) -> contextlib.AbstractContextManager[None]:
    """The SDK without this rule, until the block ends."""
    return changed(lambda name, check: None if name == rule else check)


def _name(check: Check) -> str:
    return check.__name__.removeprefix("check_")


def _singles() -> Iterator[str]:
    """Checks of the engine that stand in no tuple."""
    listed = {_check(item).__name__ for tuple_name in TUPLES.values() for item in getattr(engine, tuple_name)}
    for name in vars(engine):
        if name.startswith("check_") and name not in listed | NO_RULES:
            yield name


def _check(item: Rule[Any] | Check) -> Check:
    return item.check if isinstance(item, Rule) else item


def _wrapped(group: str, items: Sequence[Any], wrap: Wrap) -> tuple[Any, ...]:
    new = []
    for item in items:
        check = wrap(f"{group}.{_name(_check(item))}", _check(item))
        if check is not None:
            new.append(dataclasses.replace(item, check=check) if isinstance(item, Rule) else check)
    return tuple(new)


def _act(act: ActType[Any], wrap: Wrap) -> ActType[Any]:
    return dataclasses.replace(act, rules=_wrapped(act.name, act.rules, wrap))


def _nothing(*_: object) -> None:
    """Stands where a check of the engine was that is called by its name."""


def _put(new: tuple[ActType[Any], ...], by_name: Mapping[str, ActType[Any]] | None = None) -> None:
    table = types.MappingProxyType({act.name: act for act in new}) if by_name is None else by_name
    for name, value in (("ACTS", new), ("BY_NAME", table)):
        setattr(acts, name, value)
