"""`offer`: propose terms to the other party, or answer an offer with another one."""

from collections.abc import Sequence
from typing import Final

from lading.acts.listing import Listing as ListingAct
from lading.acts.offer import Offer as OfferAct
from lading.client.dossier import Evidence
from lading.client.flow import Flow
from lading.client.flows.evidence import study
from lading.client.flows.issue import forget_unless, issue
from lading.client.flows.publish import later
from lading.client.outbox import Slot
from lading.client.results import Named, Offer, id_of, offer_of
from lading.client.session import Session
from lading.errors import UsageProblem
from lading.statement.words import Id
from lading.terms.permissions import Action
from lading.terms.terms import Terms

_ALIVE: Final = frozenset({"open", "accepted"})


def offer(
    session: Session,
    about: Named,
    *,
    terms: Terms,
    purpose: str | None = None,
    to: Named | None = None,
    actions: Sequence[Action] | None = None,
    valid_for: str = "P7D",
) -> Flow[Offer]:
    """Propose terms for a listing version, or for the one of an offer made to you, which it then answers
    and closes.

    `purpose` is a token like `research`, and `actions` is what the consumer does with the data, like `("read",
    "derive")`: without it, use. An answer keeps both of what it answers unless told otherwise. `to` is the other party:
    needed only where you are the provider and answer nobody. The offer may be accepted for `valid_for` (ISO 8601).
    Offering the same once more returns the offer that is open.
    Raises `Refused`, `UsageProblem`.
    """
    key = id_of(about)
    evidence = yield from study(session, key)
    members = _subject(session, evidence, key, purpose, None if to is None else id_of(to))
    words = (key, members["to"], members["purpose"], terms.model_dump_json(exclude_none=True), valid_for)
    does = tuple(actions or ()) or _answered_actions(evidence, key)
    slot = Slot("offer", (*words, *(does or ())))
    yield from forget_unless(session, slot, _ALIVE)
    expires_at = later(session, valid_for)
    said = {
        **members,
        "terms": terms.model_dump(exclude_none=True),
        "actions": does,
        "expires_at": expires_at,
    }
    registered = yield from issue(session, slot, OfferAct, said)
    found = yield from study(session, registered.id)
    return offer_of(found, registered.id)


def _answered_actions(evidence: Evidence, key: Id) -> tuple[Action, ...] | None:
    act = evidence.filed(key).statement.act
    return act.actions if isinstance(act, OfferAct) else None


def _subject(
    session: Session, evidence: Evidence, key: Id, purpose: str | None, to: Id | None
) -> dict[str, str]:
    """What the offer is about, to whom, and which offer it answers."""
    act, issuer = evidence.filed(key).statement.act, evidence.filed(key).statement.issuer
    if isinstance(act, OfferAct):
        other = act.to if issuer == session.me else issuer
        member, subject = ("listing", act.listing) if act.amends is None else ("amends", act.amends)
        return {
            member: subject or "",
            "replies_to": key,
            "to": to or other,
            "purpose": purpose or act.purpose,
        }
    if not isinstance(act, ListingAct):
        raise UsageProblem(
            f"{key} is a {act.type}", hint="Make an offer about a listing, or answer an offer."
        )
    if purpose is None:
        raise UsageProblem(
            "an offer about a listing has a purpose", hint='Give one, for example purpose="research".'
        )
    if to is None and issuer == session.me:
        raise UsageProblem(
            "this listing is your own", hint="Say to whom the offer goes: to=<participant id>."
        )
    return {"listing": key, "to": to or issuer, "purpose": purpose}
