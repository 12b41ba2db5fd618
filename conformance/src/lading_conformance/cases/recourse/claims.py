"""Claims about a contract: every ground that needs no proof, by whom, about what, and in which time."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Final

from lading_conformance.drivers.party import Party, clear_terms, now, written_time
from lading_conformance.steps import agreements, deals, evidence, expect, recourse
from lading_conformance.steps.expect import Registration
from lading_conformance.trial.case import Case, Trial
from lading_conformance.trial.session import Session

TAKEN: Final = ("quality", "incomplete", "not-as-described")
"""The grounds on which a consumer claims about a delivery, in its dispute window."""
PARTIES: Final = (
    "rights",
    "unlawful",
    "personal-data",
    "not-delivered",
    "late",
    "misuse",
    "overcharged",
    "unpaid",
    "breach",
)
"""The grounds on which either party claims about a statement of the contract, at any time."""


@dataclass(frozen=True)
class Traded:
    """A contract with an arbiter, under which one delivery was received and one is open."""

    contract: Registration
    received: Registration
    receipt: Registration
    open: Registration


def run(trial: Trial) -> None:
    """Claim on every ground as who may and as who may not, before the window and behind it, once and twice."""
    session = trial.session
    with trial.given("a contract with an arbiter, and one whose dispute window is a second"):
        traded = _traded(session)
        brief = recourse.arbitrated(session, dispute_window="PT1S")
        late, _ = agreements.received(session, brief.id)
        ends = time.monotonic() + recourse.WINDOW / 1_000 + 0.05
    _parties(trial, traded)
    amended = _subjects(trial, traded)
    claim = _taken(trial, traded)
    _before(trial, traded)
    _reads(trial, traded, claim)
    _evidence(trial, traded, claim, amended)
    time.sleep(max(0.0, ends - time.monotonic()))
    _after(trial, late)


def _traded(session: Session) -> Traded:
    contract = recourse.arbitrated(session)
    received, receipt = agreements.received(session, contract.id)
    return Traded(contract, received, receipt, agreements.delivered(session, contract.id, 2))


def _parties(trial: Trial, traded: Traded) -> None:
    """Who claims."""
    session = trial.session
    for ground in TAKEN:
        with trial.check("LAD-CLM-013", f"a claim of its provider about a delivery, {ground}: wrong-party"):
            jws = recourse.claim(session.provider, traded.received.id, ground)
            expect.refused(session, jws, "wrong-party")
    with trial.check("LAD-CLM-013", "a claim of its consumer about a delivery, leak: wrong-party"):
        sample = recourse.attached(session)
        expect.refused(session, recourse.leak(session.consumer, traded.received.id, sample), "wrong-party")
    for other in (session.stranger, session.arbiter):
        with trial.check("LAD-REG-006", f"claims of the {other.name.split()[0]}: unknown-statement"):
            for ground in ("quality", "breach"):
                expect.refused(
                    session, recourse.claim(other, traded.received.id, ground), "unknown-statement"
                )


def _subjects(trial: Trial, traded: Traded) -> tuple[str, str]:
    """Claim about everything; return the amendment and its offer."""
    session, consumer = trial.session, trial.session.consumer
    with trial.given("a payment, a notice, a word of deletion and an amendment under the contract"):
        said = _said(session, traded)
        offer = said.pop("offer").id
    wrong = {
        "quality, of a contract": (traded.contract.id, "quality"),
        "incomplete, of a receipt": (traded.receipt.id, "incomplete"),
        "objection, of a contract": (traded.contract.id, "objection"),
        "breach, of an offer": (offer, "breach"),
        "breach, of a participant": (session.provider.id, "breach"),
        "breach, of nothing": (recourse.never(session), "breach"),
    }
    for what, (about, ground) in wrong.items():
        with trial.check("LAD-REG-006", f"{what}: unknown-statement"):
            expect.refused(session, recourse.claim(consumer, about, ground), "unknown-statement")
    for index, ground in enumerate(PARTIES):
        kinds = list(said)
        first, second = kinds[index % len(kinds)], kinds[(index + 4) % len(kinds)]
        with trial.check("LAD-REG-002", f"{ground}, of the {first} and of the {second}: registered"):
            deals.say(session, recourse.claim(consumer, said[first].id, ground))
            deals.say(session, recourse.claim(session.provider, said[second].id, ground))
    return said["amendment"].id, offer


def _said(session: Session, traded: Traded) -> dict[str, Registration]:
    """Return one statement of a contract of every kind but release and lapse, and an offer, by their kinds."""
    provider, consumer, contract = session.provider, session.consumer, traded.contract.id
    offer = agreements.offer(
        provider, consumer, amends=contract, terms=clear_terms(arbiter=session.arbiter.id)
    )
    offered = deals.say(session, offer)
    payment = agreements.payment(session, consumer, contract, "paid")
    by = written_time(now() + deals.DAY)
    recall = agreements.notice(provider, contract, "recall", erase_by=by)
    return {
        "offer": offered,
        "acceptance": traded.contract,
        "amendment": agreements.accept(session, offered.id),
        "delivery": traded.received,
        "receipt": traded.receipt,
        "payment": deals.say(session, payment),
        "deletion": deals.say(session, agreements.deletion(consumer, contract)),
        "notice": deals.say(session, recall),
    }


def _taken(trial: Trial, traded: Traded) -> Registration:
    """The same claim twice."""
    session, consumer = trial.session, trial.session.consumer
    about = traded.received.id
    claims = {}
    for ground in TAKEN:
        with trial.need(
            "LAD-REG-002", f"a claim of the consumer about what it received, {ground}: registered"
        ):
            claims[ground] = deals.say(session, recourse.claim(consumer, about, ground, remedy="refund"))
    with trial.check("LAD-REG-002", "a claim of the provider about the same delivery, leak: registered"):
        deals.say(session, recourse.leak(session.provider, about, recourse.attached(session)))
    first = claims["quality"]
    with trial.check("LAD-CLM-005", "the same statement and ground again: claim-taken by the first claim"):
        jws = recourse.claim(consumer, about, "quality", text="In other words.")
        expect.refused(session, jws, "claim-taken", winner=first.id)
    with trial.check("LAD-CLM-005", "again after the first one was withdrawn: claim-taken by it"):
        gone = claims["incomplete"]
        deals.say(session, recourse.withdrawal(consumer, gone.id))
        jws = recourse.claim(consumer, about, "incomplete")
        expect.refused(session, jws, "claim-taken", winner=gone.id)
    return first


def _before(trial: Trial, traded: Traded) -> None:
    """Before the dispute window."""
    session, consumer = trial.session, trial.session.consumer
    for ground in TAKEN:
        with trial.check(
            "LAD-CLM-004", f"{ground}, of a delivery that is not received: dispute-window-closed"
        ):
            expect.refused(session, recourse.claim(consumer, traded.open.id, ground), "dispute-window-closed")
    _without_window(trial, traded.open.id, "before the window")


def _after(trial: Trial, late: Registration) -> None:
    """After the dispute window."""
    session, consumer = trial.session, trial.session.consumer
    for ground in TAKEN:
        with trial.check("LAD-CLM-004", f"{ground}, after the dispute window: dispute-window-closed"):
            expect.refused(session, recourse.claim(consumer, late.id, ground), "dispute-window-closed")
    _without_window(trial, late.id, "after the window")


def _without_window(trial: Trial, about: str, when: str) -> None:
    session = trial.session
    with trial.check("LAD-REG-002", f"late and leak, of the same delivery {when}: registered"):
        deals.say(session, recourse.claim(session.consumer, about, "late"))
        deals.say(session, recourse.leak(session.provider, about, recourse.attached(session)))


def _reads(trial: Trial, traded: Traded, claim: Registration) -> None:
    """What a claim has come to, and who reads it."""
    session = trial.session
    readers = (session.provider, session.consumer, session.arbiter)
    with trial.check("LAD-HTP-028", "its state tells both sides, the arbiter, the contract and the delivery"):
        wanted = {
            "about": traded.received.id,
            "claimant": session.consumer.id,
            "respondent": session.provider.id,
            "ground": "quality",
            "state": "open",
            "contract": traded.contract.id,
            "delivery": traded.received.id,
            "arbiter": session.arbiter.id,
            "closed_by": None,
        }
        for reader in readers:
            expect.state(session, reader, claim.id, "claim", **wanted)
    with trial.check("LAD-HTP-028", "and the delivery is received as before"):
        expect.state(session, session.consumer, traded.received.id, "delivery", state="received")
    with trial.check("LAD-HTP-010", "to all others it is nothing, in whatever form it is asked for"):
        for other in (session.stranger, session.assessor, None):
            _is_hidden(session, claim.id, other)
    with trial.check("LAD-HTP-010", "and the arbiter reads nothing else of the contract"):
        for hidden in (traded.contract.id, traded.received.id):
            _is_hidden(session, hidden, session.arbiter)


def _evidence(trial: Trial, traded: Traded, claim: Registration, amended: tuple[str, str]) -> None:
    """What the evidence of a claim shows to whom."""
    session, about = trial.session, {traded.received.id, traded.contract.id}
    with trial.check("LAD-EVI-016", "its evidence shows the parties its closure"):
        for party in (session.provider, session.consumer):
            evidence.check(session, claim.id, {claim.id, session.facts.id} | about, party)
    with trial.check("LAD-EVI-027", "and the amendment of the contract before it, with its offer"):
        evidence.check(session, claim.id, set(amended), session.consumer)
    with trial.check("LAD-HTP-019", "it withholds from the arbiter what it may not read"):
        evidence.withholds(session, claim.id, about | set(amended), session.arbiter)


def _is_hidden(session: Session, statement_id: str, reader: Party | None) -> None:
    signer = None if reader is None else reader.signer
    for path in ("/statements/{}", "/statements/{}/proof", "/statements/{}/evidence", "/state/{}"):
        expect.same_as_absent(session, path, statement_id, signer)


CASE = Case(
    name="recourse_claims",
    profile="recourse",
    story="Two parties trade under terms that name an arbiter, and complain about everything that can be complained "
    "about: each ground by the one side that may, about the kind of statement that it is about, in the dispute window "
    "or outside of it, and no claim twice. Both sides and the arbiter read a claim, and nobody else.",
    requirements=(
        "LAD-CLM-013",
        "LAD-REG-006",
        "LAD-REG-002",
        "LAD-CLM-005",
        "LAD-CLM-004",
        "LAD-HTP-028",
        "LAD-HTP-010",
        "LAD-EVI-016",
        "LAD-EVI-027",
        "LAD-HTP-019",
    ),
    run=run,
)
