"""What the cases about verifiers share: the vectors of some files, compared requirement by requirement."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from lading_conformance.steps.vectors import Vector
from lading_conformance.trial.case import Trial
from lading_conformance.trial.outcome import Failed

SHOWN = 3
"""How many differing vectors a failure names."""


def run(trial: Trial, group: str) -> None:
    """Compare the answers to the vectors of a group with what they expect."""
    verifier = trial.session.verifier
    with trial.check("LAD-PRO-003", "the command answers every vector once, in its form, and ends well"):
        if verifier.fault is not None:
            raise Failed(verifier.fault)
    by_requirement: defaultdict[tuple[str, str], list[Vector]] = defaultdict(list)
    for vector in verifier.vectors:
        if vector.group == group:
            for requirement in vector.about:
                by_requirement[vector.file, requirement].append(vector)
    for (file, requirement), vectors in by_requirement.items():
        with trial.check(requirement, f"{len(vectors)} vectors of {file} come out as they have to"):
            _compare(trial, vectors)


def _compare(trial: Trial, vectors: Sequence[Vector]) -> None:
    answers = trial.session.verifier.answers
    wrong, silent = [], []
    for vector in vectors:
        answer = answers.get((vector.file, vector.name))
        if answer is None:
            silent.append(vector.name)
        elif (differs := vector.differs(answer)) is not None:
            wrong.append(f"{vector.name} ({vector.case['situation']}): {differs}")
    told = wrong[:SHOWN]
    if len(wrong) > SHOWN:
        told.append(f"and {len(wrong) - SHOWN} more")
    if silent:
        told.append(f"{len(silent)} without an answer, the first is {silent[0]}")
    if told:
        raise Failed(f"{len(wrong) + len(silent)} of {len(vectors)}: {'; '.join(told)}")
