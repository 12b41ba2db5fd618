"""An exchange in memory behind the client's transport seam: the SDK's register, and the HTTP binding around it.

It checks request signatures and visibility as the specification says, so that a client that forgot to sign is noticed.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import parse_qs, unquote, urlsplit

import orjson

from lading.acts.base import PUBLIC
from lading.acts.records import (
    ContractRecord,
    DeliveryRecord,
    ListingRecord,
    OfferRecord,
    ParticipantRecord,
    StatementRecord,
    VersionRecord,
)
from lading.acts.recourse import GrantRecord
from lading.client.session import now_ms
from lading.client.transport import Request, Response
from lading.errors import Unreachable
from lading.evidence.build import build
from lading.http.digest import check_digest
from lading.http.signature import parse_signature, request_parts, verify_request
from lading.keys.seal import SealKey
from lading.keys.signer import Ed25519Signer
from lading.log.checkpoint import CheckpointSigner
from lading.problems import Refused, refuse
from lading.register.memory import MemoryStore
from lading.register.register import Register
from lading.statement import base64url
from lading.statement.envelope import encode
from lading.statement.words import Id, Millis, format_time
from sdk.tests.client.memory import answer
from sdk.tests.client.stand_in_content import Contents

API = "http://127.0.0.1:8000"
LIMITS = {"statement_bytes": 65_536, "batch_statements": 256, "content_bytes": 2**34, "upload_bytes": 2**26}
SUBJECTS = (ParticipantRecord, ListingRecord, OfferRecord, ContractRecord, DeliveryRecord, GrantRecord)


class StandIn:
    """Answers requests; `requests` keeps them. `clock` gives milliseconds."""

    def __init__(
        self,
        seed: int = 1,
        *,
        onboarding: str = "open",
        sealing: bool = True,
        clock: Callable[[], int] = now_ms,
    ) -> None:
        self.clock = clock
        self.requests: list[Request] = []
        self.content = Contents(self)
        self.signer = Ed25519Signer(bytes([seed]) * 32)
        self.seal_key = SealKey.from_seed(bytes([seed]) * 32)
        self.log = CheckpointSigner("127.0.0.1:8000", Ed25519Signer(bytes([seed + 1]) * 32))
        self.store = MemoryStore()
        self.register = Register(
            self.store,
            self.log,
            checks=(self.content.is_held,),
            releaser=self.content,
            clock=lambda: Millis(clock()),
        )
        self.entry_0 = self._first(onboarding, sealing=sealing)
        self.id = Id(str(self._register(self.entry_0)["id"]))

    def send(self, request: Request) -> Response:
        """Answer, or refuse with a problem."""
        self.requests.append(request)
        try:
            return self._answer(request)
        except Refused as refusal:
            members = {
                "title": "x",
                "status": refusal.status,
                "code": refusal.code,
                "requirement": refusal.requirement,
                "retry": refusal.retry,
                "detail": refusal.detail,
                "pointer": refusal.pointer,
                "winner": refusal.winner,
            }
            present = {name: value for name, value in members.items() if value is not None}
            return Response(
                refusal.status, {"content-type": "application/problem+json"}, orjson.dumps(present)
            )

    def admit(self, participant: str, status: str = "admitted") -> None:
        """What an operator does."""
        self._register(
            self.sign(
                {
                    "type": "admission",
                    "participant": participant,
                    "status": status,
                    "roles": ["provider", "consumer"],
                }
            )
        )

    def lapse(self, delivery: str) -> None:
        """What an exchange does when nobody took a delivery in time."""
        self._register(self.sign({"type": "lapse", "delivery": delivery}))

    def sign(self, members: dict[str, object]) -> bytes:
        """A statement of the exchange itself."""
        own = {"version": 1, "home": self.id, "issuer": self.id, "under": self.id}
        return encode(own | {"issued_at": format_time(self.clock())} | members, self.signer)

    def paths(self) -> list[str]:
        """Method and path of everything that was asked, ids shortened."""
        return [
            f"{request.method} {re.sub(r'sha256:[0-9a-f]{64}', 'ID', urlsplit(request.url).path)}"
            for request in self.requests
        ]

    def _answer(self, request: Request) -> Response:
        parts = urlsplit(request.url)
        caller = self._caller(request)
        path, query = unquote(parts.path), {name: values[0] for name, values in parse_qs(parts.query).items()}
        for pattern, method, handler in self._routes():
            match = re.fullmatch(pattern, path)
            if match is not None and method == request.method:
                return handler(request, caller, query, *match.groups())
        raise refuse("not-found", "nothing here")

    def _routes(self) -> tuple[tuple[str, str, Callable[..., Response]], ...]:
        return (
            (r"/\.well-known/lading", "GET", self._well_known),
            (r"/statements", "POST", self._post),
            (r"/statements/(sha256:[0-9a-f]{64})", "GET", self._statement),
            (r"/statements/(sha256:[0-9a-f]{64})/evidence", "GET", self._evidence),
            (r"/statements/(sha256:[0-9a-f]{64})/proof", "GET", self._proof),
            (r"/listings", "GET", self._listings),
            (r"/state/(sha256:[0-9a-f]{64})", "GET", self._state),
            (r"/events", "GET", self._events),
            (r"/content", "POST", self._ticket),
            *self.content.routes(),
        )

    def _caller(self, request: Request) -> Id | None:
        digest = request.headers.get("Content-Digest")
        if digest is not None:
            import hashlib

            check_digest(digest, hashlib.sha256(request.body or b"").digest())
        if "Signature" not in request.headers:
            return None
        claim = parse_signature(
            request.headers["Signature-Input"], request.headers["Signature"], with_body=bool(request.body)
        )
        record = self.store.sight.get(ParticipantRecord, claim.participant)
        version = None if record is None else self.store.sight.get(VersionRecord, record.head)
        if version is None:
            raise refuse("bad-request-signature", "who is that?")
        key = next((key for key in version.keys if key.kid == claim.kid), None)
        if key is None:
            raise refuse("bad-request-signature", "not a key of the head")
        parts = request_parts(request.method, request.url, digest)
        verify_request(parts, claim, base64url.decode(key.x.encode()))
        return claim.participant

    def _readable(self, key: Id, caller: Id | None) -> bool:
        readers = self.store.sight.readers.get(key)
        return readers == PUBLIC or (isinstance(readers, frozenset) and caller in readers)

    def _seen(self, key: str, caller: Id | None) -> Id:
        if not self._readable(Id(key), caller):
            raise refuse("not-found", "nothing here")
        return Id(key)

    def _well_known(self, *_: object) -> Response:
        return answer(
            {
                "id": self.id,
                "statement": self.entry_0.decode(),
                "head": self.entry_0.decode(),
                "api": API,
                "log": {"origin": self.log.origin, "vkey": str(self.log.key)},
                "profiles": [],
                "limits": LIMITS,
            }
        )

    def _post(self, request: Request, *_: object) -> Response:
        return answer(self._register(request.body or b""), 201)

    def _register(self, jws: bytes) -> dict[str, object]:
        (done,) = self.register.admit([self.register.prepare(jws)])
        if isinstance(done, Refused):
            raise done
        proof = self.register.proof(self.store.sight, done.index).text
        return {"id": done.id, "index": done.index, "time": done.time, "proof": proof}

    def _statement(self, request: Request, caller: Id | None, query: object, key: str) -> Response:
        return Response(200, {}, self.store.sight.statements[self._seen(key, caller)])

    def _evidence(self, request: Request, caller: Id | None, query: object, key: str) -> Response:
        subject = self._seen(key, caller)
        return Response(
            200, {}, build(self.store.sight, subject, lambda other: self._readable(other, caller))
        )

    def _proof(self, request: Request, caller: Id | None, query: object, key: str) -> Response:
        record = self.store.sight.get(StatementRecord, self._seen(key, caller))
        assert record is not None
        return Response(200, {}, self.register.proof(self.store.sight, record.index).text.encode())

    def _listings(self, request: Request, caller: object, query: dict[str, str]) -> Response:
        words = query.get("q", "").casefold().split()
        found = []
        for record in self.store.sight.records.values():
            if not isinstance(record, ListingRecord) or record.state != "listed":
                continue
            if all(word in record.title.casefold() for word in words):
                found.append(record)
        start, count = int(query.get("cursor", "0")), int(query.get("limit", "100"))
        page = [
            {
                "id": record.key,
                "product": record.product,
                "provider": record.provider,
                "title": record.title,
                "statement": self.store.sight.statements[Id(record.key)].decode(),
            }
            for record in found[start : start + count]
        ]
        said: dict[str, object] = {"listings": page, "as_of": self.store.sight.size()}
        if start + count < len(found):
            said["cursor"] = str(start + count)
        return answer(said)

    def _state(self, request: Request, caller: Id | None, query: object, key: str) -> Response:
        self._seen(key, caller)
        for kind in SUBJECTS:
            record = self.store.sight.get(kind, key)
            if record is not None:
                members = record.model_dump(mode="json", exclude_none=True, exclude={"key"})
                said = {"kind": kind.kind, "id": key, "as_of": self.store.sight.size(), "record": members}
                return answer(said)
        raise refuse("not-found", "no state")

    def _events(self, request: Request, caller: Id | None, query: dict[str, str]) -> Response:
        after, size = int(query.get("after", "-1")), self.store.sight.size()
        page, last = [], after
        for index in range(after + 1, min(size, after + 1 + int(query.get("limit", "100")))):
            last, entry = index, self.store.sight.entries[index]
            if self._readable(entry.id, caller):
                jws = self.store.sight.statements[entry.id]
                kind = self.store.sight.get(StatementRecord, entry.id)
                assert kind is not None
                page.append(
                    {
                        "index": index,
                        "time": entry.time,
                        "id": entry.id,
                        "type": kind.type,
                        "statement": jws.decode(),
                    }
                )
        return answer({"events": page, "next": last, "as_of": size})

    def _ticket(self, request: Request, *_: object) -> Response:
        prepared = self.register.prepare(request.body or b"")
        sight = self.store.sight
        if sight.get(StatementRecord, prepared.statement.id) is None:
            self.register.would_admit(sight, prepared, self.register.next_place(sight))
        return self.content.ticket(prepared.statement)

    def _first(self, onboarding: str, *, sealing: bool) -> bytes:
        x, public = (base64url.encode(key.public).decode() for key in (self.signer, self.seal_key))
        seal_keys = [{"use": "seal", "kem": "MLKEM768-X25519", "public": public}] if sealing else []
        members = {
            "version": 1,
            "type": "participant",
            "issued_at": format_time(self.clock()),
            "name": "Stand-in",
            "kind": "exchange",
            "jurisdiction": "IE",
            "keys": [{"jwk": {"crv": "Ed25519", "kty": "OKP", "x": x}, "use": "sign"}, *seal_keys],
            "next": [Ed25519Signer(bytes([99]) * 32).thumbprint],
            "exchange": {
                "api": API,
                "log": {"origin": self.log.origin, "keys": [{"vkey": str(self.log.key), "from_size": 1}]},
                "rules": 1,
                "policy": {"onboarding": onboarding},
                "limits": LIMITS,
            },
        }
        return encode(members, self.signer)


class Seam:
    """Puts a stand-in behind the transport seam as the network would: bodies go to sinks in pieces.

    `twist` sees every request and its answer, and may answer otherwise or raise: a misbehaving peer. While `down`
    nothing arrives at the exchange at all.
    """

    down = False

    def __init__(
        self, exchange: StandIn, twist: Callable[[Request, Response], Response] | None = None
    ) -> None:
        self.exchange = exchange
        self.twist = twist

    def send(self, request: Request) -> Response:
        if self.down:
            raise Unreachable("nobody is there")
        response = self.exchange.send(request)
        if self.twist is not None:
            response = self.twist(request, response)
        if request.sink is None or response.status not in request.sink_status:
            return response
        for start in range(0, len(response.body), 100_000):
            request.sink(response.body[start : start + 100_000])
        return replace(response, body=b"")


class AsyncSeam(Seam):
    """The same for asynchronous callers."""

    async def send(self, request: Request) -> Response:  # type: ignore[override]
        return super().send(request)
