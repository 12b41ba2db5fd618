"""Who asks: the participant that signed a request, by the profile of `lading.http.signature`."""

import time
from typing import Final

from starlette.requests import Request

from lading.acts.base import View
from lading.acts.records import ParticipantRecord, VersionRecord
from lading.http.signature import (
    RequestParts,
    SignatureClaim,
    check_created,
    parse_signature,
    verify_request,
)
from lading.problems import refuse
from lading.statement import base64url
from lading.statement.words import Id
from lading_server.exchange import Exchange
from lading_server.request import has_body, raw_path
from lading_server.sight import Caller

NOBODY: Final = Caller(None)


async def caller_of(exchange: Exchange, request: Request, *, needed: bool) -> Caller:
    """Who signed the request; `NOBODY` where it carries no signature and none is `needed`.

    Raises `Refused` at the first check that fails: form, authority, time, key, signature, nonce.
    """
    said, signature = request.headers.get("signature-input"), request.headers.get("signature")
    if said is None and signature is None and not needed:
        return NOBODY
    participant = await _verified(exchange, request, said, signature)
    return Caller(participant, is_exchange=participant == exchange.id)


async def _verified(exchange: Exchange, request: Request, said: str | None, signature: str | None) -> Id:
    claim = parse_signature(said, signature, with_body=has_body(request))
    parts = _parts(request)
    # LAD-HTP-011
    if parts.authority != exchange.authority:
        raise refuse("wrong-authority", f"this exchange is {exchange.authority}")
    check_created(claim, now=time.time(), started=exchange.nonces.started)
    await exchange.read(lambda snapshot: verify_request(parts, claim, _public_key(snapshot, claim)))
    exchange.nonces.use(claim.participant, claim.nonce, time.time())
    return claim.participant


def _parts(request: Request) -> RequestParts:
    """The request as it came over the wire."""
    return RequestParts(
        method=request.method,
        authority=request.headers.get("host", "").lower(),
        path=raw_path(request).decode("ascii"),
        query="?" + request.scope["query_string"].decode("latin-1"),
        content_digest=request.headers.get("content-digest") if has_body(request) else None,
    )


def _public_key(view: View, claim: SignatureClaim) -> bytes:
    """The key that the claim names, if the participant's latest statement lists it; a revoked key cannot be listed."""
    participant = view.get(ParticipantRecord, claim.participant)
    version = None if participant is None else view.get(VersionRecord, participant.head)
    if version is not None:
        for key in version.keys:
            if key.kid == claim.kid:
                return base64url.decode(key.x.encode())
    # LAD-HTP-007
    raise refuse("bad-request-signature", "keyid names no key of a participant's latest statement")
