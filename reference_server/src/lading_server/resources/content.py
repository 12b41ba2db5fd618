"""`/content`: uploads under a ticket, and downloads by the two parties."""

import asyncio
import os
from collections.abc import AsyncIterator
from hashlib import sha256
from typing import Final
from urllib.parse import urlsplit

from starlette.responses import Response, StreamingResponse

from lading import acts
from lading.acts.delivery import MAX_CHUNKS, Delivery
from lading.acts.records import StatementRecord
from lading.http import media
from lading.log.tree import HASH_BYTES
from lading.problems import refuse
from lading.register.register import Prepared
from lading.statement.envelope import decode
from lading.statement.words import Id
from lading.transfer.content import parse_manifest
from lading_server.checks import upload_checks
from lading_server.content import ContentForm, StoredContent
from lading_server.problems import not_found
from lading_server.ranges import span_of
from lading_server.rendering import NOT_KEPT, answer_bytes, answer_json
from lading_server.request import announced, body_pieces, check_claimed_digest, check_media_type, read_body
from lading_server.resource import Call
from lading_server.resources.statements import read_statement
from lading_server.sight import Sight
from lading_server.upload import ChunkWriter

MANIFEST_BYTES: Final = MAX_CHUNKS * HASH_BYTES
MAX_ROOTS: Final = 8
"""Contents that may wait under one delivery number, beside those that were delivered under it."""
SLOWEST_UPLOAD: Final = 16_384
"""Bytes a second that an upload must bring on average."""
READ_BYTES: Final = 1 << 20
"""How much of a download is read at a time."""


async def open_upload(call: Call) -> Response:
    """`POST /content`: a signed delivery is checked like a registration, and opens its upload."""
    jws = await read_statement(call)
    call.exchange.writer.check_writable()
    prepared = await call.exchange.writer.prepare(jws)
    await call.exchange.read(lambda sight: _check_ticket(call, sight, prepared))
    delivery = prepared.statement.act
    # LAD-STM-015
    if not isinstance(delivery, Delivery):
        raise refuse("bad-member", "a ticket is a delivery", pointer="/type")
    form = ContentForm.of(delivery)
    await _make_room(call, form)
    await call.exchange.in_thread(call.exchange.content.keep_ticket, form, jws)
    stored = call.exchange.content.open(form)
    base = urlsplit(call.exchange.api).path
    return answer_json(
        {
            "content": f"{base}/content/{form.contract}/{form.sequence}/{form.root}",
            "chunks": form.chunks,
            "held": stored.held(),
            "manifest": stored.has_manifest(),
        }
    )


def _check_ticket(call: Call, sight: Sight, ticket: Prepared) -> None:
    """Everything that registering it now would check, but whether the content is there."""
    if sight.get(StatementRecord, ticket.statement.id) is not None:
        return
    register = call.exchange.register
    place = register.next_place(sight)
    register.would_admit(sight, ticket, place)
    for check in upload_checks(call.exchange.identity.description.limits.content_bytes):
        check(sight, ticket.statement, place)


async def _make_room(call: Call, form: ContentForm) -> None:
    """Bound the contents that wait under one number; those given up long ago make room (LAD-TRF-012)."""
    exchange = call.exchange
    roots = await exchange.in_thread(exchange.content.roots, form.contract, form.sequence)
    others = [root for root in roots if root != form.root]
    if len(others) < MAX_ROOTS:
        return

    def undelivered(sight: Sight) -> list[Id]:
        return [root for root in others if not sight.deliveries(form.contract, form.sequence, root)]

    waiting = await exchange.read(undelivered)
    discard = exchange.content.discard_given_up
    gone = await exchange.in_thread(discard, form.contract, form.sequence, waiting)
    # LAD-HTP-015
    if len(waiting) - gone >= MAX_ROOTS:
        raise refuse("busy", f"{MAX_ROOTS} contents wait under this number already; deliver one of them")


async def put_manifest(call: Call) -> Response:
    """`PUT …/manifest`: the leaf hashes, which must give the content root."""
    check_media_type(call.request, media.OCTETS)
    call.exchange.writer.check_writable()
    stored = await _upload(call)
    exchange = call.exchange
    room = announced(call.request, MANIFEST_BYTES)
    with exchange.uploads.claimed(stored), exchange.bodies.taken(room, call.caller):
        manifest = await read_body(call.request, media.OCTETS, MANIFEST_BYTES)
        await exchange.in_thread(_keep_manifest, stored, manifest)
    return Response(status_code=204, headers={"Cache-Control": NOT_KEPT})


def _keep_manifest(stored: StoredContent, manifest: bytes) -> None:
    form = stored.form
    parse_manifest(manifest, form.size, form.chunk_size, form.root)
    if not stored.has_manifest():
        stored.keep_manifest(manifest)


async def put_chunks(call: Call) -> Response:
    """`PUT …/chunks/{first}`: consecutive whole chunks; each counts once it is checked and on the disk."""
    exchange = call.exchange
    check_media_type(call.request, media.OCTETS)
    exchange.writer.check_writable()
    stored = await _upload(call)
    first = int(call.request.path_params["first"])
    # LAD-TRF-004
    if not stored.has_manifest() or first > stored.held():
        raise refuse("upload-out-of-order", f"the manifest, or chunks before {first}, are missing")
    rest = max(0, stored.form.size - first * stored.form.chunk_size)
    limit = min(rest, exchange.identity.description.limits.upload_bytes)
    exchange.content.check_room(announced(call.request, limit))
    with exchange.uploads.claimed(stored), exchange.bodies.taken(2 * stored.form.chunk_size, call.caller):
        held = await _take(call, ChunkWriter(stored, first), limit)
    return answer_json({"held": held})


async def _take(call: Call, writer: ChunkWriter, limit: int) -> int:
    """Feed the body to the writer; what was checked counts, also when the rest is refused or never comes."""
    in_thread = call.exchange.in_thread
    digest = sha256()
    try:
        async for piece in body_pieces(call.request, limit, SLOWEST_UPLOAD):
            digest.update(piece)
            for chunk in writer.whole_chunks(piece):
                await in_thread(writer.keep, chunk)
        writer.check_finished()
        check_claimed_digest(call.request, digest.digest())
    finally:
        held = await asyncio.shield(in_thread(writer.settle))
    return held


async def count_chunks(call: Call) -> Response:
    """`HEAD …/chunks`: how many chunks count, for the ticket's issuer and later for the parties."""
    stored = await _ticketed(call) or await _delivered(call)
    return Response(headers={media.CHUNKS_HELD: str(stored.held()), "Cache-Control": NOT_KEPT})


async def get_manifest(call: Call) -> Response:
    """`GET …/manifest`: the leaf hashes."""
    stored = await _delivered(call)
    return answer_bytes(await call.exchange.in_thread(stored.manifest), media.OCTETS)


async def get_chunks(call: Call) -> Response:
    """`GET …/chunks`: the content, or one range of it."""
    stored = await _delivered(call)
    size = stored.form.size
    header = call.request.headers.get("range")
    span = span_of(header, size)
    headers = {"Content-Length": str(len(span)), "Accept-Ranges": "bytes", "Cache-Control": NOT_KEPT}
    if header is not None:
        headers["Content-Range"] = f"bytes {span.start}-{span.stop - 1}/{size}"
    status = 200 if header is None else 206
    return StreamingResponse(_pieces(call, stored, span), status, headers, media_type=media.OCTETS)


async def _pieces(call: Call, stored: StoredContent, span: range) -> AsyncIterator[bytes]:
    descriptor = stored.reader()
    try:
        for start in range(span.start, span.stop, READ_BYTES):
            count = min(READ_BYTES, span.stop - start)
            yield await call.exchange.in_thread(os.pread, descriptor, count, start)
    finally:
        os.close(descriptor)


def _address(call: Call) -> tuple[Id, int, Id]:
    path = call.request.path_params
    return Id(path["contract"]), int(path["sequence"]), Id(path["root"])


async def _upload(call: Call) -> StoredContent:
    """What the caller may upload here."""
    stored = await _ticketed(call)
    # LAD-TRF-011
    if stored is None:
        raise not_found()
    return stored


async def _ticketed(call: Call) -> StoredContent | None:
    """The content of a ticket that the caller issued."""
    ticket = await call.exchange.in_thread(call.exchange.content.ticket, *_address(call))
    delivery = None if ticket is None else acts.parse(decode(ticket)).act
    if not isinstance(delivery, Delivery) or delivery.issuer != call.caller.participant:
        return None
    return call.exchange.content.open(ContentForm.of(delivery))


async def _delivered(call: Call) -> StoredContent:
    """What the caller may read here: the content of a registered delivery to or from the caller."""
    contract, sequence, root = _address(call)
    records = await call.exchange.read(lambda sight: sight.deliveries(contract, sequence, root))
    for record in records:
        if call.caller.participant in (record.provider, record.consumer):
            return call.exchange.content.open(ContentForm.of(record))
    # LAD-HTP-010
    raise not_found()
