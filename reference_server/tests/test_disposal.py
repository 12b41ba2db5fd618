"""Boxes that a crash left behind, and seal keys that nobody needs any more."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import suppress

import httpx
import pytest

from lading.statement.envelope import statement_id
from lading.statement.words import Id
from reference_server.tests.exchange_process import ExchangeProcess, kill_9
from reference_server.tests.sealed import SealedContent, box_file, box_files, wait_until
from reference_server.tests.test_sealed_trade import entries_of, release_of
from reference_server.tests.trader import STATEMENT, Content, Market, now_ms

REGISTER_AND_DIE = """
import os, signal, sys
from pathlib import Path
from lading_server.exchange import Exchange
from lading_server.state import StateDirectory

state = StateDirectory(Path(sys.argv[1]))
with state.locked():
    exchange = Exchange.open(state)
    (answer,) = exchange.register.admit([exchange.register.prepare(sys.stdin.buffer.read())])
    print(type(answer).__name__, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


def register_and_die(exchange: ExchangeProcess, jws: bytes) -> None:
    """Kill the exchange with signal 9 right after the commit of a statement, before anything that follows from it."""
    child = subprocess.run(
        [sys.executable, "-c", REGISTER_AND_DIE, str(exchange.directory)],
        input=jws,
        capture_output=True,
        check=False,
    )
    assert child.returncode == -signal.SIGKILL, child.stderr
    assert child.stdout == b"Registered\n"


def ending(market: Market, content: SealedContent, delivery: Id, how: str) -> bytes:
    """The statement that closes a delivery in one of the four ways."""
    consumer = market.consumer
    makers: dict[str, Callable[[], bytes]] = {
        "received": lambda: content.receipt(delivery),
        "refused": lambda: consumer.sign("receipt", delivery=delivery, outcome="refused", reason="late"),
        "withdrawn": lambda: market.provider.sign("withdrawal", statement=delivery),
        "lapsed": lambda: market.exchange.sign("lapse", delivery=delivery),
    }
    return makers[how]()


@pytest.mark.parametrize("how", ["received", "refused", "withdrawn", "lapsed"])
def test_kill_9_between_the_commit_and_the_deletion_of_the_box(
    own_exchange: ExchangeProcess, own_market: Market, how: str
) -> None:
    contract = own_market.quick_contract("PT5S") if how == "lapsed" else own_market.contract()
    content = SealedContent(own_market, contract, b"roads")
    other = SealedContent(own_market, own_market.contract(), b"stays open")
    delivery = content.delivered()
    other.delivered()
    jws = ending(own_market, content, delivery, how)
    deadline = own_market.consumer.get(f"/state/{delivery}").json()["record"]["deadline"]
    own_exchange.end()
    if how == "lapsed":
        assert now_ms() < deadline
        time.sleep((deadline - now_ms()) / 1000 + 0.1)
    register_and_die(own_exchange, jws)
    assert len(box_files(own_exchange)) == 2
    own_exchange.start()
    wait_until(lambda: len(box_files(own_exchange)) == 1, seconds=5)
    assert own_market.consumer.get(f"/state/{delivery}").json()["record"]["state"] == how
    assert not content.has_box("exchange")
    assert other.has_box("exchange")


@pytest.mark.parametrize("progress", [None, "", "no number", "99999999"])
def test_boxes_are_looked_for_from_the_start_where_nothing_says_how_far_that_has_come(
    own_exchange: ExchangeProcess, own_market: Market, progress: str | None
) -> None:
    content = SealedContent(own_market, own_market.contract(), b"roads")
    delivery = content.delivered()
    (box,) = box_files(own_exchange)
    own_market.consumer.register(content.receipt(delivery))
    wait_until(lambda: not box.exists(), seconds=5)
    own_exchange.end()
    box.write_bytes(content.boxes["exchange"])
    file = own_exchange.directory / "destroyed"
    assert file.read_text().isdecimal()
    file.unlink() if progress is None else file.write_text(progress)
    own_exchange.start()
    wait_until(lambda: not box.exists(), seconds=5)


def test_what_was_looked_through_is_not_looked_through_again(
    own_exchange: ExchangeProcess, own_market: Market
) -> None:
    """The file is not there for show: a start goes on where it says."""
    contents = [SealedContent(own_market, own_market.contract(), b"roads %d" % n) for n in range(2)]
    deliveries = [content.delivered() for content in contents]
    old, new = (box_file(own_exchange, content) for content in contents)
    own_market.consumer.register(contents[0].receipt(deliveries[0]))
    wait_until(lambda: not old.exists(), seconds=5)
    own_exchange.end()
    old.write_bytes(contents[0].boxes["exchange"])
    register_and_die(own_exchange, contents[1].receipt(deliveries[1]))
    own_exchange.start()
    wait_until(lambda: not new.exists(), seconds=5)
    assert old.exists()


def test_boxes_are_found_behind_hundreds_of_other_closings(
    own_exchange: ExchangeProcess, own_market: Market
) -> None:
    """More than are looked at together, most of them of clear deliveries."""
    contents = [SealedContent(own_market, own_market.contract(), b"roads %d" % n) for n in range(4)]
    deliveries = [content.delivered() for content in contents]
    boxes = {path: path.read_bytes() for path in box_files(own_exchange)}
    contract, empty = own_market.contract(), Content(b"")
    clear = [empty.delivery(own_market.provider, contract, number) for number in range(1, 301)]
    refusals = [own_market.provider.sign("withdrawal", statement=statement_id(jws)) for jws in clear]
    receipts = [content.receipt(delivery) for content, delivery in zip(contents, deliveries, strict=True)]
    for lines in (clear[:150], clear[150:], receipts[:2], refusals[:150], refusals[150:], receipts[2:]):
        answer = own_market.provider.http.post(
            "/statements/batch",
            content=b"\n".join(lines),
            headers={"Content-Type": "application/lading-batch"},
        )
        assert {result["status"] for result in answer.json()["results"]} == {201}
    wait_until(lambda: not box_files(own_exchange), seconds=5)
    own_exchange.end()
    for path, box in boxes.items():
        path.write_bytes(box)
    (own_exchange.directory / "destroyed").unlink()
    own_exchange.start()
    wait_until(lambda: not box_files(own_exchange), seconds=5)


def test_a_box_that_cannot_be_deleted_keeps_no_other_back_and_is_tried_again(
    own_exchange: ExchangeProcess, own_market: Market
) -> None:
    contents = [SealedContent(own_market, own_market.contract(), b"roads %d" % n) for n in range(3)]
    deliveries = [content.delivered() for content in contents]
    boxes = [box_file(own_exchange, content) for content in contents]
    boxes[0].unlink()
    boxes[0].mkdir()
    lines = [own_market.provider.sign("withdrawal", statement=delivery) for delivery in deliveries]
    answer = own_market.provider.http.post(
        "/statements/batch", content=b"\n".join(lines), headers={"Content-Type": "application/lading-batch"}
    )
    assert {result["status"] for result in answer.json()["results"]} == {201}
    wait_until(lambda: not boxes[1].exists() and not boxes[2].exists(), seconds=5)
    assert boxes[0].exists()
    wait_until(lambda: "a box cannot be deleted" in own_exchange.log(), seconds=5)
    own_exchange.end()
    boxes[0].rmdir()
    boxes[0].write_bytes(contents[0].boxes["exchange"])
    own_exchange.start()
    wait_until(lambda: not boxes[0].exists(), seconds=5)


def test_kill_9_in_a_burst_of_receipts_leaves_none_without_its_release(
    own_exchange: ExchangeProcess, own_market: Market
) -> None:
    """Whatever was acknowledged stands, whatever stands has its release, and the rest can be sent again."""
    contents = [SealedContent(own_market, own_market.contract(), b"roads %d" % n) for n in range(30)]
    receipts = [content.receipt(content.delivered()) for content in contents]
    acknowledged: list[Id] = []

    def post(jws: bytes) -> None:
        headers = {"Content-Type": STATEMENT}
        with suppress(httpx.HTTPError):
            answer = httpx.post(f"{own_market.api}/statements", content=jws, headers=headers, trust_env=False)
            acknowledged.append(Id(answer.json()["id"]))

    with ThreadPoolExecutor(6) as pool:
        posts = [pool.submit(post, jws) for jws in receipts]
        wait_until(lambda: len(acknowledged) >= 5)
        kill_9(own_exchange)
        wait(posts)
    assert len(acknowledged) < len(receipts), "it was killed too late"
    own_exchange.start()
    entries = entries_of(own_market)
    registered = {Id(entry["id"]) for entry in entries if entry["type"] == "receipt"}
    assert set(acknowledged) <= registered
    for receipt in registered:
        release_of(own_market, receipt)
    assert len([entry for entry in entries if entry["type"] == "release"]) == len(registered)
    for jws in receipts:
        release_of(own_market, own_market.consumer.register(jws))
    wait_until(lambda: not box_files(own_exchange), seconds=5)
