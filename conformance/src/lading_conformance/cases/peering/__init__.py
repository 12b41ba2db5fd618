"""Two exchanges, and what they owe each other."""

from __future__ import annotations

from typing import Final

from lading_conformance.cases.peering import (
    erased,
    following,
    keys,
    sending_on,
    split,
    trade,
    unreachable,
    unruly,
)
from lading_conformance.trial.case import Case

CASES: Final[tuple[Case, ...]] = (
    following.CASE,
    sending_on.CASE,
    trade.CASE,
    keys.CASE,
    erased.CASE,
    unreachable.CASE,
    unruly.CASE,
    split.CASE,
)
"""In the order in which a run tries them."""
