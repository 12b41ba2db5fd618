"""Evidence files and trust policies."""

from __future__ import annotations

from lading_conformance.cases.verifier import asked
from lading_conformance.requirements import vectored
from lading_conformance.trial.case import Case, Trial


def run(trial: Trial) -> None:
    """Compare the answers."""
    asked.run(trial, "evidence")


CASE = Case(
    name="verifier_evidence",
    profile="verifier",
    story="Evidence is verified under a policy: verdict and findings.",
    requirements=vectored("evidence"),
    run=run,
)
