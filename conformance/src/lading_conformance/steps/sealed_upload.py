"""The upload of a sealed delivery, shown to the exchange wrongly in every way and then rightly."""

from __future__ import annotations

from dataclasses import dataclass, replace

from lading_conformance.oracle import sealkeys, statement
from lading_conformance.oracle.canonical import Json
from lading_conformance.steps import deals, expect, sealed
from lading_conformance.steps.sealed import SIDES, Sealed
from lading_conformance.trial.case import Trial
from lading_conformance.trial.outcome import Failed
from lading_conformance.trial.session import Session

SMALL = 1_000


@dataclass(frozen=True)
class Ticket:
    """A signed sealed delivery, what it seals, and where that is uploaded."""

    jws: bytes
    sealed: Sealed
    prefix: str

    @property
    def id(self) -> str:
        """The id that the delivery has once it is registered."""
        return statement.statement_id(self.jws)


def run(trial: Trial, content: Sealed) -> Ticket:
    """Upload the content of a delivery, with every fault before its mend, and return the complete upload.

    The delivery is not registered. The session's consumer of sealed content is its consumer.
    """
    ticket = _open(trial, content)
    _manifests(trial, ticket)
    _chunks(trial, ticket)
    _bad_shares(trial, content)
    _boxes(trial, ticket)
    return ticket


def _open(trial: Trial, content: Sealed) -> Ticket:
    session = trial.session
    jws = content.delivery(session.provider)
    with trial.check("LAD-DLV-007", "a delivery before its upload: content-missing, nothing stored"):
        expect.refused(session, jws, "content-missing")
    with trial.need("LAD-HTP-035", "its ticket opens an upload of which nothing is held, no box either"):
        upload = deals.open_upload(session, jws)
        found = (upload.chunks, upload.held, upload.manifest, dict(upload.boxes))
        if found != (len(content.chunks), 0, False, dict.fromkeys(SIDES, False)):
            raise Failed(f"the ticket is answered with {upload}")
    return Ticket(jws, content, upload.prefix)


def _manifests(trial: Trial, ticket: Ticket) -> None:
    session, manifest = trial.session, ticket.sealed.manifest
    wrong = {
        "a manifest with one hash of a ciphertext altered": _flipped(manifest, 5),
        "a manifest with one plain leaf altered": _flipped(manifest, 40),
        "a manifest with one hash of a chunk key altered": _flipped(manifest, 70),
        "a manifest of plain leaves alone": b"".join(leaf[32:64] for leaf in ticket.sealed.leaves),
        "a manifest with its first two leaves swapped": manifest[96:192] + manifest[:96] + manifest[192:],
    }
    for what, body in wrong.items():
        with trial.check("LAD-TRF-002", f"{what}: bad-manifest"):
            expect.problem(deals.put_manifest(session, ticket.prefix, body), "bad-manifest")
    with trial.check("LAD-TRF-002", "a manifest that gives only one of the two signed roots: bad-manifest"):
        other = _small(session, ticket.sealed)
        root: Json = ticket.sealed.promise["content_root"]
        upload = deals.open_upload(session, other.delivery(session.provider, content_root=root))
        expect.problem(deals.put_manifest(session, upload.prefix, other.manifest), "bad-manifest")
    with trial.need("LAD-TRF-002", "the manifest of both roots: taken"):
        expect.status(deals.put_manifest(session, ticket.prefix, manifest), 204)


def _chunks(trial: Trial, ticket: Ticket) -> None:
    session, chunks = trial.session, [chunk.ciphertext for chunk in ticket.sealed.chunks]
    wrong = {
        "the first two chunks swapped": chunks[1] + chunks[0],
        "a ciphertext with one bit altered": _flipped(chunks[0], 7),
        "a ciphertext without its last byte": chunks[0][:-1],
        "the data in place of its ciphertext": ticket.sealed.content.chunks[0],
    }
    for what, body in wrong.items():
        with trial.check("LAD-TRF-003", f"{what}: bad-chunk, nothing counts"):
            expect.problem(deals.put_chunks(session, ticket.prefix, 0, body), "bad-chunk")
            _holds(session, ticket, 0)
    with trial.need("LAD-TRF-010", "the ciphertexts in order: all are held"):
        expect.status(deals.put_chunks(session, ticket.prefix, 0, ticket.sealed.ciphertext), 200)
        _holds(session, ticket, len(chunks))


def _bad_shares(trial: Trial, content: Sealed) -> None:
    """Register deliveries that commit to the shares of `content`, with boxes that do not hold them."""
    session = trial.session
    bound, share = content.bound, content.shares["exchange"]
    garbage = replace(share, value=_flipped(share.value, 0))
    boxes = {
        "another share than the committed one": garbage.box(bound, "exchange"),
        "a box copied from another delivery number": share.box(replace(bound, sequence=2), "exchange"),
        "a box copied from another contract": share.box(
            replace(bound, contract=session.facts.id), "exchange"
        ),
        "a box made for the consumer's role": share.box(bound, "consumer"),
        "a box of noise": session.random.randbytes(sealkeys.BOX_BYTES),
    }
    for what, box in boxes.items():
        small = _small(session, content)
        wrong = replace(small, boxes={**small.boxes, "exchange": box})
        jws = wrong.delivery(session.provider)
        with trial.check("LAD-DLV-014", f"{what} for the exchange: bad-share, nothing stored"):
            sealed.upload_all(session, jws, wrong)
            expect.refused(session, jws, "bad-share")


def _boxes(trial: Trial, ticket: Ticket) -> None:
    session, prefix = trial.session, ticket.prefix
    with trial.check("LAD-DLV-007", "the delivery with every chunk and no box: content-missing"):
        expect.refused(session, ticket.jws, "content-missing")
    for side, other in (SIDES, SIDES[::-1]):
        box = ticket.sealed.boxes[side]
        wrong = {
            "the other box": ticket.sealed.boxes[other],
            "one bit altered": _flipped(box, 1_130),
            "the last byte missing": box[:-1],
            "a byte too many": box + b"\0",
        }
        for what, body in wrong.items():
            with trial.check("LAD-TRF-016", f"the box of the {side}, {what}: bad-box"):
                expect.problem(sealed.put_box(session, prefix, side, body), "bad-box")
    with trial.need("LAD-HTP-001", "the box of the consumer: taken"):
        expect.status(sealed.put_box(session, prefix, "consumer", ticket.sealed.boxes["consumer"]), 204)
    with trial.check("LAD-DLV-007", "the delivery without the box of the exchange: content-missing"):
        expect.refused(session, ticket.jws, "content-missing")
    with trial.check("LAD-HTP-035", "its ticket once more: all is held but that box"):
        upload = deals.open_upload(session, ticket.jws)
        found = (upload.held, upload.manifest, dict(upload.boxes))
        if found != (len(ticket.sealed.chunks), True, {"consumer": True, "exchange": False}):
            raise Failed(f"the ticket is answered with {upload}")
    with trial.check("LAD-DLV-007", "another one without the box of the consumer: content-missing"):
        small = _small(session, ticket.sealed)
        jws = small.delivery(session.provider)
        sealed.upload_all(session, jws, small, sides=("exchange",))
        expect.refused(session, jws, "content-missing")
    with trial.need("LAD-HTP-001", "the box of the exchange: taken"):
        expect.status(sealed.put_box(session, prefix, "exchange", ticket.sealed.boxes["exchange"]), 204)
    with trial.check("LAD-HTP-010", "boxes before their delivery is registered: not found"):
        for party in (session.provider, session.sealed_consumer):
            for side in SIDES:
                answer = session.exchange.get(f"{prefix}/boxes/{side}", party.signer)
                expect.problem(answer, "not-found")


def _small(session: Session, like: Sealed) -> Sealed:
    """Return other content, sealed under the same number with the same shares."""
    content = deals.new_content(session, SMALL)
    return sealed.seal(session, like.bound.contract, content, like.shares, like.bound.sequence)


def _holds(session: Session, ticket: Ticket, wanted: int) -> None:
    held = deals.held(session, ticket.prefix)
    if held != wanted:
        raise Failed(f"{held} chunks are held instead of {wanted}")


def _flipped(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
