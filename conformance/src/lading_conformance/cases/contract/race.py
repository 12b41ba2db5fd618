"""Statements that exclude each other arrive at one moment: one counts, and the others learn which."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from lading_conformance.drivers.answers import Answer
from lading_conformance.drivers.http import together
from lading_conformance.drivers.party import Party
from lading_conformance.oracle import statement
from lading_conformance.steps import agreements, deals, expect
from lading_conformance.trial.case import Case, Trial
from lading_conformance.trial.outcome import Failed
from lading_conformance.trial.session import Session

RIVALS: Final = 6
"""How many statements of one kind arrive at one moment."""
ROUNDS: Final = 4
"""How often two different ones do, so that each may win."""

Outcomes = dict[bytes, str]
"""Statements, and the state into which each brings its subject."""


def run(trial: Trial) -> None:
    """Let acceptances, withdrawals, receipts, deliveries, amendments and references race."""
    session = trial.session
    with trial.given("an admitted provider, and two admitted consumers"):
        _ = session.provider, session.consumer
        other = session.sealed_consumer
    _same_offer(trial)
    for turn in range(ROUNDS):
        _offer(trial, turn)
        _delivery(trial, turn)
    _sequence(trial)
    _reference(trial)
    _maximum(trial, other)
    _amendments(trial)
    _again(trial)


def _same_offer(trial: Trial) -> None:
    session = trial.session
    with trial.given("an offer"):
        offer = agreements.offered(session, deals.publish(session).id)
    rivals = [_signed_again(session.consumer, number, offer=offer.id) for number in range(RIVALS)]
    what = f"{RIVALS} acceptances of one offer at one moment: one counts, the others are told which"
    with trial.check("LAD-OFR-004", what):
        winner = _one_of(session, rivals, "offer-not-open")
        expect.state(session, session.provider, offer.id, "offer", state="accepted", closed_by=winner)


def _offer(trial: Trial, turn: int) -> None:
    """Everything that closes an offer, at one moment."""
    session = trial.session
    provider, consumer = session.provider, session.consumer
    with trial.given("an offer"):
        listing = deals.publish(session)
        offer = agreements.offered(session, listing.id)
    answer = agreements.offer(consumer, provider, listing=listing.id, replies_to=offer.id)
    ends: Outcomes = {
        consumer.says("acceptance", offer=offer.id): "accepted",
        consumer.says("rejection", offer=offer.id, reason="price"): "rejected",
        provider.says("withdrawal", statement=offer.id): "withdrawn",
        answer: "countered",
    }
    with trial.check(
        "LAD-OFR-004", f"acceptance, rejection, withdrawal and answer at one moment ({turn + 1}): one counts"
    ):
        winner = _one_of(session, _turned(ends, turn), "offer-not-open")
        state = _state_by(ends, winner)
        for party in (provider, consumer):
            expect.state(session, party, offer.id, "offer", state=state, closed_by=winner)


def _delivery(trial: Trial, turn: int) -> None:
    session = trial.session
    provider, consumer = session.provider, session.consumer
    with trial.given("a delivery"):
        delivery = agreements.delivered(session, agreements.agreed(session).id)
    ends: Outcomes = {
        agreements.receipt(consumer, delivery.id): "received",
        agreements.refusal(consumer, delivery.id): "refused",
        provider.says("withdrawal", statement=delivery.id): "withdrawn",
    }
    with trial.check(
        "LAD-RCP-002", f"receipts and withdrawal of one delivery at one moment ({turn + 1}): one counts"
    ):
        winner = _one_of(session, _turned(ends, turn), "delivery-not-open")
        state = _state_by(ends, winner)
        for party in (provider, consumer):
            expect.state(session, party, delivery.id, "delivery", state=state, closed_by=winner)


def _sequence(trial: Trial) -> None:
    session = trial.session
    with trial.given("a contract"):
        contract = agreements.agreed(session)
    rivals = [agreements.nothing(session.provider, contract.id, units=number) for number in range(RIVALS)]
    with trial.check("LAD-DLV-002", f"{RIVALS} deliveries of one number at one moment: one holds it"):
        _one_of(session, rivals, "sequence-taken")
        expect.state(session, session.consumer, contract.id, "contract", last_sequence=1)


def _reference(trial: Trial) -> None:
    session = trial.session
    reference = session.word()
    with trial.given(f"{RIVALS} listings"):
        listings = [deals.publish(session).id for _ in range(RIVALS)]
    rivals = [deals.acceptance(session, listing, reference) for listing in listings]
    with trial.check("LAD-ACC-007", "purchases of them all under one reference at one moment: one counts"):
        _one_of(session, rivals, "reference-used")


def _maximum(trial: Trial, other: Party) -> None:
    session = trial.session
    with trial.given("standing terms to be accepted once"):
        listing = deals.publish(session, standing=deals.standing(maximum=1))
    rivals = [
        deals.acceptance(session, listing.id, session.word(), (session.consumer, other)[number % 2])
        for number in range(RIVALS)
    ]
    with trial.check("LAD-ACC-005", f"{RIVALS} acceptances by two consumers at one moment: one counts"):
        _one_of(session, rivals, "maximum-reached", names_winner=False)


def _amendments(trial: Trial) -> None:
    session = trial.session
    provider, consumer = session.provider, session.consumer
    with trial.given(f"a contract, and {RIVALS} offers of other terms for it"):
        contract = agreements.agreed(session)
        offers = [
            deals.say(session, agreements.offer(provider, consumer, amends=contract.id))
            for _ in range(RIVALS)
        ]
    rivals = [consumer.says("acceptance", offer=offer.id) for offer in offers]
    with trial.check("LAD-OFR-006", "all are accepted at one moment: one amends the contract"):
        winner = _one_of(session, rivals, "stale-contract")
        expect.state(session, consumer, contract.id, "contract", head=winner)


def _again(trial: Trial) -> None:
    """The bytes of one acceptance from many connections are one acceptance."""
    session = trial.session
    with trial.given("a listing"):
        listing = deals.publish(session)
    jws = deals.acceptance(session, listing.id, session.word())
    with trial.check(
        "LAD-REG-005", f"one acceptance from {RIVALS} connections: every answer names one entry"
    ):
        answers = _answers(session, [jws] * RIVALS)
        places = {
            (item.index, item.time)
            for answer in answers
            for item in [expect.registered(session, jws, answer, answer.status)]
        }
        if len(places) != 1:
            raise Failed(f"the answers name {len(places)} entries")
    with trial.check("LAD-REG-005", "and it counts once: the listing was accepted one time"):
        expect.state(session, session.provider, listing.id, "listing", accepted=1)


def _signed_again(party: Party, number: int, **members: str) -> bytes:
    """Return an acceptance that differs from others by a millisecond of its time."""
    payload = party.payload("acceptance", **members)
    stamp = str(payload["issued_at"])
    return party.sign({**payload, "issued_at": f"{stamp[:-4]}{number:03d}Z"})


def _turned(ends: Outcomes, turn: int) -> list[bytes]:
    """Return the statements with another one in front each turn."""
    listed = list(ends)
    first = turn % len(listed)
    return listed[first:] + listed[:first]


def _state_by(ends: Outcomes, winner: str) -> str:
    return next(state for jws, state in ends.items() if statement.statement_id(jws) == winner)


def _answers(session: Session, statements: Sequence[bytes]) -> list[Answer]:
    """Register all at one moment; ask again, one by one, where the exchange was busy (LAD-HTP-015)."""
    register: Callable[[bytes], Answer] = session.exchange.register
    answers = together([partial(register, jws) for jws in statements])
    return [
        register(jws) if answer.status == 503 else answer
        for jws, answer in zip(statements, answers, strict=True)
    ]


def _one_of(session: Session, rivals: Sequence[bytes], code: str, *, names_winner: bool = True) -> str:
    """Register all at one moment; return the id of the one that counts, if the others are refused as they must be."""
    answers = dict(zip(rivals, _answers(session, rivals), strict=True))
    won = [jws for jws, answer in answers.items() if answer.status == 201]
    if len(won) != 1:
        raise Failed(f"{len(won)} of {len(rivals)} are registered")
    winner = expect.registered(session, won[0], answers[won[0]]).id
    for jws, answer in answers.items():
        if jws != won[0]:
            expect.problem(answer, code)
            # LAD-REG-013
            if names_winner and answer.members().get("winner") != winner:
                raise Failed(f"a loser is told that {answer.members().get('winner')!r} won, not {winner}")
            expect.not_stored(session, jws)
    return winner


CASE = Case(
    name="contract_race",
    profile="contract",
    story="Both sides press their buttons at the same moment: accept and withdraw, receive and take back, deliver "
    "twice, buy twice. Whatever the order, exactly one statement of each race counts, the losers learn which "
    "one, and the state is that of the winner.",
    requirements=(
        "LAD-OFR-004",
        "LAD-RCP-002",
        "LAD-DLV-002",
        "LAD-ACC-007",
        "LAD-ACC-005",
        "LAD-OFR-006",
        "LAD-REG-005",
    ),
    run=run,
)
