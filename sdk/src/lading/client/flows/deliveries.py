"""`deliveries` and `next_delivery`: what was handed over under a contract."""

from collections.abc import Callable
from time import monotonic

from lading.acts.delivery import Delivery as DeliveryAct
from lading.client.flow import Flow
from lading.client.flows.contracts import contract_at
from lading.client.flows.events import events, poll
from lading.client.flows.evidence import study
from lading.client.flows.state import state
from lading.client.pages import Page, Pages
from lading.client.results import Contract, Delivery, Event, Named, delivery_of, id_of
from lading.client.session import Session
from lading.errors import TimedOut
from lading.statement.words import Id


def deliveries(session: Session, contract: Named, *, follow: bool = False) -> Pages[Delivery]:
    """All deliveries of a contract in log order, whatever became of them, each verified."""

    def page(position: str | int | None) -> Flow[Page[Delivery]]:
        agreed = yield from contract_at(session, contract)
        pages = events(session, after=agreed.index, follow=follow, types=("delivery",))
        found: Page[Event] = yield from pages(position)
        items: list[Delivery] = []
        for event in found.items:
            if _is_under(event, agreed.id):
                items.append((yield from delivery_at(session, event)))
        return Page(tuple(items), found.next)

    return page


def next_delivery(
    session: Session, contract: Named, *, timeout: float | None = None, clock: Callable[[], float] = monotonic
) -> Flow[Delivery]:
    """The contract's first delivery that is open: neither acknowledged, refused nor withdrawn.

    Waits for it up to `timeout` seconds, without end where that is None; `TimedOut` after it.
    """
    agreed = yield from contract_at(session, contract)
    until = None if timeout is None else clock() + timeout
    after = agreed.index
    while True:
        left = float(session.config.long_poll_seconds) if until is None else until - clock()
        found, after, end = yield from poll(session, after, left)
        for event in found:
            if _is_under(event, agreed.id):
                said = yield from state(session, event)
                if said.name == "open":
                    return (yield from delivery_at(session, event))
        if end and until is not None and clock() >= until:
            raise _late(agreed, timeout)


def delivery_at(session: Session, thing: Named) -> Flow[Delivery]:
    """The delivery that a thing is or names, verified; nothing is fetched for one that was verified
    before.
    """
    if isinstance(thing, Delivery):
        return thing
    key = id_of(thing)
    evidence = yield from study(session, key)
    return delivery_of(evidence, key)


def _is_under(event: Event, contract: Id) -> bool:
    act = event.statement.act
    return isinstance(act, DeliveryAct) and act.contract == contract


def _late(contract: Contract, timeout: float | None) -> TimedOut:
    hint = "Wait again, or ask the provider. What was received before is among deliveries(contract)."
    return TimedOut(f"no open delivery of contract {contract.id} within {timeout:g} s", hint=hint)
