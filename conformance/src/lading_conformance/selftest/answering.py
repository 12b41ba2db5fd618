"""Programs that answer vectors: one that answers what is expected, and one for each requirement that gets it wrong."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from lading_conformance.cases import verifier
from lading_conformance.drivers.subject import Subject, Verifier
from lading_conformance.runner import Target
from lading_conformance.selftest.model import Mutant
from lading_conformance.steps.vectors import Members, vectors

PROFILE: Final = "verifier"
IN_FORM: Final = "LAD-PRO-003"
"""That the command answers every vector once, in its form, and ends well."""
_COPY: Final = (
    "import shutil, sys; shutil.copyfileobj(open(sys.argv[1], 'rb'), sys.stdout.buffer); sys.exit({})"
)


def mutants() -> tuple[Mutant, ...]:
    """Return a program for each requirement of the cases, which answers all vectors about that otherwise."""
    names = sorted({name for case in verifier.CASES for name in case.requirements})
    return tuple(Mutant(name=f"answers.{name}", kind="wrong answer", requirements=(name,)) for name in names)


@contextmanager
def answering(wrong: str | None = None) -> Iterator[Target]:
    """A verifier that answers what is expected, but for vectors about one requirement."""
    with TemporaryDirectory(prefix="lading-answers-") as place:
        path = Path(place) / "answers"
        path.write_text("".join(json.dumps(line) + "\n" for line in _answers(wrong)), encoding="utf-8")
        command = (sys.executable, "-c", _COPY.format(int(wrong == IN_FORM)), str(path))
        yield Target("", Subject(name="answers", capabilities=(), verifier=Verifier(command=command)))


def _answers(wrong: str | None) -> Iterator[Members]:
    for vector in vectors():
        said = {"outcome": "another"} if wrong in vector.about else dict(vector.case["expect"])
        yield {"file": vector.file, "case": vector.name, **said}
