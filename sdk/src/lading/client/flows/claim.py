"""`claim`: say, and prove, that a sealed delivery does not open to what its provider signed."""

import os
from collections.abc import Mapping
from pathlib import Path

from lading.acts.attachment import Attachment, attachments_of
from lading.acts.claim import Claim as ClaimAct
from lading.client import files
from lading.client.ask import Answer, answer, ask, get
from lading.client.bulk.upload import announce, put
from lading.client.flow import Flow
from lading.client.flows.evidence import study
from lading.client.flows.fault import Released, find, proof, released
from lading.client.flows.issue import acknowledged_in, act_of, winner
from lading.client.flows.register import STALE, Registered, finish, release, store
from lading.client.outbox import Slot, Stored
from lading.client.peer import dishonest
from lading.client.results import Claimed, Named, id_of, statement_of
from lading.client.sealings import digest
from lading.client.session import Session
from lading.errors import UsageProblem
from lading.problems import Refused
from lading.statement import base64url
from lading.statement.words import Id, StatementId
from lading.transfer import claimfile
from lading.transfer.sealing import ProvableFault


class _Held(Answer):
    digest: StatementId
    held: bool


class _Place(Answer):
    """Which attachments the exchange holds."""

    attachments: tuple[_Held, ...]


def claim(
    session: Session,
    thing: Named,
    *,
    sealed: str | os.PathLike[str],
    arbiter: Named | None = None,
    out: str | os.PathLike[str] | None = None,
    share_to: str | os.PathLike[str] | None = None,
) -> Flow[Claimed]:
    """Claim that a sealed delivery is at fault, with the proof that anybody can check.

    `thing` is the delivery or its receipt, `sealed` the ciphertexts that `receive` kept when they did not open. They
    are searched for the first chunk that is provably at fault; its pieces are uploaded, and the claim is registered.
    The file `out` holds the claim with its evidence and pieces, for whoever is to judge it (`lading.judge`). Where the
    shares do not give the key that was signed, the consumer's share is sealed to the `arbiter`, a participant with a
    seal key; to the file `share_to` it is written in clear, for another judge: it opens the whole content.

    Claiming the same again returns the claim that is there. Raises `UsageProblem` where everything opens,
    `ContentMismatch` where the file is of other content, `Refused` where the dispute window is over.
    """
    case = yield from released(session, thing)
    fault = yield from find(session, case, Path(sealed))
    if fault is None:
        hint = f"Receive it: lading receive {case.delivery.id}."
        raise UsageProblem("every chunk opens to what the provider signed", hint=hint)
    named = None if arbiter is None else id_of(arbiter)
    key = yield from _claimed(session, case, fault, Path(sealed), named)
    evidence = yield from study(session, key)
    act = evidence.act(key, ClaimAct)
    pieces = yield from _pieces(session, key, act)
    if share_to is not None:
        _write(Path(share_to), base64url.encode(case.share) + b"\n", files.PRIVATE_FILE)
    target = None if out is None else Path(out).absolute()
    if target is not None:
        _write(target, claimfile.render(claimfile.claim_file(evidence.data, pieces)), files.SHARED_FILE)
    at = acknowledged_in(evidence, key)
    return Claimed(case.delivery, fault.ground, act.proven.index, at, evidence, target)


def _claimed(
    session: Session, case: Released, fault: ProvableFault, sealed: Path, arbiter: Id | None
) -> Flow[Id]:
    """The id of the registered claim, which may be one of an earlier call."""
    slot = Slot("claim", (case.release, fault.ground, str(fault.number)))
    stored = session.outbox.get(slot)
    if stored is not None and stored.registration is None and not _are_kept(session, stored):
        session.outbox.drop(slot, stored)
        stored = None
    try:
        if stored is not None:
            return (yield from _send(session, slot, stored)).id
    except Refused as refusal:
        if refusal.code not in STALE:
            return (yield from _claimed_before(session, refusal))
    members = {
        "statement": case.release,
        "ground": fault.ground,
        "proof": (yield from proof(session, case, fault, sealed, arbiter)),
    }
    try:
        return (yield from _send(session, slot, _store(session, slot, members))).id
    except Refused as refusal:
        return (yield from _claimed_before(session, refusal))


def _store(session: Session, slot: Slot, members: Mapping[str, object]) -> Stored:
    return store(session, slot, lambda: act_of(session, ClaimAct, members))


def _send(session: Session, slot: Slot, stored: Stored) -> Flow[Registered]:
    """Upload the attachments under the stored claim as the ticket, then register the same bytes."""
    if stored.registration is None:
        try:
            yield from _upload(session, stored)
        except Refused as refusal:
            release(session, slot, stored, refusal)
            raise
    return (yield from finish(session, slot, stored))


def _upload(session: Session, stored: Stored) -> Flow[None]:
    said = answer(_Place, (yield from announce(session, stored.jws)), "/content")
    there = {item.digest for item in said.attachments if item.held}
    for named in attachments_of(_act_of(stored)):
        if named.digest not in there:
            data = session.speaker.attachments.get(named.digest) or b""
            yield from ask(session, put(session, _path(stored.id, named), data), 204)


def _claimed_before(session: Session, refusal: Refused) -> Flow[Id]:
    """The caller's own claim of the same, made elsewhere; anything else stays refused."""
    won = (yield from winner(session, refusal, ClaimAct)) if refusal.code == "claim-taken" else None
    if won is None:
        raise refusal
    return won[1]


def _pieces(session: Session, key: Id, act: ClaimAct) -> Flow[list[bytes]]:
    """The attachments of a registered claim, from here or from the exchange."""
    pieces = []
    for named in attachments_of(act):
        data = session.speaker.attachments.get(named.digest)
        if data is None:
            data = (yield from ask(session, get(session, _path(key, named), bound=named.size + 1))).body
        if (len(data), digest(data)) != (named.size, named.digest):
            raise dishonest(f"the exchange answered with other bytes than those of {named.name}")
        pieces.append(data)
    return pieces


def _path(statement: Id, named: Attachment) -> str:
    return f"/attachments/{statement}/{named.digest}"


def _are_kept(session: Session, stored: Stored) -> bool:
    kept = session.speaker.attachments
    return all(kept.get(named.digest) is not None for named in attachments_of(_act_of(stored)))


def _act_of(stored: Stored) -> ClaimAct:
    act = statement_of(stored.jws).act
    if not isinstance(act, ClaimAct):
        raise UsageProblem(f"the outbox holds a {act.type} in the place of a claim", hint="Restore it.")
    return act


def _write(path: Path, data: bytes, mode: int) -> None:
    try:
        files.replace(path.absolute(), data, mode)
    except OSError as error:
        hint = "Name a file in a folder that exists and that you may write to."
        raise UsageProblem(f"cannot write {path}: {error.strerror}", hint=hint) from None
