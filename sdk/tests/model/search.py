"""Every state that a contract's deliveries can come to, whatever the parties sign and the network does.

A state is followed by: each statement arriving (first, again, late, out of order), the lapses of the exchange, the
passing of a deadline, and a crash after every commit. What a crash before a commit undoes is no state of its own.
"""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from sdk.tests.model.exchange import TICK, Exchange, State
from sdk.tests.model.parties import cast

Check = Callable[[State], None]


@dataclass
class Explored:
    """How many states and steps there were, and which labels ever changed something."""

    states: int = 0
    steps: int = 0
    effective: set[str] = field(default_factory=set)


class Violation(AssertionError):
    """A state in which a promise is broken, and the shortest way to it."""


def explore(exchange: Exchange, check: Check, parcels: tuple[str, ...], *, ticks: int = 1) -> Explored:
    """Visit every reachable state once, breadth first; `check` raises AssertionError in a bad one.

    Only the `parcels` named are delivered, and at most so many deadlines pass.
    """
    first = exchange.opened()
    last = first.now + ticks * TICK
    ways: dict[tuple[object, ...], tuple[str, ...]] = {first.key: ()}
    waiting = deque([first])
    explored = Explored()
    while waiting:
        state = waiting.popleft()
        way = ways[state.key]
        explored.states += 1
        try:
            check(state)
        except AssertionError as error:
            raise Violation(f"{error}; reached by: {' / '.join(way) or 'nothing'}") from error
        for label, after in steps(exchange, state, parcels, last):
            explored.steps += 1
            if after.key not in ways:
                ways[after.key] = (*way, label)
                explored.effective.add(label)
                waiting.append(after)
    return explored


def steps(
    exchange: Exchange, state: State, parcels: tuple[str, ...], last: int
) -> Iterator[tuple[str, State]]:
    """Everything that can happen next."""
    if state.down:
        yield "start again", exchange.clean(state)
        return
    for name in parcels:
        item = cast().parcels[name]
        yield from _commits(exchange, state, f"delivery of {name}", exchange.take(state, item))
        yield from _commits(exchange, state, f"lapse of {name}", exchange.lapse(state, item))
        for act, jws in cast().mail[name].items():
            yield from _commits(exchange, state, f"{act} of {name}", exchange.receive(state, jws))
    if state.now < last:
        yield "deadline passes", replace(state, now=state.now + TICK)


def _commits(exchange: Exchange, before: State, label: str, after: State) -> Iterator[tuple[str, State]]:
    """A commit is followed by its cleaning up, or by a crash before that."""
    if after.sight is not before.sight:
        yield label, exchange.clean(after)
        yield f"{label}, crash", replace(after, down=True)
