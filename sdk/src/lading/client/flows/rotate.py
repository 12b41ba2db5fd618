"""`rotate`: go on under the next key, with a new seal key."""

import os
from dataclasses import replace
from pathlib import Path

from lading.acts.participant import Participant
from lading.client import nextkey, rotation
from lading.client.ask import ask, get
from lading.client.flow import Flow
from lading.client.flows.evidence import study
from lading.client.flows.introduce import successor
from lading.client.flows.issue import acknowledged, acknowledged_in
from lading.client.flows.register import Registered, finish, store
from lading.client.identity import Identity
from lading.client.keychain import Keychain
from lading.client.results import Acknowledged
from lading.client.rotation import Rotation
from lading.client.session import Session
from lading.codes import LATER
from lading.errors import UsageProblem
from lading.keys.seal import SealKey
from lading.keys.signer import Ed25519Signer
from lading.problems import Refused
from lading.statement.words import Thumbprint


def rotate(
    session: Session, *, next_key: str | os.PathLike[str], new_next_key: str | os.PathLike[str]
) -> Flow[Acknowledged]:
    """Replace the everyday key by the key in the file `next_key`, and the seal key by a new one.

    `new_next_key` is a path that does not exist yet; the key that can replace this one is written there, and belongs
    offline. What was signed before stays valid, and old seal keys are kept: what was sealed to them still opens.
    After an interruption call it again with the same files. Raises `UsageProblem` where `next_key` is not the key
    that the identity promised, `Refused` where the exchange knows of later keys.
    """
    identity = session.speaker
    promised = nextkey.read(next_key)
    if promised.thumbprint == identity.profile.key and _holds(new_next_key, identity.profile.next_key):
        return acknowledged_in((yield from study(session, session.head)), session.head)
    if promised.thumbprint != identity.profile.next_key:
        raise UsageProblem(
            f"{os.fspath(next_key)} does not hold the next key of {identity.name!r}",
            hint=f"Give the file of the key {identity.profile.next_key}.",
        )
    before = (yield from study(session, session.head)).act(session.head, Participant)
    pending = _resumed(session, new_next_key) or _begun(identity, session, promised, new_next_key)
    registered = yield from _register(session, before, pending)
    identity.adopt(pending, registered.id)
    return acknowledged(registered, "participant")


def recover(session: Session) -> Flow[None]:
    """Adopt the keys of a rotation that was registered without its caller's learning of it."""
    identity = session.speaker
    pending = rotation.load(identity.folder)
    stored = None if pending is None else identity.outbox.get(pending.slot)
    if pending is None or stored is None:
        return
    # Unsigned: which of the two keys the exchange knows is the very question.
    anybody = replace(session, identity=None, home=None)
    try:
        yield from ask(anybody, get(anybody, f"/statements/{stored.id}"))
    except Refused as refusal:
        if refusal.code != "not-found":
            raise
        return
    registered = yield from finish(session, pending.slot, stored)
    identity.adopt(pending, registered.id)


def _resumed(session: Session, new_next_key: str | os.PathLike[str]) -> Rotation | None:
    """The rotation that an earlier call began, if it can go on; None where a new one takes its place."""
    pending = rotation.load(session.speaker.folder)
    if pending is None or pending.previous != session.head:
        return None
    if _holds(new_next_key, pending.profile.next_key):
        return pending
    if session.outbox.get(pending.slot) is None:
        return None  # nothing was signed yet, and the key that it would promise is not at hand
    hint = f"Give the file that it wrote its next key to: {pending.next_key_file}."
    raise UsageProblem("another rotation of these keys is under way", hint=hint)


def _begun(
    identity: Identity, session: Session, promised: Ed25519Signer, new_next_key: str | os.PathLike[str]
) -> Rotation:
    """New keys, durable before anything is signed: first here, encrypted, then the next key at its place."""
    target = Path(new_next_key).absolute()
    if target.exists():
        hint = "Name a file that does not exist yet: a next key is never overwritten."
        raise UsageProblem(f"{target} exists", hint=hint)
    # LAD-SEA-015: old seal keys are kept
    keys, spare = Keychain(promised, (SealKey.generate(), *identity.seal_keys)), Ed25519Signer.generate()
    about = {"key": promised.thumbprint, "next_key": spare.thumbprint, "seal_key": keys.sealing[0].kid}
    pending = Rotation(
        previous=session.head,
        profile=identity.profile.model_copy(update=about),
        box=identity.lock.close(keys.seeds),
        next_key_file=str(target),
    )
    rotation.save(identity.folder, pending)
    nextkey.write(target, spare, name=identity.name, legal_name=identity.profile.legal_name)
    return pending


def _register(session: Session, before: Participant, pending: Rotation) -> Flow[Registered]:
    """Register the successor, signed by the key that it lists first and that the head promised."""
    identity = session.speaker
    keys = Keychain.parse(identity.lock.open(pending.box))
    promise = pending.profile.next_key
    following = Identity(identity.name, identity.folder, pending.profile, keys.signer)
    stored = store(
        replace(session, identity=following),
        pending.slot,
        lambda: successor(session, before, pending.previous, keys.signer, keys.sealing, promise),
    )
    try:
        return (yield from finish(session, pending.slot, stored))
    except Refused as refusal:
        if refusal.retry != LATER:
            rotation.discard(identity.folder)
            refusal.hint = f"The key in {pending.next_key_file} was never registered; delete it."
        raise


def _holds(path: str | os.PathLike[str], key: Thumbprint) -> bool:
    try:
        return Path(path).is_file() and nextkey.read(path).thumbprint == key
    except UsageProblem:
        return False
