"""What spoilt answers are made of: one function between the suite and a real exchange.

    def finds_nothing(request: Request, reply: Reply) -> Reply: ...

    MUTANTS = (
        Row("finds-nothing", finds_nothing, "catalogue_listing", "LAD-HTP-027"),
        Row("takes-any-share", lambda: LetsPass("bad-share"), "transfer_sealed", "LAD-DLV-014"),
    )

A row names the wrong exchange, the case that has to fail it, and the requirement that it breaks. What it names second
is such a function, or makes one: from nothing, or from the real exchange's state directory.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from lading_conformance.wrong.proxy import Reply, Request, Wrong

Spoil = Callable[[Request, Reply], Reply]


class Row(NamedTuple):
    """One mutant."""

    name: str
    make: Callable[..., Any]
    case: str
    requirement: str


class Spoilt(Wrong):
    """Spoils answers by one function."""

    def __init__(self, spoil: Spoil) -> None:
        self._spoil = spoil

    def spoil(self, request: Request, reply: Reply) -> Reply:
        """Return what goes out instead of the real exchange's `reply`."""
        return self._spoil(request, reply)


class LetsPass:
    """Answers what it should refuse with one of some codes by its last good answer to the same kind of request."""

    def __init__(self, *codes: str) -> None:
        self._codes = codes
        self._last: dict[str, Reply] = {}

    def __call__(self, request: Request, reply: Reply) -> Reply:
        """Spoil an answer."""
        if request.method != "POST":
            return reply
        if reply.status in (200, 201):
            self._last[request.path] = reply
        elif members(reply).get("code") in self._codes:
            return self._last.get(request.path, reply)
        return reply


def made(row: Row, state: Path) -> Wrong:
    """Return the wrong exchange of a row, new; `state` is the directory of the exchange behind it."""
    count = len(inspect.signature(row.make).parameters)
    if count == 2:
        return Spoilt(row.make)
    wrong = row.make(state) if count == 1 else row.make()
    return wrong if isinstance(wrong, Wrong) else Spoilt(wrong)


def members(reply: Reply) -> dict[str, Any]:
    """Return a reply's JSON object."""
    loaded: dict[str, Any] = json.loads(reply.body)
    return loaded


def with_members(reply: Reply, **changed: object) -> Reply:
    """Return the reply with some members of its object changed, or more of them."""
    return replace(reply, body=json.dumps(members(reply) | changed).encode("utf-8"))


def is_registration(request: Request, reply: Reply) -> bool:
    """Say whether the reply is that of a statement which is registered."""
    return request.path == "/statements" and reply.status in (200, 201)


def private_key(file: Path) -> Ed25519PrivateKey:
    """Return a key of the real exchange, whose file need not be there yet when the proxy starts."""
    key = load_pem_private_key(file.read_bytes(), None)
    if not isinstance(key, Ed25519PrivateKey):
        raise TypeError(f"{file.name} is no Ed25519 key")
    return key
