"""`rotate`: go on under the next key, with a new seal key; and the changes of other persons' keys that go with it."""

import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from lading.acts.participant import Key, Participant
from lading.client import nextkey, rotation
from lading.client.ask import ask, get
from lading.client.flow import Flow
from lading.client.flows.evidence import study
from lading.client.flows.introduce import successor
from lading.client.flows.issue import acknowledged, acknowledged_in
from lading.client.flows.register import Registered, finish, store
from lading.client.identity import Identity
from lading.client.keychain import Keychain
from lading.client.results import Acknowledged, statement_of
from lading.client.rotation import Rotation
from lading.client.session import Session
from lading.codes import LATER
from lading.errors import UsageProblem
from lading.keys.seal import SealKey
from lading.keys.signer import Ed25519Signer
from lading.problems import Refused
from lading.statement.words import Thumbprint


@dataclass(frozen=True, slots=True)
class Change:
    """What a successor changes of other persons' keys: one that it lists from now on, one that it leaves out."""

    add: Key | None = None
    remove: Thumbprint | None = None
    revoke: bool = False

    def others(self, before: Participant, own: Thumbprint) -> tuple[Key, ...]:
        """The keys of other persons that the successor lists."""
        if (
            self.remove is not None
            and not self.revoke
            and self.remove not in {key.kid for key in before.signing}
        ):
            raise UsageProblem(f"the key {self.remove} is not listed", hint="See: lading identity keys list.")
        changed = {own, self.remove, None if self.add is None else self.add.kid}
        added = () if self.add is None else (self.add,)
        return (*(key for key in before.signing if key.kid not in changed), *added)

    @property
    def revoked(self) -> tuple[Thumbprint, ...]:
        """The keys that the successor revokes."""
        return (self.remove,) if self.remove is not None and self.revoke else ()

    def is_made(self, act: Participant) -> bool:
        """Whether a statement says this."""
        gone = self.remove is None or self.remove not in {key.kid for key in act.signing}
        return (
            (self.add is None or self.add in act.signing)
            and gone
            and set(self.revoked) <= set(act.revoked or ())
        )


NOTHING_ELSE: Final = Change()


def rotate(
    session: Session, *, next_key: str | os.PathLike[str], new_next_key: str | os.PathLike[str]
) -> Flow[Acknowledged]:
    """Replace the everyday key by the key in the file `next_key`, and the seal key by a new one.

    `new_next_key` is a path that does not exist yet; the key that can replace this one is written there, and belongs
    offline. What was signed before stays valid, and old seal keys are kept: what was sealed to them still opens.
    Keys of other persons, which `add_key` listed, stay listed.
    After an interruption call it again with the same files. Raises `UsageProblem` where `next_key` is not the key
    that the identity promised, `Refused` where the exchange knows of later keys.
    """
    return (yield from replace_keys(session, next_key, new_next_key, NOTHING_ELSE))


def replace_keys(
    session: Session, next_key: str | os.PathLike[str], new_next_key: str | os.PathLike[str], change: Change
) -> Flow[Acknowledged]:
    """As `rotate`, with a change of other persons' keys in the same statement."""
    identity = session.speaker
    if session.guest is not None and session.home is not None:
        hint = f"Connect to {session.home.api}; the news travels from there."
        raise UsageProblem("keys are changed at home", hint=hint)
    if identity.profile.next_key is None:
        hint = "Whoever holds its next key changes its keys."
        raise UsageProblem(f"{identity.name!r} joined a participant and holds no next key of it", hint=hint)
    promised = nextkey.read(next_key)
    if promised.thumbprint == identity.profile.key and _holds(new_next_key, identity.profile.next_key):
        evidence = yield from study(session, session.head)
        _check_made(change, evidence.act(session.head, Participant), new_next_key)
        return acknowledged_in(evidence, session.head)
    if promised.thumbprint != identity.profile.next_key:
        raise UsageProblem(
            f"{os.fspath(next_key)} does not hold the next key of {identity.name!r}",
            hint=f"Give the file of the key {identity.profile.next_key}.",
        )
    before = (yield from study(session, session.head)).act(session.head, Participant)
    pending = _resumed(session, new_next_key) or _begun(identity, session, promised, new_next_key)
    registered = yield from _register(session, before, pending, change)
    identity.adopt(pending, registered.id)
    act = statement_of(registered.jws).act
    if isinstance(act, Participant):
        _check_made(change, act, new_next_key)
    return acknowledged(registered, "participant")


def _check_made(change: Change, act: Participant, new_next_key: str | os.PathLike[str]) -> None:
    """`UsageProblem` where an earlier call, which this one finished, had begun with another change."""
    if not change.is_made(act):
        hint = f"Repeat it with --next-key {os.fspath(new_next_key)} and a new file for the new next key."
        raise UsageProblem("an earlier change of keys is registered, and this one is not", hint=hint)


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


def _register(session: Session, before: Participant, pending: Rotation, change: Change) -> Flow[Registered]:
    """Register the successor, signed by the key that it lists first and that the head promised."""
    identity = session.speaker
    keys = Keychain.parse(identity.lock.open(pending.box))
    others = change.others(before, identity.profile.key)
    following = Identity(identity.name, identity.folder, pending.profile, keys.signer)
    stored = store(
        replace(session, identity=following),
        pending.slot,
        lambda: successor(
            session,
            before,
            pending.previous,
            keys.signer,
            keys.sealing,
            pending.promise,
            others,
            change.revoked,
        ),
    )
    try:
        return (yield from finish(session, pending.slot, stored))
    except Refused as refusal:
        if refusal.retry != LATER:
            rotation.discard(identity.folder)
            refusal.hint = f"The key in {pending.next_key_file} was never registered; delete it."
        raise


def _holds(path: str | os.PathLike[str], key: Thumbprint | None) -> bool:
    try:
        return Path(path).is_file() and nextkey.read(path).thumbprint == key
    except UsageProblem:
        return False
