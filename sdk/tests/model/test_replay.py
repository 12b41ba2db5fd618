"""A log of sealed deliveries, taken from its start: the same state, or INVALID where a release is missing."""

import pytest

from lading.log.entry import Entry
from lading.register.replay import Inadmissible, replay
from sdk.tests.model.exchange import Exchange, SlowToRelease, State
from sdk.tests.model.parties import cast


def acknowledged(exchange: Exchange) -> State:
    """A state after a delivery and its receipt."""
    taken = exchange.take(exchange.opened(), cast().parcels["first"])
    return exchange.receive(taken, cast().mail["first"]["receipt"])


def log(state: State) -> list[tuple[Entry, bytes]]:
    """The entries with their statements."""
    return [(entry, state.sight.statements[entry.id]) for entry in state.sight.entries]


def test_a_log_with_a_release_gives_the_state_that_is_stored() -> None:
    state = acknowledged(Exchange())
    assert replay(log(state)).records == state.sight.records


def test_a_log_that_ends_with_a_receipt_is_inadmissible_there() -> None:
    entries = log(acknowledged(Exchange()))[:-1]
    with pytest.raises(Inadmissible, match="release is due") as raised:
        replay(entries)
    assert raised.value.index == len(entries) - 1


def test_a_log_with_something_else_after_a_receipt_is_inadmissible_there() -> None:
    entries = log(acknowledged(SlowToRelease()))
    other = log(Exchange().take(Exchange().opened(), cast().parcels["second"]))[-1]
    with pytest.raises(Inadmissible) as raised:
        replay([*entries, other])
    assert raised.value.index == len(entries)
    assert raised.value.refusal is not None
    assert raised.value.refusal.code == "release-due"
