"""Content can be read in parts, and the parts are those of the whole."""

from __future__ import annotations

from typing import Final

from lading_conformance.drivers.answers import Answer
from lading_conformance.drivers.exchange import OCTETS
from lading_conformance.drivers.http import Signing
from lading_conformance.drivers.party import Party
from lading_conformance.steps import agreements, deals, expect
from lading_conformance.steps.deals import CHUNK, Content
from lading_conformance.trial.case import Case, Trial
from lading_conformance.trial.outcome import Failed
from lading_conformance.trial.session import Session

SIZE: Final = 2 * CHUNK + 777

GOOD: Final[dict[str, tuple[int, int]]] = {
    "bytes=0-0": (0, 1),
    f"bytes={SIZE - 1}-{SIZE - 1}": (SIZE - 1, SIZE),
    f"bytes={CHUNK - 3}-{CHUNK + 3}": (CHUNK - 3, CHUNK + 4),
    f"bytes=0-{SIZE - 1}": (0, SIZE),
    f"bytes={SIZE - 9}-": (SIZE - 9, SIZE),
    f"bytes={SIZE - 9}-{SIZE + 1_000_000}": (SIZE - 9, SIZE),
    "bytes=-5": (SIZE - 5, SIZE),
    f"bytes=-{SIZE + 1_000_000}": (0, SIZE),
    "bytes=0-": (0, SIZE),
}
"""Ranges with the part of the content that they are."""

BAD: Final = (
    f"bytes={SIZE}-",
    f"bytes={SIZE}-{SIZE}",
    "bytes=9-1",
    "bytes=-0",
    "bytes=0-1,3-4",
    "bytes=0-1,",
    "bytes=-",
    "bytes=a-b",
    "bytes=0x0-0x1",
    "bytes=+0-1",
    "bytes= 0-1",
    "bytes=0 -1",
    "octets=0-1",
    "0-1",
    "",
)


def run(trial: Trial) -> None:
    """Deliver content, and read it and its manifest by good and by bad ranges; and content of no bytes."""
    session = trial.session
    content = deals.new_content(session, SIZE)
    with trial.given("a delivery"):
        jws = deals.delivery(session.provider, deals.contract(session).id, content)
        prefix = deals.upload(session, jws, content).prefix
        delivery = deals.say(session, jws)
    _whole(trial, prefix, content)
    for header, (start, end) in GOOD.items():
        with trial.check("LAD-TRF-018", f"Range: {header}: that part of the chunks, one after another"):
            _part(_read(session, f"{prefix}/chunks", header), content.data, start, end)
    for header in BAD:
        with trial.check("LAD-TRF-005", f"Range: {header}: wrong-range"):
            expect.problem(_read(session, f"{prefix}/chunks", header), "wrong-range")
    _manifest(trial, prefix, content)
    _others(trial, prefix)
    _nothing(trial)
    with trial.check("LAD-TRF-013", "after the receipt the content is still there"):
        deals.say(session, deals.receipt(session.consumer, delivery.id, content))
        _part(_read(session, f"{prefix}/chunks", "bytes=0-9"), content.data, 0, 10)


def _read(session: Session, path: str, header: str, reader: Party | None = None) -> Answer:
    signing = Signing((reader or session.consumer).signer)
    return session.exchange.http.request("GET", path, headers={"Range": header}, signing=signing)


def _part(answer: Answer, data: bytes, start: int, end: int) -> None:
    expect.media_type(expect.status(answer, 206), OCTETS)
    if answer.body != data[start:end]:
        raise Failed(f"{len(answer.body)} bytes, not the {end - start} from {start} on")
    said, wanted = answer.header("content-range"), f"bytes {start}-{end - 1}/{len(data)}"
    if said != wanted:
        raise Failed(f"Content-Range is {said!r} instead of {wanted!r}")


def _whole(trial: Trial, prefix: str, content: Content) -> None:
    session = trial.session
    with trial.need("LAD-TRF-018", "without a range: all of it, with its length"):
        answer = session.exchange.get(f"{prefix}/chunks", session.consumer.signer)
        expect.media_type(expect.status(answer, 200), OCTETS)
        if answer.body != content.data:
            raise Failed("the content is not the one that was uploaded")
        if answer.header("content-length") != str(SIZE):
            raise Failed(f"Content-Length is {answer.header('content-length')!r}, not {SIZE}")
    with trial.check("LAD-HTP-035", "HEAD of the chunks is a resource of its own: how many are held"):
        answer = expect.status(session.exchange.head(f"{prefix}/chunks", session.consumer.signer), 200)
        if answer.header("lading-chunks-held") != str(len(content.chunks)):
            raise Failed(f"Lading-Chunks-Held is {answer.header('lading-chunks-held')!r}")


def _manifest(trial: Trial, prefix: str, content: Content) -> None:
    session = trial.session
    with trial.check("LAD-TRF-005", "the manifest by a range: that part of it; behind its end: wrong-range"):
        _part(_read(session, f"{prefix}/manifest", "bytes=32-63"), content.manifest, 32, 64)
        expect.problem(_read(session, f"{prefix}/manifest", f"bytes={len(content.manifest)}-"), "wrong-range")


def _others(trial: Trial, prefix: str) -> None:
    session = trial.session
    for header in ("bytes=0-9", "bytes=a-b"):
        with trial.check("LAD-HTP-010", f"a stranger with Range: {header}: not-found, as without one"):
            answer = _read(session, f"{prefix}/chunks", header, session.stranger)
            expect.problem(answer, "not-found")


def _nothing(trial: Trial) -> None:
    session = trial.session
    with trial.given("a delivery of no bytes"):
        contract = deals.contract(session).id
        agreements.delivered(session, contract)
        root = agreements.NOTHING.promise["content_root"]
        path = f"/content/{contract}/1/{root}/chunks"
    with trial.check("LAD-TRF-006", "content of no bytes: read as no bytes"):
        if deals.octets(session, path, session.consumer):
            raise Failed("there are bytes where there are none")
    for header in ("bytes=0-", "bytes=0-0", "bytes=-1"):
        with trial.check("LAD-TRF-005", f"content of no bytes, Range: {header}: wrong-range"):
            expect.problem(_read(session, path, header), "wrong-range")


CASE = Case(
    name="transfer_ranges",
    profile="transfer",
    story="A consumer's download broke off, and goes on where it broke; another one asks for parts that are none. What "
    "is answered fits together to the content, byte by byte.",
    requirements=(
        "LAD-TRF-018",
        "LAD-HTP-035",
        "LAD-TRF-005",
        "LAD-HTP-010",
        "LAD-TRF-006",
        "LAD-TRF-013",
    ),
    run=run,
)
