"""What parties and arbiters say when something went wrong."""

from __future__ import annotations

from typing import Final

from lading_conformance.cases.recourse import (
    answers,
    attestations,
    barred,
    claims,
    forms,
    lifecycle,
    listings,
    proofs,
)
from lading_conformance.trial.case import Case

CASES: Final[tuple[Case, ...]] = (
    forms.CASE,
    claims.CASE,
    proofs.CASE,
    answers.CASE,
    listings.CASE,
    attestations.CASE,
    lifecycle.CASE,
    barred.CASE,
)
"""In the order in which a run tries them."""
