"""Attachments are the named bytes, come from the issuer alone, and are read by whom the statement is for."""

from __future__ import annotations

from typing import Final

from lading_conformance.drivers.answers import Answer, objects_of
from lading_conformance.drivers.exchange import OCTETS
from lading_conformance.drivers.http import Signing
from lading_conformance.drivers.party import Party
from lading_conformance.oracle import statement
from lading_conformance.oracle.canonical import Json
from lading_conformance.steps import agreements, deals, expect, recourse
from lading_conformance.steps.recourse import Attached
from lading_conformance.trial.case import Case, Trial
from lading_conformance.trial.outcome import Failed
from lading_conformance.trial.session import Session

OTHER: Final = "sha256:" + 64 * "c"


def run(trial: Trial) -> None:
    """Upload a public and a private document in every wrong way and the right one, and read them as everybody."""
    session = trial.session
    with trial.given("a contract, and a stranger"):
        contract = deals.contract(session).id
        _ = session.stranger
    _before(trial)
    _public(trial)
    _private(trial, contract)
    _none(trial)


def _named(session: Session, attachment: Attached) -> bytes:
    """A listing that names an attachment."""
    return session.provider.says(
        "listing", kind="dataset", title=session.word(), data_schema=attachment.named
    )


def _before(trial: Trial) -> None:
    """Under a ticket, before the statement is registered."""
    session = trial.session
    attachment = recourse.attached(session)
    jws = _named(session, attachment)
    own = statement.statement_id(jws)
    with trial.check("LAD-HTP-010", "an attachment of a statement that nobody has shown: not-found"):
        expect.problem(recourse.put(session, own, attachment, session.provider), "not-found")
    with trial.need("LAD-HTP-035", "the statement as a ticket: its attachments, none of them held"):
        answer = expect.media_type(expect.status(session.exchange.open_upload(jws), 200), expect.JSON)
        items = objects_of(answer.members(), "attachments")
        if [(item.get("digest"), item.get("held")) for item in items] != [(attachment.digest, False)]:
            raise Failed(f"`attachments` is {items}")
    with trial.check("LAD-TRF-009", "and it is not registered by that"):
        expect.not_stored(session, jws)
    with trial.check("LAD-STM-015", "a statement that names no attachment, as a ticket: bad-member"):
        bare = session.provider.says("listing", kind="dataset", title=session.word())
        expect.problem(session.exchange.open_upload(bare), "bad-member")
        expect.not_stored(session, bare)
    with trial.need("LAD-TRF-017", "its bytes: taken, and held"):
        expect.status(recourse.put(session, own, attachment, session.provider), 204)
        if recourse.held(session, jws) != [True]:
            raise Failed("it is not held")
    with trial.check("LAD-TRF-019", "before the statement is registered nobody reads it, its issuer neither"):
        for reader in (None, session.provider, session.stranger):
            recourse.is_hidden(session, own, attachment, reader)
    with trial.check("LAD-TRF-019", "and everybody does when it is"):
        deals.say(session, jws)
        for reader in (None, session.provider, session.stranger):
            recourse.is_shown(session, own, attachment, reader)


def _public(trial: Trial) -> None:
    session = trial.session
    attachment = recourse.attached(session)
    with trial.given("a listing that names an attachment"):
        own = deals.say(session, _named(session, attachment)).id
    path = recourse.path_of(own, attachment)
    data = attachment.data
    wrong = {
        "a byte short": data[:-1],
        "a byte too long": data + b"x",
        "one bit altered": data[:-1] + bytes([data[-1] ^ 1]),
    }
    for what, body in wrong.items():
        with trial.check("LAD-TRF-017", f"{what}: bad-attachment, and not shown"):
            expect.problem(session.exchange.put(path, body, session.provider.signer), "bad-attachment")
            expect.problem(session.exchange.get(path), "not-found")
    with trial.check(
        "LAD-TRF-011", "the right bytes by somebody else, under another digest, or of another statement"
    ):
        expect.problem(session.exchange.put(path, data, session.stranger.signer), "not-found")
        for elsewhere in (
            f"/attachments/{own}/{OTHER}",
            f"/attachments/{session.provider.id}/{attachment.digest}",
        ):
            expect.problem(session.exchange.put(elsewhere, data, session.provider.signer), "not-found")
    with trial.check(
        "LAD-HTP-010", "a digest that the statement does not name: not-found, for its issuer too"
    ):
        unnamed = f"/attachments/{own}/{OTHER}"
        expect.problem(session.exchange.get(unnamed), "not-found")
        expect.problem(session.exchange.get(unnamed, session.provider.signer), "not-found")
        expect.problem(session.exchange.put(unnamed, data, session.provider.signer), "not-found")
    with trial.check("LAD-HTP-006", "the right bytes without a signature: signature-required"):
        answer = session.exchange.http.request("PUT", path, body=data, headers={"Content-Type": OCTETS})
        expect.problem(answer, "signature-required")
    with trial.check("LAD-HTP-003", "the right bytes as their own media type: wrong-media-type"):
        headers = {"Content-Type": "text/csv"}
        signing = Signing(session.provider.signer)
        answer = session.exchange.http.request("PUT", path, body=data, headers=headers, signing=signing)
        expect.problem(answer, "wrong-media-type")
    with trial.need("LAD-TRF-017", "the right bytes by the issuer: taken"):
        expect.status(session.exchange.put(path, data, session.provider.signer), 204)
    _read(trial, path, attachment)


def _read(trial: Trial, path: str, attachment: Attached) -> None:
    session = trial.session
    data, tag = attachment.data, f'"{attachment.digest}"'
    with trial.check("LAD-HTP-001", "read: all bytes, as octets, with the digest as ETag"):
        answer = expect.media_type(expect.status(session.exchange.get(path), 200), OCTETS)
        if answer.body != data or answer.header("etag") != tag:
            raise Failed(f"{len(answer.body)} bytes with the ETag {answer.header('etag')!r}")
    for what, header, wanted in (
        ("its ETag", tag, 304),
        ("its ETag among others", f'"x", {tag}', 304),
        ("another ETag", f'"{OTHER}"', 200),
    ):
        with trial.check("LAD-HTP-001", f"If-None-Match with {what}: {wanted}"):
            answer = expect.status(_with(session, path, "If-None-Match", header), wanted)
            if wanted == 304 and answer.body:
                raise Failed("an answer of 304 has a body")
    with trial.check("LAD-HTP-001", "a range of it: 206 with that part"):
        answer = expect.status(_with(session, path, "Range", "bytes=10-19"), 206)
        if answer.body != data[10:20]:
            raise Failed("it is another part")
    with trial.check("LAD-TRF-005", "a range behind its end: wrong-range"):
        expect.problem(_with(session, path, "Range", f"bytes={len(data)}-"), "wrong-range")


def _with(session: Session, path: str, name: str, value: str) -> Answer:
    return session.exchange.http.request("GET", path, headers={name: value})


def _private(trial: Trial, contract: str) -> None:
    session = trial.session
    attachment = recourse.attached(session, "invoice.pdf")
    document: Json = attachment.named
    with trial.given("an invoice with a document, uploaded by the provider"):
        jws = agreements.payment(session, session.provider, contract, "invoice", document=document)
        own = deals.say(session, jws).id
        expect.status(recourse.put(session, own, attachment, session.provider), 204)
    readers: dict[str, Party | None] = {"a stranger": session.stranger, "nobody in particular": None}
    with trial.check("LAD-TRF-019", "provider and consumer read it"):
        for party in (session.provider, session.consumer):
            recourse.is_shown(session, own, attachment, party)
    for who, reader in readers.items():
        with trial.check("LAD-TRF-019", f"to {who} it is like one that never was"):
            recourse.is_hidden(session, own, attachment, reader)
    with trial.check("LAD-HTP-010", "to a stranger also with a range, and with the right ETag"):
        for name, value in (("Range", "bytes=0-9"), ("If-None-Match", f'"{attachment.digest}"')):
            signing = Signing(session.stranger.signer)
            path = recourse.path_of(own, attachment)
            answer = session.exchange.http.request("GET", path, headers={name: value}, signing=signing)
            expect.problem(answer, "not-found")
    with trial.check("LAD-TRF-011", "the consumer cannot upload it"):
        expect.problem(recourse.put(session, own, attachment, session.consumer), "not-found")


def _none(trial: Trial) -> None:
    session = trial.session
    nothing = Attached("nothing.txt", b"")
    with trial.check(
        "LAD-HTP-035", "an attachment of no bytes needs no upload: it is held, and read as no bytes"
    ):
        jws = _named(session, nothing)
        own = deals.say(session, jws).id
        if recourse.held(session, jws) != [True]:
            raise Failed("it is not held")
        recourse.is_shown(session, own, nothing, None)


CASE = Case(
    name="transfer_attachments",
    profile="transfer",
    story="A provider uploads a schema for everybody and an invoice for one. Others try to upload something else in "
    "their place, and to read what is not theirs. Each document is shown to those for whom its statement is.",
    requirements=(
        "LAD-HTP-010",
        "LAD-HTP-035",
        "LAD-STM-015",
        "LAD-TRF-009",
        "LAD-TRF-017",
        "LAD-TRF-019",
        "LAD-TRF-011",
        "LAD-HTP-006",
        "LAD-HTP-003",
        "LAD-HTP-001",
        "LAD-TRF-005",
    ),
    run=run,
)
