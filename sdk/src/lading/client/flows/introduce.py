"""What a participant says of itself: the first statement of its chain, and the one that changes its keys."""

from collections.abc import Sequence
from typing import Any

from lading.acts.participant import Participant
from lading.client.identity import Identity
from lading.client.session import Session
from lading.keys.seal import SealKey
from lading.keys.signer import Signer
from lading.statement import base64url
from lading.statement.words import Id, Thumbprint, format_time

_OWN = frozenset({"name", "kind", "jurisdiction", "identifiers", "contact"})


def first_statement(session: Session, identity: Identity) -> Participant:
    """The act that introduces an identity: who it is, its keys, and the promise of its next one."""
    about = identity.profile
    who = {"name": about.legal_name, "kind": about.kind, "jurisdiction": about.jurisdiction}
    return _said(session, who, identity.signer, identity.seal_keys, about.next_key)


def successor(
    session: Session,
    before: Participant,
    previous: Id,
    signer: Signer,
    seal_keys: Sequence[SealKey],
    next_key: Thumbprint,
) -> Participant:
    """The act by which a participant goes on under other keys. All else that it says of itself stays."""
    who = before.model_dump(include=set(_OWN), exclude_none=True)
    chain = {"issuer": session.me, "under": previous, "previous": previous}
    return _said(session, who | chain, signer, seal_keys, next_key)


def _said(
    session: Session,
    members: dict[str, Any],
    signer: Signer,
    seal_keys: Sequence[SealKey],
    next_key: Thumbprint,
) -> Participant:
    """A participant statement that lists the signing key and the newest seal key."""
    listed = (_signing(signer), *(_sealing(key) for key in seal_keys[:1]))
    common = {"version": 1, "type": "participant", "home": session.peer.exchange}
    when = {"issued_at": format_time(session.clock())}
    return Participant.model_validate(common | when | members | {"keys": listed, "next": (next_key,)})


def _signing(key: Signer) -> dict[str, object]:
    return {"jwk": {"crv": "Ed25519", "kty": "OKP", "x": _text(key.public)}, "use": "sign"}


def _sealing(key: SealKey) -> dict[str, object]:
    return {"use": "seal", "kem": "MLKEM768-X25519", "public": _text(key.public)}


def _text(data: bytes) -> str:
    return base64url.encode(data).decode("ascii")
