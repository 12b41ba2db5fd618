"""Turn flows into methods: each verb is written once, as a flow, and bound here to a blocking or
asynchronous shell.

The methods keep the flows' names, parameters, types and documentation.
"""

import functools
import inspect
import typing
from collections.abc import Callable, Coroutine
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

from lading.client.flow import Flow
from lading.client.pages import AsyncResults, Pages, Results
from lading.client.session import Session

P = ParamSpec("P")
T = TypeVar("T")

Verb = Callable[Concatenate[Session, P], Flow[T]]
Listing = Callable[Concatenate[Session, P], Pages[T]]


class Blocking(Protocol):
    """A shell that runs flows to their end."""

    def run(self, verb: Callable[[Session], Flow[T]]) -> T:
        """Run what `verb` makes of the session."""
        ...


class Asynchronous(Protocol):
    """A shell that runs flows on the event loop."""

    async def run(self, verb: Callable[[Session], Flow[T]]) -> T:
        """Run what `verb` makes of the session."""
        ...


def _bound(method: Callable[..., object], verb: Callable[..., object], gives: object = None) -> None:
    """Let `help` show the method as it is called: the session is the shell's, the result is the flow's."""
    signature = inspect.signature(verb)
    flow = typing.get_args(signature.return_annotation)
    shell, *parameters = signature.parameters.values()
    shown = [shell.replace(name="self", annotation=inspect.Parameter.empty), *parameters]
    vars(method)["__signature__"] = signature.replace(
        parameters=shown, return_annotation=gives or (flow[-1] if flow else inspect.Signature.empty)
    )


def blocking(verb: Verb[P, T]) -> Callable[Concatenate[Blocking, P], T]:
    """A method that runs the flow and returns its result."""

    @functools.wraps(verb)
    def method(shell: Blocking, /, *args: P.args, **keywords: P.kwargs) -> T:
        return shell.run(lambda session: verb(session, *args, **keywords))

    _bound(method, verb)
    return method


def blocking_pages(verb: Listing[P, T]) -> Callable[Concatenate[Blocking, P], Results[T]]:
    """A method that returns results, which are fetched while they are iterated over."""

    @functools.wraps(verb)
    def method(shell: Blocking, /, *args: P.args, **keywords: P.kwargs) -> Results[T]:
        return Results(lambda position: shell.run(lambda session: verb(session, *args, **keywords)(position)))

    _bound(method, verb, Results)
    return method


def awaitable(verb: Verb[P, T]) -> Callable[Concatenate[Asynchronous, P], Coroutine[Any, Any, T]]:
    """A method that is awaited."""

    @functools.wraps(verb)
    async def method(shell: Asynchronous, /, *args: P.args, **keywords: P.kwargs) -> T:
        return await shell.run(lambda session: verb(session, *args, **keywords))

    _bound(method, verb)
    return method


def awaitable_pages(verb: Listing[P, T]) -> Callable[Concatenate[Asynchronous, P], AsyncResults[T]]:
    """A method that returns results for `async for`."""

    @functools.wraps(verb)
    def method(shell: Asynchronous, /, *args: P.args, **keywords: P.kwargs) -> AsyncResults[T]:
        return AsyncResults(
            lambda position: shell.run(lambda session: verb(session, *args, **keywords)(position))
        )

    _bound(method, verb, AsyncResults)
    return method
