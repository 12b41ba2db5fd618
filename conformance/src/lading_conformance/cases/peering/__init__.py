"""Two exchanges, and what they owe each other."""

from __future__ import annotations

from typing import Final

from lading_conformance.trial.case import Case

CASES: Final[tuple[Case, ...]] = ()
"""In the order in which a run tries them."""
