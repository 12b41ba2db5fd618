"""`amend`, `renew`: offer other terms for a contract; the other party accepts as it accepts any offer."""

from lading.acts.offer import Offer as OfferAct
from lading.client.flow import Flow
from lading.client.flows.contracts import contract_at
from lading.client.flows.evidence import study
from lading.client.flows.issue import forget_unless, issue
from lading.client.flows.publish import later
from lading.client.flows.state import state
from lading.client.outbox import Slot
from lading.client.results import Contract, Named, Offer, offer_of
from lading.client.session import Session
from lading.errors import NotUnderstood, UsageProblem
from lading.statement.words import ID, Id, parse_duration
from lading.terms.terms import Terms

_ALIVE = frozenset({"open", "accepted"})


def amend(
    session: Session, contract: Named, *, terms: Terms, purpose: str | None = None, valid_for: str = "P7D"
) -> Flow[Offer]:
    """Offer the other party of a contract these terms in the place of those in force; all of them are replaced.

    It accepts with `accept`, or answers with `offer`. The contract keeps its id, and what was delivered its terms. The
    purpose stays unless you say another. Amending in the same words once more returns the offer that is open.
    """
    found = yield from contract_at(session, contract)
    head = yield from _agreement(session, found)
    other = found.consumer if session.me == found.provider else found.provider
    said = terms.model_dump(exclude_none=True)
    named = {"amends": head, "to": other, "purpose": purpose or found.purpose}
    slot = Slot("amend", (head, other, named["purpose"], terms.model_dump_json(exclude_none=True), valid_for))
    yield from forget_unless(session, slot, _ALIVE)
    members = {**named, "terms": said, "expires_at": later(session, valid_for)}
    registered = yield from issue(session, slot, OfferAct, members)
    return offer_of((yield from study(session, registered.id)), registered.id)


def renew(session: Session, contract: Named, by: str, *, valid_for: str = "P7D") -> Flow[Offer]:
    """Offer to let a contract run longer, `by` this time (ISO 8601), on the terms in force."""
    found = yield from contract_at(session, contract)
    terms = yield from terms_in_force(session, found)
    if terms.term is None:
        raise UsageProblem(
            "the contract has no end that could be moved", hint="Change its terms with amend()."
        )
    longer = (parse_duration(terms.term) + parse_duration(by)) // 1000
    days, seconds = divmod(longer, 86_400)
    term = "P" + (f"{days}D" if days else "") + (f"T{seconds}S" if seconds else "")
    changed = terms.model_copy(update={"term": term})
    return (yield from amend(session, found, terms=changed, valid_for=valid_for))


def terms_in_force(session: Session, contract: Contract) -> Flow[Terms]:
    """The terms of the agreement in force, which the exchange names and evidence shows."""
    head = yield from _agreement(session, contract)
    if head == contract.id:
        return contract.terms
    evidence = yield from study(session, head)
    offered = evidence.filed(head).statement.act
    named = getattr(offered, "offer", None)
    if named is None:
        raise NotUnderstood(f"the agreement {head} is no acceptance of an offer")
    return evidence.act(named, OfferAct).terms


def _agreement(session: Session, contract: Contract) -> Flow[Id]:
    said = yield from state(session, contract.id)
    head = str(said.record.get("head", ""))
    if ID.fullmatch(head) is None:
        raise NotUnderstood(f"the state of {contract.id} names no agreement in force")
    return Id(head)
