"""A whole trade: listed, bought, uploaded, delivered, received, and proven."""

from __future__ import annotations

from dataclasses import dataclass

from lading_conformance.drivers.exchange import OCTETS
from lading_conformance.steps import deals, evidence, expect
from lading_conformance.steps.deals import Content
from lading_conformance.steps.expect import Registration
from lading_conformance.trial.case import Case, Trial
from lading_conformance.trial.outcome import Failed

SIZE = 3 * deals.CHUNK + 4_321
WEEK = 7 * deals.DAY


@dataclass(frozen=True)
class Delivered:
    """What was delivered, where it can be fetched, and its registration."""

    content: Content
    prefix: str
    registration: Registration


def run(trial: Trial) -> None:
    """Trade one content between the provider and the consumer of the run."""
    session = trial.session
    with trial.given("an admitted provider and an admitted consumer"):
        _ = session.provider, session.consumer
    content = deals.new_content(session, SIZE)
    with trial.need("LAD-REG-002", "a listing that promises its content is registered"):
        listing = deals.publish(session, **content.promise)
    with trial.need("LAD-ACC-001", "the consumer's acceptance of its standing terms concludes the contract"):
        accepted = deals.say(session, deals.acceptance(session, listing.id, session.word()))
        expect.state(session, session.consumer, accepted.id, "contract", state="active", last_sequence=0)
    delivered = _deliver(trial, accepted, content)
    _receive(trial, delivered)
    _acknowledge(trial, delivered, (listing.id, accepted.id))


def _deliver(trial: Trial, accepted: Registration, content: Content) -> Delivered:
    session = trial.session
    jws = deals.delivery(session.provider, accepted.id, content)
    with trial.need("LAD-TRF-010", "manifest and chunks are taken, and counted"):
        upload = deals.upload(session, jws, content)
        if upload.chunks != len(content.chunks) or deals.held(session, upload.prefix) != upload.chunks:
            raise Failed(f"`chunks` is {upload.chunks}, or not as many are held")
    with trial.need("LAD-REG-002", "the delivery is registered once its content is held"):
        delivered = deals.say(session, jws)
    with trial.check("LAD-HTP-028", "its state is open, with the deadline that the terms give"):
        deadline = delivered.time + WEEK
        expect.state(
            session,
            session.consumer,
            delivered.id,
            "delivery",
            state="open",
            deadline=deadline,
            **content.promise,
        )
    return Delivered(content, upload.prefix, delivered)


def _receive(trial: Trial, delivered: Delivered) -> None:
    session, content = trial.session, delivered.content
    consumer = session.consumer
    with trial.need("LAD-TRF-008", "the consumer reads the manifest of the promised root"):
        answer = expect.status(session.exchange.get(f"{delivered.prefix}/manifest", consumer.signer), 200)
        if expect.media_type(answer, OCTETS).body != content.manifest:
            raise Failed("the manifest is not the one that was uploaded")
    with trial.need("LAD-TRF-006", "the consumer reads exactly the bytes that were sent"):
        if deals.download(session, delivered.prefix, consumer) != content.data:
            raise Failed("the content is not the one that was uploaded")
    with trial.check("LAD-TRF-005", "a range of it is read as 206; one beyond its end is wrong-range"):
        path, first, last = f"{delivered.prefix}/chunks", deals.CHUNK - 5, deals.CHUNK + 5
        part = expect.status(session.exchange.range(path, first, last, consumer.signer), 206)
        if part.body != content.data[first : last + 1]:
            raise Failed("the range holds other bytes")
        beyond = session.exchange.range(path, SIZE, SIZE + 1, consumer.signer)
        expect.problem(beyond, "wrong-range")


def _acknowledge(trial: Trial, delivered: Delivered, named: tuple[str, str]) -> None:
    session = trial.session
    jws = deals.receipt(session.consumer, delivered.registration.id, delivered.content)
    with trial.need("LAD-RCP-006", "the receipt is registered, and the delivery is received"):
        receipt = deals.say(session, jws)
        expect.state(
            session,
            session.consumer,
            delivered.registration.id,
            "delivery",
            state="received",
            closed_by=receipt.id,
        )
    with trial.check("LAD-HTP-019", "both parties read it"):
        for party in (session.provider, session.consumer):
            expect.stored(session, jws, party.signer)
    with trial.check("LAD-EVI-016", "the evidence of the receipt holds the whole trade, each entry proven"):
        closure = {*named, delivered.registration.id, receipt.id, session.provider.id, session.consumer.id}
        evidence.check(session, receipt.id, closure | {session.facts.id}, session.consumer)


CASE = Case(
    name="transfer_trade",
    profile="transfer",
    story="A provider lists a content by its root, a consumer buys it, the provider uploads and delivers it, the "
    "consumer gets exactly those bytes and signs for them. Afterwards one file proves all of it.",
    requirements=(
        "LAD-REG-002",
        "LAD-ACC-001",
        "LAD-TRF-010",
        "LAD-HTP-028",
        "LAD-TRF-008",
        "LAD-TRF-006",
        "LAD-TRF-005",
        "LAD-RCP-006",
        "LAD-HTP-019",
        "LAD-EVI-016",
    ),
    run=run,
)
