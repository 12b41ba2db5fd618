"""What the verbs beside a trade have in common: one statement, its documents, one answer."""

from collections.abc import Mapping, Sequence

from lading.acts.attachment import attachments_of
from lading.acts.base import Act
from lading.client.ask import ask
from lading.client.bulk.upload import put
from lading.client.flow import Flow
from lading.client.flows.issue import acknowledged, acknowledged_in, issue, winner
from lading.client.outbox import Slot
from lading.client.results import Acknowledged, statement_of
from lading.client.session import Session
from lading.problems import Refused


def say(
    session: Session, words: Sequence[str], kind: type[Act], members: Mapping[str, object]
) -> Flow[Acknowledged]:
    """Register one statement of the caller's under the intent in `words`, and send the documents that it names.

    Saying the same once more returns the statement that is there, also where it was said from another machine and the
    exchange names it as the holder of the slot. Raises `Refused`, `UsageProblem`.
    """
    name = kind.__name__.lower()
    slot = Slot(name, (session.peer.exchange, *words))
    try:
        registered = yield from issue(session, slot, kind, members)
    except Refused as refusal:
        won = yield from winner(session, refusal, kind)
        if won is None:
            raise
        return acknowledged_in(*won)
    for named in attachments_of(statement_of(registered.jws).act):
        data = session.speaker.attachments.get(named.digest)
        if data is not None:
            path = f"/attachments/{registered.id}/{named.digest}"
            yield from ask(session, put(session, path, data), 204)
    return acknowledged(registered, name)
