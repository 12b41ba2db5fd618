"""`reject`: close an offer that was made to you."""

from lading.acts.rejection import Rejection
from lading.client.flow import Flow
from lading.client.flows.issue import acknowledged, acknowledged_in, issue, winner
from lading.client.outbox import Slot
from lading.client.results import Acknowledged, Named, id_of
from lading.client.session import Session
from lading.problems import Refused


def reject(session: Session, offer: Named, *, reason: str = "declined") -> Flow[Acknowledged]:
    """Reject an offer; `reason` is a token like `too-expensive`.

    Rejecting it again returns the first rejection.
    """
    key = id_of(offer)
    try:
        registered = yield from issue(
            session, Slot("reject", (key,)), Rejection, {"offer": key, "reason": reason}
        )
    except Refused as refusal:
        won = yield from winner(session, refusal, Rejection)
        if won is None:
            raise
        return acknowledged_in(*won)
    return acknowledged(registered, "rejection")
