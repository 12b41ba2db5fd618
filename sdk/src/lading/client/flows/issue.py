"""What every act of the caller has in common: sign, store, register; and when an intent is still the
same one.
"""

from collections.abc import Container, Mapping
from typing import TypeVar

from pydantic import ValidationError

from lading.acts.base import Act
from lading.client.dossier import Evidence
from lading.client.flow import Flow
from lading.client.flows.evidence import study
from lading.client.flows.register import Registered, common, register
from lading.client.flows.state import state
from lading.client.outbox import Slot
from lading.client.results import Acknowledged
from lading.client.session import Session
from lading.client.terms import malformed
from lading.problems import Refused
from lading.statement.words import Id

A = TypeVar("A", bound=Act)


def issue(session: Session, slot: Slot, kind: type[A], members: Mapping[str, object]) -> Flow[Registered]:
    """Register an act of the caller with these members, under the slot of its intent."""
    return (yield from register(session, slot, lambda: act_of(session, kind, members)))


def act_of(session: Session, kind: type[A], members: Mapping[str, object]) -> A:
    """The act with these members, issued now. Members that are None are left out.

    `UsageProblem` where malformed.
    """
    given = {name: value for name, value in members.items() if value is not None}
    name = kind.__name__.lower()
    try:
        return kind.model_validate(common(session) | {"type": name} | given)
    except ValidationError as error:
        raise malformed(f"members of the {name}", error) from None


def forget_unless(session: Session, slot: Slot, alive: Container[str]) -> Flow[None]:
    """Empty a slot whose statement was registered and has since left the `alive` states: the intent is a
    new one.
    """
    stored = session.outbox.get(slot)
    if stored is None or stored.registration is None:
        return
    said = yield from state(session, stored.id)
    if said.name not in alive:
        session.outbox.drop(slot, stored)


def winner(session: Session, refusal: Refused, kind: type[A]) -> Flow[tuple[Evidence, Id] | None]:
    """The evidence on the statement that won the slot, if it is the caller's own act of this kind; else None.

    That happens where the caller did the same before from another machine, or lost the outbox.
    """
    if refusal.winner is None:
        return None
    key = Id(refusal.winner)
    found = yield from study(session, key)
    statement = found.filed(key).statement
    if statement.issuer != session.me or not isinstance(statement.act, kind):
        return None
    return found, key


def acknowledged(registered: Registered, kind: str) -> Acknowledged:
    """The result of a verb that has nothing more to say."""
    return Acknowledged(registered.id, kind, registered.index, registered.time)


def acknowledged_in(evidence: Evidence, key: Id) -> Acknowledged:
    """The same for a statement that was registered before."""
    filed = evidence.filed(key)
    return Acknowledged(key, filed.statement.act.type, filed.place.index, filed.place.time)
