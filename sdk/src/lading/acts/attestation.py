"""`attestation`: what somebody who is no party found out, or a second signature (`spec/acts/attestation.md`)."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from lading.acts.attachment import Attachment
from lading.acts.base import (
    PUBLIC,
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
from lading.acts.gates import are_related
from lading.acts.machines import ATTESTATION
from lading.acts.policy import AttestationKind
from lading.acts.records import ContractRecord, OfferRecord, StatementRecord
from lading.acts.recourse import AssuranceRecord, AttestationRecord, GrantRecord
from lading.acts.standing import check_admitted, readable
from lading.problems import refuse
from lading.statement.words import Id, StatementId, Time, Token, parse_time, text

SignatureText = Annotated[
    str, StringConstraints(pattern=r"^[A-Za-z0-9_-]+\z", min_length=1, max_length=16_384)
]


class Attestation(IssuedAct):
    """What the issuer says about a statement; with the kind `second-signature` the author's signature in a suite."""

    type: Literal["attestation"]
    statement: StatementId
    grant: StatementId | None = None
    kind: AttestationKind
    outcome: Literal["passed", "failed", "noted"]
    evidence: Annotated[tuple[Attachment, ...], Field(min_length=1, max_length=16)] | None = None
    expires_at: Time | None = None
    qualification: Annotated[str, text(400)] | None = None
    suite: Token | None = None
    signature: SignatureText | None = None

    @model_validator(mode="after")
    def _agrees(self) -> "Attestation":
        signed = (self.suite is not None, self.signature is not None)
        if signed != (self.is_signature,) * 2:
            raise ValueError("a second signature, and no other kind, has suite and signature")
        # LAD-ATT-007
        more = (self.evidence, self.expires_at, self.grant)
        if self.is_signature and (self.outcome != "noted" or any(member is not None for member in more)):
            raise ValueError("a second signature is noted, without evidence, end and grant")
        return self

    @property
    def is_signature(self) -> bool:
        """Whether it is the author's second signature, and nobody's opinion."""
        return self.kind == "second-signature"


def statement_is_readable(view: View, s: Statement[Attestation], at: Place) -> None:
    """What is attested to is registered, and the issuer may read it, by itself or by the grant that it names."""
    if s.act.grant is None:
        readable(view, s.act.statement, "/statement", s.issuer)
        return
    grant = known_to(view, GrantRecord, s.act.grant, "/grant", s.issuer)
    # LAD-ATT-008
    if grant.reader != s.issuer or grant.state != "open" or at.time > grant.until:
        raise refuse("unknown-statement", "no open grant to the issuer", pointer="/grant")
    about = known(view, StatementRecord, s.act.statement, "/statement")
    # LAD-ATT-008
    if about.contract != grant.contract:
        raise refuse("unknown-statement", "no statement of the granted contract", pointer="/statement")


def issuer_is_fit(view: View, s: Statement[Attestation], at: Place) -> None:
    """Nobody attests to what is its own or its contract's; a second signature is the author's."""
    author = known(view, StatementRecord, s.act.statement, "/statement").issuer
    # LAD-ATT-004
    if s.act.is_signature and s.issuer != author:
        raise refuse("wrong-party", "a second signature is the author's", pointer="/kind")
    # LAD-ATT-003
    if not s.act.is_signature and s.issuer in _concerned(view, s.act):
        raise refuse("wrong-party", "the issuer is author or party of the statement", pointer="/statement")


def issuer_is_independent(view: View, s: Statement[Attestation], at: Place) -> None:
    """Nobody attests to what is of a participant that it is related to."""
    # LAD-ATT-003
    if not s.act.is_signature and any(are_related(view, s.issuer, of) for of in _concerned(view, s.act)):
        raise refuse("wrong-party", "the issuer is related to author or party", pointer="/statement")


def issuer_is_an_assessor(view: View, s: Statement[Attestation], at: Place) -> None:
    """Opinions are for assessors that the exchange admits."""
    # LAD-ATT-005
    if not s.act.is_signature:
        check_admitted(view, s.issuer, "issuer", "assessor")


def expires_later(view: View, s: Statement[Attestation], at: Place) -> None:
    """It has not expired when it is registered."""
    # LAD-ATT-006
    if s.act.expires_at is not None and at.time > parse_time(s.act.expires_at):
        raise refuse("already-expired", "the attestation has expired", pointer="/expires_at")


def _concerned(view: View, act: Attestation) -> frozenset[Id]:
    """The author of the statement, and the parties of the offer or contract that it is or belongs to."""
    about = known(view, StatementRecord, act.statement, "/statement")
    offer = view.get(OfferRecord, act.statement)
    contract = None if about.contract is None else view.get(ContractRecord, about.contract)
    parties = [found.parties for found in (offer, contract) if found is not None]
    return frozenset({about.issuer}).union(*parties)


def assurance_key(statement: Id, kind: str) -> str:
    """Where the newest attestation of a kind about a statement is recorded."""
    return f"{statement}#{kind}"


def effects(view: View, s: Statement[Attestation], at: Place) -> Iterator[Record]:
    """It stands, and is the newest word of its kind about the statement."""
    expires_at = None if s.act.expires_at is None else parse_time(s.act.expires_at)
    yield AttestationRecord(
        key=s.id,
        about=s.act.statement,
        sort=s.act.kind,
        issuer=s.issuer,
        expires_at=expires_at,
        state=ATTESTATION.after(ATTESTATION.start, "attestation"),
    )
    yield AssuranceRecord(
        key=assurance_key(s.act.statement, s.act.kind),
        attestation=s.id,
        issuer=s.issuer,
        outcome=s.act.outcome,
        expires_at=expires_at,
        standing=True,
    )


def without(view: View, attestation: AttestationRecord) -> Iterator[Record]:
    """What its withdrawal leaves: where it was the newest word, there is none any more."""
    assurance = view.get(AssuranceRecord, assurance_key(attestation.about, attestation.sort))
    if assurance is not None and assurance.attestation == attestation.key:
        yield assurance.model_copy(update={"standing": False})


def references(act: Attestation) -> tuple[Id, ...]:
    """What it is about, and the grant by which the issuer read it."""
    return (act.statement,) if act.grant is None else (act.statement, act.grant)


def readers(view: View, s: Statement[Attestation]) -> Readers:
    """Those of what it is about, and its issuer."""
    about = known(view, StatementRecord, s.act.statement, "/statement").readers
    return PUBLIC if about is None else frozenset(about) | {s.issuer}


ACT = ActType(
    name="attestation",
    model=Attestation,
    rules=(
        doubtful_in_part(statement_is_readable),
        holds_in_part(issuer_is_fit),
        needs_whole(issuer_is_independent),
        needs_whole(issuer_is_an_assessor),
        holds_in_part(expires_later),
    ),
    effects=effects,
    references=references,
    readers=readers,
)
