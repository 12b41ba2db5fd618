"""An exchange's switches: set at the beginning from a file, and changed by a later statement of its chain."""

import json
from pathlib import Path

import pytest

from lading.acts.records import SELF, ExchangeRecord
from lading.errors import UsageProblem
from lading_server import office
from lading_server.state import StateDirectory, StateInUse
from lading_server.store import SqliteStore
from reference_server.tests.exchange_process import ExchangeProcess
from reference_server.tests.test_operate import init
from reference_server.tests.trader import Market

SWITCHES = {"declarations": ["licence"], "related_parties": "refused", "onboarding": "closed"}


def written(path: Path, said: object) -> Path:
    """A file of switches."""
    path.write_text(said if isinstance(said, str) else json.dumps(said), encoding="utf-8")
    return path


def in_force(directory: Path) -> dict[str, object]:
    """The switches by the exchange's own log."""
    store = SqliteStore(StateDirectory(directory).database)
    with store.read() as sight:
        record = sight.get(ExchangeRecord, SELF)
    store.close()
    assert record is not None
    return record.policy.model_dump(mode="json", exclude_none=True)


def test_an_exchange_begins_with_the_switches_of_a_file(tmp_path: Path) -> None:
    init(tmp_path / "state", policy=written(tmp_path / "policy.json", SWITCHES))
    assert in_force(tmp_path / "state") == SWITCHES
    init(tmp_path / "open", policy=written(tmp_path / "policy.json", {"contracts": "trial"}))
    assert in_force(tmp_path / "open") == {"onboarding": "open", "contracts": "trial"}
    init(tmp_path / "closed", policy=tmp_path / "policy.json", onboarding="closed")
    assert in_force(tmp_path / "closed")["onboarding"] == "closed"


@pytest.mark.parametrize(
    "said",
    [
        *("", "{", "[]", "7", "[" * 50_000, " " * 70_000 + "{}"),
        *('{"onboarding": "sometimes"}', '{"unknown": 1}', '{"declarations": []}'),
        *('{"objection_window": "a week"}', '{"excluded": ["XX"]}'),
    ],
    ids=range(11),
)
def test_a_file_that_holds_something_else_is_refused(tmp_path: Path, said: str) -> None:
    path = written(tmp_path / "policy.json", said)
    with pytest.raises(UsageProblem):
        init(tmp_path / "state", policy=path)
    assert not (tmp_path / "state").exists()


def test_file_and_option_do_not_say_different_things(tmp_path: Path) -> None:
    path = written(tmp_path / "policy.json", SWITCHES)
    with pytest.raises(UsageProblem, match="another onboarding"):
        init(tmp_path / "state", policy=path, onboarding="open")
    with pytest.raises(UsageProblem, match="cannot read"):
        init(tmp_path / "state", policy=tmp_path / "missing.json")


def test_switches_change_with_a_statement_of_the_chain(
    own_exchange: ExchangeProcess, own_market: Market, tmp_path: Path
) -> None:
    path = written(tmp_path / "policy.json", {"declarations": ["licence"]})
    own_market.listing("Before")
    with pytest.raises(StateInUse):
        office.switches(own_exchange.directory, path)
    own_exchange.end()
    made = office.switches(own_exchange.directory, path)
    own_exchange.start()
    described = own_market.provider.http.get("/.well-known/lading").json()
    assert described["id"] == own_exchange.id
    assert own_market.provider.get(f"/state/{own_exchange.id}").json()["record"]["head"] == made["statement"]
    refused = own_market.provider.post(own_market.provider.sign("listing", kind="dataset", title="After"))
    assert refused.json()["code"] == "declaration-missing"
    listing = own_market.provider.sign("listing", kind="dataset", title="After", licence="CC-BY-4.0")
    assert own_market.provider.post(listing).status_code == 201
