"""`offer`: terms that one party proposes to another (`spec/acts/offer.md`)."""

from collections.abc import Iterator
from typing import Literal

from pydantic import model_validator

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
from lading.acts.gates import DEAL_GATES, Deal, asked_of
from lading.acts.listing import check_is_head, check_stands
from lading.acts.machines import CONTRACT, OFFER
from lading.acts.records import (
    AgreementRecord,
    ContractRecord,
    ListingRecord,
    OfferRecord,
    ParticipantRecord,
    ProductRecord,
)
from lading.acts.standing import check_admitted, check_arbiter, issuer_is_not_expelled
from lading.acts.uses import USE, Actions, Use, check_permitted
from lading.problems import refuse
from lading.statement.words import Id, StatementId, Time, Token, parse_time
from lading.terms.terms import Terms, check_purpose


class Offer(IssuedAct):
    """Terms for one listing version, from its provider or to its provider; or other terms for a contract."""

    type: Literal["offer"]
    listing: StatementId | None = None
    amends: StatementId | None = None
    to: StatementId
    replies_to: StatementId | None = None
    terms: Terms
    purpose: Token
    actions: Actions | None = None
    expires_at: Time

    @model_validator(mode="after")
    def _agrees(self) -> "Offer":
        if (self.listing is None) == (self.amends is None):
            raise ValueError("an offer is about a listing, or amends a contract")
        return self


def contract_amended(view: View, act: Offer) -> ContractRecord | None:
    """The contract whose terms the offer would change; None where it is about a listing."""
    if act.amends is None:
        return None
    agreement = known(view, AgreementRecord, act.amends, "/amends")
    return known(view, ContractRecord, agreement.contract, "/amends")


def listing_meant(view: View, act: Offer) -> ListingRecord:
    """The listing version that the offer is about, or that its contract binds."""
    contract = contract_amended(view, act)
    if contract is not None:
        return known(view, ListingRecord, contract.listing, "/amends")
    return known(view, ListingRecord, Id(act.listing or ""), "/listing")


def amends_a_contract_of_its_issuer(view: View, s: Statement[Offer], at: Place) -> None:
    """What is amended is an agreement of a contract to which the issuer is a party."""
    if s.act.amends is None:
        return
    agreement = view.get(AgreementRecord, s.act.amends)
    contract = None if agreement is None else view.get(ContractRecord, agreement.contract)
    # LAD-REG-006
    if contract is None or s.issuer not in contract.parties:
        raise refuse("unknown-statement", f"{s.act.amends} is no contract of this log", pointer="/amends")


def amends_the_head(view: View, s: Statement[Offer], at: Place) -> None:
    """Amendments are linear: `amends` is the agreement in force."""
    contract = contract_amended(view, s.act)
    # LAD-OFR-006
    if contract is not None and contract.head != s.act.amends:
        raise refuse(
            "stale-contract", "the contract was amended since", pointer="/amends", winner=contract.head
        )


def contract_can_be_amended(view: View, s: Statement[Offer], at: Place) -> None:
    """The contract is in a state in which its terms can change."""
    contract = contract_amended(view, s.act)
    if contract is not None:
        # LAD-DLV-006
        CONTRACT.after(contract.state, "amendment", winner=contract.ended_by)


def lies_between_provider_and_consumer(view: View, s: Statement[Offer], at: Place) -> None:
    """Exactly one of issuer and addressee is the listing's provider."""
    listing, contract = listing_meant(view, s.act), contract_amended(view, s.act)
    # LAD-OFR-002
    if (s.issuer == listing.provider) == (s.act.to == listing.provider):
        raise refuse("wrong-party", "an offer is from or to the listing's provider, not both", pointer="/to")
    # LAD-OFR-007
    if contract is not None and s.act.to not in contract.parties:
        raise refuse("wrong-party", "the addressee is not the other party of the contract", pointer="/to")


def addressee_is_known(view: View, s: Statement[Offer], at: Place) -> None:
    """The addressee is a participant of this log."""
    known(view, ParticipantRecord, s.act.to, "/to")


def parties_are_admitted(view: View, s: Statement[Offer], at: Place) -> None:
    """Both parties are admitted."""
    check_admitted(view, s.issuer, "issuer")
    check_admitted(view, s.act.to, "addressee")


def listing_is_open(view: View, s: Statement[Offer], at: Place) -> None:
    """The listing is the latest version, or the one of the offer answered, and was not withdrawn."""
    if s.act.listing is None:
        return
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


def arbiter_is_fit(view: View, s: Statement[Offer], at: Place) -> None:
    """The arbiter of the terms is no party, and admitted as an arbiter."""
    check_arbiter(view, s.act.terms.arbiter, frozenset({s.issuer, s.act.to}), "/terms/arbiter")


def use_is_permitted(view: View, s: Statement[Offer], at: Place) -> None:
    """The terms permit the consumer what the offer says that it will do."""
    listing = listing_meant(view, s.act)
    consumer = s.act.to if s.issuer == listing.provider else s.issuer
    use = Use(s.act.terms, s.act.actions or USE, s.act.purpose, consumer)
    check_permitted(view, use, at, "/terms/permissions")


def deal_of(view: View, s: Statement[Offer]) -> Deal:
    """The contract that the offer proposes, or proposes to amend."""
    listing, amends = listing_meant(view, s.act), s.act.amends is not None
    consumer = s.act.to if s.issuer == listing.provider else s.issuer
    pointer = "/amends" if amends else "/listing"
    return Deal(listing, listing.provider, consumer, s.act.terms, pointer, amends)


def replies_to_the_other_party(view: View, s: Statement[Offer], at: Place) -> None:
    """A counter-offer answers an offer about the same product that was made to its issuer."""
    if s.act.replies_to is None:
        return
    answered = known_to(view, OfferRecord, s.act.replies_to, "/replies_to", s.issuer)
    contract = contract_amended(view, s.act)
    subject = (listing_meant(view, s.act).product, None if contract is None else contract.key)
    # LAD-OFR-005
    if (answered.addressee, answered.proposer, answered.product, answered.amends) != (
        s.issuer,
        s.act.to,
        *subject,
    ):
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
    if offer.state != "open" or offer.amends is not None or product.withdrawn_by is None:
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
    listing, contract = listing_meant(view, s.act), contract_amended(view, s.act)
    yield OfferRecord(
        key=s.id,
        amends=None if contract is None else Id(contract.key),
        head=s.act.amends,
        actions=s.act.actions or USE,
        listing=Id(listing.key),
        product=listing.product,
        proposer=s.issuer,
        addressee=s.act.to,
        kid=s.kid,
        terms=s.act.terms,
        purpose=s.act.purpose,
        expires_at=s.act.expires_at,
        state=OFFER.after(OFFER.start, "offer"),
    )


def references(act: Offer) -> tuple[Id, ...]:
    """The listing version or the agreement amended, the addressee, and the offer that it answers."""
    named = (act.listing, act.amends, act.to, act.replies_to)
    return tuple(key for key in named if key is not None)


def readers(view: View, s: Statement[Offer]) -> Readers:
    """The two parties."""
    return frozenset({s.issuer, s.act.to})


ACT = ActType(
    name="offer",
    model=Offer,
    rules=(
        holds_in_part(addressee_is_known),
        holds_in_part(amends_a_contract_of_its_issuer),
        holds_in_part(lies_between_provider_and_consumer),
        holds_in_part(issuer_is_not_expelled),
        needs_whole(parties_are_admitted),
        holds_in_part(listing_is_open),
        holds_in_part(amends_the_head),
        doubtful_in_part(contract_can_be_amended),
        holds_in_part(expires_later),
        holds_in_part(purpose_is_permitted),
        needs_whole(arbiter_is_fit),
        needs_whole(use_is_permitted),
        holds_in_part(replies_to_the_other_party),
        holds_in_part(answered_offer_is_open),
        *(needs_whole(asked_of(deal_of, gate)) for gate in DEAL_GATES),
    ),
    effects=effects,
    references=references,
    readers=readers,
)
