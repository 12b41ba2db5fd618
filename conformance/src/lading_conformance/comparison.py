"""Two reports side by side: what was fixed, what broke, what is new, what is gone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from lading_conformance.report.clean import line
from lading_conformance.report.model import Report
from lading_conformance.trial.outcome import Verdict

Change = Literal["broke", "fixed", "new", "gone", "changed"]
"""`new` and `gone` are about what was tried in one of the two runs only."""

CHANGES: Final[tuple[Change, ...]] = ("broke", "fixed", "new", "gone", "changed")

_GOOD: Final = frozenset({"pass", "expected failure"})
_UNTRIED: Final = frozenset({"not claimed", None})


class NoReport(Exception):
    """A path leads to no report of this suite."""


class Difference(BaseModel):
    """A case or a requirement that ended otherwise. A verdict is absent where it was not told or not reached."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["case", "requirement"]
    name: str
    change: Change
    old: Verdict | None
    new: Verdict | None


class Comparison(BaseModel):
    """All differences between two reports, cases first, each kind in the order of its names."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    old: str
    new: str
    differences: tuple[Difference, ...]

    @property
    def broke(self) -> bool:
        """Whether something that held does not hold any more."""
        return any(difference.change == "broke" for difference in self.differences)


def load(path: Path) -> Report:
    """Return the report in a file, or in `report.json` of a folder. Raises `NoReport`."""
    file = path / "report.json" if path.is_dir() else path
    try:
        return Report.model_validate_json(file.read_bytes())
    except OSError as error:
        raise NoReport(f"{file}: {error.strerror}") from None
    except ValidationError:
        raise NoReport(f"{file} is no report of this version of the suite") from None


def compared(old: Report, new: Report) -> Comparison:
    """Compare two reports."""
    cases = _differences("case", _cases(old), _cases(new))
    rows = _differences("requirement", _requirements(old), _requirements(new))
    return Comparison(old=_title(old), new=_title(new), differences=(*cases, *rows))


def change(old: Verdict | None, new: Verdict | None) -> Change | None:
    """Return what became of a verdict; None where nothing did."""
    before, after = old not in _UNTRIED, new not in _UNTRIED
    if old == new or not (before or after):
        return None
    if before != after:
        return "new" if after else "gone"
    if old in _GOOD and new not in _GOOD:
        return "broke"
    return "fixed" if new == "pass" else "changed"


def text(comparison: Comparison) -> str:
    """Return a comparison for a terminal."""
    lines = [f"{comparison.old}  →  {comparison.new}"]
    for what in CHANGES:
        found = [one for one in comparison.differences if one.change == what]
        lines += [f"\n{what}: {len(found)}"] if found else []
        lines += [
            f"  {one.kind} {line(one.name)}: {one.old or 'not tried'} → {one.new or 'not tried'}"
            for one in found
        ]
    return "\n".join([*lines, "" if comparison.differences else "\nNothing is different."]).rstrip("\n")


def _differences(
    kind: Literal["case", "requirement"],
    old: Mapping[str, Verdict | None],
    new: Mapping[str, Verdict | None],
) -> Iterable[Difference]:
    for name in sorted({*old, *new}):
        before, after = old.get(name), new.get(name)
        if (what := change(before, after)) is not None:
            yield Difference(kind=kind, name=name, change=what, old=before, new=after)


def _cases(report: Report) -> dict[str, Verdict | None]:
    return {case.name: case.verdict for case in report.cases}


def _requirements(report: Report) -> dict[str, Verdict | None]:
    return {row.id: row.verdict for row in report.requirements}


def _title(report: Report) -> str:
    return line(f"{report.subject}, {report.started_at}")
