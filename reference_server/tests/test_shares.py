"""The exchange's share: checked before a delivery is admitted, released once, held in no other way."""

import os
import time
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from lading.keys.seal import seal_to
from lading.keys.signer import Ed25519Signer
from lading.statement import base64url
from lading.statement.envelope import decode, encode, statement_id
from lading.statement.words import Id
from lading.transfer.shares import Shares
from lading_server.state import StateDirectory, read_key
from reference_server.tests.exchange_process import ExchangeProcess
from reference_server.tests.sealed import ROLES, SealedContent, box_file, box_files, seal_files, wait_until
from reference_server.tests.test_sealed_trade import entries_of, release_of
from reference_server.tests.trader import Content, Market, jwk
from reference_server.tests.wire_client import beginning, read_reply

DATA = b"roads"


@pytest.fixture
def content(market: Market) -> SealedContent:
    return SealedContent(market, market.contract(), DATA)


def refused(content: SealedContent) -> tuple[str, str]:
    """Upload all of it; the code and pointer of the refused registration."""
    problem = content.market.provider.post(content.opened()).json()
    return problem["code"], problem["pointer"]


def test_a_box_of_garbage(content: SealedContent) -> None:
    content.boxes["exchange"] = os.urandom(1168)
    assert refused(content) == ("bad-share", "/sealed/exchange/box")


def test_a_box_with_another_share_than_the_committed_one(content: SealedContent) -> None:
    content.boxes["exchange"] = content.box("exchange", os.urandom(32))
    assert refused(content) == ("bad-share", "/sealed/exchange/box")


def test_the_right_share_with_a_wrong_commitment(content: SealedContent) -> None:
    content.commitments["exchange"] = os.urandom(32)
    assert refused(content) == ("bad-share", "/sealed/exchange/box")


def test_a_box_sealed_to_somebody_else(content: SealedContent) -> None:
    content.public["exchange"], own = content.market.provider.seal.public, content.public["exchange"]
    content.boxes["exchange"] = content.box("exchange")
    content.public["exchange"] = own
    assert refused(content) == ("bad-share", "/sealed/exchange/box")


@pytest.mark.parametrize("what", ["contract", "sequence", "provider", "recipient", "role"])
def test_a_box_made_for_another_purpose(content: SealedContent, what: str) -> None:
    """Each part of what a box is tied to; the share in it is the right one."""
    market, bound = content.market, content.bound
    info = bound.info(market.exchange.id, "exchange")
    assert len(info) == 14 + 32 + 8 + 32 + 32 + 8
    part = {
        "contract": slice(14, 46),
        "sequence": slice(46, 54),
        "provider": slice(54, 86),
        "recipient": slice(86, 118),
        "role": slice(118, None),
    }[what]
    other = bytearray(info)
    other[part] = b"consumer" if what == "role" else bytes(len(info[part]))
    content.boxes["exchange"] = seal_to(content.public["exchange"], content.shares.exchange, bytes(other))
    assert refused(content) == ("bad-share", "/sealed/exchange/box")


def test_the_box_of_another_delivery(market: Market, content: SealedContent) -> None:
    """Copied with its commitment, by a provider that knows neither share."""
    content.opened()
    copy = SealedContent(market, market.contract(), DATA)
    copy.boxes["exchange"], copy.commitments["exchange"] = content.boxes["exchange"], content.shares.exchange
    assert refused(copy) == ("bad-share", "/sealed/exchange/box")


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("end", ["open", "withdrawn"])
def test_a_share_that_was_committed_to_before(
    market: Market, content: SealedContent, role: str, end: str
) -> None:
    first = content.delivered()
    if end == "withdrawn":
        market.provider.issue("withdrawal", statement=first)
    fresh = Shares.generate()
    shares = replace(fresh, **{role: getattr(content.shares, role)})
    problem = market.provider.open_upload(
        SealedContent(market, market.contract(), DATA, shares=shares).delivery()
    ).json()
    assert (problem["code"], problem["winner"]) == ("share-reused", first)
    assert problem["pointer"] == f"/sealed/{role}/commitment"


def test_a_share_that_waits_in_another_upload(market: Market) -> None:
    """Both uploads are complete; the first to be registered has the share."""
    shares = Shares.generate()
    pair = [SealedContent(market, market.contract(), DATA, shares=shares) for _ in range(2)]
    tickets = [content.opened() for content in pair]
    first = market.provider.register(tickets[0])
    problem = market.provider.post(tickets[1]).json()
    assert (problem["code"], problem["winner"]) == ("share-reused", first)


def test_a_seal_key_that_nobody_listed(market: Market, content: SealedContent) -> None:
    content.public["exchange"] = market.provider.seal.public
    problem = market.provider.open_upload(content.delivery()).json()
    assert (problem["code"], problem["pointer"]) == ("unknown-seal-key", "/sealed/exchange/key")


def closed(content: SealedContent, delivery: Id, how: str) -> None:
    """Bring an open delivery to one of its ends."""
    market = content.market
    if how == "received":
        market.consumer.register(content.receipt(delivery))
    elif how == "refused":
        market.consumer.issue("receipt", delivery=delivery, outcome="refused", reason="not-needed")
    else:
        market.provider.issue("withdrawal", statement=delivery)


@pytest.mark.parametrize("how", ["received", "refused", "withdrawn"])
def test_the_exchanges_box_is_deleted_when_the_delivery_is_closed(
    market: Market, served: ExchangeProcess, content: SealedContent, how: str
) -> None:
    delivery = content.delivered()
    box = box_file(served, content)
    assert content.has_box("exchange")
    assert box.read_bytes() == content.boxes["exchange"]
    closed(content, delivery, how)
    assert not content.has_box("exchange")
    wait_until(lambda: not box.exists(), seconds=5)
    assert content.has_box("consumer")
    for body in (content.boxes["exchange"], b"no box at all"):
        assert content.refused("boxes/exchange", body) == "not-found"
    assert not box.exists()


def test_a_box_that_arrives_while_its_delivery_is_closed(
    market: Market, served: ExchangeProcess, content: SealedContent
) -> None:
    """The upload began in time, and ends behind the deletion: nothing of it stays."""
    delivery = content.delivered()
    path, box = f"{content.prefix}/boxes/exchange", content.boxes["exchange"]
    file = box_file(served, content)
    with beginning(served, market.provider, path, box) as connection:
        connection.sendall(box[:-1])
        time.sleep(0.3)
        closed(content, delivery, "withdrawn")
        wait_until(lambda: not file.exists(), seconds=5)
        connection.sendall(box[-1:])
        assert read_reply(connection).code == "not-found"
    assert not file.exists()


def test_a_share_is_nowhere_in_clear_before_its_release(
    own_exchange: ExchangeProcess, own_market: Market
) -> None:
    """Neither the bytes nor their base64url stand in any file or in the log, also after a start; then in the database
    alone.
    """
    content = SealedContent(own_market, own_market.contract(), DATA)
    delivery = content.delivered()
    share = content.shares.exchange
    assert places(own_exchange, share) == set()
    own_exchange.end()
    assert places(own_exchange, share) == set()
    own_exchange.start()
    release = release_of(own_market, own_market.consumer.register(content.receipt(delivery)))
    assert any(part in release["statement"].encode() for part in spellings(share))
    own_exchange.end()
    assert places(own_exchange, share) == {"lading.db"}
    own_exchange.start()


def places(exchange: ExchangeProcess, share: bytes) -> set[str]:
    """Files that hold a share."""
    parts = spellings(share)
    files = [*exchange.directory.rglob("*"), exchange.directory.with_name(exchange.directory.name + ".log")]
    found = [path for path in files if path.is_file()]
    return {path.name for path in found if any(part in path.read_bytes() for part in parts)}


def spellings(share: bytes) -> list[bytes]:
    """A share as bytes, as text, and as text inside a statement, whose payload is base64url once more."""
    text = base64url.encode(share)
    inside = [base64url.encode(bytes(shift) + text) for shift in range(3)]
    return [share, text, share.hex().encode(), *(part[4 : len(part) // 4 * 4 - 4] for part in inside)]


def test_a_receipt_waits_until_the_seal_key_is_back(
    own_exchange: ExchangeProcess, own_market: Market, tmp_path: Path
) -> None:
    content = SealedContent(own_market, own_market.contract(), DATA)
    delivery = content.delivered()
    waiting = SealedContent(own_market, own_market.contract(), b"waits")
    ticket = waiting.opened()
    (key,) = seal_files(own_exchange)
    own_exchange.end()
    key.rename(tmp_path / key.name)
    own_exchange.start()
    size = len(entries_of(own_market))
    receipt = content.receipt(delivery)
    refused = own_market.consumer.post(receipt)
    assert (refused.status_code, refused.json()["code"]) == (503, "share-unavailable")
    assert own_market.provider.post(ticket).json()["code"] == "bad-share"
    assert own_market.provider.open_upload(ticket).json()["code"] == "bad-share"
    clear = own_market.delivered(own_market.contract(), Content(b"clear content goes on"))
    assert own_market.consumer.get(f"/state/{clear}").json()["record"]["state"] == "open"
    events = entries_of(own_market)[size:]
    assert {event["type"] for event in events} == {"listing", "acceptance", "delivery"}
    assert own_market.consumer.get(f"/state/{delivery}").json()["record"]["state"] == "open"
    assert content.has_box("exchange")
    own_exchange.end()
    (tmp_path / key.name).rename(key)
    own_exchange.start()
    release_of(own_market, own_market.consumer.register(receipt))
    own_market.provider.register(ticket)


@pytest.mark.parametrize("loss", ["gone", "torn"])
def test_a_receipt_waits_until_the_box_is_back(
    own_exchange: ExchangeProcess, own_market: Market, loss: str
) -> None:
    content = SealedContent(own_market, own_market.contract(), DATA)
    delivery = content.delivered()
    (box,) = box_files(own_exchange)
    box.unlink()
    if loss == "torn":
        box.write_bytes(content.boxes["exchange"][:600])
    receipt = content.receipt(delivery)
    lines = [
        own_market.provider.sign("listing", kind="dataset", title="Before"),
        receipt,
        own_market.provider.sign("listing", kind="dataset", title="After"),
    ]
    answer = own_market.consumer.http.post(
        "/statements/batch", content=b"\n".join(lines), headers={"Content-Type": "application/lading-batch"}
    )
    results = answer.json()["results"]
    assert [result["status"] for result in results] == [201, 503, 201]
    assert results[1]["problem"]["code"] == "share-unavailable"
    assert results[2]["registration"]["index"] == results[0]["registration"]["index"] + 1
    assert "a share cannot be released" in own_exchange.log()
    box.write_bytes(content.boxes["exchange"])
    release_of(own_market, own_market.consumer.register(receipt))


def test_a_file_that_holds_another_seal_key_than_its_name_says(
    own_exchange: ExchangeProcess, own_market: Market
) -> None:
    own_exchange.end()
    (key,) = seal_files(own_exchange)
    for text in (key.read_text().replace("SEED", "NEED"), key.read_text()[:60], ""):
        key.write_text(text)
        process = own_exchange.spawn()
        assert process.wait(timeout=30) == 2
        assert process.stdout is not None
        process.stdout.close()
        assert "does not hold the seal key of its name" in own_exchange.log().splitlines()[-1]


def test_the_exchange_does_not_sign_with_a_key_that_it_has_replaced_elsewhere(
    own_exchange: ExchangeProcess, own_market: Market
) -> None:
    """Somebody registered a successor without the server; it cannot release, and says so."""
    content = SealedContent(own_market, own_market.contract(), DATA)
    delivery = content.delivered()
    exchange = own_market.exchange
    successor = successor_of(own_exchange, own_market)
    exchange.register(successor)
    refused = own_market.consumer.post(content.receipt(delivery))
    assert (refused.status_code, refused.json()["code"]) == (503, "share-unavailable")
    assert "statement key" in own_exchange.log()


def successor_of(exchange: ExchangeProcess, market: Market) -> bytes:
    """A statement that replaces the exchange's key, made without the server."""
    state = StateDirectory(exchange.directory)
    signer = read_key(state.key_file("next"))
    head = httpx.get(f"{exchange.api}/.well-known/lading").json()["head"].encode()
    links = {"issuer": market.exchange.id, "previous": statement_id(head), "under": statement_id(head)}
    keys = {"keys": [{"jwk": jwk(signer), "use": "sign"}], "next": [Ed25519Signer.generate().thumbprint]}
    return encode(decode(head).members | links | keys, signer)
