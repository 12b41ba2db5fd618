"""Entries, trees, checkpoints and proofs."""

from __future__ import annotations

from lading_conformance.cases.verifier import asked
from lading_conformance.requirements import vectored
from lading_conformance.trial.case import Case, Trial


def run(trial: Trial) -> None:
    """Compare the answers."""
    asked.run(trial, "log")


CASE = Case(
    name="verifier_log",
    profile="verifier",
    story="Entries, trees, tiles, checkpoints and proofs are computed and checked.",
    requirements=vectored("log"),
    run=run,
)
