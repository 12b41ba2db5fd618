"""Which requirements a rule enforces: those that stand in the comments of its code, or of the code that it calls.

Where a rule says a code, the requirement of that code counts as well: the refusal names it on the wire.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from types import FunctionType, ModuleType
from typing import Final

from lading.acts.lifecycle import Machine
from lading.problems import PROBLEMS

DEPTH: Final = 6
"""How far calls are followed."""
COMMENTED: Final = re.compile(r"#[^\n]*LAD-[^\n]*")
ID: Final = re.compile(r"LAD-[A-Z]{3}-[0-9]{3}")
CODE: Final = re.compile(r'refuse\(\s*"([a-z-]+)"')


def requirements_of(check: Callable[..., object]) -> tuple[str, ...]:
    """The requirements, those of the function itself first; what it calls counts where it says no code itself."""
    found: dict[str, None] = {}
    functions = [check]
    for _ in range(DEPTH):
        found |= dict.fromkeys(name for function in functions for name in _commented(function))
        found |= dict.fromkeys(name for function in functions for name in _answered(function))
        if any(CODE.search(_text(function)) for function in functions):
            break
        functions = [called for function in functions for called in _called(function)]
    return tuple(found)


def _commented(function: Callable[..., object]) -> list[str]:
    return [name for comment in COMMENTED.findall(_text(function)) for name in ID.findall(comment)]


def _answered(function: Callable[..., object]) -> list[str]:
    machines = [named for named in _named(function) if isinstance(named, Machine)]
    codes = [*CODE.findall(_text(function)), *(machine.refusal for machine in machines)]
    return [PROBLEMS[code].requirement for code in codes]


def _text(function: Callable[..., object]) -> str:
    return inspect.getsource(function)


def _named(function: Callable[..., object]) -> list[object]:
    """What the function's code names among the globals of its module, in other modules, and around itself."""
    bare = inspect.unwrap(function)
    if not isinstance(bare, FunctionType):
        return []
    names = bare.__code__.co_names
    found = [bare.__globals__[name] for name in names if name in bare.__globals__]
    modules = [named for named in found if isinstance(named, ModuleType)]
    found += [vars(module)[name] for module in modules for name in names if name in vars(module)]
    return [*found, *(cell.cell_contents for cell in bare.__closure__ or ())]


def _called(function: Callable[..., object]) -> list[Callable[..., object]]:
    """What is ours of that, and written in Python."""
    return [
        named
        for named in _named(function)
        if callable(named)
        and isinstance(inspect.unwrap(named), FunctionType)
        and str(getattr(named, "__module__", "")).startswith("lading.")
    ]
