"""`offer`: terms that one party proposes to another (`spec/acts/offer.md`)."""

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
    needs_whole,
)
from lading.acts.listing import check_is_head, check_stands
from lading.acts.machines import OFFER
from lading.acts.records import ListingRecord, OfferRecord, ParticipantRecord, ProductRecord
from lading.acts.standing import check_admitted
from lading.acts.terms import Terms, check_purpose
from lading.problems import refuse
from lading.statement.words import Id, StatementId, Time, Token, parse_time


class Offer(IssuedAct):
    """Terms for one listing version, from its provider or to its provider."""

    type: Literal["offer"]
    listing: StatementId
    to: StatementId
    replies_to: StatementId | None = None
    terms: Terms
    purpose: Token
    expires_at: Time


def lies_between_provider_and_consumer(view: View, s: Statement[Offer], at: Place) -> None:
    """Exactly one of issuer and addressee is the listing's provider."""
    provider = known(view, ListingRecord, s.act.listing, "/listing").provider
    # LAD-OFR-002
    if (s.issuer == provider) == (s.act.to == provider):
        raise refuse("wrong-party", "an offer is from or to the listing's provider, not both", pointer="/to")


def addressee_is_known(view: View, s: Statement[Offer], at: Place) -> None:
    """The addressee is a participant of this log."""
    known(view, ParticipantRecord, s.act.to, "/to")


def parties_are_admitted(view: View, s: Statement[Offer], at: Place) -> None:
    """Both parties are admitted."""
    check_admitted(view, s.issuer, "issuer")
    check_admitted(view, s.act.to, "addressee")


def listing_is_open(view: View, s: Statement[Offer], at: Place) -> None:
    """The listing is the latest version, or the one of the offer answered, and was not withdrawn."""
    listing = known(view, ListingRecord, s.act.listing, "/listing")
    answered = view.get(OfferRecord, s.act.replies_to or "")
    # A reply to an offer that lies between others is none: the answer must not tell which listing that is about.
    if answered is None or (answered.addressee, answered.listing) != (s.issuer, s.act.listing):
        check_is_head(listing, "/listing")
    check_stands(view, listing, "/listing")


def expires_later(view: View, s: Statement[Offer], at: Place) -> None:
    """The offer has not expired when it is registered."""
    # LAD-LST-004
    if at.time > parse_time(s.act.expires_at):
        raise refuse("already-expired", "the offer has expired", pointer="/expires_at")


def purpose_is_permitted(view: View, s: Statement[Offer], at: Place) -> None:
    """The purpose is among those that the terms permit."""
    check_purpose(s.act.terms, s.act.purpose, "/purpose")


def replies_to_the_other_party(view: View, s: Statement[Offer], at: Place) -> None:
    """A counter-offer answers an offer about the same product that was made to its issuer."""
    if s.act.replies_to is None:
        return
    answered = known_to(view, OfferRecord, s.act.replies_to, "/replies_to", s.issuer)
    product = known(view, ListingRecord, s.act.listing, "/listing").product
    # LAD-OFR-005
    if (answered.addressee, answered.proposer, answered.product) != (s.issuer, s.act.to, product):
        raise refuse("wrong-party", "the offer answered lies between others", pointer="/replies_to")


def answered_offer_is_open(view: View, s: Statement[Offer], at: Place) -> None:
    """What a counter-offer answers is still open."""
    if s.act.replies_to is not None:
        check_open(view, known(view, OfferRecord, s.act.replies_to, "/replies_to"), "counter-offer")


def check_open(view: View, offer: OfferRecord, event: str) -> str:
    """LAD-OFR-004: the state that `event` leads to."""
    standing = as_it_stands(view, offer)
    return OFFER.after(standing.state, event, winner=standing.closed_by)


def as_it_stands(view: View, offer: OfferRecord) -> OfferRecord:
    """The offer as everybody should see it: withdrawing a listing has closed its open offers (LAD-WDR-003)."""
    product = known(view, ProductRecord, offer.product, "/listing")
    if offer.state != "open" or product.withdrawn_by is None:
        return offer
    state = OFFER.after(offer.state, "listing-withdrawal")
    return offer.model_copy(update={"state": state, "closed_by": product.withdrawn_by})


def effects(view: View, s: Statement[Offer], at: Place) -> Iterator[Record]:
    """A new open offer; the one it answers is countered."""
    if s.act.replies_to is not None:
        answered = known(view, OfferRecord, s.act.replies_to, "/replies_to")
        yield answered.model_copy(
            update={"state": OFFER.after(answered.state, "counter-offer"), "closed_by": s.id}
        )
    yield OfferRecord(
        key=s.id,
        listing=s.act.listing,
        product=known(view, ListingRecord, s.act.listing, "/listing").product,
        proposer=s.issuer,
        addressee=s.act.to,
        kid=s.kid,
        terms=s.act.terms,
        purpose=s.act.purpose,
        expires_at=s.act.expires_at,
        state=OFFER.after(OFFER.start, "offer"),
    )


def references(act: Offer) -> tuple[Id, ...]:
    """The listing version, the addressee, and the offer that it answers."""
    return (act.listing, act.to) if act.replies_to is None else (act.listing, act.to, act.replies_to)


def readers(view: View, s: Statement[Offer]) -> Readers:
    """The two parties."""
    return frozenset({s.issuer, s.act.to})


ACT = ActType(
    name="offer",
    model=Offer,
    rules=(
        holds_in_part(addressee_is_known),
        holds_in_part(lies_between_provider_and_consumer),
        needs_whole(parties_are_admitted),
        holds_in_part(listing_is_open),
        holds_in_part(expires_later),
        holds_in_part(purpose_is_permitted),
        holds_in_part(replies_to_the_other_party),
        holds_in_part(answered_offer_is_open),
    ),
    effects=effects,
    references=references,
    readers=readers,
)
