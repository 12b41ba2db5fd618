"""What to do next after a refusal, for the codes where one sentence helps more than the general advice."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from lading.problems import HINTS as GENERAL
from lading.problems import Refused

_HINTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "stale-under": "This identity's keys were replaced: open it anew, from the folder where that was done.",
        "stale-previous": "This identity's keys were replaced before; use the folder where that was done.",
        "not-found": "Check the id. What only other participants may read looks the same as what never was.",
        "not-admitted": "Ask the exchange's operator to admit the party; wait with wait_admitted().",
        "missing-role": "Ask the exchange's operator to admit the party in this role.",
        "onboarding-closed": "Ask the exchange's operator whether and when new participants are taken.",
        "unknown-home": "That exchange does not follow your home: ask its operator, or register an identity there.",
        "not-at-home": "News of your home travels within seconds; repeat the call.",
        "home-silent": "That exchange hears nothing of your home at present; contracts that run go on.",
        "home-unreachable": "Repeat the call, or connect to the statement's home: visit().",
        "unknown-issuer": "Register the identity there; as a guest, ask that exchange's operator to follow your home.",
        "too-many-pending": "Many newcomers wait for admission; try again later.",
        "stale-listing": "The provider has published a newer version: search again and read its terms.",
        "listing-not-open": "The provider withdrew the listing; search for another.",
        "already-expired": "Choose a later expiry.",
        "purpose-not-permitted": "Choose one of the listing's purposes, or make an offer.",
        "offer-not-open": "The offer was answered or withdrawn; `winner` is the statement that did it.",
        "offer-expired": "Ask the other party for a new offer, or make one.",
        "no-standing-terms": "The provider sells on request only: make an offer with offer().",
        "standing-terms-expired": "Make an offer with offer(listing, terms=…), or wait for a new version.",
        "maximum-reached": "The standing terms are taken up; make an offer with offer().",
        "not-eligible": "These standing terms are for other participants; make an offer with offer().",
        "reference-used": "You used this reference before, for something else; `winner` is that. Choose another.",
        "not-permitted": "Say what is done with the data (action, --action) as the terms' permissions name it.",
        "arbiter-not-fit": "Name an arbiter whom the exchange admitted in that role, and who is no party.",
        "over-limit": "Have it signed by a key that may bind more, or raise this key's limit.",
        "sequence-taken": "This number was delivered; use the next one, or withdraw that delivery.",
        "sequence-gap": "Deliver the missing numbers first.",
        "not-as-listed": "Deliver exactly the file that the contracted listing version promises.",
        "delivery-not-open": "The delivery was answered, withdrawn or lapsed; `winner` is the statement that did it.",
        "exchange-is-party": "The exchange itself is a party of this contract; deliver in clear: sealed=False.",
        "unknown-seal-key": "Call deliver again: it seals to the newest keys.",
        "bad-share": "Call deliver again: new shares are made.",
        "share-unavailable": "Tell the exchange's operator, and call receive again; the deadline goes on.",
        "dispute-window-closed": "The time for claims is over.",
        "claim-taken": "This was claimed before; `winner` is that claim.",
        "deadline-passed": "The taking period is over; ask the provider to deliver again.",
        "content-missing": "Call deliver again with the same file: the upload continues where it stopped.",
        "content-too-large": "The exchange does not store so much; split the content.",
        "bad-chunk": "The file changed while it was uploaded; call deliver again.",
        "request-expired": "Set this machine's clock: it must be right to a minute.",
        "bad-request-signature": "Check that this identity is registered there, and its keys not replaced elsewhere.",
        "wrong-authority": "Use the address under which the exchange publishes itself.",
        "issued-in-future": "Set this machine's clock: it must be right to five minutes.",
        "issued-too-old": "Repeat the call: a new statement is signed.",
        "read-only": "The exchange stopped writing; tell its operator. Nothing of yours is lost.",
        "busy": "Wait a moment and repeat the call.",
    }
)


def hint_for(refusal: Refused) -> str:
    """One sentence on what to do next."""
    return _HINTS.get(refusal.code, GENERAL[refusal.retry])
