"""`accept`: conclude a contract on standing terms or on an offer."""

import hashlib
from collections.abc import Sequence
from typing import Final

from lading.acts.acceptance import Acceptance
from lading.acts.listing import Listing as ListingAct
from lading.acts.offer import Offer as OfferAct
from lading.acts.records import ListingRecord, OfferRecord
from lading.client.dossier import Evidence
from lading.client.flow import Flow
from lading.client.flows.evidence import study
from lading.client.flows.issue import issue, winner
from lading.client.outbox import Slot
from lading.client.results import Contract, Named, contract_of, id_of
from lading.client.session import Session
from lading.client.terms import check_affordable
from lading.errors import UsageProblem
from lading.problems import Refused
from lading.statement import base64url
from lading.statement.words import Id, Money
from lading.terms.permissions import Action
from lading.terms.terms import Terms

_TAKEN: Final = frozenset({"reference-used", "offer-not-open"})


def accept(
    session: Session,
    thing: Named,
    *,
    purpose: str | None = None,
    at_most: str | Money | None = None,
    reference: str | None = None,
    actions: Sequence[Action] | None = None,
) -> Flow[Contract]:
    """Accept a listing's standing terms for a purpose, or an offer made to you. This binds you.

    `at_most`, like `"100.00 EUR"`, is compared with the price before anything is signed, and must be given
    unless it is free. Accepting the same listing version for the same purpose again returns the contract
    that you have, from whichever machine; give a `reference` of your own (1 to 64 of `A-Z a-z 0-9 . _ -`),
    new each time, to conclude another. `actions` is what you
    will do with the data, like `("read", "derive")`, where a listing's terms say what is permitted: without it, use.
    An offer says it itself. Raises `UsageProblem` before, `Refused` after asking the exchange.
    """
    key = id_of(thing)
    evidence = yield from study(session, key)
    members = _members(evidence, key, purpose, reference, tuple(actions or ()))
    _check_price(session, evidence, key, at_most)
    slot = Slot(
        "accept", (key, *(str(members[name]) for name in ("purpose", "reference") if name in members))
    )
    try:
        registered = yield from issue(session, slot, Acceptance, members)
    except Refused as refusal:
        return (yield from _concluded_before(session, refusal, members))
    found = yield from study(session, registered.id)
    return contract_of(found, registered.id)


def _check_price(session: Session, evidence: Evidence, key: Id, at_most: str | Money | None) -> None:
    """Whoever pays has said that it pays so much: the consumer, not a provider that accepts an offer."""
    act = evidence.filed(key).statement.act
    if isinstance(act, OfferAct):
        listing = evidence.record(OfferRecord, key).listing
        if evidence.record(ListingRecord, listing).provider != session.me:
            check_affordable(act.terms.price, at_most)
    elif isinstance(act, ListingAct) and act.standing is not None:
        check_affordable(act.standing.terms.price, at_most)


def _members(
    evidence: Evidence,
    key: Id,
    purpose: str | None,
    reference: str | None,
    actions: tuple[Action, ...],
) -> dict[str, object]:
    act = evidence.filed(key).statement.act
    if isinstance(act, OfferAct):
        if reference is not None or purpose not in (None, act.purpose):
            raise UsageProblem(
                f"the offer is for {act.purpose!r}, as it is", hint="Leave purpose and reference out."
            )
        if actions:
            raise UsageProblem("the offer says the actions", hint="Leave them out, or answer with offer().")
        return {"offer": key}
    if not isinstance(act, ListingAct):
        raise UsageProblem(f"{key} is a {act.type}", hint="Accept a listing or an offer.")
    terms: Terms | None = None if act.standing is None else act.standing.terms
    if terms is None:
        raise UsageProblem(
            "the listing has no standing terms", hint="Make an offer with offer(listing, terms=…)."
        )
    if purpose is None:
        said = ", ".join(terms.purposes or ()) or "any, for example research"
        raise UsageProblem("say for which purpose", hint=f"Permitted: {said}.")
    own = reference or default_reference(key, purpose, actions)
    members: dict[str, object] = {"listing": key, "purpose": purpose, "reference": own}
    return members | ({"actions": actions} if actions else {})


def default_reference(listing: Id, purpose: str, actions: Sequence[str] = ()) -> str:
    """The reference under which a listing version is accepted for a purpose and actions, unless another is given."""
    words = "\n".join(("lading accept", listing, purpose, *actions))
    digest = hashlib.sha256(words.encode()).digest()
    return base64url.encode(digest[:18]).decode("ascii")


def _concluded_before(session: Session, refusal: Refused, members: dict[str, object]) -> Flow[Contract]:
    """The contract of the caller's earlier acceptance of the same; anything else stays refused."""
    if refusal.code in _TAKEN:
        won = yield from winner(session, refusal, Acceptance)
        if won is not None:
            evidence, key = won
            said = evidence.act(key, Acceptance).model_dump(include=set(members))
            if said == members:
                return contract_of(evidence, key)
    raise refusal
