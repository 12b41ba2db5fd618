"""`withdraw`: take back a listing, offer or delivery of yours while it is open."""

from lading.acts.withdrawal import Withdrawal
from lading.client.flow import Flow
from lading.client.flows.issue import acknowledged, acknowledged_in, issue, winner
from lading.client.outbox import Slot
from lading.client.results import Acknowledged, Named, id_of
from lading.client.session import Session
from lading.problems import Refused


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
    return acknowledged(registered, "withdrawal")
