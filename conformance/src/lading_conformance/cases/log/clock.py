"""The exchange's clock is right, bounds what is signed, and waits for nobody."""

from __future__ import annotations

from typing import Final

from lading_conformance.drivers.party import Party, now, written_time
from lading_conformance.oracle.sealkeys import SealKey
from lading_conformance.steps import expect
from lading_conformance.steps.deals import DAY, say
from lading_conformance.trial.case import Case, Trial
from lading_conformance.trial.outcome import Failed
from lading_conformance.trial.session import Session

SECOND: Final = 1_000
OWN_CLOCK: Final = 1 * SECOND
"""How far the clock of the suite's own machine may be off."""
MARGIN: Final = 30 * SECOND
"""How far from the edge of a bound the suite stays, for the way there and the clocks."""
EARLY: Final = 5 * 60 * SECOND
MANY: Final = 40
"""How many statements of one participant that waits for its admission the suite sends at most."""


def run(trial: Trial) -> None:
    """Compare the exchange's clock with this machine's, and sign on both sides of its bounds."""
    session = trial.session
    _clock(trial)
    with trial.given("a participant that is not admitted"):
        stranger = session.stranger
    _bounds(trial, stranger)
    _participants(trial)
    _pending(trial)


def _clock(trial: Trial) -> None:
    session = trial.session
    newcomer = session.newcomer("with a watch")
    jws = newcomer.sign(newcomer.introduction())
    before = now()
    with trial.need("LAD-REG-008", "a registration now"):
        registration = expect.registered(session, jws, session.exchange.register(jws))
    after = now()
    with trial.check("LAD-REG-012", "its time lies within a second of UTC, as this machine has it"):
        off = max(before - registration.time, registration.time - after, 0)
        if off > SECOND + OWN_CLOCK:
            raise Failed(f"the exchange's clock is {off / SECOND:.1f} s off the clock of this machine")


def _bounds(trial: Trial, party: Party) -> None:
    """Within the bounds the next step refuses: the issuer is not admitted."""
    session = trial.session
    ahead = session.clock_skew()
    session.checkpoint_size()
    moments = {
        "24 hours and some ago": (-DAY - MARGIN, "issued-too-old"),
        "almost 24 hours ago": (-DAY + MARGIN, "not-admitted"),
        "now": (0, "not-admitted"),
        "almost 5 minutes ahead": (EARLY - MARGIN, "not-admitted"),
        "5 minutes and some ahead": (EARLY + MARGIN, "issued-in-future"),
    }
    for what, (moved, code) in moments.items():
        bound = "LAD-STM-025" if moved < 0 else "LAD-STM-026"
        with trial.check(bound, f"a listing issued {what}: {code}, nothing stored"):
            issued = written_time(now() + ahead + moved)
            listing = party.says("listing", kind="dataset", title="At its time", issued_at=issued)
            expect.refused(session, listing, code)


def _participants(trial: Trial) -> None:
    session = trial.session
    for what, moved in {"a year ago": -365 * DAY, "next year": 365 * DAY}.items():
        newcomer = session.newcomer(f"of {what}")
        jws = newcomer.sign(newcomer.introduction(issued_at=written_time(now() + moved)))
        with trial.check(
            "LAD-REG-002", f"a participant's statement issued {what}: registered, and dated now"
        ):
            if abs(expect.registered(session, jws, session.exchange.register(jws)).time - now()) > DAY:
                raise Failed("the registration time follows `issued_at`")


def _pending(trial: Trial) -> None:
    """Replace keys again and again; an exchange that bounds that says so, in the one form."""
    session = trial.session
    with trial.given("another participant that is not admitted"):
        party = session.introduced("restless")
    with trial.check(
        "LAD-REG-010", f"{MANY} statements of one that waits: registered, or too-many-pending for all more"
    ):
        if (limited := _until_refused(session, party)) is not None:
            again = limited.succeeded(SealKey.generate())[1]
            expect.refused(session, again, "too-many-pending")
            say(session, _other(session))


def _until_refused(session: Session, party: Party) -> Party | None:
    """Return the party as it was when its next statement was refused, or None."""
    for _ in range(MANY):
        after, jws = party.succeeded(SealKey.generate())
        answer = session.exchange.register(jws)
        if answer.status != 201:
            expect.problem(answer, "too-many-pending")
            expect.not_stored(session, jws)
            return party
        expect.registered(session, jws, answer)
        party = after
    return None


def _other(session: Session) -> bytes:
    newcomer = session.newcomer("somebody else")
    return newcomer.sign(newcomer.introduction())


CASE = Case(
    name="log_clock",
    profile="log",
    story="Somebody compares clocks with the exchange, signs statements at the edges of what may be old or early, and "
    "then replaces its keys again and again while it waits for its admission.",
    requirements=("LAD-REG-008", "LAD-REG-012", "LAD-STM-025", "LAD-STM-026", "LAD-REG-002", "LAD-REG-010"),
    run=run,
)
