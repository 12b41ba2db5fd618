"""`claim`: the consumer says that a sealed delivery is at fault, with a proof (`spec/acts/claim.md`)."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from lading.acts.attachment import Attachment
from lading.acts.base import (
    ActType,
    IssuedAct,
    Place,
    Readers,
    Record,
    Statement,
    View,
    holds_in_part,
    known,
    known_to,
)
from lading.acts.delivery import MAX_CHUNKS
from lading.acts.machines import CLAIM
from lading.acts.records import DeliveryRecord, ReleaseRecord, SlotRecord
from lading.acts.recourse import ClaimRecord
from lading.acts.release import Secret
from lading.problems import refuse
from lading.statement import base64url
from lading.statement.words import Form, Id, KeyThumbprint, StatementId


class Proof(Form):
    """What a judge needs beside the delivery: a leaf and its place; a chunk and its key, or the consumer's share."""

    index: Annotated[int, Field(ge=0, lt=MAX_CHUNKS)]
    leaf: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]+\z", min_length=128, max_length=128)]
    path: Attachment
    chunk: Attachment | None = None
    key: Secret | None = None
    share: Attachment | None = None
    arbiter: StatementId | None = None
    sealed_to: KeyThumbprint | None = None

    @property
    def leaf_bytes(self) -> bytes:
        """The 96 bytes of the leaf."""
        return base64url.decode(self.leaf.encode())

    @property
    def attachments(self) -> tuple[Attachment, ...]:
        """The attachments that are there."""
        return tuple(part for part in (self.path, self.chunk, self.share) if part is not None)


class Claim(IssuedAct):
    """A fault that anybody who has the pieces can see: a chunk that does not open, or a key that does not derive."""

    type: Literal["claim"]
    statement: StatementId
    ground: Literal["bad-chunk", "wrong-key"]
    proof: Proof

    @model_validator(mode="after")
    def _agrees(self) -> "Claim":
        bad_chunk = self.ground == "bad-chunk"
        proof = self.proof
        chunk = (proof.chunk is not None, proof.key is not None)
        share = (proof.share is not None, proof.arbiter is not None, proof.sealed_to is not None)
        if chunk != (bad_chunk,) * 2 or share != (not bad_chunk,) * 3:
            raise ValueError(
                "bad-chunk is proven by chunk and key; wrong-key by share, arbiter and sealed_to"
            )
        # LAD-CLM-006
        if proof.arbiter == self.home:
            raise ValueError("an exchange that is the arbiter would hold both shares")
        return self


def issuer_is_the_consumer(view: View, s: Statement[Claim], at: Place) -> None:
    """Only the consumer of the delivery claims that it cannot be opened."""
    # LAD-CLM-002
    if known_to(view, ReleaseRecord, s.act.statement, "/statement", s.issuer).consumer != s.issuer:
        raise refuse("wrong-party", "the issuer is not the contract's consumer", pointer="/statement")


def chunk_exists(view: View, s: Statement[Claim], at: Place) -> None:
    """The content has a chunk of this number."""
    # LAD-CLM-003
    if s.act.proof.index >= _delivery(view, s.act).chunks:
        raise refuse("no-such-chunk", "the content has fewer chunks", pointer="/proof/index")


def window_is_open(view: View, s: Statement[Claim], at: Place) -> None:
    """The delivery is not settled yet."""
    settles_at = _delivery(view, s.act).settles_at
    # LAD-CLM-004
    if settles_at is None or at.time > settles_at:
        raise refuse("dispute-window-closed", "the dispute window is over", pointer="/statement")


def is_made_once(view: View, s: Statement[Claim], at: Place) -> None:
    """One claim of a ground and chunk; the refusal names it."""
    before = view.get(SlotRecord, claim_slot(s.act))
    # LAD-CLM-005
    if before is not None:
        raise refuse("claim-taken", "the claim was made before", pointer="/proof/index", winner=before.holder)


def claim_slot(act: Claim) -> str:
    """The slot that a claim takes: one per release, ground and chunk."""
    return f"claim/{act.statement}/{act.ground}/{act.proof.index}"


def _delivery(view: View, act: Claim) -> DeliveryRecord:
    release = known(view, ReleaseRecord, act.statement, "/statement")
    return known(view, DeliveryRecord, release.delivery, "/statement")


def effects(view: View, s: Statement[Claim], at: Place) -> Iterator[Record]:
    """The claim stands, and keeps others of its ground and chunk out."""
    release = known(view, ReleaseRecord, s.act.statement, "/statement")
    yield SlotRecord(key=claim_slot(s.act), holder=s.id)
    yield ClaimRecord(
        key=s.id,
        about=s.act.statement,
        contract=known(view, DeliveryRecord, release.delivery, "/statement").contract,
        claimant=release.consumer,
        respondent=release.provider,
        ground=s.act.ground,
        release=s.act.statement,
        delivery=release.delivery,
        index=s.act.proof.index,
        state=CLAIM.after(CLAIM.start, "claim"),
    )


def references(act: Claim) -> tuple[Id, ...]:
    """The release; the arbiter is named, and judges from outside."""
    return (act.statement,)


def readers(view: View, s: Statement[Claim]) -> Readers:
    """Provider and consumer."""
    return known(view, ReleaseRecord, s.act.statement, "/statement").parties


ACT = ActType(
    name="claim",
    model=Claim,
    rules=(
        holds_in_part(issuer_is_the_consumer),
        holds_in_part(chunk_exists),
        holds_in_part(window_is_open),
        holds_in_part(is_made_once),
    ),
    effects=effects,
    references=references,
    readers=readers,
)
