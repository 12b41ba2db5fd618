"""Changes of an exchange's answers, for tests of a misbehaving one."""

import re
from collections.abc import Callable

import orjson

from lading.client.exchange import Exchange
from lading.client.session import Session
from lading.client.transport import Request, Response
from sdk.tests.client.memory import answer
from sdk.tests.client.stand_in import API

Twist = Callable[[Request, Response], Response]


def at(where: str, change: Callable[[Response], Response]) -> Twist:
    """Change every answer whose method and path match a pattern."""

    def twist(request: Request, response: Response) -> Response:
        path = request.url.removeprefix(API).partition("?")[0]
        return change(response) if re.fullmatch(where, f"{request.method} {path}") else response

    return twist


def edit(**changes: object) -> Callable[[Response], Response]:
    """Change members of a JSON answer; a callable gets the old value."""

    def change(response: Response) -> Response:
        if response.status >= 400:
            return response
        members = orjson.loads(response.body)
        for name, value in changes.items():
            members[name] = value(members[name]) if callable(value) else value
        return answer(members, response.status)

    return change


def raw(body: bytes, status: int = 200) -> Callable[[Response], Response]:
    return lambda response: Response(status, {"content-type": "application/json"}, body)


def corrupt(position: int) -> Callable[[Response], Response]:
    def change(response: Response) -> Response:
        body = bytearray(response.body)
        body[position] ^= 1
        return Response(response.status, response.headers, bytes(body))

    return change


def opened(exchange: Exchange) -> Session:
    """Whatever opening a session raises, it raises here."""
    return exchange.session


POST = "POST /statements"
OTHER = "sha256:" + "ab" * 32
