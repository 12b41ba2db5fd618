"""`state` and `statement`: what the exchange says of a subject now, and a statement's bytes."""

from typing import Any

from lading.acts.base import Act, Statement
from lading.client.ask import Answer, answer, fetch
from lading.client.flow import Flow
from lading.client.peer import dishonest
from lading.client.results import Named, id_of, statement_of
from lading.client.session import Session
from lading.errors import NotUnderstood
from lading.problems import Refused
from lading.statement.envelope import statement_id
from lading.statement.words import StatementId


class State(Answer):
    """What the exchange computed for a subject from the first `as_of` entries of its log: its word, no proof.

    `record` has the members of the specification's record of this `kind`, among them usually `state`.
    """

    kind: str
    id: StatementId
    as_of: int
    record: dict[str, Any]

    @property
    def name(self) -> str:
        """The lifecycle's state, for example `open`; empty where the subject has none."""
        return str(self.record.get("state", ""))


def state(session: Session, thing: Named) -> Flow[State]:
    """The state of a participant, listing, offer, contract or delivery.

    `Refused` (`not-found`) for anything else.
    """
    key = id_of(thing)
    path = f"/state/{key}"
    response = yield from fetch(session, path)
    said = answer(State, response, path)
    if said.id != key:
        raise dishonest(f"the exchange answered with the state of {said.id}, not of {key}")
    return said


def statement(session: Session, thing: Named) -> Flow[Statement[Act]]:
    """A statement, whose bytes have the id that was asked for. Signature and log are not checked: see
    `evidence`.
    """
    key = id_of(thing)
    response = yield from fetch(session, f"/statements/{key}")
    if statement_id(response.body) != key:
        raise dishonest(f"the exchange answered with other bytes than those of {key}")
    try:
        return statement_of(response.body)
    except Refused as refusal:
        raise NotUnderstood(f"{key} is no statement that this version understands: {refusal}") from None
