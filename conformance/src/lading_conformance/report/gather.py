"""Makes a report of what happened in a run."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from typing import Final

from lading_conformance.drivers.http import Exchanged
from lading_conformance.report import redact, summary
from lading_conformance.report.model import (
    FORMAT,
    CaseReport,
    CheckReport,
    ExpectedFailure,
    Message,
    PartyReport,
    Peer,
    Report,
    RequirementReport,
)
from lading_conformance.report.redact import Shield
from lading_conformance.report.said import Said, statements
from lading_conformance.requirements import requirements
from lading_conformance.trial.case import Case, Check, Trial
from lading_conformance.trial.outcome import Verdict

WHAT: Final = 400
DETAIL: Final = 1_000
REASON: Final = 4_000

_OWNER: Final = re.compile(r'keyid="(sha256:[0-9a-f]{64})#')


def suite_version() -> str:
    """Return the version of this suite."""
    try:
        return version("lading")
    except PackageNotFoundError:
        return "unknown"


@dataclass(frozen=True)
class Run:
    """What is to be said of a run as a whole. `left_out` are the cases that `selection` kept from being told."""

    suite: str
    subject: str
    url: str
    started: datetime
    seconds: float
    seed: int
    claimed: Sequence[str]
    id: str | None = None
    peer: Peer | None = None
    selection: tuple[str, ...] = ()
    left_out: Sequence[Case] = field(default=())
    expected: tuple[ExpectedFailure, ...] = ()


def report(run: Run, cases: Sequence[CaseReport]) -> Report:
    """Return the report of a run, with what its cases come to."""
    return Report(
        format=FORMAT,
        suite=run.suite,
        subject=run.subject,
        url=redact.address(run.url),
        id=run.id,
        peer=run.peer,
        started_at=f"{run.started:%Y-%m-%dT%H:%M:%SZ}",
        seconds=round(run.seconds, 3),
        seed=run.seed,
        selection=run.selection,
        verdict=summary.run_verdict(cases),
        profiles=summary.profiles(cases, run.claimed, (case.profile for case in run.left_out)),
        requirements=summary.requirement_rows(cases),
        expected_failures=run.expected,
        cases=tuple(cases),
    )


def case_report(
    case: Case,
    trial: Trial,
    verdict: Verdict,
    reason: str | None,
    seconds: float,
    secrets: Iterable[str] = (),
) -> CaseReport:
    """Return the report of one case. `secrets` are texts that must not appear besides those of the messages."""
    shield = Shield(trial.messages, secrets)
    numbers = {id(exchanged): number for number, exchanged in enumerate(trial.messages)}
    return CaseReport(
        name=case.name,
        profile=case.profile,
        story=case.story,
        verdict=verdict,
        reason=None if reason is None else shield.text(reason, REASON),
        seconds=round(seconds, 3),
        requirements=_requirements(case, trial.checks),
        checks=tuple(_check(check, numbers, shield) for check in trial.checks),
        parties=_parties(trial.messages, shield),
        messages=tuple(message(exchanged, shield) for exchanged in trial.messages),
    )


def untold(case: Case, verdict: Verdict, reason: str) -> CaseReport:
    """Return the report of a case that was not told, or not to its end."""
    return CaseReport(
        name=case.name,
        profile=case.profile,
        story=case.story,
        verdict=verdict,
        reason=Shield(()).text(reason, REASON),
        seconds=0.0,
        requirements=_requirements(case, ()),
        checks=(),
        parties=(),
        messages=(),
    )


def message(exchanged: Exchanged, shield: Shield) -> Message:
    """Return what a report may show of an HTTP exchange."""
    answer, asked = exchanged.answer, statements(exchanged.body)
    return Message(
        exchange=exchanged.exchange,
        party=_signer(exchanged) or (asked[0].issuer if asked else None),
        act=_acts(asked),
        method=shield.text(exchanged.method, 40),
        path=shield.text(exchanged.path, redact.HEADER),
        request_headers=shield.headers(exchanged.headers),
        request_body=shield.excerpt(exchanged.body),
        request_says=_says(asked, shield),
        status=answer.status if answer else None,
        response_headers=shield.headers(answer.headers if answer else ()),
        response_body=shield.excerpt(answer.body if answer else None),
        response_says=_says(statements(answer.body if answer else None), shield),
        fault=None if exchanged.fault is None else shield.text(exchanged.fault, DETAIL),
        seconds=round(exchanged.seconds, 4),
    )


def _signer(exchanged: Exchanged) -> str | None:
    named = (_OWNER.search(value) for name, value in exchanged.headers if name.lower() == "signature-input")
    return next((found[1] for found in named if found), None)


def _acts(said: Sequence[Said]) -> str | None:
    return ", ".join(dict.fromkeys(one.act or "?" for one in said)) or None


def _says(said: Sequence[Said], shield: Shield) -> str | None:
    return shield.text("\n".join(one.text for one in said)) if said else None


def _parties(messages: Iterable[Exchanged], shield: Shield) -> tuple[PartyReport, ...]:
    named = {
        said.issuer: PartyReport(id=said.issuer, name=shield.text(said.name, 200))
        for exchanged in messages
        for said in statements(exchanged.body)
        if said.issuer and said.name
    }
    return tuple(named.values())


def _requirements(case: Case, checks: Sequence[Check]) -> tuple[RequirementReport, ...]:
    table = requirements()
    rows = []
    for name in case.requirements:
        verdict = summary.worst({check.verdict for check in checks if check.requirement == name})
        sentence = table[name]
        rows.append(RequirementReport(id=name, text=sentence.text, page=sentence.page, verdict=verdict))
    return tuple(rows)


def _check(check: Check, numbers: Mapping[int, int], shield: Shield) -> CheckReport:
    first = numbers[id(check.messages[0])] if check.messages else 0
    return CheckReport(
        requirement=check.requirement,
        what=shield.text(check.what, WHAT),
        verdict=check.verdict,
        detail=None if check.detail is None else shield.text(check.detail, DETAIL),
        first=first,
        end=first + len(check.messages),
    )
