"""What came of a self-test, as it is stored: one line of JSON for each mutant."""

from __future__ import annotations

from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict

Kind = Literal["rule", "refusal", "form", "behaviour", "spoilt answer", "wrong answer", "blunt"]
"""Where a mutant comes from."""
Fate = Literal["killed", "survived", "no case", "untestable", "error"]
"""`survived`: every case that names a requirement of its passed. `no case`: none names one. `untestable`: none can, as
`untested.toml` says of each. `error`: a fault of the suite, or of the mutants.
"""

SETTLED: Final[frozenset[Fate]] = frozenset({"killed", "untestable"})
"""Fates that nothing is wrong with."""


class _Closed(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Mutant(_Closed):
    """A wrong exchange. `requirements`: what it breaks; `cases`: who is to notice, else all that are about these."""

    name: str
    kind: Kind
    requirements: tuple[str, ...] = ()
    cases: tuple[str, ...] = ()
    policy: dict[str, Any] = {}
    """The switches of the exchange without which it matters to nobody."""


class Killer(_Closed):
    """The check that noticed."""

    case: str
    requirement: str
    what: str
    detail: str


class Outcome(_Closed):
    """What came of one mutant. `failed`: every pair of case and requirement that failed, whether it was to or not."""

    name: str
    kind: Kind
    requirements: tuple[str, ...]
    fate: Fate
    killer: Killer | None = None
    ran: tuple[str, ...] = ()
    failed: tuple[tuple[str, str], ...] = ()
    reason: str | None = None
    seconds: float = 0.0
