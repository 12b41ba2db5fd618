"""A disclosure opens one statement to a participant, for a while, and tells those whose words were shown."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Final

from lading_conformance.drivers.party import Party, written_time
from lading_conformance.steps import deals, evidence, expect, recourse, sight
from lading_conformance.steps.expect import Registration
from lading_conformance.trial.case import Case, Trial
from lading_conformance.trial.outcome import Failed
from lading_conformance.trial.session import Session

BRIEF_MILLISECONDS: Final = 1_500
"""How long the disclosure lasts that is over before the case is."""


@dataclass(frozen=True)
class Demanded:
    """A contract with a delivery of real content, a claim about it, and a public listing."""

    listing: Registration
    contract: Registration
    prefix: str
    delivery: Registration
    claim: bytes
    claimed: Registration
    sample: recourse.Attached


def run(trial: Trial) -> None:
    """Disclose what is private and what is public, to a reader and to nobody, as who may and as who may not."""
    session = trial.session
    with trial.given("a delivery, a claim about it with a sample, and a reader who is nobody there"):
        demanded, reader = _demanded(session), session.introduced("authority")
    _refuses(trial, demanded, reader)
    _opens(trial, demanded, reader)
    _ends(trial, demanded, reader)
    _public(trial, demanded)
    _of_disclosures(trial, demanded, reader)


def _demanded(session: Session) -> Demanded:
    listing = deals.publish(session)
    contract = deals.say(session, deals.acceptance(session, listing.id, session.word()))
    content = deals.new_content(session, deals.CHUNK + 1)
    ticket = deals.delivery(session.provider, contract.id, content)
    prefix = deals.upload(session, ticket, content).prefix
    delivery = deals.say(session, ticket)
    sample = recourse.attached(session)
    claim = recourse.leak(session.provider, delivery.id, sample)
    claimed = deals.say(session, claim)
    expect.status(recourse.put(session, claimed.id, sample, session.provider), 204)
    return Demanded(listing, contract, prefix, delivery, claim, claimed, sample)


def _refuses(trial: Trial, demanded: Demanded, reader: Party) -> None:
    session, consumer, about = trial.session, trial.session.consumer, demanded.delivery.id
    with trial.check("LAD-DIS-002", "a disclosure of what the issuer may not read: unknown-statement"):
        for party in (reader, session.assessor):
            expect.refused(session, recourse.disclosure(party, about), "unknown-statement")
    with trial.check("LAD-REG-006", "of nothing, or to nobody: unknown-statement"):
        nobody = recourse.disclosure(consumer, about, reader, reader=recourse.never(session))
        for jws in (recourse.disclosure(consumer, recourse.never(session)), nobody):
            expect.refused(session, jws, "unknown-statement")
    with trial.check("LAD-DIS-003", "of which the until is past: already-expired"):
        past = written_time(demanded.claimed.time - 1)
        jws = recourse.disclosure(consumer, about, reader, until=past)
        expect.refused(session, jws, "already-expired")
    with trial.check("LAD-HTP-010", "the reader finds nothing so far"):
        for key in (about, demanded.claimed.id):
            sight.hidden(session, key, reader)


def _opens(trial: Trial, demanded: Demanded, reader: Party) -> None:
    """One claim, with its sample."""
    session = trial.session
    start, key = demanded.listing.index, demanded.claimed.id
    with trial.need("LAD-REG-002", "a disclosure of a claim by its respondent, to the reader: registered"):
        jws = recourse.disclosure(session.consumer, key, reader)
        disclosure = deals.say(session, jws)
    with trial.check("LAD-DIS-004", "the reader reads the claim, its proof, its evidence and its state"):
        sight.shown(session, demanded.claim, reader)
    with trial.check("LAD-DIS-004", "and the sample that the claim names"):
        recourse.is_shown(session, key, demanded.sample, reader)
    with trial.check("LAD-DIS-004", "and the claim is among its events, though older"):
        if not {key, disclosure.id} <= sight.events(session, reader, start):
            raise Failed("the feed of the reader lacks the claim, or its disclosure")
    with trial.check("LAD-HTP-010", "to all others the claim is nothing still"):
        for other in (session.stranger, session.assessor, None):
            sight.hidden(session, key, other)
            recourse.is_hidden(session, key, demanded.sample, other)
    with trial.check("LAD-DIS-004", "and the reader reads nothing else of the contract"):
        for hidden in (demanded.contract.id, demanded.delivery.id):
            sight.hidden(session, hidden, reader)
        sight.none_of(session, reader, start, (demanded.contract.id, demanded.delivery.id))
    with trial.check("LAD-HTP-019", "in the claim's evidence, delivery and contract stand as withheld"):
        evidence.withholds(session, key, {demanded.contract.id, demanded.delivery.id}, reader)
    for part in ("manifest", "chunks"):
        with trial.check("LAD-DIS-005", f"the {part} of the delivery: not found"):
            path = f"{demanded.prefix}/{part}"
            expect.problem(session.exchange.get(path, reader.signer), "not-found")
    _told(trial, demanded, reader, jws, disclosure)


def _told(trial: Trial, demanded: Demanded, reader: Party, jws: bytes, disclosure: Registration) -> None:
    """Who sees the disclosure itself."""
    session, key = trial.session, demanded.claimed.id
    with trial.check("LAD-HTP-019", "both parties and the reader read the disclosure"):
        for party in (session.provider, session.consumer, reader):
            expect.stored(session, jws, party.signer)
    with trial.check("LAD-HTP-028", "its state names the statement, its issuer and its reader"):
        wanted = {"about": key, "issuer": session.consumer.id, "reader": reader.id}
        expect.state(session, session.provider, disclosure.id, "disclosure", **wanted)
    with trial.check("LAD-HTP-010", "to all others it is nothing"):
        for other in (session.assessor, None):
            sight.hidden(session, disclosure.id, other)
    with trial.check("LAD-EVI-016", "its evidence shows claim, delivery and contract"):
        closure = {key, demanded.delivery.id, demanded.contract.id, reader.id, session.facts.id}
        evidence.check(session, disclosure.id, closure, session.provider)
    with trial.check("LAD-WDR-001", "its withdrawal: not-withdrawable"):
        again = recourse.withdrawal(session.consumer, disclosure.id)
        expect.refused(session, again, "not-withdrawable")
    with trial.check("LAD-REG-006", "the reader says nothing about the claim: unknown-statement"):
        for said in (recourse.disclosure(reader, key), recourse.answer(reader, key)):
            expect.refused(session, said, "unknown-statement")


def _ends(trial: Trial, demanded: Demanded, reader: Party) -> None:
    """A disclosure of the delivery that ends soon."""
    session = trial.session
    with trial.need("LAD-REG-002", "a disclosure of the delivery that ends soon: registered"):
        begun = deals.publish(session).time
        over = time.monotonic() + BRIEF_MILLISECONDS / 1_000 + 0.05
        until = written_time(begun + BRIEF_MILLISECONDS)
        deals.say(session, recourse.disclosure(session.provider, demanded.delivery.id, reader, until=until))
    with trial.check("LAD-DIS-004", "until then the reader reads the delivery"):
        expect.status(session.exchange.statement(demanded.delivery.id, reader.signer), 200)
    with trial.check("LAD-DIS-005", "and no content by that"):
        path = f"{demanded.prefix}/chunks"
        expect.problem(session.exchange.get(path, reader.signer), "not-found")
    time.sleep(max(0.0, over - time.monotonic()))
    with trial.check("LAD-DIS-004", "after its until the delivery is nothing to the reader"):
        sight.hidden(session, demanded.delivery.id, reader)
        sight.none_of(session, reader, demanded.listing.index, (demanded.delivery.id,))
    with trial.check("LAD-DIS-004", "while the other disclosure goes on"):
        expect.stored(session, demanded.claim, reader.signer)


def _public(trial: Trial, demanded: Demanded) -> None:
    """A disclosure of what everybody reads."""
    session = trial.session
    with trial.check(
        "LAD-ADM-004", "of somebody else's public statement, by who is not admitted: not-admitted"
    ):
        jws = recourse.disclosure(session.stranger, demanded.listing.id)
        expect.refused(session, jws, "not-admitted")
    with trial.check(
        "LAD-REG-002", "by who is admitted, and of one's own by anybody: registered, and public"
    ):
        paper = recourse.attached(session, "order.bin")
        own = recourse.disclosure(session.stranger, session.stranger.id, response="refused")
        more = recourse.disclosure(session.consumer, demanded.listing.id, document=paper.named)
        for jws in (own, more):
            registered = deals.say(session, jws)
            sight.shown(session, jws, None)
    with trial.check("LAD-TRF-019", "its document too"):
        expect.status(recourse.put(session, registered.id, paper, session.consumer), 204)
        recourse.is_shown(session, registered.id, paper, None)


def _of_disclosures(trial: Trial, demanded: Demanded, reader: Party) -> None:
    session = trial.session
    with trial.given("a disclosure of the contract to no reader"):
        first = deals.say(session, recourse.disclosure(session.consumer, demanded.contract.id))
    with trial.check("LAD-DIS-007", "a disclosure of that one to a reader: unknown-statement"):
        jws = recourse.disclosure(session.consumer, first.id, reader)
        expect.refused(session, jws, "unknown-statement")
    with trial.check("LAD-REG-002", "to no reader: registered"):
        deals.say(session, recourse.disclosure(session.provider, first.id))
    with trial.check("LAD-HTP-010", "a disclosure without a reader opens nothing"):
        sight.hidden(session, demanded.contract.id, reader)


CASE = Case(
    name="access_disclosures",
    profile="access",
    story="An authority demands statements. The parties disclose a claim, a delivery and a listing; who reads by that "
    "reads the one statement with its attachment until the end, and nothing around it. Nobody discloses what it may "
    "not read, and nobody a disclosure to somebody else.",
    requirements=(
        "LAD-DIS-002",
        "LAD-REG-006",
        "LAD-DIS-003",
        "LAD-HTP-010",
        "LAD-REG-002",
        "LAD-DIS-004",
        "LAD-HTP-019",
        "LAD-DIS-005",
        "LAD-HTP-028",
        "LAD-EVI-016",
        "LAD-WDR-001",
        "LAD-ADM-004",
        "LAD-TRF-019",
        "LAD-DIS-007",
    ),
    run=run,
)
