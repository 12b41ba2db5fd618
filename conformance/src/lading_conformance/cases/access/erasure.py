"""Erasures: the bytes are gone, with 410 to who could read them; the place in the log, and what was changed, stay."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from lading_conformance.drivers.answers import object_of
from lading_conformance.drivers.party import Party, clear_terms
from lading_conformance.oracle import statement
from lading_conformance.steps import (
    agreements,
    deals,
    erased,
    evidence,
    expect,
    feed,
    handover,
    recourse,
    sight,
)
from lading_conformance.steps.erased import Erased
from lading_conformance.steps.expect import Registration
from lading_conformance.trial.case import Case, Trial
from lading_conformance.trial.outcome import Failed
from lading_conformance.trial.session import Session

NO_WORDS: Final = (None, "")


@dataclass(frozen=True)
class Kept:
    """What is to be erased, what names it, and a reader by a grant."""

    listing_jws: bytes
    listing: Registration
    dictionary: recourse.Attached
    offer: Registration
    contract: Registration
    delivery: Registration
    receipt: Registration
    claim_jws: bytes
    claim: Registration
    paper: recourse.Attached
    auditor: Party


def run(trial: Trial) -> None:
    """Erase a claim and a listing, and what cannot be erased."""
    session = trial.session
    with trial.given(
        "a listing with a dictionary, an offer and a contract about it, and a claim with a document"
    ):
        kept = _kept(session)
    _by_others(trial, kept)
    erasure = _claim(trial, kept)
    _listing(trial, kept)
    _goes_on(trial, kept)
    _never(trial, kept, erasure)


def _kept(session: Session) -> Kept:
    provider, consumer = session.provider, session.consumer
    dictionary, paper = recourse.attached(session), recourse.attached(session)
    listing_jws = provider.says(
        "listing",
        kind="dataset",
        title=f"Erased {session.word()}",
        documents=[{"role": "dictionary", "document": dictionary.named}],
        standing=deals.standing(terms=clear_terms(arbiter=session.arbiter.id)),
    )
    listing = deals.say(session, listing_jws)
    expect.status(recourse.put(session, listing.id, dictionary, provider), 204)
    offer = agreements.offered(session, listing.id)
    contract = deals.say(session, deals.acceptance(session, listing.id, session.word()))
    delivery, receipt = agreements.received(session, contract.id)
    claim_jws = recourse.claim(consumer, delivery.id, "quality", text="Mr Doe lied.", evidence=[paper.named])
    claim = deals.say(session, claim_jws)
    expect.status(recourse.put(session, claim.id, paper, consumer), 204)
    auditor = session.introduced("auditor")
    deals.say(session, recourse.grant(consumer, contract.id, auditor))
    return Kept(
        listing_jws,
        listing,
        dictionary,
        offer,
        contract,
        delivery,
        receipt,
        claim_jws,
        claim,
        paper,
        auditor,
    )


def _by_others(trial: Trial, kept: Kept) -> None:
    """Erasures that participants sign."""
    session = trial.session
    for party in (session.provider, session.consumer, session.stranger):
        with trial.check("LAD-ERA-005", "an erasure that a participant issues: wrong-issuer"):
            expect.refused(session, _erasure(party, kept), "wrong-issuer")
    with trial.check("LAD-HTP-019", "so the claim and its document are there still"):
        for reader in (session.provider, session.consumer, session.arbiter, kept.auditor):
            expect.stored(session, kept.claim_jws, reader.signer)
            recourse.is_shown(session, kept.claim.id, kept.paper, reader)


def _erasure(party: Party, kept: Kept) -> bytes:
    return party.says(
        "erasure",
        statement=kept.claim.id,
        index=kept.claim.index,
        sort="claim",
        author=party.id,
        ground="personal-data",
        changes=[],
    )


def _claim(trial: Trial, kept: Kept) -> Erased:
    """Have erased what few could read; return the erasure."""
    session, key = trial.session, kept.claim.id
    parties = (session.provider, session.consumer, session.arbiter)
    readers = (*parties, kept.auditor)
    gone = _erased(trial, "the claim", key, session.consumer)
    with trial.check(
        "LAD-ERA-006", "it says where the claim stands, whose it is, who reads it and its contract"
    ):
        who = [party.id for party in parties]
        erased.repeats(gone, kept.claim, "claim", session.consumer, readers=who, contract=kept.contract.id)
    with trial.check("LAD-HTP-019", "who could read the claim reads its erasure, and nobody else"):
        for reader in readers:
            expect.stored(session, gone.said.jws, reader.signer)
        for other in (session.stranger, None):
            sight.hidden(session, gone.id, other)
    for reader in readers:
        with trial.check(
            "LAD-HTP-042", f"its bytes and its document: 410 gone, to the {reader.name.split()[0]}"
        ):
            erased.is_gone(session, f"/statements/{key}", reader)
            erased.is_gone(session, recourse.path_of(key, kept.paper), reader)
    with trial.check("LAD-HTP-010", "and 404 to all others, as if there had been nothing"):
        for other in (session.stranger, session.assessor, None):
            sight.hidden(session, key, other)
            recourse.is_hidden(session, key, kept.paper, other)
    _given_out(trial, kept, gone)
    with trial.check("LAD-HTP-042", "its proof is given as before"):
        for reader in parties:
            erased.is_left(session, kept.claim_jws, kept.claim, reader)
    with trial.check("LAD-HTP-028", "and what it changed stays: the claim is open"):
        expect.state(session, session.provider, key, "claim", state="open", about=kept.delivery.id)
    with trial.check("LAD-REG-005", "the same bytes sent again are the statement that was registered then"):
        again = expect.registered(session, kept.claim_jws, session.exchange.register(kept.claim_jws), 200)
        if (again.index, again.time) != (kept.claim.index, kept.claim.time):
            raise Failed(f"the answer is about index {again.index}, not {kept.claim.index}")
        erased.is_gone(session, f"/statements/{key}", session.consumer)
    with trial.check("LAD-CLM-005", "and its place is taken still"):
        jws = recourse.claim(session.consumer, kept.delivery.id, "quality")
        expect.refused(session, jws, "claim-taken", winner=key)
    _in_evidence(trial, kept, gone)
    return gone


def _erased(trial: Trial, what: str, statement_id: str, reader: Party) -> Erased:
    """Have a statement erased; the erasure is the exchange's, and has the form of one."""
    session = trial.session
    with trial.need(
        "LAD-HTP-029", f"the erasure of {what} that the operator orders is in its readers' feeds"
    ):
        gone = erased.erase(session, statement_id, reader)
    with trial.check("LAD-ERA-005", f"the exchange issued and signed the erasure of {what}"):
        handover.by_exchange(session, gone.said)
    with trial.check("LAD-ERA-001", "it has the members of an erasure, and records without words"):
        erased.form(gone)
    return gone


def _given_out(trial: Trial, kept: Kept, gone: Erased) -> None:
    session, key = trial.session, kept.claim.id
    with trial.check("LAD-ERA-007", "neither a read nor feed nor evidence give out its bytes"):
        for reader in (session.provider, session.consumer, kept.auditor):
            if kept.claim_jws in session.exchange.statement(key, reader.signer).body:
                raise Failed(f"{reader.name} reads the claim")
            shown = {event.id for event in feed.after(session, reader, kept.claim.index - 1)}
            if key in shown or gone.id not in shown:
                raise Failed(f"the feed of {reader.name} shows the claim, or not its erasure")
            if key not in evidence.read(session, key, reader).withheld:
                raise Failed("the evidence shows the claim")


def _in_evidence(trial: Trial, kept: Kept, gone: Erased) -> None:
    session, key = trial.session, kept.claim.id
    with trial.check("LAD-EVI-016", "in evidence it stands as withheld, beside its erasure"):
        for reader in (session.provider, session.consumer):
            shown = evidence.check(session, key, {gone.id, session.facts.id}, reader)
            if shown.withheld != {key}:
                raise Failed(
                    f"{len(shown.withheld)} statements are withheld instead of the one that is erased"
                )
    with trial.check("LAD-EVI-028", "with its author's first statement, and what the erasure's changes name"):
        named = {kept.delivery.id, kept.contract.id, session.provider.id, session.consumer.id}
        named = named & erased.changed_ids(gone) | {session.consumer.id}
        if kept.delivery.id not in named:
            raise Failed("the changes do not name the delivery that the claim is about")
        evidence.check(session, key, named, session.provider)
    with trial.check("LAD-EVI-016", "and so in the evidence of its erasure"):
        closure = {gone.id, kept.delivery.id, kept.contract.id}
        evidence.check(session, gone.id, closure, session.provider)


def _listing(trial: Trial, kept: Kept) -> None:
    """The erasure of what everybody could read."""
    session, key = trial.session, kept.listing.id
    with trial.check("LAD-TRF-019", "before it is erased, everybody reads the listing and its dictionary"):
        expect.stored(session, kept.listing_jws)
        recourse.is_shown(session, key, kept.dictionary, None)
    gone = _erased(trial, "the listing", key, session.stranger)
    with trial.check("LAD-ERA-006", "it names neither readers nor a contract"):
        erased.repeats(gone, kept.listing, "listing", session.provider, readers=None, contract=None)
    with trial.check("LAD-HTP-019", "it is public, as the listing was"):
        sight.shown(session, gone.said.jws, None, stateful=False)
    with trial.check("LAD-HTP-042", "the listing's bytes and its dictionary: 410 gone, to everybody"):
        for reader in (session.provider, session.stranger, None):
            erased.is_gone(session, f"/statements/{key}", reader)
            erased.is_gone(session, recourse.path_of(key, kept.dictionary), reader)
        erased.is_left(session, kept.listing_jws, kept.listing, None)
    with trial.check("LAD-LIF-001", "the listing is withdrawn by its erasure, and its words are gone"):
        expect.state(session, session.stranger, key, "listing", state="withdrawn", closed_by=gone.id)
        answer = expect.status(session.exchange.get(f"/state/{key}"), 200)
        if object_of(answer.members(), "record").get("title") not in NO_WORDS:
            raise Failed("its record has a title still")
    with trial.check("LAD-ERA-007", "no search finds it"):
        title = str(statement.parse(kept.listing_jws).payload["title"])
        found = expect.status(session.exchange.get("/listings?" + urlencode({"q": title})), 200)
        if key.encode() in found.body:
            raise Failed("the listings show it")
    with trial.check("LAD-LIF-001", "its open offer is closed by the erasure"):
        jws = session.consumer.says("acceptance", offer=kept.offer.id)
        expect.state(session, session.consumer, kept.offer.id, "offer", state="closed", closed_by=gone.id)
        expect.refused(session, jws, "offer-not-open", winner=gone.id)


def _goes_on(trial: Trial, kept: Kept) -> None:
    """The contract about the listing, whose own acceptance is erased too."""
    session = trial.session
    gone = _erased(trial, "the acceptance", kept.contract.id, session.consumer)
    with trial.check("LAD-ERA-006", "the erasure of the acceptance names its contract, and both parties"):
        who = [session.provider.id, session.consumer.id]
        contract = kept.contract.id
        erased.repeats(gone, kept.contract, "acceptance", session.consumer, readers=who, contract=contract)
    with trial.check("LAD-HTP-042", "the acceptance: 410 gone, to both parties and by the grant"):
        for reader in (session.provider, session.consumer, kept.auditor):
            erased.is_gone(session, f"/statements/{kept.contract.id}", reader)
    with trial.check("LAD-REG-002", "the contract runs on: a delivery and its receipt are registered"):
        expect.state(session, session.consumer, kept.contract.id, "contract", state="active")
        _, receipt = agreements.received(session, kept.contract.id, 2)
    with trial.check(
        "LAD-EVI-016", "in the receipt's evidence the acceptance stands as withheld, and its erasure"
    ):
        shown = evidence.check(session, receipt.id, {receipt.id, gone.id}, session.provider)
        if not {kept.contract.id, kept.listing.id} <= shown.withheld:
            raise Failed("acceptance and listing are not withheld, though they are erased")


def _never(trial: Trial, kept: Kept, erasure: Erased) -> None:
    session = trial.session
    with trial.check("LAD-ERA-003", "what is erased is not erased again"):
        erased.is_not_erased(session, kept.claim.id, session.consumer)
    lasting = {
        "a receipt": (kept.receipt.id, session.consumer),
        "a participant": (kept.auditor.id, kept.auditor),
        "an erasure": (erasure.id, session.consumer),
    }
    for what, (key, reader) in lasting.items():
        with trial.check("LAD-ERA-002", f"{what} is not erased"):
            erased.is_not_erased(session, key, reader)
            expect.status(session.exchange.statement(key, reader.signer), 200)


CASE = Case(
    name="access_erasure",
    profile="access",
    story="The operator of an exchange has a claim, a listing and an acceptance erased. Their bytes and documents are "
    "gone for those who could read them, and are to all others what they were: nothing. Their places in the log, their "
    "proofs and what they changed stay, and the contract runs on. Receipts, identities and erasures are not erased.",
    requirements=(
        "LAD-ERA-005",
        "LAD-HTP-019",
        "LAD-HTP-029",
        "LAD-ERA-001",
        "LAD-ERA-006",
        "LAD-HTP-042",
        "LAD-HTP-010",
        "LAD-ERA-007",
        "LAD-HTP-028",
        "LAD-REG-005",
        "LAD-CLM-005",
        "LAD-EVI-016",
        "LAD-EVI-028",
        "LAD-TRF-019",
        "LAD-LIF-001",
        "LAD-REG-002",
        "LAD-ERA-003",
        "LAD-ERA-002",
    ),
    run=run,
    slow=True,
    needs=("erase",),
)
