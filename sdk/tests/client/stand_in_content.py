"""The content side of the stand-in: uploads under tickets, downloads, attachments, and the exchange's shares."""

import hashlib
import re
from collections.abc import Callable
from typing import Any, Protocol

from lading.acts.attachment import attachments_of
from lading.acts.base import Act, Place, Statement, View
from lading.acts.claim import Claim
from lading.acts.delivery import Delivery
from lading.acts.receipt import Receipt
from lading.acts.records import DeliveryRecord
from lading.client.transport import Request, Response
from lading.keys.seal import SealKey
from lading.problems import refuse
from lading.statement import base64url
from lading.statement.words import Id
from lading.transfer.content import check_chunk, chunk_count, parse_manifest
from lading.transfer.sealing import (
    OVERHEAD_BYTES,
    Leaf,
    check_ciphertext,
    parse_sealed_manifest,
    sealed_length,
)
from lading.transfer.shares import Binding, BoxRole, open_share
from sdk.tests.client.memory import answer

Handler = Callable[..., Response]
ROOT = r"(/content/sha256:[0-9a-f]{64}/[0-9]+/sha256:[0-9a-f]{64})"


def digest(data: bytes) -> str:
    return "sha256:" + hashlib.sha256(data).hexdigest()


class Signs(Protocol):
    """The exchange as the content side needs it."""

    id: Id
    seal_key: SealKey

    def sign(self, members: dict[str, object]) -> bytes: ...


class Store:
    """One content: its manifest, its boxes and the chunks that were checked."""

    def __init__(self, act: Delivery) -> None:
        self.act = act
        self.manifest: bytes | None = None
        self.boxes: dict[str, bytes] = {}
        self.data = bytearray()

    @property
    def chunk_size(self) -> int:
        return self.act.chunk_size + (0 if self.act.sealed is None else OVERHEAD_BYTES)

    @property
    def held(self) -> int:
        return chunk_count(len(self.data), self.chunk_size)

    def put_manifest(self, body: bytes) -> None:
        act = self.act
        if act.sealed is None:
            parse_manifest(body, act.size, act.chunk_size, act.content_root)
        else:
            parse_sealed_manifest(body, act.size, act.chunk_size, act.sealed.manifest_root, act.content_root)
        self.manifest = body

    def check(self, chunk: bytes, number: int) -> None:
        assert self.manifest is not None
        if self.act.sealed is None:
            check_chunk(chunk, self.manifest[32 * number : 32 * number + 32], number)
        else:
            leaf = Leaf.of(self.manifest[96 * number : 96 * number + 96])
            length = sealed_length(self.act.size, self.act.chunk_size, number) - OVERHEAD_BYTES
            check_ciphertext(chunk, leaf, number, length)

    @property
    def complete(self) -> bool:
        act = self.act
        boxes = act.sealed is None or len(self.boxes) == 2
        chunks = act.custody == "provider" or self.held == act.chunks
        return boxes and chunks and (self.manifest is not None or not act.chunks)


class Contents:
    """All contents and attachments that the stand-in holds."""

    def __init__(self, exchange: Signs) -> None:
        self.exchange = exchange
        self.stores: dict[str, Store] = {}
        self.claims: dict[str, Claim] = {}
        self.attachments: dict[tuple[str, str], bytes] = {}

    def routes(self) -> tuple[tuple[str, str, Handler], ...]:
        attachment = r"/attachments/(sha256:[0-9a-f]{64})/(sha256:[0-9a-f]{64})"
        return (
            (ROOT + "/manifest", "PUT", self._put_manifest),
            (ROOT + "/manifest", "GET", self._get_manifest),
            (ROOT + "/boxes/(exchange|consumer)", "PUT", self._put_box),
            (ROOT + "/boxes/(exchange|consumer)", "GET", self._get_box),
            (ROOT + "/chunks/([0-9]+)", "PUT", self._put_chunks),
            (ROOT + "/chunks", "HEAD", self._head_chunks),
            (ROOT + "/chunks", "GET", self._get_chunks),
            (attachment, "PUT", self._put_attachment),
            (attachment, "GET", self._get_attachment),
        )

    def ticket(self, statement: Statement[Act]) -> Response:
        """What is held of what was announced."""
        act = statement.act
        if isinstance(act, Claim):
            self.claims[statement.id] = act
            named = [each.digest for each in attachments_of(act)]
            held = [{"digest": key, "held": (statement.id, key) in self.attachments} for key in named]
            return answer({"attachments": held})
        assert isinstance(act, Delivery)
        store = self.stores.setdefault(prefix_of(act), Store(act))
        if act.sealed is not None and store.act.sealed != act.sealed:
            store.boxes.clear()
        store.act = act
        said: dict[str, Any] = {"content": prefix_of(act), "chunks": act.chunks, "held": store.held}
        said["manifest"] = store.manifest is not None
        if act.sealed is not None:
            said["boxes"] = {role: role in store.boxes for role in ("exchange", "consumer")}
        return answer(said)

    def is_held(self, view: View, statement: Statement[Act], place: Place) -> None:
        """The admission check."""
        act = statement.act
        if isinstance(act, Delivery):
            store = self.stores.get(prefix_of(act))
            if store is None or not store.complete:
                raise refuse("content-missing", "upload first")
            if act.sealed is not None:
                self._open(act.contract, act.sequence, statement.issuer, act)
        if isinstance(act, Claim):
            named = [(statement.id, each.digest) for each in attachments_of(act)]
            if not set(named) <= set(self.attachments):
                raise refuse("content-missing", "upload first")

    def release(self, view: View, receipt: Statement[Receipt], at: Place) -> bytes:
        """The release of a receipt (`Releaser`)."""
        record = view.get(DeliveryRecord, receipt.act.delivery)
        assert record is not None
        assert record.sealed is not None
        prefix = f"/content/{record.contract}/{record.sequence}/{record.sealed.manifest_root}"
        share = self._open(record.contract, record.sequence, record.provider, self.stores[prefix].act)
        said = base64url.encode(share).decode()
        return self.exchange.sign({"type": "release", "receipt": receipt.id, "share": said})

    def _open(self, contract: Id, sequence: int, provider: Id, act: Delivery) -> bytes:
        assert act.sealed is not None
        info = Binding(contract, sequence, provider).info(self.exchange.id, "exchange")
        box = self.stores[prefix_of(act)].boxes["exchange"]
        return open_share(self.exchange.seal_key, box, info, act.sealed.exchange.commitment)

    def _put_manifest(self, request: Request, caller: Id | None, query: object, prefix: str) -> Response:
        self._content(prefix, caller).put_manifest(request.body or b"")
        return Response(204, {}, b"")

    def _put_box(
        self, request: Request, caller: Id | None, query: object, prefix: str, role: BoxRole
    ) -> Response:
        store, body = self._content(prefix, caller), request.body or b""
        signed = store.act.sealed
        if signed is None or role == "arbiter" or digest(body) != signed.share(role).box:
            raise refuse("bad-box", "not the one")
        store.boxes[role] = body
        return Response(204, {}, b"")

    def _put_chunks(
        self, request: Request, caller: Id | None, query: object, prefix: str, first: str
    ) -> Response:
        store, body = self._content(prefix, caller), request.body or b""
        size, number = store.chunk_size, int(first)
        if store.act.custody == "provider":
            raise refuse("not-found", "nothing here")
        if store.manifest is None or number > store.held:
            raise refuse("upload-out-of-order", "not yet")
        for start in range(0, len(body), size):
            chunk = body[start : start + size]
            store.check(chunk, number)
            if number == store.held:
                store.data += chunk
            number += 1
        return answer({"held": store.held})

    def _head_chunks(self, request: Request, caller: Id | None, query: object, prefix: str) -> Response:
        return Response(200, {"lading-chunks-held": str(self._content(prefix, caller).held)}, b"")

    def _get_manifest(self, request: Request, caller: Id | None, query: object, prefix: str) -> Response:
        return Response(200, {}, self._content(prefix, caller).manifest or b"")

    def _get_box(
        self, request: Request, caller: Id | None, query: object, prefix: str, role: str
    ) -> Response:
        return Response(200, {}, self._content(prefix, caller).boxes[role])

    def _get_chunks(self, request: Request, caller: Id | None, query: object, prefix: str) -> Response:
        return ranged(request, bytes(self._content(prefix, caller).data))

    def _put_attachment(
        self, request: Request, caller: Id | None, query: object, statement: str, key: str
    ) -> Response:
        body = request.body or b""
        if caller is None or statement not in self.claims:
            raise refuse("not-found", "nothing here")
        if digest(body) != key:
            raise refuse("bad-attachment", "not the one")
        self.attachments[statement, key] = body
        return Response(204, {}, b"")

    def _get_attachment(
        self, request: Request, caller: Id | None, query: object, statement: str, key: str
    ) -> Response:
        if caller is None or (statement, key) not in self.attachments:
            raise refuse("not-found", "nothing here")
        return Response(200, {}, self.attachments[statement, key])

    def _content(self, prefix: str, caller: Id | None) -> Store:
        if caller is None or prefix not in self.stores:
            raise refuse("not-found", "nothing here")
        return self.stores[prefix]


def prefix_of(act: Delivery) -> str:
    return f"/content/{act.contract}/{act.sequence}/{act.root}"


def ranged(request: Request, data: bytes) -> Response:
    """Some bytes as the request's range asks for them."""
    match = re.fullmatch(r"bytes=([0-9]+)-([0-9]+)", request.headers.get("Range", ""))
    if match is None:
        return Response(200, {}, data)
    return Response(206, {}, data[int(match[1]) : int(match[2]) + 1])
