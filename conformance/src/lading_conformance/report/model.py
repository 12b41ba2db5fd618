"""The report of a run, as it is written to JSON. `report.schema.json` beside this module is its JSON Schema."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from lading_conformance.trial.outcome import Verdict

FORMAT: Literal["lading-conformance-report/2"] = "lading-conformance-report/2"

RunVerdict = Literal["pass", "fail", "incomplete"]
"""How a run ends: `incomplete` if only what was expected failed, and not every case was claimed and passed."""

ProfileVerdict = Literal[
    "pass", "fail", "blocked", "expected failure", "incomplete", "not claimed", "not run"
]
"""How a profile ends, as a whole. `fail` also for an error of the suite and an unexpected pass; `blocked`, that nothing
failed and something could not be tried; `expected failure`, that all that failed was announced; `incomplete`, that it
is claimed and not all of its cases were told.
"""


class _Closed(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Message(_Closed):
    """One HTTP exchange. Bodies are excerpts; what could be replayed is replaced by `(redacted)`.

    Where a body is a statement, its payload stands beside it, decoded and indented, and is an excerpt too. Whether it
    is signed well, and in its one permitted spelling, does not show there.
    """

    exchange: Literal["A", "B"] = Field(description="A: the subject, B: its peer")
    party: str | None = Field(description="id of who signed the request, or the statement in it")
    act: str | None = Field(description="type of the statement in the request")
    method: str
    path: str
    request_headers: dict[str, str]
    request_body: str | None
    request_says: str | None = Field(description="the payload of the statement in the request")
    status: int | None = Field(description="absent where there was no answer")
    response_headers: dict[str, str]
    response_body: str | None
    response_says: str | None = Field(description="the payload of the statement in the answer")
    fault: str | None = Field(description="why there was no answer")
    seconds: float


class CheckReport(_Closed):
    """One sentence put to the subject, and how it ended.

    The case's messages from number `first` to before number `end`, counted from 0, belong to it.
    """

    requirement: str
    what: str
    verdict: Verdict
    detail: str | None
    first: int
    end: int


class RequirementReport(_Closed):
    """A requirement that a case checks: its sentence, and the worst verdict of its checks; absent if none was
    reached.
    """

    id: str
    text: str
    page: str
    verdict: Verdict | None


class PartyReport(_Closed):
    """A participant that the suite made."""

    id: str
    name: str


class CaseReport(_Closed):
    """One case. `reason` says why it is blocked, in error, or not claimed; `parties` are those that it introduced."""

    name: str
    profile: str
    story: str
    verdict: Verdict
    reason: str | None
    seconds: float
    requirements: tuple[RequirementReport, ...]
    checks: tuple[CheckReport, ...]
    parties: tuple[PartyReport, ...]
    messages: tuple[Message, ...]


class ProfileReport(_Closed):
    """A profile, all or nothing, and how many of its cases ended how. `left_out` were not part of the run."""

    name: str
    claimed: bool
    verdict: ProfileVerdict
    passed: int
    failed: int
    blocked: int
    errors: int
    not_claimed: int
    expected_failures: int
    unexpected_passes: int
    left_out: int


class RequirementSummary(_Closed):
    """A requirement over the whole run: the worst verdict of its checks, absent if none was reached, and its cases."""

    id: str
    text: str
    page: str
    code: str | None
    verdict: Verdict | None
    cases: tuple[str, ...]


class ExpectedFailure(_Closed):
    """A failure that the subject's file announces. `happened` says whether a check of it failed in this run; one that
    has expired counts as not there.
    """

    requirement: str | None = Field(description="absent where a case is named")
    case: str | None = Field(description="absent: wherever the requirement is checked")
    reason: str
    issue: str
    expires: str = Field(description="the last day on which it is expected, YYYY-MM-DD")
    happened: bool
    expired: bool = False


class Peer(_Closed):
    """The second exchange of a run with two. `id` is absent where it did not say who it is."""

    url: str
    id: str | None


class Report(_Closed):
    """One run. `verdict` is `pass` only if every case passed.

    `id` is that of the exchange, absent where it did not say who it is. `selection` are the options that left cases
    out; it is empty for a whole run.
    """

    format: Literal["lading-conformance-report/2"]
    suite: str = Field(description="version of the suite")
    subject: str
    url: str
    id: str | None
    peer: Peer | None
    started_at: str
    seconds: float
    seed: int
    selection: tuple[str, ...]
    verdict: RunVerdict
    profiles: tuple[ProfileReport, ...]
    requirements: tuple[RequirementSummary, ...]
    expected_failures: tuple[ExpectedFailure, ...]
    cases: tuple[CaseReport, ...]
