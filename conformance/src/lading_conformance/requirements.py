"""The sentences of the specification that the cases are about, its table of refusals, and its lifecycles.

The data is a copy that stands in the package: `python -m conformance.tools.requirements` makes it from `spec/`. Why
some sentences have no case stands in `untested.toml`, which is written by hand.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True)
class Requirement:
    """One requirement: its sentence, the code of its refusal if it has one, and the page where it stands."""

    id: str
    text: str
    code: str | None
    page: str


@dataclass(frozen=True)
class Code:
    """One refusal: its HTTP status, whether and when to retry, and the requirement that was not met."""

    code: str
    status: int
    retry: str
    requirement: str


@dataclass(frozen=True)
class Machine:
    """The lifecycle of one kind of subject: what it becomes, by state and event, and the code of all else."""

    states: tuple[str, ...]
    events: tuple[str, ...]
    becomes: Mapping[tuple[str, str], str]
    refusal: str


@lru_cache(maxsize=1)
def requirements() -> dict[str, Requirement]:
    """Return all requirements by id, in the order of their ids."""
    return {row["id"]: Requirement(**row) for row in _data()["requirements"]}


@lru_cache(maxsize=1)
def codes() -> dict[str, Code]:
    """Return all refusals by code."""
    return {row["code"]: Code(**row) for row in _data()["codes"]}


@lru_cache(maxsize=1)
def machines() -> dict[str, Machine]:
    """Return all lifecycles by the names of their tables."""
    return {row["machine"]: _machine(row) for row in _data()["machines"]}


def _machine(row: dict[str, Any]) -> Machine:
    becomes = {(step["from"], step["event"]): step["to"] for step in row["transitions"]}
    events = tuple(dict.fromkeys(event for _, event in becomes))
    return Machine(tuple(row["states"]), events, becomes, row["refusal"])


@lru_cache(maxsize=1)
def untested() -> dict[str, str]:
    """Return why a requirement cannot be seen from outside, by id."""
    text = files("lading_conformance").joinpath("untested.toml").read_text(encoding="utf-8")
    reasons: dict[str, str] = tomllib.loads(text)
    return reasons


def vectored(group: str) -> tuple[str, ...]:
    """Return the requirements that the vectors of a group are about, in the order of their ids."""
    (row,) = (row for row in _data()["vectors"] if row["group"] == group)
    return ("LAD-PRO-003", *row["requirements"])


def _data() -> dict[str, list[dict[str, Any]]]:
    text = files("lading_conformance").joinpath("requirements.json").read_text(encoding="utf-8")
    data: dict[str, list[dict[str, Any]]] = json.loads(text)
    return data
