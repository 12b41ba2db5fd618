"""Lifecycles as tables: a state, an event, the next state. A table knows no role, no clock and no I/O."""

from collections.abc import Mapping
from dataclasses import dataclass

from lading.problems import refuse


@dataclass(frozen=True, slots=True)
class Machine:
    """One transition table of `spec/machines`. What it does not hold is refused with the code `refusal`."""

    name: str
    start: str
    refusal: str
    table: Mapping[tuple[str, str], str]

    @property
    def states(self) -> frozenset[str]:
        """Every state that the table names."""
        return frozenset({self.start, *(state for state, _ in self.table), *self.table.values()})

    @property
    def events(self) -> frozenset[str]:
        """Every event that the table names."""
        return frozenset(event for _, event in self.table)

    def after(self, state: str, event: str, *, winner: str | None = None) -> str:
        """The state that `event` leads to from `state`; raises the table's refusal where it holds none.

        `winner` is the statement that brought the subject into `state`; the refusal names it.
        """
        following = self.table.get((state, event))
        if following is None:
            raise refuse(self.refusal, f"the {self.name} is {state}; {event} is not possible", winner=winner)
        return following
