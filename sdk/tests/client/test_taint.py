"""What the exchange ever held, after a real sealed trade: no byte of it is content, or leads to content.

Everything that would open the content is known to the test. It is looked for, as bytes and in every spelling that a
file or a statement gives bytes, in all files of the exchange and in the memory of its process.
"""

import base64
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

import lading
from lading.client.sealings import Sealing
from lading.transfer.pipeline import SealedContent
from lading.transfer.sealing import chunk_key, salt_of
from lading_server import operate
from reference_server.tests.exchange_process import ExchangeProcess
from sdk.tests.client.test_real_exchange import SECRET, person

SIZE = 3_000_000
STATEMENT = re.compile(rb"eyJ[A-Za-z0-9_-]+\.([A-Za-z0-9_-]+)\.")


def spellings(secret: bytes) -> tuple[bytes, ...]:
    """The bytes themselves, in hexadecimal, and in base64 of both alphabets without the last, padded characters."""
    hexadecimal = secret.hex().encode()
    return (
        secret,
        hexadecimal,
        hexadecimal.upper(),
        base64.b64encode(secret).rstrip(b"=")[:-1],
        base64.urlsafe_b64encode(secret).rstrip(b"=")[:-1],
    )


def secrets_of(sealing: Sealing, content: SealedContent, goods: bytes) -> dict[str, bytes]:
    """Whatever the exchange must never hold, by what it is called."""
    keys = sealing.keys
    found = {
        "the consumer's share": sealing.consumer.share_bytes,
        "the content key": keys.content_key,
        "the product secret": keys.secret,
    }
    for number, leaf in enumerate(content.leaves):
        found[f"the key of chunk {number}"] = chunk_key(keys.content_key, number, leaf.plain)
        found[f"the salt of chunk {number}"] = salt_of(keys.secret, number)
    for place in range(0, len(goods) - 64, len(goods) // 16):
        found[f"data at {place}"] = goods[place : place + 64]
    return found


def files_of(directory: Path) -> Iterator[bytes]:
    """The bytes of every file below a directory."""
    for path in sorted(directory.rglob("*")):
        if path.is_file():
            yield path.read_bytes()


def memory_of(pid: int) -> Iterator[bytes]:
    """The writable memory of a process (Linux)."""
    with open(f"/proc/{pid}/maps", encoding="ascii") as maps, open(f"/proc/{pid}/mem", "rb", 0) as memory:
        for line in maps:
            span, access, *_ = line.split()
            start, end = (int(part, 16) for part in span.split("-"))
            if access.startswith("rw"):
                memory.seek(start)
                yield memory.read(end - start)


def opened(piece: bytes) -> Iterator[bytes]:
    """The piece, and the payload of every statement in it."""
    yield piece
    for payload in STATEMENT.findall(piece):
        yield base64.urlsafe_b64decode(payload + b"=" * (-len(payload) % 4))


def held(pieces: Iterator[bytes], secrets: Mapping[str, bytes]) -> set[str]:
    """Which of the secrets stand in some piece."""
    found: set[str] = set()
    for piece in pieces:
        for text in opened(piece):
            found |= {
                name for name, secret in secrets.items() if any(form in text for form in spellings(secret))
            }
    return found


class Trade:
    """A provider and a consumer at a real exchange, and a contract about a file that nobody can guess."""

    def __init__(self, exchange: ExchangeProcess, home: Path) -> None:
        self.exchange = exchange
        self.home = home
        self.goods = home / "goods.bin"
        self.goods.write_bytes(os.urandom(SIZE))
        for name in ("provider", "consumer"):
            with lading.connect(exchange.api, person(home, name)) as x:
                operate.admit(exchange.directory, x.session.me)
                x.wait_admitted(timeout=10)
        with self.connect("provider") as x:
            listing = x.publish(
                self.goods,
                source="Sensors",
                collection="sensor",
                title="Goods",
                terms=lading.Terms("100.00 EUR"),
            )
        with self.connect("consumer") as x:
            self.contract = x.accept(listing, purpose="research", at_most="100.00 EUR")

    def connect(self, name: str) -> lading.Exchange:
        """A session of one of the two."""
        return lading.connect(self.exchange.api, lading.Identity.load(name, SECRET, directory=self.home))

    def deliver(self) -> tuple[lading.Delivery, dict[str, bytes], bytes]:
        """The delivery, what the exchange must never hold, and its own share."""
        with self.connect("provider") as x:
            delivery = x.deliver(self.contract, self.goods)
            sealings = x.session.speaker.sealings
            sealing = sealings.get(self.contract.id, 1)
            assert sealing is not None
            content = sealings.content(sealing)
            assert content is not None
        secrets = secrets_of(sealing, content, self.goods.read_bytes())
        return delivery, secrets, sealing.exchange.share_bytes


@pytest.fixture
def trade(tmp_path: Path) -> Iterator[Trade]:
    exchange = ExchangeProcess(tmp_path / "state").start()
    yield Trade(exchange, tmp_path)
    assert exchange.end() == 0


def test_the_exchange_never_holds_what_opens_the_content(trade: Trade) -> None:
    delivery, secrets, share = trade.deliver()
    assert trade.exchange.process is not None
    directory, pid = trade.exchange.directory, trade.exchange.process.pid
    assert held(files_of(directory), {**secrets, "its own share": share}) == set()
    known = {"its address": trade.exchange.api.encode()}
    assert held(memory_of(pid), secrets | known) == {"its address"}
    with trade.connect("consumer") as x:
        got = x.receive(delivery, to=trade.home / "received.bin")
    assert got.path.read_bytes() == trade.goods.read_bytes()
    assert held(files_of(directory), {**secrets, "its own share": share}) == {"its own share"}
    assert held(memory_of(pid), secrets) == set()


def test_a_clear_trade_is_found_by_the_same_search(trade: Trade) -> None:
    goods = trade.home / "clear.bin"
    goods.write_bytes(os.urandom(SIZE))
    with trade.connect("provider") as x:
        listing = x.publish(
            goods,
            source="Sensors",
            collection="sensor",
            title="Clear",
            terms=lading.Terms("0.00 EUR"),
            sealed=False,
        )
    with trade.connect("consumer") as x:
        contract = x.accept(listing, purpose="research")
    with trade.connect("provider") as x:
        x.deliver(contract, goods)
    data = goods.read_bytes()
    assert held(files_of(trade.exchange.directory), {"data": data[1000:1064]}) == {"data"}
