"""What to mend: a sentence for each failed check, from what was seen and what the specification asks for.

Advice has a `cause`: checks that failed for the same one are shown together, since one change may mend them all.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from lading_conformance.report.model import CheckReport, Message
from lading_conformance.report.words import short
from lading_conformance.requirements import codes, requirements


@dataclass(frozen=True)
class Advice:
    """What to do, in a sentence. Two checks with the same `cause` probably fail for the same reason."""

    cause: str
    sentence: str


@dataclass(frozen=True)
class Seen:
    """What a rule looks at: the failed check, its last message, and how its detail matched."""

    check: CheckReport
    last: Message | None
    found: re.Match[str]

    @property
    def request(self) -> str:
        """The request that was answered wrongly, in short."""
        return f"{self.last.method} {short(self.last.path)}" if self.last else "the request"

    @property
    def code(self) -> str | None:
        """The code with which the requirement's refusal is answered."""
        known = requirements().get(self.check.requirement)
        return known.code if known and known.code in codes() else None


Rule = Callable[[Seen], Advice]

PROVEN: Final = {
    "not-included": "Mend the proof: its path has to lead from the entry's leaf hash to the root of the signed "
    "checkpoint, in the order and with the size that the checkpoint has.",
    "bad-checkpoint": "Mend the checkpoint: three lines, signed as a note by the log key that the exchange's statement "
    "lists.",
    "bad-consistency": "Mend the log: a later tree has to begin with all entries of an earlier one, unchanged. Nothing "
    "that was acknowledged may be changed, lost or reordered.",
    "bad-tile": "Mend the tiles: full ones hold 256 hashes, partial ones exactly as many as their path says, and all "
    "levels add up to the root.",
    "bad-signature": "Mend the signature: it has to verify by the one strict rule, over exactly the bytes sent.",
    "bad-share": "Mend the box or the share: the suite cannot open it with the key to which it has to be sealed.",
    "malformed-evidence": "Mend the evidence file: it is not of the form of its page.",
}
"""By the code with which the suite's own verification ends."""


def advice(check: CheckReport, messages: Sequence[Message]) -> Advice:
    """Return what to mend so that a failed check passes; `messages` are those of the check."""
    detail = check.detail or ""
    last = messages[-1] if messages else None
    for pattern, rule in RULES:
        if found := pattern.search(detail):
            return rule(Seen(check, last, found))
    return _otherwise(check, last)


def _silent(seen: Seen) -> Advice:
    return Advice(
        f"silent {seen.request}",
        f"Answer {seen.request} completely, in HTTP and within the time granted, whatever the request holds.",
    )


def _failed_over(seen: Seen) -> Advice:
    wanted = f"refuse it with `{seen.code}`, status {codes()[seen.code].status}" if seen.code else "answer it"
    return Advice(
        f"crash {seen.code or seen.request}",
        f"Find out why {seen.request} ends with {seen.found[1]}: the exchange has to {wanted}, not to fail over it.",
    )


def _taken(seen: Seen) -> Advice:
    code = seen.code
    named = f"with `{code}`, status {codes()[code].status}, " if code else f"with status {seen.found[2]} "
    return Advice(
        f"taken {code or seen.check.requirement}",
        f"Check this before anything is stored: the exchange took what it has to refuse {named}"
        f"as {seen.check.requirement} says.",
    )


def _not_taken(seen: Seen) -> Advice:
    refusal = seen.found[3]
    rule = codes().get(refusal or "")
    reason = (
        f" It refused with `{refusal}`; see {rule.requirement} for what that is meant for." if rule else ""
    )
    return Advice(
        f"refused {refusal or seen.found[1]}",
        f"Take what is as it has to be: {seen.request} is answered with {seen.found[1]} instead of {seen.found[2]}."
        + reason,
    )


def _other_status(seen: Seen) -> Advice:
    return Advice(
        f"status {seen.found[1]} {seen.found[2]}",
        f"Answer {seen.request} with status {seen.found[2]}, not {seen.found[1]}.",
    )


def _other_reason(seen: Seen) -> Advice:
    name, given, wanted = seen.found[1], seen.found[2], seen.found[3]
    hint = " The checks are made in the order of the pages, and the first that fails names the refusal."
    return Advice(
        f"reason {given}",
        f"Give the refusal its own `{name}`: {wanted} instead of {given}." + (hint if name == "code" else ""),
    )


def _grown(seen: Seen) -> Advice:
    return Advice(
        "grown", "Append nothing to the log for a statement that is refused, and refuse before storing."
    )


def _shows(seen: Seen) -> Advice:
    return Advice(
        "shows",
        f"Answer {seen.request} for whoever may not read it byte for byte as for an id that never was, headers "
        "included: any difference tells that it exists.",
    )


def _unproven(seen: Seen) -> Advice:
    return Advice(seen.found[1], PROVEN[seen.found[1]])


def _media_type(seen: Seen) -> Advice:
    return Advice("media type", f"Send {seen.request} with `Content-Type: {seen.found[1]}`.")


def _member(seen: Seen) -> Advice:
    name = seen.found[1]
    return Advice(f"member {name}", f"Mend the member `{name}` of the answer to {seen.request}.")


def _late(seen: Seen) -> Advice:
    return Advice(f"late {seen.check.requirement}", f"Let it happen by itself within {seen.found[1]} s.")


def _unanswered(_: Seen) -> Advice:
    return Advice(
        "unanswered",
        "Let the command print an answer to every vector of every file: what it leaves out counts as wrong, "
        "also where all that it answers is right.",
    )


def _otherwise(check: CheckReport, last: Message | None) -> Advice:
    answered = f" Look at the answer to {last.method} {short(last.path)} first." if last else ""
    return Advice(f"other {check.requirement}", f"Make it so that {check.requirement} holds.{answered}")


RULES: Final[tuple[tuple[re.Pattern[str], Rule], ...]] = (
    (re.compile(r"^no complete answer|^no HTTP answer|^the answer is larger|closed the connection"), _silent),
    (re.compile(r"^status (5[0-9][0-9])\b"), _failed_over),
    (
        re.compile(
            r"^status 404, and|^status [0-9]{3}, and 404 for what never was|that for what never was|those for what"
        ),
        _shows,
    ),
    (re.compile(r"^status (2[0-9][0-9]) instead of (4[0-9][0-9])"), _taken),
    (re.compile(r"^it is taken, with status (2[0-9][0-9])()"), _taken),
    (
        re.compile(r"^status (4[0-9][0-9]) instead of (2[0-9][0-9](?: or 2[0-9][0-9])*)(?: \('([a-z-]+)')?"),
        _not_taken,
    ),
    (re.compile(r"^status ([0-9]{3}) instead of ([0-9]{3}(?: or [0-9]{3})*)"), _other_status),
    (
        re.compile(r"^the problem's `(code|status|requirement|retry)` is (.{1,60}?) instead of (\S+)"),
        _other_reason,
    ),
    (re.compile(r"^the log grew from"), _grown),
    (re.compile(rf"^({'|'.join(PROVEN)}): "), _unproven),
    (re.compile(r"^media type .{0,200} instead of '([a-z+/-]+)'"), _media_type),
    (re.compile(r"^[`']([A-Za-z_-]{1,40})[`'] (?:is|says|holds|has) "), _member),
    (re.compile(r" within ([0-9.]+) s$"), _late),
    (re.compile(r"^[0-9]+ vectors have no answer|^[0-9]+ of [0-9]+: [0-9]+ without an answer"), _unanswered),
)
"""Tried in this order; the patterns are those of the sentences in `steps.expect` and `drivers`."""
