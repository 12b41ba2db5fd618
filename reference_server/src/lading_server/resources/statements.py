"""`/statements`: register statements, and read them, their proofs and their evidence."""

from starlette.responses import Response

from lading.evidence.build import build
from lading.http import media
from lading.problems import Refused, refuse
from lading_server.eyes import Eyes
from lading_server.mirror import Mirrored
from lading_server.problems import gone, not_found, problem
from lading_server.rendering import FOREVER, NOT_KEPT, answer_bytes, answer_json
from lading_server.request import announced, read_body
from lading_server.resource import Call
from lading_server.sight import StoredStatement
from lading_server.writer import Answer, Registration


async def register(call: Call) -> Response:
    """`POST /statements`: one statement; 201 where this request registered it, 200 where an earlier one
    did.
    """
    jws = await read_statement(call)
    peer = call.exchange.forward.peer_of(call.request, jws)
    if peer is not None:
        return await call.exchange.forward.send(call.exchange.abroad, peer, jws)
    (answer,) = await call.exchange.guests.register([jws])
    if isinstance(answer, Refused):
        raise answer
    return answer_json(_registration(answer), 201 if answer.new else 200)


async def register_batch(call: Call) -> Response:
    """`POST /statements/batch`: several statements, each judged with the earlier ones in effect."""
    limit = media.BATCH_BYTES
    with call.exchange.bodies.taken(2 * announced(call.request, limit), call.caller):
        body = await read_body(call.request, media.BATCH, limit)
        answers = await call.exchange.guests.register(_lines(body))
    return answer_json({"results": [_result(answer) for answer in answers]})


async def read(call: Call) -> Response:
    """`GET /statements/{id}`: the bytes."""
    stored = await call.look("statement", lambda eyes: _own_or_mirrored(call, eyes))
    if stored.jws is None:
        raise gone()
    public = isinstance(stored, Mirrored) or stored.public
    return answer_bytes(stored.jws, media.STATEMENT, FOREVER if public else NOT_KEPT)


async def evidence(call: Call) -> Response:
    """`GET /statements/{id}/evidence`: what proves the statement, without what the caller may not read."""

    def ask(eyes: Eyes) -> bytes:
        subject = _visible(call, eyes).id
        return build(eyes.sight, subject, lambda key: eyes.statement(key) is not None)

    return answer_bytes(await call.look("evidence", ask), media.EVIDENCE)


async def proof(call: Call) -> Response:
    """`GET /statements/{id}/proof`: a tlog-proof file."""

    def ask(eyes: Eyes) -> str:
        found = _own_or_mirrored(call, eyes)
        if isinstance(found, StoredStatement):
            return call.exchange.register.proof(eyes.sight, found.index).text
        with call.exchange.mirror.read() as glance:
            return glance.proof(found)

    return answer_bytes((await call.look("proof", ask)).encode(), media.TEXT)


async def read_statement(call: Call) -> bytes:
    """A body that is one statement; LAD-STM-002 is the answer to a larger one."""
    try:
        return await read_body(call.request, media.STATEMENT, media.STATEMENT_BYTES)
    except Refused as refused:
        # LAD-STM-002
        if refused.code == "body-too-large":
            raise refuse("too-large", f"a statement has at most {media.STATEMENT_BYTES} bytes") from None
        raise


def _lines(body: bytes) -> list[bytes]:
    lines = body.removesuffix(b"\n").split(b"\n")
    # LAD-HTP-004
    if not all(lines):
        raise refuse("bad-request", "a batch is lines of one statement each, and no line is empty")
    # LAD-HTP-013
    if len(lines) > media.BATCH_STATEMENTS:
        raise refuse("batch-too-large", f"{len(lines)} statements; at most {media.BATCH_STATEMENTS}")
    return lines


def _result(answer: Answer) -> dict[str, object]:
    """LAD-HTP-026: one line's answer."""
    if isinstance(answer, Refused):
        return {"status": answer.status, "problem": problem(answer)}
    return {"status": 201 if answer.new else 200, "registration": _registration(answer)}


def _registration(answer: Registration) -> dict[str, object]:
    """LAD-HTP-025."""
    return {"id": answer.id, "index": answer.index, "time": answer.time, "proof": answer.proof}


def _own_or_mirrored(call: Call, eyes: Eyes) -> StoredStatement | Mirrored:
    """LAD-FED-003: the own statement, or a public one of a peer."""
    stored = eyes.statement(call.id)
    if stored is not None:
        return stored
    found = None
    if call.exchange.following.peers:
        with call.exchange.mirror.read() as glance:
            found = glance.statement(call.id)
    # LAD-HTP-010
    if found is None:
        raise not_found()
    return found


def _visible(call: Call, eyes: Eyes) -> StoredStatement:
    stored = eyes.statement(call.id)
    # LAD-HTP-010
    if stored is None:
        raise not_found()
    return stored
