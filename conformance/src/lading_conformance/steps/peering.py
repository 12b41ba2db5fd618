"""What two exchanges show of each other: whom they follow, what they mirror, and the guests that they take in."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Final

from lading_conformance.drivers.answers import Answer, integer_of, objects_of, text_of
from lading_conformance.drivers.decoy import Decoy
from lading_conformance.drivers.party import Party
from lading_conformance.oracle import statement
from lading_conformance.oracle.canonical import Json
from lading_conformance.oracle.note import VerifierKey, parse_checkpoint
from lading_conformance.oracle.proof import Proof, entry, parse_proof
from lading_conformance.oracle.tree import leaf_hash
from lading_conformance.steps import expect
from lading_conformance.trial.outcome import Blocked, Failed
from lading_conformance.trial.session import Session

NOTICE: Final = 10.0
"""Seconds within which an exchange has to know whom its operator lets it follow."""
FORWARDED: Final = "Lading-Forwarded"
_ALWAYS: Final = frozenset({"id", "api", "origin", "state", "size", "guests"})
_PERHAPS: Final = frozenset({"checkpoint", "seen_at", "split"})
_STATES: Final = frozenset({"following", "silent", "split"})

Peer = dict[str, Json]


def other(session: Session) -> Session:
    """Return the session with the second exchange."""
    if session.peer is None:
        raise Blocked("there is no second exchange")
    return session.peer


def peers(session: Session) -> list[Peer]:
    """Return whom an exchange follows, or fail: the answer is exactly that of LAD-FED-001."""
    answer = expect.media_type(expect.status(session.exchange.get("/peers"), 200), expect.JSON)
    members = answer.members()
    if set(members) != {"peers"}:
        raise Failed(f"the answer has the members {', '.join(sorted(members))} instead of `peers`")
    found = objects_of(members, "peers")
    for peer in found:
        _check_form(peer)
    ids = [text_of(peer, "id") for peer in found]
    if any(one >= next_ for one, next_ in pairwise(ids)):
        raise Failed("the peers do not stand in the order of their ids, each once")
    return found


def peer(session: Session, exchange: str) -> Peer:
    """Return what an exchange shows of one peer, or fail."""
    return expect.in_time(
        session, NOTICE, lambda: _peer(session, exchange), f"{exchange} was not among the peers"
    )


def follows(session: Session, followed: Session) -> Peer:
    """Return what `session` shows of a peer whose newest checkpoint it has, as that exchange signed it."""
    size = followed.checkpoint_size()

    def caught_up() -> Peer | None:
        found = peer(session, followed.facts.id)
        return found if integer_of(found, "size") >= size else None

    found = expect.in_time(
        session, session.subject.news_seconds, caught_up, f"the peer was not followed to size {size}"
    )
    checkpoint = parse_checkpoint(text_of(found, "checkpoint"))
    followed.seen(checkpoint)
    if (checkpoint.size, found.get("state")) != (found["size"], "following"):
        raise Failed(f"the peer is {found.get('state')!r}, its checkpoint of size {checkpoint.size}")
    return found


def found(session: Session, listing: str, words: str) -> dict[str, Json] | None:
    """Return the result of a search that is a listing, or None where it is not found."""
    answer = expect.status(session.exchange.listings(q=words), 200)
    results = objects_of(answer.members(), "listings")
    return next((result for result in results if result.get("id") == listing), None)


def mirrored(session: Session, listing: str, words: str) -> dict[str, Json]:
    """Return the result of a search at an exchange that mirrors a listing, once the news is there."""
    return expect.in_time(
        session,
        session.subject.news_seconds,
        lambda: found(session, listing, words),
        "the listing was not found there",
    )


def proven(text: str, key: VerifierKey, jws: bytes) -> Proof:
    """Return the proof that a statement stands in the log of another exchange's key."""
    proof = parse_proof(text)
    proof.verify(key, leaf_hash(entry(expect.time_of(proof), statement.digest(jws))))
    return proof


def abroad(party: Party, session: Session) -> Party:
    """Return a participant of another exchange as it speaks at this one."""
    return replace(party, home=session.facts.id)


def abroad_of(party: Party, exchange: str) -> Party:
    """Return a participant as it speaks at the exchange of an id."""
    return replace(party, home=exchange)


def send(session: Session, jws: bytes, **headers: str) -> Answer:
    """Post a statement with header fields, whose names have `_` for `-`."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return session.exchange.http.request(
        "POST", "/statements", body=jws, headers={"Content-Type": statement.MEDIA_TYPE, **named}
    )


def follow(session: Session, decoy: Decoy) -> None:
    """Let the exchange follow a decoy. Raises `Blocked` where that does not work."""
    session.operate("follow", url=decoy.api, exchange=decoy.id, vkey=decoy.vkey.text)


def caught_up(session: Session, decoy: Decoy) -> Peer:
    """Return what an exchange shows of a decoy that it follows to its newest entry."""
    size = len(decoy.entries)

    def seen() -> Peer | None:
        now = _peer(session, decoy.id)
        return now if now is not None and integer_of(now, "size") >= size else None

    return expect.in_time(
        session, session.subject.news_seconds, seen, f"the peer was not followed to size {size}"
    )


def _peer(session: Session, exchange: str) -> Peer | None:
    return next((found for found in peers(session) if found["id"] == exchange), None)


def _check_form(peer: Peer) -> None:
    names = set(peer)
    if not names >= _ALWAYS or names - _ALWAYS - _PERHAPS:
        raise Failed(f"a peer has the members {', '.join(sorted(names))}")
    for name in ("id", "api", "origin"):
        text_of(peer, name)
    integer_of(peer, "size")
    if peer["state"] not in _STATES or not isinstance(peer["guests"], bool):
        raise Failed(f"a peer's `state` is {peer['state']!r}, its `guests` {peer['guests']!r}")
    if ("split" in peer) != (peer["state"] == "split"):
        raise Failed("a peer holds `split` without being split, or the reverse")
    if peer["size"] and not {"checkpoint", "seen_at"} <= names:
        raise Failed("a peer of which something was verified has no `checkpoint` or no `seen_at`")
