"""No key without a receipt, no receipt without a key: in every state that can be reached."""

from typing import Final

import pytest

from lading.acts.records import StatementRecord
from lading.log import checkpoint, note
from sdk.tests.model import knowledge
from sdk.tests.model.exchange import Exchange, Forgetful, Forgiving, Generous, SlowToRelease, State
from sdk.tests.model.parties import Parcel, cast
from sdk.tests.model.search import Explored, Violation, explore

HONEST: Final = ("first", "second", "next")


def check(state: State) -> None:
    """The promises of `spec/sealed.md`, in one state."""
    readable = knowledge.readable(knowledge.consumer(state))
    for item in cast().parcels.values():
        record = state.delivery(item)
        received = record is not None and record.state == "received"
        assert item.name not in readable or received, f"the consumer reads {item.name} without a receipt"
        assert not received or item.name not in HONEST or item.name in readable, (
            f"there is a receipt of {item.name}, and the consumer cannot read it"
        )
        assert record is None or record.state != "acknowledged", f"{item.name} is between receipt and release"
        _check_order(state, item)
    _check_exchange(state)


def _check_order(state: State, item: Parcel) -> None:
    """A receipt in the log is in time, and its release is the next entry."""
    record = state.delivery(item)
    if record is None or record.state != "received":
        return
    assert record.closed_by is not None
    receipt = state.sight.get(StatementRecord, record.closed_by)
    assert receipt is not None
    assert receipt.time <= record.deadline, f"the receipt of {item.name} came after the deadline"
    assert state.sight.id_at(receipt.index + 1) == record.released_by, "another entry stands between"
    published = checkpoint.parse(note.parse(state.sight.note).text).size
    assert published != receipt.index + 1, "a checkpoint ends between receipt and release"


def _check_exchange(state: State) -> None:
    """The exchange never held what opens the content, and destroys its share when a delivery is over."""
    holding = knowledge.exchange(state)
    assert not knowledge.readable(holding), "the exchange can read the content"
    known = knowledge.shares(holding)
    assert not known & {item.shares.consumer for item in cast().parcels.values()}, (
        "it knows a consumer's share"
    )
    for item in cast().parcels.values():
        record = state.delivery(item)
        over = record is not None and record.state != "open"
        assert state.down or not over or item.name not in state.disk, f"the box of {item.name} is still there"


TRIES: Final = ("first", "second", "garbage-for-the-consumer", "garbage-for-the-exchange")
"""Deliveries that all want number 1: after a refusal or withdrawal the next one can have it."""
REUSE: Final = ("first", "second", "next", "shares-of-the-first")
"""Deliveries of numbers 1 and 2, one of them with shares of another."""


@pytest.fixture(scope="module", params=[TRIES, REUSE], ids=["tries", "reuse"])
def explored(request: pytest.FixtureRequest) -> tuple[tuple[str, ...], Explored]:
    """A whole search, made once."""
    return request.param, explore(Exchange(), check, request.param)


def test_no_reachable_state_breaks_a_promise(explored: tuple[tuple[str, ...], Explored]) -> None:
    assert explored[1].states > 1000


def test_every_act_of_honest_parties_takes_effect(explored: tuple[tuple[str, ...], Explored]) -> None:
    parcels, found = explored
    for name in set(parcels) & {*HONEST, "garbage-for-the-consumer"}:
        for act in ("delivery", "receipt", "receipt-again", "refusal", "withdrawal", "lapse"):
            assert f"{act} of {name}" in found.effective


def test_no_trick_takes_effect(explored: tuple[tuple[str, ...], Explored]) -> None:
    tricks = {"receipt-by-the-provider", "receipt-as-if-clear", "release-by-the-provider"}
    assert not {label.split(" of ")[0] for label in explored[1].effective} & tricks
    assert "delivery of garbage-for-the-exchange" not in explored[1].effective


@pytest.mark.parametrize(
    ("exchange", "parcels", "promise"),
    [
        (SlowToRelease(), ("first",), "between receipt and release"),
        (Generous(), ("first",), "reads first without a receipt"),
        (Forgetful(), ("first",), "is still there"),
        (Forgiving("share-reused"), REUSE, "reads shares-of-the-first without a receipt"),
        (Forgiving("deadline-passed"), ("first",), "after the deadline"),
    ],
    ids=["slow-to-release", "generous", "forgetful", "reuse", "late"],
)
def test_an_exchange_that_breaks_a_promise_is_found(
    exchange: Exchange, parcels: tuple[str, ...], promise: str
) -> None:
    with pytest.raises(Violation, match=promise):
        explore(exchange, check, parcels)
