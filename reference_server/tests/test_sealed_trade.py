"""A sealed delivery from the upload to the opened content, over real HTTP."""

import os

import httpx

from lading.statement import base64url
from lading.statement.words import Id
from lading.transfer.sealing import Leaves, Room, open_chunk
from lading.transfer.shares import content_key, open_share
from reference_server.tests.sealed import CHUNK, SealedContent
from reference_server.tests.trader import Market

DATA = os.urandom(2 * CHUNK + 777)


def entries_of(market: Market) -> list[dict[str, object]]:
    """Everything in the log, as the exchange sees it."""
    events: list[dict[str, object]] = []
    after = -1
    while True:
        page = market.exchange.get(f"/events?after={after}").json()
        events += page["events"]
        if not page["events"]:
            return events
        after = page["next"]


def release_of(market: Market, receipt: Id) -> dict[str, object]:
    """The entry after a receipt, which must be its release."""
    events = entries_of(market)
    index = next(event["index"] for event in events if event["id"] == receipt)
    assert isinstance(index, int)
    following = events[index + 1]
    assert following["index"] == index + 1
    assert following["type"] == "release"
    assert following["time"] == events[index]["time"]
    return following


def share_in(market: Market, release: object) -> bytes:
    jws = market.consumer.get(f"/statements/{release}").content
    payload = base64url.decode(jws.split(b".")[1])
    share = payload.split(b'"share":"')[1].split(b'"')[0]
    return base64url.decode(share)


def test_the_consumer_opens_the_content_with_what_the_receipt_released(market: Market) -> None:
    content = SealedContent(market, market.contract(), DATA)
    delivery = content.delivered()
    consumer = market.consumer
    sealed = consumer.get(f"{content.prefix}/chunks").content
    assert sealed == b"".join(content.chunks)
    assert consumer.get(f"{content.prefix}/manifest").content == content.manifest
    box = consumer.get(f"{content.prefix}/boxes/consumer").content
    info = content.bound.info(consumer.id, "consumer")
    own = open_share(consumer.seal, box, info, content.members["sealed"]["consumer"]["commitment"])

    receipt = consumer.register(content.receipt(delivery))
    release = release_of(market, receipt)
    key = content_key(content.bound, share_in(market, release["id"]), own)
    leaves, room = Leaves(content.manifest), Room(CHUNK)
    opened = b""
    for number, chunk in enumerate(content.chunks):
        length = len(chunk) - 48
        opened += bytes(open_chunk(key, number, chunk, leaves[number], length, room))
    assert opened == DATA


def test_the_states_tell_the_story(market: Market) -> None:
    content = SealedContent(market, market.contract(), DATA)
    delivery = content.delivered()
    record = market.consumer.get(f"/state/{delivery}").json()["record"]
    assert (record["state"], record["form"], record["custody"]) == ("open", "sealed", "exchange")
    assert record["sealed"] == content.members["sealed"]
    receipt = market.consumer.register(content.receipt(delivery))
    release = release_of(market, receipt)
    record = market.consumer.get(f"/state/{delivery}").json()["record"]
    assert (record["state"], record["closed_by"], record["released_by"]) == (
        "received",
        receipt,
        release["id"],
    )
    assert record["settles_at"] == int(str(release["time"])) + 14 * 86_400_000


def test_a_release_is_shown_to_the_parties_alone(market: Market) -> None:
    content = SealedContent(market, market.contract(), DATA)
    after = len(entries_of(market)) - 1
    receipt = market.consumer.register(content.receipt(content.delivered()))
    release = release_of(market, receipt)["id"]
    for party, sees in ((market.provider, True), (market.consumer, True), (market.stranger, False)):
        events = party.get(f"/events?after={after}").json()["events"]
        assert (release in {event["id"] for event in events}) == sees
    for party in (market.provider, market.consumer):
        assert party.get(f"/statements/{release}").status_code == 200
    assert market.stranger.get(f"/statements/{release}").status_code == 404
    assert httpx.get(f"{market.api}/statements/{release}").status_code == 404


def test_a_receipt_that_comes_twice_has_one_release(market: Market) -> None:
    content = SealedContent(market, market.contract(), DATA)
    delivery = content.delivered()
    jws = content.receipt(delivery)
    first, again = market.consumer.post(jws), market.consumer.post(jws)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["index"] == again.json()["index"]
    other = market.consumer.post(content.receipt(delivery)).json()
    assert (other["code"], other["winner"]) == ("delivery-not-open", first.json()["id"])
    released = [event for event in entries_of(market) if event["type"] == "release"]
    assert len(released) == len({event["id"] for event in released})
    assert [event["index"] for event in released].count(first.json()["index"] + 1) == 1
