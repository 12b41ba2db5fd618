"""`ruling`: the arbiter decides on a claim (`spec/acts/ruling.md`)."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import model_validator

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
from lading.acts.claim import closed
from lading.acts.machines import CLAIM
from lading.acts.recourse import ClaimRecord, RulingRecord
from lading.acts.standing import check_admitted
from lading.problems import refuse
from lading.statement.words import Form, Id, Money, StatementId, Time, text

Words = Annotated[str, text(2000)]


class Remedy(Form):
    """What is to be done, and until when; `amount` is what is to be repaid."""

    kind: Literal["refund", "redelivery", "erasure", "correction", "termination", "none"]
    amount: Money | None = None
    by: Time | None = None

    @model_validator(mode="after")
    def _agrees(self) -> "Remedy":
        if (self.amount is not None) != (self.kind == "refund"):
            raise ValueError("a refund, and no other remedy, has an amount")
        return self


class Ruling(IssuedAct):
    """For the claimant, against it, or that the parties agreed."""

    type: Literal["ruling"]
    claim: StatementId
    outcome: Literal["upheld", "dismissed", "settled"]
    remedy: Remedy | None = None
    text: Words | None = None
    reasons: Attachment | None = None

    @model_validator(mode="after")
    def _agrees(self) -> "Ruling":
        if self.remedy is not None and self.outcome == "dismissed":
            raise ValueError("a claim that is dismissed has no remedy")
        return self


def claim_has_an_arbiter(view: View, s: Statement[Ruling], at: Place) -> None:
    """Where the terms name nobody, nobody rules."""
    # LAD-RUL-002
    if known_to(view, ClaimRecord, s.act.claim, "/claim", s.issuer).arbiter is None:
        raise refuse("no-arbiter", "the terms name no arbiter", pointer="/claim")


def issuer_is_the_arbiter(view: View, s: Statement[Ruling], at: Place) -> None:
    """Of those who may read the claim the arbiter rules, and not on a claim of its own."""
    claim = _claim(view, s)
    # LAD-RUL-003, LAD-RUL-004
    if s.issuer in (claim.claimant, claim.respondent):
        raise refuse("wrong-party", "the issuer is a party of the claim", pointer="/claim")


def arbiter_of_a_listing_is_admitted(view: View, s: Statement[Ruling], at: Place) -> None:
    """Whom the provider alone named rules only while the exchange admits it as an arbiter."""
    # LAD-RUL-005
    if _claim(view, s).listing is not None:
        check_admitted(view, s.issuer, "issuer", "arbiter")


def claim_is_undecided(view: View, s: Statement[Ruling], at: Place) -> None:
    """A claim is ruled on once, and not after its withdrawal."""
    claim = _claim(view, s)
    # LAD-CLM-008
    CLAIM.after(claim.state, "ruling", winner=claim.closed_by)


def _claim(view: View, s: Statement[Ruling]) -> ClaimRecord:
    return known(view, ClaimRecord, s.act.claim, "/claim")


def effects(view: View, s: Statement[Ruling], at: Place) -> Iterator[Record]:
    """The claim is ruled on; what follows is for the parties."""
    claim = _claim(view, s)
    yield from closed(view, claim, "ruling", s.id)
    yield RulingRecord(
        key=s.id,
        claim=s.act.claim,
        contract=claim.contract,
        claimant=claim.claimant,
        respondent=claim.respondent,
        arbiter=s.issuer,
        outcome=s.act.outcome,
    )


def references(act: Ruling) -> tuple[Id, ...]:
    """The claim."""
    return (act.claim,)


def readers(view: View, s: Statement[Ruling]) -> Readers:
    """Claimant, respondent and arbiter."""
    return _claim(view, s).parties


ACT = ActType(
    name="ruling",
    model=Ruling,
    rules=(
        doubtful_in_part(claim_has_an_arbiter),
        holds_in_part(issuer_is_the_arbiter),
        needs_whole(arbiter_of_a_listing_is_admitted),
        holds_in_part(claim_is_undecided),
    ),
    effects=effects,
    references=references,
    readers=readers,
)
