"""The rules of every act, over a log."""

from __future__ import annotations

from lading_conformance.cases.verifier import asked
from lading_conformance.requirements import vectored
from lading_conformance.trial.case import Case, Trial


def run(trial: Trial) -> None:
    """Compare the answers."""
    asked.run(trial, "registration")


CASE = Case(
    name="verifier_registration",
    profile="verifier",
    story="Statements are judged by the rules, each at its place in a log: what they change, and what refuses them.",
    requirements=vectored("registration"),
    run=run,
)
