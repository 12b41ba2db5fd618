"""`POST /content`: a signed statement opens the upload of what it names."""

from collections.abc import Sequence
from typing import Final
from urllib.parse import urlsplit

from starlette.responses import Response

from lading.acts import attachments_of
from lading.acts.attachment import Attachment
from lading.acts.base import Act, Statement
from lading.acts.delivery import Delivery
from lading.acts.records import StatementRecord
from lading.problems import refuse
from lading.register.register import Prepared
from lading.statement.words import Id
from lading_server.checks import ROLES
from lading_server.content import ContentForm
from lading_server.rendering import answer_json
from lading_server.resource import Call
from lading_server.resources.statements import read_statement
from lading_server.sight import Sight

MAX_ROOTS: Final = 8
"""Contents that may wait under one delivery number, beside those that were delivered under it."""
MAX_STATEMENTS: Final = 8
"""Statements of one participant whose attachments may wait, beside those that were registered."""


async def open_upload(call: Call) -> Response:
    """`POST /content`: a signed delivery, or what names attachments, is checked like a registration, and opens its
    upload.
    """
    jws = await read_statement(call)
    call.exchange.writer.check_writable()
    prepared = await call.exchange.writer.prepare(jws)
    await call.exchange.read(lambda sight: _check_ticket(call, sight, prepared))
    act = prepared.statement.act
    if isinstance(act, Delivery):
        return answer_json(await _open_content(call, act, jws))
    named = attachments_of(act)
    # LAD-STM-015
    if not named:
        raise refuse("bad-member", "a ticket is a delivery, or names attachments", pointer="/type")
    return answer_json(await _open_attachments(call, prepared.statement, named))


def _check_ticket(call: Call, sight: Sight, ticket: Prepared) -> None:
    """Everything that registering it now would check, but whether what it needs is there."""
    if sight.get(StatementRecord, ticket.statement.id) is not None:
        return
    register = call.exchange.register
    place = register.next_place(sight)
    register.would_admit(sight, ticket, place)
    for check in call.exchange.checks.before_upload:
        check(sight, ticket.statement, place)


async def _open_content(call: Call, delivery: Delivery, jws: bytes) -> dict[str, object]:
    """Keep the ticket; what is held of the content (LAD-HTP-035)."""
    content, form = call.exchange.content, ContentForm.of(delivery)
    await _make_room(call, form)
    await call.exchange.in_thread(content.keep_ticket, form, jws)
    stored = content.open(form)
    base = urlsplit(call.exchange.api).path
    answer = {
        "content": f"{base}/content/{form.contract}/{form.sequence}/{form.root}",
        "chunks": form.chunks,
        "held": stored.held(),
        "manifest": stored.has_manifest(),
    }
    if delivery.sealed is None:
        return answer
    boxes = {role: stored.boxes.has(role, delivery.sealed.share(role).box) for role in ROLES}
    return answer | {"boxes": boxes}


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


async def _open_attachments(
    call: Call, statement: Statement[Act], named: Sequence[Attachment]
) -> dict[str, object]:
    """Keep the ticket, which a registered statement does not need; which attachments are held (LAD-HTP-035)."""
    store, issuer = call.exchange.attachments, statement.issuer
    if await call.exchange.read(lambda sight: sight.get(StatementRecord, statement.id)) is None:
        await _make_room_for_attachments(call, issuer, statement.id)
        await call.exchange.in_thread(store.keep_ticket, issuer, statement.id, statement.jws)
    held = [{"digest": part.digest, "held": store.holds(issuer, statement.id, part)} for part in named]
    return {"attachments": held}


async def _make_room_for_attachments(call: Call, issuer: Id, statement: Id) -> None:
    """Bound what waits for the statements of one participant; what was given up long ago makes room."""
    exchange = call.exchange
    statements = await exchange.in_thread(exchange.attachments.statements, issuer)
    others = [other for other in statements if other != statement]
    if len(others) < MAX_STATEMENTS:
        return

    def unregistered(sight: Sight) -> list[Id]:
        return [other for other in others if sight.get(StatementRecord, other) is None]

    waiting = await exchange.read(unregistered)
    gone = await exchange.in_thread(exchange.attachments.discard_given_up, issuer, waiting)
    # LAD-HTP-015
    if len(waiting) - gone >= MAX_STATEMENTS:
        raise refuse(
            "busy", f"the attachments of {MAX_STATEMENTS} statements wait already; register one of them"
        )
