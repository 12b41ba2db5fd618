"""All cases, in the order in which a run tries them."""

from __future__ import annotations

from typing import Final

from lading_conformance.cases import (
    catalogue_listing,
    contract_privacy,
    contract_slots,
    log_exchange,
    log_history,
    log_registration,
    statement_codec,
    statement_signature,
    transfer_claims,
    transfer_closing,
    transfer_fairness,
    transfer_sealed,
    transfer_trade,
    transfer_upload,
    transfer_variants,
)
from lading_conformance.cases.trial import Case

CASES: Final[tuple[Case, ...]] = (
    log_exchange.CASE,
    log_registration.CASE,
    statement_codec.CASE,
    statement_signature.CASE,
    catalogue_listing.CASE,
    contract_slots.CASE,
    contract_privacy.CASE,
    transfer_upload.CASE,
    transfer_trade.CASE,
    transfer_sealed.CASE,
    transfer_fairness.CASE,
    transfer_variants.CASE,
    transfer_closing.CASE,
    transfer_claims.CASE,
    log_history.CASE,
)


def named(name: str) -> Case | None:
    """Return the case of that name, or None."""
    return next((case for case in CASES if case.name == name), None)


def about(requirement: str) -> tuple[Case, ...]:
    """Return the cases that check a requirement."""
    return tuple(case for case in CASES if requirement in case.requirements)
