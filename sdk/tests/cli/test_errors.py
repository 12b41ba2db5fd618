"""What becomes of errors: one sentence, a hint, an exit code; never a traceback."""

import json
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from lading.cli import output
from lading.errors import (
    ContentMismatch,
    Dishonest,
    IdentityLocked,
    IdentityNotFound,
    LadingError,
    NotUnderstood,
    TimedOut,
    Unreachable,
    UsageProblem,
)
from lading.problems import refuse
from lading.transfer.sealing import ProvableFault
from sdk.tests.cli.command import Terminal

ID = "sha256:" + "0" * 64


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (refuse("busy", "x"), 1),
        (ContentMismatch("x"), 1),
        (ProvableFault("bad-chunk", 1, "x"), 1),
        (UsageProblem("x"), 2),
        (IdentityNotFound("x"), 2),
        (IdentityLocked("x"), 2),
        (Unreachable("x"), 3),
        (TimedOut("x"), 3),
        (NotUnderstood("x"), 4),
        (Dishonest("x"), 4),
    ],
)
def test_each_kind_of_error_has_its_exit_code(error: LadingError, code: int) -> None:
    assert output.exit_code(error) == code


def test_every_error_has_an_exit_code() -> None:
    kinds = [
        kind
        for kind in LadingError.__subclasses__()
        if kind.__module__ in ("lading.errors", "lading.problems")
    ]
    assert kinds
    for kind in kinds:
        assert any(issubclass(kind, known) for known in output._CODES)


@pytest.mark.parametrize(
    "arguments",
    [
        ("nonsense",),
        ("verify",),
        ("verify", "x"),
        ("identity", "create", "acme"),
        ("identity", "create", "acme", "--legal-name", "x", "--jurisdiction", "IE", "--kind", "robot"),
        ("identity", "create", "../up", "--legal-name", "x", "--jurisdiction", "IE"),
        ("identity", "create", "acme", "--legal-name", "x", "--jurisdiction", "Ireland"),
        ("identity", "show", "nobody"),
        ("search",),
        ("search", "--limit", "0"),
        ("withdraw", ID),
        ("publish", "x", "--title", "y", "--price", "100"),
        ("exchange", "serve", "nowhere"),
        ("exchange", "policy", "nowhere"),
        ("exchange", "admit", "nowhere", ID),
        ("exchange", "init", "state", "--name", "x", "--jurisdiction", "IE", "--api", "http://far.example"),
        ("exchange", "init", "state", "--name", "x", "--jurisdiction", "IE", "--api", "nonsense"),
        ("search", "--exchange", "http://far.example"),
        ("demo", "--file", "nowhere"),
        ("claim", ID),
        ("claim", ID, "--sealed", "x"),
        ("judge",),
        ("judge", "x"),
        ("judge", "x", "--trust", "y"),
        ("identity", "rotate", "acme"),
        ("identity", "rotate", "acme", "--next-key", "x", "--new-next-key", "y"),
        ("deliver", ID, "x", "--custody", "nobody"),
    ],
    ids=" ".join,
)
def test_wrong_use_is_one_sentence_and_exit_code_2(lading: Terminal, arguments: tuple[str, ...]) -> None:
    done = lading(*arguments)
    assert done.code == 2, done
    assert done.err.strip()
    assert not done.out


def test_errors_are_json_where_json_was_asked_for(lading: Terminal) -> None:
    done = lading("identity", "show", "nobody", "--json")
    assert done.code == 2
    error = done.json["error"]
    assert isinstance(error, dict)
    assert error["kind"] == "IdentityNotFound"
    assert error["hint"]


def test_a_refusal_as_json_has_code_and_requirement() -> None:
    members = output.error_members(
        refuse("stale-listing", "there is a newer one", pointer="/listing", winner=ID)
    )
    assert (members["code"], members["requirement"], members["winner"]) == (
        "stale-listing",
        "LAD-LST-002",
        ID,
    )
    assert json.dumps(members)


def test_a_mismatch_as_json_says_what_and_where() -> None:
    members = output.error_members(ProvableFault("wrong-key", 3, "it does not derive"))
    assert (members["kind"], members["ground"], members["number"]) == ("ProvableFault", "wrong-key", 3)
    members = output.error_members(ContentMismatch("x", reason="bad-share"))
    assert (members["reason"], "ground" in members) == ("bad-share", False)


def test_an_exchange_that_does_not_answer_is_exit_code_3(
    lading: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    done = lading("search", "--exchange", f"http://127.0.0.1:{port}")
    assert done.code == 3
    assert "no answer" in done.err


def test_something_that_is_no_exchange_is_exit_code_4(lading: Terminal, tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-u",
        "-m",
        "http.server",
        "0",
        "--bind",
        "127.0.0.1",
        "--directory",
        str(tmp_path),
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
        try:
            assert server.stdout is not None
            port = server.stdout.readline().split(" port ")[1].split()[0]
            done = lading("search", "--exchange", f"http://127.0.0.1:{port}")
        finally:
            server.terminate()
    assert done.code == 4
    assert "address" in done.err


def test_a_bug_is_one_sentence_and_exit_code_70(lading: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    from lading.client import profile

    def broken() -> tuple[str, ...]:
        raise ZeroDivisionError("\x1b[31mhm")

    monkeypatch.setattr(profile, "names", broken)
    done = lading("identity", "list")
    assert done.code == 70
    assert "a bug in Lading" in done.err
    assert "\x1b" not in done.err


def test_an_interruption_is_exit_code_130(lading: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    from lading.client import profile

    def interrupted() -> tuple[str, ...]:
        raise KeyboardInterrupt

    monkeypatch.setattr(profile, "names", interrupted)
    assert lading("identity", "list").code == 130


def test_several_identities_must_be_told_apart(lading: Terminal) -> None:
    for name in ("acme", "beta"):
        lading.ok("identity", "create", name, "--legal-name", name, "--jurisdiction", "IE")
    done = lading("contracts")
    assert done.code == 2
    assert "acme, beta" in done.err


def test_an_identity_without_exchange_is_told_how_to_register(lading: Terminal) -> None:
    lading.ok("identity", "create", "acme", "--legal-name", "Acme", "--jurisdiction", "IE")
    done = lading("contracts")
    assert done.code == 2
    assert "lading identity register acme" in done.err


def test_without_passphrase_and_keyring_the_hint_names_the_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LADING_PASSPHRASE")
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    command = [sys.executable, "-m", "lading.cli", "identity", "create", "acme"]
    command += ["--legal-name", "A", "--jurisdiction", "IE"]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL, check=False
    )
    assert done.returncode == 2
    assert "LADING_PASSPHRASE" in done.stderr


def test_a_closed_pipe_is_no_bug(tmp_path: Path) -> None:
    command = f"{sys.executable} -m lading.cli --help | head -c 1"
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, timeout=60, check=False)
    assert "bug" not in done.stderr
    assert "Traceback" not in done.stderr
