"""Claims and their attachments: uploaded under the signed claim, held before it is registered, shown to its readers."""

import os
import secrets
import time
from collections.abc import Iterator
from typing import Any

import pytest

from lading.statement import base64url
from lading.statement.envelope import statement_id
from lading.statement.words import Id
from reference_server.tests.exchange_process import ExchangeProcess, kill_9
from reference_server.tests.sealed import CHUNK, SealedContent, digest_of
from reference_server.tests.test_sealed_trade import release_of
from reference_server.tests.trader import OCTETS, TERMS, Market

DATA = os.urandom(2 * CHUNK + 7)


def described(name: str, data: bytes) -> dict[str, object]:
    """An attachment as a claim names it."""
    return {"name": name, "media_type": OCTETS, "size": len(data), "digest": digest_of(data)}


class Complaint:
    """A consumer's claim about a chunk of content that it has received. The exchange does not judge it."""

    def __init__(self, market: Market, content: SealedContent, release: Id, index: int = 1) -> None:
        self.market = market
        self.path = os.urandom(64)
        self.chunk = content.chunks[index]
        leaf = content.manifest[96 * index : 96 * (index + 1)]
        self.proof: dict[str, Any] = {
            "index": index,
            "leaf": base64url.encode(leaf).decode(),
            "path": described("path", self.path),
            "chunk": described("chunk", self.chunk),
            "key": base64url.encode(secrets.token_bytes(32)).decode(),
        }
        self.release = release

    def sign(self) -> bytes:
        """The signed claim."""
        return self.market.consumer.sign(
            "claim", statement=self.release, ground="bad-chunk", proof=self.proof
        )

    def where(self, jws: bytes, data: bytes) -> str:
        """The address of an attachment."""
        return f"/attachments/{statement_id(jws)}/{digest_of(data)}"


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Market]:
    """An exchange for these tests alone: the claims that may wait are few."""
    exchange = ExchangeProcess(tmp_path_factory.mktemp("claims") / "state").start()
    market = Market(exchange.api, exchange.id, exchange.directory)
    yield market
    market.close()
    assert exchange.end() == 0


@pytest.fixture(scope="module")
def received(market: Market) -> tuple[SealedContent, Id]:
    content = SealedContent(market, market.contract(), DATA)
    receipt = market.consumer.register(content.receipt(content.delivered()))
    return content, Id(release_of(market, receipt)["id"])


@pytest.fixture
def complaint(market: Market, received: tuple[SealedContent, Id]) -> Complaint:
    content, release = received
    return Complaint(market, content, release)


def test_a_claim_needs_its_attachments(market: Market, complaint: Complaint) -> None:
    consumer, jws = market.consumer, complaint.sign()
    parts = [complaint.path, complaint.chunk]
    expected = [{"digest": digest_of(part), "held": False} for part in parts]
    opened = consumer.open_upload(jws)
    assert (opened.status_code, opened.json()) == (200, {"attachments": expected})
    for number, part in enumerate(parts):
        refused = consumer.post(jws).json()
        assert (refused["code"], refused["pointer"]) == ("content-missing", "/proof")
        assert consumer.put(complaint.where(jws, part), part).status_code == 204
        expected[number]["held"] = True
        assert consumer.open_upload(jws).json() == {"attachments": expected}
    claim = consumer.register(jws)
    state = consumer.get(f"/state/{claim}").json()
    assert state["kind"] == "claim"
    assert state["record"] == {
        "about": complaint.release,
        "release": complaint.release,
        "delivery": state["record"]["delivery"],
        "contract": state["record"]["contract"],
        "claimant": consumer.id,
        "respondent": market.provider.id,
        "ground": "bad-chunk",
        "index": 1,
        "state": "open",
    }
    assert consumer.open_upload(jws).json() == {"attachments": expected}
    again = consumer.post(complaint.sign()).json()
    assert (again["code"], again["winner"]) == ("claim-taken", claim)
    assert consumer.open_upload(complaint.sign()).json()["code"] == "claim-taken"


def registered(complaint: Complaint) -> bytes:
    """The claim, with everything that it needs."""
    consumer, jws = complaint.market.consumer, complaint.sign()
    assert consumer.open_upload(jws).status_code == 200
    for part in (complaint.path, complaint.chunk):
        assert consumer.put(complaint.where(jws, part), part).status_code == 204
    consumer.register(jws)
    return jws


def test_attachments_are_read_by_the_readers_of_the_claim(
    market: Market, received: tuple[SealedContent, Id]
) -> None:
    content, release = received
    complaint = Complaint(market, content, release, index=0)
    jws = complaint.sign()
    market.consumer.open_upload(jws)
    where = complaint.where(jws, complaint.chunk)
    market.consumer.put(where, complaint.chunk)
    for trader in (market.consumer, market.provider, market.stranger):
        assert trader.get(where).status_code == 404
    market.consumer.put(complaint.where(jws, complaint.path), complaint.path)
    market.consumer.register(jws)
    for trader in (market.consumer, market.provider, market.exchange):
        answer = trader.get(where)
        assert (answer.status_code, answer.content) == (200, complaint.chunk)
    part = market.provider.get(where, Range="bytes=5-9")
    assert (part.status_code, part.content) == (206, complaint.chunk[5:10])
    assert market.stranger.get(where).json()["code"] == "not-found"
    assert market.consumer.http.get(where).json()["code"] == "not-found"
    assert market.consumer.http.put(where, headers={"Content-Type": OCTETS}).json()["code"] == (
        "signature-required"
    )
    for trader in (market.consumer, market.provider):
        for path in (
            complaint.where(jws, b"not named"),
            f"/attachments/{release}/{digest_of(complaint.chunk)}",
        ):
            assert trader.get(path).json()["code"] == "not-found"


def test_other_bytes_than_the_claim_names(market: Market, complaint: Complaint) -> None:
    complaint.proof["index"] = 2
    jws, consumer = complaint.sign(), market.consumer
    consumer.open_upload(jws)
    where = complaint.where(jws, complaint.path)
    path = complaint.path
    for body in (b"", path[:-1], path + b"\0", bytes([path[0] ^ 1]) + path[1:], complaint.chunk):
        answer = consumer.put(where, body)
        assert (answer.status_code, answer.json()["code"]) == (422, "bad-attachment")
    assert consumer.put(where, bytes(67_108_865)).json()["code"] == "body-too-large"
    assert consumer.open_upload(jws).json()["attachments"][0]["held"] is False
    assert consumer.put(where, path).status_code == 204


def test_attachments_come_from_the_claims_issuer_under_its_ticket(
    market: Market, complaint: Complaint
) -> None:
    complaint.proof["index"] = 2
    jws = complaint.sign()
    where = complaint.where(jws, complaint.path)
    assert market.consumer.put(where, complaint.path).json()["code"] == "not-found"
    market.consumer.open_upload(jws)
    for other in (market.provider, market.stranger, market.exchange):
        assert other.put(where, complaint.path).json()["code"] == "not-found"
    unnamed = complaint.where(jws, b"not named")
    assert market.consumer.put(unnamed, b"not named").json()["code"] == "not-found"
    assert market.consumer.put(where, complaint.path).status_code == 204


@pytest.mark.parametrize(
    ("what", "code"),
    [
        ("by the provider", "wrong-party"),
        ("by a stranger", "unknown-statement"),
        ("no such chunk", "no-such-chunk"),
        ("no release", "unknown-statement"),
        ("unsigned", "bad-signature"),
    ],
)
def test_a_ticket_is_checked_like_a_registration(
    market: Market, complaint: Complaint, what: str, code: str
) -> None:
    issuer = {"by the provider": market.provider, "by a stranger": market.stranger}.get(what, market.consumer)
    proof = complaint.proof | ({"index": 3} if what == "no such chunk" else {})
    statement = market.consumer.id if what == "no release" else complaint.release
    jws = issuer.sign("claim", statement=statement, ground="bad-chunk", proof=proof)
    if what == "unsigned":
        jws = jws[:-8] + b"AAAAAAAA"
    assert issuer.open_upload(jws).json()["code"] == code


def test_a_claim_after_the_dispute_window(market: Market) -> None:
    terms = TERMS | {"dispute_window": "PT1S"}
    standing = {"terms": terms, "expires_at": "2999-01-01T00:00:00.000Z"}
    content = SealedContent(market, market.contract(market.listing(standing=standing)), DATA)
    receipt = market.consumer.register(content.receipt(content.delivered()))
    complaint = Complaint(market, content, Id(release_of(market, receipt)["id"]))
    registered(complaint)
    time.sleep(1.1)
    late = Complaint(market, content, complaint.release, index=2)
    assert market.consumer.open_upload(late.sign()).json()["code"] == "dispute-window-closed"


def test_an_empty_attachment_needs_no_upload(market: Market) -> None:
    """The path of the only chunk is no hash at all."""
    content = SealedContent(market, market.contract(), b"one chunk")
    receipt = market.consumer.register(content.receipt(content.delivered()))
    complaint = Complaint(market, content, Id(release_of(market, receipt)["id"]), index=0)
    complaint.proof["path"] = described("path", b"")
    jws, consumer = complaint.sign(), market.consumer
    assert [part["held"] for part in consumer.open_upload(jws).json()["attachments"]] == [True, False]
    assert consumer.put(complaint.where(jws, complaint.chunk), complaint.chunk).status_code == 204
    assert consumer.put(complaint.where(jws, b""), b"").status_code == 204
    consumer.register(jws)
    answer = market.provider.get(complaint.where(jws, b""))
    assert (answer.status_code, answer.content) == (200, b"")


@pytest.mark.parametrize("size", [0, 63, 65, 2**53 - 1])
def test_a_size_that_the_digest_does_not_have(market: Market, complaint: Complaint, size: int) -> None:
    complaint.proof["path"]["size"] = size
    complaint.proof["index"] = 2
    jws, consumer = complaint.sign(), market.consumer
    assert consumer.open_upload(jws).json()["attachments"][0]["held"] is False
    assert (
        consumer.put(complaint.where(jws, complaint.path), complaint.path).json()["code"] == "bad-attachment"
    )
    assert consumer.post(jws).json()["code"] == "content-missing"


def test_the_same_bytes_under_two_names(market: Market, complaint: Complaint) -> None:
    complaint.proof["path"] = described("path", complaint.chunk)
    complaint.proof["index"] = 2
    jws, consumer = complaint.sign(), market.consumer
    consumer.open_upload(jws)
    assert consumer.put(complaint.where(jws, complaint.chunk), complaint.chunk).status_code == 204
    assert [part["held"] for part in consumer.open_upload(jws).json()["attachments"]] == [True, True]


def test_the_claims_that_wait_are_bounded(own_exchange: ExchangeProcess, own_market: Market) -> None:
    """What was given up long ago makes room; what was registered never does."""
    content = SealedContent(own_market, own_market.contract(), DATA)
    receipt = own_market.consumer.register(content.receipt(content.delivered()))
    release = Id(release_of(own_market, receipt)["id"])
    kept = Complaint(own_market, content, release, index=0)
    jws = registered(kept)
    waiting = [Complaint(own_market, content, release).sign() for _ in range(9)]
    answers = [own_market.consumer.open_upload(ticket) for ticket in waiting]
    assert [answer.status_code for answer in answers] == [200] * 8 + [503]
    assert answers[8].json()["code"] == "busy"
    assert own_market.consumer.open_upload(waiting[0]).status_code == 200
    store = own_exchange.directory / "attachments" / own_market.consumer.id[7:]
    for statement in (statement_id(jws), statement_id(waiting[3])):
        for path in (store / statement[7:]).rglob("*"):
            os.utime(path, (0, 0))
    assert own_market.consumer.open_upload(waiting[8]).status_code == 200
    assert not (store / statement_id(waiting[3])[7:]).exists()
    assert own_market.provider.get(kept.where(jws, kept.path)).content == kept.path


def test_attachments_survive_a_crash(own_exchange: ExchangeProcess, own_market: Market) -> None:
    content = SealedContent(own_market, own_market.contract(), DATA)
    receipt = own_market.consumer.register(content.receipt(content.delivered()))
    complaint = Complaint(own_market, content, Id(release_of(own_market, receipt)["id"]))
    jws, consumer = complaint.sign(), own_market.consumer
    consumer.open_upload(jws)
    consumer.put(complaint.where(jws, complaint.chunk), complaint.chunk)
    kill_9(own_exchange)
    (file,) = (own_exchange.directory / "attachments").rglob(digest_of(complaint.chunk)[7:])
    file.with_name(digest_of(complaint.path)[7:] + ".part").write_bytes(complaint.path)
    own_exchange.start()
    assert [part["held"] for part in consumer.open_upload(jws).json()["attachments"]] == [False, True]
    assert consumer.put(complaint.where(jws, complaint.path), complaint.path).status_code == 204
    consumer.register(jws)
