"""What parties and arbiters say when something went wrong."""

from __future__ import annotations

from typing import Final

from lading_conformance.cases.recourse import answers, claims, lifecycle, listings
from lading_conformance.trial.case import Case

CASES: Final[tuple[Case, ...]] = (claims.CASE, answers.CASE, listings.CASE, lifecycle.CASE)
"""In the order in which a run tries them."""
