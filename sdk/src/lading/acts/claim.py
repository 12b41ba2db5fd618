"""`claim`: something is wrong with a delivery, a listing or a contract; or answers that (`spec/acts/claim.md`)."""

from collections.abc import Iterator
from typing import Annotated, Final, Literal

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
    doubtful_in_part,
    holds_in_part,
    known,
    known_to,
    needs_whole,
)
from lading.acts.deadlines import settles_of
from lading.acts.delivery import MAX_CHUNKS
from lading.acts.grounds import OF_GOODS, PROVABLE, Ground, Subject, nothing, subject_of
from lading.acts.machines import CLAIM
from lading.acts.records import DeliveryRecord, ListingRecord, SlotRecord
from lading.acts.recourse import ClaimRecord
from lading.acts.release import Secret
from lading.acts.standing import check_admitted
from lading.problems import refuse
from lading.statement import base64url
from lading.statement.words import Form, Id, KeyThumbprint, StatementId, Token, text

CONTESTING: Final = frozenset({"rights", "objection"})
"""Grounds by which a listing is contested."""
Words = Annotated[str, text(2000)]
Evidence = Annotated[tuple[Attachment, ...], Field(min_length=1, max_length=16)]


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
    """A fault in a statement, on a ground and perhaps with a proof; or what the respondent says to a claim."""

    type: Literal["claim"]
    statement: StatementId | None = None
    ground: Ground | None = None
    proof: Proof | None = None
    text: Words | None = None
    evidence: Evidence | None = None
    remedy: Token | None = None
    replies_to: StatementId | None = None
    answer: Literal["conceded", "denied"] | None = None

    @model_validator(mode="after")
    def _agrees(self) -> "Claim":
        made = (self.statement, self.ground, self.proof, self.remedy)
        # LAD-CLM-012
        if self.replies_to is not None and (self.answer is None or made != (None,) * 4):
            raise ValueError(
                "an answer has replies_to and answer, perhaps text and evidence, and nothing else"
            )
        if self.replies_to is None and (
            self.statement is None or self.ground is None or self.answer is not None
        ):
            raise ValueError("a claim has statement and ground, or replies_to and answer")
        if (self.proof is not None) != (self.ground in PROVABLE):
            raise ValueError("bad-chunk and wrong-key are proven, and no other ground is")
        # LAD-CLM-007
        if self.evidence is None and self.ground == "leak":
            raise ValueError("a leak is shown by a sample in evidence")
        if self.evidence is not None and self.proof is not None:
            raise ValueError("what proves stands in proof")
        if self.proof is not None:
            self._check_proof(self.proof)
        return self

    @property
    def proven(self) -> Proof:
        """The proof of a claim that has one; `LookupError` for others."""
        if self.proof is None:
            raise LookupError("the claim has no proof")
        return self.proof

    def _check_proof(self, proof: Proof) -> None:
        bad_chunk = self.ground == "bad-chunk"
        chunk = (proof.chunk is not None, proof.key is not None)
        share = (proof.share is not None, proof.arbiter is not None, proof.sealed_to is not None)
        if chunk != (bad_chunk,) * 2 or share != (not bad_chunk,) * 3:
            raise ValueError(
                "bad-chunk is proven by chunk and key; wrong-key by share, arbiter and sealed_to"
            )
        # LAD-CLM-006
        if proof.arbiter == self.home:
            raise ValueError("an exchange that is the arbiter would hold both shares")


def statement_is_the_issuers_to_see(view: View, s: Statement[Claim], at: Place) -> None:
    """What belongs to a contract does not exist for others than its parties."""
    subject = _subject(view, s.act)
    contract = None if subject is None else subject.contract
    # LAD-REG-006
    if contract is not None and s.issuer not in contract.parties:
        raise nothing(s.act.statement or Id(""), s.act.ground or "")


def proof_is_the_consumers(view: View, s: Statement[Claim], at: Place) -> None:
    """Only the consumer of the delivery proves that it does not open."""
    subject = _subject(view, s.act)
    # LAD-CLM-002
    if s.act.proof is not None and subject is not None and subject.contract is not None:
        _check_party(s, subject.contract.consumer, "consumer")


def delivery_is_claimed_about_by_its_party(view: View, s: Statement[Claim], at: Place) -> None:
    """The consumer finds fault with the goods; the provider says that they leaked."""
    subject = _subject(view, s.act)
    if subject is None or subject.contract is None or subject.delivery is None:
        return
    # LAD-CLM-013
    if s.act.ground in OF_GOODS:
        _check_party(s, subject.contract.consumer, "consumer")
    elif s.act.ground == "leak":
        _check_party(s, subject.contract.provider, "provider")


def _check_party(s: Statement[Claim], party: Id, role: str) -> None:
    if s.issuer != party:
        raise refuse("wrong-party", f"the issuer is not the contract's {role}", pointer="/statement")


def listing_is_another_providers(view: View, s: Statement[Claim], at: Place) -> None:
    """Nobody makes claims about a listing of its own."""
    subject = _subject(view, s.act)
    # LAD-CLM-010
    if subject is not None and subject.listing is not None and subject.listing.provider == s.issuer:
        raise refuse("wrong-party", "the listing is the issuer's own", pointer="/statement")


def chunk_exists(view: View, s: Statement[Claim], at: Place) -> None:
    """The content has a chunk of this number."""
    subject = _subject(view, s.act)
    if s.act.proof is None or subject is None or subject.delivery is None:
        return
    # LAD-CLM-003
    if s.act.proof.index >= subject.delivery.chunks:
        raise refuse("no-such-chunk", "the content has fewer chunks", pointer="/proof/index")


def arbiter_is_the_agreed_one(view: View, s: Statement[Claim], at: Place) -> None:
    """A share is sealed to the arbiter that the terms in force name, where they name one."""
    subject, named = _subject(view, s.act), None if s.act.proof is None else s.act.proof.arbiter
    # LAD-CLM-009
    if subject is not None and subject.arbiter is not None and named not in (None, subject.arbiter):
        raise refuse("wrong-arbiter", f"the terms name {subject.arbiter}", pointer="/proof/arbiter")


def window_has_begun(view: View, s: Statement[Claim], at: Place) -> None:
    """What was not received yet is refused by a receipt and not disputed."""
    delivery = _disputed(view, s.act)
    # LAD-CLM-004
    if delivery is not None and delivery.settles_at is None:
        raise refuse("dispute-window-closed", "the delivery was not received", pointer="/statement")


def window_is_open(view: View, s: Statement[Claim], at: Place) -> None:
    """The delivery is not settled yet."""
    delivery = _disputed(view, s.act)
    settles_at = None if delivery is None or delivery.settles_at is None else settles_of(view, delivery)
    # LAD-CLM-004
    if settles_at is not None and at.time > settles_at:
        raise refuse("dispute-window-closed", "the dispute window is over", pointer="/statement")


def _disputed(view: View, act: Claim) -> DeliveryRecord | None:
    """The delivery that is disputed on a ground that has a window."""
    subject = _subject(view, act)
    return None if subject is None or act.ground not in PROVABLE | OF_GOODS else subject.delivery


def is_made_once(view: View, s: Statement[Claim], at: Place) -> None:
    """One claim of an issuer, statement, ground and chunk; the refusal names it."""
    if s.act.statement is None:
        return
    before = view.get(SlotRecord, claim_slot(s))
    # LAD-CLM-005
    if before is not None:
        raise refuse("claim-taken", "the claim was made before", pointer="/statement", winner=before.holder)


def stranger_is_admitted(view: View, s: Statement[Claim], at: Place) -> None:
    """Who is no party of a contract makes claims while it is admitted."""
    subject = _subject(view, s.act)
    if subject is not None and subject.listing is not None:
        check_admitted(view, s.issuer, "issuer")


def answer_is_the_respondents(view: View, s: Statement[Claim], at: Place) -> None:
    """A claim is answered by whom it is against."""
    if s.act.replies_to is None:
        return
    claim = known_to(view, ClaimRecord, s.act.replies_to, "/replies_to", s.issuer)
    # LAD-CLM-011
    if claim.respondent != s.issuer:
        raise refuse("wrong-party", "the claim is not against the issuer", pointer="/replies_to")


def answered_claim_is_open(view: View, s: Statement[Claim], at: Place) -> None:
    """A claim is answered once, and not after it was ruled on or withdrawn."""
    if s.act.replies_to is not None:
        _after(known(view, ClaimRecord, s.act.replies_to, "/replies_to"), "answer")


def _subject(view: View, act: Claim) -> Subject | None:
    """What a claim is about; None for an answer."""
    if act.statement is None or act.ground is None:
        return None
    return subject_of(view, act.statement, act.ground)


def claim_slot(s: Statement[Claim]) -> str:
    """The slot that a claim takes, for ever: one per issuer, statement and ground, and chunk where there is a proof."""
    chunk = "" if s.act.proof is None else f"/{s.act.proof.index}"
    return f"claim/{s.act.statement}/{s.issuer}/{s.act.ground}{chunk}"


def _after(claim: ClaimRecord, event: str) -> str:
    """The state after an event, as the table has it; the refusal names what ended the state before."""
    # LAD-CLM-008
    return CLAIM.after(claim.state, event, winner=claim.closed_by)


def closed(view: View, claim: ClaimRecord, event: str, by: Id) -> Iterator[Record]:
    """The claim after a `ruling` or `withdrawal`; its listing is contested by one claim less."""
    yield claim.model_copy(update={"state": _after(claim, event), "closed_by": by})
    yield from _contested(view, claim, -1)


def _contested(view: View, claim: ClaimRecord, more: int) -> Iterator[Record]:
    listing = None if claim.listing is None else view.get(ListingRecord, claim.listing)
    if listing is not None and claim.ground in CONTESTING:
        yield listing.model_copy(update={"contested": listing.contested + more})


def effects(view: View, s: Statement[Claim], at: Place) -> Iterator[Record]:
    """The claim is open, and keeps others like it out; or it is answered."""
    subject = _subject(view, s.act)
    if subject is None:
        claim = known(view, ClaimRecord, s.act.replies_to or Id(""), "/replies_to")
        yield claim.model_copy(update={"state": _after(claim, "answer"), "closed_by": s.id})
        return
    claim = ClaimRecord(
        key=s.id,
        about=s.act.statement or Id(""),
        contract=None if subject.contract is None else Id(subject.contract.key),
        listing=None if subject.listing is None else Id(subject.listing.key),
        claimant=s.issuer,
        respondent=subject.respondent(s.issuer),
        arbiter=subject.arbiter,
        ground=s.act.ground or "",
        release=None if s.act.proof is None else s.act.statement,
        delivery=None if subject.delivery is None else Id(subject.delivery.key),
        index=None if s.act.proof is None else s.act.proof.index,
        state=CLAIM.after(CLAIM.start, "claim"),
    )
    yield SlotRecord(key=claim_slot(s), holder=s.id)
    yield claim
    yield from _contested(view, claim, 1)


def references(act: Claim) -> tuple[Id, ...]:
    """What is claimed about or answered; the arbiter of a proof is named, and judges from outside."""
    return tuple(named for named in (act.statement, act.replies_to) if named is not None)


def readers(view: View, s: Statement[Claim]) -> Readers:
    """Claimant, respondent and arbiter."""
    subject = _subject(view, s.act)
    if subject is None:
        return known(view, ClaimRecord, s.act.replies_to or Id(""), "/replies_to").parties
    arbiter = frozenset[Id]() if subject.arbiter is None else frozenset({subject.arbiter})
    return frozenset({s.issuer, subject.respondent(s.issuer)}) | arbiter


ACT = ActType(
    name="claim",
    model=Claim,
    rules=(
        holds_in_part(statement_is_the_issuers_to_see),
        holds_in_part(proof_is_the_consumers),
        holds_in_part(delivery_is_claimed_about_by_its_party),
        holds_in_part(listing_is_another_providers),
        holds_in_part(chunk_exists),
        doubtful_in_part(arbiter_is_the_agreed_one),
        needs_whole(window_has_begun),
        doubtful_in_part(window_is_open),
        holds_in_part(is_made_once),
        needs_whole(stranger_is_admitted),
        holds_in_part(answer_is_the_respondents),
        holds_in_part(answered_claim_is_open),
    ),
    effects=effects,
    references=references,
    readers=readers,
)
