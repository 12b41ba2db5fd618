"""What a vector file is, and how it is written, checked and explained (`spec/vectors/README.md`)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from tools.vectors import primitives

ROOT = Path(__file__).resolve().parents[2]
SPEC = ROOT / "spec"
FOLDER = SPEC / "vectors"

FLAGS: Mapping[str, str] = {
    "boundary": "a value exactly on a limit, or the first one beyond it",
    "second-spelling": "another way to write what is to be written in one way only",
    "parser": "common parsers differ here, or a check of values alone does not see it",
    "slot": "another statement was first; the refusal names it in `winner`",
    "forged": "made without the key that the statement names",
    "crossed": "well made, and used by or for somebody else",
    "low-order": "a point of low order is involved",
    "mixed-order": "a point is the sum of one of the prime-order subgroup and one of low order",
    "cofactored-only": "the equation multiplied by the cofactor holds, and the one that is not multiplied does not",
    "malleable": "made from a valid signature without its key",
    "truncated": "a part at the end is missing",
    "replay": "bytes that were registered before",
    "time": "the registration time decides",
    "incomplete": "the file lacks something that a verdict needs; nothing in it is wrong",
    "dishonest-log": "the log signed what its rules forbid",
    "dishonest-provider": "the provider signed for what it did not seal",
    "witnessed": "cosignatures of witnesses are involved",
}

POINTED = ("bad-member", "unknown-statement")
"""Codes whose problem has to name the member (LAD-STM-015, LAD-REG-006)."""
_LAYERS = {
    "Envelope": "envelope",
    "Payload": "payload",
    "Members": "members",
    "Signature and issuer": "signature",
    "Rules": "rule",
    "Admission checks": "admission",
    "Requests": "request",
}
_ROW = re.compile(r"^\| `([a-z0-9-]+)` \| [0-9]{3} \| [a-z-]+ \| (LAD-[A-Z]{3}-[0-9]{3}) \|", re.M)
_JUDGED = re.compile(r"^\| `([a-z0-9-]+)` \| (upheld|dismissed|undecided) \| (LAD-JDG-[0-9]{3}) \|", re.M)


@lru_cache
def codes() -> Mapping[str, tuple[str, str]]:
    """Code of a refusal to its layer and requirement, as `spec/codes.md` has them."""
    page = (SPEC / "codes.md").read_text(encoding="utf-8")
    sections = re.split(r"^### ", page, flags=re.M)[1:]
    return {
        code: (_LAYERS[section.split("\n", 1)[0]], requirement)
        for section in sections
        if section.split("\n", 1)[0] in _LAYERS
        for code, requirement in _ROW.findall(section)
    }


def refuse(code: str, *, pointer: str | None = None, winner: str | None = None) -> dict[str, Any]:
    """The expectation of a refusal. `pointer` is left out where the specification does not ask for one."""
    layer, requirement = codes()[code]
    expected = {"outcome": "refuse", "code": code, "layer": layer, "requirement": requirement}
    told = {"pointer": pointer if code in POINTED else None, "winner": winner}
    return {**expected, **{name: value for name, value in told.items() if value is not None}}


@lru_cache
def judgements() -> Mapping[str, tuple[str, str]]:
    """Code of a judgement to its outcome and requirement, as `spec/codes.md` has them."""
    page = (SPEC / "codes.md").read_text(encoding="utf-8")
    return {code: (outcome, requirement) for code, outcome, requirement in _JUDGED.findall(page)}


def judge(code: str) -> dict[str, Any]:
    """The expectation of a judgement."""
    outcome, requirement = judgements()[code]
    return {"outcome": outcome, "code": code, "requirement": requirement}


def accept(**members: Any) -> dict[str, Any]:
    """The expectation of an acceptance, with what follows from it."""
    return {"outcome": "accept", **members}


@dataclass
class VectorFile:
    """One file: what it is about, and its cases in order. `keys` are the names of the seeds used."""

    path: str
    schema: str
    about: str
    notes: Sequence[str] = ()
    keys: Sequence[str] = ()
    given: Mapping[str, Any] = field(default_factory=dict)
    cases: list[dict[str, Any]] = field(default_factory=list)

    def add(
        self,
        name: str,
        situation: str,
        given: Mapping[str, Any],
        expect: Mapping[str, Any],
        *,
        about: Iterable[str] = (),
        flags: Iterable[str] = (),
    ) -> None:
        """Add a case. `about`: the requirements that it tests, beside the one that the refusal names."""
        if any(case["name"] == name for case in self.cases):
            raise ValueError(f"{self.path}: {name} stands twice")
        if not situation.endswith("."):
            raise ValueError(f"{self.path}: {name}: a situation is a sentence")
        extra = {"about": sorted(set(about)), "flags": sorted(set(flags))}
        self.cases.append(
            {
                "name": name,
                "situation": situation,
                **{key: value for key, value in extra.items() if value},
                **given,
                "expect": dict(expect),
            }
        )

    def render(self) -> str:
        """The text of the file: members of the head, then one case a line."""
        used = sorted({flag for case in self.cases for flag in case.get("flags", ())})
        head: dict[str, Any] = {
            "schema": f"lading-vectors/1 {self.schema}",
            "about": self.about,
            "source": "python -m tools.vectors",
            "notes": list(self.notes),
        }
        if self.keys:
            seeds = {name: primitives.seed(name).hex() for name in sorted(set(self.keys))}
            head["seeds"] = {"rule": primitives.SEED_RULE, "keys": seeds}
        if used:
            head["flags"] = {flag: FLAGS[flag] for flag in used}
        head |= {**self.given, "count": len(self.cases)}
        rows = ",\n".join("    " + json.dumps(case, ensure_ascii=False) for case in self.cases)
        opening = json.dumps(head, ensure_ascii=False, indent=2)[:-2]
        return f'{opening},\n  "cases": [\n{rows}\n  ]\n}}\n'


def given_bytes(name: str, data: bytes) -> dict[str, str]:
    """Input bytes: as text where all are printable ASCII, else in hexadecimal under NAME_hex."""
    if all(0x20 <= byte < 0x7F for byte in data):
        return {name: data.decode()}
    return {f"{name}_hex": data.hex()}
