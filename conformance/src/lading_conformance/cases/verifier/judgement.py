"""Claims that can be computed."""

from __future__ import annotations

from lading_conformance.cases.verifier import asked
from lading_conformance.requirements import vectored
from lading_conformance.trial.case import Case, Trial


def run(trial: Trial) -> None:
    """Compare the answers."""
    asked.run(trial, "judgement")


CASE = Case(
    name="verifier_judgement",
    profile="verifier",
    story="Claims of faults are judged from their pieces.",
    requirements=vectored("judgement"),
    run=run,
)
