"""Uploads: tickets, order, resuming, and nothing that was not checked ever counts."""

import os
import socket

import pytest

from lading.statement.words import Id
from reference_server.tests.exchange_process import ExchangeProcess, kill_9
from reference_server.tests.sealed import wait_until
from reference_server.tests.trader import Content, Market
from reference_server.tests.wire_client import beginning

CHUNK = 65_536
DATA = os.urandom(5 * CHUNK + 77)


class Upload:
    """A ticket for some content, and its addresses."""

    def __init__(self, market: Market, content: Content, contract: Id | None = None) -> None:
        self.market = market
        self.content = content
        self.contract = contract or market.contract(market.listing())
        self.ticket = content.delivery(market.provider, self.contract)
        self.opened = market.provider.open_upload(self.ticket)
        self.prefix = f"/content/{self.contract}/1/{content.root}"

    def put_manifest(self) -> None:
        """Upload the manifest, which must work."""
        assert self.market.provider.put(f"{self.prefix}/manifest", self.content.manifest).status_code == 204

    def put(self, first: int, body: bytes) -> tuple[int, object]:
        """Upload chunks; the status, and how many are held or the problem's code."""
        answer = self.market.provider.put(f"{self.prefix}/chunks/{first}", body)
        return answer.status_code, answer.json().get("held", answer.json().get("code"))

    def held(self) -> int:
        """How many chunks the exchange says that it holds."""
        return int(self.market.provider.head_request(f"{self.prefix}/chunks").headers["lading-chunks-held"])


@pytest.fixture
def upload(market: Market) -> Upload:
    return Upload(market, Content(DATA))


def test_a_ticket_opens_an_upload_and_registers_nothing(market: Market, upload: Upload) -> None:
    assert upload.opened.status_code == 200
    assert upload.opened.json() == {"content": upload.prefix, "chunks": 6, "held": 0, "manifest": False}
    assert market.exchange.get(f"/state/{upload.contract}").json()["record"]["last_sequence"] == 0
    upload.put_manifest()
    assert upload.put(0, DATA[: 2 * CHUNK]) == (200, 2)
    again = market.provider.open_upload(upload.ticket).json()
    assert (again["held"], again["manifest"]) == (2, True)


def test_a_registered_delivery_is_answered_like_its_ticket(market: Market, upload: Upload) -> None:
    upload.put_manifest()
    upload.put(0, DATA)
    market.provider.register(upload.ticket)
    again = market.provider.open_upload(upload.ticket)
    assert again.status_code == 200
    assert again.json() == {"content": upload.prefix, "chunks": 6, "held": 6, "manifest": True}


@pytest.mark.parametrize(
    ("act", "code"),
    [
        ("stranger", "unknown-statement"),
        ("gap", "sequence-gap"),
        ("unsigned", "bad-signature"),
        ("listing", "bad-member"),
    ],
)
def test_a_ticket_is_checked_like_a_registration(market: Market, act: str, code: str) -> None:
    content = Content(DATA)
    contract = market.contract(market.listing())
    ticket = {
        "stranger": lambda: content.delivery(market.stranger, contract),
        "gap": lambda: content.delivery(market.provider, contract, 2),
        "unsigned": lambda: content.delivery(market.provider, contract)[:-8] + b"AAAAAAAA",
        "listing": lambda: market.provider.sign("listing", kind="dataset", title="No ticket"),
    }[act]()
    assert market.provider.open_upload(ticket).json()["code"] == code


def test_content_larger_than_the_exchange_stores(market: Market) -> None:
    contract = market.contract(market.listing())
    ticket = market.provider.sign(
        "delivery",
        contract=contract,
        sequence=1,
        form="clear",
        custody="exchange",
        size=17_179_869_185,
        chunk_size=16_777_216,
        content_root="sha256:" + "0" * 64,
    )
    assert market.provider.open_upload(ticket).json()["code"] == "content-too-large"


def test_chunks_arrive_in_any_number_of_requests(market: Market, upload: Upload) -> None:
    upload.put_manifest()
    assert upload.put(0, DATA[:CHUNK]) == (200, 1)
    assert upload.put(1, DATA[CHUNK : 4 * CHUNK]) == (200, 4)
    assert upload.put(2, DATA[2 * CHUNK : 5 * CHUNK]) == (200, 5)
    assert upload.put(5, DATA[5 * CHUNK :]) == (200, 6)
    assert upload.put(6, b"") == (200, 6)
    assert upload.held() == 6
    market.provider.register(upload.ticket)
    assert market.consumer.get(f"{upload.prefix}/chunks").content == DATA
    assert market.consumer.head_request(f"{upload.prefix}/chunks").headers["lading-chunks-held"] == "6"


def test_chunks_without_a_manifest_or_after_a_gap(upload: Upload) -> None:
    assert upload.put(0, DATA) == (409, "upload-out-of-order")
    upload.put_manifest()
    assert upload.put(1, DATA[CHUNK:]) == (409, "upload-out-of-order")
    assert upload.put(9_999_999, b"x") == (409, "upload-out-of-order")


def test_a_manifest_of_another_content(market: Market, upload: Upload) -> None:
    manifest = upload.content.manifest
    spoiled = (
        manifest[:-1],
        manifest + bytes(32),
        manifest[:-32],
        manifest[:-1] + bytes([manifest[-1] ^ 1]),
        b"",
    )
    for body in spoiled:
        answer = market.provider.put(f"{upload.prefix}/manifest", body)
        assert (answer.status_code, answer.json()["code"]) == (422, "bad-manifest")
    answer = market.provider.put(f"{upload.prefix}/manifest", bytes(16 * 1024 * 1024 + 1))
    assert (answer.status_code, answer.json()["code"]) == (413, "body-too-large")
    upload.put_manifest()
    upload.put_manifest()


def test_chunks_before_a_bad_one_count(upload: Upload) -> None:
    upload.put_manifest()
    spoiled = bytearray(DATA)
    spoiled[2 * CHUNK + 5] ^= 1
    assert upload.put(0, bytes(spoiled)) == (422, "bad-chunk")
    assert upload.held() == 2
    assert upload.put(2, DATA[2 * CHUNK :]) == (200, 6)


def test_a_body_that_ends_within_a_chunk(upload: Upload) -> None:
    upload.put_manifest()
    assert upload.put(0, DATA[: CHUNK + 10]) == (422, "bad-chunk")
    assert upload.held() == 1


def test_more_than_the_content(upload: Upload) -> None:
    upload.put_manifest()
    assert upload.put(0, DATA + b"x") == (413, "body-too-large")
    assert upload.put(5, DATA[5 * CHUNK :] + b"x") == (409, "upload-out-of-order")


def test_a_wrong_digest_is_named_and_checked_chunks_count(market: Market, upload: Upload) -> None:
    upload.put_manifest()
    path = f"{upload.prefix}/chunks/0"
    headers = market.provider.headers("PUT", path, DATA[: 2 * CHUNK - 1] + b"?")
    headers["Content-Type"] = "application/octet-stream"
    answer = market.provider.http.put(path, content=DATA[: 2 * CHUNK], headers=headers)
    assert answer.json()["code"] == "bad-digest"
    assert upload.held() == 2


def test_the_media_type_of_chunks(market: Market, upload: Upload) -> None:
    upload.put_manifest()
    path = f"{upload.prefix}/chunks/0"
    headers = market.provider.headers("PUT", path, DATA) | {"Content-Type": "text/csv"}
    assert market.provider.http.put(path, content=DATA, headers=headers).json()["code"] == "wrong-media-type"


def raw_put(exchange: ExchangeProcess, upload: Upload, first: int, body: bytes) -> socket.socket:
    """An upload whose body is sent by the caller."""
    return beginning(exchange, upload.market.provider, f"{upload.prefix}/chunks/{first}", body)


def written(exchange: ExchangeProcess, upload: Upload) -> int:
    """How many bytes of the content are in the exchange's file, whether or not they count."""
    files = (exchange.directory / "content" / upload.contract[7:]).rglob("data")
    return sum(path.stat().st_size for path in files)


def test_an_upload_that_breaks_off_resumes(market: Market, upload: Upload, served: ExchangeProcess) -> None:
    upload.put_manifest()
    connection = raw_put(served, upload, 0, DATA)
    connection.sendall(DATA[: 3 * CHUNK + 100])
    wait_until(lambda: written(served, upload) == 3 * CHUNK)
    assert upload.held() == 0
    connection.close()
    wait_until(lambda: upload.held() == 3)
    wait_until(lambda: upload.put(3, DATA[3 * CHUNK :]) == (200, 6))
    market.provider.register(upload.ticket)


def test_two_uploads_of_one_content_at_a_time(upload: Upload, served: ExchangeProcess) -> None:
    upload.put_manifest()
    connection = raw_put(served, upload, 0, DATA)
    connection.sendall(DATA[: CHUNK + 1])
    wait_until(lambda: written(served, upload) == CHUNK)
    assert upload.put(0, DATA) == (503, "busy")
    connection.close()
    wait_until(lambda: upload.put(0, DATA) == (200, 6))


def test_an_upload_survives_a_crash(own_exchange: ExchangeProcess, own_market: Market) -> None:
    upload = Upload(own_market, Content(DATA))
    upload.put_manifest()
    assert upload.put(0, DATA[: 2 * CHUNK]) == (200, 2)
    connection = raw_put(own_exchange, upload, 2, DATA[2 * CHUNK :])
    connection.sendall(DATA[2 * CHUNK : 4 * CHUNK + 9])
    wait_until(lambda: written(own_exchange, upload) == 4 * CHUNK)
    kill_9(own_exchange)
    connection.close()
    own_exchange.start()
    assert upload.held() == 2
    assert upload.put(2, DATA[2 * CHUNK :]) == (200, 6)
    own_market.provider.register(upload.ticket)
    assert own_market.consumer.get(f"{upload.prefix}/chunks").content == DATA


def test_a_delivery_can_be_signed_anew_over_the_same_content(market: Market, upload: Upload) -> None:
    upload.put_manifest()
    upload.put(0, DATA)
    anew = upload.content.delivery(market.provider, upload.contract)
    delivery = market.provider.register(anew)
    assert market.consumer.get(f"/state/{delivery}").json()["record"]["state"] == "open"


def test_content_of_a_refused_delivery_stays_readable_and_can_be_delivered_again(
    market: Market, upload: Upload
) -> None:
    upload.put_manifest()
    upload.put(0, DATA)
    delivery = market.provider.register(upload.ticket)
    market.consumer.issue("receipt", delivery=delivery, outcome="refused", reason="late")
    assert market.consumer.get(f"{upload.prefix}/chunks").content == DATA
    second = upload.content.delivery(market.provider, upload.contract)
    assert market.provider.open_upload(second).json()["held"] == 6
    market.provider.register(second)


def test_the_contents_that_wait_under_one_number_are_bounded(market: Market, served: ExchangeProcess) -> None:
    """What was given up long ago makes room; what was delivered never does."""
    contract = market.contract(market.listing())
    delivered = Upload(market, Content(b"delivered"), contract)
    delivered.put_manifest()
    delivered.put(0, b"delivered")
    market.consumer.issue(
        "receipt", delivery=market.provider.register(delivered.ticket), outcome="refused", reason="late"
    )
    waiting = [Upload(market, Content(b"content %d" % number), contract) for number in range(9)]
    assert [upload.opened.status_code for upload in waiting] == [200] * 8 + [503]
    assert waiting[8].opened.json()["code"] == "busy"
    assert Upload(market, waiting[0].content, contract).opened.status_code == 200
    for upload in (delivered, waiting[3]):
        folder = served.directory / "content" / contract[7:] / "1" / upload.content.root[7:]
        for path in folder.rglob("*"):
            os.utime(path, (0, 0))
    assert Upload(market, waiting[8].content, contract).opened.status_code == 200
    assert market.provider.head_request(f"{waiting[3].prefix}/chunks").status_code == 404
    assert market.consumer.get(f"{delivered.prefix}/chunks").content == b"delivered"


def test_memory_does_not_grow_with_the_content(market: Market, served: ExchangeProcess) -> None:
    """48 MiB up and down, in one request each; the process grows by far less."""
    data = os.urandom(48 * 1024 * 1024)
    upload = Upload(market, Content(data, 1 << 20))
    upload.put_manifest()
    before = peak_memory(served)
    assert upload.put(0, data) == (200, 48)
    market.provider.register(upload.ticket)
    assert market.consumer.get(f"{upload.prefix}/chunks").content == data
    assert peak_memory(served) - before < 24 * 1024 * 1024


def peak_memory(exchange: ExchangeProcess) -> int:
    """The most bytes that the process ever had in memory."""
    assert exchange.process is not None
    with open(f"/proc/{exchange.process.pid}/status") as status:
        line = next(line for line in status if line.startswith("VmHWM"))
    return int(line.split()[1]) * 1024
