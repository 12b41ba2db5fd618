"""To which key a share for somebody is sealed."""

from dataclasses import dataclass, field

from lading.acts.participant import Participant
from lading.client.flow import Flow
from lading.client.flows.evidence import study
from lading.client.flows.state import state
from lading.client.peer import dishonest
from lading.client.session import Session
from lading.errors import NotUnderstood, UsageProblem
from lading.statement.words import ID, Id, Thumbprint


@dataclass(frozen=True, slots=True)
class Recipient:
    """A participant, and the public seal key that it lists now."""

    id: Id
    key: Thumbprint
    public: bytes = field(repr=False)


def recipient(session: Session, participant: Id, who: str, hint: str) -> Flow[Recipient]:
    """The newest seal key of a participant, out of the verified head of its chain; `who` it is, in words.

    Which statement is the head is the exchange's word; that it is one of the chain is verified. Raises
    `UsageProblem`, with this hint, where the participant has no seal key.
    """
    said = yield from state(session, participant)
    head = said.record.get("head")
    if said.kind != "participant" or not isinstance(head, str) or ID.fullmatch(head) is None:
        raise NotUnderstood(f"the exchange did not say which statement of {participant} is the latest")
    evidence = yield from study(session, Id(head))
    act = evidence.act(head, Participant)
    if evidence.filed(head).statement.issuer != participant:
        raise dishonest(f"the exchange showed a statement of somebody else's as the latest of {participant}")
    if not act.sealing:
        raise UsageProblem(f"{who}, {act.name!r}, has no seal key", hint=hint)
    key = act.sealing[0]
    return Recipient(participant, key.kid, key.raw)
