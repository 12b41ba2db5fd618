"""The cases told to one mutant, until one of them names the requirement that it breaks."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from typing import Final
from urllib.parse import urlsplit

from lading_conformance.cases import index
from lading_conformance.drivers.subject import Profile
from lading_conformance.report.model import CaseReport
from lading_conformance.runner import Plan, Runner, Target
from lading_conformance.selftest import answering
from lading_conformance.selftest.excused import untested
from lading_conformance.selftest.hosting import Exchange, Host, HostFault
from lading_conformance.selftest.model import Killer, Mutant, Outcome
from lading_conformance.trial.case import Case
from lading_conformance.wrong import index as wrong
from lading_conformance.wrong.blunt import BLUNT
from lading_conformance.wrong.proxy import Wrong, serving
from lading_conformance.wrong.spoils import made

SECONDS: Final = 90.0
"""What is granted to all cases of one mutant together; a blunt one has them for each case."""

TWO: Final[Profile] = "exchange-to-exchange"
"""The profile whose cases need two exchanges."""

Cost = Mapping[str, float]
"""How long each case takes: the quick ones go first."""


def try_mutant(host: Host, mutant: Mutant, cost: Cost) -> Outcome:
    """Tell the mutant the cases that are to notice it. Whatever goes wrong ends up in the outcome."""
    begun = time.monotonic()
    if not (cases := cases_of(mutant, cost)):
        excused = [untested().get(name) for name in mutant.requirements]
        fate = "untestable" if all(excused) else "no case"
        return _outcome(mutant, begun, fate=fate, reason=" ".join(filter(None, excused)) or None)
    try:
        told = _told_all(host, mutant, cases)
        if mutant.policy and (killer := _killer(told[-1], mutant)) is not None:
            _compare(host, mutant, killer)
    except Exception:  # noqa: BLE001 - one mutant's fault must not end the self-test
        return _outcome(mutant, begun, fate="error", reason=traceback.format_exc())
    return _judged(mutant, begun, told)


def cases_of(mutant: Mutant, cost: Cost) -> tuple[Case, ...]:
    """Return the cases that have to notice the mutant, the quickest first; of a blunt one all."""
    program = mutant.kind == "wrong answer"
    suited = [case for case in index.CASES if (case.profile == answering.PROFILE) == program]
    if mutant.kind == "blunt":
        return tuple(suited)
    wanted = [
        case
        for case in suited
        if set(case.requirements) & set(mutant.requirements)
        and (not mutant.cases or case.name in mutant.cases)
    ]
    # A case about the closest requirement is the likeliest to notice.
    first = mutant.requirements[0]
    return tuple(sorted(wanted, key=lambda case: (first not in case.requirements, cost.get(case.name, 10.0))))


def _told_all(host: Host, mutant: Mutant, cases: Sequence[Case]) -> list[CaseReport]:
    """Tell it the cases with one exchange, and if nobody noticed those with two; of a program that errs all cases."""
    if mutant.kind == "wrong answer":
        with answering.answering(mutant.requirements[0]) as target, Runner(target, Plan(cases, 1)) as runner:
            return [runner.run(case) for case in cases]
    told: list[CaseReport] = []
    for two in (False, True):
        some = [case for case in cases if (case.profile == TWO) == two]
        if some and (mutant.kind == "blunt" or not any(_killer(report, mutant) for report in told)):
            with _served(host, mutant, two=two) as (target, peer):
                seconds = SECONDS * (len(some) if mutant.kind == "blunt" else 1)
                with Runner(target, Plan(some, seed=1, seconds=seconds, peer=peer)) as runner:
                    told += _told(runner.run, some, mutant)
    return told


def _compare(host: Host, mutant: Mutant, killer: Killer) -> None:
    """Raise `HostFault` where the killer also fails an exchange with that policy and nothing taken away."""
    case = index.named(killer.case)
    assert case is not None
    plan = Plan((case,), seed=1, seconds=SECONDS)
    with _taken(host, mutant) as exchange, Runner(_target(exchange), plan) as runner:
        if _killer(runner.run(case), mutant) is not None:
            raise HostFault(f"{killer.case} fails an exchange with the policy {mutant.policy} anyway")


def _told(run: Callable[[Case], CaseReport], cases: Sequence[Case], mutant: Mutant) -> list[CaseReport]:
    told = []
    for case in cases:
        told.append(run(case))
        if mutant.kind != "blunt" and _killer(told[-1], mutant) is not None:
            break
    return told


def _judged(mutant: Mutant, begun: float, told: Sequence[CaseReport]) -> Outcome:
    failed = tuple(sorted({(report.name, name) for report in told for name in _failed(report)}))
    killers = [killer for report in told if (killer := _killer(report, mutant)) is not None]
    ran = tuple(report.name for report in told)
    errors = [report for report in told if report.verdict == "error"]
    reason = "; ".join(f"{report.name}: {report.reason}" for report in errors) or None
    fate = "killed" if killers or (mutant.kind == "blunt" and failed) else "error" if errors else "survived"
    if fate == "survived":
        reason = _not_noticed(told)
    killer = killers[0] if killers else None
    return _outcome(mutant, begun, fate=fate, killer=killer, ran=ran, failed=failed, reason=reason)


def _not_noticed(told: Sequence[CaseReport]) -> str | None:
    """Why cases did not notice a mutant although they did not pass; None where all of them passed.

    Where all were blocked nothing was tried: the mutant breaks what the cases need before they begin.
    """
    blocked = [report for report in told if report.verdict == "blocked"]
    found = ["all cases were blocked"] if blocked and len(blocked) == len(told) else []
    for report in told:
        others = ", ".join(sorted(set(_failed(report))))
        why = [f"failed for {others}"] if others else []
        why += [f"{report.verdict}, {report.reason}"] if report.reason else []
        found += [f"{report.name}: {'; '.join(why)}"] if report.verdict != "pass" else []
    return "; ".join(found) or None


def _killer(report: CaseReport, mutant: Mutant) -> Killer | None:
    """Return the check that failed for a requirement that the mutant breaks."""
    for check in report.checks:
        if check.verdict == "fail" and check.requirement in mutant.requirements:
            detail = (check.detail or "")[:300]
            return Killer(case=report.name, requirement=check.requirement, what=check.what, detail=detail)
    return None


def _failed(report: CaseReport) -> Iterator[str]:
    yield from (check.requirement for check in report.checks if check.verdict == "fail")


def _outcome(mutant: Mutant, begun: float, **members: object) -> Outcome:
    seconds = round(time.monotonic() - begun, 2)
    named = {"name": mutant.name, "kind": mutant.kind, "requirements": mutant.requirements}
    return Outcome.model_validate({**named, "seconds": seconds, **members})


@contextmanager
def _served(host: Host, mutant: Mutant, *, two: bool) -> Iterator[tuple[Target, Target | None]]:
    """The mutant, answering; and with `two` an exchange from which nothing is taken away: they follow each other."""
    spoilt = mutant.kind in ("spoilt answer", "blunt")
    with ExitStack() as stack:
        exchange = stack.enter_context(_taken(host, mutant, fronted=spoilt))
        if spoilt:
            port = urlsplit(exchange.api).port or 0
            stack.enter_context(serving(_wrong(mutant, exchange), exchange.listens, port))
        peer = stack.enter_context(_taken(host)) if two else None
        if peer is not None:
            exchange.follow(peer)
            peer.follow(exchange)
        if not spoilt:
            exchange.lose([mutant.name])
        yield _target(exchange), None if peer is None else _target(peer)


@contextmanager
def _taken(host: Host, mutant: Mutant | None = None, *, fronted: bool = False) -> Iterator[Exchange]:
    exchange = host.take({} if mutant is None else mutant.policy, fronted=fronted)
    try:
        yield exchange
    finally:
        host.give_back(exchange)


def _target(exchange: Exchange) -> Target:
    return Target(exchange.api, exchange.subject)


def _wrong(mutant: Mutant, exchange: Exchange) -> Wrong:
    if mutant.kind == "blunt":
        return BLUNT[mutant.name]()
    for row in wrong.rows():
        if row.name == mutant.name:
            return made(row, exchange.state)
    raise HostFault(f"there is no wrong exchange {mutant.name}")
