"""A trade on the command line, against a real exchange."""

import os
import pty
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from reference_server.tests.exchange_process import ExchangeProcess
from sdk.tests.cli.command import Done, Terminal


@pytest.fixture
def parties(lading: Terminal, served: ExchangeProcess, tmp_path: Path) -> dict[str, str]:
    """Ids of a provider and a consumer, registered and admitted."""
    ids: dict[str, str] = {}
    for name in ("acme", "buyer"):
        lading.ok("identity", "create", name, "--legal-name", f"{name} Ltd", "--jurisdiction", "IE")
        said = lading.ok("identity", "register", name, "--exchange", served.api)
        assert said["state"] == "pending"
        ids[name] = str(said["id"])
        lading.ok("exchange", "admit", str(served.directory), ids[name])
        assert (
            lading.ok("identity", "register", name, "--exchange", served.api, "--wait", "30")["state"]
            == "admitted"
        )
    (tmp_path / "roads.csv").write_bytes(os.urandom(200_000))
    return ids


def publish(lading: Terminal, *more: str) -> str:
    said = lading.ok(
        "publish",
        "roads.csv",
        "--title",
        "Road sensors",
        "-i",
        "acme",
        "--licence",
        "MIT",
        *("--source", "Sensors"),
        *("--collection", "sensor"),
        *more,
    )
    return str(said["id"])


def test_a_trade_from_listing_to_verdict(
    lading: Terminal, parties: dict[str, str], served: ExchangeProcess, tmp_path: Path
) -> None:
    listing = publish(lading, "--price", "100.00 EUR", "--purpose", "research")
    shown = lading("search", "road", "sensors", "-i", "buyer")
    assert shown.code == 0
    assert listing in shown.out
    assert "100.00 EUR" in shown.out
    done = lading("accept", listing, "--purpose", "research", "--at-most", "99.00 EUR", "-i", "buyer")
    assert done.code == 2
    contract = str(
        lading.ok("accept", listing, "--purpose", "research", "--at-most", "100.00 EUR", "-i", "buyer")["id"]
    )
    assert contract in lading("contracts", listing, "-i", "acme").out
    delivery = str(lading.ok("deliver", contract, "roads.csv", "-i", "acme")["id"])
    assert lading("deliver", contract, "roads.csv", "-i", "acme").code == 0
    got = lading("receive", contract, "--to", "got.csv", "-i", "buyer", "--timeout", "30")
    assert got.code == 0
    assert delivery in got.out
    assert (tmp_path / "got.csv").read_bytes() == (tmp_path / "roads.csv").read_bytes()
    policy = lading("exchange", "policy", str(served.directory))
    (tmp_path / "trust.policy").write_text(policy.out)
    verdict = lading("verify", "got.csv.lading.json", "--trust", "trust.policy", "--content", "got.csv")
    assert verdict.code == 0
    assert "releases its share" in verdict.out
    (tmp_path / "got.csv.salts").rename(tmp_path / "elsewhere")
    bare = lading("verify", "got.csv.lading.json", "--trust", "trust.policy", "--content", "got.csv")
    assert bare.code == 2
    assert "no-salts" in bare.out
    given = ("--content", "got.csv", "--salts", "elsewhere")
    assert lading("verify", "got.csv.lading.json", "--trust", "trust.policy", *given).code == 0
    (tmp_path / "elsewhere").rename(tmp_path / "got.csv.salts")
    again = lading("receive", delivery, "--to", "got.csv", "-i", "buyer")
    assert again.code == 0
    late = lading("receive", contract, "--to", "other.csv", "-i", "buyer", "--timeout", "0")
    assert late.code == 3


def contracted(lading: Terminal, *more: str) -> str:
    """The contract on a listing of the same file that says something else."""
    listing = publish(lading, "--price", "0.00 EUR", *more)
    return str(lading.ok("accept", listing, "--purpose", "research", "-i", "buyer")["id"])


def test_an_open_file_is_traded_in_clear(lading: Terminal, parties: dict[str, str], tmp_path: Path) -> None:
    contract = contracted(lading, "--clear")
    shown = lading("deliver", contract, "roads.csv", "-i", "acme")
    assert "clear" in shown.out
    got = lading.ok("receive", contract, "--to", "got.csv", "-i", "buyer")
    assert got["salts"] is None
    assert not (tmp_path / "got.csv.salts").exists()


def test_the_form_that_was_not_promised_is_a_mistake_with_a_hint(
    lading: Terminal, parties: dict[str, str]
) -> None:
    done = lading("deliver", contracted(lading), "roads.csv", "--clear", "-i", "acme")
    assert done.code == 1
    assert "promises this file sealed" in done.err


def test_a_marked_file_is_received_only_on_purpose(
    lading: Terminal, parties: dict[str, str], tmp_path: Path
) -> None:
    contract = contracted(lading)
    (tmp_path / "marked.csv").write_bytes(b"some fields, marked" * 1000)
    how = ("--field", "road", "--field", "sensor", "--marked", "copy-17")
    shown = lading("deliver", contract, "marked.csv", *how, "-i", "acme")
    assert shown.code == 0
    assert "road, sensor" in shown.out
    assert "copy-17" in shown.out
    done = lading("receive", contract, "--to", "got.csv", "-i", "buyer", "--json")
    assert done.code == 1
    assert error_of(done)["reason"] == "not-as-listed"
    assert lading("receive", contract, "--to", "got.csv", "-i", "buyer", "--accept-marked").code == 0
    assert (tmp_path / "got.csv").read_bytes() == (tmp_path / "marked.csv").read_bytes()


def error_of(done: Done) -> dict[str, object]:
    error = done.json["error"]
    assert isinstance(error, dict)
    return error


def test_sealed_chunks_may_stay_with_the_provider(
    lading: Terminal, parties: dict[str, str], tmp_path: Path
) -> None:
    contract = contracted(lading)
    how = ("--custody", "provider", "--sealed-to", "sealed.bin")
    done = lading("deliver", contract, "roads.csv", *how, "-i", "acme")
    assert done.code == 2
    assert "url" in done.err
    url = "http://127.0.0.1:9/roads"
    done = lading("deliver", contract, "roads.csv", *how, "--url", url, "-i", "acme")
    assert done.code == 0
    assert url in done.out
    assert (tmp_path / "sealed.bin").stat().st_size == 200_048
    late = lading("receive", contract, "--to", "got.csv", "-i", "buyer")
    assert late.code == 3


def test_keys_are_replaced_and_the_words_on_the_next_key_come_again(
    lading: Terminal, parties: dict[str, str], tmp_path: Path
) -> None:
    contract = contracted(lading)
    lading.ok("deliver", contract, "roads.csv", "-i", "acme")
    before = lading.ok("identity", "show", "buyer")["profile"]
    files = ("--next-key", "buyer.next-key.txt", "--new-next-key", "buyer-2.txt")
    done = lading("identity", "rotate", "buyer", *files)
    assert done.code == 0
    assert "USB stick" in done.out
    assert "delete that file" in done.out
    assert stat.S_IMODE((tmp_path / "buyer-2.txt").stat().st_mode) == 0o600
    after = lading.ok("identity", "show", "buyer")["profile"]
    assert isinstance(before, dict)
    assert isinstance(after, dict)
    assert after["key"] == before["next_key"]
    assert after["seal_key"] not in (before["seal_key"], None)
    assert after["seal_key"] in lading("identity", "show", "buyer").out
    again = lading.ok("identity", "rotate", "buyer", *files)
    assert (again["key"], again["seal_key"]) == (after["key"], after["seal_key"])
    assert lading("receive", contract, "--to", "got.csv", "-i", "buyer").code == 0
    wrong = lading("identity", "rotate", "buyer", "--next-key", "nowhere", "--new-next-key", "x")
    assert wrong.code == 2


def test_show_tells_what_led_to_a_contract(lading: Terminal, parties: dict[str, str], tmp_path: Path) -> None:
    listing = publish(lading, "--price", "0.00 EUR")
    contract = str(lading.ok("accept", listing, "--purpose", "research", "-i", "buyer")["id"])
    shown = lading("show", contract, "-i", "acme", "--evidence", "contract.lading.json")
    assert shown.code == 0
    assert "buyer Ltd" in shown.out
    assert "active" in shown.out
    assert (tmp_path / "contract.lading.json").exists()
    said = lading.ok("show", contract, "-i", "acme")
    state = said["state"]
    assert isinstance(state, dict)
    assert state["kind"] == "contract"
    assert lading.ok("show", str(parties["acme"]), "-i", "buyer")["id"] == parties["acme"]


def test_offers_are_made_answered_and_rejected(lading: Terminal, parties: dict[str, str]) -> None:
    listing = publish(lading)
    asked = str(
        lading.ok("offer", listing, "--price", "80.00 EUR", "--purpose", "research", "-i", "buyer")["id"]
    )
    countered = lading.ok("offer", asked, "--price", "90.00 EUR", "-i", "acme")
    done = lading("accept", asked, "--at-most", "80.00 EUR", "-i", "acme")
    assert done.code == 1
    assert "offer-not-open" in done.err
    assert lading("reject", str(countered["id"]), "-i", "buyer").code == 0
    withdrawn = lading.ok("withdraw", listing, "-i", "acme")
    assert withdrawn["type"] == "withdrawal"


def test_anybody_may_search_without_an_identity(lading: Terminal, served: ExchangeProcess) -> None:
    assert "listings" in lading.ok("search", "--exchange", served.api)


def test_an_identity_is_shown_and_listed(
    lading: Terminal, parties: dict[str, str], served: ExchangeProcess
) -> None:
    shown = lading("identity", "show", "acme")
    assert parties["acme"] in shown.out
    assert served.api in shown.out
    assert lading("identity", "show", "acme", "--id").out.strip() == parties["acme"]
    assert "acme Ltd" in lading("identity", "list").out
    listed = lading.ok("identity", "list")["identities"]
    assert isinstance(listed, list)
    assert {row["name"] for row in listed} == {"acme", "buyer"}


def test_the_next_key_comes_with_words_on_where_to_keep_it(lading: Terminal, tmp_path: Path) -> None:
    done = lading(
        "identity", "create", "acme", "--legal-name", "Acme", "--jurisdiction", "IE", "--next-key", "n.txt"
    )
    assert done.code == 0
    assert "USB stick" in done.out
    assert str(tmp_path / "n.txt") in done.out
    assert stat.S_IMODE((tmp_path / "n.txt").stat().st_mode) == 0o600


def test_a_second_exchange_on_the_same_state_is_refused(lading: Terminal, served: ExchangeProcess) -> None:
    done = lading("exchange", "serve", str(served.directory))
    assert done.code == 2
    assert done.err


def test_an_exchange_is_set_up_once(lading: Terminal) -> None:
    setup = (
        "exchange",
        "init",
        "state",
        "--name",
        "Ex",
        "--jurisdiction",
        "IE",
        "--api",
        "http://127.0.0.1:9",
    )
    assert str(lading.ok(*setup)["id"]).startswith("sha256:")
    assert lading(*setup).code == 2
    assert lading("exchange", "policy", "state").out.startswith("log 127.0.0.1:9+")


def test_on_a_terminal_the_passphrase_is_asked_for(lading: Terminal, home: Path) -> None:
    lading.ok("identity", "create", "acme", "--legal-name", "Acme", "--jurisdiction", "IE")
    environment = {name: value for name, value in os.environ.items() if name != "LADING_PASSPHRASE"}
    source = "from lading.cli.options import load_identity; print(load_identity('acme'))"
    main, terminal = pty.openpty()
    try:
        with subprocess.Popen(
            [sys.executable, "-c", source],
            stdin=terminal,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment,
            start_new_session=True,
            text=True,
        ) as asking:
            assert asking.stderr is not None
            prompt = asking.stderr.read(len("Passphrase of acme: "))
            os.write(main, b"a passphrase\n")
            out, err = asking.communicate(timeout=60)
    finally:
        os.close(main)
        os.close(terminal)
    assert prompt == "Passphrase of acme: "
    assert out.startswith("Identity('acme'")
    assert "a passphrase" not in out + err
