"""Contracts: how they come about, and who sees them."""

from __future__ import annotations

from typing import Final

from lading_conformance.cases.contract import amendment, negotiation, privacy, slots
from lading_conformance.trial.case import Case

CASES: Final[tuple[Case, ...]] = (
    negotiation.CASE,
    amendment.CASE,
    slots.CASE,
    privacy.CASE,
)
"""In the order in which a run tries them."""
