"""Verified statements as lines of a story that a person can read."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from lading.acts.acceptance import Acceptance
from lading.acts.admission import Admission
from lading.acts.attestation import Attestation
from lading.acts.base import Act, Place, Statement, View
from lading.acts.claim import Claim
from lading.acts.deletion import Deletion
from lading.acts.delivery import Delivery
from lading.acts.disclosure import Disclosure
from lading.acts.erasure import Erasure
from lading.acts.grant import Grant
from lading.acts.lapse import Lapse
from lading.acts.listing import Listing
from lading.acts.notarisation import Notarisation
from lading.acts.notice import Notice
from lading.acts.offer import Offer
from lading.acts.participant import Participant
from lading.acts.payment import Payment
from lading.acts.receipt import Receipt
from lading.acts.records import (
    ContractRecord,
    DeliveryRecord,
    ListingRecord,
    OfferRecord,
    ParticipantRecord,
    ReceiptRecord,
    ReleaseRecord,
)
from lading.acts.recourse import ClaimRecord
from lading.acts.rejection import Rejection
from lading.acts.release import Release
from lading.acts.ruling import Ruling
from lading.acts.withdrawal import Withdrawal
from lading.evidence.verdict import Event
from lading.statement.words import Id

SHOWN: Final = 8
"""How many numbers of deliveries a sentence names."""


def name_of(view: View, participant: str) -> str:
    """The participant's name, or its id where the view does not know it."""
    record = view.get(ParticipantRecord, participant)
    return participant if record is None else record.name


def _participant(view: View, act: Participant) -> str:
    what = "opens the log of an exchange" if act.exchange is not None else "registers"
    return (
        f"{what} with {len(act.keys)} key(s)" if act.previous is None else "changes its keys or description"
    )


def _admission(view: View, act: Admission) -> str:
    roles = ", ".join(act.roles)
    return f"decides that {name_of(view, act.participant)} is {act.status}" + (
        f" as {roles}" if roles else ""
    )


def _listing(view: View, act: Listing) -> str:
    price = "" if act.standing is None else f" for {act.standing.terms.price}"
    return f"lists {act.title!r}{price}"


def _offer(view: View, act: Offer) -> str:
    return f"offers {name_of(view, act.to)} terms for {act.purpose}: {act.terms.price}"


def _acceptance(view: View, act: Acceptance) -> str:
    offer = view.get(OfferRecord, act.offer or "")
    listing = view.get(ListingRecord, act.listing or "" if offer is None else offer.listing)
    terms = None if listing is None or listing.standing is None else listing.standing.terms
    if offer is not None:
        terms = offer.terms
    purpose = act.purpose if offer is None else offer.purpose
    title = "" if listing is None else f" {listing.title!r}"
    return f"contracts{title} for {purpose}" + ("" if terms is None else f" at {terms.price}")


def _rejection(view: View, act: Rejection) -> str:
    return f"rejects the offer: {act.reason}"


def _withdrawal(view: View, act: Withdrawal) -> str:
    return f"withdraws {act.statement}"


def _delivery(view: View, act: Delivery) -> str:
    contract = view.get(ContractRecord, act.contract)
    to = "" if contract is None else f" to {name_of(view, contract.consumer)}"
    sealed = " sealed" if act.form == "sealed" else ""
    return f"delivers {act.size} bytes{sealed}{to}, number {act.sequence}"


def _receipt(view: View, act: Receipt) -> str:
    number = _number(view, act.delivery)
    if act.outcome == "refused":
        return f"refuses delivery{number}: {act.reason}"
    if act.needs_release:
        return f"acknowledges sealed delivery{number}: {act.size} bytes, manifest {act.manifest_root}"
    return f"acknowledges delivery{number}: {act.size} bytes, {act.content_root}"


def _number(view: View, delivery: str) -> str:
    record = view.get(DeliveryRecord, delivery)
    return "" if record is None else f" number {record.sequence}"


def _release(view: View, act: Release) -> str:
    receipt = view.get(ReceiptRecord, act.receipt)
    return f"releases its share of delivery{'' if receipt is None else _number(view, receipt.delivery)}"


def _lapse(view: View, act: Lapse) -> str:
    if act.delivery is None:
        return f"records that delivery number {act.sequence} was not made in time"
    return f"records that delivery{_number(view, act.delivery)} was not taken in time"


def _claim(view: View, act: Claim) -> str:
    if act.replies_to is not None:
        claim = view.get(ClaimRecord, act.replies_to)
        said = "concedes" if act.answer == "conceded" else "denies"
        return f"{said} the claim{'' if claim is None else f' {claim.ground}'}"
    statement = Id(act.statement or "")
    release, listing = view.get(ReleaseRecord, statement), view.get(ListingRecord, statement)
    if listing is not None:
        return f"claims against the listing {listing.title!r}: {act.ground}"
    delivery = view.get(DeliveryRecord, statement if release is None else release.delivery)
    if delivery is None:
        return f"claims: {act.ground}"
    chunk = "" if act.proof is None else f", chunk {act.proof.index}"
    return f"claims that delivery{_number(view, delivery.key)} is at fault: {act.ground}{chunk}"


def _attestation(view: View, act: Attestation) -> str:
    if act.is_signature:
        return f"adds a second signature to {act.statement}: {act.suite}"
    listing = view.get(ListingRecord, act.statement)
    about = act.statement if listing is None else f"the listing {listing.title!r}"
    return f"attests to {about}: {act.kind} {act.outcome}"


def _notice(view: View, act: Notice) -> str:
    said = {
        "suspend": "suspends the contract",
        "resume": "takes the contract up again",
        "terminate": f"ends the contract at {act.effective_at}",
        "recall": f"calls back {_deliveries(act.deliveries)}, to be erased by {act.erase_by}",
        "outage": f"was down from {act.since} until {act.until}",
    }
    return f"{said[act.kind]}: {act.ground}"


def _deletion(view: View, act: Deletion) -> str:
    left = "" if act.remains is None else f"; what remains: {act.remains!r}"
    return f"says that it erased {_deliveries(act.deliveries)} at {act.deleted_at}: {act.method}{left}"


def _deliveries(numbers: tuple[int, ...] | None) -> str:
    if numbers is None:
        return "everything of the contract"
    more = f" and {len(numbers) - SHOWN} more" if len(numbers) > SHOWN else ""
    return (
        f"deliveries {', '.join(map(str, numbers[:SHOWN]))}{more}"
        if numbers[1:]
        else f"delivery {numbers[0]}"
    )


def _ruling(view: View, act: Ruling) -> str:
    claim = view.get(ClaimRecord, act.claim)
    remedy = "" if act.remedy is None else f", with the remedy {act.remedy.kind}"
    about = "" if claim is None else f" {claim.ground} of {name_of(view, claim.claimant)}"
    return f"rules on the claim{about}: {act.outcome}{remedy}"


_PAID: Final[Mapping[str, str]] = MappingProxyType(
    {
        "invoice": "asks for",
        "paid": "says that it paid",
        "received": "confirms that it received",
        "sales": "reports sales of",
    }
)


def _payment(view: View, act: Payment) -> str:
    number = "" if act.delivery is None else f" for delivery{_number(view, act.delivery)}"
    return f"{_PAID[act.kind]} {act.amount}{number}, reference {act.reference}"


def _grant(view: View, act: Grant) -> str:
    return f"lets {name_of(view, act.to)} read the contract until {act.until}"


def _disclosure(view: View, act: Disclosure) -> str:
    reader = "" if act.reader is None else f"; {name_of(view, act.reader)} may read it until {act.until}"
    return f"discloses {act.statement} on the demand of {act.authority!r}: {act.response}{reader}"


def _erasure(view: View, act: Erasure) -> str:
    return f"erases the {act.sort} of {name_of(view, act.author)} at entry {act.index}: {act.ground}"


def _notarisation(view: View, act: Notarisation) -> str:
    about = "" if act.text is None else f": {act.text!r}"
    return f"saw bytes with the digest {act.digest}{about}"


_SENTENCES: Final[Mapping[str, Callable[[View, Any], str]]] = MappingProxyType(
    {
        "participant": _participant,
        "admission": _admission,
        "listing": _listing,
        "offer": _offer,
        "acceptance": _acceptance,
        "rejection": _rejection,
        "withdrawal": _withdrawal,
        "delivery": _delivery,
        "receipt": _receipt,
        "release": _release,
        "lapse": _lapse,
        "claim": _claim,
        "attestation": _attestation,
        "notice": _notice,
        "deletion": _deletion,
        "ruling": _ruling,
        "payment": _payment,
        "grant": _grant,
        "disclosure": _disclosure,
        "erasure": _erasure,
        "notarisation": _notarisation,
    }
)


def event_of(view: View, origin: str, statement: Statement[Act], place: Place) -> Event:
    """The line of a statement that was verified; `view` holds its effects."""
    return Event(
        origin=origin,
        index=place.index,
        time=place.time,
        id=statement.id,
        type=statement.act.type,
        issuer=Id(statement.issuer),
        name=name_of(view, statement.issuer),
        summary=_SENTENCES[statement.act.type](view, statement.act),
    )
