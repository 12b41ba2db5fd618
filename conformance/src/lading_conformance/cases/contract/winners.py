"""Whoever comes too late learns who was first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from lading_conformance.drivers.party import now
from lading_conformance.steps import agreements, deals, expect
from lading_conformance.steps.deals import DAY
from lading_conformance.trial.case import Case, Trial
from lading_conformance.trial.session import Session

Race = Callable[[Session], tuple[str, bytes, str]]
"""Registers a winner, and returns its id, a statement that comes too late, and the code of its refusal."""


def _accepted(session: Session) -> tuple[str, bytes, str]:
    offer = agreements.offered(session, deals.publish(session).id)
    first = agreements.accept(session, offer.id)
    return first.id, session.consumer.says("rejection", offer=offer.id, reason="price"), "offer-not-open"


def _rejected(session: Session) -> tuple[str, bytes, str]:
    offer = agreements.offered(session, deals.publish(session).id)
    first = deals.say(session, session.consumer.says("rejection", offer=offer.id, reason="price"))
    return first.id, session.consumer.says("acceptance", offer=offer.id), "offer-not-open"


def _withdrawn(session: Session) -> tuple[str, bytes, str]:
    offer = agreements.offered(session, deals.publish(session).id)
    first = deals.say(session, session.provider.says("withdrawal", statement=offer.id))
    return first.id, session.consumer.says("acceptance", offer=offer.id), "offer-not-open"


def _answered(session: Session) -> tuple[str, bytes, str]:
    listing = deals.publish(session).id
    offer = agreements.offered(session, listing)
    counter = agreements.offer(session.consumer, session.provider, listing=listing, replies_to=offer.id)
    return (
        deals.say(session, counter).id,
        session.consumer.says("acceptance", offer=offer.id),
        "offer-not-open",
    )


def _delisted(session: Session) -> tuple[str, bytes, str]:
    listing = deals.publish(session).id
    offer = agreements.offered(session, listing)
    first = deals.say(session, session.provider.says("withdrawal", statement=listing))
    return first.id, session.consumer.says("acceptance", offer=offer.id), "offer-not-open"


def _superseded(session: Session) -> tuple[str, bytes, str]:
    listing = deals.publish(session).id
    versions = [
        session.provider.says(
            "listing", kind="dataset", title=f"Version {session.word()}", supersedes=listing
        )
        for _ in range(2)
    ]
    return deals.say(session, versions[0]).id, versions[1], "stale-listing"


def _referred(session: Session) -> tuple[str, bytes, str]:
    reference = session.word()
    first = deals.say(session, deals.acceptance(session, deals.publish(session).id, reference))
    return first.id, deals.acceptance(session, deals.publish(session).id, reference), "reference-used"


def _delivered(session: Session) -> tuple[str, bytes, str]:
    contract = deals.contract(session).id
    first = agreements.delivered(session, contract)
    return first.id, agreements.nothing(session.provider, contract, media_type="text/plain"), "sequence-taken"


def _received(session: Session) -> tuple[str, bytes, str]:
    delivery, first = agreements.received(session, deals.contract(session).id)
    return first.id, session.provider.says("withdrawal", statement=delivery.id), "delivery-not-open"


def _taken_back(session: Session) -> tuple[str, bytes, str]:
    delivery = agreements.delivered(session, deals.contract(session).id)
    first = deals.say(session, session.provider.says("withdrawal", statement=delivery.id))
    return first.id, agreements.receipt(session.consumer, delivery.id), "delivery-not-open"


def _ended(session: Session) -> tuple[str, bytes, str]:
    contract = deals.contract(session).id
    first = deals.say(session, agreements.termination(session.provider, contract, now() + 60 * DAY))
    later = agreements.termination(session.consumer, contract, now() + 61 * DAY)
    return first.id, later, "contract-not-active"


def _invoiced(session: Session) -> tuple[str, bytes, str]:
    contract = deals.contract(session).id
    reference = session.word()
    first = agreements.payment(session, session.provider, contract, "invoice", reference=reference)
    again = agreements.payment(session, session.provider, contract, "invoice", reference=reference, units=1)
    return deals.say(session, first).id, again, "reference-used"


RACES: Final[dict[str, Race]] = {
    "an offer is accepted, then rejected": _accepted,
    "an offer is rejected, then accepted": _rejected,
    "an offer is withdrawn, then accepted": _withdrawn,
    "an offer is answered by another, then accepted": _answered,
    "the listing of an offer is withdrawn, then the offer accepted": _delisted,
    "a listing has two successors": _superseded,
    "two acceptances have one reference": _referred,
    "two deliveries have one number": _delivered,
    "a delivery is received, then withdrawn": _received,
    "a delivery is withdrawn, then received": _taken_back,
    "a contract is ended, then once more and later": _ended,
    "two invoices have one reference": _invoiced,
}


def run(trial: Trial) -> None:
    """Let two statements compete for one slot, for every slot of contracts, and send the loser once more."""
    session = trial.session
    with trial.given("an admitted provider and an admitted consumer"):
        _ = session.provider, session.consumer
    for what, race in RACES.items():
        with trial.given(f"who wins where {what}"):
            winner, late, code = race(session)
        with trial.check("LAD-REG-013", f"{what}: {code}, and its `winner` is the first"):
            expect.refused(session, late, code, winner=winner)
        with trial.check("LAD-REG-003", f"{what}: and the loser, sent again, is refused again"):
            expect.refused(session, late, code, winner=winner)


CASE = Case(
    name="contract_winners",
    profile="contract",
    story="Two statements compete for everything that can be had once. The second one is refused, and told by the "
    "refusal which statement holds the slot, as often as it asks.",
    requirements=("LAD-REG-013", "LAD-REG-003"),
    run=run,
)
