"""Several keys for one participant: list them, add another person's, leave one out, and go on under a change."""

import os
from collections.abc import Sequence
from dataclasses import replace

from pydantic import ValidationError

from lading.acts.participant import Key
from lading.client.flow import Flow
from lading.client.flows.latest import latest
from lading.client.flows.rotate import Change, replace_keys
from lading.client.invite import KeyFile
from lading.client.results import Acknowledged
from lading.client.session import Session
from lading.client.terms import malformed
from lading.errors import UsageProblem
from lading.statement.words import Money, Thumbprint

File = str | os.PathLike[str]


def list_keys(session: Session) -> Flow[tuple[Key, ...]]:
    """The signing keys that the caller's participant lists now; the one that changed them last comes first."""
    _, act = yield from latest(session, session.me)
    return act.signing


def add_key(
    session: Session,
    key: KeyFile,
    *,
    next_key: File,
    new_next_key: File,
    may: Sequence[str] = (),
    limit: str | Money | None = None,
) -> Flow[Acknowledged]:
    """List another person's key beside the caller's own, for the acts `may` (none: all) and amounts up to `limit`.

    A change of keys is signed by the next key, which becomes the caller's everyday key: what `rotate` says of the two
    files, of the seal key and of interruptions holds here. A key that is listed already gets the new `may` and
    `limit`. Raises `UsageProblem` where the key was made for another participant, or is the caller's own.
    """
    if key.participant != session.me:
        hint = "The second person has to join with an invite of this identity's."
        raise UsageProblem(f"this key was made for {key.participant}", hint=hint)
    if key.thumbprint in (session.speaker.profile.key, session.speaker.profile.next_key):
        raise UsageProblem("this is a key of the identity's own", hint="Give the key file of another person.")
    listed = _key(key, may, limit)
    return (yield from replace_keys(session, next_key, new_next_key, Change(add=listed)))


def remove_key(
    session: Session, key: Thumbprint, *, next_key: File, new_next_key: File, revoke: bool = False
) -> Flow[Acknowledged]:
    """List a person's key no longer, so that it signs nothing from now on.

    With `revoke` nobody is to rely any more on what it signed and what is still open: offers, listings. Contracts and
    deliveries that are registered stay as they are. The files are those of `rotate`.
    """
    change = Change(remove=key, revoke=revoke)
    return (yield from replace_keys(session, next_key, new_next_key, change))


def follow(session: Session) -> Flow[None]:
    """Learn of changes of keys that were made elsewhere: who joined a participant does not make them.

    Raises `UsageProblem` where the participant does not list the caller's key.
    """
    identity = session.speaker
    if identity.profile.next_key is not None:
        return
    # Unsigned: whether the exchange knows this key is the very question.
    head, act = yield from latest(replace(session, identity=None, home=None), session.me)
    if identity.signer.thumbprint not in {key.kid for key in act.signing}:
        what = f"{act.name} does not list the key of {identity.name!r} (or no longer)"
        hint = f"Whoever manages its keys adds it: lading identity keys add. The key: {identity.profile.key}"
        raise UsageProblem(what, hint=hint)
    identity.follow(head)


def _key(key: KeyFile, may: Sequence[str], limit: str | Money | None) -> Key:
    jwk = {"crv": "Ed25519", "kty": "OKP", "x": key.x}
    amount = Money.of(limit) if isinstance(limit, str) else limit
    members = {"jwk": jwk, "use": "sign", "may": tuple(may) or None, "limit": amount}
    try:
        return Key.model_validate({name: value for name, value in members.items() if value is not None})
    except ValidationError as error:
        raise malformed("members of the key", error) from None
