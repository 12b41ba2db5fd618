"""The test vectors of the specification: what is asked of a verifier, what it has to answer, and what that is about."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from lading_conformance.requirements import requirements

_HERE: Final = Path(__file__).resolve()
_PLACES: Final = (_HERE.parents[1] / "vectors", _HERE.parents[4] / "spec" / "vectors")
"""Where the vectors lie: in an installed package, and in a checkout."""
_SCENARIO: Final = "scenario"
_UNTOLD: Final = ("expect", "situation", "about", "flags")
"""The members of a case that a verifier is not told."""
_PERHAPS: Final = frozenset({"pointer", "winner"})
"""Members of an answer that not every implementation gives."""
ABOUT: Final[Mapping[str, str]] = {
    "statement": "LAD-STM-017",
    "registration": "LAD-REG-009",
    "vkey": "LAD-LOG-017",
    "inclusion": "LAD-LOG-003",
    "consistency": "LAD-LOG-007",
    "proof": "LAD-LOG-011",
}
"""What a case is about that neither names a requirement nor is refused for one, by its schema."""
WHOLE: Final = frozenset({"LAD-EVI-018", "LAD-EVI-020"})
"""What every case with evidence is about: all steps, and the verdict."""
BY_BYTES: Final = frozenset({"statement", "thumbprint", "public-key", "signature", "seal-key"})
"""The schemas of what is judged by its bytes alone."""
GROUPS: Final[Mapping[str, str]] = {
    **{name: name for name in ("log", "transfer", "evidence", "judgement", "terms")},
    "sealed": "transfer",
}
"""The group of the other files, by their folder."""

Members = dict[str, Any]


@dataclass(frozen=True)
class Vector:
    """One case of a file."""

    file: str
    schema: str
    case: Mapping[str, Any]

    @property
    def name(self) -> str:
        """Its name, by which it is known in its file."""
        return str(self.case["name"])

    @property
    def group(self) -> str:
        """The case of the suite that it belongs to."""
        folder = self.file.partition("/")[0]
        if self.schema in BY_BYTES:
            return "statement"
        return "registration" if self.schema == "registration" else GROUPS[folder]

    @property
    def about(self) -> frozenset[str]:
        """The requirements that it tests."""
        return about_of(self, _codes())

    def differs(self, answer: Members) -> str | None:
        """Return how an answer differs from what is expected, or None."""
        expected = dict(self.case["expect"])
        told = {name: value for name, value in answer.items() if name in expected or name not in _PERHAPS}
        wanted, got = expected.pop("findings", None), told.pop("findings", None)
        if told != expected:
            return f"{_short(told)} instead of {_short(expected)}"
        return None if wanted is None else _other_findings(wanted, got)


def about_of(vector: Vector, codes: Mapping[str, str]) -> frozenset[str]:
    """Return the requirements that a vector tests; `codes` has the requirement of each code."""
    expected = vector.case["expect"]
    named = {*vector.case.get("about", ()), *([expected["requirement"]] if "requirement" in expected else [])}
    named |= {codes[found["code"]] for found in expected.get("findings", ()) if found["code"] in codes}
    if vector.schema == "evidence":
        named |= WHOLE
    return frozenset(named or {ABOUT[vector.schema]})


def folder() -> Path:
    """Return the folder of the vectors."""
    return next(place for place in _PLACES if place.is_dir())


@lru_cache(maxsize=1)
def vectors() -> tuple[Vector, ...]:
    """Return all cases, in the order of their files."""
    return tuple(
        Vector(name, _schema(whole), case)
        for name, whole in _files()
        if _schema(whole) != _SCENARIO
        for case in whole["cases"]
    )


def write_questions(place: Path) -> None:
    """Write all files into a folder, as they are handed to a verifier: without what they expect."""
    for name, whole in _files():
        target = place / f"{name}.json"
        target.parent.mkdir(parents=True, exist_ok=True)
        if _schema(whole) != _SCENARIO:
            whole = {**whole, "cases": [_asked(case) for case in whole["cases"]]}
        target.write_text(json.dumps(whole, ensure_ascii=False), encoding="utf-8")


def _asked(case: Mapping[str, Any]) -> Members:
    """What a verifier is told of a case; `show`: which members of which records its answer is to hold."""
    asked = {name: value for name, value in case.items() if name not in _UNTOLD}
    effects = case["expect"].get("effects", ())
    rows = [{"kind": row["kind"], "id": row["id"], "members": list(row["record"])} for row in effects]
    return {**asked, "show": rows}


def _files() -> Iterator[tuple[str, Members]]:
    top = folder()
    for path in sorted(top.rglob("*.json")):
        yield path.relative_to(top).with_suffix("").as_posix(), json.loads(path.read_text(encoding="utf-8"))


def _schema(whole: Members) -> str:
    return str(whole["schema"]).rpartition(" ")[2]


@lru_cache(maxsize=1)
def _codes() -> Mapping[str, str]:
    return {row.code: row.id for row in requirements().values() if row.code is not None}


def _other_findings(expected: list[Members], got: object) -> str | None:
    """Return how findings differ; the statement is compared only where the vector has it."""
    if not isinstance(got, list) or not all(isinstance(finding, dict) for finding in got):
        return "`findings` is no list of objects"
    seen = []
    for finding in got:
        short = {name: value for name, value in finding.items() if name != "statement"}
        seen.append(finding if finding in expected else short)
    missing = [finding for finding in expected if finding not in seen]
    surplus = [finding for finding in seen if finding not in expected]
    if not missing and not surplus:
        return None
    return f"findings missing: {_short(missing)}; not expected: {_short(surplus)}"


def _short(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 240 else f"{text[:240]}…"
