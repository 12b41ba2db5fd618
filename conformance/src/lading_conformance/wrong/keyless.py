"""An exchange that takes receipts of sealed deliveries, and keeps the keys to itself."""

from __future__ import annotations

import base64
import json

from lading_conformance.wrong.proxy import Reply, Request, Wrong


class Keyless(Wrong):
    """Shows no release: not in a feed, not by its id, and not in evidence."""

    def spoil(self, request: Request, reply: Reply) -> Reply:
        """Take every release out of an answer."""
        if request.method != "GET" or reply.status != 200:
            return reply
        if request.path.startswith("/events"):
            members = json.loads(reply.body)
            members["events"] = [event for event in members["events"] if event["type"] != "release"]
            return Reply(200, reply.headers, json.dumps(members).encode("utf-8"))
        if request.path.endswith("/evidence"):
            return Reply(200, reply.headers, _without_releases(reply.body))
        if request.path.startswith("/statements/") and _is_release(reply.body.decode("ascii", "replace")):
            return Reply(404, {"Content-Type": "application/problem+json"}, b"{}")
        return reply


def _without_releases(body: bytes) -> bytes:
    file = json.loads(body)
    for log in file["logs"]:
        log["entries"] = [item for item in log["entries"] if not _is_release(item.get("statement", ""))]
    return json.dumps(file, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode("utf-8")


def _is_release(jws: str) -> bool:
    parts = jws.split(".")
    if len(parts) != 3:
        return False
    payload = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    return bool(payload.get("type") == "release")
