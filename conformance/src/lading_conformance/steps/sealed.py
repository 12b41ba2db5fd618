"""What a sealed trade needs: shares, boxes and ciphertexts of one delivery, and their upload.

shares = new_shares(session, key_of_exchange(session), consumer)
sealed = seal(session, contract.id, deals.new_content(session, size), shares)
jws = sealed.delivery(session.provider)
upload = upload_all(session, jws, sealed)
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from lading_conformance.drivers.answers import Answer, objects_of, text_of
from lading_conformance.drivers.party import Party
from lading_conformance.oracle import base64url, sealing, sealkeys, statement
from lading_conformance.oracle.canonical import Json
from lading_conformance.oracle.sealing import Bound, SealedChunk
from lading_conformance.oracle.statement import Statement
from lading_conformance.steps import deals, expect
from lading_conformance.steps.deals import CHUNK, Content, Upload
from lading_conformance.trial.outcome import Failed
from lading_conformance.trial.session import Session

Side = Literal["exchange", "consumer"]
"""Whose share, and the name of its box in a path."""

SIDES: Final[tuple[Side, Side]] = ("exchange", "consumer")


@dataclass(frozen=True)
class Share:
    """A share, for whom it is meant, and the public seal key that it is sealed to."""

    value: bytes
    recipient: str
    public: bytes

    @property
    def commitment(self) -> str:
        """What a delivery signs of the share (LAD-SEA-002)."""
        return sealing.digest(self.value)

    def box(self, bound: Bound, side: Side) -> bytes:
        """Return the share sealed for its recipient."""
        return sealkeys.seal(self.public, self.value, bound.info(self.recipient, side))


Shares = Mapping[Side, Share]


@dataclass(frozen=True)
class Sealed:
    """Content sealed for one delivery: what is signed, and what is uploaded."""

    bound: Bound
    content: Content
    chunks: tuple[SealedChunk, ...]
    shares: Shares
    boxes: Mapping[Side, bytes]

    @property
    def leaves(self) -> list[bytes]:
        """The leaves of the manifest."""
        return [chunk.leaf for chunk in self.chunks]

    @property
    def manifest(self) -> bytes:
        """The leaves, one after another."""
        return b"".join(self.leaves)

    @property
    def ciphertext(self) -> bytes:
        """The ciphertexts, one after another."""
        return b"".join(chunk.ciphertext for chunk in self.chunks)

    @property
    def manifest_root(self) -> str:
        """The root over the leaves."""
        return sealing.manifest_root(self.leaves)

    @property
    def promise(self) -> dict[str, Json]:
        """The members by which a delivery fixes the content."""
        root = sealing.content_root(self.leaves)
        return {"size": len(self.content.data), "chunk_size": CHUNK, "content_root": root}

    @property
    def acknowledged(self) -> dict[str, Json]:
        """The members that an accepted receipt repeats."""
        promise = self.promise
        named = {name: promise[name] for name in ("size", "content_root")}
        return {**named, "manifest_root": self.manifest_root}

    @property
    def signed(self) -> dict[str, Json]:
        """The member `sealed` of the delivery."""
        return {"manifest_root": self.manifest_root, **{side: self._signed(side) for side in SIDES}}

    def delivery(self, provider: Party, **members: Json) -> bytes:
        """Return the delivery, to be uploaded under it and then registered; `members` replace or add."""
        named: dict[str, Json] = {
            "contract": self.bound.contract,
            "sequence": self.bound.sequence,
            "form": "sealed",
            "custody": "exchange",
            "sealed": self.signed,
            **self.promise,
        }
        return provider.says("delivery", **{**named, **members})

    def receipt(self, consumer: Party, delivery_id: str, **members: Json) -> bytes:
        """Return the receipt that accepts the delivery; `members` replace or add."""
        named: dict[str, Json] = {"delivery": delivery_id, "outcome": "accepted", **self.acknowledged}
        return consumer.says("receipt", **{**named, **members})

    def _signed(self, side: Side) -> dict[str, Json]:
        share = self.shares[side]
        key = sealkeys.thumbprint(share.public)
        return {"key": key, "commitment": share.commitment, "box": sealing.digest(self.boxes[side])}


def head_of_exchange(session: Session) -> Statement:
    """Return the newest statement of the exchange, as the exchange says it."""
    answer = expect.media_type(expect.status(session.exchange.well_known(), 200), expect.JSON)
    return statement.parse(text_of(answer.members(), "head").encode("utf-8"))


def key_of_exchange(session: Session) -> bytes:
    """Return the first public seal key that the exchange lists and did not revoke, or fail."""
    payload = head_of_exchange(session).payload
    revoked = payload.get("revoked")
    for key in objects_of(payload, "keys"):
        if (key.get("use"), key.get("kem")) != ("seal", sealkeys.KEM_NAME):
            continue
        public = base64url.decode(text_of(key, "public"))
        # LAD-STM-049
        sealkeys.check_public(public)
        if not isinstance(revoked, list) or sealkeys.thumbprint(public) not in revoked:
            return public
    raise Failed("the exchange lists no seal key that is in force")


def new_shares(session: Session, key: bytes, consumer: Party) -> dict[Side, Share]:
    """Return two shares that no run has used, whatever its seed: for the exchange, by its key, and the consumer."""
    if consumer.seal is None:
        raise ValueError(f"{consumer.name} has no seal key")
    return {
        "exchange": Share(secrets.token_bytes(32), session.facts.id, key),
        "consumer": Share(secrets.token_bytes(32), consumer.id, consumer.seal.public),
    }


def seal(session: Session, contract_id: str, content: Content, shares: Shares, sequence: int = 1) -> Sealed:
    """Return the content sealed by the provider under these shares, with a product secret of its own."""
    bound = Bound(contract_id, sequence, session.provider.id)
    key = sealing.content_key(bound, shares["exchange"].value, shares["consumer"].value)
    secret = secrets.token_bytes(32)
    chunks = tuple(sealing.seal_chunk(key, secret, i, data) for i, data in enumerate(content.chunks))
    boxes = {side: shares[side].box(bound, side) for side in SIDES}
    return Sealed(bound, content, chunks, shares, boxes)


def put_box(session: Session, prefix: str, side: Side, box: bytes) -> Answer:
    """Upload a box as the provider."""
    return session.exchange.put(f"{prefix}/boxes/{side}", box, session.provider.signer)


def upload_all(session: Session, ticket: bytes, sealed: Sealed, sides: Sequence[Side] = SIDES) -> Upload:
    """Upload manifest, boxes of these sides, and ciphertexts under a ticket."""
    opened = deals.open_upload(session, ticket)
    expect.status(deals.put_manifest(session, opened.prefix, sealed.manifest), 204)
    for side in sides:
        expect.status(put_box(session, opened.prefix, side, sealed.boxes[side]), 204)
    expect.status(deals.put_chunks(session, opened.prefix, 0, sealed.ciphertext), 200)
    return opened


def opened(bound: Bound, exchange: bytes, consumer: bytes, manifest: bytes, ciphertext: bytes) -> bytes:
    """Return the data that both shares give of what was downloaded. Raises `Rejected`."""
    key = sealing.content_key(bound, exchange, consumer)
    length, data = CHUNK + sealing.OVERHEAD_BYTES, b""
    for index, leaf in enumerate(sealing.leaves_of(manifest)):
        chunk = ciphertext[index * length : (index + 1) * length]
        data += sealing.open_chunk(key, index, chunk, leaf)[sealing.SALT_BYTES :]
    return data
