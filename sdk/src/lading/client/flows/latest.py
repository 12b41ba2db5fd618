"""The latest statement of a participant's chain."""

from lading.acts.participant import Participant
from lading.client.flow import Flow
from lading.client.flows.evidence import study
from lading.client.flows.state import state
from lading.client.peer import dishonest
from lading.client.session import Session
from lading.errors import NotUnderstood
from lading.statement.words import ID, Id


def latest(session: Session, participant: Id) -> Flow[tuple[Id, Participant]]:
    """The head of a participant's chain: its id, and what it says.

    Which statement is the head is the exchange's word; that it is one of the chain is verified.
    """
    said = yield from state(session, participant)
    head = said.record.get("head")
    if said.kind != "participant" or not isinstance(head, str) or ID.fullmatch(head) is None:
        raise NotUnderstood(f"the exchange did not say which statement of {participant} is the latest")
    evidence = yield from study(session, Id(head))
    act = evidence.act(head, Participant)
    if evidence.filed(head).statement.issuer != participant:
        raise dishonest(f"the exchange showed a statement of somebody else's as the latest of {participant}")
    return Id(head), act
