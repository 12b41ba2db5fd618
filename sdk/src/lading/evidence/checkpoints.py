"""Verify the checkpoints of one log in an evidence file under the auditor's policy (LAD-EVI-003 to LAD-EVI-006)."""

from dataclasses import dataclass

from lading.evidence.codes import found
from lading.evidence.file import EvidenceLog
from lading.evidence.verdict import Finding
from lading.keys.vkey import VerifierKey
from lading.log import checkpoint, note
from lading.log.checkpoint import Checkpoint
from lading.log.note import Note
from lading.log.policy import Policy


@dataclass(frozen=True, slots=True)
class Verified:
    """What one checkpoint says, which trusted log keys signed it, and the quorum's time in milliseconds, if any."""

    checkpoint: Checkpoint
    keys: tuple[VerifierKey, ...]
    cosigned_at: int | None


def verify_checkpoints(log: EvidenceLog, policy: Policy, findings: list[Finding]) -> list[Verified | None]:
    """Each checkpoint of the log, or None where it is malformed; what is wrong goes to `findings`."""
    verified = [_verify(text, log.origin, policy, findings) for text in log.checkpoints]
    roots: dict[int, bytes] = {}
    for item in verified:
        # LAD-EVI-004
        if (
            item is not None
            and roots.setdefault(item.checkpoint.size, item.checkpoint.root) != item.checkpoint.root
        ):
            findings.append(
                found(
                    "bad-checkpoint", "error", f"two roots for {item.checkpoint.size} entries: a split view"
                )
            )
    return verified


def _verify(text: str, origin: str, policy: Policy, findings: list[Finding]) -> Verified | None:
    try:
        parsed = note.parse(text)
        said = checkpoint.parse(parsed.text)
        if said.origin != origin:
            raise ValueError(f"it is of the log {said.origin!r}, not of {origin!r}")
        keys = _log_keys(parsed, policy.logs_of(origin))
        times = _cosignatures(parsed, policy)
    except ValueError as error:
        # LAD-EVI-004
        findings.append(found("bad-checkpoint", "error", f"a checkpoint of {origin!r} is unsound: {error}"))
        return None
    # LAD-EVI-003
    if not keys:
        why = "names its origin with another key" if policy.logs_of(origin) else "does not name it"
        detail = f"the log {origin!r} is not trusted: the trust policy {why}"
        findings.append(found("untrusted-log", "unknown", detail))
    # LAD-EVI-006
    elif not policy.is_met(frozenset(times)):
        findings.append(
            found("quorum-not-met", "unknown", f"too few witnesses of the policy cosigned {origin!r}")
        )
    _note_strangers(parsed, (*policy.logs, *policy.witnesses.values()), findings)
    return Verified(said, keys, _quorum_time(policy, times))


def _log_keys(parsed: Note, trusted: tuple[VerifierKey, ...]) -> tuple[VerifierKey, ...]:
    """The trusted log keys that signed; a line that claims to be by one of them and is not raises `ValueError`."""
    signed = []
    for key in trusted:
        lines = [line for line in parsed.signatures if line.by(key)]
        for line in lines:
            note.verify_line(parsed.text, line, key)
        if lines:
            signed.append(key)
    return tuple(signed)


def _cosignatures(parsed: Note, policy: Policy) -> dict[str, int]:
    """When each of the policy's witnesses cosigned, in milliseconds, by the policy's name for it."""
    times: dict[str, int] = {}
    for name, key in policy.witnesses.items():
        for line in parsed.signatures:
            if line.by(key):
                seen = note.verify_cosignature(parsed.text, line, key) * 1000
                times[name] = min(seen, times.get(name, seen))
    return times


def _quorum_time(policy: Policy, times: dict[str, int]) -> int | None:
    """The earliest moment at which the witnesses that had cosigned made the quorum."""
    if policy.quorum is None:
        return None
    for moment in sorted(times.values()):
        if policy.is_met(frozenset(name for name, seen in times.items() if seen <= moment)):
            return moment
    return None


def _note_strangers(parsed: Note, known: tuple[VerifierKey, ...], findings: list[Finding]) -> None:
    """LAD-EVI-013: a signature by nobody in the policy is ignored, and said to be."""
    for line in parsed.signatures:
        if not any(line.by(key) for key in known):
            findings.append(
                found("unknown-signature", "note", f"a signature by {line.name!r} is by nobody in the policy")
            )
