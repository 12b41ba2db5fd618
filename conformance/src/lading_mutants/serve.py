"""One exchange in this process, with what is taken away from it, and a second door for its operator.

    POST /admit      {"participant": …, "role": …}      the admission hook of a subject's file
    POST /suspend    {"participant": …}                 so `expel`
    POST /erase      {"statement": …}
    POST /notarise   {"digest": …}
    POST /follow     {"url": …, "exchange": …, "vkey": …}    without `vkey`: the key that the peer's own chain lists
    POST /without    {"names": […]}                     from now on without these, and with everything else
    POST /restart                                       end at once, as if killed; whoever started it starts it again

The door stands on the loopback address, and is for tests only.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final

import uvicorn

from lading.errors import LadingError
from lading.problems import Refused
from lading.register.erasing import told_of
from lading.statement.envelope import encode
from lading.statement.words import Id, format_time
from lading_mutants.table import mutants
from lading_server import logs, operate, wire
from lading_server.app import application
from lading_server.exchange import Exchange
from lading_server.identity import Identity
from lading_server.peering import add_peer
from lading_server.serve import BACKLOG
from lading_server.state import StateDirectory, read_key

RESTART: Final = 86
"""The exit code of a process that wants to be started again on the same state."""
PATIENCE_SECONDS: Final = 20
"""How long the operator waits for a registration."""


@dataclass(frozen=True)
class Doors:
    """The listening sockets of one exchange, and its API address."""

    api: str
    public: socket.socket
    operator: socket.socket

    @classmethod
    def opened(cls, port: int = 0, api: str | None = None) -> Doors:
        """New sockets on the loopback address; whoever comes early waits in their queues."""
        public = socket.create_server(("127.0.0.1", port), backlog=BACKLOG)
        operator = socket.create_server(("127.0.0.1", 0))
        return cls(api or url_of(public), public, operator)

    def close(self) -> None:
        """Let nobody in any more."""
        self.public.close()
        self.operator.close()


def url_of(sock: socket.socket) -> str:
    """The address at which a socket listens."""
    return f"http://127.0.0.1:{sock.getsockname()[1]}"


def serve(
    directory: Path,
    doors: Doors,
    without: Sequence[str],
    policy: Mapping[str, object],
    ready: Callable[[], None],
) -> None:
    """Serve until SIGTERM; a directory that is not there becomes a new exchange with this policy."""
    if not directory.exists():
        file = directory.with_name(f"{directory.name}.policy.json")
        file.write_text(json.dumps({"onboarding": "open", **policy}), "utf-8")
        operate.init(directory, name="Example Exchange", jurisdiction="NL", api=doors.api, policy=file)
    state = StateDirectory(directory)
    with state.locked():
        logs.configure(logging.ERROR)
        exchange = Exchange.open(state)
        taken = Taken()
        taken.away(without)
        _Server(exchange, Operator(state, exchange, taken), doors, ready).run(sockets=[doors.public])


class Taken:
    """What is taken away at present."""

    def __init__(self) -> None:
        self._block = contextlib.ExitStack()

    def away(self, names: Sequence[str]) -> None:
        """Take these away, and put everything else back. Raises `KeyError` for a name that is none."""
        found = [mutants()[name] for name in names]
        self._block.close()
        for mutant in found:
            self._block.enter_context(mutant.applied())


class Operator:
    """What only the operator can do, in the exchange's own process."""

    def __init__(self, state: StateDirectory, exchange: Exchange, taken: Taken) -> None:
        self.loop: asyncio.AbstractEventLoop
        self._state = state
        self._exchange = exchange
        self._taken = taken

    def do(self, what: str, order: Mapping[str, Any]) -> None:
        """Carry out one order. Raises `LadingError` with the reason, `KeyError` for an order that is none."""
        if what == "restart":
            threading.Timer(0.05, os._exit, [RESTART]).start()
        elif what == "without":
            self._taken.away(order["names"])
        elif what == "follow":
            add_peer(self._state.path, order["url"], order["exchange"], log_key=order.get("vkey"))
        else:
            self._say(*_ACTS[what](self, order))

    def _erasure(self, order: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
        with self._exchange.store.read() as sight:
            told = told_of(sight, Id(order["statement"]))
        return "erasure", {**told, "ground": "unlawful"}

    def _say(self, act: str, said: Mapping[str, Any]) -> None:
        with self._exchange.store.read() as sight:
            identity = Identity.read(sight)
        links = {"home": identity.id, "issuer": identity.id, "under": identity.head}
        issued_at = format_time(time.time_ns() // 1_000_000)
        members = {"version": 1, "type": act, **links, "issued_at": issued_at, **said}
        jws = encode(members, read_key(self._state.key_file("statement")))
        future = asyncio.run_coroutine_threadsafe(self._exchange.writer.register([jws]), self.loop)
        (answer,) = future.result(PATIENCE_SECONDS)
        if isinstance(answer, Refused):
            raise answer


_Said = tuple[str, dict[str, Any]]
_ACTS: Final[Mapping[str, Callable[[Operator, Mapping[str, Any]], _Said]]] = {
    "admit": lambda operator, order: _admission(order, "admitted", [order["role"]]),
    "suspend": lambda operator, order: _admission(order, "suspended", []),
    "expel": lambda operator, order: _admission(order, "expelled", []),
    "erase": lambda operator, order: operator._erasure(order),
    "notarise": lambda operator, order: ("notarisation", {"digest": order["digest"]}),
}


def _admission(order: Mapping[str, Any], status: str, roles: list[str]) -> _Said:
    return "admission", {"participant": order["participant"], "status": status, "roles": roles}


class _Server(uvicorn.Server):
    """uvicorn's server with the operator's door beside it."""

    def __init__(
        self, exchange: Exchange, operator: Operator, doors: Doors, ready: Callable[[], None]
    ) -> None:
        super().__init__(uvicorn.Config(application(exchange), **wire.options()))
        self._exchange = exchange
        self._operator = operator
        self._doors = doors
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to answer at both doors, then say so."""
        await super().startup(sockets)
        self._operator.loop = asyncio.get_running_loop()
        server = _door(self._operator, self._doors.operator)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self._ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Wake who waits, then end."""
        self._exchange.feed.close()
        await super().shutdown(sockets)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """End on SIGTERM and SIGINT, as uvicorn does, and with exit code 0."""
        try:
            with super().capture_signals():
                yield
        except KeyboardInterrupt:
            return


def _door(operator: Operator, sock: socket.socket) -> ThreadingHTTPServer:
    class Handler(BaseHTTPRequestHandler):
        """Answers one order."""

        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            """Carry it out; 204, or 409 with the reason."""
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            try:
                operator.do(self.path[1:], json.loads(body or b"{}"))
                status, said = 204, b""
            except (LadingError, KeyError, ValueError, TimeoutError) as error:
                status, said = 409, repr(error).encode()
            self.send_response_only(status)
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler, bind_and_activate=False)
    server.socket.close()
    server.socket = sock
    return server
