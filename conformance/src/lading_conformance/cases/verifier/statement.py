"""Bytes, forms, keys and signatures of statements."""

from __future__ import annotations

from lading_conformance.cases.verifier import asked
from lading_conformance.requirements import vectored
from lading_conformance.trial.case import Case, Trial


def run(trial: Trial) -> None:
    """Compare the answers."""
    asked.run(trial, "statement")


CASE = Case(
    name="verifier_statement",
    profile="verifier",
    story="Statements and keys, sound and not, are judged by their bytes alone.",
    requirements=vectored("statement"),
    run=run,
)
