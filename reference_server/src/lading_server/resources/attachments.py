"""`/attachments/…`: documents that a statement names by their hash."""

import asyncio
from dataclasses import dataclass

from starlette.responses import Response

from lading import acts
from lading.acts.attachment import Attachment
from lading.acts.base import Act
from lading.http import media
from lading.statement.envelope import decode
from lading.statement.words import Id
from lading_server.attachments import IncomingAttachment, attachments_of
from lading_server.download import answer_file
from lading_server.problems import not_found
from lading_server.rendering import NOT_KEPT
from lading_server.request import announced, check_media_type, receive
from lading_server.resource import Call


@dataclass(frozen=True, slots=True)
class Named:
    """What the path names: an attachment of a statement. A statement can name the same bytes twice."""

    issuer: Id
    statement: Id
    attachments: tuple[Attachment, ...]


async def put(call: Call) -> Response:
    """`PUT /attachments/{statement}/{digest}`: the bytes of an attachment."""
    exchange = call.exchange
    check_media_type(call.request, media.OCTETS)
    exchange.writer.check_writable()
    named = await _ticketed(call)
    limit = exchange.identity.description.limits.upload_bytes
    exchange.content.check_room(announced(call.request, limit))
    path = exchange.attachments.file(named.issuer, named.statement, named.attachments[0].digest)
    with exchange.uploads.claimed(path):
        incoming = await exchange.in_thread(IncomingAttachment, path, named.attachments)
        try:
            await receive(call.request, lambda piece: exchange.in_thread(incoming.write, piece), limit)
            await exchange.in_thread(incoming.keep)
        finally:
            await asyncio.shield(exchange.in_thread(incoming.discard))
    return Response(status_code=204, headers={"Cache-Control": NOT_KEPT})


async def get(call: Call) -> Response:
    """`GET /attachments/{statement}/{digest}`: the bytes, for those who may read the statement."""
    named = await _registered(call)
    attachment, store = named.attachments[0], call.exchange.attachments
    return answer_file(
        call.request, attachment.size, lambda: store.reader(named.issuer, named.statement, attachment)
    )


async def _ticketed(call: Call) -> Named:
    """What the caller may upload here: an attachment that a ticket of the caller's names."""
    issuer, statement = call.caller.participant, Id(call.request.path_params["statement"])
    # LAD-TRF-011
    if issuer is None:
        raise not_found()
    jws = await call.exchange.in_thread(call.exchange.attachments.ticket, issuer, statement)
    if jws is None:
        raise not_found()
    return _named(call, issuer, acts.parse(decode(jws)).act)


async def _registered(call: Call) -> Named:
    """What the caller may read here: an attachment of a registered statement that the caller may read."""
    statement = Id(call.request.path_params["statement"])
    stored = await call.exchange.read(lambda sight: sight.visible(statement, call.caller))
    # LAD-TRF-019, LAD-HTP-010
    if stored is None:
        raise not_found()
    parsed = acts.parse(decode(stored.jws))
    return _named(call, parsed.issuer, parsed.act)


def _named(call: Call, issuer: Id, act: Act) -> Named:
    path = call.request.path_params
    attachments = tuple(part for part in attachments_of(act) if part.digest == path["digest"])
    # LAD-HTP-010
    if not attachments:
        raise not_found()
    return Named(issuer, Id(path["statement"]), attachments)
