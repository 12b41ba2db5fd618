"""A registration is answered with a proof, once and for all."""

from __future__ import annotations

from lading_conformance.drivers.answers import object_of, objects_of
from lading_conformance.drivers.party import now
from lading_conformance.oracle import statement
from lading_conformance.steps import expect
from lading_conformance.trial.case import Case, Trial
from lading_conformance.trial.outcome import Failed

CLOCK_MILLISECONDS = 60_000
"""How far the registration time may lie from the clock of this machine before the suite complains."""


def run(trial: Trial) -> None:
    """Register a newcomer, read it back, and send the same bytes again."""
    session = trial.session
    before = session.checkpoint_size()
    newcomer = session.newcomer("registered")
    jws = newcomer.sign(newcomer.introduction())
    with trial.need("LAD-REG-004", "a new statement: 201 with index, time and a proof that verifies"):
        first = expect.registered(session, jws, session.exchange.register(jws))
    with trial.check("LAD-LOG-012", "its entry comes after those that were there"):
        if first.index < before:
            raise Failed(f"index {first.index}, but the log had {before} entries already")
    with trial.check("LAD-REG-008", "its time is the time of now"):
        if abs(first.time - now()) > CLOCK_MILLISECONDS:
            raise Failed(f"the registration time is {first.time}, the clock of this machine says {now()}")
    with trial.check("LAD-HTP-001", "its bytes are served as they were sent"):
        expect.stored(session, jws)
    with trial.check(
        "LAD-REG-005", "the same bytes again: 200, same index, same time, a proof that verifies"
    ):
        second = expect.registered(session, jws, session.exchange.register(jws), 200)
        if (second.index, second.time) != (first.index, first.time):
            raise Failed(f"index {second.index}, time {second.time} instead of {first.index}, {first.time}")
    with trial.check("LAD-REG-007", "a batch of old, refused and new: each answered in its place"):
        _batch(trial, jws, first)


def _batch(trial: Trial, known: bytes, first: expect.Registration) -> None:
    session = trial.session
    newcomer = session.newcomer("in a batch")
    new = newcomer.sign(newcomer.introduction())
    broken = statement.sign(newcomer.introduction(), session.newcomer("other").key)
    answer = session.exchange.register_batch([known, broken, new])
    results = objects_of(expect.media_type(expect.status(answer, 200), expect.JSON).members(), "results")
    if len(results) != 3:
        raise Failed(f"{len(results)} results for 3 statements")
    old = expect.batched(session, known, results[0], 200)
    if (old.index, old.time) != (first.index, first.time):
        raise Failed("the statement registered before has another index or time in the batch")
    expect.problem_members(object_of(results[1], "problem"), "unlisted-key")
    expect.batched(session, new, results[2], 201)


CASE = Case(
    name="log_registration",
    profile="log",
    story="A newcomer registers and gets a proof that its statement stands in the log. It loses the answer, sends the "
    "same bytes again, alone and in a batch, and learns the same index and time.",
    requirements=("LAD-REG-004", "LAD-LOG-012", "LAD-REG-008", "LAD-HTP-001", "LAD-REG-005", "LAD-REG-007"),
    run=run,
)
