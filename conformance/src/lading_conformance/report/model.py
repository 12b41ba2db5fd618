"""The report of a run, as it is written to JSON. `report.schema.json` beside this module is its JSON Schema."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from lading_conformance.trial.case import Verdict

FORMAT: Literal["lading-conformance-report/1"] = "lading-conformance-report/1"

RunVerdict = Literal["pass", "fail", "incomplete"]
"""How a run ends: `incomplete` if nothing failed, and not every case was claimed."""


class _Closed(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Message(_Closed):
    """One HTTP exchange. Bodies are excerpts; what could be replayed is replaced by `(redacted)`."""

    method: str
    path: str
    request_headers: dict[str, str]
    request_body: str | None
    status: int | None = Field(description="absent where there was no answer")
    response_headers: dict[str, str]
    response_body: str | None
    fault: str | None = Field(description="why there was no answer")
    seconds: float


class CheckReport(_Closed):
    """One sentence put to the subject, and how it ended."""

    requirement: str
    what: str
    verdict: Verdict
    detail: str | None
    messages: tuple[Message, ...]


class RequirementReport(_Closed):
    """A requirement that a case checks: its sentence, and the worst verdict of its checks; absent if none was
    reached.
    """

    id: str
    text: str
    page: str
    verdict: Verdict | None


class CaseReport(_Closed):
    """One case. `reason` says why it is blocked, in error, or not claimed."""

    name: str
    profile: str
    story: str
    verdict: Verdict
    reason: str | None
    seconds: float
    requirements: tuple[RequirementReport, ...]
    checks: tuple[CheckReport, ...]


class Report(_Closed):
    """One run. `verdict` is `pass` only if every case passed."""

    format: Literal["lading-conformance-report/1"]
    suite: str = Field(description="version of the suite")
    subject: str
    url: str
    started_at: str
    seconds: float
    seed: int
    verdict: RunVerdict
    cases: tuple[CaseReport, ...]
