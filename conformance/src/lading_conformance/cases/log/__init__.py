"""The log: who keeps it, what it holds, how it grows."""

from __future__ import annotations

from typing import Final

from lading_conformance.cases.log import (
    batch,
    clock,
    concurrency,
    exchange,
    history,
    registration,
    restart,
    tiles,
)
from lading_conformance.trial.case import Case

CASES: Final[tuple[Case, ...]] = (
    exchange.CASE,
    registration.CASE,
    history.CASE,
    batch.CASE,
    tiles.CASE,
    clock.CASE,
    concurrency.CASE,
    restart.CASE,
)
"""In the order in which a run tries them."""
