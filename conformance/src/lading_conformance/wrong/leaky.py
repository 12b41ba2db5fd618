"""An exchange that shows every statement to everybody."""

from __future__ import annotations

import hashlib

from lading_conformance.wrong.proxy import Reply, Request, Wrong


class Leaky(Wrong):
    """Keeps the bytes that it saw being registered, and answers with them whoever is refused a read."""

    def __init__(self) -> None:
        self.seen: dict[str, bytes] = {}

    def spoil(self, request: Request, reply: Reply) -> Reply:
        """Remember what was admitted; answer a refused read from memory."""
        if request.method == "POST" and request.path == "/statements" and reply.status == 201:
            self.seen["/statements/sha256:" + hashlib.sha256(request.body).hexdigest()] = request.body
        if request.method == "GET" and reply.status == 404 and request.path in self.seen:
            return Reply(200, {"Content-Type": "application/lading+jws"}, self.seen[request.path])
        return reply
