"""What a participant says of itself: the first statement of its chain, and the one that changes its keys."""

from collections.abc import Sequence
from typing import Any

from lading.acts.participant import Key, Participant
from lading.client.identity import Identity
from lading.client.session import Session
from lading.errors import UsageProblem
from lading.keys.seal import SealKey
from lading.keys.signer import Signer
from lading.statement import base64url
from lading.statement.words import Id, Thumbprint, format_time

_OWN = frozenset({"name", "kind", "jurisdiction", "identifiers", "contact", "related"})


def first_statement(session: Session, identity: Identity) -> Participant:
    """The act that introduces an identity: who it is, its keys, and the promise of its next one."""
    about = identity.profile
    if about.next_key is None:
        hint = "Restore the identity's folder from a backup, or join again with a new key."
        raise UsageProblem(
            f"the identity {identity.name!r} joined a participant and lost its home", hint=hint
        )
    who = about.model_dump(include={"kind", "jurisdiction", "identifiers", "related"}, exclude_none=True)
    who["name"] = about.legal_name
    return _said(session, who, identity.signer, identity.seal_keys, about.next_key)


def successor(
    session: Session,
    before: Participant,
    previous: Id,
    signer: Signer,
    seal_keys: Sequence[SealKey],
    next_key: Thumbprint,
    others: Sequence[Key] = (),
    revoked: Sequence[Thumbprint] = (),
) -> Participant:
    """The act by which a participant goes on under other keys. All else that it says of itself stays.

    `others` are the keys of other persons, which it goes on to list; `revoked` are those that it revokes.
    """
    who = before.model_dump(include=set(_OWN), exclude_none=True)
    chain: dict[str, object] = {"issuer": session.me, "under": previous, "previous": previous}
    if revoked:
        chain["revoked"] = tuple(revoked)
    return _said(session, who | chain, signer, seal_keys, next_key, others)


def _said(
    session: Session,
    members: dict[str, Any],
    signer: Signer,
    seal_keys: Sequence[SealKey],
    next_key: Thumbprint,
    others: Sequence[Key] = (),
) -> Participant:
    """A participant statement that lists the signing key, those of other persons, and the newest seal key."""
    persons = (key.model_dump(exclude_none=True) for key in others)
    listed = (_signing(signer), *persons, *(_sealing(key) for key in seal_keys[:1]))
    common = {"version": 1, "type": "participant", "home": session.peer.exchange}
    when = {"issued_at": format_time(session.clock())}
    return Participant.model_validate(common | when | members | {"keys": listed, "next": (next_key,)})


def _signing(key: Signer) -> dict[str, object]:
    return {"jwk": {"crv": "Ed25519", "kty": "OKP", "x": _text(key.public)}, "use": "sign"}


def _sealing(key: SealKey) -> dict[str, object]:
    return {"use": "seal", "kem": "MLKEM768-X25519", "public": _text(key.public)}


def _text(data: bytes) -> str:
    return base64url.encode(data).decode("ascii")
