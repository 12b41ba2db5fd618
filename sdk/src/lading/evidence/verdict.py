"""The verdict: VALID, INVALID or INDETERMINATE, with everything that was found (LAD-EVI-020)."""

from dataclasses import dataclass
from enum import Enum
from typing import Literal, NoReturn

from lading.statement.words import Id, format_time

Severity = Literal["error", "unknown", "note"]


class Status(Enum):
    """What the bytes prove. The value is the exit code of `lading verify`."""

    VALID = 0
    INVALID = 1
    INDETERMINATE = 2


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found: `error` makes the verdict INVALID, `unknown` INDETERMINATE, `note` changes nothing."""

    code: str
    severity: Severity
    detail: str
    hint: str = ""
    statement: Id | None = None
    requirement: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """One verified statement, as a line of the story: when, where in which log, who, what."""

    origin: str
    index: int
    time: int
    id: Id
    type: str
    issuer: Id
    name: str
    summary: str

    @property
    def when(self) -> str:
        """The registration time as RFC 3339."""
        return format_time(self.time)


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer to: are these bytes authentic, and does a log that I trust assert their admission?

    VALID says nothing about statements that are absent from the file or came later, nothing about the quality of what
    was delivered, and nothing about lawfulness. Compare `status`; a verdict has no truth value.
    """

    status: Status
    subject: Id | None
    findings: tuple[Finding, ...]
    story: tuple[Event, ...]

    def __bool__(self) -> NoReturn:
        raise TypeError("a verdict is VALID, INVALID or INDETERMINATE: compare verdict.status")

    @property
    def exit_code(self) -> int:
        """0 VALID, 1 INVALID, 2 INDETERMINATE."""
        return self.status.value

    @property
    def summary(self) -> str:
        """One sentence for people."""
        reasons = [finding.detail for finding in self.findings if finding.severity != "note"]
        if self.status is Status.VALID:
            return "VALID: all bytes are authentic, and a log that the policy trusts asserts their admission."
        return f"{self.status.name}: {reasons[0]}" + (
            f" (and {len(reasons) - 1} more)" if reasons[1:] else ""
        )


def conclude(subject: Id | None, findings: list[Finding], story: list[Event]) -> Verdict:
    """The verdict that the findings add up to."""
    severities = {finding.severity for finding in findings}
    status = Status.VALID
    if "unknown" in severities:
        status = Status.INDETERMINATE
    if "error" in severities:
        status = Status.INVALID
    return Verdict(status, subject, tuple(findings), tuple(story))
