"""Answers that break what a log promises, and registrations at once or in a batch."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import time
from collections import deque
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Final

from lading_conformance.wrong.proxy import Reply, Request
from lading_conformance.wrong.spoils import Row, is_registration, members, private_key, with_members
from lading_conformance.wrong.spoils_http import other, takes

_NOTE: Final = re.compile(rb"[^\n]+\n[0-9]+\n[^\n]+\n\n[^\n]+\n")
"""A checkpoint with one signature."""
CROWD: Final = 8
CROWD_SECONDS: Final = 0.5


def _is_tile(request: Request, reply: Reply) -> bool:
    return request.path.startswith("/log/tile/0/") and request.method == "GET" and reply.status == 200


def pads_tiles(request: Request, reply: Reply) -> Reply:
    """Show in the place of the newest leaf hash the first one."""
    if _is_tile(request, reply) and len(reply.body) > 32:
        return replace(reply, body=reply.body[:-32] + reply.body[:32])
    return reply


class RewritesTiles:
    """Shows every tile rightly, and another one to who looks again."""

    def __init__(self) -> None:
        self._seen: set[str] = set()

    def __call__(self, request: Request, reply: Reply) -> Reply:
        """Spoil an answer."""
        if not _is_tile(request, reply):
            return reply
        again = request.path in self._seen
        self._seen.add(request.path)
        return replace(reply, body=bytes([reply.body[0] ^ 1]) + reply.body[1:]) if again else reply


def drips_tiles(request: Request, reply: Reply) -> Reply:
    """Send tiles a byte a second."""
    return replace(reply, pace=1.0) if _is_tile(request, reply) else reply


def _is_checkpoint(request: Request, reply: Reply) -> bool:
    return request.path == "/log/checkpoint" and request.method == "GET" and reply.status == 200


class StepsBack:
    """Answers every third reader with an older checkpoint than the one before."""

    def __init__(self) -> None:
        self._seen: list[Reply] = []

    def __call__(self, request: Request, reply: Reply) -> Reply:
        """Spoil an answer."""
        if not _is_checkpoint(request, reply):
            return reply
        self._seen.append(reply)
        return self._seen[0] if len(self._seen) % 3 == 0 else reply


class Forks:
    """Shows to every other reader a second history, signed by its own log key."""

    def __init__(self, state: Path) -> None:
        self._file = state / "keys" / "log.pem"
        self._count = 0

    def __call__(self, request: Request, reply: Reply) -> Reply:
        """Spoil an answer."""
        if not _is_checkpoint(request, reply) or _NOTE.fullmatch(reply.body) is None:
            return reply
        self._count += 1
        return reply if self._count % 2 else replace(reply, body=self._forked(reply.body))

    def _forked(self, body: bytes) -> bytes:
        text, _, line = body.partition(b"\n\n")
        origin, size, _ = text.split(b"\n")
        root = base64.b64encode(hashlib.sha256(b"another history" + size).digest())
        signed = b"\n".join((origin, size, root)) + b"\n"
        name, _, signature = line.strip().rpartition(b" ")
        data = base64.b64decode(signature)[:4] + private_key(self._file).sign(signed)
        return signed + b"\n" + name + b" " + base64.b64encode(data) + b"\n"


def rewinds_the_clock(request: Request, reply: Reply) -> Reply:
    """Date the newest entry back to 1970."""
    if request.path.startswith("/log/tile/entries/") and reply.status == 200:
        return replace(reply, body=reply.body[:-40] + bytes(8) + reply.body[-32:])
    return reply


def repeats_an_entry(request: Request, reply: Reply) -> Reply:
    """Show the statement of the entry before the newest one a second time."""
    if request.path.startswith("/log/tile/entries/") and reply.status == 200 and len(reply.body) >= 84:
        # Each entry is two bytes of its length, eight of its time, and a digest.
        return replace(reply, body=reply.body[:-32] + reply.body[-74:-42])
    return reply


def misnames_its_key(request: Request, reply: Reply) -> Reply:
    """Give the log key the id of another one."""
    if request.path != "/.well-known/lading" or request.method != "GET":
        return reply
    log = members(reply)["log"]
    name, _, key = log["vkey"].split("+", 2)
    return with_members(reply, log={**log, "vkey": f"{name}+00000000+{key}"})


class LosesWrites:
    """Acknowledges every third statement, and knows nothing of it when it is asked for."""

    def __init__(self) -> None:
        self._count = 0
        self._lost: set[str] = set()

    def __call__(self, request: Request, reply: Reply) -> Reply:
        """Spoil an answer."""
        if is_registration(request, reply) and reply.status == 201:
            self._count += 1
            if self._count % 3 == 0:
                self._lost.add("/statements/" + str(members(reply)["id"]))
        if request.method == "GET" and request.path in self._lost:
            return Reply(404, {"Content-Type": "application/problem+json"}, b"{}")
        return reply


class BreaksDownInACrowd:
    """Fails over more than some statements at a time."""

    def __init__(self) -> None:
        self._moments: deque[float] = deque(maxlen=CROWD)

    def __call__(self, request: Request, reply: Reply) -> Reply:
        """Spoil an answer."""
        if not is_registration(request, reply):
            return reply
        self._moments.append(time.monotonic())
        if len(self._moments) == CROWD and self._moments[-1] - self._moments[0] < CROWD_SECONDS:
            return Reply(500, {"Content-Type": "text/plain"}, b"pool exhausted")
        return reply


def has_two_winners(request: Request, reply: Reply) -> Reply:
    """Say to whoever comes too late that it came in time."""
    if request.path == "/statements":
        return takes("stale-previous", 201, request, reply)
    return reply


def says_201_to_all(request: Request, reply: Reply) -> Reply:
    """Say of every statement that it is new."""
    return replace(reply, status=201) if is_registration(request, reply) else reply


def _results(request: Request, reply: Reply) -> list[Any] | None:
    is_batch = request.path == "/statements/batch" and reply.status == 200
    return list(members(reply)["results"]) if is_batch else None


def swaps_registrations(request: Request, reply: Reply) -> Reply:
    """Answer each line of a batch with the registration of another."""
    results = _results(request, reply)
    if results is None:
        return reply
    taken = [result["registration"] for result in results if "registration" in result]
    swapped = [{**item, "registration": taken.pop()} if "registration" in item else item for item in results]
    return with_members(reply, results=swapped)


def answers_half_a_batch(request: Request, reply: Reply) -> Reply:
    """Answer a part of a batch only."""
    results = _results(request, reply)
    return reply if results is None else with_members(reply, results=results[: len(results) // 2])


def leaves_out_statuses(request: Request, reply: Reply) -> Reply:
    """Answer the lines of a batch without their statuses."""
    results = _results(request, reply)
    if results is None:
        return reply
    kept = [{name: value for name, value in item.items() if name != "status"} for item in results]
    return with_members(reply, results=kept)


def hangs_up_on_batches(request: Request, reply: Reply) -> Reply:
    """Close the connection over a batch that it should refuse."""
    return replace(reply, cut=-1) if request.path == "/statements/batch" and reply.status == 400 else reply


def registers_without_a_proof(request: Request, reply: Reply) -> Reply:
    """Leave the proof out."""
    if not is_registration(request, reply):
        return reply
    kept = {name: value for name, value in members(reply).items() if name != "proof"}
    return replace(reply, body=json.dumps(kept).encode("utf-8"))


BUSY: Final = ("busy", 503, "LAD-HTP-015")

MUTANTS: Final[tuple[Row, ...]] = (
    Row("pads-tiles", pads_tiles, "log_tiles", "LAD-LOG-010"),
    Row("rewrites-tiles", RewritesTiles, "log_tiles", "LAD-LOG-010"),
    Row("drips-tiles", drips_tiles, "log_tiles", "LAD-HTP-001"),
    Row("steps-back", StepsBack, "log_tiles", "LAD-LOG-016"),
    Row("forks", Forks, "log_tiles", "LAD-LOG-016"),
    Row("forks-between-readings", Forks, "log_history", "LAD-LOG-003"),
    Row("misnames-its-key", misnames_its_key, "log_tiles", "LAD-LOG-017"),
    Row("repeats-an-entry", repeats_an_entry, "log_history", "LAD-LOG-012"),
    Row("rewinds-the-clock", rewinds_the_clock, "log_history", "LAD-LOG-002"),
    Row("loses-writes", LosesWrites, "log_concurrency", "LAD-REG-004"),
    Row("breaks-down-in-a-crowd", BreaksDownInACrowd, "log_concurrency", "LAD-HTP-015"),
    Row("says-201-to-all", says_201_to_all, "log_concurrency", "LAD-HTP-025"),
    Row("has-two-winners", has_two_winners, "log_concurrency", "LAD-PAR-004"),
    Row("swaps-registrations", swaps_registrations, "log_batch", "LAD-REG-007"),
    Row("answers-half-a-batch", answers_half_a_batch, "log_batch", "LAD-HTP-026"),
    Row("leaves-out-statuses", leaves_out_statuses, "log_batch", "LAD-HTP-026"),
    Row("hangs-up-on-batches", hangs_up_on_batches, "log_batch", "LAD-HTP-004"),
    Row("takes-long-batches", lambda: partial(takes, "batch-too-large", 200), "log_batch", "LAD-HTP-013"),
    Row("registers-without-a-proof", registers_without_a_proof, "log_registration", "LAD-REG-004"),
    Row(
        "calls-many-pending-busy",
        lambda: partial(other, "too-many-pending", BUSY),
        "log_clock",
        "LAD-REG-010",
    ),
)
