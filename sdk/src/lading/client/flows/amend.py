"""`amend`, `renew`: offer other terms for a contract; the other party accepts as it accepts any offer."""

from collections.abc import Sequence
from dataclasses import dataclass

from lading.acts.acceptance import Acceptance
from lading.acts.listing import Listing as ListingAct
from lading.acts.offer import Offer as OfferAct
from lading.acts.records import AgreementRecord
from lading.client.flow import Flow
from lading.client.flows.contracts import contract_at
from lading.client.flows.evidence import study
from lading.client.flows.issue import forget_unless, issue
from lading.client.flows.publish import later
from lading.client.flows.state import state
from lading.client.outbox import Slot
from lading.client.peer import dishonest
from lading.client.results import Contract, Named, Offer, offer_of
from lading.client.session import Session
from lading.errors import NotUnderstood, UsageProblem
from lading.statement.words import ID, Id, parse_duration
from lading.terms.permissions import Action
from lading.terms.terms import Terms

_ALIVE = frozenset({"open", "accepted"})


def amend(
    session: Session,
    contract: Named,
    *,
    terms: Terms,
    purpose: str | None = None,
    actions: Sequence[Action] | None = None,
    valid_for: str = "P7D",
) -> Flow[Offer]:
    """Offer the other party of a contract these terms in the place of those in force; all of them are replaced.

    It accepts with `accept`, or answers with `offer`. The contract keeps its id, and what was delivered its terms. The
    purpose, and what the consumer does with the data (`actions`), stay unless you say another. Amending in the same
    words once more returns the offer that is open. Raises `UsageProblem` where all of it is in force already, and
    `Refused`.
    """
    found = yield from contract_at(session, contract)
    force = yield from agreement(session, found)
    other = found.consumer if session.me == found.provider else found.provider
    said = Agreement(force.head, terms, purpose or force.purpose, tuple(actions or ()) or force.actions)
    same = (said.purpose, said.actions, terms.model_dump()) == (
        force.purpose,
        force.actions,
        force.terms.model_dump(),
    )
    if same:
        raise UsageProblem("the contract has these terms already", hint="Say what shall be different.")
    words = (said.head, other, said.purpose, terms.model_dump_json(exclude_none=True), valid_for)
    slot = Slot("amend", (*words, *(said.actions or ())))
    yield from forget_unless(session, slot, _ALIVE)
    members = {
        "amends": said.head,
        "to": other,
        "terms": terms.model_dump(exclude_none=True),
        "purpose": said.purpose,
        "actions": said.actions,
        "expires_at": later(session, valid_for),
    }
    registered = yield from issue(session, slot, OfferAct, members)
    return offer_of((yield from study(session, registered.id)), registered.id)


def renew(session: Session, contract: Named, by: str, *, valid_for: str = "P7D") -> Flow[Offer]:
    """Offer to let a contract run longer, `by` this time (ISO 8601), on the terms in force."""
    found = yield from contract_at(session, contract)
    terms = (yield from agreement(session, found)).terms
    if terms.term is None:
        raise UsageProblem(
            "the contract has no end that could be moved", hint="Change its terms with amend()."
        )
    try:
        longer = (parse_duration(terms.term) + parse_duration(by)) // 1000
    except ValueError as error:
        raise UsageProblem(f"not a duration: {by!r}", hint=f"{error}.") from None
    days, seconds = divmod(longer, 86_400)
    term = "P" + (f"{days}D" if days else "") + (f"T{seconds}S" if seconds else "")
    changed = terms.model_copy(update={"term": term})
    return (yield from amend(session, found, terms=changed, valid_for=valid_for))


@dataclass(frozen=True, slots=True)
class Agreement:
    """What is in force under a contract: the acceptance that made it so, terms, purpose, and the consumer's actions."""

    head: Id
    terms: Terms
    purpose: str
    actions: tuple[Action, ...] | None


def agreement(session: Session, contract: Contract) -> Flow[Agreement]:
    """The agreement in force, which the exchange names and evidence shows."""
    said = yield from state(session, contract.id)
    head = str(said.record.get("head", ""))
    if ID.fullmatch(head) is None:
        raise NotUnderstood(f"the state of {contract.id} names no agreement in force")
    evidence = yield from study(session, Id(head))
    act = evidence.act(head, Acceptance)
    if evidence.record(AgreementRecord, head).contract != contract.id:
        raise dishonest(f"the exchange says that {head} is in force under another contract than its own")
    if act.offer is not None:
        offered = evidence.act(act.offer, OfferAct)
        return Agreement(Id(head), offered.terms, offered.purpose, offered.actions)
    standing = evidence.act(act.listing or "", ListingAct).standing
    if standing is None or act.purpose is None:
        raise NotUnderstood(f"the agreement {head} has no terms")
    return Agreement(Id(head), standing.terms, act.purpose, act.actions)


def terms_in_force(session: Session, contract: Contract) -> Flow[Terms]:
    """The terms of the agreement in force."""
    return (yield from agreement(session, contract)).terms
