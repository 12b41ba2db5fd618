"""The life cycles of the specification as questions: where an event leads, and how it is refused otherwise.

after("claim", "open", "answer")        # "answered"
after("claim", "withdrawn", "answer")   # None: refused, by default with refusal("claim")
"""

from __future__ import annotations

from lading_conformance.requirements import machines


def after(machine: str, state: str, event: str) -> str | None:
    """Return the state to which an event leads, or None where the event is to be refused."""
    found = machines()[machine]
    if state not in found.states:
        raise KeyError(f"{machine} has no state {state!r}")
    return found.becomes.get((state, event))


def events(machine: str) -> tuple[str, ...]:
    """Return what can happen, in the order of the table."""
    return machines()[machine].events


def refusal(machine: str) -> str:
    """Return the code of an event in a state from which it does not lead."""
    return machines()[machine].refusal
