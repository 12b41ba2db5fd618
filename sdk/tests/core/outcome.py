"""What a call comes to: its value, or why there is none."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from lading.errors import UsageProblem
from lading.problems import Refused

P = ParamSpec("P")
T = TypeVar("T")


def outcome(call: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T | Refused:
    """The call's value, or the refusal that it raises. Anything else that it raises is a failure of the test."""
    try:
        return call(*arguments, **named)
    except Refused as refusal:
        return refusal


def reading(call: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T | ValueError | UsageProblem:
    """What a text says, or why it says nothing. Anything else that is raised is a failure of the test."""
    try:
        return call(*arguments, **named)
    except (ValueError, UsageProblem) as problem:
        return problem
