"""What a verifier can find beside the refusals of the rules (`spec/evidence.md`): code, requirement, hint."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from lading.evidence.verdict import Finding, Severity
from lading.problems import Refused
from lading.statement.words import Id

_FILE = "Ask whoever gave you the file for a fresh export; do not trust this one."
_MORE = "Ask a party or the exchange for evidence that holds the missing statement."
_NOTICES = "Ask a party or the exchange for evidence that holds the notices and amendments of the contract."
_BYTES = "Ask a party that kept the bytes for evidence from before the erasure."
_POLICY = "Check where your trust policy comes from, and whether it should name this log's key."

CODES: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "malformed-evidence": ("LAD-EVI-002", _FILE),
        "untrusted-log": ("LAD-EVI-003", _POLICY),
        "bad-checkpoint": ("LAD-EVI-004", _FILE),
        "log-key-mismatch": ("LAD-EVI-005", _POLICY),
        "quorum-not-met": ("LAD-EVI-006", "Wait until enough witnesses have cosigned, and export again."),
        "not-included": ("LAD-EVI-007", _FILE),
        "missing-statement": ("LAD-EVI-008", _MORE),
        "withheld": ("LAD-EVI-009", "Ask somebody who may read the statement for evidence that holds it."),
        "time-order": ("LAD-EVI-010", _FILE),
        "time-gap": ("LAD-EVI-011", "Only times asserted by a witness bound what the log says of the time."),
        "time-by-log-only": (
            "LAD-EVI-012",
            "Name witnesses in your trust policy where times are in dispute.",
        ),
        "unknown-signature": (
            "LAD-EVI-013",
            "Name the signer in your trust policy if its signature should count.",
        ),
        "content-mismatch": (
            "LAD-EVI-014",
            "Compare with the file that was received; this one was not delivered.",
        ),
        "no-content": (
            "LAD-EVI-015",
            "Hand in a file only beside evidence of a delivery, a receipt or a listing.",
        ),
        "missing-release": (
            "LAD-EVI-023",
            "Ask a party or the exchange for evidence that holds the release.",
        ),
        "release-separated": (
            "LAD-EVI-024",
            "Keep this file: the exchange published a receipt that it had not answered with its share.",
        ),
        "erased": ("LAD-EVI-029", _BYTES),
        "no-salts": (
            "LAD-EVI-025",
            "Hand in the salts beside the data file: the consumer has them since it opened the content.",
        ),
    }
)

UNDECIDED: Final = frozenset({"unknown-version", "unknown-critical"})
"""Refusals that say only that this verifier is too old to judge."""


def found(code: str, severity: Severity, detail: str, statement: Id | None = None) -> Finding:
    """A finding of the verifier's own."""
    requirement, hint = CODES[code]
    return Finding(code, severity, detail, hint, statement, requirement)


def broken(refusal: Refused, statement: Id | None, severity: Severity = "error") -> Finding:
    """A finding that repeats a refusal of the codec or of a rule."""
    if refusal.code in UNDECIDED:
        severity = "unknown"
    hint = _FILE if severity == "error" else "Use a newer version of this verifier."
    return Finding(refusal.code, severity, refusal.detail, hint, statement, refusal.requirement)


def doubted(refusal: Refused, statement: Id) -> Finding:
    """A finding that repeats a refusal which a statement outside the file could undo (LAD-EVI-026)."""
    return Finding(refusal.code, "unknown", refusal.detail, _NOTICES, statement, refusal.requirement)


def rests(refusal: Refused, statement: Id) -> Finding:
    """A finding that repeats a refusal which rests on what an erasure says (LAD-EVI-030)."""
    return Finding(refusal.code, "unknown", refusal.detail, _BYTES, statement, refusal.requirement)
