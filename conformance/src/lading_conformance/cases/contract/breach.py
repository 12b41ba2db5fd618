"""A contract is ended at once, since an arbiter found that the other party broke it."""

from __future__ import annotations

from typing import Final

from lading_conformance.drivers.party import Party, now
from lading_conformance.oracle import statement
from lading_conformance.oracle.canonical import Json
from lading_conformance.steps import agreements, deals, expect
from lading_conformance.steps.agreements import SECOND
from lading_conformance.steps.deals import DAY
from lading_conformance.steps.expect import Registration
from lading_conformance.trial.case import Case, Trial

SOON: Final = 5 * SECOND
"""How far ahead the end lies: no notice period, and not yet past when the notice arrives."""


def run(trial: Trial) -> None:
    """Have claims ruled on, and end the contract by each ruling."""
    session = trial.session
    with trial.given("two contracts with an arbiter that only the provider may end, in sixty days"):
        terms: dict[str, Json] = {
            "arbiter": session.arbiter.id,
            "termination": {"by": ["provider"], "notice": "P60D"},
        }
        contract = agreements.agreed(session, **terms)
        other = agreements.agreed(session, **terms)
    consumer, provider = session.consumer, session.provider
    with trial.given("rulings on both: upheld, dismissed, and one upheld for the provider"):
        upheld = _ruled(trial, consumer, contract, "breach", "upheld")
        dismissed = _ruled(trial, consumer, contract, "late", "dismissed")
        against = _ruled(trial, provider, contract, "unpaid", "upheld")
        elsewhere = _ruled(trial, consumer, other, "breach", "upheld")
    with trial.check("LAD-NTC-009", "the consumer ends it without a ruling: wrong-party"):
        jws = agreements.termination(consumer, contract.id, now() + 90 * DAY)
        expect.refused(session, jws, "wrong-party")
    never = statement.statement_id(session.random.randbytes(32))
    wrong = {
        "on a claim that was dismissed": dismissed.id,
        "on a claim of the other party": against.id,
        "about another contract": elsewhere.id,
        "that never was": never,
    }
    for what, ruling in wrong.items():
        with trial.check("LAD-NTC-010", f"the consumer ends it by a ruling {what}: unknown-statement"):
            expect.refused(session, _ended(trial, contract, ruling, now() + SOON), "unknown-statement")
    with trial.check("LAD-NTC-003", "by the ruling for it, with an end in the past: effective-too-soon"):
        expect.refused(session, _ended(trial, contract, upheld.id, now() - 60 * SECOND), "effective-too-soon")
    with trial.check("LAD-NTC-010", "by the ruling for it, in a moment: registered, without a notice period"):
        moment = now() + SOON
        notice = deals.say(session, _ended(trial, contract, upheld.id, moment))
        wanted = {"state": "ending", "ends_at": moment, "ended_by": notice.id}
        expect.state(session, provider, contract.id, "contract", **wanted)


def _ruled(trial: Trial, claimant: Party, contract: Registration, ground: str, outcome: str) -> Registration:
    session = trial.session
    claim = deals.say(session, claimant.says("claim", statement=contract.id, ground=ground))
    return deals.say(session, session.arbiter.says("ruling", claim=claim.id, outcome=outcome))


def _ended(trial: Trial, contract: Registration, ruling: str, moment: int) -> bytes:
    return agreements.termination(trial.session.consumer, contract.id, moment, ground="breach", ruling=ruling)


CASE = Case(
    name="contract_breach",
    profile="contract",
    story="Only the provider may end a contract, and with long notice. An arbiter finds that the provider broke it, "
    "and the consumer ends it at once by that ruling. By no other ruling can it.",
    requirements=("LAD-NTC-009", "LAD-NTC-010", "LAD-NTC-003"),
    run=run,
)
