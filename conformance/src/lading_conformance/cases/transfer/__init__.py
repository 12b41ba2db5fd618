"""Deliveries: uploaded, received, released, lapsed, claimed."""

from __future__ import annotations

from typing import Final

from lading_conformance.cases.transfer import (
    agreed,
    attachments,
    claims,
    closing,
    crossing,
    fairness,
    forms,
    hidden,
    interrupted,
    limits,
    ranges,
    schedule,
    sealed,
    stream,
    trade,
    upload,
    variants,
)
from lading_conformance.trial.case import Case

CASES: Final[tuple[Case, ...]] = (
    upload.CASE,
    interrupted.CASE,
    crossing.CASE,
    ranges.CASE,
    limits.CASE,
    attachments.CASE,
    trade.CASE,
    agreed.CASE,
    stream.CASE,
    schedule.CASE,
    sealed.CASE,
    fairness.CASE,
    variants.CASE,
    closing.CASE,
    forms.CASE,
    claims.CASE,
    hidden.CASE,
)
"""In the order in which a run tries them."""
