"""While a contract is suspended its deadlines stand still, and then they lie further off."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Final

from lading_conformance.drivers.party import now
from lading_conformance.oracle.canonical import Json
from lading_conformance.steps import agreements, deals, expect
from lading_conformance.steps.agreements import SECOND
from lading_conformance.steps.expect import Registration
from lading_conformance.trial.case import Case, Trial
from lading_conformance.trial.outcome import Failed

TAKING_SECONDS: Final = 3
MAXIMUM_SECONDS: Final = 4
"""For how long the contract may be suspended: longer than a delivery may be taken."""
WEEK: Final = 7 * deals.DAY


@dataclass(frozen=True)
class Paused:
    """A contract that the consumer suspended with two deliveries open, and its notice."""

    contract: Registration
    deliveries: tuple[Registration, Registration]
    pause: Registration


def run(trial: Trial) -> None:
    """Suspend a contract until a deadline would have passed, and take it up again."""
    paused = _suspended(trial)
    receipt = _stand_still(trial, paused)
    end = _taken_up(trial, paused)
    _moved(trial, paused, receipt, end)


def _suspended(trial: Trial) -> Paused:
    session = trial.session
    period = f"PT{TAKING_SECONDS}S"
    suspension: dict[str, Json] = {"by": ["consumer"], "maximum": f"PT{MAXIMUM_SECONDS}S"}
    with trial.given("a contract with two deliveries to be taken within seconds, suspended by the consumer"):
        contract = agreements.agreed(session, taking_period=period, suspension=suspension)
        first, second = (agreements.delivered(session, contract.id, number) for number in (1, 2))
        pause = deals.say(session, agreements.notice(session.consumer, contract.id, "suspend"))
    return Paused(contract, (first, second), pause)


def _stand_still(trial: Trial, paused: Paused) -> Registration:
    session = trial.session
    with trial.check("LAD-NTC-008", "the provider resumes before the maximum: wrong-party"):
        early = agreements.notice(session.provider, paused.contract.id, "resume")
        expect.refused(session, early, "wrong-party")
    with trial.check("LAD-HTP-047", "while it is suspended, the deadline stands still: `moved` says null"):
        for delivery in paused.deliveries:
            _says(trial, delivery, "deadline", delivery.time + TAKING_SECONDS * SECOND, None)
    _wait(paused.deliveries[1].time + TAKING_SECONDS * SECOND)
    with trial.need("LAD-NTC-013", "a receipt when the deadline would have passed: registered"):
        receipt = deals.say(session, agreements.receipt(session.consumer, paused.deliveries[0].id))
    with trial.check("LAD-HTP-047", "the dispute window of what is received meanwhile stands still too"):
        _says(trial, paused.deliveries[0], "settles_at", receipt.time + WEEK, None)
    return receipt


def _taken_up(trial: Trial, paused: Paused) -> Registration:
    session = trial.session
    _wait(paused.pause.time + MAXIMUM_SECONDS * SECOND)
    with trial.need("LAD-NTC-008", "the provider resumes after the maximum: registered"):
        return deals.say(session, agreements.notice(session.provider, paused.contract.id, "resume"))


def _moved(trial: Trial, paused: Paused, receipt: Registration, end: Registration) -> None:
    session = trial.session
    first, second = paused.deliveries
    signed = second.time + TAKING_SECONDS * SECOND
    moved = signed + end.time - paused.pause.time
    with trial.check("LAD-NTC-013", "the deadline lies further off by the milliseconds of the suspension"):
        _says(trial, second, "deadline", signed, moved)
    with trial.check("LAD-NTC-013", "the dispute window by those that lie after the receipt"):
        _says(trial, first, "settles_at", receipt.time + WEEK, receipt.time + WEEK + end.time - receipt.time)
    with trial.check("LAD-NTC-013", "a delivery that is registered after the suspension: nothing is moved"):
        third = agreements.delivered(session, paused.contract.id, 3)
        if _state(trial, third).get("moved", {}) != {}:
            raise Failed("its state says that its deadline was moved")
    _wait(moved)
    with trial.check("LAD-NTC-013", "a receipt after the moved deadline: too late"):
        answer = session.exchange.register(agreements.receipt(session.consumer, second.id))
        if answer.members().get("code") not in ("deadline-passed", "delivery-not-open"):
            raise Failed(f"status {answer.status}, {answer.members().get('code')!r}")


def _says(trial: Trial, delivery: Registration, name: str, signed: int, moved: int | None) -> None:
    """Fail unless a record has the moment by the terms, and `moved` the one by the rules."""
    members = _state(trial, delivery)
    record = members.get("record")
    found = record.get(name) if isinstance(record, dict) else None
    if found != signed:
        raise Failed(f"the record's `{name}` is {found!r} instead of {signed}")
    if members.get("moved") != {name: moved}:
        raise Failed(f"`moved` is {members.get('moved')!r} instead of {{{name!r}: {moved}}}")


def _state(trial: Trial, delivery: Registration) -> dict[str, Json]:
    session = trial.session
    return expect.status(
        session.exchange.get(f"/state/{delivery.id}", session.consumer.signer), 200
    ).members()


def _wait(moment: int) -> None:
    """Return a little after a moment in milliseconds."""
    time.sleep(max(0.0, (moment - now()) / 1000) + 0.05)


CASE = Case(
    name="contract_pauses",
    profile="contract",
    story="A consumer suspends a contract while two deliveries wait to be taken. Their deadline does not pass "
    "meanwhile, and afterwards it lies further off by exactly as long. After the longest suspension that was "
    "agreed, the provider takes the contract up again.",
    requirements=("LAD-NTC-008", "LAD-HTP-047", "LAD-NTC-013"),
    run=run,
    slow=True,
)
