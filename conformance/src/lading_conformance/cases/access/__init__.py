"""Who else may read, and what is gone."""

from __future__ import annotations

from typing import Final

from lading_conformance.cases.access import (
    disclosures,
    erasure,
    forms,
    grants,
    journal,
    notarisation,
    office,
    restart,
)
from lading_conformance.trial.case import Case

CASES: Final[tuple[Case, ...]] = (
    forms.CASE,
    grants.CASE,
    disclosures.CASE,
    journal.CASE,
    erasure.CASE,
    notarisation.CASE,
    office.CASE,
    restart.CASE,
)
"""In the order in which a run tries them."""
