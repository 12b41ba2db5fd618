"""Listings: published, found, replaced, taken back."""

from __future__ import annotations

from typing import Final

from lading_conformance.cases.catalogue import (
    admission,
    declarations,
    forms,
    listing,
    long_chain,
    samples,
    search,
    versions,
)
from lading_conformance.trial.case import Case

CASES: Final[tuple[Case, ...]] = (
    listing.CASE,
    versions.CASE,
    search.CASE,
    forms.CASE,
    samples.CASE,
    declarations.CASE,
    admission.CASE,
    long_chain.CASE,
)
"""In the order in which a run tries them."""
