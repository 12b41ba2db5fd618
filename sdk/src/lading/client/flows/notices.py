"""`suspend`, `resume`, `terminate`, `recall`: notices about a contract while it runs."""

from collections.abc import Sequence

from lading.acts.notice import Notice
from lading.client.flow import Flow
from lading.client.flows.amend import terms_in_force
from lading.client.flows.contracts import contract_at
from lading.client.flows.publish import later
from lading.client.flows.say import say
from lading.client.flows.state import state
from lading.client.results import Acknowledged, Contract, Named, id_of
from lading.client.session import Session
from lading.errors import NotUnderstood
from lading.statement.words import Id

_THIRTY_DAYS = "P30D"
_ON_THE_WAY = 60_000
"""Milliseconds that a statement may take to the exchange, so that its notice period is still kept there."""


def suspend(
    session: Session,
    contract: Named,
    ground: str,
    *,
    instrument: str | None = None,
    text: str | None = None,
) -> Flow[Acknowledged]:
    """Suspend a contract: no deliveries, and its deadlines stand still until it is resumed.

    The terms say who may; where they rely on a legal instrument with `reopen`, its change lets either party: name it
    with `instrument`, a URI. `ground` is a token. Raises `Refused` (`suspension-not-agreed`).
    """
    key = id_of(contract)
    members = {"contract": key, "kind": "suspend", "ground": ground, "instrument": instrument, "text": text}
    pauses = yield from _pauses(session, key)
    # Until it is resumed, suspending it again is the same intent.
    turn = sum("until" in pause for pause in pauses)
    return (yield from say(session, Notice, members, words=(str(turn),)))


def resume(
    session: Session, contract: Named, ground: str = "resolved", *, text: str | None = None
) -> Flow[Acknowledged]:
    """Let a suspended contract go on: by who suspended it, or by either party once the longest time is over."""
    key = id_of(contract)
    members = {"contract": key, "kind": "resume", "ground": ground, "text": text}
    # Until it is suspended again, resuming it again is the same intent.
    turn = len((yield from _pauses(session, key)))
    return (yield from say(session, Notice, members, words=(str(turn),)))


def _pauses(session: Session, key: Id) -> Flow[list[dict[str, object]]]:
    """How often, and when, the contract was suspended so far, by the exchange's word."""
    said = yield from state(session, key)
    pauses = said.record.get("pauses", [])
    if not isinstance(pauses, list) or not all(isinstance(pause, dict) for pause in pauses):
        raise NotUnderstood(f"the state of {key} is not what the specification says")
    return pauses


def terminate(
    session: Session,
    contract: Named,
    ground: str,
    *,
    after: str | None = None,
    ruling: Named | None = None,
    text: str | None = None,
) -> Flow[Acknowledged]:
    """End a contract `after` this time (ISO 8601; by default the notice period of the terms in force), never at once.

    A minute is added, for the way to the exchange.
    Deliveries under way are still taken, and claims heard. A `ruling` that upheld a claim needs no notice period.
    Raises `Refused` (`effective-too-soon`).
    """
    found = yield from contract_at(session, contract)
    wait = after
    if wait is None:
        wait = "PT1S" if ruling is not None else (yield from _notice_period(session, found))
    members = {
        "contract": found.id,
        "kind": "terminate",
        "ground": ground,
        "effective_at": later(session, wait, more=_ON_THE_WAY),
        "ruling": None if ruling is None else id_of(ruling),
        "text": text,
    }
    return (yield from say(session, Notice, members, moving=("effective_at",), words=(wait,)))


def _notice_period(session: Session, contract: Contract) -> Flow[str]:
    terms = yield from terms_in_force(session, contract)
    return _THIRTY_DAYS if terms.termination is None else terms.termination.notice


def recall(
    session: Session,
    contract: Named,
    ground: str,
    *,
    within: str = "P14D",
    deliveries: Sequence[int] = (),
    text: str | None = None,
) -> Flow[Acknowledged]:
    """Ask the consumer to erase what was delivered, all or these numbers, `within` this time (ISO 8601)."""
    members = {
        "contract": id_of(contract),
        "kind": "recall",
        "ground": ground,
        "erase_by": later(session, within),
        "deliveries": tuple(deliveries) or None,
        "text": text,
    }
    return (yield from say(session, Notice, members, moving=("erase_by",), words=(within,)))
