"""Programs that answer vectors: SDKs and verifiers, without a server."""

from __future__ import annotations

from typing import Final

from lading_conformance.cases.verifier import (
    evidence,
    judgement,
    log,
    registration,
    statement,
    terms,
    transfer,
)
from lading_conformance.trial.case import Case

CASES: Final[tuple[Case, ...]] = (
    statement.CASE,
    registration.CASE,
    log.CASE,
    transfer.CASE,
    evidence.CASE,
    judgement.CASE,
    terms.CASE,
)
"""In the order in which a run tries them."""
