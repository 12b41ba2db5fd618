"""`/content/…`: uploads under a ticket, and downloads by the two parties."""

import asyncio
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from starlette.responses import Response

from lading import acts
from lading.acts.delivery import MAX_CHUNKS, Delivery
from lading.acts.records import DeliveryRecord
from lading.acts.sealed import Role
from lading.http import media
from lading.problems import refuse
from lading.statement.envelope import decode
from lading.statement.words import Id
from lading_server.boxes import check_box
from lading_server.content import ContentForm, StoredContent
from lading_server.download import answer_file
from lading_server.problems import not_found
from lading_server.rendering import NOT_KEPT, answer_bytes, answer_json
from lading_server.request import (
    SLOWEST_UPLOAD,
    announced,
    body_pieces,
    check_claimed_digest,
    check_media_type,
    read_body,
    receive,
)
from lading_server.resource import Call
from lading_server.upload import ChunkWriter

BOX_BODY_BYTES: Final = 65_536
"""What the body of a box may have at most; one of another length than a box is refused as such."""


@dataclass(frozen=True, slots=True)
class Upload:
    """What a ticket of the caller's opened."""

    id: Id
    delivery: Delivery
    stored: StoredContent


async def put_manifest(call: Call) -> Response:
    """`PUT …/manifest`: the leaves, which must give the signed root or roots."""
    exchange = call.exchange
    check_media_type(call.request, media.OCTETS)
    exchange.writer.check_writable()
    stored = (await _upload(call)).stored
    limit = MAX_CHUNKS * stored.form.leaf_bytes
    exchange.content.check_room(announced(call.request, limit))
    with (
        exchange.uploads.claimed(stored.place),
        exchange.bodies.taken(stored.form.manifest_bytes, call.caller),
    ):
        incoming = await exchange.in_thread(stored.incoming_manifest)
        try:
            await receive(call.request, lambda piece: exchange.in_thread(incoming.write, piece), limit)
            await exchange.in_thread(stored.keep_manifest, incoming)
        finally:
            await asyncio.shield(exchange.in_thread(incoming.discard))
    return Response(status_code=204, headers={"Cache-Control": NOT_KEPT})


async def put_chunks(call: Call) -> Response:
    """`PUT …/chunks/{first}`: consecutive whole chunks; each counts once it is checked and on the disk."""
    exchange = call.exchange
    check_media_type(call.request, media.OCTETS)
    exchange.writer.check_writable()
    stored = _kept_here((await _upload(call)).stored)
    form = stored.form
    first = int(call.request.path_params["first"])
    # LAD-TRF-004
    if not stored.has_manifest() or first > stored.held():
        raise refuse("upload-out-of-order", f"the manifest, or chunks before {first}, are missing")
    rest = max(0, form.total - form.offset(first))
    limit = min(rest, exchange.identity.description.limits.upload_bytes)
    exchange.content.check_room(announced(call.request, limit))
    with exchange.uploads.claimed(stored.place), exchange.bodies.taken(2 * form.offset(1), call.caller):
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


async def put_box(role: Role, call: Call) -> Response:
    """`PUT …/boxes/{role}`: a box with the digest that the delivery signs."""
    exchange = call.exchange
    check_media_type(call.request, media.OCTETS)
    exchange.writer.check_writable()
    upload = await _upload(call)
    sealed, boxes = upload.delivery.sealed, upload.stored.boxes
    if sealed is None or await _is_closed(call, role, upload):
        raise not_found()
    box = await read_body(call.request, media.OCTETS, BOX_BODY_BYTES)
    digest = sealed.share(role).box
    check_box(box, digest)
    with exchange.uploads.claimed((upload.stored.place, role)):
        await exchange.in_thread(boxes.keep, role, digest, box)
    # LAD-HTP-036: the delivery may have been closed meanwhile, and its box deleted before this one came
    if await _is_closed(call, role, upload):
        await exchange.in_thread(boxes.destroy, digest)
        raise not_found()
    return Response(status_code=204, headers={"Cache-Control": NOT_KEPT})


async def _is_closed(call: Call, role: Role, upload: Upload) -> bool:
    """Whether the box of this role is of a registered delivery that the exchange may hold it no more for."""
    record = await call.exchange.read(lambda sight: sight.get(DeliveryRecord, upload.id))
    return record is not None and _is_over(role, record)


def _is_over(role: Role, delivery: DeliveryRecord) -> bool:
    # LAD-HTP-036
    return role == "exchange" and delivery.state != "open"


async def get_box(role: Role, call: Call) -> Response:
    """`GET …/boxes/{role}`: the box of a delivery, the exchange's own only while it is open."""
    record, stored = await _delivered(call)
    # LAD-HTP-010, LAD-HTP-036
    if record.sealed is None or _is_over(role, record):
        raise not_found()
    try:
        box = await call.exchange.in_thread(stored.boxes.read, role, record.sealed.share(role).box)
    except FileNotFoundError:
        raise not_found() from None
    return answer_bytes(box, media.OCTETS)


async def count_chunks(call: Call) -> Response:
    """`HEAD …/chunks`: how many chunks count, for the ticket's issuer and later for the parties."""
    upload = await _ticketed(call)
    stored = _kept_here((await _delivered(call))[1] if upload is None else upload.stored)
    return Response(headers={media.CHUNKS_HELD: str(stored.held()), "Cache-Control": NOT_KEPT})


async def get_manifest(call: Call) -> Response:
    """`GET …/manifest`: the leaves, or one range of their bytes."""
    _, stored = await _delivered(call)
    return answer_file(call.request, stored.form.manifest_bytes, stored.manifest_reader)


async def get_chunks(call: Call) -> Response:
    """`GET …/chunks`: the chunks one after another, or one range of their bytes."""
    stored = _kept_here((await _delivered(call))[1])
    return answer_file(call.request, stored.form.total, stored.reader)


def _kept_here(stored: StoredContent) -> StoredContent:
    """The content, if its chunks are in the exchange's custody."""
    # LAD-HTP-037
    if not stored.form.kept_here:
        raise not_found()
    return stored


def _address(call: Call) -> tuple[Id, int, Id]:
    path = call.request.path_params
    return Id(path["contract"]), int(path["sequence"]), Id(path["root"])


async def _upload(call: Call) -> Upload:
    """What the caller may upload here."""
    upload = await _ticketed(call)
    # LAD-TRF-011
    if upload is None:
        raise not_found()
    return upload


async def _ticketed(call: Call) -> Upload | None:
    """The content of a ticket that the caller issued."""
    ticket = await call.exchange.in_thread(call.exchange.content.ticket, *_address(call))
    if ticket is None:
        return None
    statement = acts.parse(decode(ticket))
    delivery = statement.act
    if not isinstance(delivery, Delivery) or delivery.issuer != call.caller.participant:
        return None
    return Upload(statement.id, delivery, call.exchange.content.open(ContentForm.of(delivery)))


async def _delivered(call: Call) -> tuple[DeliveryRecord, StoredContent]:
    """What the caller may read here: the newest registered delivery of it to or from the caller."""
    contract, sequence, root = _address(call)
    records = await call.exchange.read(lambda sight: sight.deliveries(contract, sequence, root))
    for record in reversed(records):
        if call.caller.participant in record.parties:
            return record, call.exchange.content.open(ContentForm.of(record))
    # LAD-HTP-010
    raise not_found()
