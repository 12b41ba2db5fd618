"""Against a real exchange in a process of its own: sockets, crashes of either side, large content."""

import asyncio
import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

import lading
from lading.client.results import Contract
from lading_server import operate
from reference_server.tests.exchange_process import ExchangeProcess, kill_9

SECRET = "a passphrase"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ExchangeProcess]:
    exchange = ExchangeProcess(tmp_path_factory.mktemp("exchange") / "state").start()
    yield exchange
    assert exchange.end() == 0


def person(home: Path, name: str) -> lading.Identity:
    return lading.Identity.create(
        name,
        legal_name=f"{name} Ltd",
        jurisdiction="IE",
        passphrase=SECRET,
        next_key=home / f"{name}.next-key.txt",
        directory=home,
    )


class Market:
    """A provider and a consumer, admitted at a running exchange."""

    def __init__(self, exchange: ExchangeProcess, home: Path) -> None:
        self.exchange = exchange
        self.home = home
        self.goods = home / "goods.bin"
        self.goods.write_bytes(os.urandom(5_000_000))
        for name in ("provider", "consumer"):
            with lading.connect(exchange.api, person(home, name)) as x:
                operate.admit(exchange.directory, x.session.me)
                x.wait_admitted(timeout=10)

    def connect(self, name: str) -> lading.Exchange:
        identity = lading.Identity.load(name, SECRET, directory=self.home)
        return lading.connect(self.exchange.api, identity)

    def contract(self) -> Contract:
        with self.connect("provider") as x:
            listing = x.publish(
                self.goods,
                source="Sensors",
                collection="sensor",
                title="Goods",
                terms=lading.Terms("100.00 EUR"),
            )
        with self.connect("consumer") as x:
            return x.accept(listing, purpose="research", at_most="100.00 EUR")

    def run(self, name: str, script: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """A script in a process of its own; `x` is the open exchange there."""
        source = _PRELUDE + textwrap.dedent(script)
        command = [sys.executable, "-c", source, self.exchange.api, name, str(self.home), *arguments]
        return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


_PRELUDE = f"""
import os, signal, sys
import lading
from lading.client.transport import HttpxTransport

class Deadly(HttpxTransport):
    '''Kills its process before or after a request whose method and address hold certain words.'''
    before = after = None
    countdown = 1
    def send(self, request):
        label = request.method + ' ' + request.url
        self._die(self.before, label)
        response = super().send(request)
        self._die(self.after, label)
        return response
    def _die(self, words, label):
        if words and all(word in label for word in words):
            self.countdown -= 1
            if self.countdown == 0:
                os.kill(os.getpid(), signal.SIGKILL)

url, name, home, *rest = sys.argv[1:]
transport = Deadly(url)
x = lading.connect(
    url,
    lading.Identity.load(name, {SECRET!r}, directory=home),
    config=lading.ClientConfig(upload_bytes=1 << 20),
    transport=transport,
)
"""


@pytest.fixture
def market(served: ExchangeProcess, tmp_path: Path) -> Market:
    return Market(served, tmp_path)


def killed(done: "subprocess.CompletedProcess[str]") -> bool:
    assert done.returncode == -signal.SIGKILL, done.stderr
    return True


def test_a_trade_over_sockets_with_progress(market: Market, tmp_path: Path) -> None:
    contract = market.contract()
    seen: list[tuple[str, int, int]] = []
    identity = lading.Identity.load("provider", SECRET, directory=market.home)
    with lading.connect(market.exchange.api, identity, progress=lambda *step: seen.append(step)) as x:
        x.deliver(contract, market.goods)
    for doing in ("hash", "seal", "upload"):
        assert (doing, 5_000_000, 5_000_000) in seen
    with market.connect("consumer") as x:
        got = x.receive(x.next_delivery(contract, timeout=30), to=tmp_path / "got")
        got.evidence.save(tmp_path / "evidence")
        (tmp_path / "policy").write_text(x.trust_policy())
    assert (tmp_path / "got").read_bytes() == market.goods.read_bytes()
    content = {"content": tmp_path / "got", "salts": tmp_path / "got.salts"}
    verdict = lading.verify(tmp_path / "evidence", tmp_path / "policy", **content)
    assert verdict.status is lading.Status.VALID


@pytest.mark.parametrize("sealed", [True, False])
def test_files_of_every_shape_are_traded(market: Market, sealed: bool) -> None:
    chunk = lading.ClientConfig().chunk_bytes
    with market.connect("provider") as x, market.connect("consumer") as y:
        for size in (0, 1, chunk - 1, chunk, chunk + 1, 3 * chunk):
            market.goods.write_bytes(os.urandom(size))
            listing = x.publish(
                market.goods,
                source="Sensors",
                collection="sensor",
                title=f"{size} bytes",
                terms=lading.Terms("0.00 EUR"),
                sealed=sealed,
            )
            delivery = x.deliver(y.accept(listing, purpose="research"), market.goods)
            assert delivery.act.form == ("sealed" if sealed else "clear")
            got = y.receive(delivery, to=market.home / f"got-{size}")
            assert got.path.read_bytes() == market.goods.read_bytes()


def test_the_same_trade_asynchronously(market: Market, tmp_path: Path) -> None:
    async def provide(listed: "asyncio.Future[str]") -> None:
        identity = lading.Identity.load("provider", SECRET, directory=market.home)
        async with lading.aconnect(market.exchange.api, identity) as x:
            listing = await x.publish(
                market.goods,
                source="Sensors",
                collection="sensor",
                title="Async goods",
                terms=lading.Terms("1.00 EUR"),
            )
            listed.set_result(listing.id)
            async for contract in x.contracts(listing, follow=True):
                await x.deliver(contract, market.goods)
                return

    async def consume(listed: "asyncio.Future[str]") -> lading.Verdict:
        identity = lading.Identity.load("consumer", SECRET, directory=market.home)
        async with lading.aconnect(market.exchange.api, identity) as x:
            contract = await x.accept(await listed, purpose="research", at_most="1.00 EUR")
            got = await x.receive(await x.next_delivery(contract, timeout=60), to=tmp_path / "got")
            return got.evidence.verdict

    async def trade() -> lading.Verdict:
        listed: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        _, verdict = await asyncio.gather(provide(listed), consume(listed))
        return verdict

    assert asyncio.run(trade()).status is lading.Status.VALID
    assert (tmp_path / "got").read_bytes() == market.goods.read_bytes()


ACCEPT = "x.accept(rest[0], purpose='research', at_most='100.00 EUR')"


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_consumer_killed_around_the_send_concludes_one_contract(market: Market, moment: str) -> None:
    with market.connect("provider") as x:
        listing = x.publish(
            market.goods,
            source="Sensors",
            collection="sensor",
            title="Goods",
            terms=lading.Terms("100.00 EUR"),
        )
    done = market.run("consumer", f"transport.{moment} = ('POST', '/statements')\n{ACCEPT}", listing.id)
    assert killed(done)
    with market.connect("consumer") as x:
        (stored,) = x.session.outbox.pending()
        assert len(x.contracts(listing).all()) == (1 if moment == "after" else 0)
        contract = x.accept(listing, purpose="research", at_most="100.00 EUR")
        assert contract.id == stored.id
        assert x.contracts(listing).all() == [contract]


@pytest.mark.parametrize(
    ("moment", "words", "countdown"),
    [
        ("before", "('POST', '/content')", 1),
        ("after", "('POST', '/content')", 1),
        ("after", "('PUT', '/manifest')", 1),
        ("before", "('PUT', '/boxes/')", 2),
        ("after", "('PUT', '/boxes/')", 2),
        ("before", "('PUT', '/chunks/')", 3),
        ("after", "('PUT', '/chunks/')", 3),
        ("before", "('POST', '/statements')", 1),
        ("after", "('POST', '/statements')", 1),
    ],
)
def test_a_provider_killed_anywhere_delivers_once(
    market: Market, moment: str, words: str, countdown: int
) -> None:
    contract = market.contract()
    script = f"transport.{moment} = {words}; transport.countdown = {countdown}\nx.deliver(rest[0], rest[1])"
    assert killed(market.run("provider", script, contract.id, str(market.goods)))
    with market.connect("provider") as x:
        (stored,) = x.session.outbox.pending()
        assert x.deliver(contract, market.goods).id == stored.id
        assert len(x.deliveries(contract).all()) == 1
    with market.connect("consumer") as x:
        got = x.receive(x.next_delivery(contract, timeout=10), to=market.home / "got")
    assert got.path.read_bytes() == market.goods.read_bytes()


def test_a_consumer_killed_while_receiving_goes_on(market: Market) -> None:
    contract = market.contract()
    with market.connect("provider") as x:
        delivery = x.deliver(contract, market.goods)
    script = """
    from lading.client.flows import take
    real, count = take.check_ciphertext, []
    def dying(ciphertext, leaf, number, length):
        count.append(number)
        if len(count) == 3:
            os.kill(os.getpid(), signal.SIGKILL)
        real(ciphertext, leaf, number, length)
    take.check_ciphertext = dying
    x.receive(rest[0], to=rest[1])
    """
    target = market.home / "got"
    assert killed(market.run("consumer", script, delivery.id, str(target)))
    assert target.with_name("got.sealed.part").exists()
    assert not target.exists()
    with market.connect("consumer") as x:
        assert x.state(delivery).name == "open"
        x.receive(delivery, to=target)
        assert x.state(delivery).name == "received"
    assert target.read_bytes() == market.goods.read_bytes()


def test_a_consumer_killed_around_the_receipt_gives_one(market: Market) -> None:
    contract = market.contract()
    with market.connect("provider") as x:
        delivery = x.deliver(contract, market.goods)
    target = market.home / "got"
    script = "transport.after = ('POST', '/statements')\nx.receive(rest[0], to=rest[1])"
    assert killed(market.run("consumer", script, delivery.id, str(target)))
    with market.connect("consumer") as x:
        (stored,) = x.session.outbox.pending()
        assert x.receive(delivery, to=target).receipt.id == stored.id


BETWEEN_RECEIPT_AND_RELEASE = """
transport.before = ('GET', '/evidence'); transport.countdown = 2
x.receive(rest[0], to=rest[1])
"""
WHILE_IT_OPENS = """
from lading.client.flows import take
real = take.open_into
def dying(*given, progress, stop):
    real(*given, progress=lambda done: os.kill(os.getpid(), signal.SIGKILL), stop=stop)
take.open_into = dying
x.receive(rest[0], to=rest[1])
"""
BEFORE_IT_IS_IN_PLACE = """
from lading.client.flows import take
take._put_in_place = lambda place: os.kill(os.getpid(), signal.SIGKILL)
x.receive(rest[0], to=rest[1])
"""


@pytest.mark.parametrize("script", [BETWEEN_RECEIPT_AND_RELEASE, WHILE_IT_OPENS, BEFORE_IT_IS_IN_PLACE])
def test_a_consumer_killed_between_receipt_and_opening_opens_it(market: Market, script: str) -> None:
    contract = market.contract()
    with market.connect("provider") as x:
        delivery = x.deliver(contract, market.goods)
    target = market.home / "got"
    assert killed(market.run("consumer", script, delivery.id, str(target)))
    assert not target.exists()
    with market.connect("consumer") as x:
        assert x.state(delivery).name == "received"
        x.receive(delivery, to=target)
    assert target.read_bytes() == market.goods.read_bytes()
    assert {path.name for path in market.home.glob("got*")} == {"got", "got.salts"}


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_party_killed_while_it_rotates_its_keys_has_one_identity(market: Market, moment: str) -> None:
    contract = market.contract()
    with market.connect("provider") as x:
        delivery = x.deliver(contract, market.goods)
    files = (str(market.home / "consumer.next-key.txt"), str(market.home / "consumer.2.txt"))
    rotate = "x.rotate(next_key=rest[0], new_next_key=rest[1])"
    done = market.run("consumer", f"transport.{moment} = ('POST', '/statements')\n{rotate}", *files)
    assert killed(done)
    with market.connect("consumer") as x:
        assert x.rotate(next_key=files[0], new_next_key=files[1]).id == x.session.head
        assert x.state(x.session.me).record["statements"] == 2
        got = x.receive(delivery, to=market.home / "got")
    assert got.path.read_bytes() == market.goods.read_bytes()


def test_a_killed_exchange_is_unreachable_and_then_goes_on(tmp_path: Path) -> None:
    exchange = ExchangeProcess(tmp_path / "state").start()
    market = Market(exchange, tmp_path)
    contract = market.contract()
    quick = lading.ClientConfig(attempts=2, first_pause=0.01)
    identity = lading.Identity.load("provider", SECRET, directory=market.home)
    with lading.connect(exchange.api, identity, config=quick) as x:
        kill_9(exchange)
        with pytest.raises(lading.Unreachable) as caught:
            x.deliver(contract, market.goods)
        assert "again" in caught.value.hint
        exchange.start()
        delivery = x.deliver(contract, market.goods)
    kill_9(exchange)
    exchange.start()
    with market.connect("consumer") as x:
        assert x.receive(delivery, to=tmp_path / "got").path.read_bytes() == market.goods.read_bytes()
    exchange.end()


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="asks Linux for the peak of memory")
def test_memory_stays_flat_whatever_the_size(market: Market) -> None:
    market.goods.write_bytes(b"")
    with market.goods.open("r+b") as file:
        file.truncate(400_000_000)
    script = """
    listing = x.publish(rest[0], source="Sensors", collection="sensor", title='Large', terms=lading.Terms('0.00 EUR'))
    with lading.connect(url, lading.Identity.load('consumer', 'a passphrase', directory=home)) as y:
        contract = y.accept(listing, purpose='research')
        delivery = x.deliver(contract, rest[0])
        y.receive(delivery, to=rest[0] + '.got')
    # Not ru_maxrss: it begins with what the process had in memory that started this one.
    print(open('/proc/self/status').read().partition('VmHWM:')[2].split()[0])
    """
    done = market.run("provider", script, str(market.goods))
    assert done.returncode == 0, done.stderr
    assert market.goods.with_name("goods.bin.got").stat().st_size == 400_000_000
    # The interpreter, argon2id's 64 MiB and a few chunks under way come to 180 to 235 MB, with the load of the machine;
    # one copy of the file alone would be another 390 MB.
    assert int(done.stdout) < 300_000
