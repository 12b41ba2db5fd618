"""What is between two parties does not exist for others, at whatever path they ask for it."""

from __future__ import annotations

from typing import Final

from lading_conformance.drivers.answers import Answer
from lading_conformance.drivers.http import Signing
from lading_conformance.drivers.party import Party, now
from lading_conformance.oracle import statement
from lading_conformance.oracle.http_signature import Signer
from lading_conformance.steps import agreements, deals, expect, handover
from lading_conformance.steps.deals import DAY
from lading_conformance.steps.sealed import Sealed
from lading_conformance.trial.case import Case, Trial
from lading_conformance.trial.outcome import Failed
from lading_conformance.trial.session import Session

READS: Final = (
    "/statements/{}",
    "/statements/{}/proof",
    "/statements/{}/evidence",
    "/state/{}",
    "/journal/{}",
)
PARTS: Final = ("manifest", "chunks", "boxes/exchange", "boxes/consumer")


def run(trial: Trial) -> None:
    """Let a stranger, and somebody who does not sign, ask for every statement and content of a trade, by every path."""
    session = trial.session
    with trial.given("a trade with everything in it, and a stranger"):
        hidden = _trade(session)
        delivered = handover.deliver(session, _sealed(session))
        readers: dict[str, Party | None] = {"a stranger": session.stranger, "nobody in particular": None}
    for what, own in hidden.items():
        with trial.check("LAD-HTP-019", f"the {what}: read by provider and consumer"):
            for party in (session.provider, session.consumer):
                expect.status(session.exchange.statement(own, party.signer), 200)
    for who, reader in readers.items():
        _never_there(trial, hidden, who, None if reader is None else reader.signer)
    _content(trial, delivered.prefix, delivered.sealed.bound.contract)
    _alike(trial, hidden["acceptance"])


def _trade(session: Session) -> dict[str, str]:
    """Return the ids of what only the two parties may read, by their types."""
    listing = deals.publish(session).id
    offer = agreements.offered(session, listing)
    acceptance = agreements.accept(session, offer.id)
    delivery, receipt = agreements.received(session, acceptance.id)
    end = agreements.termination(session.provider, acceptance.id, now() + 60 * DAY)
    invoice = agreements.payment(session, session.provider, acceptance.id, "invoice")
    refused = deals.publish(session).id
    rejected = agreements.offered(session, refused)
    rejection = session.consumer.says("rejection", offer=rejected.id, reason="price")
    claim = session.consumer.says("claim", statement=delivery.id, ground="quality")
    return {
        "offer": offer.id,
        "acceptance": acceptance.id,
        "delivery": delivery.id,
        "receipt": receipt.id,
        "notice": deals.say(session, end).id,
        "payment": deals.say(session, invoice).id,
        "rejection": deals.say(session, rejection).id,
        "claim": deals.say(session, claim).id,
    }


def _sealed(session: Session) -> Sealed:
    contract = deals.contract(session, session.sealed_consumer).id
    return handover.seal(session, contract, deals.new_content(session, 1_000))


def _never_there(trial: Trial, hidden: dict[str, str], who: str, reader: Signer | None) -> None:
    session = trial.session
    # The journal tells who does not sign to sign, whatever the id.
    paths = [path for path in READS if reader is not None or not path.startswith("/journal")]
    never = statement.statement_id(session.random.randbytes(32))
    with trial.need("LAD-HTP-010", f"what never was, to {who}: not-found, at every path"):
        absent = {path: session.exchange.get(path.format(never), reader) for path in paths}
        for answer in absent.values():
            expect.problem(answer, "not-found")
    for what, own in hidden.items():
        with trial.check("LAD-HTP-010", f"the {what} by all these paths, to {who}: byte for byte the same"):
            for path in paths:
                expect.same(session.exchange.get(path.format(own), reader), absent[path])
    with trial.check("LAD-HTP-010", f"and HEAD of the acceptance, to {who}: the same, without the body"):
        for path in paths:
            asked = (path.format(own) for own in (hidden["acceptance"], never))
            expect.same(*(_head(session, item, reader) for item in asked))


def _head(session: Session, path: str, signer: Signer | None) -> Answer:
    return session.exchange.http.request("HEAD", path, signing=Signing(signer) if signer else None)


def _content(trial: Trial, prefix: str, contract: str) -> None:
    session = trial.session
    with trial.check("LAD-HTP-019", "manifest, chunks and boxes of a sealed delivery: read by its parties"):
        for part in PARTS:
            for party in handover.parties(session):
                expect.status(session.exchange.get(f"{prefix}/{part}", party.signer), 200)
    others = {"a stranger": session.stranger, "the consumer of another contract": session.consumer}
    for who, party in others.items():
        for part in PARTS:
            with trial.check("LAD-HTP-010", f"the {part} of it, to {who}: never there"):
                path = prefix.replace(contract, "{}") + f"/{part}"
                expect.same_as_absent(session, path, contract, party.signer)


def _alike(trial: Trial, own: str) -> None:
    session = trial.session
    with trial.check(
        "LAD-HTP-010", "hidden, absent and a path that leads nowhere: one answer, byte for byte"
    ):
        paths = (
            f"/statements/{own}",
            f"/state/{own}",
            f"/attachments/{own}/{own}",
            "/nothing",
            "/log/nothing",
        )
        answers = {session.exchange.get(path).body for path in paths}
        if len(answers) != 1:
            raise Failed(f"{len(answers)} different bodies")
    with trial.check("LAD-HTP-010", "and the answer does not repeat what was asked for"):
        answer = session.exchange.get(f"/statements/{own}")
        expect.problem(answer, "not-found")
        if own in answer.text() or own[7:] in answer.text() or "pointer" in answer.members():
            raise Failed("it names the id, or a pointer")


CASE = Case(
    name="transfer_hidden",
    profile="transfer",
    story="A stranger has learned the id of every statement of a trade from the public log. It asks for each, its "
    "proof, evidence, state and journal, and for the content, and gets the same 404 as for what never was.",
    requirements=("LAD-HTP-019", "LAD-HTP-010"),
    run=run,
)
