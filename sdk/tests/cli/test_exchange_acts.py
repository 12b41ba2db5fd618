"""The commands by which an operator announces a closing, ends the log, erases and notarises."""

from pathlib import Path

import pytest

from lading_server import operate
from sdk.tests.cli.command import Terminal

API = "http://127.0.0.1:1"
NOWHERE = "sha256:" + "0" * 64


@pytest.fixture
def state(tmp_path: Path) -> Path:
    operate.init(tmp_path / "state", name="Exchange", jurisdiction="DE", api=API)
    return tmp_path / "state"


def test_announce_says_when_and_close_waits_for_it(lading: Terminal, state: Path) -> None:
    told = lading("exchange", "announce", str(state), "--at", "2999-01-01T00:00:00.000Z")
    assert told.code == 0
    assert "2999-01-01T00:00:00.000Z" in told.out
    refused = lading("exchange", "close", str(state), "--successor", NOWHERE)
    assert refused.code == 1
    assert "wrong-closing" in refused.err


def test_announce_takes_only_a_moment_that_lies_far_ahead(lading: Terminal, state: Path) -> None:
    assert "bad-member" in lading("exchange", "announce", str(state), "--at", "tomorrow").err
    assert (
        "wrong-closing" in lading("exchange", "announce", str(state), "--at", "2026-11-26T00:00:00.000Z").err
    )


def test_erase_says_what_is_not_there_before_it_asks_the_exchange(lading: Terminal, state: Path) -> None:
    done = lading("exchange", "erase", str(state), NOWHERE, "--ground", "unlawful")
    assert done.code == 1
    assert "unknown-statement" in done.err
    first = operate.describe(state)["id"]
    assert "not-erasable" in lading("exchange", "erase", str(state), first, "--ground", "unlawful").err


def test_notarise_says_what_it_cannot_read_and_who_does_not_answer(
    lading: Terminal, state: Path, tmp_path: Path
) -> None:
    missing = lading("exchange", "notarise", str(state), str(tmp_path / "nothing"))
    assert missing.code == 2
    assert "cannot read" in missing.err
    letter = tmp_path / "letter"
    letter.write_bytes(b"a letter")
    assert lading("exchange", "notarise", str(state), str(letter)).code == 3
