"""Uploads of sealed content: order, resuming, and nothing that was not checked ever counts."""

import os

import pytest

from lading.transfer.sealing import Leaves
from lading.transfer.shares import BoxRole
from reference_server.tests.exchange_process import ExchangeProcess, kill_9
from reference_server.tests.sealed import CHUNK, ROLES, SealedContent, digest_of, wait_until
from reference_server.tests.test_uploads import peak_memory
from reference_server.tests.trader import Content, Market
from reference_server.tests.wire_client import beginning

DATA = os.urandom(5 * CHUNK + 77)
SEALED_CHUNK = CHUNK + 48


@pytest.fixture
def content(market: Market) -> SealedContent:
    return SealedContent(market, market.contract(), DATA)


def held(content: SealedContent) -> int:
    answer = content.market.provider.head_request(f"{content.prefix}/chunks")
    return int(answer.headers["lading-chunks-held"])


def missing(content: SealedContent, jws: bytes) -> str:
    """What the exchange says that it lacks."""
    problem = content.market.provider.post(jws).json()
    assert problem["code"] == "content-missing", problem
    return str(problem["pointer"])


def test_a_ticket_says_what_is_held(content: SealedContent) -> None:
    jws = content.delivery()
    provider = content.market.provider
    expected = {
        "content": content.prefix,
        "chunks": 6,
        "held": 0,
        "manifest": False,
        "boxes": {"exchange": False, "consumer": False},
    }
    assert provider.open_upload(jws).json() == expected
    content.put("manifest", content.manifest)
    content.put("boxes/consumer", content.boxes["consumer"])
    content.put("chunks/0", b"".join(content.chunks[:2]))
    expected |= {"held": 2, "manifest": True, "boxes": {"exchange": False, "consumer": True}}
    assert provider.open_upload(jws).json() == expected
    content.put("boxes/exchange", content.boxes["exchange"])
    content.put("chunks/2", b"".join(content.chunks[2:]))
    provider.register(jws)
    expected |= {"held": 6, "boxes": {"exchange": True, "consumer": True}}
    assert provider.open_upload(jws).json() == expected


def test_whatever_is_missing_is_named(content: SealedContent) -> None:
    jws = content.delivery()
    content.market.provider.open_upload(jws)
    assert missing(content, jws) == "/sealed/manifest_root"
    content.put("manifest", content.manifest)
    content.put("chunks/0", b"".join(content.chunks[:-1]))
    assert missing(content, jws) == "/sealed/manifest_root"
    content.put("chunks/5", content.chunks[5])
    assert missing(content, jws) == "/sealed/exchange/box"
    content.put("boxes/exchange", content.boxes["exchange"])
    assert missing(content, jws) == "/sealed/consumer/box"
    content.put("boxes/consumer", content.boxes["consumer"])
    content.market.provider.register(jws)


def test_boxes_can_come_before_the_manifest(content: SealedContent) -> None:
    jws = content.delivery()
    content.market.provider.open_upload(jws)
    for role in ROLES:
        content.put(f"boxes/{role}", content.boxes[role])
    content.opened(ticket=jws, boxes=False)
    content.market.provider.register(jws)


def spoiled(data: bytes, place: int) -> bytes:
    """The same bytes, one of them changed."""
    return data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]


def test_a_manifest_of_another_content(content: SealedContent, served: ExchangeProcess) -> None:
    content.market.provider.open_upload(content.delivery())
    manifest = content.manifest
    for body in (
        b"",
        manifest[:-1],
        manifest[:-96],
        manifest + bytes(96),
        spoiled(manifest, 5),
        spoiled(manifest, 40),
        spoiled(manifest, 90),
        manifest[96:] + manifest[:96],
        b"".join(manifest[at + 32 : at + 64] for at in range(0, len(manifest), 96)),
    ):
        assert content.refused("manifest", body) == "bad-manifest"
    assert content.refused("manifest", bytes(48 * 1024 * 1024 + 1)) == "body-too-large"
    assert not list((served.directory / "content").rglob("*.part"))
    content.put("manifest", manifest)


def test_a_delivery_that_signs_another_content_root(market: Market) -> None:
    """The manifest gives the root under which it lies, and not the other one: it is not held under that delivery."""
    content = SealedContent(market, market.contract(), DATA)
    content.opened()
    lie = content.delivery(content_root=digest_of(b"something else"))
    assert market.provider.open_upload(lie).json()["manifest"] is False
    assert content.refused("manifest", content.manifest) == "bad-manifest"
    assert missing(content, lie) == "/sealed/manifest_root"


def test_a_leaf_that_was_uploaded_as_clear_content_is_no_manifest(market: Market) -> None:
    """One leaf has 96 bytes, and as the only chunk of clear content the root that it gives as a manifest."""
    contract = market.contract()
    sealed = SealedContent(market, contract, os.urandom(96))
    leaf = Content(sealed.manifest)
    assert (leaf.root, len(leaf.data)) == (sealed.root, len(sealed.data))
    clear = leaf.delivery(market.provider, contract)
    market.provider.open_upload(clear)
    sealed.put("manifest", leaf.manifest)
    sealed.put("chunks/0", leaf.data)
    jws = sealed.delivery()
    opened = market.provider.open_upload(jws).json()
    assert (opened["manifest"], opened["held"]) == (False, 0)
    sealed.opened(ticket=jws)
    market.provider.register(jws)
    assert market.consumer.get(f"{sealed.prefix}/chunks").content == sealed.chunks[0]


def test_swapped_chunks_are_two_bad_ones(content: SealedContent) -> None:
    content.opened(chunks=False)
    chunks = content.chunks
    assert content.refused("chunks/0", chunks[1] + chunks[0]) == "bad-chunk"
    assert held(content) == 0
    assert content.refused("chunks/0", chunks[0] + chunks[2] + chunks[1]) == "bad-chunk"
    assert held(content) == 1


@pytest.mark.parametrize("what", ["changed", "data without salt and tag", "shorter", "within a chunk"])
def test_chunks_before_a_bad_one_count(content: SealedContent, what: str) -> None:
    content.opened(chunks=False)
    bad = {
        "changed": spoiled(content.chunks[1], 1000),
        "data without salt and tag": DATA[CHUNK : 2 * CHUNK],
        "shorter": content.chunks[1][1:] + content.chunks[2],
        "within a chunk": content.chunks[1][:100],
    }[what]
    assert content.refused("chunks/0", content.chunks[0] + bad) == "bad-chunk"
    assert held(content) == 1
    content.put("chunks/1", b"".join(content.chunks[1:]))
    assert held(content) == 6


def test_more_than_the_content(content: SealedContent) -> None:
    content.opened(chunks=False)
    assert content.refused("chunks/0", b"".join(content.chunks) + b"x") == "body-too-large"
    assert content.refused("chunks/1", content.chunks[1]) == "upload-out-of-order"


@pytest.mark.parametrize("role", ROLES)
def test_a_wrong_box(content: SealedContent, role: BoxRole) -> None:
    content.market.provider.open_upload(content.delivery())
    box = content.boxes[role]
    other = content.boxes["consumer" if role == "exchange" else "exchange"]
    for body in (b"", box[:-1], box + b"\0", spoiled(box, 3), other):
        assert content.refused(f"boxes/{role}", body) == "bad-box"
    assert content.refused(f"boxes/{role}", bytes(65_537)) == "body-too-large"
    content.put(f"boxes/{role}", box)
    content.put(f"boxes/{role}", box)


def test_boxes_have_two_roles_and_one_owner(market: Market, content: SealedContent) -> None:
    content.market.provider.open_upload(content.delivery())
    box = content.boxes["exchange"]
    assert content.refused("boxes/arbiter", box) == "not-found"
    for other in (market.consumer, market.stranger):
        assert other.put(f"{content.prefix}/boxes/exchange", box).json()["code"] == "not-found"
    unsigned = market.provider.http.put(f"{content.prefix}/boxes/exchange", content=box)
    assert unsigned.json()["code"] == "signature-required"


def test_a_clear_delivery_has_no_boxes(market: Market) -> None:
    contract = market.contract()
    content = SealedContent(market, contract, DATA)
    clear = {"form": "clear", "sealed": None, "content_root": content.root}
    market.provider.open_upload(content.delivery(**clear))
    assert content.refused("boxes/consumer", content.boxes["consumer"]) == "not-found"


def test_boxes_are_read_by_the_parties_once_the_delivery_is_registered(
    market: Market, content: SealedContent
) -> None:
    jws = content.opened()
    for role in ROLES:
        assert not content.has_box(role)
    market.provider.register(jws)
    for role in ROLES:
        assert content.has_box(role)
        assert content.has_box(role, market.provider)
        assert not content.has_box(role, market.stranger)


def test_a_delivery_signed_anew_over_the_same_content_brings_its_own_boxes(
    market: Market, content: SealedContent
) -> None:
    """The first one still has its boxes: it can be registered too, and its receipt released."""
    first = content.opened()
    boxes = dict(content.boxes)
    content.boxes = {role: content.box(role) for role in ROLES}
    anew = content.delivery()
    assert market.provider.open_upload(anew).json()["boxes"] == {"exchange": False, "consumer": False}
    assert missing(content, anew) == "/sealed/exchange/box"
    for role in ROLES:
        content.put(f"boxes/{role}", content.boxes[role])
    content.boxes = boxes
    delivery = market.provider.register(first)
    assert content.has_box("exchange")
    market.consumer.register(content.receipt(delivery))


def test_the_boxes_at_one_address_are_bounded(content: SealedContent) -> None:
    codes = []
    for _ in range(17):
        content.boxes["consumer"] = content.box("consumer")
        content.market.provider.open_upload(content.delivery())
        answer = content.market.provider.put(f"{content.prefix}/boxes/consumer", content.boxes["consumer"])
        codes.append(answer.status_code)
    assert codes == [204] * 16 + [503]


def written(exchange: ExchangeProcess, content: SealedContent) -> int:
    """How many bytes of ciphertext are in the exchange's file, whether or not they count."""
    files = (exchange.directory / "content" / content.bound.contract[7:]).rglob("data")
    return sum(path.stat().st_size for path in files)


def test_an_upload_survives_a_crash(own_exchange: ExchangeProcess, own_market: Market) -> None:
    content = SealedContent(own_market, own_market.contract(), DATA)
    jws = content.opened(chunks=False)
    content.put("chunks/0", b"".join(content.chunks[:2]))
    rest = b"".join(content.chunks[2:])
    with beginning(own_exchange, own_market.provider, f"{content.prefix}/chunks/2", rest) as connection:
        connection.sendall(rest[: 2 * SEALED_CHUNK + 9])
        wait_until(lambda: written(own_exchange, content) == 4 * SEALED_CHUNK)
        kill_9(own_exchange)
    own_exchange.start()
    opened = own_market.provider.open_upload(jws).json()
    assert (opened["held"], opened["manifest"]) == (2, True)
    assert opened["boxes"] == {"exchange": True, "consumer": True}
    content.put("chunks/2", rest)
    own_market.provider.register(jws)
    assert own_market.consumer.get(f"{content.prefix}/chunks").content == b"".join(content.chunks)


def test_a_manifest_that_breaks_off_is_not_held(own_exchange: ExchangeProcess, own_market: Market) -> None:
    content = SealedContent(own_market, own_market.contract(), DATA)
    jws = content.delivery()
    own_market.provider.open_upload(jws)
    path, manifest = f"{content.prefix}/manifest", content.manifest
    with beginning(own_exchange, own_market.provider, path, manifest) as connection:
        connection.sendall(content.manifest[:100])
        wait_until(lambda: bool(list((own_exchange.directory / "content").rglob("manifest.part"))))
        kill_9(own_exchange)
    own_exchange.start()
    assert own_market.provider.open_upload(jws).json()["manifest"] is False
    content.put("manifest", content.manifest)
    assert not list((own_exchange.directory / "content").rglob("*.part"))


def test_memory_does_not_grow_with_the_content(own_market: Market, own_exchange: ExchangeProcess) -> None:
    """48 MiB up and down; the process grows by far less."""
    content = SealedContent(own_market, own_market.contract(), os.urandom(48 << 20), chunk_size=1 << 20)
    before = peak_memory(own_exchange)
    own_market.provider.register(content.opened())
    assert own_market.consumer.get(f"{content.prefix}/chunks").content == b"".join(content.chunks)
    assert peak_memory(own_exchange) - before < 24 << 20


def test_the_largest_manifest_is_in_memory_once(own_market: Market, own_exchange: ExchangeProcess) -> None:
    """24 MiB of leaves, for the 16 GiB that the exchange takes at most, up and down."""
    content = SealedContent(own_market, own_market.contract(), b"")
    content.manifest = os.urandom(96 * 2**18)
    leaves = Leaves(content.manifest)
    content.root, content.content_root = leaves.manifest_root, leaves.content_root
    jws = content.delivery(size=2**34, custody="provider", url="https://provider.example")
    before = peak_memory(own_exchange)
    own_market.provider.register(content.opened(ticket=jws, chunks=False))
    assert own_market.consumer.get(f"{content.prefix}/manifest").content == content.manifest
    assert peak_memory(own_exchange) - before < 36 << 20
