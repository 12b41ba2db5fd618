"""`acceptance`: the other party agrees; its id is the contract's id (`spec/acts/acceptance.md`)."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

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
from lading.acts.gates import DEAL_GATES, Deal, are_related, asked_of
from lading.acts.listing import check_listed
from lading.acts.machines import CONTRACT
from lading.acts.offer import check_open
from lading.acts.records import (
    AgreementRecord,
    ContractRecord,
    ListingRecord,
    OfferRecord,
    SlotRecord,
    StatementRecord,
)
from lading.acts.standing import check_admitted, check_arbiter, check_unrevoked, issuer_is_not_expelled
from lading.acts.uses import USE, Actions, Use, check_permitted
from lading.problems import refuse
from lading.statement.words import Id, Reference, StatementId, Thumbprint, Token, parse_time
from lading.terms.terms import Standing, Terms, check_purpose


class Acceptance(IssuedAct):
    """Agreement to an offer, or to a listing's standing terms for a purpose, once per reference."""

    type: Literal["acceptance"]
    offer: StatementId | None = None
    listing: StatementId | None = None
    purpose: Token | None = None
    reference: Reference | None = None
    actions: Actions | None = None

    @model_validator(mode="after")
    def _agrees(self) -> "Acceptance":
        standing = (self.listing is not None, self.purpose is not None, self.reference is not None)
        if standing != ((self.offer is None),) * 3:
            raise ValueError("an acceptance has offer alone, or listing with purpose and reference")
        if self.actions is not None and self.listing is None:
            raise ValueError("the offer says the actions")
        return self


def accepts_what_is_there(view: View, s: Statement[Acceptance], at: Place) -> None:
    """The offer or listing is registered, and a listing has standing terms."""
    if s.act.offer is not None:
        known_to(view, OfferRecord, s.act.offer, "/offer", s.issuer)
    else:
        _standing(view, s.act)


def issuer_is_the_other_party(view: View, s: Statement[Acceptance], at: Place) -> None:
    """An offer is accepted by its addressee; standing terms by anyone but the provider."""
    # LAD-ACC-008
    if s.act.offer is not None:
        if known(view, OfferRecord, s.act.offer, "/offer").addressee != s.issuer:
            raise refuse("wrong-party", "the offer was made to somebody else", pointer="/offer")
    elif _listing(view, s.act).provider == s.issuer:
        raise refuse("wrong-party", "nobody contracts with themselves", pointer="/listing")


def eligible_party(view: View, s: Statement[Acceptance], at: Place) -> None:
    """Standing terms may be open to some participants only."""
    if s.act.listing is not None:
        eligible = _standing(view, s.act).eligible
        # LAD-ACC-006
        if eligible is not None and s.issuer not in eligible:
            raise refuse(
                "not-eligible", "the standing terms are not open to this participant", pointer="/listing"
            )


def purpose_is_permitted(view: View, s: Statement[Acceptance], at: Place) -> None:
    """The purpose is among those that the standing terms permit."""
    if s.act.listing is not None and s.act.purpose is not None:
        check_purpose(_standing(view, s.act).terms, s.act.purpose, "/purpose")


def arbiter_is_fit(view: View, s: Statement[Acceptance], at: Place) -> None:
    """The arbiter of the terms is no party, and admitted as an arbiter."""
    agreed = _agreed(view, s)
    parties = frozenset({agreed.listing.provider, agreed.consumer})
    check_arbiter(view, agreed.terms.arbiter, parties, "/offer" if s.act.listing is None else "/listing")


def use_is_permitted(view: View, s: Statement[Acceptance], at: Place) -> None:
    """The terms permit the consumer what it will do."""
    agreed = _agreed(view, s)
    use = Use(agreed.terms, agreed.actions, agreed.purpose, agreed.consumer)
    check_permitted(view, use, at, "/offer" if s.act.listing is None else "/listing")


def amends_the_head(view: View, s: Statement[Acceptance], at: Place) -> None:
    """Of several offers to amend a contract, the first that is accepted wins."""
    contract = _amended(view, s)
    if contract is not None:
        offer = known(view, OfferRecord, Id(s.act.offer or ""), "/offer")
        # LAD-OFR-006
        if offer.head != contract.head:
            raise refuse(
                "stale-contract", "the contract was amended since", pointer="/offer", winner=contract.head
            )


def contract_can_be_amended(view: View, s: Statement[Acceptance], at: Place) -> None:
    """The contract is in a state in which its terms can change."""
    contract = _amended(view, s)
    if contract is not None:
        # LAD-DLV-006
        CONTRACT.after(contract.state, "amendment", winner=contract.ended_by)


def deal_of(view: View, s: Statement[Acceptance]) -> Deal:
    """The contract that is concluded, or amended."""
    agreed, amends = _agreed(view, s), _amended(view, s) is not None
    pointer = "/offer" if s.act.listing is None else "/listing"
    return Deal(agreed.listing, agreed.listing.provider, agreed.consumer, agreed.terms, pointer, amends)


def comes_in_time(view: View, s: Statement[Acceptance], at: Place) -> None:
    """The registration time is not after the expiry of the offer or of the standing terms."""
    if s.act.offer is not None:
        # LAD-ACC-002
        if at.time > parse_time(known(view, OfferRecord, s.act.offer, "/offer").expires_at):
            raise refuse("offer-expired", "the offer has expired", pointer="/offer")
    # LAD-ACC-004
    elif at.time > parse_time(_standing(view, s.act).expires_at):
        raise refuse("standing-terms-expired", "the standing terms have expired", pointer="/listing")


def parties_are_admitted(view: View, s: Statement[Acceptance], at: Place) -> None:
    """Both parties are admitted; whoever accepts standing terms as a consumer, the lister as a provider."""
    if s.act.offer is not None:
        check_admitted(view, s.issuer, "issuer")
        check_admitted(view, known(view, OfferRecord, s.act.offer, "/offer").proposer, "other party")
    else:
        check_admitted(view, s.issuer, "issuer", "consumer")
        check_admitted(view, _listing(view, s.act).provider, "other party", "provider")


def offer_or_listing_is_open(view: View, s: Statement[Acceptance], at: Place) -> None:
    """One acceptance an offer; standing terms only of the latest, unwithdrawn version; no revoked key behind either."""
    if s.act.offer is None:
        check_listed(view, Id(s.act.listing or ""), "/listing")
        return
    offer = known(view, OfferRecord, s.act.offer, "/offer")
    check_open(view, offer, "acceptance")
    check_unrevoked(view, offer.proposer, Thumbprint(offer.kid), "signed the offer")


def maximum_is_kept(view: View, s: Statement[Acceptance], at: Place) -> None:
    """Standing terms are accepted at most as often as they say."""
    if s.act.listing is not None:
        maximum = _standing(view, s.act).maximum
        # LAD-ACC-005
        if maximum is not None and _listing(view, s.act).accepted >= maximum:
            raise refuse("maximum-reached", f"accepted {maximum} times already", pointer="/listing")


def reference_is_fresh(view: View, s: Statement[Acceptance], at: Place) -> None:
    """An issuer uses a reference for one acceptance; the refusal names the one that has it."""
    if s.act.reference is not None:
        slot = view.get(SlotRecord, reference_slot(s))
        # LAD-ACC-007
        if slot is not None and slot.holder is not None:
            raise refuse("reference-used", "the reference is used", pointer="/reference", winner=slot.holder)


def reference_slot(s: Statement[Acceptance]) -> str:
    """The slot that an acceptance of standing terms takes: one per issuer and reference."""
    return f"acceptance/{s.issuer}/{s.act.reference}"


def _listing(view: View, act: Acceptance) -> ListingRecord:
    return known(view, ListingRecord, Id(act.listing or ""), "/listing")


def _standing(view: View, act: Acceptance) -> Standing:
    standing = _listing(view, act).standing
    # LAD-ACC-003
    if standing is None:
        raise refuse(
            "no-standing-terms", "the listing has no standing terms; make an offer", pointer="/listing"
        )
    return standing


@dataclass(frozen=True, slots=True)
class Agreed:
    """What an acceptance agrees to: listing version, consumer, terms, purpose, and what the consumer will do."""

    listing: ListingRecord
    consumer: Id
    terms: Terms
    purpose: str
    actions: tuple[str, ...]


def _agreed(view: View, s: Statement[Acceptance]) -> Agreed:
    if s.act.offer is None:
        listing = _listing(view, s.act)
        return Agreed(
            listing, s.issuer, _standing(view, s.act).terms, s.act.purpose or "", s.act.actions or USE
        )
    offer = known(view, OfferRecord, s.act.offer, "/offer")
    listing = known(view, ListingRecord, offer.listing, "/offer")
    consumer = offer.addressee if offer.proposer == listing.provider else offer.proposer
    return Agreed(listing, consumer, offer.terms, offer.purpose, offer.actions)


def _amended(view: View, s: Statement[Acceptance]) -> ContractRecord | None:
    """The contract whose terms change; None where a new one is concluded."""
    offer = None if s.act.offer is None else known(view, OfferRecord, s.act.offer, "/offer")
    return (
        None if offer is None or offer.amends is None else known(view, ContractRecord, offer.amends, "/offer")
    )


def effects(view: View, s: Statement[Acceptance], at: Place) -> Iterator[Record]:
    """The contract, bound to one listing version, or its new terms; the offer is accepted, or the reference taken."""
    agreed, amended = _agreed(view, s), _amended(view, s)
    contract = s.id if amended is None else Id(amended.key)
    yield AgreementRecord(key=s.id, contract=contract)
    if s.act.offer is not None:
        offer = known(view, OfferRecord, s.act.offer, "/offer")
        yield offer.model_copy(update={"state": check_open(view, offer, "acceptance"), "closed_by": s.id})
        yield known(view, StatementRecord, s.act.offer, "/offer").model_copy(update={"contract": contract})
    else:
        yield agreed.listing.model_copy(update={"accepted": agreed.listing.accepted + 1})
        yield SlotRecord(key=reference_slot(s), holder=s.id)
    terms: dict[str, Any] = {
        "terms": agreed.terms,
        "purpose": agreed.purpose,
        "actions": agreed.actions,
        "head": s.id,
    }
    if amended is not None:
        yield amended.model_copy(update=terms | {"state": CONTRACT.after(amended.state, "amendment")})
        return
    yield ContractRecord(
        key=s.id,
        listing=Id(agreed.listing.key),
        provider=agreed.listing.provider,
        consumer=agreed.consumer,
        related=are_related(view, agreed.listing.provider, agreed.consumer),
        concluded_at=at.time,
        state=CONTRACT.after(CONTRACT.start, "acceptance"),
        **terms,
    )


def references(act: Acceptance) -> tuple[Id, ...]:
    """The offer or the listing version."""
    return tuple(named for named in (act.offer, act.listing) if named is not None)


def readers(view: View, s: Statement[Acceptance]) -> Readers:
    """Provider and consumer."""
    if s.act.offer is not None:
        offer = known(view, OfferRecord, s.act.offer, "/offer")
        return frozenset({offer.proposer, offer.addressee})
    return frozenset({s.issuer, _listing(view, s.act).provider})


ACT = ActType(
    name="acceptance",
    model=Acceptance,
    rules=(
        holds_in_part(accepts_what_is_there),
        holds_in_part(issuer_is_the_other_party),
        holds_in_part(eligible_party),
        holds_in_part(purpose_is_permitted),
        holds_in_part(reference_is_fresh),
        holds_in_part(offer_or_listing_is_open),
        holds_in_part(comes_in_time),
        holds_in_part(issuer_is_not_expelled),
        needs_whole(parties_are_admitted),
        holds_in_part(maximum_is_kept),
        holds_in_part(amends_the_head),
        doubtful_in_part(contract_can_be_amended),
        needs_whole(arbiter_is_fit),
        needs_whole(use_is_permitted),
        *(needs_whole(asked_of(deal_of, gate)) for gate in DEAL_GATES),
    ),
    effects=effects,
    references=references,
    readers=readers,
)
