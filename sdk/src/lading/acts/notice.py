"""`notice`: a contract is suspended, resumed or ended, data called back, an outage told (`spec/acts/notice.md`)."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Annotated, Any, Final, Literal

from pydantic import model_validator

from lading.acts.base import (
    PUBLIC,
    ActType,
    IssuedAct,
    Place,
    Readers,
    Record,
    Statement,
    View,
    doubtful_in_part,
    holds_in_part,
    known,
    known_to,
    needs_whole,
)
from lading.acts.deletion import Numbers, check_received
from lading.acts.machines import CONTRACT
from lading.acts.records import SELF, ContractRecord, OutageRecord, Pause, TallyRecord
from lading.acts.recourse import NoticeRecord, RulingRecord
from lading.acts.standing import is_the_exchanges
from lading.problems import refuse
from lading.statement.words import (
    Id,
    StatementId,
    Time,
    Token,
    Uri,
    format_time,
    parse_duration,
    parse_time,
    text,
)

Words = Annotated[str, text(1000)]
"""A ground in words."""
MOST_SUSPENSIONS: Final = 64
"""Of one contract."""
MOST_OUTAGES: Final = 256
"""Of one log."""
NOTICE_PERIOD: Final = 30 * 24 * 3600 * 1000
"""The notice period of terms that say nothing about termination: 30 days, in milliseconds."""
EVENTS: Final[Mapping[str, str]] = MappingProxyType(
    {"suspend": "suspension", "resume": "resumption", "terminate": "termination"}
)
"""What the kinds that change a contract's state are in its table."""
MEMBERS: Final[Mapping[str, tuple[frozenset[str], frozenset[str]]]] = MappingProxyType(
    {
        "suspend": (frozenset({"contract"}), frozenset({"instrument"})),
        "resume": (frozenset({"contract"}), frozenset()),
        "terminate": (frozenset({"contract", "effective_at"}), frozenset({"ruling"})),
        "recall": (frozenset({"contract", "erase_by"}), frozenset({"deliveries"})),
        "outage": (frozenset({"since", "until"}), frozenset()),
    }
)
"""By kind: the members that it has, and those that it can have, beside ground and text."""
EVERY: Final = frozenset[str]().union(*(needed | possible for needed, possible in MEMBERS.values()))


class Notice(IssuedAct):
    """One of five notices; which members it has depends on its kind."""

    type: Literal["notice"]
    kind: Literal["suspend", "resume", "terminate", "recall", "outage"]
    ground: Token
    text: Words | None = None
    contract: StatementId | None = None
    instrument: Uri | None = None
    ruling: StatementId | None = None
    effective_at: Time | None = None
    erase_by: Time | None = None
    deliveries: Numbers | None = None
    since: Time | None = None
    until: Time | None = None

    @model_validator(mode="after")
    def _agrees(self) -> "Notice":
        needed, possible = MEMBERS[self.kind]
        there = {name for name in EVERY if getattr(self, name) is not None}
        if not needed <= there <= needed | possible:
            raise ValueError(f"these are not the members of a notice of the kind {self.kind}")
        if self.ruling is not None and self.ground != "breach":
            raise ValueError("a ruling is named with the ground breach")
        if self.since is not None and self.until is not None and self.since >= self.until:
            raise ValueError("an outage ends later than it begins")
        return self


def outage_is_the_exchanges(view: View, s: Statement[Notice], at: Place) -> None:
    """Only the exchange tells an outage."""
    # LAD-NTC-006
    if s.act.kind == "outage":
        is_the_exchanges(view, s, at)


def issuer_is_a_party(view: View, s: Statement[Notice], at: Place) -> None:
    """Everything else is said by a party of the contract; a recall by its provider."""
    if s.act.contract is None:
        return
    contract = known_to(view, ContractRecord, s.act.contract, "/contract", s.issuer)
    # LAD-NTC-007
    if s.act.kind == "recall" and contract.provider != s.issuer:
        raise refuse("wrong-party", "the issuer is not the contract's provider", pointer="/contract")


def contract_permits_it(view: View, s: Statement[Notice], at: Place) -> None:
    """The contract is in a state that its table lets be suspended, resumed or ended."""
    if s.act.kind in EVENTS:
        _after(_contract(view, s), s.act)


def suspension_is_agreed(view: View, s: Statement[Notice], at: Place) -> None:
    """The terms give the issuer the right to suspend, or an instrument of theirs re-opens them."""
    if s.act.kind != "suspend":
        return
    contract = _contract(view, s)
    agreed, instruments = contract.terms.suspension, contract.terms.instruments or ()
    reopened = any(known.id == s.act.instrument and known.reopen for known in instruments)
    # LAD-NTC-002
    if not reopened and (agreed is None or _role(contract, s.issuer) not in agreed.by):
        raise refuse("suspension-not-agreed", "the terms do not let the issuer suspend", pointer="/contract")


def suspensions_are_few(view: View, s: Statement[Notice], at: Place) -> None:
    """A contract is suspended at most 64 times."""
    # LAD-NTC-005
    if s.act.kind == "suspend" and len(_contract(view, s).pauses) >= MOST_SUSPENSIONS:
        raise refuse("too-many-notices", f"suspended {MOST_SUSPENSIONS} times", pointer="/contract")


def suspender_resumes(view: View, s: Statement[Notice], at: Place) -> None:
    """Who suspended resumes; after the longest time that the terms give, either party does."""
    if s.act.kind != "resume":
        return
    contract = _contract(view, s)
    agreed = contract.terms.suspension
    longest = None if agreed is None or agreed.maximum is None else parse_duration(agreed.maximum)
    over = longest is not None and at.time > contract.pauses[-1].since + longest
    suspended = known(view, NoticeRecord, contract.suspended_by or Id(""), "/contract")
    # LAD-NTC-008
    if not over and suspended.issuer != s.issuer:
        raise refuse("wrong-party", "the other party suspended the contract", pointer="/contract")


def breach_was_found(view: View, s: Statement[Notice], at: Place) -> None:
    """A ruling that is named upheld a claim of the issuer's about this contract."""
    if s.act.ruling is None:
        return
    ruling = view.get(RulingRecord, s.act.ruling)
    upheld = None if ruling is None else (ruling.contract, ruling.claimant, ruling.outcome)
    # LAD-NTC-010
    if upheld != (s.act.contract, s.issuer, "upheld"):
        raise refuse("unknown-statement", "no ruling for the issuer on this contract", pointer="/ruling")


def termination_is_agreed(view: View, s: Statement[Notice], at: Place) -> None:
    """Where the terms say who ends the contract, nobody else does without a breach."""
    if s.act.kind != "terminate" or s.act.ruling is not None:
        return
    contract = _contract(view, s)
    agreed = contract.terms.termination
    # LAD-NTC-009
    if agreed is not None and _role(contract, s.issuer) not in agreed.by:
        raise refuse("wrong-party", "the terms do not let the issuer end the contract", pointer="/contract")


def notice_period_is_kept(view: View, s: Statement[Notice], at: Place) -> None:
    """A contract ends no sooner than its notice period after the notice; after a breach no sooner than now."""
    if s.act.effective_at is None:
        return
    agreed = _contract(view, s).terms.termination
    period = NOTICE_PERIOD if agreed is None else parse_duration(agreed.notice)
    earliest = at.time if s.act.ruling is not None else at.time + period
    # LAD-NTC-003
    if parse_time(s.act.effective_at) < earliest:
        raise refuse("effective-too-soon", f"not before {format_time(earliest)}", pointer="/effective_at")


def ends_earlier(view: View, s: Statement[Notice], at: Place) -> None:
    """A contract that ends already can only be ended earlier."""
    if s.act.effective_at is None:
        return
    contract = _contract(view, s)
    # LAD-NTC-011
    if contract.ends_at is not None and parse_time(s.act.effective_at) >= contract.ends_at:
        raise refuse(
            "contract-not-active", "the contract ends then or earlier already", winner=contract.ended_by
        )


def recalled_was_received(view: View, s: Statement[Notice], at: Place) -> None:
    """What is called back by number was received."""
    check_received(view, s.act.contract or Id(""), s.act.deliveries or ())


def erasure_is_still_possible(view: View, s: Statement[Notice], at: Place) -> None:
    """Nobody is called to have erased something before."""
    # LAD-NTC-012
    if s.act.erase_by is not None and at.time > parse_time(s.act.erase_by):
        raise refuse("already-expired", "erase_by is before the registration", pointer="/erase_by")


def nothing_was_registered(view: View, s: Statement[Notice], at: Place) -> None:
    """An outage lies between the entry before and this one."""
    if s.act.since is None or s.act.until is None:
        return
    tally = view.get(TallyRecord, SELF)
    before = 0 if tally is None else tally.last_time
    # LAD-NTC-004
    if parse_time(s.act.since) < before or parse_time(s.act.until) > at.time:
        raise refuse("outage-overlaps", "it does not lie between the last entry and now", pointer="/since")


def outages_are_few(view: View, s: Statement[Notice], at: Place) -> None:
    """A log has at most 256 outages."""
    # LAD-NTC-005
    if s.act.kind == "outage" and len(_outages(view)) >= MOST_OUTAGES:
        raise refuse("too-many-notices", f"{MOST_OUTAGES} outages were told", pointer="/kind")


def _contract(view: View, s: Statement[Notice]) -> ContractRecord:
    return known(view, ContractRecord, s.act.contract or Id(""), "/contract")


def _role(contract: ContractRecord, party: Id) -> str:
    return "provider" if party == contract.provider else "consumer"


def _after(contract: ContractRecord, act: Notice) -> str:
    """The contract's state after the notice."""
    return CONTRACT.after(contract.state, EVENTS[act.kind], winner=contract.ended_by or contract.suspended_by)


def _outages(view: View) -> tuple[Pause, ...]:
    record = view.get(OutageRecord, SELF)
    return () if record is None else record.outages


def effects(view: View, s: Statement[Notice], at: Place) -> Iterator[Record]:
    """The notice; the contract's new state and pauses; or one more outage."""
    yield NoticeRecord(key=s.id, contract=s.act.contract, sort=s.act.kind, issuer=s.issuer)
    if s.act.kind in EVENTS:
        contract = _contract(view, s)
        changes = {"state": _after(contract, s.act), **_paused(contract, s, at)}
        if s.act.effective_at is not None:
            changes |= {"ends_at": parse_time(s.act.effective_at), "ended_by": s.id}
        yield contract.model_copy(update=changes)
    elif s.act.since is not None and s.act.until is not None:
        outage = Pause(since=parse_time(s.act.since), until=parse_time(s.act.until), notices=(s.id,))
        yield OutageRecord(key=SELF, outages=(*_outages(view), outage))


def _paused(contract: ContractRecord, s: Statement[Notice], at: Place) -> dict[str, Any]:
    """A suspension begins a pause; resumption and termination end the one that goes on."""
    if s.act.kind == "suspend":
        begun = Pause(since=at.time, notices=(s.id,))
        return {"pauses": (*contract.pauses, begun), "suspended_by": s.id}
    if contract.suspended_by is None:
        return {}
    last = contract.pauses[-1]
    ended = Pause(since=last.since, until=at.time, notices=(*last.notices, s.id))
    return {"pauses": (*contract.pauses[:-1], ended), "suspended_by": None}


def references(act: Notice) -> tuple[Id, ...]:
    """The contract, and the ruling that found a breach."""
    return tuple(named for named in (act.contract, act.ruling) if named is not None)


def readers(view: View, s: Statement[Notice]) -> Readers:
    """Provider and consumer; an outage is everybody's."""
    return PUBLIC if s.act.contract is None else _contract(view, s).parties


ACT = ActType(
    name="notice",
    model=Notice,
    rules=(
        holds_in_part(outage_is_the_exchanges),
        holds_in_part(issuer_is_a_party),
        doubtful_in_part(contract_permits_it),
        doubtful_in_part(suspension_is_agreed),
        holds_in_part(suspensions_are_few),
        doubtful_in_part(suspender_resumes),
        holds_in_part(breach_was_found),
        doubtful_in_part(termination_is_agreed),
        doubtful_in_part(notice_period_is_kept),
        holds_in_part(ends_earlier),
        needs_whole(recalled_was_received),
        holds_in_part(erasure_is_still_possible),
        holds_in_part(nothing_was_registered),
        holds_in_part(outages_are_few),
    ),
    effects=effects,
    references=references,
    readers=readers,
)
