"""Judgements that many cases make. Each returns what it found or raises one of `outcome.FAULTS`."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeVar

from lading_conformance.drivers.answers import Answer, integer_of, object_of, objects_of, text_of
from lading_conformance.drivers.party import Party
from lading_conformance.oracle import base64url, keys, statement, tree
from lading_conformance.oracle.canonical import Json
from lading_conformance.oracle.http_signature import Signer
from lading_conformance.oracle.proof import Proof, entry, parse_proof
from lading_conformance.oracle.statement import Statement
from lading_conformance.requirements import codes
from lading_conformance.trial.outcome import OVER, Blocked, Failed
from lading_conformance.trial.session import Session

JSON: Final = "application/json"
PROBLEM: Final = "application/problem+json"
EXCERPT: Final = 200
"""How many characters of a subject's own words stand in a failure."""
PAUSE_SECONDS: Final = 0.1
"""How long the suite rests between two questions while it waits for something."""
VARYING: Final = frozenset({"date", "connection", "keep-alive"})
"""Headers that may differ between two answers that have to be the same."""
PROBLEM_MEMBERS: Final = frozenset(
    {"title", "status", "code", "requirement", "retry", "detail", "pointer", "winner"}
)

Found = TypeVar("Found")


@dataclass(frozen=True)
class Registration:
    """What the exchange answered to a statement, its proof verified. `time` is in milliseconds since 1970."""

    id: str
    index: int
    time: int
    proof: Proof


def status(answer: Answer, *wanted: int) -> Answer:
    """Return the answer if its status is one of `wanted`."""
    if answer.status not in wanted:
        expected = " or ".join(map(str, wanted))
        raise Failed(f"status {answer.status} instead of {expected}{_said(answer)}")
    return answer


def media_type(answer: Answer, wanted: str) -> Answer:
    """Return the answer if it is of this media type, whatever the parameters."""
    if answer.media_type != wanted:
        raise Failed(f"media type {answer.media_type!r} instead of {wanted!r}")
    return answer


def registered(session: Session, jws: bytes, answer: Answer, wanted: int = 201) -> Registration:
    """Return the registration that the answer proves: right id, and time and index bound by a proof."""
    return registration(session, jws, media_type(status(answer, wanted), JSON).members())


def registration(session: Session, jws: bytes, members: dict[str, Json]) -> Registration:
    """Return the registration that an object of LAD-HTP-025 proves."""
    if text_of(members, "id") != statement.statement_id(jws):
        raise Failed("`id` is not the SHA-256 of the statement that was sent")
    index, time = integer_of(members, "index"), integer_of(members, "time")
    proof = proven(session, jws, index, time, text_of(members, "proof"))
    return Registration(statement.statement_id(jws), index, time, proof)


def batched(session: Session, jws: bytes, result: dict[str, Json], wanted: int) -> Registration:
    """Return the registration in one result of a batch."""
    if integer_of(result, "status") != wanted:
        raise Failed(f"a result of the batch has status {result['status']} instead of {wanted}")
    return registration(session, jws, object_of(result, "registration"))


def proven(session: Session, jws: bytes, index: int, time: int, text: str) -> Proof:
    """Return the proof that the statement stands at that index and time, under the log's own key."""
    proof = parse_proof(text)
    if proof.index != index:
        raise Failed(f"the proof is about index {proof.index}, the answer about {index}")
    # LAD-LOG-011
    if time_of(proof) != time:
        raise Failed(f"the proof's extra line says {time_of(proof)}, the answer {time}")
    proof.verify(session.facts.log_key, tree.leaf_hash(entry(time, statement.digest(jws))))
    session.seen(proof.checkpoint)
    return proof


def time_of(proof: Proof) -> int:
    """Return the registration time that a proof carries (LAD-LOG-011)."""
    if proof.extra is None or len(proof.extra) != 8:
        raise Failed("the proof has no extra line of eight bytes")
    return int.from_bytes(proof.extra, "big")


def requirement(code: str) -> str:
    """Return the requirement that a refusal with this code names."""
    return codes()[code].requirement


def problem(answer: Answer, code: str) -> None:
    """Fail unless the answer is the problem of this code, with its status, requirement and retry advice."""
    status(answer, codes()[code].status)
    problem_members(media_type(answer, PROBLEM).members(), code)


def problem_members(members: dict[str, Json], code: str) -> None:
    """Fail unless the object is the problem of this code, and has no other members than a problem has."""
    if (wanted := codes().get(code)) is None:
        raise Failed(f"the code {code[:EXCERPT]!r} is none of the specification")
    named = {"code": code, "status": wanted.status, "requirement": wanted.requirement, "retry": wanted.retry}
    for name, value in named.items():
        if members.get(name) != value:
            said = repr(members.get("detail"))[:EXCERPT]
            raise Failed(f"the problem's `{name}` is {members.get(name)!r} instead of {value!r} ({said})")
    for name in ("title", "detail", *(set(members) & {"pointer", "winner"})):
        text_of(members, name)
    # LAD-HTP-017
    if others := set(members) - PROBLEM_MEMBERS:
        raise Failed(f"the problem holds members that no problem has: {', '.join(sorted(others))}")


def refused(session: Session, jws: bytes, code: str, winner: str | None = None) -> None:
    """Register `jws` and fail unless it is refused with `code`, naming the winner if any, and not stored."""
    answer = session.exchange.register(jws)
    problem(answer, code)
    # LAD-REG-013
    if winner is not None and answer.members().get("winner") != winner:
        raise Failed(f"the problem names {answer.members().get('winner')!r} as the winner, not {winner!r}")
    not_stored(session, jws)


def not_stored(session: Session, jws: bytes) -> None:
    """Fail if the statement can be read, or if the log has grown although nothing was admitted.

    What the exchange itself says meanwhile, such as a lapse, is not what was refused.
    """
    own = statement.statement_id(jws)
    status(session.exchange.statement(own), 404)
    before = session.highest
    after = session.checkpoint().size
    grown = list(session.ids_between(before, after))
    # LAD-REG-003
    if own in grown or (session.subject.quiet and not all(_by_exchange(session, one) for one in grown)):
        raise Failed(f"the log grew from {before} to {after} entries although the statement was refused")


def _by_exchange(session: Session, entry_id: str) -> bool:
    """Say whether the run's provider, a party of what others of the run trade, reads a word of the exchange there."""
    if "provider" not in vars(session):
        return False
    answer = session.exchange.statement(entry_id, session.provider.signer)
    return answer.status == 200 and statement.parse(answer.body).payload.get("issuer") == session.facts.id


def stored(session: Session, jws: bytes, reader: Signer | None = None) -> None:
    """Fail unless the statement is served with exactly its bytes: to `reader`, or to everybody."""
    answer = session.exchange.statement(statement.statement_id(jws), reader)
    media_type(status(answer, 200), statement.MEDIA_TYPE)
    if answer.body != jws:
        raise Failed("the statement is served with other bytes than were registered")


def same_as_absent(session: Session, path: str, hidden: str, reader: Signer | None) -> None:
    """Fail unless a hidden id in a path is answered with the bytes and headers of an id that never was."""
    never = statement.statement_id(session.random.randbytes(32))
    absent = session.exchange.get(path.format(never), reader)
    found = session.exchange.get(path.format(hidden), reader)
    problem(absent, "not-found")
    same(found, absent)


def same(found: Answer, absent: Answer) -> None:
    """Fail unless what is hidden and what is absent have the same status, body and headers, but for what varies."""
    if found.status != absent.status:
        raise Failed(f"status {found.status}, and {absent.status} for what never was: it shows")
    if found.body != absent.body:
        raise Failed("the body differs from that for what never was")
    if _headers(found) != _headers(absent):
        raise Failed("the headers differ from those for what never was")


def signed(said: Statement, lister: Statement) -> None:
    """Fail unless a statement is signed with the key of its thumbprint that `lister` lists."""
    for key in objects_of(lister.payload, "keys"):
        if key.get("use") != "sign":
            continue
        public = base64url.decode(text_of(object_of(key, "jwk"), "x"))
        if keys.thumbprint(public) == said.kid:
            said.verify(public)
            return
    raise Failed("the signing key is not listed")


def state(session: Session, reader: Party, subject: str, kind: str, /, **wanted: object) -> None:
    """Fail unless `reader` reads this kind and these members of the subject's record; None: it is not there."""
    answer = status(session.exchange.get(f"/state/{subject}", reader.signer), 200)
    members = media_type(answer, JSON).members()
    if (text_of(members, "kind"), text_of(members, "id")) != (kind, subject):
        raise Failed(f"the state of {subject} is that of a {members['kind']!r} {members['id']!r}")
    as_of = integer_of(members, "as_of")
    if as_of > session.highest and as_of > session.checkpoint().size:
        raise Failed(f"`as_of` is {as_of}, above the size of the published log")
    record = object_of(members, "record")
    for name, value in wanted.items():
        if record.get(name) != value:
            raise Failed(f"the record's `{name}` is {record.get(name)!r} instead of {value!r}")


def in_time(session: Session, seconds: float, probe: Callable[[], Found | None], otherwise: str) -> Found:
    """Return what `probe` finds, asked again and again for so many seconds; fail with `otherwise` after that."""
    until = time.monotonic() + seconds
    while (found := probe()) is None:
        if session.is_over():
            raise Blocked(OVER)
        if time.monotonic() > until:
            raise Failed(f"{otherwise} within {seconds:g} s")
        time.sleep(PAUSE_SECONDS)
    return found


def _headers(answer: Answer) -> list[tuple[str, str]]:
    return sorted(pair for pair in answer.headers if pair[0] not in VARYING)


def _said(answer: Answer) -> str:
    """What a problem says of itself, for the reader of the report."""
    if answer.media_type != PROBLEM:
        return ""
    members = answer.members()
    return f" ({members.get('code')!r}: {members.get('detail')!r}"[:EXCERPT] + ")"
