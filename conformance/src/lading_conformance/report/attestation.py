"""A report as a signed word of an assessor: the act `attestation` of kind `conformance`, about the exchange's newest
statement, with `report.json` as its evidence.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final, Literal

from lading_conformance.cases import index
from lading_conformance.drivers.party import now, written_time
from lading_conformance.drivers.subject import PROFILES
from lading_conformance.oracle import statement
from lading_conformance.oracle.canonical import Json
from lading_conformance.report import summary
from lading_conformance.report.assessor import Assessor
from lading_conformance.report.model import CaseReport, Report

NAME: Final = "report.json"
MEDIA_TYPE: Final = "application/json"

Outcome = Literal["passed", "failed", "noted"]


class NotAttestable(Exception):
    """A report that nobody can put their name to; the sentence says why."""


def outcome(report: Report) -> Outcome:
    """Return what is to be said of the exchange: `noted` where nothing failed and not everything was claimed and
    passed. Raises `NotAttestable` where the run says nothing of it.
    """
    if report.verdict == "pass":
        return "passed"
    if report.verdict == "incomplete":
        return "noted"
    verdicts = {case.verdict for case in report.cases}
    if "error" in verdicts:
        raise NotAttestable("the suite itself failed in some case: that says nothing of the exchange")
    if not verdicts & {"fail", "unexpected pass"}:
        raise NotAttestable(
            "nothing failed, and some case could not be tried: that is neither passed nor failed"
        )
    return "failed"


def check(report: Report, suite: str) -> None:
    """Raise `NotAttestable` unless the report is that of a whole run of this suite, and says what its checks say."""
    if report.selection:
        raise NotAttestable(f"cases were left out ({' '.join(report.selection)}); attest a whole run")
    if report.suite != suite:
        raise NotAttestable(f"it was made by version {report.suite} of the suite, and this is {suite}")
    if not report.url:
        raise NotAttestable("it is about a verifier, and an attestation is about an exchange")
    whole = {case.name for case in index.CASES if case.profile in PROFILES}
    missing = sorted(whole - {case.name for case in report.cases})
    if missing:
        more = f" and {len(missing) - 3} more" if len(missing) > 3 else ""
        raise NotAttestable(f"it is not that of a whole run: it lacks {', '.join(missing[:3])}{more}")
    if report.id is None:
        raise NotAttestable("the exchange did not say who it is")
    claimed = [row.name for row in report.profiles if row.claimed]
    agree = (
        report.verdict == summary.run_verdict(report.cases)
        and report.profiles == summary.profiles(report.cases, claimed)
        and report.requirements == summary.requirement_rows(report.cases)
    )
    if not agree:
        raise NotAttestable("its verdicts are not those of its cases: the file was changed")
    for case in report.cases:
        _check_case(case)
    outcome(report)


def payload(report: Report, data: bytes, about: str, assessor: Assessor) -> dict[str, Json]:
    """Return what the attestation says: of the exchange's statement `about`, with the file's bytes as evidence."""
    moment = now()
    evidence: dict[str, Json] = {
        "name": NAME,
        "media_type": MEDIA_TYPE,
        "size": len(data),
        "digest": digest(data),
    }
    said: dict[str, Json] = {
        "version": 1,
        "type": "attestation",
        "home": report.id,
        "issuer": assessor.id,
        "under": assessor.under,
        "issued_at": written_time(moment),
        "statement": about,
        "kind": "conformance",
        "outcome": outcome(report),
        "evidence": [evidence],
    }
    if assessor.qualification is not None:
        said["qualification"] = assessor.qualification
    if assessor.valid_days is not None:
        said["expires_at"] = _after(moment, assessor.valid_days)
    return said


def sign(said: dict[str, Json], assessor: Assessor) -> bytes:
    """Return the signed attestation; read again and verified before anybody relies on it."""
    jws = statement.sign(said, assessor.key)
    statement.parse(jws).verify(assessor.key.public)
    return jws


def same(jws: bytes, said: dict[str, Json], assessor: Assessor) -> bool:
    """Say whether an earlier attestation says the same, but for the times; then it need not be signed again."""
    earlier = statement.parse(jws)
    earlier.verify(assessor.key.public)
    return _timeless(earlier.payload) == _timeless(said)


def digest(data: bytes) -> str:
    """Return the digest of a file's bytes as statements name it."""
    return "sha256:" + hashlib.sha256(data).hexdigest()


def _timeless(said: dict[str, Json]) -> dict[str, Json]:
    return {name: value for name, value in said.items() if name not in ("issued_at", "expires_at")}


def _after(moment: int, days: int) -> str:
    end = datetime.fromtimestamp(moment / 1000, UTC) + timedelta(days=days)
    return f"{end:%Y-%m-%d}T23:59:59.999Z"


def _check_case(case: CaseReport) -> None:
    verdicts: Sequence[str] = [one.verdict for one in case.checks]
    if case.verdict == "pass" and (not verdicts or set(verdicts) != {"pass"}):
        raise NotAttestable(
            f"case {case.name} is said to have passed, and its checks did not: the file was changed"
        )
    for row in case.requirements:
        if row.verdict != summary.worst({one.verdict for one in case.checks if one.requirement == row.id}):
            raise NotAttestable(f"case {case.name}: the verdict of {row.id} is not that of its checks")
