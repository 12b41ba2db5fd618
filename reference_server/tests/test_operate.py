"""Setting an exchange up and operating it from its directory."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from lading.errors import LadingError, Unreachable, UsageProblem
from lading.log import policy
from lading.problems import Refused
from lading_server import operate
from lading_server.state import KEY_NAMES, StateDirectory, read_key
from reference_server.tests.exchange_process import ExchangeProcess, free_port
from reference_server.tests.trader import Trader

LOCAL = "http://127.0.0.1:8000"


def init(directory: Path, **options: Any) -> str:
    return operate.init(directory, **({"name": "Exchange", "jurisdiction": "DE", "api": LOCAL} | options))


def test_a_new_exchange_has_three_different_keys_for_itself_only(tmp_path: Path) -> None:
    init(tmp_path / "state")
    state = StateDirectory(tmp_path / "state")
    keys = [read_key(state.key_file(name)) for name in KEY_NAMES]
    assert len({key.public for key in keys}) == 3
    for path in (state.path, *state.path.rglob("*")):
        assert path.stat().st_mode & 0o077 == 0, path


def test_the_trust_policy_names_the_log_key(tmp_path: Path) -> None:
    exchange_id = init(tmp_path / "state", origin="exchange.example")
    described = operate.describe(tmp_path / "state")
    assert described | {"vkey": ""} == {
        "id": exchange_id,
        "api": LOCAL,
        "origin": "exchange.example",
        "vkey": "",
    }
    trusted = policy.parse(operate.policy(tmp_path / "state"))
    assert [str(key) for key in trusted.logs] == [described["vkey"]]


def test_the_origin_is_the_address_unless_named(tmp_path: Path) -> None:
    init(tmp_path / "state", api="https://exchange.example/lading")
    assert operate.describe(tmp_path / "state")["origin"] == "exchange.example/lading"


@pytest.mark.parametrize(
    "options",
    [
        {"jurisdiction": "XX"},
        {"name": ""},
        {"onboarding": "sometimes"},
        {"api": "ftp://exchange.example"},
        {"api": "exchange.example"},
        {"api": "http://exchange.example"},
        {"api": "https://exchange.example/"},
        {"origin": "two words"},
    ],
    ids=str,
)
def test_a_wrong_argument_leaves_nothing_behind(tmp_path: Path, options: dict[str, str]) -> None:
    with pytest.raises((UsageProblem, Refused)):
        init(tmp_path / "state", **options)
    assert not (tmp_path / "state").exists()


def test_a_directory_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(UsageProblem):
        init(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_an_empty_directory_is_taken(tmp_path: Path) -> None:
    (tmp_path / "state").mkdir()
    init(tmp_path / "state")
    init_again = tmp_path / "state"
    with pytest.raises(UsageProblem):
        init(init_again)


@pytest.mark.parametrize("verb", ["serve", "admit", "policy", "describe"])
def test_another_directory_is_no_exchange(tmp_path: Path, verb: str) -> None:
    calls: dict[str, Callable[[], object]] = {
        "serve": lambda: operate.serve(tmp_path, host="127.0.0.1", port=free_port()),
        "admit": lambda: operate.admit(tmp_path, "sha256:" + "0" * 64),
        "policy": lambda: operate.policy(tmp_path),
        "describe": lambda: operate.describe(tmp_path),
    }
    with pytest.raises(UsageProblem):
        calls[verb]()
    assert list(tmp_path.iterdir()) == []


def test_admit_registers_an_admission_with_the_running_exchange(served: ExchangeProcess) -> None:
    with Trader(served.api, served.id, "To be admitted") as trader:
        trader.register(trader.first)
        answer = operate.admit(served.directory, trader.id, roles=("provider",))
        assert isinstance(answer["index"], int)
        record = httpx.get(f"{served.api}/state/{trader.id}").json()["record"]
        assert (record["state"], record["roles"]) == ("admitted", ["provider"])
        operate.admit(served.directory, trader.id, status="expelled", roles=())
        with pytest.raises(Refused) as refused:
            operate.admit(served.directory, trader.id)
        assert refused.value.code == "admission-not-in-table"


def test_admit_says_where_nobody_answers(tmp_path: Path) -> None:
    init(tmp_path / "state", api=f"http://127.0.0.1:{free_port()}")
    with pytest.raises(Unreachable) as unreachable:
        operate.admit(tmp_path / "state", "sha256:" + "0" * 64)
    assert "serve" in unreachable.value.hint


def test_closed_onboarding_refuses_newcomers(tmp_path: Path) -> None:
    exchange = ExchangeProcess(tmp_path / "state", "--onboarding", "closed").start()
    with Trader(exchange.api, exchange.id) as trader:
        assert trader.post(trader.first).json()["code"] == "onboarding-closed"
    assert exchange.end() == 0


def test_a_port_that_is_taken_is_said_in_words(served: ExchangeProcess, tmp_path: Path) -> None:
    exchange = ExchangeProcess(tmp_path / "state")
    exchange.port = served.port
    process = exchange.spawn()
    assert process.wait(timeout=30) == 2
    assert process.stdout is not None
    process.stdout.close()
    assert "address already in use" in exchange.log().lower()


def test_errors_are_the_sdks(tmp_path: Path) -> None:
    with pytest.raises(LadingError):
        operate.policy(tmp_path / "nothing")
