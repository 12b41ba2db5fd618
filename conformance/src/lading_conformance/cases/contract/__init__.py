"""Contracts: how they come about, and who sees them."""

from __future__ import annotations

from typing import Final

from lading_conformance.cases.contract import (
    amendment,
    barred,
    breach,
    deletion,
    events,
    forms,
    gates,
    keys,
    lifecycle,
    negotiation,
    notices,
    order,
    pauses,
    payments,
    permissions,
    policy,
    prices,
    privacy,
    race,
    requests,
    slots,
    standing,
    terms,
    winners,
)
from lading_conformance.trial.case import Case

CASES: Final[tuple[Case, ...]] = (
    negotiation.CASE,
    amendment.CASE,
    standing.CASE,
    gates.CASE,
    policy.CASE,
    keys.CASE,
    barred.CASE,
    terms.CASE,
    prices.CASE,
    forms.CASE,
    permissions.CASE,
    notices.CASE,
    pauses.CASE,
    breach.CASE,
    payments.CASE,
    deletion.CASE,
    lifecycle.CASE,
    race.CASE,
    slots.CASE,
    privacy.CASE,
    winners.CASE,
    order.CASE,
    events.CASE,
    requests.CASE,
)
"""In the order in which a run tries them."""
