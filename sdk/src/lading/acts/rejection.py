"""`rejection`: the addressee declines an offer (`spec/acts/rejection.md`)."""

from collections.abc import Iterator
from typing import Literal

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
from lading.acts.offer import check_open
from lading.acts.records import OfferRecord
from lading.problems import refuse
from lading.statement.words import Id, StatementId, Token


class Rejection(IssuedAct):
    """Closes an offer, with a reason."""

    type: Literal["rejection"]
    offer: StatementId
    reason: Token


def issuer_is_the_addressee(view: View, s: Statement[Rejection], at: Place) -> None:
    """Only the addressee rejects."""
    # LAD-REJ-001
    if known_to(view, OfferRecord, s.act.offer, "/offer", s.issuer).addressee != s.issuer:
        raise refuse("wrong-party", "the offer was made to somebody else", pointer="/offer")


def offer_is_open(view: View, s: Statement[Rejection], at: Place) -> None:
    """The offer is still open."""
    check_open(view, known(view, OfferRecord, s.act.offer, "/offer"), "rejection")


def effects(view: View, s: Statement[Rejection], at: Place) -> Iterator[Record]:
    """The offer is rejected."""
    offer = known(view, OfferRecord, s.act.offer, "/offer")
    yield offer.model_copy(update={"state": check_open(view, offer, "rejection"), "closed_by": s.id})


def references(act: Rejection) -> tuple[Id, ...]:
    """The offer."""
    return (act.offer,)


def readers(view: View, s: Statement[Rejection]) -> Readers:
    """The offer's parties."""
    offer = known(view, OfferRecord, s.act.offer, "/offer")
    return frozenset({offer.proposer, offer.addressee})


ACT = ActType(
    name="rejection",
    model=Rejection,
    rules=(holds_in_part(issuer_is_the_addressee), holds_in_part(offer_is_open)),
    effects=effects,
    references=references,
    readers=readers,
)
