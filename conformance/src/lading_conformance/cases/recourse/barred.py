"""Who is suspended or expelled: what it may still say of its own contracts, and no longer of what is others'."""

from __future__ import annotations

from lading_conformance.drivers.party import Party, clear_terms
from lading_conformance.drivers.subject import Hook
from lading_conformance.steps import agreements, deals, expect, recourse
from lading_conformance.steps.expect import Registration
from lading_conformance.trial.case import Case, Trial
from lading_conformance.trial.session import Session


def run(trial: Trial) -> None:
    """Suspend an arbiter, expel a consumer, and let both go on."""
    session = trial.session
    with trial.given("an arbiter and a consumer of its own, a contract and a listing that name the arbiter"):
        arbiter = session.admitted("arbiter to be suspended", "arbiter")
        consumer = session.admitted("consumer to be expelled", "consumer")
        standing = deals.standing(terms=clear_terms(arbiter=arbiter.id))
        listing = deals.publish(session, standing=standing)
        contract = deals.say(session, deals.acceptance(session, listing.id, session.word(), consumer))
        delivery = agreements.delivered(session, contract.id)
        claims = [
            deals.say(session, recourse.claim(session.provider, contract.id, ground))
            for ground in ("unpaid", "breach")
        ]
        objection = deals.say(session, recourse.claim(session.consumer, listing.id, "objection"))
    _stopped(trial, "suspend", arbiter, "suspended")
    _stopped(trial, "expel", consumer, "expelled")
    _arbiter(trial, arbiter, claims[0], objection)
    _consumer(trial, consumer, (contract, delivery, listing), claims[1])


def _stopped(trial: Trial, hook: Hook, party: Party, state: str) -> None:
    session = trial.session
    session.operate(hook, participant=party.id)
    with trial.given(f"the {party.name.split()[0]} is {state}"):

        def is_stopped() -> bool | None:
            answer = expect.status(session.exchange.get(f"/state/{party.id}"), 200)
            record = answer.members().get("record")
            return True if isinstance(record, dict) and record.get("state") == state else None

        expect.in_time(session, 5.0, is_stopped, f"the state of {party.id} did not become {state}")
        session.checkpoint()


def _arbiter(trial: Trial, arbiter: Party, claim: Registration, objection: Registration) -> None:
    session = trial.session
    with trial.check("LAD-RUL-005", "a suspended arbiter's ruling on a claim about a listing: not-admitted"):
        expect.refused(session, recourse.ruling(arbiter, objection.id), "not-admitted")
    with trial.check("LAD-REG-002", "its ruling on a claim of a contract that chose it: registered"):
        deals.say(session, recourse.ruling(arbiter, claim.id))


def _consumer(trial: Trial, consumer: Party, traded: tuple[Registration, ...], claim: Registration) -> None:
    session = trial.session
    contract, delivery, listing = traded
    with trial.check("LAD-ADM-004", "an expelled consumer's claim about a listing: not-admitted"):
        expect.refused(session, recourse.claim(consumer, listing.id, "objection"), "not-admitted")
    with trial.check("LAD-ADM-004", "and its disclosure of somebody else's public statement: not-admitted"):
        expect.refused(session, recourse.disclosure(consumer, listing.id), "not-admitted")
    own: dict[str, bytes] = {
        "claim about its contract": recourse.claim(consumer, contract.id, "breach"),
        "answer to a claim": recourse.answer(consumer, claim.id),
        "grant of its contract": recourse.grant(consumer, contract.id, session.assessor),
        "disclosure of what it reads": recourse.disclosure(consumer, delivery.id),
        "second signature": recourse.second_signature(consumer, contract.id),
    }
    for what, jws in own.items():
        with trial.check("LAD-REG-002", f"its {what}: registered"):
            deals.say(session, jws)
    with trial.check("LAD-REG-002", "and so is the withdrawal of its claim"):
        mine = _claim(session, consumer, delivery.id)
        deals.say(session, recourse.withdrawal(consumer, mine.id))


def _claim(session: Session, party: Party, about: str) -> Registration:
    return deals.say(session, recourse.claim(party, about, "late"))


CASE = Case(
    name="recourse_barred",
    profile="recourse",
    story="The exchange suspends an arbiter and expels a consumer. The arbiter still rules where both chose it, "
    "and the consumer still disputes, answers and opens what is its own; about listings neither has a say any more.",
    requirements=("LAD-RUL-005", "LAD-REG-002", "LAD-ADM-004"),
    run=run,
    slow=True,
    needs=("suspend", "expel"),
)
