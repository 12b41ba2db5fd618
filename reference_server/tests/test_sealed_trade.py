"""A sealed delivery from the upload to the opened content, over real HTTP."""

import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from lading.keys import vkey
from lading.log import proof
from lading.statement import base64url
from lading.statement.envelope import decode
from lading.statement.words import Id
from lading.transfer.sealing import Leaves, Room, open_chunk
from lading.transfer.shares import content_key, open_share
from lading_server import operate
from reference_server.tests.exchange_process import ExchangeProcess
from reference_server.tests.sealed import CHUNK, SealedContent
from reference_server.tests.trader import Content, Market

DATA = os.urandom(2 * CHUNK + 777)


def entries_of(market: Market) -> list[dict[str, Any]]:
    """Everything in the log, as the exchange sees it."""
    events: list[dict[str, Any]] = []
    after = -1
    while page := market.exchange.get(f"/events?after={after}").json():
        events += page["events"]
        if not page["events"]:
            break
        after = page["next"]
    return events


def release_of(market: Market, receipt: Id) -> dict[str, Any]:
    """The entry after a registered receipt, which must be its release."""
    entries = entries_of(market)
    index: int = next(entry["index"] for entry in entries if entry["id"] == receipt)
    following: dict[str, Any] = entries[index + 1]
    assert (following["index"], following["type"]) == (index + 1, "release")
    members = decode(following["statement"].encode()).members
    assert members["receipt"] == receipt
    assert following["time"] == entries[index]["time"]
    return following


def share_in(release: dict[str, Any]) -> bytes:
    """What a release releases."""
    return base64url.decode(decode(release["statement"].encode()).members["share"].encode())


def test_the_consumer_opens_the_content_with_what_the_receipt_released(market: Market) -> None:
    content = SealedContent(market, market.contract(), DATA)
    delivery = content.delivered()
    consumer = market.consumer
    assert consumer.get(f"{content.prefix}/chunks").content == b"".join(content.chunks)
    assert consumer.get(f"{content.prefix}/manifest").content == content.manifest
    box = consumer.get(f"{content.prefix}/boxes/consumer").content
    info = content.bound.info(consumer.id, "consumer")
    own = open_share(consumer.seal, box, info, content.members["sealed"]["consumer"]["commitment"])

    receipt = consumer.register(content.receipt(delivery))
    release = release_of(market, receipt)
    key = content_key(content.bound, share_in(release), own)
    leaves, room = Leaves(content.manifest), Room(CHUNK)
    opened = [
        bytes(open_chunk(key, number, chunk, leaves[number], len(chunk) - 48, room))
        for number, chunk in enumerate(content.chunks)
    ]
    assert b"".join(opened) == DATA


def test_a_range_of_ciphertexts_and_of_the_manifest(market: Market) -> None:
    content = SealedContent(market, market.contract(), DATA)
    content.delivered()
    whole = b"".join(content.chunks)
    assert len(whole) == len(DATA) + 3 * 48
    for path, data in (("chunks", whole), ("manifest", content.manifest)):
        answer = market.consumer.get(f"{content.prefix}/{path}", Range="bytes=100-150")
        assert (answer.status_code, answer.content) == (206, data[100:151])
        assert answer.headers["content-range"] == f"bytes 100-150/{len(data)}"
    assert market.consumer.get(f"{content.prefix}/chunks", Range=f"bytes={len(whole)}-").status_code == 416


def test_the_states_tell_the_story(market: Market) -> None:
    content = SealedContent(market, market.contract(), DATA)
    delivery = content.delivered()
    record = market.consumer.get(f"/state/{delivery}").json()["record"]
    assert (record["state"], record["form"], record["custody"]) == ("open", "sealed", "exchange")
    assert record["sealed"] == content.members["sealed"]
    assert record.keys().isdisjoint({"url", "released_by", "settles_at", "closed_by"})
    receipt = market.consumer.register(content.receipt(delivery))
    release = release_of(market, receipt)
    record = market.consumer.get(f"/state/{delivery}").json()["record"]
    assert (record["state"], record["closed_by"], record["released_by"]) == (
        "received",
        receipt,
        release["id"],
    )
    assert record["settles_at"] == release["time"] + 14 * 86_400_000


def test_a_release_is_shown_to_the_parties_alone(market: Market) -> None:
    content = SealedContent(market, market.contract(), DATA)
    delivery = content.delivered()
    after = len(entries_of(market)) - 1
    receipt = market.consumer.register(content.receipt(delivery))
    release = release_of(market, receipt)["id"]
    for party, sees in ((market.provider, True), (market.consumer, True), (market.stranger, False)):
        events = party.get(f"/events?after={after}").json()["events"]
        assert (release in {event["id"] for event in events}) == sees
        assert party.get(f"/statements/{release}").status_code == (200 if sees else 404)
    assert httpx.get(f"{market.api}/statements/{release}").status_code == 404


def test_a_receipt_that_comes_twice_has_one_release(market: Market) -> None:
    content = SealedContent(market, market.contract(), DATA)
    delivery = content.delivered()
    jws = content.receipt(delivery)
    first, again = market.consumer.post(jws), market.consumer.post(jws)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["index"] == again.json()["index"]
    second = market.consumer.post(content.receipt(delivery)).json()
    assert (second["code"], second["winner"]) == ("delivery-not-open", first.json()["id"])
    receipts = [
        decode(entry["statement"].encode()).members["receipt"]
        for entry in entries_of(market)
        if entry["type"] == "release"
    ]
    assert receipts.count(first.json()["id"]) == 1


def test_a_receipt_after_the_withdrawal(market: Market) -> None:
    content = SealedContent(market, market.contract(), DATA)
    delivery = content.delivered()
    withdrawal = market.provider.issue("withdrawal", statement=delivery)
    size = len(entries_of(market))
    refused = market.consumer.post(content.receipt(delivery)).json()
    assert (refused["code"], refused["winner"]) == ("delivery-not-open", withdrawal)
    assert len(entries_of(market)) == size


def test_a_refused_receipt_has_no_release(market: Market) -> None:
    content = SealedContent(market, market.contract(), DATA)
    market.consumer.issue("receipt", delivery=content.delivered(), outcome="refused", reason="not-needed")
    assert entries_of(market)[-1]["type"] == "receipt"


@pytest.mark.parametrize("left_out", ["manifest_root", "content_root", "size"])
def test_a_receipt_of_something_else(market: Market, left_out: str) -> None:
    content = SealedContent(market, market.contract(), DATA)
    named: dict[str, object] = {
        "content_root": content.content_root,
        "manifest_root": content.root,
        "size": len(DATA),
    }
    wrong = {"manifest_root": None, "content_root": content.root, "size": len(DATA) - 1}[left_out]
    jws = market.consumer.sign(
        "receipt", delivery=content.delivered(), outcome="accepted", **(named | {left_out: wrong})
    )
    assert market.consumer.post(jws).json()["code"] == "receipt-mismatch"


def test_nobody_but_the_exchange_releases(market: Market) -> None:
    content = SealedContent(market, market.contract(), DATA)
    receipt = market.consumer.register(content.receipt(content.delivered()))
    share = base64url.encode(content.shares.exchange).decode()
    for issuer, code in ((market.provider, "wrong-issuer"), (market.exchange, "delivery-not-open")):
        assert issuer.post(issuer.sign("release", receipt=receipt, share=share)).json()["code"] == code


def test_the_exchange_as_a_party_gets_clear_deliveries_only(market: Market) -> None:
    """It would hold its own share and the consumer's."""
    listing = market.listing()
    contract = market.exchange.issue("acceptance", listing=listing, purpose="research", reference="own")
    content = SealedContent(market, contract, DATA)
    refused = market.provider.open_upload(content.delivery()).json()
    assert (refused["code"], refused["pointer"]) == ("exchange-is-party", "/home")
    assert market.provider.open_upload(Content(DATA).delivery(market.provider, contract)).status_code == 200


def test_content_in_the_providers_custody(market: Market) -> None:
    """Manifest and boxes lie here, the chunks do not."""
    content = SealedContent(market, market.contract(), DATA)
    jws = content.delivery(custody="provider", url="https://provider.example/roads")
    opened = market.provider.open_upload(jws).json()
    assert opened == {
        "content": content.prefix,
        "chunks": 3,
        "held": 0,
        "manifest": False,
        "boxes": {"exchange": False, "consumer": False},
    }
    for role, box in content.boxes.items():
        content.put(f"boxes/{role}", box)
    problem = market.provider.post(jws).json()
    assert (problem["code"], problem["pointer"]) == ("content-missing", "/sealed/manifest_root")
    content.opened(ticket=jws, chunks=False)
    assert content.refused("chunks/0", content.chunks[0]) == "not-found"
    delivery = market.provider.register(jws)
    assert market.consumer.get(f"{content.prefix}/manifest").content == content.manifest
    for read in (market.consumer.get, market.consumer.head_request, market.provider.head_request):
        assert read(f"{content.prefix}/chunks").status_code == 404
    record = market.consumer.get(f"/state/{delivery}").json()["record"]
    assert (record["custody"], record["url"]) == ("provider", "https://provider.example/roads")
    release_of(market, market.consumer.register(content.receipt(delivery)))


def test_empty_content_needs_boxes_only(market: Market) -> None:
    content = SealedContent(market, market.contract(), b"")
    jws = content.delivery()
    assert market.provider.open_upload(jws).json()["manifest"] is True
    assert market.provider.post(jws).json()["pointer"] == "/sealed/exchange/box"
    for role, box in content.boxes.items():
        content.put(f"boxes/{role}", box)
    delivery = market.provider.register(jws)
    assert market.consumer.get(f"{content.prefix}/chunks").content == b""
    release_of(market, market.consumer.register(content.receipt(delivery)))


def all_together(work: list[Callable[[], httpx.Response]]) -> list[httpx.Response]:
    """Do everything at the same moment, each in a thread of its own."""
    ready = threading.Barrier(len(work))

    def do(one: Callable[[], httpx.Response]) -> httpx.Response:
        ready.wait()
        return one()

    with ThreadPoolExecutor(len(work)) as pool:
        return list(pool.map(do, work))


def test_nothing_comes_between_a_receipt_and_its_release(market: Market, served: ExchangeProcess) -> None:
    """Receipts and other statements arrive at once, alone and in batches; and no checkpoint parts the two."""
    key = vkey.parse(operate.describe(served.directory)["vkey"])
    contents = [SealedContent(market, market.contract(), b"roads %d" % number) for number in range(12)]
    receipts = [content.receipt(content.delivered()) for content in contents]
    headers = {"Content-Type": "application/lading-batch"}

    def post(jws: bytes) -> Callable[[], httpx.Response]:
        return lambda: httpx.post(
            f"{market.api}/statements/batch", content=jws, headers=headers, timeout=60, trust_env=False
        )

    def listing(number: int) -> bytes:
        return market.provider.sign("listing", kind="dataset", title=f"Beside {number}")

    work = [post(b"\n".join([listing(2 * n), jws, listing(2 * n + 1)])) for n, jws in enumerate(receipts)]
    work += [post(listing(number)) for number in range(100, 124)]
    answers = all_together(work)
    registrations = [result["registration"] for answer in answers for result in answer.json()["results"]]
    assert len(registrations) == 12 * 3 + 24
    released = {release_of(market, decode(jws).id)["index"] for jws in receipts}
    assert len(released) == 12
    for registration in registrations:
        seen = proof.parse(registration["proof"]).verify(Id(registration["id"]), key)
        assert seen.size not in released


def test_a_batch_that_brings_delivery_and_receipt(market: Market) -> None:
    """The receipt's release is entered inside the batch, and the statements after it stand behind it."""
    content = SealedContent(market, market.contract(), DATA)
    jws = content.opened()
    lines = [
        jws,
        content.receipt(decode(jws).id),
        market.provider.sign("listing", kind="dataset", title="Last"),
    ]
    answer = market.provider.http.post(
        "/statements/batch", content=b"\n".join(lines), headers={"Content-Type": "application/lading-batch"}
    )
    places = [result["registration"]["index"] for result in answer.json()["results"]]
    assert places == [places[0], places[0] + 1, places[0] + 3]
    release_of(market, decode(lines[1]).id)
