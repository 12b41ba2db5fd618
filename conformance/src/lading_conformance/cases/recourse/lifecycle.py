"""Each state of claims and attestations, with each event: what the tables hold happens, and nothing else does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from lading_conformance.drivers.party import Party
from lading_conformance.requirements import Machine, machines
from lading_conformance.steps import agreements, deals, expect, recourse
from lading_conformance.steps.expect import Registration
from lading_conformance.trial.case import Case, Trial
from lading_conformance.trial.session import Session

Said = Callable[[Session, str], bytes]
"""A statement by who may make it, about a subject of an id."""

GROUNDS = ("late", "misuse", "overcharged", "unpaid", "breach", "not-delivered", "rights", "unlawful")

CLAIM: dict[str, Said] = {
    "answer": lambda session, key: recourse.answer(session.provider, key),
    "ruling": lambda session, key: recourse.ruling(session.arbiter, key),
    "withdrawal": lambda session, key: recourse.withdrawal(session.consumer, key),
}
ATTESTATION: dict[str, Said] = {
    "withdrawal": lambda session, key: recourse.withdrawal(session.assessor, key),
}


@dataclass(frozen=True)
class Lifecycle:
    """One table: how a new subject comes about, and how its events are said. `reader` sees its state."""

    kind: str
    machine: Machine
    new: Callable[[], Registration]
    events: dict[str, Said]
    reader: Party

    def ways(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Yield each state that a subject can come into, with the shortest events that lead there."""
        found: dict[str, tuple[str, ...]] = {self.machine.becomes[(self.machine.states[0], self.kind)]: ()}
        for state in self.machine.states:
            for event in self.machine.events:
                after = self.machine.becomes.get((state, event))
                if state in found and after is not None and after not in found:
                    found[after] = (*found[state], event)
        yield from found.items()


def run(trial: Trial) -> None:
    """Bring a subject into each state, and try each event there."""
    session = trial.session
    with trial.given("a contract with an arbiter, and a listing to attest to"):
        contract, listing = recourse.arbitrated(session), deals.publish(session)
        deliveries = [agreements.delivered(session, contract.id, number + 1) for number in range(2)]
    about = [contract.id, *(one.id for one in deliveries)]
    fresh = ((subject, ground) for subject in about for ground in GROUNDS)

    def claim() -> Registration:
        subject, ground = next(fresh)
        return deals.say(session, recourse.claim(session.consumer, subject, ground))

    def attestation() -> Registration:
        return deals.say(session, recourse.attestation(session.assessor, listing.id))

    tables = machines()
    _visit(trial, Lifecycle("claim", tables["claim"], claim, CLAIM, session.consumer), "LAD-CLM-008")
    lifecycle = Lifecycle("attestation", tables["attestation"], attestation, ATTESTATION, session.assessor)
    _visit(trial, lifecycle, "LAD-ATT-002")


def _visit(trial: Trial, lifecycle: Lifecycle, refusal: str) -> None:
    session = trial.session
    for event, say in lifecycle.events.items():
        with trial.check("LAD-REG-006", f"{lifecycle.kind}: {event} of what never was: unknown-statement"):
            expect.refused(session, say(session, recourse.never(session)), "unknown-statement")
    for state, way in lifecycle.ways():
        with trial.need(
            "LAD-LIF-001", f"a {lifecycle.kind} becomes {state} by {' and '.join(way) or 'itself'}"
        ):
            key, holder = _brought(session, lifecycle, way)
            expect.state(session, lifecycle.reader, key, lifecycle.kind, state=state, closed_by=holder)
        for event, say in lifecycle.events.items():
            after = lifecycle.machine.becomes.get((state, event))
            if after is None:
                _refuses(trial, lifecycle, refusal, f"{state}: {event}", say(session, key), holder)
            else:
                with trial.check(
                    "LAD-LIF-001", f"a {lifecycle.kind} that is {state} becomes {after} by {event}"
                ):
                    fresh, _ = _brought(session, lifecycle, way)
                    last = deals.say(session, say(session, fresh))
                    expect.state(
                        session, lifecycle.reader, fresh, lifecycle.kind, state=after, closed_by=last.id
                    )
        with trial.check("LAD-LIF-002", f"what was refused left the {lifecycle.kind} {state}"):
            expect.state(session, lifecycle.reader, key, lifecycle.kind, state=state, closed_by=holder)


def _refuses(
    trial: Trial, lifecycle: Lifecycle, requirement: str, what: str, jws: bytes, holder: str | None
) -> None:
    code = lifecycle.machine.refusal
    with trial.check(requirement, f"a {lifecycle.kind} that is {what}: {code}, and by which statement"):
        expect.refused(trial.session, jws, code, winner=holder)


def _brought(session: Session, lifecycle: Lifecycle, way: tuple[str, ...]) -> tuple[str, str | None]:
    """Return a new subject to which these events happened, and the statement of the last one."""
    key, holder = lifecycle.new().id, None
    for event in way:
        holder = deals.say(session, lifecycle.events[event](session, key)).id
    return key, holder


CASE = Case(
    name="recourse_lifecycle",
    profile="recourse",
    story="Claims and attestations go through every state of their tables, and are met in each with every event: with "
    "those that the table holds, and with those that it does not.",
    requirements=("LAD-REG-006", "LAD-LIF-001", "LAD-CLM-008", "LAD-LIF-002", "LAD-ATT-002"),
    run=run,
)
