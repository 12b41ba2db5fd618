"""`withdraw`: take back a listing, offer or delivery of yours while it is open."""

from lading.acts.delivery import Delivery
from lading.acts.withdrawal import Withdrawal
from lading.client.flow import Flow
from lading.client.flows.issue import acknowledged, acknowledged_in, issue, winner
from lading.client.flows.state import statement
from lading.client.outbox import Slot
from lading.client.results import Acknowledged, Named, id_of
from lading.client.session import Session
from lading.problems import Refused
from lading.statement.words import Id


def withdraw(session: Session, thing: Named) -> Flow[Acknowledged]:
    """Withdraw a statement. Withdrawing a listing closes the open offers on it; contracts run on."""
    key = id_of(thing)
    try:
        registered = yield from issue(session, Slot("withdraw", (key,)), Withdrawal, {"statement": key})
    except Refused as refusal:
        won = yield from winner(session, refusal, Withdrawal)
        if won is None:
            raise
        return acknowledged_in(*won)
    yield from _forget(session, key)
    return acknowledged(registered, "withdrawal")


def _forget(session: Session, key: Id) -> Flow[None]:
    """Destroy the shares of a sealed delivery that was withdrawn: nobody will need them."""
    sealings = session.speaker.sealings
    if sealings.empty:
        return
    act = (yield from statement(session, key)).act
    if isinstance(act, Delivery):
        sealings.destroy(act.contract, act.sequence)
