"""`suspend`, `resume`, `terminate`, `recall`: notices about a contract while it runs."""

from collections.abc import Sequence

from lading.acts.notice import Notice
from lading.client.flow import Flow
from lading.client.flows.contracts import contract_at
from lading.client.flows.publish import later
from lading.client.flows.say import say
from lading.client.flows.state import state
from lading.client.results import Acknowledged, Named, id_of
from lading.client.session import Session
from lading.terms.terms import Terms

_THIRTY_DAYS = "P30D"


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
    turn = yield from _turn(session, key)
    return (yield from say(session, (key, "suspend", turn), Notice, members))


def resume(
    session: Session, contract: Named, ground: str = "resolved", *, text: str | None = None
) -> Flow[Acknowledged]:
    """Let a suspended contract go on: by who suspended it, or by either party once the longest time is over."""
    key = id_of(contract)
    members = {"contract": key, "kind": "resume", "ground": ground, "text": text}
    turn = yield from _turn(session, key)
    return (yield from say(session, (key, "resume", turn), Notice, members))


def _turn(session: Session, key: str) -> Flow[str]:
    """How often the contract was suspended so far: suspending it once more is another intent."""
    said = yield from state(session, key)
    pauses = said.record.get("pauses", [])
    closed = [pause for pause in pauses if "until" in pause]
    return str(len(closed))


def terminate(
    session: Session,
    contract: Named,
    ground: str,
    *,
    after: str | None = None,
    ruling: Named | None = None,
    text: str | None = None,
) -> Flow[Acknowledged]:
    """End a contract: `after` this time (ISO 8601; by default the notice period of its terms), never at once.

    Deliveries under way are still taken, and claims heard. A `ruling` that upheld a claim needs no notice period.
    Raises `Refused` (`effective-too-soon`).
    """
    found = yield from contract_at(session, contract)
    wait = after or ("PT1M" if ruling is not None else _notice_period(found.terms))
    members = {
        "contract": found.id,
        "kind": "terminate",
        "ground": ground,
        "effective_at": later(session, wait),
        "ruling": None if ruling is None else id_of(ruling),
        "text": text,
    }
    return (yield from say(session, (found.id, "terminate", ground, wait), Notice, members))


def _notice_period(terms: Terms) -> str:
    """The notice period, and a minute for the way to the exchange."""
    period = _THIRTY_DAYS if terms.termination is None else terms.termination.notice
    return f"{period}T1M" if "T" not in period else period


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
    key = id_of(contract)
    members = {
        "contract": key,
        "kind": "recall",
        "ground": ground,
        "erase_by": later(session, within),
        "deliveries": tuple(deliveries) or None,
        "text": text,
    }
    words = (key, "recall", ground, within, ",".join(map(str, deliveries)))
    return (yield from say(session, words, Notice, members))
