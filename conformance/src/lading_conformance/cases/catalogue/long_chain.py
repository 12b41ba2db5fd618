"""Evidence of a participant that has replaced its keys so often that its chain is larger than an evidence file."""

from __future__ import annotations

from typing import Final

from lading_conformance.drivers.answers import objects_of
from lading_conformance.steps import evidence, expect
from lading_conformance.steps.flaws import EXTENSION
from lading_conformance.trial.case import Case, Trial
from lading_conformance.trial.outcome import Failed
from lading_conformance.trial.session import Session

PADDING: Final = 48_000
"""How many characters that nobody reads each successor holds; it then has about 65 000 bytes."""
FITS: Final = 240
"""The chain up to this successor fits into an evidence file, with paths through any log."""
TOO_MANY: Final = 260
"""The bytes of so many successors alone are more than an evidence file has."""
AT_A_TIME: Final = 20
"""How many of them are in one batch."""


def run(trial: Trial) -> None:
    """Register the chain, and ask for evidence of what still fits, and of what does not."""
    session = trial.session
    with trial.given(f"an admitted participant with {TOO_MANY} successors, 17 megabytes together"):
        chain = _chain(session)
    with trial.check("LAD-EVI-016", f"evidence of successor {FITS} holds the whole chain up to it"):
        evidence.check(session, chain[FITS], set(chain[: FITS + 1]), None)
    with trial.check("LAD-HTP-034", f"evidence of successor {TOO_MANY} would be larger: evidence-too-large"):
        answer = session.exchange.get(f"/statements/{chain[TOO_MANY]}/evidence")
        expect.problem(answer, "evidence-too-large")


def _chain(session: Session) -> list[str]:
    """Return the ids of the chain from its first statement on, all of them registered."""
    party = session.admitted("often with new keys", "provider")
    chain, lines = [party.id], []
    for _ in range(TOO_MANY):
        party, jws = party.succeeded(extensions={EXTENSION: "x" * PADDING})
        chain.append(party.head)
        lines.append(jws)
    for start in range(0, TOO_MANY, AT_A_TIME):
        some = lines[start : start + AT_A_TIME]
        members = expect.status(session.exchange.register_batch(some), 200).members()
        results = objects_of(members, "results")
        if len(results) != len(some):
            raise Failed(f"{len(results)} results for {len(some)} lines")
        for jws, result in zip(some, results, strict=True):
            expect.batched(session, jws, result, 201)
    return chain


CASE = Case(
    name="catalogue_long_chain",
    profile="catalogue",
    story="A participant replaces its keys so often, with statements as large as they may be, that the evidence of its "
    "newest one would be larger than an evidence file may be. The exchange refuses that, and gives what still fits.",
    requirements=("LAD-HTP-034", "LAD-EVI-016"),
    run=run,
    slow=True,
)
