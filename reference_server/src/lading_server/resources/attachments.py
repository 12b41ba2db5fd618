"""`/attachments/…`: documents that a statement names by their hash."""

import asyncio
from dataclasses import dataclass

from starlette.responses import Response

from lading import acts
from lading.acts.attachment import Attachment, attachments_of
from lading.http import media
from lading.statement.envelope import decode
from lading.statement.words import Id
from lading_server.attachments import IncomingAttachment
from lading_server.download import answer_file
from lading_server.eyes import Eyes
from lading_server.problems import gone, not_found
from lading_server.rendering import FOREVER, NOT_KEPT
from lading_server.request import announced, check_media_type, receive
from lading_server.resource import Call


@dataclass(frozen=True, slots=True)
class Named:
    """What the path names: an attachment of a statement. A statement can name the same bytes twice."""

    issuer: Id
    statement: Id
    attachments: tuple[Attachment, ...]
    public: bool


async def put(call: Call) -> Response:
    """`PUT /attachments/{statement}/{digest}`: the bytes of an attachment."""
    exchange = call.exchange
    check_media_type(call.request, media.OCTETS)
    exchange.writer.check_writable()
    named = await _callers_own(call)
    limit = exchange.identity.description.limits.upload_bytes
    size = announced(call.request, limit)
    exchange.content.check_room(size)
    path = exchange.attachments.file(named.issuer, named.statement, named.attachments[0].digest)
    with exchange.uploads.claimed(path):
        await exchange.in_thread(exchange.attachments.check_quota, named.issuer, size)
        incoming = await exchange.in_thread(IncomingAttachment, path, named.attachments)
        try:
            await receive(call.request, lambda piece: exchange.in_thread(incoming.write, piece), limit)
            await exchange.in_thread(incoming.keep)
        finally:
            await asyncio.shield(exchange.in_thread(incoming.discard))
    return Response(status_code=204, headers={"Cache-Control": NOT_KEPT})


async def get(call: Call) -> Response:
    """`GET /attachments/{statement}/{digest}`: the bytes, for those who may read the statement."""
    named = await call.look("attachment", lambda eyes: _readable(call, eyes))
    attachment, store = named.attachments[0], call.exchange.attachments
    return answer_file(
        call.request,
        attachment.size,
        lambda: store.reader(named.issuer, named.statement, attachment),
        tag=f'"{attachment.digest}"',
        cache=FOREVER if named.public else NOT_KEPT,
    )


async def _callers_own(call: Call) -> Named:
    """What the caller may upload here: an attachment that a ticket or a registered statement of the caller's names."""
    issuer, statement = call.caller.participant, Id(call.request.path_params["statement"])
    # LAD-TRF-011
    if issuer is None:
        raise not_found()
    jws = await call.exchange.in_thread(call.exchange.attachments.ticket, issuer, statement)
    if jws is None:
        stored = await call.exchange.read(lambda sight: sight.visible(statement, call.caller))
        jws = None if stored is None else stored.jws
    if jws is None:
        raise not_found()
    named = _named(call, jws, public=False)
    if named.issuer != issuer:
        raise not_found()
    return named


def _readable(call: Call, eyes: Eyes) -> Named:
    """What the caller may read here: an attachment, which is here, of a registered statement that it may read."""
    stored = eyes.statement(Id(call.request.path_params["statement"]))
    # LAD-TRF-019, LAD-HTP-010
    if stored is None:
        raise not_found()
    if stored.jws is None:
        raise gone()
    named = _named(call, stored.jws, public=stored.public)
    if not call.exchange.attachments.holds(named.issuer, named.statement, named.attachments[0]):
        raise not_found()
    return named


def _named(call: Call, jws: bytes, *, public: bool) -> Named:
    path, parsed = call.request.path_params, acts.parse(decode(jws))
    attachments = tuple(part for part in attachments_of(parsed.act) if part.digest == path["digest"])
    # LAD-HTP-010
    if not attachments:
        raise not_found()
    return Named(parsed.issuer, Id(path["statement"]), attachments, public)
