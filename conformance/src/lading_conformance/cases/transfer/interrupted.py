"""An upload that breaks off goes on where it broke, and what broke off counts for nothing."""

from __future__ import annotations

from functools import partial
from typing import Final

from lading_conformance.drivers.answers import Answer, integer_of
from lading_conformance.drivers.http import together
from lading_conformance.oracle import statement
from lading_conformance.requirements import codes
from lading_conformance.steps import deals, expect, recourse, wire
from lading_conformance.steps.deals import CHUNK, Content
from lading_conformance.steps.recourse import Attached
from lading_conformance.trial.case import Case, Trial
from lading_conformance.trial.outcome import Failed
from lading_conformance.trial.session import Session

SIZE: Final = 4 * CHUNK + 99
WRITERS: Final = 4
PATIENCE_SECONDS: Final = 5.0
"""How long the exchange may take to settle what a connection left behind when it broke."""


def run(trial: Trial) -> None:
    """Break off the upload of manifest, chunks and attachment, go on, and let several go on at once."""
    session = trial.session
    content = deals.new_content(session, SIZE)
    with trial.given("a ticket"):
        contract = deals.contract(session).id
        jws = deals.delivery(session.provider, contract, content)
        prefix = deals.open_upload(session, jws).prefix
    _manifest(trial, jws, prefix, content)
    held = _chunks(trial, prefix, content)
    _onwards(trial, prefix, content, held)
    _at_once(trial, contract)
    _signed_anew(trial, contract, content)
    _attachment(trial)


def _broken_off(session: Session, path: str, body: bytes, sent: int) -> None:
    """Send the head of a signed upload and the first bytes of its body, and close the connection."""
    head = wire.upload_head(session, path, body, session.provider.signer)
    for answer in wire.talk(session, head, body[:sent], finish=True).answers:
        if wire.sound(answer).status < 400:
            raise Failed(f"{sent} of {len(body)} bytes are answered with status {answer.status}")


def _manifest(trial: Trial, jws: bytes, prefix: str, content: Content) -> None:
    session = trial.session
    with trial.check(
        "LAD-TRF-002", "a manifest that breaks off, at the end of a hash or within one: not held"
    ):
        for sent in (64, 70):
            _broken_off(session, f"{prefix}/manifest", content.manifest, sent)
            if deals.open_upload(session, jws).manifest:
                raise Failed(f"the exchange holds a manifest of which it got {sent} bytes")
    with trial.need("LAD-TRF-008", "the whole manifest: taken, also a second time"):
        for _ in range(2):
            expect.status(deals.put_manifest(session, prefix, content.manifest), 204)
        if not deals.open_upload(session, jws).manifest:
            raise Failed("the exchange does not hold the manifest")


def _chunks(trial: Trial, prefix: str, content: Content) -> int:
    session = trial.session
    with trial.need("LAD-TRF-010", "chunks that break off within the third: at most two count"):
        _broken_off(session, f"{prefix}/chunks/0", content.data, 2 * CHUNK + 500)
        held = _settled(session, prefix)
        if held > 2:
            raise Failed(f"{held} chunks are held of which two came")
    with trial.need(
        "LAD-TRF-010", "and once more, from where it broke: what is held is never less than before"
    ):
        _broken_off(session, f"{prefix}/chunks/{held}", content.data[held * CHUNK :], CHUNK + 1)
        again = _settled(session, prefix)
        if not held <= again <= held + 1:
            raise Failed(f"{again} chunks are held; before it were {held}, and one more came")
    return again


def _settled(session: Session, prefix: str) -> int:
    """Return how many chunks are held when that number has come to rest."""
    seen = [-1]

    def probe() -> int | None:
        seen.append(deals.held(session, prefix))
        return seen[-1] if seen[-1] == seen[-2] else None

    return expect.in_time(session, PATIENCE_SECONDS, probe, "the number of chunks held does not come to rest")


def _onwards(trial: Trial, prefix: str, content: Content, held: int) -> None:
    session = trial.session
    chunks = len(content.chunks)
    with trial.check("LAD-TRF-004", "behind what is held: upload-out-of-order"):
        answer = deals.put_chunks(session, prefix, held + 1, content.data[(held + 1) * CHUNK :])
        expect.problem(answer, "upload-out-of-order")
    with trial.need("LAD-TRF-010", "from where it broke: all are held"):
        answer = expect.status(deals.put_chunks(session, prefix, held, content.data[held * CHUNK :]), 200)
        if integer_of(answer.members(), "held") != chunks or deals.held(session, prefix) != chunks:
            raise Failed("not all chunks are held")
    with trial.check(
        "LAD-TRF-003", "a chunk that is held, again and altered: bad-chunk, and the good one stays"
    ):
        altered = content.chunks[0][:-1] + bytes([content.chunks[0][-1] ^ 1])
        expect.problem(deals.put_chunks(session, prefix, 0, altered), "bad-chunk")
        if deals.held(session, prefix) != chunks:
            raise Failed("a chunk that was held counts no more")


def _at_once(trial: Trial, contract: str) -> None:
    session = trial.session
    content = deals.new_content(session, SIZE)
    with trial.given("another ticket, with its manifest"):
        jws = deals.delivery(session.provider, contract, content)
        prefix = deals.open_upload(session, jws).prefix
        expect.status(deals.put_manifest(session, prefix, content.manifest), 204)
    with trial.need("LAD-HTP-015", f"{WRITERS} uploads of the same chunks at one moment: taken, or busy"):
        put = partial(deals.put_chunks, session, prefix, 0, content.data)
        statuses = [wire.sound(answer).status for answer in together([put] * WRITERS)]
        if 200 not in statuses and set(statuses) != {503}:
            raise Failed(f"they are answered with {statuses}")
    with trial.check("LAD-TRF-018", "and what is read afterwards is the content, whoever won"):
        expect.status(put(), 200)
        deals.say(session, jws)
        if deals.download(session, prefix, session.consumer) != content.data:
            raise Failed("the content is not the one that was uploaded")
    with trial.given("its withdrawal, so that the number is free again"):
        deals.say(session, session.provider.says("withdrawal", statement=statement.statement_id(jws)))


def _signed_anew(trial: Trial, contract: str, content: Content) -> None:
    session = trial.session
    anew = deals.delivery(session.provider, contract, content, media_type="text/csv")
    with trial.check(
        "LAD-TRF-011", "a delivery that is signed anew over what is uploaded: all is held, registered"
    ):
        upload = deals.open_upload(session, anew)
        if (upload.held, upload.manifest) != (len(content.chunks), True):
            raise Failed(
                f"{upload.held} of {len(content.chunks)} chunks are held, manifest: {upload.manifest}"
            )
        deals.say(session, anew)
        if deals.download(session, upload.prefix, session.consumer) != content.data:
            raise Failed("the content is not the one that was uploaded")


def _unless_busy(session: Session, listing: str, attachment: Attached) -> Answer | None:
    """Upload an attachment; None where the exchange is still busy with what came before."""
    answer = recourse.put(session, listing, attachment, session.provider)
    return None if answer.status == codes()["busy"].status else answer


def _attachment(trial: Trial) -> None:
    session = trial.session
    attachment = recourse.attached(session)
    with trial.given("a listing that names an attachment"):
        jws = session.provider.says(
            "listing", kind="dataset", title=session.word(), data_schema=attachment.named
        )
        listing = deals.say(session, jws).id
    with trial.check("LAD-TRF-017", "an attachment that breaks off: not held, and not shown"):
        _broken_off(session, recourse.path_of(listing, attachment), attachment.data, 100)
        _is_held(session, jws, attachment, wanted=False)
        expect.problem(session.exchange.get(recourse.path_of(listing, attachment)), "not-found")
    with trial.check("LAD-TRF-017", "the same attachment, whole: taken, also a second time"):
        for _ in range(2):
            busy = "the exchange is busy with the upload that broke off, and takes no other"
            put = partial(_unless_busy, session, listing, attachment)
            expect.status(expect.in_time(session, PATIENCE_SECONDS, put, busy), 204)
        _is_held(session, jws, attachment, wanted=True)
        recourse.is_shown(session, listing, attachment, None)


def _is_held(session: Session, jws: bytes, attachment: Attached, *, wanted: bool) -> None:
    if recourse.held(session, jws) != [wanted]:
        raise Failed(f"`held` of {attachment.name} is not {wanted}")


CASE = Case(
    name="transfer_interrupted",
    profile="transfer",
    story="A provider's connection breaks in the middle of manifest, chunks and attachment, again and again, and once "
    "it goes on from four places at the same time. What was cut off counts for nothing, what was whole is kept, and "
    "the consumer reads the bytes that were promised.",
    requirements=(
        "LAD-TRF-002",
        "LAD-TRF-008",
        "LAD-TRF-010",
        "LAD-TRF-004",
        "LAD-TRF-003",
        "LAD-HTP-015",
        "LAD-TRF-018",
        "LAD-TRF-011",
        "LAD-TRF-017",
    ),
    run=run,
)
