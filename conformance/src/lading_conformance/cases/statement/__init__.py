"""What every statement has to be, whatever it says; and who signs it."""

from __future__ import annotations

from typing import Final

from lading_conformance.cases.statement import (
    codec,
    codes,
    forms,
    framing,
    http,
    order,
    own_chain,
    participant,
    rotation,
    signature,
    signed_bytes,
)
from lading_conformance.trial.case import Case

CASES: Final[tuple[Case, ...]] = (
    codec.CASE,
    codes.CASE,
    forms.CASE,
    participant.CASE,
    signature.CASE,
    signed_bytes.CASE,
    rotation.CASE,
    own_chain.CASE,
    http.CASE,
    order.CASE,
    framing.CASE,
)
"""In the order in which a run tries them."""
