"""What of a statement somebody sees: all ways of reading it, shown or hidden."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from lading_conformance.drivers.party import Party
from lading_conformance.oracle import statement, tree
from lading_conformance.oracle.http_signature import Signer
from lading_conformance.oracle.proof import entry, parse_proof
from lading_conformance.steps import evidence, expect, feed
from lading_conformance.steps.expect import Registration
from lading_conformance.trial.outcome import Failed
from lading_conformance.trial.session import Session

WAYS: Final = ("/statements/{}", "/statements/{}/proof", "/statements/{}/evidence", "/state/{}")
"""Where a statement, and what is computed from it, is read."""


def signer_of(reader: Party | None) -> Signer | None:
    """Return who signs the requests of a reader; None: nobody."""
    return None if reader is None else reader.signer


def hidden(session: Session, statement_id: str, reader: Party | None) -> None:
    """Fail unless a statement is to `reader` in every way like one that never was, and in no event."""
    for path in WAYS:
        expect.same_as_absent(session, path, statement_id, signer_of(reader))


def shown(session: Session, jws: bytes, reader: Party | None, *, stateful: bool = True) -> None:
    """Fail unless `reader` reads a statement, its proof, its evidence and, where it has one, its state."""
    own = statement.statement_id(jws)
    expect.stored(session, jws, signer_of(reader))
    proof(session, jws, reader)
    evidence.check(session, own, {own}, reader)
    if stateful:
        answer = expect.status(session.exchange.get(f"/state/{own}", signer_of(reader)), 200)
        if answer.members().get("id") != own:
            raise Failed(f"its state is about {answer.members().get('id')!r}")


def proof(session: Session, jws: bytes, reader: Party | None) -> Registration:
    """Return the place in the log that the proof proves which `reader` gets of a statement."""
    own = statement.statement_id(jws)
    answer = expect.status(session.exchange.get(f"/statements/{own}/proof", signer_of(reader)), 200)
    found = parse_proof(expect.media_type(answer, "text/plain").text())
    time = expect.time_of(found)
    found.verify(session.facts.log_key, tree.leaf_hash(entry(time, statement.digest(jws))))
    session.seen(found.checkpoint)
    return Registration(own, found.index, time, found)


def events(session: Session, reader: Party, index: int) -> set[str]:
    """Return the ids of all events above an index that a reader is shown."""
    return {event.id for event in feed.after(session, reader, index)}


def none_of(session: Session, reader: Party, index: int, statements: Iterable[str]) -> None:
    """Fail if the reader's feed above an index shows one of the statements."""
    if leaked := events(session, reader, index) & set(statements):
        raise Failed(f"the feed shows {len(leaked)} statements that are hidden: {', '.join(sorted(leaked))}")
