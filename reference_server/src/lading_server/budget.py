"""A bound on what requests may hold in memory together, shared out so that nobody can take it all."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from lading.problems import refuse
from lading_server.sight import Caller


class Budget:
    """Bytes that may be taken at a time: at most half of them by callers who sign nothing, a quarter by each other.

    Used on the event loop only.
    """

    def __init__(self, total: int) -> None:
        self._total = total
        self._taken: Counter[Caller] = Counter()

    @contextmanager
    def taken(self, amount: int, caller: Caller) -> Iterator[None]:
        """Hold `amount` bytes inside the block; `Refused` (busy) where they are not left for this caller."""
        share = self._total // (2 if caller.participant is None else 4)
        # LAD-HTP-015
        if self._taken[caller] + amount > share or self._taken.total() + amount > self._total:
            raise refuse("busy", "too many large requests at a time")
        self._taken[caller] += amount
        try:
            yield
        finally:
            self._taken[caller] -= amount
            if not self._taken[caller]:
                del self._taken[caller]
