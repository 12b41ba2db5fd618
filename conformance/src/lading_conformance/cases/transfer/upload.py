"""Only the promised bytes, in order and complete, count as uploaded."""

from __future__ import annotations

from dataclasses import dataclass

from lading_conformance.drivers.answers import Answer, integer_of
from lading_conformance.drivers.exchange import OCTETS
from lading_conformance.drivers.http import Signing
from lading_conformance.oracle.sealkeys import BOX_BYTES
from lading_conformance.steps import deals, expect, sealed
from lading_conformance.steps.deals import CHUNK, Content
from lading_conformance.steps.sealed import SIDES
from lading_conformance.trial.case import Case, Trial
from lading_conformance.trial.outcome import Failed
from lading_conformance.trial.session import Session

SIZE = 2 * CHUNK + 1_234


@dataclass(frozen=True)
class Ticket:
    """A signed delivery that is not registered, its content, and where that is uploaded."""

    jws: bytes
    content: Content
    prefix: str


def run(trial: Trial) -> None:
    """Upload one content wrongly in every way, then rightly; and try to register it before it is all there."""
    session = trial.session
    content = deals.new_content(session, SIZE)
    with trial.given("a contract, and a stranger"):
        contract = deals.contract(session)
        _ = session.stranger
    jws = deals.delivery(session.provider, contract.id, content)
    ticket = _open(trial, jws, deals.delivery(session.consumer, contract.id, content), content)
    _manifests(trial, ticket)
    _chunks(trial, ticket)
    _others(trial, ticket)
    _complete(trial, ticket)


def _open(trial: Trial, jws: bytes, foreign: bytes, content: Content) -> Ticket:
    session = trial.session
    with trial.check(
        "LAD-DLV-007", "a delivery of which nothing is uploaded: content-missing, nothing stored"
    ):
        expect.refused(session, jws, "content-missing")
    with trial.check("LAD-DLV-001", "a ticket signed by the consumer: wrong-party"):
        expect.problem(session.exchange.open_upload(foreign), "wrong-party")
    with trial.need(
        "LAD-TRF-009", "a ticket opens an upload of which nothing is held, and is not registered"
    ):
        upload = deals.open_upload(session, jws)
        if (upload.chunks, upload.held, upload.manifest) != (len(content.chunks), 0, False):
            raise Failed(f"the ticket is answered with {upload}")
        expect.not_stored(session, jws)
    return Ticket(jws, content, upload.prefix)


def _manifests(trial: Trial, ticket: Ticket) -> None:
    session, manifest = trial.session, ticket.content.manifest
    with trial.check("LAD-TRF-004", "chunks before the manifest: upload-out-of-order"):
        expect.problem(
            deals.put_chunks(session, ticket.prefix, 0, ticket.content.chunks[0]), "upload-out-of-order"
        )
    wrong = {
        "a manifest with one hash altered": _flipped(manifest, 40),
        "a manifest with one hash missing": manifest[:-32],
        "a manifest with one hash too many": manifest + bytes(32),
        "a manifest cut inside a hash": manifest[:-1],
    }
    for what, body in wrong.items():
        with trial.check("LAD-TRF-002", f"{what}: bad-manifest"):
            expect.problem(deals.put_manifest(session, ticket.prefix, body), "bad-manifest")
    with trial.check("LAD-HTP-014", "a manifest under the digest of another body: bad-digest"):
        path = f"{ticket.prefix}/manifest"
        headers = session.exchange.http.signed_headers(
            "PUT", path, b"other", Signing(session.provider.signer)
        )
        sent = {**headers, "Content-Type": OCTETS}
        answer = session.exchange.http.request("PUT", path, body=manifest, headers=sent)
        expect.problem(answer, "bad-digest")
    with trial.need("LAD-TRF-008", "the manifest of the promised root: taken"):
        expect.status(deals.put_manifest(session, ticket.prefix, manifest), 204)


def _chunks(trial: Trial, ticket: Ticket) -> None:
    session, chunks = trial.session, ticket.content.chunks
    with trial.check("LAD-TRF-004", "the second chunk before the first: upload-out-of-order"):
        expect.problem(deals.put_chunks(session, ticket.prefix, 1, chunks[1]), "upload-out-of-order")
    for what, body in {
        "a chunk without its last byte": chunks[0][:-1],
        "a chunk with one bit altered": _flipped(chunks[0], 7),
        "the second chunk in place of the first": chunks[1],
    }.items():
        with trial.check("LAD-TRF-003", f"{what}: bad-chunk, nothing counts"):
            expect.problem(deals.put_chunks(session, ticket.prefix, 0, body), "bad-chunk")
            _holds(session, ticket, 0)
    with trial.check("LAD-TRF-010", "a good chunk before a truncated one in one body: bad-chunk, one counts"):
        answer = deals.put_chunks(session, ticket.prefix, 0, chunks[0] + chunks[1][:-1])
        expect.problem(answer, "bad-chunk")
        _holds(session, ticket, 1)
    with trial.check("LAD-DLV-007", "a delivery of which one chunk is held: content-missing, nothing stored"):
        expect.refused(session, ticket.jws, "content-missing")


def _others(trial: Trial, ticket: Ticket) -> None:
    session = trial.session
    path = f"{ticket.prefix}/chunks"
    with trial.check("LAD-TRF-011", "chunks and a question from others than the ticket's issuer: not found"):
        for other in (session.consumer, session.stranger):
            expect.problem(
                session.exchange.put(f"{path}/0", ticket.content.chunks[0], other.signer), "not-found"
            )
            expect.status(session.exchange.head(path, other.signer), 404)
    with trial.check("LAD-HTP-010", "the content before its delivery is registered: not found"):
        for party in (session.provider, session.consumer):
            expect.problem(session.exchange.get(path, party.signer), "not-found")
    with trial.check("LAD-HTP-010", "a box of what is not sealed: not found, for each role"):
        for side in SIDES:
            expect.problem(sealed.put_box(session, ticket.prefix, side, bytes(BOX_BYTES)), "not-found")
    with trial.check("LAD-HTP-006", "chunks without a signature: signature-required"):
        headers = {"Content-Type": OCTETS}
        answer = session.exchange.http.request(
            "PUT", f"{path}/0", body=ticket.content.chunks[0], headers=headers
        )
        expect.problem(answer, "signature-required")


def _complete(trial: Trial, ticket: Ticket) -> None:
    session, content = trial.session, ticket.content
    with trial.need(
        "LAD-TRF-010", "the rest from where it broke off, then the first chunk again: all are held"
    ):
        rest = content.data[CHUNK:]
        _answers_held(deals.put_chunks(session, ticket.prefix, 1, rest), len(content.chunks))
        _answers_held(deals.put_chunks(session, ticket.prefix, 0, content.chunks[0]), len(content.chunks))
        _holds(session, ticket, len(content.chunks))
    with trial.need("LAD-REG-002", "now the same delivery is registered"):
        deals.say(session, ticket.jws)
    with trial.check("LAD-TRF-006", "and the consumer reads exactly the promised bytes"):
        if deals.download(session, ticket.prefix, session.consumer) != content.data:
            raise Failed("the content is not the one that was uploaded")


def _holds(session: Session, ticket: Ticket, wanted: int) -> None:
    held = deals.held(session, ticket.prefix)
    if held != wanted:
        raise Failed(f"{held} chunks are held instead of {wanted}")


def _answers_held(answer: Answer, wanted: int) -> None:
    held = integer_of(expect.status(answer, 200).members(), "held")
    if held != wanted:
        raise Failed(f"`held` is {held} instead of {wanted}")


def _flipped(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


CASE = Case(
    name="transfer_upload",
    profile="transfer",
    story="A provider's upload is cut off, altered, out of order and sent by others. Nothing of that counts, and the "
    "delivery cannot be registered before every promised byte is there. Then it goes on where it broke off.",
    requirements=(
        "LAD-DLV-007",
        "LAD-DLV-001",
        "LAD-TRF-009",
        "LAD-TRF-004",
        "LAD-TRF-002",
        "LAD-HTP-014",
        "LAD-TRF-008",
        "LAD-TRF-003",
        "LAD-TRF-010",
        "LAD-TRF-011",
        "LAD-HTP-010",
        "LAD-HTP-006",
        "LAD-REG-002",
        "LAD-TRF-006",
    ),
    run=run,
)
