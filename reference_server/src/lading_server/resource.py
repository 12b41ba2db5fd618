"""A resource: what a path offers, and the checks that come before every handler (LAD-HTP-023)."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import TypeVar

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from lading.problems import refuse
from lading.statement.words import Id
from lading_server.caller import caller_of
from lading_server.exchange import Exchange
from lading_server.eyes import Eyes
from lading_server.journal import What
from lading_server.problems import answer_problem
from lading_server.request import STALL_SECONDS, check_path, query
from lading_server.sight import Caller

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Call:
    """One request after the common checks: who asks, and the parameters of path and query in their right
    form.
    """

    exchange: Exchange
    request: Request
    caller: Caller
    values: Mapping[str, str]

    @property
    def id(self) -> Id:
        """The path's `{id}`."""
        return Id(self.request.path_params["id"])

    async def look(self, what: What, ask: Callable[[Eyes], T]) -> T:
        """As `Exchange.look`, as who calls."""
        return await self.exchange.look(self.caller, what, ask)


Handler = Callable[[Call], Awaitable[Response]]


class Resource:
    """The methods of one path. `query` names its parameters, `signed` the methods that need a signature."""

    def __init__(
        self, *, query: tuple[str, ...] = (), signed: tuple[str, ...] = (), **methods: Handler
    ) -> None:
        self._query = query
        self._signed = frozenset(signed)
        self._methods = methods

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request (ASGI)."""
        request = Request(scope, receive)
        response = await self._answer(request)

        async def send_soon(message: Message) -> None:
            async with asyncio.timeout(STALL_SECONDS):
                await send(message)

        # An answer that nobody takes is given up; the server then closes the connection.
        with suppress(TimeoutError):
            await response(scope, receive, send_soon)

    async def _answer(self, request: Request) -> Response:
        check_path(request)
        values = query(request, *self._query)
        handler = self._handler(request.method)
        # LAD-HTP-012
        if handler is None:
            refused = refuse("method-not-allowed", f"{request.method:.20} is not a method of this resource")
            return answer_problem(refused, {"Allow": ", ".join(self._allowed())})
        exchange: Exchange = request.app.state.exchange
        caller = await caller_of(exchange, request, needed=request.method in self._signed)
        return await handler(Call(exchange, request, caller, values))

    def _handler(self, method: str) -> Handler | None:
        """The method's handler; a read without a body is a read, unless it has a handler of its own."""
        if method == "HEAD":
            return self._methods.get("HEAD") or self._methods.get("GET")
        return self._methods.get(method)

    def _allowed(self) -> list[str]:
        heads = {"HEAD"} if "GET" in self._methods else set()
        return sorted(heads | set(self._methods))
