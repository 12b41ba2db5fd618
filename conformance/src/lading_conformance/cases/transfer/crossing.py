"""Something else happens while an upload arrives: another upload of the same, or the end of its delivery."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from lading_conformance.drivers.answers import Answer
from lading_conformance.requirements import codes
from lading_conformance.steps import deals, expect, handover, recourse, wire
from lading_conformance.steps.deals import CHUNK
from lading_conformance.trial.case import Case, Trial
from lading_conformance.trial.outcome import Failed
from lading_conformance.trial.session import Session

SIZE: Final = 3 * CHUNK + 7
BEGUN_SECONDS: Final = 0.3
"""How long the exchange gets to begin with an upload whose second half is held back."""
PATIENCE_SECONDS: Final = 5.0
"""How long the exchange may be busy with uploads that have ended."""


def run(trial: Trial) -> None:
    """Hold back the second half of a manifest, of attachments and of a box, and do something else meanwhile."""
    with trial.given("a contract, and one about sealed content"):
        clear = deals.contract(trial.session).id
        secret = deals.contract(trial.session, trial.session.sealed_consumer).id
    _manifest(trial, clear)
    _attachment(trial)
    _box(trial, secret)


def _halved(session: Session, path: str, body: bytes, meanwhile: Callable[[], None]) -> list[Answer]:
    """Upload bytes in two halves, with something else between them; what is answered, if anything."""
    head = wire.upload_head(session, path, body, session.provider.signer)
    half = len(body) // 2
    parts = head + body[:half], body[half:]
    return wire.talk(session, *parts, pause=BEGUN_SECONDS, between=meanwhile).answers


def _crossed(session: Session, path: str, body: bytes, other: bytes) -> tuple[list[Answer], Answer]:
    """Upload bytes, and others to the same place meanwhile; return the answers to the first and to the second."""
    second: list[Answer] = []
    first = _halved(
        session, path, body, lambda: second.append(session.exchange.put(path, other, session.provider.signer))
    )
    return first, second[0]


def _judged(answer: Answer, code: str | None = None) -> None:
    """Fail unless an upload is taken, or refused with this code; or the exchange is busy."""
    if wire.sound(answer).status == codes()["busy"].status:
        expect.problem(answer, "busy")
    elif code is not None:
        expect.problem(answer, code)
    else:
        expect.status(answer, 204)


def _whole(session: Session, path: str, body: bytes) -> None:
    """Upload bytes as often as the exchange is busy, and fail unless they are taken then."""

    def put() -> Answer | None:
        answer = session.exchange.put(path, body, session.provider.signer)
        return None if answer.status == codes()["busy"].status else answer

    busy = "the exchange is busy with uploads that have ended, and takes no other"
    expect.status(expect.in_time(session, PATIENCE_SECONDS, put, busy), 204)


def _manifest(trial: Trial, contract: str) -> None:
    session = trial.session
    content = deals.new_content(session, SIZE)
    with trial.given("a ticket"):
        jws = deals.delivery(session.provider, contract, content)
        prefix = deals.open_upload(session, jws).prefix
    with trial.check("LAD-HTP-015", "a manifest, and meanwhile the same one again: each taken, or busy"):
        first, second = _crossed(session, f"{prefix}/manifest", content.manifest, content.manifest)
        for answer in (*first, second):
            _judged(answer)
    with trial.check("LAD-TRF-008", "and the manifest that is read afterwards is the right one"):
        _whole(session, f"{prefix}/manifest", content.manifest)
        expect.status(deals.put_chunks(session, prefix, 0, content.data), 200)
        deals.say(session, jws)
        if deals.octets(session, f"{prefix}/manifest", session.consumer) != content.manifest:
            raise Failed("another manifest is read than was uploaded")


def _attachment(trial: Trial) -> None:
    """One upload is crossed by the same bytes, and one by others of the same length."""
    session = trial.session
    for what, code in (("the same one again", None), ("other bytes in its place", "bad-attachment")):
        attachment = recourse.attached(session)
        with trial.given("a listing that names an attachment"):
            named = session.provider.says(
                "listing", kind="dataset", title=session.word(), data_schema=attachment.named
            )
            listing = deals.say(session, named).id
        path = recourse.path_of(listing, attachment)
        other = bytes([attachment.data[0] ^ 1]) + attachment.data[1:] if code else attachment.data
        with trial.check("LAD-HTP-015", f"an attachment, and meanwhile {what}: the good ones taken, or busy"):
            first, second = _crossed(session, path, attachment.data, other)
            for answer in first:
                _judged(answer)
            _judged(second, code)
        with trial.check("LAD-TRF-017", "and the attachment that is read afterwards is the right one"):
            _whole(session, path, attachment.data)
            recourse.is_shown(session, listing, attachment, None)


def _box(trial: Trial, contract: str) -> None:
    """The exchange has to give its box up when the delivery is closed, also if it comes a second time just then."""
    session = trial.session
    with trial.given("a sealed delivery"):
        content = handover.seal(session, contract, deals.new_content(session, CHUNK))
        delivered = handover.deliver(session, content)
    withdrawal = session.provider.says("withdrawal", statement=delivered.id)
    with trial.check(
        "LAD-HTP-036", "the exchange's box again, and the delivery withdrawn before it is there: not found"
    ):
        path = f"{delivered.prefix}/boxes/exchange"
        withdraw = partial(_withdrawn, session, withdrawal)
        for answer in _halved(session, path, content.boxes["exchange"], withdraw):
            expect.problem(answer, "not-found")
    with trial.check("LAD-HTP-036", "and nobody reads it"):
        handover.box_is_gone(session, delivered.prefix)


def _withdrawn(session: Session, withdrawal: bytes) -> None:
    deals.say(session, withdrawal)


CASE = Case(
    name="transfer_crossing",
    profile="transfer",
    story="While the second half of a manifest or attachment is still on its way, the same is uploaded on another "
    "connection, or other bytes are. Nothing breaks, and the right bytes are read. While the exchange's box of a "
    "delivery comes once more, the delivery is withdrawn: the box is not taken.",
    requirements=("LAD-HTP-015", "LAD-TRF-008", "LAD-TRF-017", "LAD-HTP-036"),
    run=run,
)
