"""Content, clear and sealed."""

from __future__ import annotations

from lading_conformance.cases.verifier import asked
from lading_conformance.requirements import vectored
from lading_conformance.trial.case import Case, Trial


def run(trial: Trial) -> None:
    """Compare the answers."""
    asked.run(trial, "transfer")


CASE = Case(
    name="verifier_transfer",
    profile="verifier",
    story="Contents, manifests, shares, keys and chunks are computed and checked.",
    requirements=vectored("transfer"),
    run=run,
)
