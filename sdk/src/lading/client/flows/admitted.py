"""`wait_admitted`: wait until the exchange has admitted the caller."""

from collections.abc import Callable
from time import monotonic

from lading.client.flow import Flow
from lading.client.flows.events import poll
from lading.client.flows.state import State, state
from lading.client.session import Session
from lading.errors import TimedOut


def wait_admitted(
    session: Session, *, timeout: float | None = None, clock: Callable[[], float] = monotonic
) -> Flow[State]:
    """The caller's state once it is `admitted`, with its roles in `record`.

    Waits up to `timeout` seconds, without end where that is None; `TimedOut` after it.
    """
    until = None if timeout is None else clock() + timeout
    said = yield from state(session, session.me)
    after = said.as_of - 1
    while said.name != "admitted":
        left = float(session.config.long_poll_seconds) if until is None else until - clock()
        if until is not None and left <= 0:
            hint = "Ask the exchange's operator to admit you, and wait again."
            raise TimedOut(f"not admitted within {timeout:g} s: {said.name}", hint=hint)
        _, after, _ = yield from poll(session, after, left)
        said = yield from state(session, session.me)
    return said
