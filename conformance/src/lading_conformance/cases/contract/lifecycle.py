"""Each state of offers, contracts and deliveries, with each event that a party can cause there.

What a table holds happens, and nothing else does. A lapsed delivery is in case `transfer_closing`, the acknowledged
one, which no published size of a log shows, in case `transfer_fairness`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Final

from lading_conformance.drivers.party import now
from lading_conformance.oracle import tables
from lading_conformance.oracle.canonical import Json
from lading_conformance.steps import agreements, deals, expect
from lading_conformance.steps.deals import DAY
from lading_conformance.trial.case import Case, Trial
from lading_conformance.trial.session import Session


@dataclass(frozen=True)
class Subject:
    """What goes through its states, and what its events name beside it."""

    key: str
    beside: str = ""
    head: str = ""
    """The newest version of an offer's product."""
    ends: Iterator[int] = field(default_factory=lambda: count(now() + DAY, -1_000))
    """Ends of a contract, each before the one before."""


Say = Callable[[Session, Subject], bytes]
Way = tuple[str, ...]
"""Events that lead to a state, one after another."""


@dataclass(frozen=True)
class Lifecycle:
    """One table: how a new subject comes about in the state `first`, and how its events are said."""

    machine: str
    first: str
    new: Callable[[Session], Subject]
    say: Mapping[str, Say]
    requirement: str
    """The requirement of a refusal by this table."""
    names_winner: bool = True
    """Whether a refusal names the statement that brought the subject into its state."""

    def ways(self) -> Iterator[tuple[str, Way]]:
        """Yield each state that parties bring a subject into, with the fewest events that do."""
        found: dict[str, Way] = {self.first: ()}
        waiting = [self.first]
        for state in waiting:
            yield state, found[state]
            for event in self.say:
                after = tables.after(self.machine, state, event)
                if after is not None and after not in found:
                    found[after] = (*found[state], event)
                    waiting.append(after)


def _offer(session: Session) -> Subject:
    """Return an offer about a version that was superseded since: an answer keeps the version (LAD-OFR-004)."""
    listing = deals.publish(session)
    offer = agreements.offered(session, listing.id)
    return Subject(offer.id, listing.id, deals.publish(session, supersedes=listing.id).id)


def _contract(session: Session) -> Subject:
    """Return a contract that either party may suspend and end, and an offer of other terms for it."""
    both: list[Json] = ["provider", "consumer"]
    terms = agreements.terms(suspension={"by": both}, termination={"by": both, "notice": "PT1S"})
    contract = deals.contract(session, standing=deals.standing(terms=terms))
    other = agreements.offer(session.provider, session.consumer, amends=contract.id, terms=terms)
    return Subject(contract.id, deals.say(session, other).id)


def _delivery(session: Session) -> Subject:
    return Subject(agreements.delivered(session, agreements.agreed(session).id).id)


OFFER: Final = Lifecycle(
    "offer",
    "open",
    _offer,
    {
        "acceptance": lambda s, it: s.consumer.says("acceptance", offer=it.key),
        "rejection": lambda s, it: s.consumer.says("rejection", offer=it.key, reason="price"),
        "withdrawal": lambda s, it: s.provider.says("withdrawal", statement=it.key),
        "counter-offer": lambda s, it: agreements.offer(
            s.consumer, s.provider, listing=it.beside, replies_to=it.key
        ),
        "listing-withdrawal": lambda s, it: s.provider.says("withdrawal", statement=it.head),
    },
    "LAD-OFR-004",
)
CONTRACT: Final = Lifecycle(
    "contract",
    "active",
    _contract,
    {
        "delivery": lambda s, it: agreements.nothing(s.provider, it.key),
        "amendment": lambda s, it: s.consumer.says("acceptance", offer=it.beside),
        "suspension": lambda s, it: agreements.notice(s.consumer, it.key, "suspend"),
        "resumption": lambda s, it: agreements.notice(s.consumer, it.key, "resume"),
        "termination": lambda s, it: agreements.termination(s.consumer, it.key, next(it.ends)),
    },
    "LAD-DLV-006",
    names_winner=False,
)
DELIVERY: Final = Lifecycle(
    "delivery",
    "open",
    _delivery,
    {
        "receipt-accepted": lambda s, it: agreements.receipt(s.consumer, it.key),
        "receipt-refused": lambda s, it: agreements.refusal(s.consumer, it.key),
        "withdrawal": lambda s, it: s.provider.says("withdrawal", statement=it.key),
    },
    "LAD-RCP-002",
)


def run(trial: Trial) -> None:
    """Bring offers, contracts and deliveries into each state, and try each event there."""
    with trial.given("an admitted provider and an admitted consumer"):
        _ = trial.session.provider, trial.session.consumer
    for lifecycle in (OFFER, CONTRACT, DELIVERY):
        for state, way in lifecycle.ways():
            _visit(trial, lifecycle, state, way)
    _closed_product(trial)
    _terms_of_what_ends(trial)


def _visit(trial: Trial, lifecycle: Lifecycle, state: str, way: Way) -> None:
    session, machine = trial.session, lifecycle.machine
    with trial.need("LAD-LIF-001", f"{machine}: {state} by {' and '.join(way) or 'itself'}"):
        subject, last = _brought(session, lifecycle, way)
        _reads(session, lifecycle, subject, state)
    for event, say in lifecycle.say.items():
        after = tables.after(machine, state, event)
        if after is not None:
            with trial.check("LAD-LIF-001", f"{machine} that is {state}: {event} makes it {after}"):
                fresh, _ = _brought(session, lifecycle, way)
                deals.say(session, say(session, fresh))
                _reads(session, lifecycle, fresh, after)
        elif event != "listing-withdrawal":
            code = tables.refusal(machine)
            with trial.check(lifecycle.requirement, f"{machine} that is {state}: {event} is refused, {code}"):
                winner = last if lifecycle.names_winner else None
                expect.refused(session, say(session, subject), code, winner=winner)
    with trial.check("LAD-LIF-002", f"{machine}: still {state} after what was refused"):
        _reads(session, lifecycle, subject, state)


def _brought(session: Session, lifecycle: Lifecycle, way: Way) -> tuple[Subject, str | None]:
    """Return a new subject to which these events happened, and the statement of the last one."""
    subject, last = lifecycle.new(session), None
    for event in way:
        last = deals.say(session, lifecycle.say[event](session, subject)).id
    return subject, last


def _reads(session: Session, lifecycle: Lifecycle, subject: Subject, state: str) -> None:
    for party in (session.provider, session.consumer):
        expect.state(session, party, subject.key, lifecycle.machine, state=state)


def _closed_product(trial: Trial) -> None:
    """The withdrawal of a product is no event of an offer that is not open, nor of a contract."""
    session = trial.session
    with trial.given("an accepted offer whose product is withdrawn"):
        subject, last = _brought(session, OFFER, ("acceptance",))
        deals.say(session, OFFER.say["listing-withdrawal"](session, subject))
    with trial.check("LAD-LIF-002", "the offer is still accepted, and the contract active"):
        expect.state(session, session.consumer, subject.key, "offer", state="accepted", closed_by=last)
        expect.state(session, session.consumer, str(last), "contract", state="active")


def _terms_of_what_ends(trial: Trial) -> None:
    """Other terms are not even offered where they could not be accepted."""
    session = trial.session
    with trial.given("a contract that comes to its end"):
        subject, _ = _brought(session, CONTRACT, ("termination",))
    with trial.check("LAD-DLV-006", "an offer of other terms for it: contract-not-active, nothing stored"):
        terms = agreements.terms(price=agreements.euros("70.00"))
        jws = agreements.offer(session.provider, session.consumer, amends=subject.key, terms=terms)
        expect.refused(session, jws, "contract-not-active")


CASE = Case(
    name="contract_lifecycle",
    profile="contract",
    story="Offers, contracts and deliveries go through every state of their tables, and are met in each with every "
    "event that a party can cause: with those that the table holds, and with those that it does not.",
    requirements=("LAD-LIF-001", "LAD-OFR-004", "LAD-DLV-006", "LAD-RCP-002", "LAD-LIF-002"),
    run=run,
)
