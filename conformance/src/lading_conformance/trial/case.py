"""A case, and one trial of it: what it checks, named by requirement, and how each check ended.

    def run(trial: Trial) -> None:
        with trial.need("LAD-REG-004", "the registration is answered with a proof"):
            registration = expect.registered(trial.session, jws, answer)
        with trial.check("LAD-STM-003", "padding is refused"):
            expect.refused(...)

`check` records a failure and goes on; `need` records it and ends the case; `given` is for what is not under
test here: if it fails, the case is blocked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from lading_conformance.drivers.answers import Answer, BadAnswer, NoAnswer
from lading_conformance.drivers.http import Exchanged
from lading_conformance.drivers.subject import Hook, Profile
from lading_conformance.requirements import codes
from lading_conformance.trial.outcome import FAULTS, OVER, Blocked, Ended, Verdict
from lading_conformance.trial.session import Session


@dataclass(frozen=True)
class Check:
    """One sentence that was put to the subject. `detail` says why it did not hold."""

    requirement: str
    what: str
    verdict: Verdict
    detail: str | None
    messages: tuple[Exchanged, ...]
    crashed: bool = False
    """Whether the subject fell silent in it, or gave an answer that says that it broke."""


@dataclass(frozen=True)
class Case:
    """One story, told to a subject. `requirements` are exactly those that its checks name.

    `slow` cases are left out by `--fast`. `needs` are the hooks of the subject's file without which the case cannot
    be told; a subject that gives none of them does not claim the case.
    """

    name: str
    profile: Profile
    story: str
    requirements: tuple[str, ...]
    run: Callable[[Trial], None]
    slow: bool = False
    needs: tuple[Hook, ...] = ()


@dataclass
class Trial:
    """One run of one case."""

    session: Session
    checks: list[Check] = field(default_factory=list)
    messages: list[Exchanged] = field(default_factory=list)

    @contextmanager
    def check(self, requirement: str, what: str) -> Iterator[None]:
        """Record how a check ends; go on after a failure, unless the subject has fallen silent."""
        if self.session.is_over():
            raise Blocked(OVER)
        begun = len(self.messages)
        try:
            yield
        except FAULTS as fault:
            self._record(requirement, what, "fail", str(fault), begun)
            if isinstance(fault, NoAnswer):
                raise Ended from fault
        else:
            self._record(requirement, what, "pass", None, begun)

    @contextmanager
    def need(self, requirement: str, what: str) -> Iterator[None]:
        """Record how a check ends; end the case after a failure."""
        with self.check(requirement, what):
            yield
        if self.checks[-1].verdict == "fail":
            raise Ended

    @contextmanager
    def given(self, what: str) -> Iterator[None]:
        """Bring about what the case needs; if that fails, the case is blocked."""
        try:
            yield
        except FAULTS as fault:
            raise Blocked(f"{what}: {fault}") from fault

    def _record(self, requirement: str, what: str, verdict: Verdict, detail: str | None, begun: int) -> None:
        messages = tuple(self.messages[begun:])
        crashed = any(exchanged.answer is None or _broke(exchanged.answer) for exchanged in messages)
        self.checks.append(Check(requirement, what, verdict, detail, messages, crashed))


def _broke(answer: Answer) -> bool:
    """Say whether a status from 500 on is none of the refusals that the specification has for its own reasons."""
    if answer.status < 500:
        return False
    try:
        code = codes().get(str(answer.members().get("code")))
    except BadAnswer:
        return True
    return code is None or code.status != answer.status or answer.status == 500


def verdict_of(checks: Sequence[Check]) -> Verdict:
    """Return the verdict of a case that ran to its end: an error if it checked nothing."""
    if not checks:
        return "error"
    return "pass" if all(check.verdict == "pass" for check in checks) else "fail"
