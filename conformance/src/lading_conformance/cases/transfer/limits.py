"""What is too much is refused before it is taken, and what just fits is taken."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from lading_conformance.drivers.answers import Answer, integer_of, object_of
from lading_conformance.drivers.exchange import OCTETS
from lading_conformance.drivers.http import Signing
from lading_conformance.oracle import tree
from lading_conformance.oracle.canonical import Json
from lading_conformance.steps import agreements, deals, expect, sealed, wire
from lading_conformance.steps.deals import CHUNK
from lading_conformance.steps.recourse import Attached
from lading_conformance.trial.case import Case, Trial
from lading_conformance.trial.outcome import Failed
from lading_conformance.trial.session import Session

LARGEST_CHUNK: Final = 2**24
MOST_CHUNKS: Final = 524_288
MANIFEST_BYTES: Final = 32 * MOST_CHUNKS
BOX_BODY_BYTES: Final = 65_536
NEVER: Final = "sha256:" + 64 * "a"


@dataclass(frozen=True)
class Limits:
    """What the exchange says of itself."""

    content: int
    upload: int


def run(trial: Trial) -> None:
    """Ask for one byte more than is permitted, everywhere."""
    session = trial.session
    with trial.given("a contract, and the limits that the exchange publishes"):
        said = object_of(expect.status(session.exchange.well_known(), 200).members(), "limits")
        limits = Limits(integer_of(said, "content_bytes"), integer_of(said, "upload_bytes"))
        contract = deals.contract(session).id
        _ = session.stranger
    _sizes(trial, contract, limits)
    _chunk_sizes(trial, contract)
    _bodies(trial, contract, limits)
    _boxes(trial)
    _attachments(trial, limits)
    _order(trial, contract)


def _ticket(session: Session, contract: str, size: int, chunk_size: int) -> bytes:
    """A delivery of so much content, whose bytes nobody has."""
    promise: dict[str, Json] = {"size": size, "chunk_size": chunk_size, "content_root": NEVER}
    return agreements.nothing(session.provider, contract, 1, **promise)


def _sizes(trial: Trial, contract: str, limits: Limits) -> None:
    session = trial.session
    many = MOST_CHUNKS * CHUNK
    with trial.check(
        "LAD-DLV-005", f"more than {MOST_CHUNKS} chunks: too-many-chunks, as ticket and as delivery"
    ):
        for size in (many + 1, 2**53 - 1):
            jws = _ticket(session, contract, size, CHUNK)
            expect.problem(session.exchange.open_upload(jws), "too-many-chunks")
            expect.refused(session, jws, "too-many-chunks")
    with trial.check("LAD-DLV-005", f"{MOST_CHUNKS} chunks: not too many"):
        answer = session.exchange.open_upload(_ticket(session, contract, many, CHUNK))
        expect.status(answer, 200) if many <= limits.content else expect.problem(answer, "content-too-large")
    if limits.content < MOST_CHUNKS * LARGEST_CHUNK:
        with trial.check(
            "LAD-DLV-008", "a byte more than `content_bytes`: content-too-large, before any upload"
        ):
            jws = _ticket(session, contract, limits.content + 1, LARGEST_CHUNK)
            expect.problem(session.exchange.open_upload(jws), "content-too-large")
            expect.refused(session, jws, "content-too-large")
    with trial.check("LAD-DLV-008", "as much as `content_bytes`: an upload is opened, if chunks suffice"):
        size = min(limits.content, MOST_CHUNKS * LARGEST_CHUNK)
        expect.status(session.exchange.open_upload(_ticket(session, contract, size, LARGEST_CHUNK)), 200)


def _chunk_sizes(trial: Trial, contract: str) -> None:
    session = trial.session
    for chunk_size in (0, 1, CHUNK // 2, CHUNK + 1, 3 * CHUNK, 2 * LARGEST_CHUNK):
        with trial.check("LAD-TRF-001", f"chunks of {chunk_size} bytes: bad-member, nothing stored"):
            expect.refused(session, _ticket(session, contract, 1_000, chunk_size), "bad-member")
    for chunk_size in (CHUNK, 2 * CHUNK, LARGEST_CHUNK):
        with trial.check("LAD-TRF-001", f"chunks of {chunk_size} bytes: an upload is opened"):
            expect.status(session.exchange.open_upload(_ticket(session, contract, 1_000, chunk_size)), 200)
    with trial.check(
        "LAD-TRF-007", "no bytes, and another root than that of no bytes: bad-member, nothing stored"
    ):
        expect.refused(session, _ticket(session, contract, 0, CHUNK), "bad-member")
    with trial.check("LAD-TRF-006", "no bytes, and the root of no bytes: no chunks, and registered at once"):
        jws = agreements.nothing(session.provider, contract)
        if (upload := deals.open_upload(session, jws)).chunks:
            raise Failed(f"it has {upload.chunks} chunks")
        deals.say(session, jws)


def _announced(session: Session, path: str, length: int) -> Answer:
    """Send the head of a signed upload of so many bytes, and nothing of the bytes."""
    fields = session.exchange.http.signed_headers("PUT", path, b"", Signing(session.provider.signer))
    lines = [f"{name}: {value}" for name, value in fields.items()]
    head = wire.head(session, "PUT", path, f"Content-Type: {OCTETS}", f"Content-Length: {length}", *lines)
    return _first(wire.talk(session, head).answers)


def _in_chunks(session: Session, path: str, body: bytes) -> Answer:
    """Send a signed upload whose length nobody announces."""
    fields = session.exchange.http.signed_headers("PUT", path, body, Signing(session.provider.signer))
    lines = [f"{name}: {value}" for name, value in fields.items()]
    chunked = ("Transfer-Encoding: chunked", f"Content-Type: {OCTETS}", *lines)
    pieces = [body[at : at + CHUNK] for at in range(0, len(body), CHUNK)]
    return _first(
        wire.talk(session, wire.head(session, "PUT", path, *chunked) + wire.chunked(*pieces)).answers
    )


def _first(answers: list[Answer]) -> Answer:
    if not answers:
        raise Failed("the connection is closed without an answer")
    return answers[0]


def _bodies(trial: Trial, contract: str, limits: Limits) -> None:
    session = trial.session
    chunks = limits.upload // LARGEST_CHUNK + 2
    leaves = [session.random.randbytes(32) for _ in range(chunks)]
    root = "sha256:" + tree.root(leaves).hex()
    promise: dict[str, Json] = {
        "size": chunks * LARGEST_CHUNK,
        "chunk_size": LARGEST_CHUNK,
        "content_root": root,
    }
    with trial.given("a ticket for more than one upload may hold"):
        prefix = deals.open_upload(
            session, agreements.nothing(session.provider, contract, 2, **promise)
        ).prefix
    with trial.check(
        "LAD-HTP-005", "a manifest that is announced larger than any: body-too-large, before it is sent"
    ):
        expect.problem(_announced(session, f"{prefix}/manifest", MANIFEST_BYTES + 1), "body-too-large")
    with trial.need("LAD-TRF-008", "its manifest: taken"):
        expect.status(deals.put_manifest(session, prefix, b"".join(leaves)), 204)
    with trial.check("LAD-HTP-005", "chunks that are announced larger than `upload_bytes`: body-too-large"):
        expect.problem(_announced(session, f"{prefix}/chunks/0", limits.upload + 1), "body-too-large")
    content = deals.new_content(session, 1_000)
    with trial.given("a ticket for little, with its manifest"):
        small = deals.open_upload(session, deals.delivery(session.provider, contract, content, 2)).prefix
        expect.status(deals.put_manifest(session, small, content.manifest), 204)
    for what, send in {"announced": deals.put_chunks, "in chunks": None}.items():
        with trial.check("LAD-HTP-005", f"a byte more than is left, {what}: body-too-large, nothing counts"):
            path, body = f"{small}/chunks/0", content.data + b"x"
            answer = send(session, small, 0, body) if send else _in_chunks(session, path, body)
            expect.problem(answer, "body-too-large")
            if deals.held(session, small):
                raise Failed("a chunk counts")


def _boxes(trial: Trial) -> None:
    session = trial.session
    with trial.given("a ticket of a sealed delivery"):
        contract = deals.contract(session, session.sealed_consumer).id
        shares = sealed.new_shares(session, sealed.key_of_exchange(session), session.sealed_consumer)
        content = sealed.seal(session, contract, deals.new_content(session, 1_000), shares)
        prefix = deals.open_upload(session, content.delivery(session.provider)).prefix
    path = f"{prefix}/boxes/consumer"
    ways: dict[str, Callable[[], Answer]] = {
        "announced": lambda: session.exchange.put(path, bytes(BOX_BODY_BYTES + 1), session.provider.signer),
        "in chunks": lambda: _in_chunks(session, path, bytes(BOX_BODY_BYTES + 1)),
    }
    for what, send in ways.items():
        with trial.check("LAD-HTP-005", f"a box of {BOX_BODY_BYTES + 1} bytes, {what}: body-too-large"):
            expect.problem(send(), "body-too-large")
    with trial.check("LAD-TRF-016", f"a box of {BOX_BODY_BYTES} bytes: bad-box"):
        expect.problem(session.exchange.put(path, bytes(BOX_BODY_BYTES), session.provider.signer), "bad-box")


def _attachments(trial: Trial, limits: Limits) -> None:
    session = trial.session
    large = Attached("large.bin", b"")
    named = {**large.named, "size": limits.upload + 10, "digest": NEVER}
    with trial.given("a listing that names an attachment which nobody can upload"):
        listing = deals.publish(session, data_schema=named)
    with trial.check(
        "LAD-HTP-005", "an attachment that is announced larger than `upload_bytes`: body-too-large"
    ):
        path = f"/attachments/{listing.id}/{NEVER}"
        expect.problem(_announced(session, path, limits.upload + 1), "body-too-large")


def _order(trial: Trial, contract: str) -> None:
    """Requests with two faults, by the tables of LAD-HTP-023 and of the uploads."""
    session = trial.session
    content = deals.new_content(session, 2 * CHUNK)
    with trial.given("a ticket without its manifest"):
        prefix = deals.open_upload(session, deals.delivery(session.provider, contract, content, 2)).prefix
    http = session.exchange.http
    path, large = f"{prefix}/chunks/0", content.data + b"x"
    json = {"Content-Type": "application/json"}
    stranger, provider = session.stranger.signer, session.provider.signer
    pairs: dict[str, tuple[str, Callable[[], Answer]]] = {
        "4 before 5: not signed, and JSON": (
            "signature-required",
            lambda: http.request("PUT", path, body=b"{}", headers=json),
        ),
        "5 before the ticket: JSON, by a stranger": (
            "wrong-media-type",
            lambda: http.request("PUT", path, body=b"{}", headers=json, signing=Signing(stranger)),
        ),
        "ticket before manifest: by a stranger, and too early": (
            "not-found",
            lambda: session.exchange.put(path, content.chunks[0], stranger),
        ),
        "manifest before size: too early, and too large": (
            "upload-out-of-order",
            lambda: session.exchange.put(path, large, provider),
        ),
    }
    for what, (code, ask) in pairs.items():
        with trial.check("LAD-HTP-023", f"{what}: {code}"):
            expect.problem(ask(), code)


CASE = Case(
    name="transfer_limits",
    profile="transfer",
    story="A provider announces more than an exchange keeps, cuts it into chunks of odd sizes, and sends bodies that "
    "are a byte too long. It learns so before it has sent them. What just fits is taken.",
    requirements=(
        "LAD-DLV-005",
        "LAD-DLV-008",
        "LAD-TRF-001",
        "LAD-TRF-007",
        "LAD-TRF-006",
        "LAD-HTP-005",
        "LAD-TRF-008",
        "LAD-TRF-016",
        "LAD-HTP-023",
    ),
    run=run,
)
