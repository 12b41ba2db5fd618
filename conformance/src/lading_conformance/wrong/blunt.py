"""Exchanges that are wrong about everything of one kind. Every case is told to each of them: one that passes
with all of them cannot fail.

What an exchange says of itself and its log stay right, so that cases come as far as they can.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from lading_conformance.wrong.proxy import Reply, Request, Wrong

JSON: Final = {"Content-Type": "application/json"}
PROBLEM: Final = {"Content-Type": "application/problem+json"}


def _is_left_alone(request: Request) -> bool:
    return request.path.startswith(("/.well-known/", "/log/"))


def _problem(status: int, code: str, requirement: str) -> Reply:
    members = {"title": code, "status": status, "code": code, "requirement": requirement}
    return Reply(status, PROBLEM, json.dumps({**members, "retry": "never", "detail": code}).encode())


class RefusesNothing(Wrong):
    """Answers what it should refuse as if it were good: statements by its last registration, reads with `{}`."""

    def __init__(self) -> None:
        self._last: dict[str, Reply] = {}

    def spoil(self, request: Request, reply: Reply) -> Reply:
        """Turn a refusal into the last good answer to that method and kind of path."""
        kind = f"{request.method} {request.path.split('/')[1]}"
        if reply.status < 300:
            self._last[kind] = reply
        elif reply.status >= 400:
            return self._last.get(kind, Reply(200, JSON, b"{}"))
        return reply


class Denies(Wrong):
    """Finds nothing: whatever could be read is not there."""

    def spoil(self, request: Request, reply: Reply) -> Reply:
        """Turn every read that succeeds into a 404."""
        if _is_left_alone(request) or request.method == "POST" or reply.status >= 400:
            return reply
        return _problem(404, "not-found", "LAD-HTP-010")


class AnswersNothing(Wrong):
    """Says that all is well, and nothing more."""

    def spoil(self, request: Request, reply: Reply) -> Reply:
        """Empty every answer."""
        if _is_left_alone(request) or request.path == "/statements":
            return reply
        return Reply(200, JSON, b"{}")


class TakesAndForgets(Wrong):
    """Answers every statement with status 200, as if it had been there before, and every upload with 500."""

    def spoil(self, request: Request, reply: Reply) -> Reply:
        """Change the status alone."""
        if request.method == "POST" and reply.status == 201:
            return replace(reply, status=200)
        return Reply(500, {}, b"") if request.method == "PUT" else reply


class Breaks(Wrong):
    """Breaks down over everything that it should refuse."""

    def spoil(self, request: Request, reply: Reply) -> Reply:
        """Turn every refusal into a server error."""
        return Reply(500, {"Content-Type": "text/plain"}, b"Error") if 400 <= reply.status < 500 else reply


class GivesOneReason(Wrong):
    """Refuses everything for one reason, which is never the right one."""

    def spoil(self, request: Request, reply: Reply) -> Reply:
        """Replace every refusal."""
        return _problem(418, "teapot", "LAD-SEC-002") if 400 <= reply.status < 500 else reply


class HasNoLog(Wrong):
    """Shows an empty log to whoever looks."""

    def spoil(self, request: Request, reply: Reply) -> Reply:
        """Hide tiles and checkpoint."""
        return _problem(404, "not-found", "LAD-HTP-010") if request.path.startswith("/log/") else reply


class SaysNothingOfItself(Wrong):
    """Has no document about itself."""

    def spoil(self, request: Request, reply: Reply) -> Reply:
        """Hide it."""
        return Reply(200, JSON, b"{}") if request.path.startswith("/.well-known/") else reply


BLUNT: Final[Mapping[str, Callable[[], Wrong]]] = MappingProxyType(
    {
        "refuses-nothing": RefusesNothing,
        "denies": Denies,
        "answers-nothing": AnswersNothing,
        "takes-and-forgets": TakesAndForgets,
        "breaks": Breaks,
        "gives-one-reason": GivesOneReason,
        "has-no-log": HasNoLog,
        "says-nothing-of-itself": SaysNothingOfItself,
    }
)
