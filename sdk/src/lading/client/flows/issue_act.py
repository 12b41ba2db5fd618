"""`issue`: any act by its name and members, for what has no verb of its own."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from lading.acts import BY_NAME
from lading.client.flow import Flow
from lading.client.flows.issue import acknowledged
from lading.client.flows.issue import issue as issue_in
from lading.client.outbox import Slot
from lading.client.results import Acknowledged
from lading.client.session import Session
from lading.errors import UsageProblem
from lading.statement import canonical


def issue(session: Session, act: str, members: Mapping[str, Any], *, again: str = "") -> Flow[Acknowledged]:
    """Register a statement of any act with these members, besides those that all acts share.

    In the place of an id an object of this library can stand, in the place of a list any sequence. Issuing the same
    members once more returns the statement that is there; `again`, any word, makes another intent of them. Raises
    `UsageProblem` where the members are not those of the act, and `Refused`. Content, shares and secrets are not dealt
    with: use `deliver`, `receive` and `rotate` for what needs them.
    """
    kind = BY_NAME.get(act)
    if kind is None:
        raise UsageProblem(f"there is no act {act!r}", hint=f"Acts are: {', '.join(BY_NAME)}.")
    if act == "participant":
        raise UsageProblem("a participant's own statement changes its keys", hint="Use rotate.")
    said = {name: _wire(value) for name, value in members.items() if value is not None}
    intent = canonical.dumps(_listed(said)).decode()
    slot = Slot("issue", (session.peer.exchange, act, intent, again))
    return acknowledged((yield from issue_in(session, slot, kind.model, said)), act)


def _wire(value: Any) -> Any:  # noqa: ANN401 - any value that a member can have
    """A member as strict forms take it: tuples for sequences, ids for objects, plain values for forms."""
    if isinstance(value, BaseModel):
        return value.model_dump(exclude_none=True)
    if isinstance(value, Mapping):
        return {name: _wire(part) for name, part in value.items() if part is not None}
    if isinstance(value, list | tuple):
        return tuple(map(_wire, value))
    return str(value.id) if hasattr(value, "id") else value


def _listed(value: Any) -> Any:  # noqa: ANN401 - the same, as canonical JSON takes it
    if isinstance(value, dict):
        return {name: _listed(part) for name, part in value.items()}
    return [_listed(part) for part in value] if isinstance(value, tuple) else value
