"""A peer in this process, on a real socket: an honest log by the SDK's register, and answers of any other kind."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs, urlsplit

from lading.keys.signer import Ed25519Signer
from lading.log import tiles
from lading.log.checkpoint import CheckpointSigner
from lading.problems import Refused
from lading.register.memory import MemoryStore
from lading.register.register import Register
from lading.statement import base64url
from lading.statement.envelope import encode, statement_id
from lading.statement.words import Id, format_time
from lading.tree import HASH_BYTES
from reference_server.tests.exchange_process import free_port
from reference_server.tests.trader import PROVENANCE, Trader, jwk, now_ms

LIMITS = {
    "statement_bytes": 65_536,
    "batch_statements": 256,
    "content_bytes": 1_000_000,
    "upload_bytes": 1_000_000,
}
Reply = tuple[int, str, bytes]
"""Status, media type, body."""
Lie = Callable[["Handler"], Reply | None]
"""What a path is answered with; None: it has written to the socket itself."""


class Log:
    """An exchange's log in memory, with its keys."""

    def __init__(self, api: str, keys: "Log | None" = None) -> None:
        self.signer: Ed25519Signer = keys.signer if keys else Ed25519Signer.generate()
        self.next: Ed25519Signer = keys.next if keys else Ed25519Signer.generate()
        self.log_signer: Ed25519Signer = keys.log_signer if keys else Ed25519Signer.generate()
        self.log_key = CheckpointSigner("peer.example/log", self.log_signer)
        self.store = MemoryStore()
        self.register = Register(self.store, self.log_key)
        self.first: bytes = keys.first if keys else self._first(api)
        self.id = statement_id(self.first)
        self.head = self.id
        self.add(self.first)

    def add(self, *statements: bytes) -> list[Id]:
        """Register statements in one batch, each of which must be taken."""
        answers = self.register.admit([self.register.prepare(jws) for jws in statements])
        assert not [answer for answer in answers if isinstance(answer, Refused)], answers
        return [statement_id(jws) for jws in statements]

    def say(self, act: str, **members: object) -> bytes:
        """A statement of the exchange's."""
        links = {"home": self.id, "issuer": self.id, "under": self.head}
        common = {"version": 1, "type": act, **links, "issued_at": format_time(now_ms())}
        return encode({**common, **members}, self.signer)

    def noise(self, count: int = 1) -> None:
        """Notarisations, so that the log grows."""
        self.add(*(self.say("notarisation", digest="sha256:" + f"{now_ms() + n:064x}") for n in range(count)))

    def admitted(self, roles: tuple[str, ...] = ("provider", "consumer")) -> Trader:
        """A participant of this log."""
        trader = Trader("http://127.0.0.1:1", self.id)
        trader.http.close()
        self.add(trader.first)
        said = {"participant": trader.id, "status": "admitted", "roles": list(roles)}
        self.add(self.say("admission", **said))
        return trader

    def listing(self, provider: Trader, title: str, **members: object) -> Id:
        """A listing in this log."""
        said = {"kind": "dataset", "title": title, "provenance": PROVENANCE}
        return self.add(provider.sign("listing", **said, **members))[0]

    @property
    def size(self) -> int:
        return self.store.sight.size()

    def events(self, after: int, limit: int = 100) -> dict[str, Any]:
        """A page of its feed."""
        sight = self.store.sight
        found = []
        for index, entry in enumerate(sight.entries):
            jws = sight.statement(entry.id)
            if index > after and jws is not None and sight.readers[entry.id] == "public":
                kind = json.loads(_payload(jws))["type"]
                found.append(
                    {
                        "index": index,
                        "time": entry.time,
                        "id": entry.id,
                        "type": kind,
                        "statement": jws.decode(),
                    }
                )
        page = found[:limit]
        full = len(page) == limit
        return {
            "events": page,
            "next": page[-1]["index"] if full else max(after, self.size - 1),
            "as_of": self.size,
        }

    def tile(self, level: int, number: int, width: int) -> bytes:
        """A tile of its tree."""
        return self.store.sight.tile(level, number)[: width * HASH_BYTES]

    def _first(self, api: str) -> bytes:
        members = {
            "version": 1,
            "type": "participant",
            "issued_at": format_time(now_ms()),
            "name": "Peer",
            "kind": "exchange",
            "jurisdiction": "FR",
            "keys": [{"jwk": jwk(self.signer), "use": "sign"}],
            "next": [self.next.thumbprint],
            "exchange": {
                "api": api,
                "log": {
                    "origin": "peer.example/log",
                    "keys": [{"vkey": str(self.log_key.key), "from_size": 1}],
                },
                "rules": 1,
                "policy": {"onboarding": "open"},
                "limits": LIMITS,
            },
        }
        return encode(members, self.signer)


def _payload(jws: bytes) -> bytes:
    return base64url.decode(jws.split(b".")[1])


class Handler(BaseHTTPRequestHandler):
    """Answers what the peer's log has, or what the test put in its place."""

    protocol_version = "HTTP/1.1"
    server: "Server"

    def do_GET(self) -> None:
        self._do(b"")

    def do_POST(self) -> None:
        self._do(self.rfile.read(int(self.headers.get("content-length", "0"))))

    def _do(self, body: bytes) -> None:
        peer = self.server.peer
        if not peer.listens:
            self.close_connection = True
            return
        path = urlsplit(self.path).path
        peer.asked.append((path, body, dict(self.headers)))
        lie = next((lie for prefix, lie in peer.lies.items() if path.startswith(prefix)), None)
        reply = peer.honest(self) if lie is None else lie(self)
        if reply is not None:
            self.reply(*reply)

    def reply(self, status: int, media_type: str, body: bytes, **headers: str) -> None:
        """One whole answer."""
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


class Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    peer: "LyingPeer"

    def handle_error(self, request: object, client_address: object) -> None:
        """Callers that hang up are expected."""


class LyingPeer:
    """Serves a log. `lies`: what a path prefix is answered with instead."""

    def __init__(self) -> None:
        self.port = free_port()
        self.api = f"http://127.0.0.1:{self.port}"
        self.log = Log(self.api)
        self.lies: dict[str, Lie] = {}
        self.asked: list[tuple[str, bytes, dict[str, str]]] = []
        self._server: Server | None = None

    def __enter__(self) -> "LyingPeer":
        self.start()
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()

    @property
    def listens(self) -> bool:
        """Whether it answers; connections that are still open are cut."""
        return self._server is not None

    def start(self) -> None:
        """Listen."""
        self._server = Server(("127.0.0.1", self.port), Handler)
        self._server.peer = self
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self) -> None:
        """Listen no more."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    @property
    def id(self) -> Id:
        return self.log.id

    @property
    def vkey(self) -> str:
        return str(self.log.log_key.key)

    @contextmanager
    def lying(self, prefix: str, lie: Lie | Reply) -> Iterator[None]:
        """Answer a path with something else until the block ends."""
        self.lies[prefix] = lie if callable(lie) else lambda handler: lie
        try:
            yield
        finally:
            del self.lies[prefix]

    def honest(self, handler: Handler) -> Reply:
        """What the log has."""
        url = urlsplit(handler.path)
        log, parts = self.log, url.path.strip("/").split("/")
        match parts:
            case [".well-known", "lading"]:
                sight = log.store.sight
                head = sight.statement(log.head)
                assert head is not None
                said = {"id": log.id, "statement": log.first.decode(), "head": head.decode(), "api": self.api}
                return 200, "application/json", json.dumps(said).encode()
            case ["log", "checkpoint"]:
                return 200, "text/plain; charset=utf-8", log.store.sight.note.encode()
            case ["log", "tile", level, *rest]:
                text, _, width = "".join(rest).partition(".p")
                number = int(text.replace("x", ""))
                if width:
                    return 200, "application/octet-stream", log.tile(int(level), number, int(width))
                return 200, "application/octet-stream", log.tile(int(level), number, tiles.WIDTH)
            case ["events"]:
                after = int(parse_qs(url.query)["after"][0])
                return 200, "application/json", json.dumps(log.events(after)).encode()
            case ["statements", key]:
                jws = log.store.sight.statement(Id(key))
                return (404, "text/plain", b"") if jws is None else (200, "application/lading+jws", jws)
            case ["statements", key, "proof"]:
                sight = log.store.sight
                index = [entry.id for entry in sight.entries].index(Id(key))
                return 200, "text/plain", log.register.proof(sight, index).text.encode()
        return 404, "text/plain", b""
