"""A notarisation: the exchange, and nobody else, says that bytes were there."""

from __future__ import annotations

from typing import Final

from lading_conformance.oracle import sealing
from lading_conformance.oracle.statement import Statement
from lading_conformance.steps import evidence, expect, feed, handover, sight
from lading_conformance.trial.case import Case, Trial
from lading_conformance.trial.outcome import Failed
from lading_conformance.trial.session import Session

MEMBERS: Final = frozenset({"version", "type", "home", "issuer", "under", "issued_at", "digest"})
OPTIONAL: Final = frozenset({"media_type", "reader", "text"})


def run(trial: Trial) -> None:
    """Have bytes notarised."""
    session = trial.session
    with trial.given("a participant, and bytes that nobody has seen"):
        _ = session.stranger
        digest = sealing.digest(session.random.randbytes(100))
    with trial.need("LAD-HTP-029", "one that the operator orders is in everybody's feed"):
        said = _notarised(session, digest)
    with trial.check("LAD-NOT-002", "the exchange issued and signed it"):
        handover.by_exchange(session, said)
    with trial.check("LAD-NOT-001", "it has the members of a notarisation, and the digest that was ordered"):
        if missing := MEMBERS - set(said.payload):
            raise Failed(f"it has no {', '.join(sorted(missing))}")
        if others := set(said.payload) - MEMBERS - OPTIONAL:
            raise Failed(f"it has the members {', '.join(sorted(others))}")
    with trial.check("LAD-HTP-019", "everybody reads it, and its proof"):
        sight.shown(session, said.jws, None, stateful=False)
    with trial.check("LAD-EVI-016", "its evidence shows the exchange"):
        evidence.check(session, said.id, {said.id, session.facts.id}, None)
    with trial.check("LAD-HTP-028", "it is nothing that has a state"):
        expect.same_as_absent(session, "/state/{}", said.id, None)
    with trial.check("LAD-REG-005", "its bytes, sent by anybody, are the statement that was registered"):
        expect.registered(session, said.jws, session.exchange.register(said.jws), 200)


def _notarised(session: Session, digest: str) -> Statement:
    """Return the notarisation of a digest that the operator ordered."""
    before = session.checkpoint_size()
    session.operate("notarise", digest=digest)

    def seen() -> Statement | None:
        events = feed.after(session, session.stranger, before - 1)
        said = (event.read() for event in events if event.type == "notarisation")
        return next((one for one in said if one.payload.get("digest") == digest), None)

    found = expect.in_time(session, 5.0, seen, "no notarisation of the digest appeared in the feed")
    session.checkpoint()
    return found


CASE = Case(
    name="access_notarisation",
    profile="access",
    story="The operator of an exchange has bytes notarised. Everybody reads that they were there, and when.",
    requirements=(
        "LAD-NOT-002",
        "LAD-HTP-029",
        "LAD-NOT-001",
        "LAD-HTP-019",
        "LAD-EVI-016",
        "LAD-HTP-028",
        "LAD-REG-005",
    ),
    run=run,
    needs=("notarise",),
)
