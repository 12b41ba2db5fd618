"""An exchange that the suite keeps itself: a small log in memory, served on the loopback address, to be followed.

    with Decoy.serving() as decoy:
        decoy.register(jws)                 # the newest entry of its log
        decoy.invented.append(event)        # told in its feed, and in no log
        decoy.rewrite(3, other)             # another history
        decoy.succeed(closing_at=later)     # the next statement of its own chain

It judges nothing that is registered, and shows every statement to everybody. What it answers to statements that are
sent on to it is the case's to say.
"""

from __future__ import annotations

import base64
import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final, Self
from urllib.parse import parse_qs, urlsplit

from lading_conformance.drivers.party import listed, now, written_time
from lading_conformance.oracle import statement, tree
from lading_conformance.oracle.canonical import Json
from lading_conformance.oracle.keys import Key
from lading_conformance.oracle.note import VerifierKey
from lading_conformance.oracle.proof import entry
from lading_conformance.oracle.tiles import WIDTH

JSON: Final = "application/json"
PAGE: Final = 100
LIMITS: Final[dict[str, Json]] = {
    "statement_bytes": 65_536,
    "batch_statements": 256,
    "content_bytes": 2**30,
    "upload_bytes": 2**24,
}


@dataclass(frozen=True)
class Served:
    """What goes out."""

    status: int
    media_type: str
    body: bytes


@dataclass(frozen=True)
class Sent:
    """A statement that was sent on to the decoy, with the header fields by their lower-case names."""

    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Entry:
    """An entry of the log: its time in milliseconds, and the statement."""

    time: int
    jws: bytes

    @property
    def leaf(self) -> bytes:
        """The leaf hash."""
        return tree.leaf_hash(entry(self.time, statement.digest(self.jws)))


NO_ANSWER: Final = Served(500, "text/plain", b"")
UNKNOWN: Final[dict[str, Json]] = {"of_a_later_version": {"mood": ["sunny", 7, None]}}
"""A member that no version of the specification has."""


class Decoy:
    """The log, and what is served of it. `invented` are events of the feed that stand in no log; `talkative`: its
    answers hold a member that nobody knows; `late`: by how many milliseconds its clock is.
    """

    def __init__(self, api: str, late: int = 0) -> None:
        self.api, self.origin = api, f"{urlsplit(api).netloc}/log"
        self.late, self.talkative = late, False
        self.key, self.next_key, self.log_key = Key.generate(), Key.generate(), Key.generate()
        self.entries: list[Entry] = []
        self.invented: list[dict[str, Json]] = []
        self.sent: list[Sent] = []
        self.answer: Callable[[Sent], Served] = lambda sent: NO_ANSWER
        self._lock = threading.RLock()
        self.first = self.head = statement.sign(self._introduction(), self.key)
        self.register(self.first)

    @classmethod
    @contextmanager
    def serving(cls, late: int = 0) -> Iterator[Self]:
        """Serve a new decoy until the block ends, its clock so many milliseconds late."""
        server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
        decoy = cls(f"http://127.0.0.1:{server.server_address[1]}", late)
        server.RequestHandlerClass = _handler(decoy)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield decoy
        finally:
            server.shutdown()
            server.server_close()
            thread.join()

    @property
    def id(self) -> str:
        """The exchange's id."""
        return statement.statement_id(self.first)

    @property
    def vkey(self) -> VerifierKey:
        """The log key."""
        return VerifierKey(self.origin, self.log_key.public)

    @property
    def time(self) -> int:
        """The decoy's clock, in milliseconds."""
        return now() - self.late

    def register(self, jws: bytes) -> int:
        """Append a statement, and return its index."""
        with self._lock:
            self.entries.append(Entry(self.time, jws))
            return len(self.entries) - 1

    def succeed(self, *, counts: bool = True, **exchange: Json) -> None:
        """Register a successor of the newest statement of the own chain, with these members of `exchange` for those
        that it has. Where the rules refuse it, it does not count: the newest statement stays.
        """
        promised = Key.generate()
        said = self._introduction(**exchange)
        said |= {"issuer": self.id, "previous": self._under, "under": self._under}
        said |= {"keys": [listed(self.next_key.public)], "next": [promised.thumbprint]}
        jws = statement.sign(said, self.next_key)
        with self._lock:
            self.register(jws)
            if counts:
                self.head, self.key, self.next_key = jws, self.next_key, promised

    def entry_of(self, jws: bytes) -> Entry:
        """Return an entry of now that stands in no log."""
        return Entry(self.time, jws)

    def rewrite(self, index: int, jws: bytes) -> None:
        """Put another statement in the place of one: from now on the log has another history."""
        with self._lock:
            self.entries[index] = Entry(self.entries[index].time, jws)

    def says(self, act: str, **members: Json) -> bytes:
        """Return a statement of the exchange itself."""
        shared: dict[str, Json] = {
            "version": 1,
            "type": act,
            "home": self.id,
            "issuer": self.id,
            "under": self._under,
        }
        return statement.sign({**shared, "issued_at": written_time(self.time), **members}, self.key)

    def checkpoint(self) -> str:
        """Return the newest checkpoint."""
        with self._lock:
            root = tree.root([item.leaf for item in self.entries])
            text = f"{self.origin}\n{len(self.entries)}\n{base64.b64encode(root).decode()}\n"
        data = self.vkey.id + self.log_key.sign(text.encode())
        return f"{text}\n— {self.origin} {base64.b64encode(data).decode()}\n"

    def get(self, target: str) -> Served:
        """Return what is served at a path with its query."""
        path, query = urlsplit(target).path, parse_qs(urlsplit(target).query)
        with self._lock:
            if path == "/.well-known/lading":
                return _json(self._described())
            if path == "/log/checkpoint":
                return Served(200, "text/plain; charset=utf-8", self.checkpoint().encode())
            if path == "/events":
                return _json(self._events(int(query.get("after", ["-1"])[0])))
            if path.startswith("/log/tile/"):
                return self._tile(path.removeprefix("/log/tile/"))
            for item in self.entries:
                if path == f"/statements/{statement.statement_id(item.jws)}":
                    return Served(200, statement.MEDIA_TYPE, item.jws)
        return Served(404, "application/problem+json", b"{}")

    def event(self, index: int, item: Entry) -> dict[str, Json]:
        """Return an entry as the feed tells it."""
        said = statement.parse(item.jws).payload
        named: dict[str, Json] = {"index": index, "time": item.time, "type": said.get("type")}
        named |= {"id": statement.statement_id(item.jws), "statement": item.jws.decode("ascii")}
        return {**named, **self._more}

    @property
    def _under(self) -> str:
        return statement.statement_id(self.head)

    @property
    def _more(self) -> dict[str, Json]:
        return UNKNOWN if self.talkative else {}

    def _events(self, after: int) -> dict[str, Json]:
        told = [self.event(index, item) for index, item in enumerate(self.entries)]
        told += [event for event in self.invented if event["index"] not in range(len(self.entries))]
        shown = [event for event in told if int(str(event["index"])) > after][:PAGE]
        last: Json = shown[-1]["index"] if shown else max(after, len(self.entries) - 1)
        return {"events": [*shown], "next": last, "as_of": len(self.entries), **self._more}

    def _tile(self, name: str) -> Served:
        """Return a tile of level 0, of level 1 or up none, or an entry bundle, whole or partial."""
        match = re.fullmatch(r"(0|entries)/([0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?", name)
        if match is None:
            return Served(404, "application/problem+json", b"{}")
        start, width = int(match[2]) * WIDTH, int(match[3] or WIDTH)
        items = self.entries[start : start + width]
        if len(items) != width:
            return Served(404, "application/problem+json", b"{}")
        if match[1] == "0":
            return Served(200, "application/octet-stream", b"".join(item.leaf for item in items))
        lines = [entry(item.time, statement.digest(item.jws)) for item in items]
        return Served(
            200, "application/octet-stream", b"".join(len(line).to_bytes(2, "big") + line for line in lines)
        )

    def _described(self) -> dict[str, Json]:
        return {
            "id": self.id,
            "statement": self.first.decode("ascii"),
            "head": self.head.decode("ascii"),
            "api": self.api,
            "log": {"origin": self.origin, "vkey": self.vkey.text},
            "profiles": ["statement", "log", "catalogue"],
            "limits": {**LIMITS, "listings_page": 100, "events_page": PAGE, "long_poll_seconds": 0},
            **self._more,
        }

    def _introduction(self, **exchange: Json) -> dict[str, Json]:
        log: dict[str, Json] = {"origin": self.origin, "keys": [{"vkey": self.vkey.text, "from_size": 1}]}
        named: dict[str, Json] = {"api": self.api, "log": log, "rules": 1, "limits": dict(LIMITS)}
        return {
            "version": 1,
            "type": "participant",
            "issued_at": written_time(self.time),
            "name": "A log of the conformance suite",
            "kind": "exchange",
            "jurisdiction": "NL",
            "keys": [listed(self.key.public)],
            "next": [self.next_key.thumbprint],
            "exchange": {**named, "policy": {"onboarding": "open"}, **exchange},
        }


def _json(members: dict[str, Json]) -> Served:
    return Served(200, JSON, json.dumps(members).encode())


def _handler(decoy: Decoy) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        """Answers one connection."""

        protocol_version = "HTTP/1.1"
        wbufsize = -1

        def do_GET(self) -> None:
            """Serve a path."""
            self._send(decoy.get(self.path))

        def do_POST(self) -> None:
            """Take a statement that is sent on."""
            body = self.rfile.read(min(int(self.headers.get("Content-Length") or 0), 2**20))
            sent = Sent({name.lower(): value for name, value in self.headers.items()}, body)
            decoy.sent.append(sent)
            self._send(decoy.answer(sent))

        def _send(self, served: Served) -> None:
            self.send_response_only(served.status)
            self.send_header("Content-Type", served.media_type)
            self.send_header("Content-Length", str(len(served.body)))
            self.end_headers()
            with suppress(ConnectionError):  # who asked may have had enough
                self.wfile.write(served.body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    return Handler
