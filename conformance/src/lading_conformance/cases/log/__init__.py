"""The log: who keeps it, what it holds, how it grows."""

from __future__ import annotations

from typing import Final

from lading_conformance.cases.log import exchange, history, registration
from lading_conformance.trial.case import Case

CASES: Final[tuple[Case, ...]] = (
    exchange.CASE,
    registration.CASE,
    history.CASE,
)
"""In the order in which a run tries them."""
