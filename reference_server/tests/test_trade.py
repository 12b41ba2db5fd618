"""A whole trade at protocol level, over real HTTP, and what is left of it afterwards."""

import os
from pathlib import Path

import httpx
import pytest

from lading.evidence.verdict import Status
from lading.evidence.verify import verify
from lading.keys import vkey
from lading.log import proof
from lading.register.replay import replay
from lading.statement.envelope import statement_id
from lading.statement.words import Id
from lading_server import operate
from lading_server.store import SqliteStore
from reference_server.tests.exchange_process import ExchangeProcess
from reference_server.tests.trader import Content, Market

DATA = os.urandom(3 * 65_536 + 1_000)


@pytest.fixture(scope="module")
def receipt(market: Market) -> str:
    content = Content(DATA)
    contract = market.contract(market.listing())
    delivery = market.delivered(contract, content)
    prefix = f"/content/{contract}/1/{content.root}"
    assert market.consumer.get(f"{prefix}/manifest").content == content.manifest
    assert market.consumer.get(f"{prefix}/chunks").content == DATA
    return market.consumer.issue(
        "receipt", delivery=delivery, outcome="accepted", content_root=content.root, size=len(DATA)
    )


def test_the_evidence_of_a_trade_verifies_offline(
    market: Market, receipt: str, served: ExchangeProcess, tmp_path: Path
) -> None:
    for trader in (market.provider, market.consumer):
        answer = trader.get(f"/statements/{receipt}/evidence")
        assert answer.headers["content-type"] == "application/lading-evidence+json"
        file = tmp_path / "evidence.json"
        file.write_bytes(answer.content)
        trust = tmp_path / "trust.policy"
        trust.write_text(operate.policy(served.directory))
        verdict = verify(file, trust)
        assert verdict.status is Status.VALID, verdict.findings


def test_evidence_for_others_withholds_what_they_may_not_read(market: Market) -> None:
    listing = market.listing()
    offer = market.consumer.register(market.offer(listing))
    admission = market.exchange.get(f"/statements/{offer}/evidence").json()
    assert {entry.get("withheld") for log in admission["logs"] for entry in log["entries"]} == {None}
    public = httpx.get(f"{market.api}/statements/{listing}/evidence").json()
    assert offer not in {
        statement_id(e["statement"].encode()) for log in public["logs"] for e in log["entries"]
    }


def test_a_proof_verifies_with_the_log_key(market: Market, receipt: str, served: ExchangeProcess) -> None:
    key = vkey.parse(operate.describe(served.directory)["vkey"])
    answer = market.consumer.get(f"/statements/{receipt}/proof")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    checked = proof.parse(answer.text).verify(Id(receipt), key)
    assert checked.origin == key.name


def test_the_states_tell_the_story(market: Market) -> None:
    contract = market.contract(market.listing())
    delivery = market.delivered(contract, Content(DATA))
    state = market.consumer.get(f"/state/{delivery}").json()
    assert (state["kind"], state["record"]["state"]) == ("delivery", "open")
    market.consumer.issue("receipt", delivery=delivery, outcome="refused", reason="not-needed")
    state = market.consumer.get(f"/state/{delivery}").json()
    assert state["record"]["state"] == "refused"
    assert "key" not in state["record"]
    assert market.consumer.get(f"/state/{contract}").json()["record"]["last_sequence"] == 1


def test_the_same_bytes_are_answered_with_the_same_place(market: Market) -> None:
    jws = market.offer(market.listing())
    first, second = market.consumer.post(jws), market.consumer.post(jws)
    assert (first.status_code, second.status_code) == (201, 200)
    for member in ("id", "index", "time"):
        assert first.json()[member] == second.json()[member]


def test_a_delivery_without_its_content_is_not_registered(market: Market) -> None:
    contract = market.contract(market.listing())
    refused = market.provider.post(Content(DATA).delivery(market.provider, contract)).json()
    assert (refused["code"], refused["pointer"]) == ("content-missing", "/content_root")


def test_empty_content_needs_no_upload(market: Market) -> None:
    contract = market.contract(market.listing())
    content = Content(b"")
    market.provider.register(content.delivery(market.provider, contract))
    prefix = f"/content/{contract}/1/{content.root}"
    assert market.consumer.get(f"{prefix}/chunks").content == b""
    assert market.consumer.get(f"{prefix}/manifest").content == b""
    assert market.consumer.get(f"{prefix}/chunks", Range="bytes=0-0").status_code == 416


def test_a_batch_sees_its_earlier_lines(market: Market) -> None:
    provider = market.provider
    first = provider.sign("listing", kind="dataset", title="First version")
    second = provider.sign("listing", kind="dataset", title="Second version", supersedes=statement_id(first))
    again = provider.sign("listing", kind="dataset", title="Another second", supersedes=statement_id(first))
    body = b"\n".join([first, second, again, b"no statement", first]) + b"\n"
    answer = provider.http.post(
        "/statements/batch", content=body, headers={"Content-Type": "application/lading-batch"}
    )
    results = answer.json()["results"]
    assert [result["status"] for result in results] == [201, 201, 409, 400, 200]
    assert results[2]["problem"]["code"] == "stale-listing"
    assert results[2]["problem"]["winner"] == statement_id(second)
    assert results[3]["problem"]["code"] == "malformed-envelope"
    assert results[4]["registration"]["index"] == results[0]["registration"]["index"]


def test_a_replay_of_the_log_gives_the_same_state(
    market: Market, receipt: str, served: ExchangeProcess
) -> None:
    """Every row of the state is what the rules make of the log, and there are no others."""
    store = SqliteStore(served.directory / "lading.db")
    with store.read() as sight:
        entries = [(entry, sight.statement(entry.id) or b"") for entry in sight.entries(0, sight.size())]
        rows = sight._connection.execute("SELECT kind, key, record FROM state").fetchall()
    store.close()
    state = {(str(kind), str(key)): str(record) for kind, key, record in rows}
    replayed = replay(entries).records
    assert {address: record.model_dump_json() for address, record in replayed.items()} == state
    assert ("statement", receipt) in state
