"""All cases, in the order in which a run tries them."""

from __future__ import annotations

from typing import Final

from lading_conformance.cases import (
    access,
    catalogue,
    contract,
    log,
    peering,
    recourse,
    statement,
    transfer,
    verifier,
)
from lading_conformance.trial.case import Case

CASES: Final[tuple[Case, ...]] = (
    *log.CASES,
    *statement.CASES,
    *catalogue.CASES,
    *contract.CASES,
    *transfer.CASES,
    *recourse.CASES,
    *access.CASES,
    *peering.CASES,
    *verifier.CASES,
)


def named(name: str) -> Case | None:
    """Return the case of that name, or None."""
    return next((case for case in CASES if case.name == name), None)


def about(requirement: str) -> tuple[Case, ...]:
    """Return the cases that check a requirement."""
    return tuple(case for case in CASES if requirement in case.requirements)
