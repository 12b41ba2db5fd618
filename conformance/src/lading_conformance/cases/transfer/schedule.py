"""Deliveries that are due on days: what is not made lapses, and what is not owed does not; and the end of a term."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Final

from lading_conformance.drivers.party import Party, now
from lading_conformance.oracle.canonical import Json
from lading_conformance.steps import agreements, deals, expect, feed, handover
from lading_conformance.steps.agreements import SECOND
from lading_conformance.steps.expect import Registration
from lading_conformance.steps.feed import Event
from lading_conformance.trial.case import Case, Trial
from lading_conformance.trial.outcome import OVER, Blocked, Failed
from lading_conformance.trial.session import Session

FIRST_SECONDS: Final = 2
"""When number 1 of every schedule here is due."""
FEWER_SECONDS: Final = 5
"""When number 2 of a schedule is due that is changed to one delivery before."""
FEWER: Final[dict[str, Json]] = {"first": f"PT{FEWER_SECONDS - 1}S", "every": "PT1S", "deliveries": 2}
PATIENCE_SECONDS: Final = 65.0
"""How long the suite waits for a lapse: a minute, and what an answer takes."""
LAPSE_MEMBERS: Final = frozenset(
    {"version", "type", "home", "issuer", "under", "issued_at", "contract", "sequence"}
)


@dataclass(frozen=True)
class Contracts:
    """Contracts whose time runs from their conclusion on, and the notice that suspended one of them."""

    daily: Registration
    """A stream: number 1 is due soon, number 2 in a day."""
    short: Registration
    """Number 1 is due before the contract's end, number 2 after it."""
    suspended: Registration
    """Suspended before number 1 is due."""
    fewer: Registration
    """Number 1 is delivered in time, and number 2 was due before the parties agreed on one delivery."""
    unscheduled: Registration
    """Nothing is ever due."""
    term: Registration
    """No deliveries after a moment."""
    ended: Registration
    """Ended by a notice, soon."""
    pause: Registration
    end: int


def run(trial: Trial) -> None:
    """Conclude contracts, let their times come, and see what the exchange says and takes."""
    session = trial.session
    contracts = _concluded(trial)
    _wait(session, max(contracts.end, contracts.term.time + 3 * SECOND))
    _term_over(trial, contracts)
    lapse = _lapse(trial, contracts.daily)
    _taken(trial, contracts.daily, lapse)
    _owed_only(trial, contracts)
    _stood_still(trial, contracts)


def _concluded(trial: Trial) -> Contracts:
    session = trial.session
    one: dict[str, Json] = {"first": f"PT{FIRST_SECONDS}S", "deliveries": 1}
    two: dict[str, Json] = {"first": f"PT{FIRST_SECONDS}S", "every": "P1D", "deliveries": 2}
    later: dict[str, Json] = {**two, "every": "PT3S"}
    both: dict[str, Json] = {"by": ["provider", "consumer"]}
    with trial.given("contracts with schedules, with a term, and with a notice of their end"):
        suspended = agreements.agreed(session, schedule=one, suspension=both)
        pause = deals.say(session, agreements.notice(session.consumer, suspended.id, "suspend"))
        daily = deals.contract(
            session, kind="stream", standing=deals.standing(terms=agreements.terms(schedule=two))
        )
        short = agreements.agreed(session, schedule=later, term="PT4S")
        fewer = agreements.agreed(session, schedule=FEWER)
        unscheduled = agreements.agreed(session)
        ended = agreements.agreed(session, termination={**both, "notice": "PT1S"})
        end = now() + 3 * SECOND
        deals.say(session, agreements.termination(session.provider, ended.id, end))
        term = agreements.agreed(session, term="PT3S")
    with trial.check(
        "LAD-REG-002",
        "deliveries before the end of a term, of a contract, and as a schedule has it: registered",
    ):
        for contract in (term, ended, fewer):
            agreements.delivered(session, contract.id)
    with trial.given("one of the schedules is cut to one delivery before number 2 is due"):
        _cut(session, fewer)
    return Contracts(daily, short, suspended, fewer, unscheduled, term, ended, pause, end)


def _cut(session: Session, contract: Registration) -> None:
    """Agree on one delivery instead of two; fail if that came too late."""
    amendment = agreements.amended(session, contract.id, schedule={"first": FEWER["first"], "deliveries": 1})
    if amendment.time >= contract.time + FEWER_SECONDS * SECOND:
        raise Failed("the amendment came after number 2 was due")


def _wait(session: Session, moment: int) -> None:
    """Return a little after a moment in milliseconds."""
    if session.is_over():
        raise Blocked(OVER)
    time.sleep(max(0.0, (moment - now()) / 1_000) + 0.05)


def _term_over(trial: Trial, contracts: Contracts) -> None:
    session = trial.session
    over = {
        "LAD-DLV-017": (contracts.term, "contract-over"),
        "LAD-DLV-006": (contracts.ended, "contract-not-active"),
    }
    for requirement, (contract, code) in over.items():
        with trial.check(requirement, f"a delivery after the end: {code}"):
            expect.refused(session, agreements.nothing(session.provider, contract.id, 2), code)
    with trial.check(
        "LAD-LIF-002", "the one is still active and the other ending, since no state changes by time"
    ):
        expect.state(session, session.consumer, contracts.term.id, "contract", state="active")
        expect.state(session, session.consumer, contracts.ended.id, "contract", state="ending")


def _lapse(trial: Trial, daily: Registration) -> Event:
    """Wait for the lapse of number 1, and judge it."""
    session = trial.session
    with trial.need("LAD-LPS-004", "within a minute the exchange says that number 1 was not delivered"):
        lapse = expect.in_time(
            session, PATIENCE_SECONDS, lambda: _first(session, session.provider, daily), "no lapse appeared"
        )
    with trial.check(
        "LAD-LPS-001", "its lapse is one statement, of its members, in the feeds of both parties"
    ):
        said = lapse.read().payload
        if set(said) != LAPSE_MEMBERS or _first(session, session.consumer, daily) != lapse:
            raise Failed(f"it has the members {', '.join(sorted(said))}, or differs between feeds")
    with trial.check("LAD-LPS-002", "the exchange issued and signed it"):
        handover.by_exchange(session, lapse.read())
    with trial.check("LAD-LPS-003", "it was registered after the moment at which the delivery was due"):
        proof = expect.status(
            session.exchange.get(f"/statements/{lapse.id}/proof", session.provider.signer), 200
        ).text()
        expect.proven(session, lapse.jws, lapse.index, lapse.time, proof)
        if lapse.time <= (due := daily.time + FIRST_SECONDS * SECOND):
            raise Failed(f"it was registered at {lapse.time}, and the delivery was due at {due}")
    return lapse


def _taken(trial: Trial, daily: Registration, lapse: Event) -> None:
    """The number is taken for ever, and passed over by the windows of a stream."""
    session, provider = trial.session, trial.session.provider
    window: dict[str, Json] = {"first": 1, "last": 10, "count": 10}
    with trial.check("LAD-DLV-002", "a delivery under the lapsed number: sequence-taken, naming the lapse"):
        jws = agreements.nothing(provider, daily.id, window=window)
        expect.refused(session, jws, "sequence-taken", winner=lapse.id)
    with trial.check("LAD-DLV-020", "number 2 that leaves out what number 1 would have had: window-gap"):
        jws = agreements.nothing(provider, daily.id, 2, window={**window, "first": 2, "count": 9})
        expect.refused(session, jws, "window-gap")
    with trial.check("LAD-DLV-020", "number 2 from 1 on: registered, for what lapsed is passed over"):
        agreements.delivered(session, daily.id, 2, window=window)
    with trial.check("LAD-DLV-018", "number 3 of two that are scheduled: schedule-exhausted"):
        jws = agreements.nothing(provider, daily.id, 3, window={"first": 11, "last": 20, "count": 10})
        expect.refused(session, jws, "schedule-exhausted")
    with trial.check("LAD-LIF-002", "the contract is active all the same"):
        expect.state(session, session.consumer, daily.id, "contract", state="active", last_sequence=2)


def _owed_only(trial: Trial, contracts: Contracts) -> None:
    session = trial.session
    with trial.given("that number 1 of the short contract lapsed, and that number 2 would be due"):
        expect.in_time(
            session,
            PATIENCE_SECONDS,
            lambda: _first(session, session.provider, contracts.short),
            "no lapse appeared",
        )
        _wait(session, contracts.short.time + (FIRST_SECONDS + 4) * SECOND)
    with trial.check("LAD-LPS-006", "number 2, due after the contract's end, is not owed and does not lapse"):
        found = [event.read().payload.get("sequence") for event in _lapses(session, contracts.short)]
        if found != [1]:
            raise Failed(f"the numbers {found} lapsed, and only number 1 was owed")
    with trial.check("LAD-LPS-006", "number 2 of a schedule that now has one delivery does not lapse either"):
        _wait(session, contracts.fewer.time + (FEWER_SECONDS + 1) * SECOND)
        if lapses := _lapses(session, contracts.fewer):
            raise Failed(f"{len(lapses)} lapsed, and number 1 was delivered in time")
    with trial.check("LAD-LPS-005", "under terms without a schedule nothing lapses that was not delivered"):
        if unowed := _lapses(session, contracts.unscheduled):
            raise Failed(f"{len(unowed)} deliveries lapsed that nobody owed")


def _stood_still(trial: Trial, contracts: Contracts) -> None:
    session, suspended = trial.session, contracts.suspended
    with trial.check("LAD-NTC-013", "while a contract is suspended, what would be due does not lapse"):
        if _lapses(session, suspended):
            raise Failed("number 1 lapsed while the contract was suspended")
    with trial.check(
        "LAD-NTC-013", "it is taken up again, and the delivery made within what was left: registered"
    ):
        end = deals.say(session, agreements.notice(session.consumer, suspended.id, "resume"))
        due = suspended.time + FIRST_SECONDS * SECOND + end.time - contracts.pause.time
        delivery = agreements.delivered(session, suspended.id)
        if found := _lapses(session, suspended):
            raise Failed(f"{len(found)} lapsed; it was due at {due}, and was delivered at {delivery.time}")


def _lapses(session: Session, contract: Registration, reader: Party | None = None) -> list[Event]:
    """Return the lapses by contract and number that a party's feed shows."""
    events = feed.after(session, reader or session.provider, contract.index)
    lapses = [event for event in events if event.type == "lapse"]
    return [event for event in lapses if event.read().payload.get("contract") == contract.id]


def _first(session: Session, reader: Party, contract: Registration) -> Event | None:
    return next(iter(_lapses(session, contract, reader)), None)


CASE = Case(
    name="transfer_schedule",
    profile="transfer",
    story="Deliveries are due on days, and the provider makes none. The exchange says so of each that was owed, and "
    "of no other: not of one due after the contract's end, nor of one that an amendment took out of the schedule, nor "
    "while the contract is suspended. What comes after a term is refused.",
    requirements=(
        "LAD-REG-002",
        "LAD-DLV-017",
        "LAD-DLV-006",
        "LAD-LIF-002",
        "LAD-LPS-004",
        "LAD-LPS-001",
        "LAD-LPS-002",
        "LAD-LPS-003",
        "LAD-DLV-002",
        "LAD-DLV-020",
        "LAD-DLV-018",
        "LAD-LPS-006",
        "LAD-LPS-005",
        "LAD-NTC-013",
    ),
    run=run,
    slow=True,
)
