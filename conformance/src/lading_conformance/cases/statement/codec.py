"""Statements that can be read in two ways, or that are not statements, are refused by their own code."""

from __future__ import annotations

from lading_conformance.drivers.answers import object_of, objects_of
from lading_conformance.steps import expect, flaws
from lading_conformance.steps.flaws import EDGES, ENVELOPE, HEADER, MEMBERS, PAYLOAD, Flaw
from lading_conformance.trial.case import Case, Trial


def run(trial: Trial) -> None:
    """Send each flawed statement once, and then the statements at the edge of what is allowed."""
    session = trial.session
    session.checkpoint_size()
    for flaw in (*ENVELOPE, *HEADER, *PAYLOAD, *MEMBERS):
        _refuse(trial, flaw)
    _too_large_in_a_batch(trial)
    for what, build in EDGES:
        jws = build(session.newcomer("edge"))
        with trial.check("LAD-REG-002", f"{what}: registered"):
            expect.registered(session, jws, session.exchange.register(jws))


def _refuse(trial: Trial, flaw: Flaw) -> None:
    jws = flaw.build(trial.session.newcomer("flawed"))
    with trial.check(flaw.requirement, f"{flaw.what}: {flaw.code}, nothing stored"):
        expect.refused(trial.session, jws, flaw.code)


def _too_large_in_a_batch(trial: Trial) -> None:
    session = trial.session
    with trial.check("LAD-STM-002", "more than 65 536 bytes, as a line of a batch: too-large"):
        jws = flaws.too_large(session.newcomer("flawed"))
        answer = expect.status(session.exchange.register_batch([jws]), 200)
        (result,) = objects_of(answer.members(), "results")
        expect.problem_members(object_of(result, "problem"), "too-large")
        expect.not_stored(session, jws)


CASE = Case(
    name="statement_codec",
    profile="statement",
    story="Somebody sends statements with a second spelling, a hidden member, a number that parsers read differently, "
    "or a header that asks for another algorithm. Each is refused with the code of its flaw and leaves no trace. "
    "Statements at the very edge of what is allowed are registered.",
    requirements=(
        *(f"LAD-STM-{number:03d}" for number in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16)),
        "LAD-REG-002",
    ),
    run=run,
)
