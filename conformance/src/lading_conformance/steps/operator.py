"""What the subject's operator does: decisions about participants, and what of it stands in the log; a hard stop.

stopped(trial, "suspend", party)          # and the state says so
attempted(session, "expel", "sha256:…")   # whatever comes of it
restarted(session)                        # and it answers again
"""

from __future__ import annotations

import time
from contextlib import suppress
from typing import Final

from lading_conformance.drivers.answers import NoAnswer, object_of
from lading_conformance.drivers.party import Party
from lading_conformance.drivers.subject import Hook, Role, SubjectFault
from lading_conformance.oracle import statement
from lading_conformance.oracle.canonical import Json
from lading_conformance.steps import expect
from lading_conformance.trial.case import Trial
from lading_conformance.trial.outcome import OVER, Blocked
from lading_conformance.trial.session import Session

STATES: Final[dict[Hook, str]] = {"suspend": "suspended", "expel": "expelled"}
"""What a participant is after the operator has done this."""
PATIENCE_SECONDS: Final = 10.0


def record(session: Session, party: Party) -> dict[str, Json]:
    """Return what the exchange says of a participant, which everybody reads."""
    answer = expect.status(session.exchange.get(f"/state/{party.id}"), 200)
    return object_of(answer.members(), "record")


def stopped(trial: Trial, hook: Hook, party: Party) -> None:
    """Have a participant suspended or expelled, and wait until its state says so."""
    session = trial.session
    session.operate(hook, participant=party.id)
    _await(trial, party, STATES[hook])


def admitted_again(trial: Trial, party: Party, role: Role) -> None:
    """Have a suspended participant admitted again, and wait until its state says so."""
    try:
        trial.session.subject.admit(party.id, role)
    except SubjectFault as fault:
        raise Blocked(f"a suspended participant was not admitted again: {fault}") from fault
    _await(trial, party, "admitted")


def restarted(session: Session) -> None:
    """Have the exchange stopped hard and started again, at once; wait until it answers.

    The hook ends when the exchange answers again; one that has forgotten this is granted some seconds.
    """
    session.operate("restart")
    until = time.monotonic() + session.subject.hooks.timeout_seconds
    while True:
        try:
            if session.exchange.well_known().status == 200:
                return
        except NoAnswer as silence:
            if time.monotonic() > until:
                raise Blocked(f"the exchange does not answer after the restart: {silence}") from silence
        if session.is_over():
            raise Blocked(OVER)
        time.sleep(expect.PAUSE_SECONDS)


def attempted(session: Session, hook: Hook, participant: str) -> list[dict[str, Json]]:
    """Ask the operator for what must not happen; return the admissions of the participant that came of it."""
    start = session.checkpoint_size()
    with suppress(SubjectFault):
        session.subject.operate(hook, participant=participant)
    return admissions(session, participant, start)


def admissions(session: Session, participant: str, start: int) -> list[dict[str, Json]]:
    """Return what the admissions of a participant say that stand in the log from entry `start` on."""
    found = []
    for statement_id in session.ids_between(start, session.checkpoint_size()):
        answer = session.exchange.statement(statement_id)
        if answer.status == 200:
            said = statement.parse(answer.body).payload
            if (said.get("type"), said.get("participant")) == ("admission", participant):
                found.append(said)
    return found


def _await(trial: Trial, party: Party, state: str) -> None:
    session = trial.session
    with trial.given(f"{party.name} is {state}"):

        def reached() -> bool | None:
            return True if record(session, party).get("state") == state else None

        expect.in_time(session, PATIENCE_SECONDS, reached, f"the state of {party.id} did not become {state}")
        session.checkpoint()
