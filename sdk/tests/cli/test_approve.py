"""Two people on the command line: joining, keys with limits, requests, approvals; against a real exchange."""

from pathlib import Path

import pytest

from reference_server.tests.exchange_process import ExchangeProcess
from sdk.tests.cli.command import Done, Terminal

SHARED = ("--approvals", "shared")
KEYS = ("--next-key", "buyer.next-key.txt", "--new-next-key", "buyer-2.txt")


@pytest.fixture
def listing(lading: Terminal, served: ExchangeProcess, tmp_path: Path) -> str:
    """A listing of Acme's for 100 EUR; Buyer is admitted too."""
    for name in ("acme", "buyer"):
        lading.ok("identity", "create", name, "--legal-name", f"{name} Ltd", "--jurisdiction", "IE")
        said = lading.ok("identity", "register", name, "--exchange", served.api)
        lading.ok("exchange", "admit", str(served.directory), str(said["id"]))
        lading.ok("identity", "register", name, "--exchange", served.api, "--wait", "30")
    (tmp_path / "roads.csv").write_bytes(b"road,speed\n" * 1000)
    terms = ("--price", "100.00 EUR", "--purpose", "research")
    about = ("--title", "Roads", "--source", "Our sensors.", "--collection", "sensor", "-i", "acme")
    return str(lading.ok("publish", "roads.csv", *about, *terms)["id"])


@pytest.fixture
def waiting(lading: Terminal, listing: str) -> str:
    """The number of a request: Buyer wants to accept the listing, and Ben has to approve it."""
    Path("shared").mkdir()
    for name in ("ann", "ben"):
        lading.ok("identity", "approver", name)
    who = ("--approver", "ben.approver.json", "--approver", "ann.approver.json", "--own", "ann.approver.json")
    lading.ok("identity", "approvals", "buyer", "--act", "acceptance", *who, *SHARED)
    done = accept(lading, listing, "--json")
    assert done.code == 3
    error = error_of(done)
    assert error["kind"] == "ApprovalPending"
    assert "Ask ben:" in str(error["hint"])
    return Path(str(error["where"])).name.removesuffix(".request.json")


def accept(lading: Terminal, listing: str, *more: str, who: str = "buyer") -> Done:
    return lading("accept", listing, "--purpose", "research", "--at-most", "100.00 EUR", "-i", who, *more)


def error_of(done: Done) -> dict[str, object]:
    error = done.json["error"]
    assert isinstance(error, dict)
    return error


def test_a_second_person_looks_approves_and_the_same_command_goes_on(
    lading: Terminal, listing: str, waiting: str
) -> None:
    done = accept(lading, listing)
    assert done.code == 3
    assert "waits for approval" in done.err
    assert f"lading approve give {waiting}" in done.err
    assert waiting in lading("approve", "list", *SHARED).out
    assert waiting in lading("approve", "list").out
    shown = lading("approve", "show", waiting[:6], *SHARED)
    for said in (listing, "buyer Ltd", "acceptance", "research", "waiting"):
        assert said in shown.out
    given = lading.ok("approve", "give", waiting, "--approver", "ben", *SHARED)
    assert (given["outcome"], given["by"]) == ("approved", "ben")
    assert lading.ok("approve", "list", *SHARED)["requests"] == []
    assert "approved by ben" in lading("approve", "list", "--all", *SHARED).out
    assert accept(lading, listing).code == 0


def test_a_refusal_is_recorded_and_shown_to_both(lading: Terminal, listing: str, waiting: str) -> None:
    reason = "Twice what we paid last year."
    done = lading("approve", "refuse", waiting, "--reason", reason, "--approver", "ben", *SHARED)
    assert done.code == 0
    assert reason in lading("approve", "show", waiting, *SHARED).out
    done = lading("approve", "give", waiting, "--approver", "ben", *SHARED)
    assert done.code == 2
    assert "was refused by 'ben'" in done.err
    done = accept(lading, listing, "--json")
    assert done.code == 1
    assert error_of(done)["reason"] == reason
    assert accept(lading, listing).code == 3


def test_the_proposers_own_approval_does_not_count(lading: Terminal, listing: str, waiting: str) -> None:
    assert lading("approve", "give", waiting, "--approver", "ann", *SHARED).code == 0
    done = accept(lading, listing)
    assert done.code == 2
    assert "proposer's own approver key" in done.err


def test_a_changed_request_is_shown_as_changed_and_cannot_be_approved(
    lading: Terminal, listing: str, waiting: str, tmp_path: Path
) -> None:
    path = tmp_path / "shared" / f"{waiting}.request.json"
    path.write_text(path.read_text().replace("research", "anything"))
    assert lading.ok("approve", "list", *SHARED)["requests"] == [{"request": waiting, "state": "changed"}]
    for words in (("show", waiting), ("give", waiting, "--approver", "ben")):
        done = lading("approve", *words, *SHARED)
        assert done.code == 2
        assert "was changed" in done.err
    done = accept(lading, listing)
    assert done.code == 2
    assert "was changed" in done.err


def test_what_is_missing_or_ambiguous_is_said(lading: Terminal, waiting: str) -> None:
    for words, said in {
        ("show", "zz"): "no request begins",
        ("give", waiting): "2 approvers' keys",
        ("give", waiting, "--approver", "cleo"): "no approver 'cleo'",
        ("give", waiting, "--approver", "../cleo"): "not a name",
    }.items():
        done = lading("approve", *words, *SHARED)
        assert done.code == 2
        assert said in done.err
    assert lading("approve", "list", "--approvals", "nowhere").code == 0


def test_the_demand_is_shown_checked_and_taken_away(lading: Terminal, listing: str, waiting: str) -> None:
    shown = lading("identity", "approvals", "buyer")
    assert "acceptance" in shown.out
    assert "ben" in shown.out
    one = ("--approver", "ann.approver.json")
    for words, said in {
        ("--act", "acceptance"): "for whom",
        ("--act", "acceptance", "--approver", "roads.csv"): "not an approver's file",
        ("--act", "Acceptance", *one): "cannot be demanded",
        ("--act", "acceptance", *one, "--own", "ann.approver.json"): "nobody but the proposer",
        ("--act", "acceptance", *one, *one): "stands twice",
        ("--act", "acceptance", *one, "--approvals", "nowhere"): "no folder",
    }.items():
        done = lading("identity", "approvals", "buyer", *words)
        assert done.code == 2, words
        assert said in done.err
    assert lading.ok("identity", "approvals", "buyer", "--none")["demand"] is None
    assert accept(lading, listing).code == 0


def test_a_second_person_joins_and_acts_with_a_key_of_their_own(lading: Terminal, listing: str) -> None:
    lading.ok("identity", "invite", "buyer")
    joined = lading.ok("identity", "join", "ben", "buyer.invite.json")
    assert "keys add" in accept(lading, listing, who="ben").err
    assert "manages the participant's keys" in lading("identity", "show", "ben").out
    how = ("--may", "acceptance", "--limit", "500.00 EUR")
    added = lading("identity", "keys", "add", "buyer", "ben.key.json", *how, *KEYS)
    assert added.code == 0
    assert "USB stick" in added.out
    shown = lading("identity", "keys", "list", "buyer").out
    assert f"{joined['key']}  acceptance, up to 500.00 EUR" in shown
    assert "all acts  (yours)" in shown
    keys = lading.ok("identity", "keys", "list", "ben")["keys"]
    assert isinstance(keys, list)
    assert keys[1] == {"key": joined["key"], "own": True, "may": ["acceptance"], "limit": "500.00 EUR"}
    assert accept(lading, listing, who="ben").code == 0
    again = ("--next-key", "buyer-2.txt", "--new-next-key", "buyer-3.txt")
    assert lading("identity", "keys", "remove", "buyer", str(joined["key"]), *again).code == 0
    assert accept(lading, listing, who="ben").code == 2


def test_files_are_never_written_over(lading: Terminal, listing: str, tmp_path: Path) -> None:
    lading.ok("identity", "invite", "buyer")
    assert lading("identity", "invite", "buyer").code == 2
    (tmp_path / "ben.key.json").write_text("mine")
    (tmp_path / "ben.approver.json").write_text("mine")
    assert lading("identity", "join", "ben", "buyer.invite.json").code == 2
    assert lading("identity", "approver", "ben").code == 2
    assert lading("identity", "show", "ben").code == 2
    assert (tmp_path / "ben.key.json").read_text() == "mine"
