"""Verify an evidence file offline: steps 1 to 8 of `spec/evidence.md`.

verdict = verify("roads.lading.json", trust="trust.policy")
verdict.status is Status.VALID
"""

import os
from dataclasses import dataclass
from pathlib import Path

from lading.errors import ContentMismatch, UsageProblem
from lading.evidence import file as evidence_file
from lading.evidence.checkpoints import verify_checkpoints
from lading.evidence.codes import found
from lading.evidence.file import EvidenceEntry, EvidenceFile, EvidenceLog
from lading.evidence.fold import Fold, Named
from lading.evidence.verdict import Finding, Verdict, conclude
from lading.log import policy as trust_policy
from lading.log.checkpoint import Checkpoint
from lading.log.entry import Entry
from lading.log.policy import Policy
from lading.statement.words import Id
from lading.transfer.content import check_file
from lading.tree import root_from_inclusion

Source = bytes | str | os.PathLike[str]


def verify(
    evidence: Source,
    trust: str | os.PathLike[str] | Policy,
    *,
    content: str | os.PathLike[str] | None = None,
    salts: str | os.PathLike[str] | None = None,
) -> Verdict:
    """The verdict on an evidence file, by the auditor's own trust policy. Reads files; asks no network.

    `evidence`: the bytes, or a path. `trust`: a parsed policy, or the path of one. `content`: a data file to compare
    with the content that the subject names; `salts`: the file of salts that belongs to it where the content was sealed.
    Raises `UsageProblem` where trust policy or files cannot be read; whatever
    is wrong with the evidence itself is a finding. Not checked: whether later statements exist, what the content is
    worth, whether the trade was lawful.
    """
    policy = trust if isinstance(trust, Policy) else read_policy(trust)
    data = evidence if isinstance(evidence, bytes) else _read(evidence, evidence_file.MAX_BYTES)
    try:
        parsed = evidence_file.parse(data)
    except ValueError as error:
        # LAD-EVI-002
        return conclude(None, [found("malformed-evidence", "error", f"not an evidence file: {error}")], [])
    handed = None if content is None else Handed(Path(content), None if salts is None else Path(salts))
    return _judge(parsed, policy, handed)


def read_policy(path: str | os.PathLike[str]) -> Policy:
    """The trust policy in a file; `UsageProblem` where it cannot be read or is malformed."""
    try:
        return trust_policy.parse(_read(path, trust_policy.MAX_BYTES).decode("utf-8"))
    except UnicodeDecodeError:
        raise UsageProblem(f"{path} is not a text file", hint=trust_policy.FORM) from None


def _read(path: str | os.PathLike[str], limit: int) -> bytes:
    try:
        with Path(path).open("rb") as file:
            return file.read(limit + 1)
    except OSError as error:
        raise UsageProblem(f"cannot read {path}: {error.strerror}", hint="Check the path.") from None


@dataclass(frozen=True, slots=True)
class Handed:
    """A data file that somebody hands in, and its salts."""

    content: Path
    salts: Path | None


def _judge(evidence: EvidenceFile, policy: Policy, handed: Handed | None) -> Verdict:
    findings: list[Finding] = []
    folds = [_judge_log(log, evidence.subject, policy, findings) for log in evidence.logs]
    holding = [fold for fold in folds if fold.holds(evidence.subject)]
    # LAD-EVI-008
    if not holding:
        detail = f"no log of the file holds the subject {evidence.subject}"
        findings.append(found("missing-statement", "unknown", detail, evidence.subject))
    # LAD-EVI-009
    if any(evidence.subject in fold.withheld for fold in holding):
        code = "erased" if any(fold.is_erased(evidence.subject) for fold in holding) else "withheld"
        findings.append(found(code, "unknown", f"the subject itself is {code}", evidence.subject))
    # LAD-EVI-012
    if policy.quorum is None:
        findings.append(
            found("time-by-log-only", "note", "times are asserted by the logs alone, by no witness")
        )
    if handed is not None:
        named = [fold.content_of(evidence.subject) for fold in holding]
        _check_content([each for each in named if each is not None], evidence.subject, handed, findings)
    story = [event for fold in folds for event in fold.story]
    story.sort(key=lambda event: (event.time, event.origin, event.index))
    return conclude(evidence.subject, findings, story)


def _judge_log(log: EvidenceLog, subject: Id, policy: Policy, findings: list[Finding]) -> Fold:
    checkpoints = verify_checkpoints(log, policy, findings)
    fold, last = Fold(log, findings), 0
    for item in log.entries:
        signed = checkpoints[item.checkpoint]
        entry = fold.add(item, None if signed is None else signed.cosigned_at)
        # LAD-EVI-007
        if signed is not None and not _is_included(item, entry, signed.checkpoint):
            detail = f"entry {item.index} is not in the tree of {signed.checkpoint.size} entries"
            findings.append(found("not-included", "error", detail, entry.id))
        # LAD-EVI-010
        if item.time < last:
            findings.append(
                found("time-order", "error", f"entry {item.index} is earlier than one before it", entry.id)
            )
        last = item.time
    fold.check_closure(subject)
    fold.check_log_keys(signed for signed in checkpoints if signed is not None)
    fold.check_unseparated(
        signed.checkpoint.size for signed in checkpoints if signed is not None and signed.keys
    )
    return fold


def _is_included(item: EvidenceEntry, entry: Entry, signed: Checkpoint) -> bool:
    path = [bytes.fromhex(node) for node in item.path]
    try:
        return root_from_inclusion(entry.leaf, item.index, signed.size, path) == signed.root
    except ValueError:
        return False


def _check_content(named: list[Named], subject: Id, handed: Handed, findings: list[Finding]) -> None:
    # LAD-EVI-015
    if not named:
        findings.append(
            found("no-content", "unknown", "the subject names no content to compare the file with", subject)
        )
    for each in named:
        # LAD-EVI-025
        if each.sealed and handed.salts is None:
            detail = "the content was sealed, and its root is over salted chunks"
            findings.append(found("no-salts", "unknown", detail, subject))
        else:
            _compare(each, subject, handed, findings)


def _compare(named: Named, subject: Id, handed: Handed, findings: list[Finding]) -> None:
    promise = named.promise
    salts = None if named.sealed is False else handed.salts
    try:
        check_file(handed.content, promise.size, promise.chunk_size, promise.content_root, salts)
    except ContentMismatch as error:
        # LAD-EVI-014
        findings.append(found("content-mismatch", "error", str(error), subject))
    except OSError as error:
        path = error.filename or handed.content
        raise UsageProblem(f"cannot read {path}: {error.strerror}", hint="Check the path.") from None
