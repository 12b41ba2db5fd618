"""A bound on what requests may hold in memory together."""

from collections.abc import Iterator
from contextlib import contextmanager

from lading.problems import refuse


class Budget:
    """Bytes that may be taken at a time. Used on the event loop only."""

    def __init__(self, total: int) -> None:
        self._left = total

    @contextmanager
    def taken(self, amount: int) -> Iterator[None]:
        """Hold `amount` bytes inside the block; `Refused` (busy) where they are not left."""
        # LAD-HTP-015
        if amount > self._left:
            raise refuse("busy", "too many large requests at a time")
        self._left -= amount
        try:
            yield
        finally:
            self._left += amount
