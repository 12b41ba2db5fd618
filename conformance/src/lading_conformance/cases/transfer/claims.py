"""A provider seals wrongly, and the consumer brings the proof: a claim with its attachments, once, in time."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import Final

from lading_conformance.drivers.answers import Answer, objects_of
from lading_conformance.drivers.party import Party, clear_terms
from lading_conformance.oracle import base64url, judgement, sealing, sealkeys, statement
from lading_conformance.oracle.canonical import Json
from lading_conformance.oracle.sealing import SealedChunk
from lading_conformance.oracle.sealkeys import SealKey
from lading_conformance.steps import deals, evidence, expect, feed, handover
from lading_conformance.steps.expect import Registration
from lading_conformance.steps.handover import Delivered
from lading_conformance.trial.case import Case, Trial
from lading_conformance.trial.outcome import Failed
from lading_conformance.trial.session import Session

SIZE: Final = 2 * deals.CHUNK + 1_000
SHORT_SECONDS: Final = 1
GARBAGE, FOREIGN_KEY = 0, 1
"""The chunk that does not open, and the chunk whose key is not the derived one."""


@dataclass(frozen=True)
class Released:
    """A delivery whose key was released: the release's id, its share, and the receipt before it."""

    delivered: Delivered
    id: str
    share: bytes
    receipt: Registration


@dataclass(frozen=True)
class Claim:
    """A signed claim, and its attachments by their digests in the order of the claim."""

    jws: bytes
    attachments: dict[str, bytes]

    @property
    def id(self) -> str:
        """The claim's id."""
        return statement.statement_id(self.jws)


def run(trial: Trial) -> None:
    """Claim about a chunk that does not open, and about a key that does not derive; and try what does not count."""
    session = trial.session
    with trial.given(
        "a delivery with two faults whose key was released, and one whose dispute window is short"
    ):
        _ = session.stranger
        released = _released(session, deals.contract(session, session.sealed_consumer).id)
        late = _released(session, _brief(session))
        begun = time.monotonic()
    claim = _bad_chunk(session, released, session.sealed_consumer)
    _uploads(trial, claim)
    registered = _registers(trial, claim)
    _reads(trial, claim, registered)
    _judges(trial, released, claim)
    _does_not_count(trial, released, claim)
    _wrong_key(trial, released)
    with trial.check("LAD-CLM-004", "a claim after the dispute window: dispute-window-closed"):
        time.sleep(max(0.0, begun + SHORT_SECONDS + 0.05 - time.monotonic()))
        jws = _bad_chunk(session, late, session.sealed_consumer).jws
        expect.refused(session, jws, "dispute-window-closed")
    with trial.check("LAD-HTP-028", "the claims leave the delivery received"):
        expect.state(session, session.provider, released.delivered.id, "delivery", state="received")
    with trial.check("LAD-EVI-016", "the evidence of the claim shows delivery, receipt and release"):
        closure = {released.delivered.id, released.receipt.id, released.id, claim.id, session.facts.id}
        evidence.check(session, claim.id, closure, session.sealed_consumer)


def _brief(session: Session) -> str:
    """Return a contract whose deliveries can be disputed for a second."""
    standing = deals.standing(terms=clear_terms(dispute_window=f"PT{SHORT_SECONDS}S"))
    return deals.contract(session, session.sealed_consumer, standing=standing).id


def _released(session: Session, contract: str) -> Released:
    """Deliver content with both faults, and sign the receipt that no check forbids."""
    honest = handover.seal(session, contract, deals.new_content(session, SIZE))
    chunks = list(honest.chunks)
    chunks[GARBAGE] = _garbage(chunks[GARBAGE])
    chunks[FOREIGN_KEY] = _under_foreign_key(chunks[FOREIGN_KEY])
    delivered = handover.deliver(session, replace(honest, chunks=tuple(chunks)))
    receipt = handover.acknowledge(session, delivered)
    event, share = handover.released(session, receipt)
    return Released(delivered, event.id, share, receipt)


def _garbage(chunk: SealedChunk) -> SealedChunk:
    """Return a chunk that does not open, with its hash in the leaf."""
    ciphertext = chunk.ciphertext[:-1] + bytes([chunk.ciphertext[-1] ^ 1])
    return SealedChunk(ciphertext, sealing.leaf_of(ciphertext, chunk.leaf[32:64], chunk.key), chunk.key)


def _under_foreign_key(chunk: SealedChunk) -> SealedChunk:
    """Return a chunk that is encrypted under a key that no shares give, with its hashes in the leaf."""
    key = bytes(32)
    plaintext = sealing.decrypted(chunk.key, chunk.ciphertext)
    assert plaintext is not None
    ciphertext = sealing.encrypt(key, plaintext)
    return SealedChunk(ciphertext, sealing.leaf_of(ciphertext, chunk.leaf[32:64], key), key)


def _bad_chunk(session: Session, released: Released, issuer: Party, **changed: Json) -> Claim:
    """Return the claim that the chunk `GARBAGE` does not open; `changed` replaces members of the proof."""
    content = released.delivered.sealed
    chunk = content.chunks[GARBAGE]
    path = sealing.path_of(content.leaves, GARBAGE)
    proof: dict[str, Json] = {
        "index": GARBAGE,
        "leaf": base64url.encode(chunk.leaf),
        "path": _attachment("path.bin", path),
        "chunk": _attachment("chunk.bin", chunk.ciphertext),
        "key": base64url.encode(chunk.key),
        **changed,
    }
    said: dict[str, Json] = {"statement": released.id, "ground": "bad-chunk", "proof": proof}
    attachments = {sealing.digest(data): data for data in (path, chunk.ciphertext)}
    return Claim(issuer.says("claim", **said), attachments)


def _attachment(name: str, data: bytes) -> dict[str, Json]:
    named: dict[str, Json] = {"name": name, "media_type": "application/octet-stream"}
    return {**named, "size": len(data), "digest": sealing.digest(data)}


def _uploads(trial: Trial, claim: Claim) -> None:
    session = trial.session
    with trial.check("LAD-DLV-007", "a claim before its attachments: content-missing, nothing stored"):
        expect.refused(session, claim.jws, "content-missing")
    with trial.need("LAD-HTP-035", "its ticket opens an upload of which no attachment is held"):
        _open(session, claim, held=False)
    digest, data = next(reversed(claim.attachments.items()))
    wrong = {
        "without its last byte": data[:-1],
        "with a byte too many": data + b"\0",
        "with one bit altered": bytes([data[0] ^ 1]) + data[1:],
    }
    for what, body in wrong.items():
        with trial.check("LAD-TRF-017", f"an attachment {what}: bad-attachment"):
            expect.problem(_put(session, claim, digest, body, session.sealed_consumer), "bad-attachment")
    with trial.check("LAD-TRF-011", "an attachment by others than the issuer, or one not named: not found"):
        for other in (session.provider, session.stranger):
            expect.problem(_put(session, claim, digest, data, other), "not-found")
        unnamed = sealing.digest(data[:-1])
        expect.problem(_put(session, claim, unnamed, data[:-1], session.sealed_consumer), "not-found")
    with trial.need("LAD-TRF-017", "the attachments as they are named: taken"):
        for own, body in claim.attachments.items():
            expect.status(_put(session, claim, own, body, session.sealed_consumer), 204)
        _open(session, claim, held=True)
    with trial.check("LAD-TRF-019", "before the claim is registered nobody reads them: not found"):
        for reader in (*handover.parties(session), session.stranger):
            path = f"/attachments/{claim.id}/{digest}"
            expect.problem(session.exchange.get(path, reader.signer), "not-found")


def _open(session: Session, claim: Claim, *, held: bool) -> None:
    """Show the claim as a ticket, and fail unless all of its attachments are held, or none."""
    answer = expect.media_type(expect.status(session.exchange.open_upload(claim.jws), 200), expect.JSON)
    found = [(item.get("digest"), item.get("held")) for item in objects_of(answer.members(), "attachments")]
    # LAD-HTP-035
    if found != [(digest, held) for digest in claim.attachments]:
        raise Failed(f"`attachments` says {found}")


def _put(session: Session, claim: Claim, digest: str, body: bytes, uploader: Party) -> Answer:
    return session.exchange.put(f"/attachments/{claim.id}/{digest}", body, uploader.signer)


def _registers(trial: Trial, claim: Claim) -> Registration:
    session = trial.session
    with trial.need("LAD-REG-002", "the claim is registered once its attachments are held"):
        registered = deals.say(session, claim.jws)
    with trial.check("LAD-HTP-029", "it is in both parties' feeds"):
        for party in handover.parties(session):
            if claim.id not in {event.id for event in feed.after(session, party, registered.index - 1)}:
                raise Failed(f"the feed of {party.name} does not show it")
    return registered


def _reads(trial: Trial, claim: Claim, registered: Registration) -> None:
    session = trial.session
    with trial.check("LAD-HTP-019", "both parties read it"):
        for party in handover.parties(session):
            expect.stored(session, claim.jws, party.signer)
    with trial.check("LAD-TRF-019", "and its attachments, byte for byte"):
        for party in handover.parties(session):
            for digest, data in claim.attachments.items():
                if deals.octets(session, f"/attachments/{claim.id}/{digest}", party) != data:
                    raise Failed("an attachment is served with other bytes than were uploaded")
    with trial.check("LAD-HTP-010", "a stranger finds of both the 404 of what never was"):
        paths = ["/statements/{}", *(f"/attachments/{{}}/{digest}" for digest in claim.attachments)]
        for path in paths:
            expect.same_as_absent(session, path, claim.id, session.stranger.signer)
    with trial.check("LAD-HTP-010", "and so does nobody, without a signature"):
        expect.same_as_absent(session, f"/attachments/{{}}/{next(iter(claim.attachments))}", claim.id, None)


def _judges(trial: Trial, released: Released, claim: Claim) -> None:
    """Judge by nothing but what the provider reads."""
    session, content = trial.session, released.delivered.sealed
    with trial.check("LAD-TRF-019", "from what the provider reads of it, the claim is upheld: does-not-open"):
        said = statement.parse(session.exchange.statement(claim.id, session.provider.signer).body)
        leaf, key = content.chunks[GARBAGE].leaf, content.chunks[GARBAGE].key
        read = [
            deals.octets(session, f"/attachments/{claim.id}/{digest}", session.provider)
            for digest in claim.attachments
        ]
        place = judgement.Place(leaf, GARBAGE, read[0], SIZE, deals.CHUNK, content.manifest_root)
        code = judgement.judge_bad_chunk(place, read[1], key)
        if (said.jws, code) != (claim.jws, "does-not-open"):
            raise Failed(f"the judgement is {code}")


def _does_not_count(trial: Trial, released: Released, claim: Claim) -> None:
    session, consumer = trial.session, trial.session.sealed_consumer
    elsewhere = replace(released, id=released.receipt.id)
    never = replace(released, id=statement.statement_id(session.random.randbytes(32)))
    tried: dict[str, tuple[str, Claim]] = {
        "the same claim once more": ("claim-taken", _bad_chunk(session, released, consumer, key=_zeros())),
        "a claim about a chunk that is not there": (
            "no-such-chunk",
            _bad_chunk(session, released, consumer, index=3),
        ),
        "a claim by the provider": ("wrong-party", _bad_chunk(session, released, session.provider)),
        "a claim by a stranger": ("unknown-statement", _bad_chunk(session, released, session.stranger)),
        "a claim about a receipt": ("unknown-statement", _bad_chunk(session, elsewhere, consumer)),
        "a claim about nothing": ("unknown-statement", _bad_chunk(session, never, consumer)),
    }
    for what, (code, other) in tried.items():
        with trial.check(expect.requirement(code), f"{what}: {code}"):
            winner = claim.id if code == "claim-taken" else None
            expect.refused(session, other.jws, code, winner=winner)
    with trial.check("LAD-CLM-001", "a claim bad-chunk without its key: bad-member"):
        jws = _without_key(session, released)
        expect.refused(session, jws, "bad-member")


def _zeros() -> str:
    return base64url.encode(bytes(32))


def _without_key(session: Session, released: Released) -> bytes:
    said = statement.parse(_bad_chunk(session, released, session.sealed_consumer).jws).payload
    proof = said["proof"]
    assert isinstance(proof, dict)
    del proof["key"]
    return session.sealed_consumer.sign(said)


def _wrong_key(trial: Trial, released: Released) -> None:
    """Claim that the key of `FOREIGN_KEY` does not derive, the consumer's share sealed to an arbiter."""
    session, content = trial.session, released.delivered.sealed
    arbiter = judgement.Arbiter(session.stranger.id, SealKey.generate())
    own, leaf = content.shares["consumer"], content.chunks[FOREIGN_KEY].leaf
    box = sealkeys.seal(arbiter.key.public, own.value, content.bound.info(arbiter.id, "arbiter"))
    path = sealing.path_of(content.leaves, FOREIGN_KEY)
    proof: dict[str, Json] = {
        "index": FOREIGN_KEY,
        "leaf": base64url.encode(leaf),
        "path": _attachment("path.bin", path),
        "share": _attachment("share.bin", box),
        "arbiter": arbiter.id,
        "sealed_to": arbiter.key.thumbprint,
    }
    said: dict[str, Json] = {"statement": released.id, "ground": "wrong-key", "proof": proof}
    attachments = {sealing.digest(data): data for data in (path, box)}
    claim = Claim(session.sealed_consumer.says("claim", **said), attachments)
    with trial.need("LAD-REG-002", "a claim wrong-key beside it is registered"):
        _open(session, claim, held=False)
        for digest, body in claim.attachments.items():
            expect.status(_put(session, claim, digest, body, session.sealed_consumer), 204)
        deals.say(session, claim.jws)
    with trial.check(
        "LAD-TRF-019", "an arbiter upholds it with the share that was released: key-does-not-derive"
    ):
        digest = sealing.digest(box)
        read = deals.octets(session, f"/attachments/{claim.id}/{digest}", session.provider)
        place = judgement.Place(leaf, FOREIGN_KEY, path, SIZE, deals.CHUNK, content.manifest_root)
        code = judgement.judge_wrong_key(place, content.bound, released.share, own.commitment, read, arbiter)
        if code != "key-does-not-derive":
            raise Failed(f"the judgement is {code}")


CASE = Case(
    name="transfer_claims",
    profile="transfer",
    story="A provider seals one chunk that does not open, and one under a key that no shares give. The consumer cannot "
    "see it before the receipt, and proves it afterwards: with claims whose attachments both parties read, from "
    "which anybody comes to the same judgement. A second claim, a late one, and claims by others do not count.",
    requirements=(
        "LAD-DLV-007",
        "LAD-HTP-035",
        "LAD-TRF-017",
        "LAD-TRF-011",
        "LAD-TRF-019",
        "LAD-REG-002",
        "LAD-HTP-029",
        "LAD-HTP-019",
        "LAD-HTP-010",
        "LAD-CLM-005",
        "LAD-CLM-003",
        "LAD-OFR-002",
        "LAD-REG-006",
        "LAD-CLM-001",
        "LAD-CLM-004",
        "LAD-HTP-028",
        "LAD-EVI-016",
    ),
    run=run,
)
