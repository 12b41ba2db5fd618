"""Register a statement: store its bytes, send them, verify the log's proof, store that too."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from lading.acts.base import Act
from lading.client.ask import Answer, answer, ask, url
from lading.client.flow import Flow
from lading.client.outbox import UNSIGNED_AGE, Registration, Slot, Stored, Unsigned
from lading.client.session import Session
from lading.client.transport import Request
from lading.codes import LATER
from lading.errors import ApprovalRefused
from lading.http.media import STATEMENT
from lading.keys.signer import Ed25519Signer
from lading.problems import Refused
from lading.statement.envelope import encode, read_to_sign, signed, statement_id, to_sign
from lading.statement.words import Id, StatementId, format_time, parse_time

STALE: Final = frozenset({"issued-too-old", "stale-under"})
"""Refusals of bytes that would pass if they were signed anew."""
KEPT: Final = frozenset({"content-missing"})
"""Refusals that leave the bytes as good as they were: what is missing lies beside them."""
_AHEAD: Final = 300_000
"""How far a statement that waits may lie in the future, in milliseconds, by a clock that was set back since."""


class _Registered(Answer):
    id: StatementId
    index: int
    time: int
    proof: str


@dataclass(frozen=True, slots=True)
class Registered:
    """A statement of the caller's, and where the log has it: index, time (ms), tlog-proof."""

    jws: bytes
    registration: Registration

    @property
    def id(self) -> Id:
        """The statement's id."""
        return self.registration.id

    @property
    def index(self) -> int:
        """The index of its log entry."""
        return self.registration.index

    @property
    def time(self) -> int:
        """When it was registered, in milliseconds since the epoch."""
        return self.registration.time


def register(session: Session, slot: Slot, make: Callable[[], Act]) -> Flow[Registered]:
    """The slot's statement, registered; `make` is asked for the act only where the slot is empty.

    Bytes that an earlier attempt left behind are sent again as they are. Where they have become too old to be
    admitted, and only then, a new statement is signed. Raises `Refused`; a final refusal empties the slot. Raises
    `ApprovalPending` where somebody has to approve it first: called again, it goes on with the same bytes.
    """
    found = session.outbox.get(slot)
    try:
        return (yield from finish(session, slot, found or store(session, slot, make)))
    except Refused as refusal:
        if found is None or refusal.code not in STALE:
            raise
    return (yield from finish(session, slot, store(session, slot, make)))


def store(session: Session, slot: Slot, make: Callable[[], Act]) -> Stored:
    """The slot's statement, signed and stored durably where the slot was empty. Nothing is sent.

    Raises `ApprovalPending` and `ApprovalRefused` where the signer asks somebody.
    """
    signer = session.speaker.signer
    if isinstance(signer, Ed25519Signer):  # asks nobody, and answers at once
        return session.outbox.put(slot, lambda: encode(members_of(make()), signer))
    return session.outbox.put(slot, lambda: _signed(session, slot, make))


def waiting(session: Session, slot: Slot) -> Unsigned | None:
    """What waits in the slot for its signature and can still be signed as it is; nothing else is left there."""
    left = session.outbox.unsigned(slot)
    if left is None or _is_good(session, left):
        return left
    session.outbox.discard(slot)
    return None


def _signed(session: Session, slot: Slot, make: Callable[[], Act]) -> bytes:
    """The slot's statement, whose bytes are made and stored before the signer is asked."""
    outbox, signer = session.outbox, session.speaker.signer
    waiting(session, slot)
    left = outbox.prepare(slot, lambda: to_sign(members_of(make()), signer.thumbprint))
    held = outbox.get(slot)
    if held is not None:  # another process was faster: its statement stands, and this one is never signed
        return held.jws
    try:
        return signed(left.to_sign, signer)
    except ApprovalRefused:
        outbox.discard(slot)
        raise


def _is_good(session: Session, left: Unsigned) -> bool:
    """Whether the exchange would take what waits: by its key, as the latest of its chain, and by its age."""
    try:
        said = read_to_sign(left.to_sign)
        age = session.clock() - parse_time(str(said.members.get("issued_at")))
    except (Refused, ValueError):
        return False
    latest = said.members.get("under") == session.head or said.members.get("type") == "participant"
    return latest and said.kid == session.speaker.signer.thumbprint and -_AHEAD <= age <= UNSIGNED_AGE


def finish(session: Session, slot: Slot, stored: Stored) -> Flow[Registered]:
    """Send a stored statement, unless its registration is known, and store the verified registration."""
    if stored.registration is not None:
        return Registered(stored.jws, stored.registration)
    try:
        registration = yield from submit(session, stored.jws)
    except Refused as refusal:
        release(session, slot, stored, refusal)
        raise
    session.outbox.confirm(slot, stored, registration)
    return Registered(stored.jws, registration)


def release(session: Session, slot: Slot, stored: Stored, refusal: Refused) -> None:
    """Empty the slot where these bytes will never be admitted, so that the next attempt signs anew."""
    if refusal.retry != LATER and refusal.code not in KEPT:
        session.outbox.drop(slot, stored)


def submit(session: Session, jws: bytes) -> Flow[Registration]:
    """Send a statement; its registration, believed only under the log's own signature."""
    request = Request(
        "POST",
        url(session, "/statements"),
        headers={"Content-Type": STATEMENT},
        body=jws,
        limit=session.config.answer_bytes,
        seconds=session.config.answer_seconds,
    )
    response = yield from ask(session, request, 200, 201)
    said = answer(_Registered, response, request.url)
    registration = Registration(id=said.id, index=said.index, time=said.time, proof=said.proof)
    session.peer.check_registration(statement_id(jws), registration)
    if session.guest is not None:
        session.guest.known = True
    return registration


def common(session: Session) -> dict[str, Any]:
    """The members that every act of the caller shares, issued now."""
    return {
        "version": 1,
        "home": session.peer.exchange,
        "issuer": session.me,
        "under": session.head,
        "issued_at": format_time(session.clock()),
    }


def members_of(act: Act) -> dict[str, Any]:
    """The members of an act as they are signed: what is absent is left out."""
    return act.model_dump(exclude_none=True)
