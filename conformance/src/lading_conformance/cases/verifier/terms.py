"""Prices, permissions and accounts."""

from __future__ import annotations

from lading_conformance.cases.verifier import asked
from lading_conformance.requirements import vectored
from lading_conformance.trial.case import Case, Trial


def run(trial: Trial) -> None:
    """Compare the answers."""
    asked.run(trial, "terms")


CASE = Case(
    name="verifier_terms",
    profile="verifier",
    story="What is owed, and what is permitted, is computed from the terms.",
    requirements=vectored("terms"),
    run=run,
)
