"""A sealed delivery ends without an accepted receipt: taken back, refused, or too late. Nobody gets its key."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Final

from lading_conformance.drivers.party import Party, clear_terms
from lading_conformance.oracle.canonical import Json
from lading_conformance.steps import deals, evidence, expect, feed, handover, sealed
from lading_conformance.steps.expect import Registration
from lading_conformance.steps.feed import Event
from lading_conformance.steps.handover import Delivered
from lading_conformance.steps.sealed import Sealed
from lading_conformance.trial.case import Case, Trial
from lading_conformance.trial.outcome import OVER, Blocked, Failed
from lading_conformance.trial.session import Session

SIZE: Final = 1_000
SHORT_SECONDS: Final = 2
PATIENCE_SECONDS: Final = 65.0
"""How long the suite waits for a lapse: a minute (LAD-LPS-004), and what an answer takes."""
LAPSE_MEMBERS: Final = frozenset({"version", "type", "home", "issuer", "under", "issued_at", "delivery"})


@dataclass(frozen=True)
class Untaken:
    """A delivery that nobody takes in time. `accepted` is the receipt that comes too late."""

    form: str
    sequence: int
    registration: Registration
    accepted: bytes


def run(trial: Trial) -> None:
    """Let one sealed and one clear delivery lapse; then take one back, and refuse one."""
    _lapses(trial)
    with trial.given("a contract with time to take what is delivered"):
        contract = deals.contract(trial.session, trial.session.sealed_consumer)
    withdrawn = _withdrawn(trial, contract.id)
    refused = _refused(trial, contract.id, withdrawn)
    with trial.check("LAD-DLV-002", "after both the number is free for a third delivery"):
        handover.deliver(trial.session, _seal(trial.session, contract.id))
    with trial.check("LAD-DLV-013", "the shares of the refused delivery stay used"):
        jws = _again(trial.session, refused, 2).delivery(trial.session.provider)
        expect.refused(trial.session, jws, "share-reused", winner=refused.id)


def _lapses(trial: Trial) -> None:
    session = trial.session
    with trial.given("a sealed and a clear delivery, to be taken within two seconds"):
        terms = clear_terms(taking_period=f"PT{SHORT_SECONDS}S")
        contract = deals.contract(session, session.sealed_consumer, standing=deals.standing(terms=terms))
        delivered = handover.deliver(session, _seal(session, contract.id))
        untaken = [_untaken(session, delivered), _clear(session, contract.id)]
    _wait(session, SHORT_SECONDS + 0.05)
    first = untaken[0].registration.index
    for delivery in untaken:
        with trial.check(
            "LAD-RCP-003", f"a receipt of the {delivery.form} one after its deadline is too late"
        ):
            _too_late(session, delivery)
    lapses = {}
    for delivery in untaken:
        with trial.need(
            "LAD-LPS-004", f"within a minute the lapse of the {delivery.form} one is in both feeds"
        ):
            lapses[delivery.sequence] = [
                _lapse_of(session, party, delivery, first) for party in handover.parties(session)
            ]
    for delivery in untaken:
        _check_lapse(trial, delivery, lapses[delivery.sequence])
    _after_lapse(trial, contract.id, untaken, lapses[1][0].id)
    with trial.check("LAD-HTP-036", "the exchange's box of the sealed one is gone"):
        handover.box_is_gone(session, delivered.prefix)
    with trial.check("LAD-EVI-016", "the evidence of the lapse shows the delivery that lapsed"):
        closure = {session.facts.id, contract.id, delivered.id, lapses[1][0].id}
        evidence.check(session, lapses[1][0].id, closure, session.sealed_consumer)


def _untaken(session: Session, delivered: Delivered) -> Untaken:
    jws = delivered.sealed.receipt(session.sealed_consumer, delivered.id)
    return Untaken("sealed", 1, delivered.registration, jws)


def _clear(session: Session, contract: str) -> Untaken:
    """Deliver clear content with number 2."""
    content = deals.new_content(session, SIZE)
    jws = deals.delivery(session.provider, contract, content, 2)
    deals.upload(session, jws, content)
    delivery = deals.say(session, jws)
    return Untaken("clear", 2, delivery, deals.receipt(session.sealed_consumer, delivery.id, content))


def _wait(session: Session, seconds: float) -> None:
    """Wait until so much time has passed since the last answer, on this machine and so at the exchange."""
    if session.is_over():
        raise Blocked(OVER)
    time.sleep(seconds)


def _too_late(session: Session, delivery: Untaken) -> None:
    """Fail unless a receipt is refused, by its deadline or, where the lapse was first, because of that."""
    answer = session.exchange.register(delivery.accepted)
    lapsed = answer.status == 409
    expect.problem(answer, "delivery-not-open" if lapsed else "deadline-passed")


def _lapse_of(session: Session, party: Party, delivery: Untaken, after: int) -> Event:
    def probe() -> Event | None:
        lapses = [event for event in feed.after(session, party, after) if event.type == "lapse"]
        named = [
            event for event in lapses if event.read().payload.get("delivery") == delivery.registration.id
        ]
        return named[0] if named else None

    return expect.in_time(session, PATIENCE_SECONDS, probe, f"no lapse appeared in the feed of {party.name}")


def _check_lapse(trial: Trial, delivery: Untaken, shown: list[Event]) -> None:
    session, lapse = trial.session, shown[0]
    said = lapse.read()
    with trial.check("LAD-LPS-001", f"the lapse of the {delivery.form} one is one statement, of its members"):
        if set(said.payload) != LAPSE_MEMBERS or any(event != lapse for event in shown):
            raise Failed(f"it has the members {', '.join(sorted(said.payload))}, or differs between feeds")
    with trial.check("LAD-LPS-002", "the exchange issued and signed it"):
        handover.by_exchange(session, said)
    with trial.check("LAD-LPS-003", "it was registered after the deadline, as its proof says"):
        path = f"/statements/{lapse.id}/proof"
        proof = expect.status(session.exchange.get(path, session.provider.signer), 200).text()
        expect.proven(session, lapse.jws, lapse.index, lapse.time, proof)
        if lapse.time <= (deadline := delivery.registration.time + 1_000 * SHORT_SECONDS):
            raise Failed(f"it was registered at {lapse.time}, and the deadline is {deadline}")
    with trial.check("LAD-HTP-028", "the delivery is lapsed"):
        wanted = {"state": "lapsed", "closed_by": lapse.id, "released_by": None, "settles_at": None}
        expect.state(session, session.sealed_consumer, delivery.registration.id, "delivery", **wanted)
    with trial.check("LAD-RCP-002", "a receipt is delivery-not-open now, naming the lapse"):
        expect.refused(session, delivery.accepted, "delivery-not-open", winner=lapse.id)


def _after_lapse(trial: Trial, contract: str, untaken: list[Untaken], lapse: str) -> None:
    session = trial.session
    with trial.check("LAD-HTP-010", "a stranger finds of a lapse the 404 of what never was"):
        expect.same_as_absent(session, "/statements/{}", lapse, session.stranger.signer)
    delivery = untaken[0].registration
    with trial.check("LAD-RCP-002", "a withdrawal after the lapse: delivery-not-open, naming it"):
        withdrawal = session.provider.says("withdrawal", statement=delivery.id)
        expect.refused(session, withdrawal, "delivery-not-open", winner=lapse)
    with trial.check("LAD-DLV-002", "the number stays taken: sequence-taken, naming the lapsed delivery"):
        again = _seal(session, contract).delivery(session.provider)
        expect.refused(session, again, "sequence-taken", winner=delivery.id)


def _withdrawn(trial: Trial, contract: str) -> Delivered:
    session = trial.session
    with trial.given("a sealed delivery"):
        delivered = handover.deliver(session, _seal(session, contract))
    with trial.need("LAD-REG-002", "the provider takes it back before the receipt"):
        closing = deals.say(session, session.provider.says("withdrawal", statement=delivered.id))
    _is_closed(trial, delivered, closing, "withdrawn")
    with trial.check("LAD-RCP-002", "a receipt after that: delivery-not-open, naming the withdrawal"):
        receipt = delivered.sealed.receipt(session.sealed_consumer, delivered.id)
        expect.refused(session, receipt, "delivery-not-open", winner=closing.id)
    return delivered


def _refused(trial: Trial, contract: str, withdrawn: Delivered) -> Delivered:
    session, consumer = trial.session, trial.session.sealed_consumer
    with trial.check(
        "LAD-DLV-013", "delivered anew with the same shares: share-reused, naming what was withdrawn"
    ):
        jws = _again(session, withdrawn, 1).delivery(session.provider)
        expect.refused(session, jws, "share-reused", winner=withdrawn.id)
    with trial.need("LAD-DLV-002", "delivered anew with new shares, under the number that is free again"):
        delivered = handover.deliver(session, _seal(session, contract))
    with trial.need("LAD-REG-002", "the consumer refuses it"):
        said: dict[str, Json] = {"outcome": "refused", "reason": "bad-share"}
        closing = deals.say(session, consumer.says("receipt", delivery=delivered.id, **said))
    _is_closed(trial, delivered, closing, "refused")
    return delivered


def _is_closed(trial: Trial, delivered: Delivered, closing: Registration, state: str) -> None:
    session = trial.session
    with trial.check("LAD-HTP-028", f"the delivery is {state}"):
        wanted = {"state": state, "closed_by": closing.id, "released_by": None, "settles_at": None}
        expect.state(session, session.sealed_consumer, delivered.id, "delivery", **wanted)
    with trial.check(
        "LAD-HTP-036", f"the exchange's box of what was {state} is gone, and is not taken again"
    ):
        handover.box_is_gone(session, delivered.prefix)
        box = delivered.sealed.boxes["exchange"]
        path = f"{delivered.prefix}/boxes/exchange"
        expect.problem(session.exchange.put(path, box, session.provider.signer), "not-found")
        handover.box_is_gone(session, delivered.prefix)
    with trial.check("LAD-RCP-002", f"no release follows on what was {state}"):
        later = feed.after(session, session.sealed_consumer, closing.index)
        if any(event.type == "release" for event in later):
            raise Failed("the consumer's feed shows a release")


def _seal(session: Session, contract: str) -> Sealed:
    return handover.seal(session, contract, deals.new_content(session, SIZE))


def _again(session: Session, delivered: Delivered, sequence: int) -> Sealed:
    """Return other content under the shares of a delivery that was closed."""
    content, before = deals.new_content(session, SIZE), delivered.sealed
    return sealed.seal(session, before.bound.contract, content, before.shares, sequence)


CASE = Case(
    name="transfer_closing",
    profile="transfer",
    story="Nobody takes a sealed and a clear delivery in time: the exchange says so in the log, and a receipt comes "
    "too late. Another sealed delivery is taken back, and the next one refused. Each time the exchange's box is gone, "
    "nobody gets its share, and the share is never used again.",
    requirements=(
        "LAD-RCP-003",
        "LAD-LPS-004",
        "LAD-LPS-001",
        "LAD-LPS-002",
        "LAD-LPS-003",
        "LAD-HTP-028",
        "LAD-RCP-002",
        "LAD-HTP-010",
        "LAD-DLV-002",
        "LAD-HTP-036",
        "LAD-EVI-016",
        "LAD-REG-002",
        "LAD-DLV-013",
    ),
    run=run,
)
