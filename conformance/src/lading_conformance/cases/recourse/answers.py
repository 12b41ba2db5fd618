"""What a respondent answers, and what an arbiter rules: by whom, once, and who reads it."""

from __future__ import annotations

from lading_conformance.drivers.party import Party, now, written_time
from lading_conformance.oracle.canonical import Json
from lading_conformance.steps import agreements, deals, evidence, expect, feed, recourse
from lading_conformance.steps.expect import Registration
from lading_conformance.trial.case import Case, Trial
from lading_conformance.trial.outcome import Failed


def run(trial: Trial) -> None:
    """Answer and rule on the claims of two contracts, of which one has an arbiter."""
    session = trial.session
    with trial.given("claims about a delivery under terms with an arbiter, and about a contract without one"):
        contract = recourse.arbitrated(session)
        delivery, _ = agreements.received(session, contract.id)
        claim = deals.say(session, recourse.claim(session.consumer, delivery.id, "quality"))
        plain = agreements.agreed(session)
        nobody = deals.say(session, recourse.claim(session.provider, plain.id, "unpaid"))
    answer = _answers(trial, claim)
    _no_arbiter(trial, nobody)
    ruling = _rules(trial, claim, answer)
    _reads(trial, (contract, delivery), (claim, answer, ruling))


def _answers(trial: Trial, claim: Registration) -> Registration:
    session = trial.session
    with trial.check("LAD-CLM-011", "an answer of the claimant, or of the arbiter: wrong-party"):
        for party in (session.consumer, session.arbiter):
            expect.refused(session, recourse.answer(party, claim.id), "wrong-party")
    with trial.check("LAD-REG-006", "an answer of a stranger, or to no claim: unknown-statement"):
        expect.refused(session, recourse.answer(session.stranger, claim.id), "unknown-statement")
        for other in (recourse.never(session), session.consumer.id):
            expect.refused(session, recourse.answer(session.provider, other), "unknown-statement")
    paper = recourse.attached(session)
    with trial.need(
        "LAD-REG-002", "the respondent's answer, with a document that is not held yet: registered"
    ):
        jws = recourse.answer(session.provider, claim.id, "denied", text="No.", evidence=[paper.named])
        answer = deals.say(session, jws)
    with trial.check("LAD-TRF-019", "its document, uploaded later, is shown to both sides and the arbiter"):
        recourse.is_hidden(session, answer.id, paper, session.consumer)
        expect.status(recourse.put(session, answer.id, paper, session.provider), 204)
        for reader in (session.provider, session.consumer, session.arbiter):
            recourse.is_shown(session, answer.id, paper, reader)
        for outsider in (session.stranger, None):
            recourse.is_hidden(session, answer.id, paper, outsider)
    with trial.check("LAD-REG-006", "an answer to the answer, and a ruling on it: unknown-statement"):
        expect.refused(session, recourse.answer(session.consumer, answer.id), "unknown-statement")
        expect.refused(session, recourse.ruling(session.arbiter, answer.id), "unknown-statement")
    with trial.check("LAD-WDR-001", "the withdrawal of the answer: not-withdrawable"):
        expect.refused(session, recourse.withdrawal(session.provider, answer.id), "not-withdrawable")
    with trial.check("LAD-LST-003", "the withdrawal of the claim by its respondent: not-author"):
        expect.refused(session, recourse.withdrawal(session.provider, claim.id), "not-author")
    return answer


def _no_arbiter(trial: Trial, claim: Registration) -> None:
    session = trial.session
    with trial.check("LAD-RUL-002", "a ruling on a claim of a contract without an arbiter: no-arbiter"):
        for party in (session.provider, session.consumer):
            expect.refused(session, recourse.ruling(party, claim.id), "no-arbiter")
    with trial.check("LAD-REG-006", "by an arbiter whom nobody named: unknown-statement"):
        expect.refused(session, recourse.ruling(session.arbiter, claim.id), "unknown-statement")
    with trial.check("LAD-HTP-028", "its state names no arbiter"):
        expect.state(session, session.provider, claim.id, "claim", arbiter=None, state="open")


def _rules(trial: Trial, claim: Registration, answer: Registration) -> Registration:
    session = trial.session
    with trial.check("LAD-RUL-003", "a ruling of the claimant or of the respondent: wrong-party"):
        for party in (session.consumer, session.provider):
            expect.refused(session, recourse.ruling(party, claim.id), "wrong-party")
    with trial.check("LAD-REG-006", "a ruling of a stranger, or on no claim: unknown-statement"):
        expect.refused(session, recourse.ruling(session.assessor, claim.id), "unknown-statement")
        expect.refused(
            session, recourse.ruling(session.arbiter, recourse.never(session)), "unknown-statement"
        )
    with trial.check("LAD-HTP-028", "the claim is answered by now"):
        for reader in (session.provider, session.consumer, session.arbiter):
            expect.state(session, reader, claim.id, "claim", state="answered", closed_by=answer.id)
    reasons = recourse.attached(session, "reasons.bin")
    with trial.need("LAD-REG-002", "the ruling of the arbiter whom the terms name: registered"):
        ruling = deals.say(session, _upheld(session.arbiter, claim, reasons=reasons.named))
    with trial.check("LAD-CLM-008", "a second one, an answer and a withdrawal: claim-not-open by the ruling"):
        for late in (
            recourse.ruling(session.arbiter, claim.id, "settled"),
            recourse.answer(session.provider, claim.id, "conceded"),
            recourse.withdrawal(session.consumer, claim.id),
        ):
            expect.refused(session, late, "claim-not-open", winner=ruling.id)
    with trial.check(
        "LAD-TRF-019", "its reasons are shown to both sides and the arbiter, and to nobody else"
    ):
        expect.status(recourse.put(session, ruling.id, reasons, session.arbiter), 204)
        for reader in (session.provider, session.consumer, session.arbiter):
            recourse.is_shown(session, ruling.id, reasons, reader)
        for outsider in (session.stranger, None):
            recourse.is_hidden(session, ruling.id, reasons, outsider)
    return ruling


def _upheld(arbiter: Party, claim: Registration, **members: Json) -> bytes:
    """Return a ruling for the claimant, who is to get money back within a day."""
    refund: dict[str, Json] = {
        "kind": "refund",
        "amount": {"amount": "10.00", "currency": "EUR"},
        "by": written_time(now() + deals.DAY),
    }
    return recourse.ruling(arbiter, claim.id, "upheld", remedy=refund, text="Half of it.", **members)


def _reads(trial: Trial, traded: tuple[Registration, ...], said: tuple[Registration, ...]) -> None:
    """Who sees claim, answer and ruling."""
    session = trial.session
    claim, answer, ruling = said
    readers = (session.provider, session.consumer, session.arbiter)
    with trial.check(
        "LAD-HTP-028", "the claim is ruled, and the ruling's state tells all three and the outcome"
    ):
        wanted = {
            "claim": claim.id,
            "claimant": session.consumer.id,
            "respondent": session.provider.id,
            "arbiter": session.arbiter.id,
            "outcome": "upheld",
            "contract": traded[0].id,
        }
        for reader in readers:
            expect.state(session, reader, claim.id, "claim", state="ruled", closed_by=ruling.id)
            expect.state(session, reader, ruling.id, "ruling", **wanted)
    with trial.check("LAD-HTP-029", "claim, answer and ruling are in the feeds of all three"):
        for reader in readers:
            shown = {event.id for event in feed.after(session, reader, claim.index - 1)}
            if not {one.id for one in said} <= shown:
                raise Failed(f"the feed of {reader.name} lacks one of them")
    with trial.check("LAD-HTP-010", "to all others they are nothing"):
        for one in said:
            for signer in (session.stranger.signer, session.assessor.signer, None):
                expect.same_as_absent(session, "/statements/{}", one.id, signer)
    with trial.check("LAD-EVI-016", "the evidence of answer and ruling shows claim, delivery and contract"):
        closure = {claim.id, *(one.id for one in traded), session.facts.id}
        for one in (answer, ruling):
            evidence.check(session, one.id, {one.id} | closure, session.provider)
    with trial.check("LAD-HTP-019", "and to the arbiter of these the claim alone"):
        evidence.withholds(session, ruling.id, {one.id for one in traded}, session.arbiter)


CASE = Case(
    name="recourse_answers",
    profile="recourse",
    story="A claim is answered by the one whom it is against, and ruled on once by the arbiter whom the terms name. "
    "Where they name none, nobody rules. Both sides and the arbiter read all of it, and nobody else.",
    requirements=(
        "LAD-CLM-011",
        "LAD-REG-006",
        "LAD-REG-002",
        "LAD-TRF-019",
        "LAD-WDR-001",
        "LAD-LST-003",
        "LAD-RUL-002",
        "LAD-HTP-028",
        "LAD-RUL-003",
        "LAD-CLM-008",
        "LAD-HTP-029",
        "LAD-HTP-010",
        "LAD-EVI-016",
        "LAD-HTP-019",
    ),
    run=run,
)
