"""Exchanges that do not refuse as they have to: one accepts, one crashes, one gives another reason."""

from __future__ import annotations

import hashlib
import json
from typing import Final

from lading_conformance.wrong.proxy import Reply, Request, Wrong

SPELLING: Final = frozenset({"bad-base64url", "not-canonical", "bad-number"})
"""What a sloppy codec lets through."""


class Lenient(Wrong):
    """Says 201 to a statement that is spelled in a second way, with the proof of the last good one."""

    def __init__(self) -> None:
        self.last: dict[str, object] = {}

    def spoil(self, request: Request, reply: Reply) -> Reply:
        """Turn a refusal of the spelling into a registration."""
        if request.method != "POST" or request.path != "/statements":
            return reply
        members = json.loads(reply.body)
        if reply.status in (200, 201):
            self.last = members
        elif members.get("code") in SPELLING:
            own = "sha256:" + hashlib.sha256(request.body).hexdigest()
            body = json.dumps({**self.last, "id": own}).encode("utf-8")
            return Reply(201, {"Content-Type": "application/json"}, body)
        return reply


class Crashing(Wrong):
    """Refuses nothing: it breaks down over every statement that it should refuse."""

    def spoil(self, request: Request, reply: Reply) -> Reply:
        """Turn every refusal of a statement into a server error."""
        if request.method == "POST" and 400 <= reply.status < 500:
            return Reply(500, {"Content-Type": "text/plain"}, b"Internal Server Error")
        return reply


class WrongReason(Wrong):
    """Refuses with the right status, and one reason for all."""

    def spoil(self, request: Request, reply: Reply) -> Reply:
        """Replace code and requirement of every refusal of a statement."""
        if request.method != "POST" or not 400 <= reply.status < 500:
            return reply
        members = json.loads(reply.body) | {"code": "malformed-envelope", "requirement": "LAD-STM-001"}
        return Reply(reply.status, reply.headers, json.dumps(members).encode("utf-8"))
