"""In-memory stand-ins for the client's seams: a keyring, transports with prepared answers."""

import asyncio
from collections.abc import Callable, Iterable

import orjson

from lading.client.transport import Request, Response

Answer = Response | Exception | Callable[[Request], Response]


class MemoryKeyring:
    """A keyring that forgets when it is dropped."""

    def __init__(self) -> None:
        self.secrets: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str, /) -> str | None:
        return self.secrets.get((service, username))

    def set_password(self, service: str, username: str, password: str, /) -> None:
        self.secrets[service, username] = password


class Script:
    """A transport that gives prepared answers in order and keeps the requests."""

    def __init__(self, answers: Iterable[Answer]) -> None:
        self.answers = list(answers)
        self.requests: list[Request] = []

    def send(self, request: Request) -> Response:
        self.requests.append(request)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer if isinstance(answer, Response) else answer(request)


class AsyncScript(Script):
    """The same for asynchronous callers."""

    async def send(self, request: Request) -> Response:  # type: ignore[override]
        await asyncio.sleep(0)
        return super().send(request)


def answer(value: object, status: int = 200) -> Response:
    """A JSON answer."""
    return Response(status, {"content-type": "application/json"}, orjson.dumps(value))


def problem(status: int, code: str, **members: object) -> Response:
    """An RFC 9457 answer."""
    body = orjson.dumps({"title": "x", "status": status, "code": code, "detail": "because", **members})
    return Response(status, {"content-type": "application/problem+json"}, body)
