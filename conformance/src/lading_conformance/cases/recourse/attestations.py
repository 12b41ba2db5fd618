"""Attestations: by an assessor who is nobody's relative, about what it may read; second signatures by the author."""

from __future__ import annotations

import time
from typing import Final

from lading_conformance.drivers.party import Party, written_time
from lading_conformance.oracle.canonical import Json
from lading_conformance.steps import agreements, deals, evidence, expect, recourse
from lading_conformance.steps.expect import Registration
from lading_conformance.trial.case import Case, Trial
from lading_conformance.trial.session import Session

KINDS: Final = (
    "authorisation",
    "compliance",
    "conformance",
    "export-assessment",
    "provenance",
    "quality",
    "security-assessment",
    "surveying",
    "valuation",
)
BRIEF_MILLISECONDS: Final = 1_500
"""How long the grant lasts that is over before the case is."""


def run(trial: Trial) -> None:
    """Attest to public and private statements, as who may and as who may not."""
    session = trial.session
    with trial.given("a listing, a contract about it, and a delivery"):
        listing = deals.publish(session)
        acceptance = deals.acceptance(session, listing.id, session.word())
        contract = deals.say(session, acceptance)
        delivery = agreements.delivered(session, contract.id)
    _public(trial, listing)
    _related(trial)
    _signs_again(trial, listing, contract)
    _expires(trial, listing)
    _hidden(trial, contract, delivery)
    _granted(trial, contract, delivery)


def _public(trial: Trial, listing: Registration) -> None:
    """About a listing, which everybody reads."""
    session = trial.session
    with trial.check("LAD-ATT-003", "an attestation of the listing's provider: wrong-party"):
        expect.refused(session, recourse.attestation(session.provider, listing.id), "wrong-party")
    with trial.check("LAD-ATT-005", "one of a consumer, who is no assessor: missing-role"):
        expect.refused(session, recourse.attestation(session.consumer, listing.id), "missing-role")
    with trial.check("LAD-ATT-005", "one of who is not admitted: not-admitted"):
        expect.refused(session, recourse.attestation(session.stranger, listing.id), "not-admitted")
    report = recourse.attached(session, "report.bin")
    for kind in KINDS:
        with trial.need("LAD-REG-002", f"one of an assessor, {kind}: registered"):
            more: dict[str, Json] = {"evidence": [report.named]} if kind == "surveying" else {}
            said = recourse.attestation(session.assessor, listing.id, kind, **more)
            registered = deals.say(session, said)
        if kind == "surveying":
            _reads(trial, listing, registered, said, report)


def _reads(
    trial: Trial, listing: Registration, registered: Registration, said: bytes, report: recourse.Attached
) -> None:
    session = trial.session
    with trial.check("LAD-HTP-019", "it is public, like the listing"):
        expect.stored(session, said)
    with trial.check("LAD-TRF-019", "and so is its report, uploaded later"):
        expect.status(recourse.put(session, registered.id, report, session.assessor), 204)
        recourse.is_shown(session, registered.id, report, None)
    with trial.check("LAD-HTP-028", "its state tells its kind, and that it stands"):
        wanted = {
            "about": listing.id,
            "sort": "surveying",
            "issuer": session.assessor.id,
            "state": "standing",
            "expires_at": None,
            "closed_by": None,
        }
        expect.state(session, session.stranger, registered.id, "attestation", **wanted)
    with trial.check("LAD-EVI-016", "its evidence shows everybody the listing"):
        evidence.check(session, registered.id, {registered.id, listing.id, session.facts.id}, None)
    with trial.check("LAD-LST-003", "its withdrawal by the listing's provider: not-author"):
        expect.refused(session, recourse.withdrawal(session.provider, registered.id), "not-author")
    with trial.check("LAD-REG-002", "its withdrawal by its issuer: registered, and public too"):
        jws = recourse.withdrawal(session.assessor, registered.id)
        last = deals.say(session, jws)
        expect.stored(session, jws)
    with trial.check("LAD-ATT-002", "a second withdrawal: attestation-not-standing by the first"):
        again = recourse.withdrawal(session.assessor, registered.id)
        expect.refused(session, again, "attestation-not-standing", winner=last.id)


def _related(trial: Trial) -> None:
    """About who somebody is: by relatives, by id and by identifier, in either direction."""
    session = trial.session
    with trial.given("participants of whom some name others as related"):
        own = f"lei:{session.word().upper()}"
        subject, first = _introduced(session, "subject", identifiers=[own])
        by_id, second = _introduced(session, "relative", related=[_relation(subject.id)])
        by_name, _ = _introduced(session, "namesake", related=[_relation(own)])
    relatives = {
        "its subject itself": subject,
        "who names it by id": by_id,
        "who names its identifier": by_name,
    }
    for who, party in relatives.items():
        with trial.check("LAD-ATT-003", f"about a participant statement, by {who}: wrong-party"):
            expect.refused(session, recourse.attestation(party, first), "wrong-party")
    with trial.check("LAD-ATT-003", "and by the named about who names it: wrong-party"):
        expect.refused(session, recourse.attestation(subject, second), "wrong-party")
    with trial.check("LAD-ATT-005", "by one that neither names: not-admitted"):
        expect.refused(session, recourse.attestation(by_name, second), "not-admitted")
    with trial.check("LAD-REG-002", "by an assessor whom nobody names: registered"):
        deals.say(session, recourse.attestation(session.assessor, first, "authorisation"))


def _introduced(session: Session, name: str, **members: Json) -> tuple[Party, str]:
    party = session.newcomer(name)
    first = party.sign(party.introduction(**members))
    return party.registered(first), deals.say(session, first).id


def _relation(party: str) -> dict[str, Json]:
    return {"party": party, "relation": "affiliate"}


def _signs_again(trial: Trial, listing: Registration, contract: Registration) -> None:
    """Second signatures."""
    session = trial.session
    with trial.check("LAD-ATT-004", "a second signature by others than the author: wrong-party"):
        for party, about in ((session.assessor, listing.id), (session.provider, contract.id)):
            expect.refused(session, recourse.second_signature(party, about), "wrong-party")
    with trial.check("LAD-REG-002", "by the author: registered, also where it is not admitted for anything"):
        deals.say(session, recourse.second_signature(session.provider, listing.id))
        deals.say(session, recourse.second_signature(session.consumer, contract.id))
        deals.say(session, recourse.second_signature(session.stranger, session.stranger.id))


def _expires(trial: Trial, listing: Registration) -> None:
    session = trial.session
    with trial.check("LAD-ATT-006", "an attestation that has expired: already-expired"):
        past = written_time(listing.time - 1)
        jws = recourse.attestation(session.assessor, listing.id, expires_at=past)
        expect.refused(session, jws, "already-expired")
    with trial.check("LAD-REG-002", "one that expires in a day: registered, and its state tells when"):
        moment = listing.time + deals.DAY
        jws = recourse.attestation(session.assessor, listing.id, expires_at=written_time(moment))
        registered = deals.say(session, jws)
        expect.state(session, session.assessor, registered.id, "attestation", expires_at=moment)


def _hidden(trial: Trial, contract: Registration, delivery: Registration) -> None:
    """About what is between others."""
    session = trial.session
    for about in (contract.id, delivery.id, recourse.never(session)):
        with trial.check(
            "LAD-REG-006", "about what the assessor may not read, or nothing: unknown-statement"
        ):
            expect.refused(session, recourse.attestation(session.assessor, about), "unknown-statement")
    with trial.check("LAD-ATT-003", "about the contract, and what belongs to it, by a party: wrong-party"):
        for party in (session.provider, session.consumer):
            for about in (contract.id, delivery.id):
                expect.refused(session, recourse.attestation(party, about), "wrong-party")


def _granted(trial: Trial, contract: Registration, delivery: Registration) -> None:
    """Under a grant of a party."""
    session, assessor = trial.session, trial.session.assessor
    with trial.given("grants of the contract to the assessor, to somebody else, and of another contract"):
        other = agreements.agreed(session)
        grants = {
            "to somebody else": recourse.grant(session.provider, contract.id, session.stranger),
            "of another contract": recourse.grant(session.provider, other.id, assessor),
        }
        wrong = {what: deals.say(session, jws).id for what, jws in grants.items()}
        ends = time.monotonic() + BRIEF_MILLISECONDS / 1_000 + 0.05
        until = other.time + BRIEF_MILLISECONDS
        brief = deals.say(session, recourse.grant(session.provider, contract.id, assessor, until))
        own = deals.say(session, recourse.grant(session.consumer, contract.id, assessor))
    for what, key in wrong.items():
        with trial.check("LAD-ATT-008", f"by a grant {what}: unknown-statement"):
            jws = recourse.attestation(assessor, delivery.id, grant=key)
            expect.refused(session, jws, "unknown-statement")
    with trial.check("LAD-ATT-008", "without naming the grant, by what is none: unknown-statement"):
        expect.refused(session, recourse.attestation(assessor, delivery.id), "unknown-statement")
        jws = recourse.attestation(assessor, delivery.id, grant=contract.id)
        expect.refused(session, jws, "unknown-statement")
    with trial.need("LAD-REG-002", "by an open grant, about the delivery: registered"):
        said = recourse.attestation(assessor, delivery.id, "surveying", grant=own.id)
        registered = deals.say(session, said)
    with trial.check("LAD-HTP-019", "both parties and its issuer read it"):
        for reader in (session.provider, session.consumer, assessor):
            expect.stored(session, said, reader.signer)
    with trial.check("LAD-HTP-010", "to all others it is nothing"):
        for signer in (session.arbiter.signer, None):
            expect.same_as_absent(session, "/statements/{}", registered.id, signer)
    with trial.check("LAD-EVI-016", "its evidence shows a party delivery, contract and grant"):
        closure = {registered.id, delivery.id, contract.id, own.id, session.facts.id}
        evidence.check(session, registered.id, closure, session.provider)
    with trial.need("LAD-REG-002", "the grant is withdrawn"):
        deals.say(session, recourse.withdrawal(session.consumer, own.id))
    time.sleep(max(0.0, ends - time.monotonic()))
    for what, key in {"withdrawn": own.id, "past its until": brief.id}.items():
        with trial.check("LAD-ATT-008", f"by a grant that is {what}: unknown-statement"):
            jws = recourse.attestation(assessor, delivery.id, grant=key)
            expect.refused(session, jws, "unknown-statement")
    with trial.check(
        "LAD-HTP-019", "its issuer reads it still, and of what it is about only that it was there"
    ):
        expect.stored(session, said, assessor.signer)
        evidence.withholds(session, registered.id, {delivery.id, contract.id}, assessor)


CASE = Case(
    name="recourse_attestations",
    profile="recourse",
    story="An assessor attests to a listing and, under a grant, to a delivery; the author signs again in another "
    "suite. Whoever is a party, related to one, no assessor, too late or without sight of the statement is refused.",
    requirements=(
        "LAD-ATT-003",
        "LAD-ATT-005",
        "LAD-REG-002",
        "LAD-HTP-019",
        "LAD-TRF-019",
        "LAD-HTP-028",
        "LAD-EVI-016",
        "LAD-LST-003",
        "LAD-ATT-002",
        "LAD-ATT-004",
        "LAD-ATT-006",
        "LAD-REG-006",
        "LAD-ATT-008",
        "LAD-HTP-010",
    ),
    run=run,
)
