"""A verdict as text and as members."""

from lading.cli import output
from lading.evidence.verdict import Event, Verdict


def members(verdict: Verdict) -> dict[str, object]:
    """A verdict for programs."""
    return {
        "status": verdict.status.name,
        "exit_code": verdict.exit_code,
        "summary": verdict.summary,
        "subject": verdict.subject,
        "findings": [
            {
                "code": finding.code,
                "severity": finding.severity,
                "requirement": finding.requirement,
                "detail": finding.detail,
                "hint": finding.hint,
                "statement": finding.statement,
            }
            for finding in verdict.findings
        ],
        "story": [event_members(event) for event in verdict.story],
    }


def event_members(event: Event) -> dict[str, object]:
    """One line of the story for programs."""
    return {
        "time": event.time,
        "when": event.when,
        "origin": event.origin,
        "index": event.index,
        "id": event.id,
        "type": event.type,
        "issuer": event.issuer,
        "name": event.name,
        "summary": event.summary,
    }


def show(verdict: Verdict) -> None:
    """A verdict for people."""
    output.line(output.plain(verdict.summary))
    if verdict.subject is not None:
        output.line(f"about {verdict.subject}")
    for finding in verdict.findings:
        output.line(
            f"  {finding.severity}: {finding.code} ({finding.requirement}): {output.plain(finding.detail)}"
        )
        if finding.hint and finding.severity != "note":
            output.line(f"    {output.plain(finding.hint)}")
    show_story(verdict)


def show_story(verdict: Verdict) -> None:
    """When, where in the log, who, what."""
    for event in verdict.story:
        who = output.plain(event.name)
        output.line(f"  {event.when}  #{event.index:<5} {who} {output.plain(event.summary)}")
        output.line(f"  {'':24}  {event.id}")
