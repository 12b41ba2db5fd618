"""What the verbs beside a trade have in common: one statement, its documents, one answer."""

from collections.abc import Collection, Mapping, Sequence

from lading.acts.attachment import Attachment, attachments_of
from lading.acts.base import Act, Statement
from lading.client.ask import ask
from lading.client.bulk.upload import put
from lading.client.flow import Flow
from lading.client.flows.documents import announced
from lading.client.flows.evidence import proof
from lading.client.flows.issue import acknowledged, acknowledged_in, act_of, forget_unless, issue, winner
from lading.client.flows.register import Registered, finish
from lading.client.flows.state import state, statement
from lading.client.outbox import Slot
from lading.client.peer import dishonest
from lading.client.results import Acknowledged, statement_of
from lading.client.session import Session
from lading.errors import NotUnderstood
from lading.keys import ed25519
from lading.problems import Refused
from lading.statement import canonical
from lading.statement.envelope import decode
from lading.statement.words import Id, parse_time


def say(
    session: Session,
    kind: type[Act],
    members: Mapping[str, object],
    *,
    moving: Collection[str] = (),
    words: Sequence[str] = (),
    alive: Collection[str] | None = None,
    ends: str | None = None,
) -> Flow[Acknowledged]:
    """Register one statement of the caller's, and send the documents that it names.

    Saying the same once more returns the statement that is there, also where it was said from another machine and the
    exchange names it as the holder of the slot. The same are the same members, without those `moving` with the clock,
    for which `words` stand. A statement that has left the states `alive`, or whose member `ends` has passed, is said
    anew. Raises `Refused`, `UsageProblem`.
    """
    given = {name for name, value in members.items() if value is not None} - set(moving)
    wire = act_of(session, kind, members).model_dump(exclude_none=True)
    fixed = {name: wire[name] for name in given}
    name = kind.__name__.lower()
    slot = Slot(name, (session.peer.exchange, canonical.dumps(_listed(fixed)).decode(), *words))
    if alive is not None:
        yield from forget_unless(session, slot, alive)
    if ends is not None:
        _forget_ended(session, slot, ends)
    try:
        registered = yield from _registered(session, slot, kind, members)
    except Refused as refusal:
        before = yield from _said_before(session, refusal, kind)
        if before is None or not _is_same(before[0].act, fixed):
            raise
        if alive is not None and (yield from state(session, before[0].id)).name not in alive:
            raise
        yield from _send(session, before[0])
        return before[1]
    yield from _send(session, statement_of(registered.jws))
    return acknowledged(registered, name)


def _registered(
    session: Session, slot: Slot, kind: type[Act], members: Mapping[str, object]
) -> Flow[Registered]:
    """Register it; where the exchange wants to hold the documents first, send them under the signed statement."""
    try:
        return (yield from issue(session, slot, kind, members))
    except Refused as refusal:
        stored = session.outbox.get(slot)
        if refusal.code != "content-missing" or stored is None:
            raise
    yield from _send(session, statement_of(stored.jws))
    return (yield from finish(session, slot, stored))


def _said_before(
    session: Session, refusal: Refused, kind: type[Act]
) -> Flow[tuple[Statement[Act], Acknowledged] | None]:
    """The caller's own statement that holds the slot, and its place; None where it is somebody else's, or another act.

    Where the caller may not read all that its statement is about, like an arbiter, no evidence suffices. Then it has to
    be signed by the key that signs now, and the log to vouch for it.
    """
    try:
        won = yield from winner(session, refusal, kind)
        return None if won is None else (won[0].filed(won[1]).statement, acknowledged_in(*won))
    except NotUnderstood:
        key = Id(refusal.winner or "")
    said = yield from statement(session, key)
    envelope, signer = decode(said.jws), session.speaker.signer
    if said.issuer != session.me or not isinstance(said.act, kind) or said.kid != signer.thumbprint:
        return None
    try:
        ed25519.verify(signer.public, envelope.signing_input, envelope.signature)
    except Refused:
        raise dishonest(f"the exchange says that {key} is yours, and you did not sign it") from None
    place = session.peer.check_proof(key, (yield from proof(session, key)))
    return said, Acknowledged(key, said.act.type, place.index, place.time)


def _send(session: Session, said: Statement[Act]) -> Flow[None]:
    """Send the statement's documents that are kept here and that the exchange does not hold yet."""
    kept = session.speaker.attachments
    here = [named for named in attachments_of(said.act) if named.size and kept.get(named.digest)]
    if not here:
        return
    there = yield from announced(session, said.jws)
    for named in here:
        if named.digest not in there:
            yield from ask(session, put(session, path_of(said.id, named), kept.get(named.digest) or b""), 204)


def path_of(statement: Id, named: Attachment) -> str:
    """Where a document of a statement lies at its exchange."""
    return f"/attachments/{statement}/{named.digest}"


def _is_same(act: Act, fixed: Mapping[str, object]) -> bool:
    """Whether an act says these members; others may differ."""
    wire = act.model_dump(exclude_none=True)
    return canonical.dumps(_listed({name: wire.get(name) for name in fixed})) == canonical.dumps(
        _listed(fixed)
    )


def _forget_ended(session: Session, slot: Slot, ends: str) -> None:
    """Empty a slot whose statement held until a moment that has passed."""
    stored = session.outbox.get(slot)
    if stored is None:
        return
    until = getattr(statement_of(stored.jws).act, ends, None)
    if until is not None and session.clock() > parse_time(until):
        session.outbox.drop(slot, stored)


def _listed(value: object) -> object:
    """A member as canonical JSON takes it."""
    if isinstance(value, Mapping):
        return {name: _listed(part) for name, part in value.items()}
    return [_listed(part) for part in value] if isinstance(value, list | tuple) else value
