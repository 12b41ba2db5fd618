"""How the suite judges the chain of an exchange: by chains that are right, and by chains with one fault each."""

from collections.abc import Callable

import pytest

from lading_conformance.drivers.party import listed
from lading_conformance.oracle.canonical import Json
from lading_conformance.oracle.keys import Key
from lading_conformance.oracle.note import VerifierKey
from lading_conformance.steps import own_chain
from lading_conformance.steps.own_chain import Link
from lading_conformance.trial.outcome import Failed

FIRST, SECOND = (Key.from_seed(bytes([number]) * 32) for number in (1, 2))
SIGNING = Key.from_seed(bytes([9]) * 32)
AT = 10
"""The index of the second statement."""


def log_key(
    key: Key, since: int, until: int | None = None, origin: str = "suite.example/log"
) -> dict[str, Json]:
    members: dict[str, Json] = {"vkey": VerifierKey(origin, key.public).text, "from_size": since}
    return members if until is None else {**members, "until_size": until}


def link(index: int, *keys: dict[str, Json], origin: str = "suite.example/log", signs: Key = SIGNING) -> Link:
    log: dict[str, Json] = {"origin": origin, "keys": list(keys)}
    return Link(index, {"keys": [listed(signs.public)], "exchange": {"log": log}})


def chain(*second: dict[str, Json]) -> list[Link]:
    """A first statement with one key without end, and a second one with these keys."""
    return [link(0, log_key(FIRST, 1)), link(AT, *second)]


@pytest.mark.parametrize(
    "links",
    [
        [link(0, log_key(FIRST, 1))],
        chain(log_key(FIRST, 1)),
        chain(log_key(FIRST, 1, AT + 5), log_key(SECOND, AT + 6)),
        chain(log_key(FIRST, 1, AT + 5), log_key(SECOND, AT + 1)),
        [
            link(0, log_key(FIRST, 1, 4), log_key(SECOND, 5)),
            link(AT, log_key(FIRST, 1, 4), log_key(SECOND, 5)),
        ],
        [
            link(0, log_key(FIRST, 1), log_key(SECOND, 1, 20)),
            link(AT, log_key(FIRST, 1), log_key(SECOND, 1, 30)),
        ],
    ],
)
def test_chains_that_are_permitted(links: list[Link]) -> None:
    own_chain.check_log_keys(links)
    own_chain.check_keys_apart(links)


FAULTS: dict[str, Callable[[], list[Link]]] = {
    "twice": lambda: [link(0, log_key(FIRST, 1, 5), log_key(FIRST, 6))],
    "origin": lambda: [
        link(0, log_key(FIRST, 1)),
        link(AT, log_key(FIRST, 1, origin="other"), origin="other"),
    ],
    "leaves out": lambda: chain(log_key(SECOND, AT + 1)),
    "begin at another size": lambda: chain(log_key(FIRST, 2)),
    "moves the end": lambda: chain(log_key(FIRST, 1, AT), log_key(SECOND, AT + 1)),
    "new log key from size": lambda: chain(log_key(FIRST, 1), log_key(SECOND, AT)),
    "for no size": lambda: chain(log_key(FIRST, 1), log_key(SECOND, AT + 5, AT + 4)),
    "no log key signs": lambda: chain(log_key(FIRST, 1, AT + 5), log_key(SECOND, AT + 7)),
    "named": lambda: [link(0, log_key(FIRST, 1, origin="other"))],
}


@pytest.mark.parametrize("words", FAULTS)
def test_each_fault_is_found(words: str) -> None:
    with pytest.raises(Failed, match=words):
        own_chain.check_log_keys(FAULTS[words]())


def test_a_size_without_end_needs_a_key_without_end() -> None:
    with pytest.raises(Failed, match="no log key signs"):
        own_chain.check_log_keys([link(0, log_key(FIRST, 1, 100))])


def test_a_key_that_signs_both_is_found() -> None:
    with pytest.raises(Failed, match="also listed"):
        own_chain.check_keys_apart([link(0, log_key(FIRST, 1), signs=FIRST)])
