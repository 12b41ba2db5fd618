"""An identity that is at home at one exchange, as a guest of another: two exchanges in processes of their own."""

import asyncio
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest

import lading
from lading.client import profile
from lading.client.results import Listing
from lading.errors import Dishonest, UsageProblem
from lading.problems import Refused
from lading_server import operate, peering
from reference_server.tests.exchange_process import ExchangeProcess
from sdk.tests.cli.command import Terminal

SECRET = "a passphrase"
FREE = lading.Terms("0.00 EUR")
T = TypeVar("T")


def soon(ask: Callable[[], T | None]) -> T:
    until = time.monotonic() + 30
    while (found := ask()) is None:
        assert time.monotonic() < until
        time.sleep(0.1)
    return found


class Pair:
    """A provider at home at `there`, a consumer at home at `here`; each exchange follows the other."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.here = ExchangeProcess(folder / "here")
        self.there = ExchangeProcess(folder / "there")
        for exchange in (self.here, self.there):
            exchange.serve_options = ("--peer-poll", "0.1")
            exchange.start()
        for one, other in ((self.here, self.there), (self.there, self.here)):
            peering.add_peer(one.directory, other.api, other.id)
        for name, exchange in (("provider", self.there), ("consumer", self.here)):
            with lading.connect(exchange.api, self.person(name)) as x:
                operate.admit(exchange.directory, x.session.me)
                x.wait_admitted(timeout=30)

    def person(self, name: str) -> lading.Identity:
        return lading.Identity.create(
            name,
            legal_name=f"{name} Ltd",
            jurisdiction="IE",
            passphrase=SECRET,
            next_key=self.folder / f"{name}.next-key.txt",
            directory=self.folder,
        )

    def load(self, name: str) -> lading.Identity:
        return lading.Identity.load(name, SECRET, directory=self.folder)

    def listing(self, title: str) -> tuple[Path, Listing]:
        goods = self.folder / f"{title}.bin"
        goods.write_bytes(os.urandom(200_000))
        with lading.connect(self.there.api, self.load("provider")) as x:
            return goods, x.publish(goods, title=title, source="Us", collection="sensor", terms=FREE)


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    made = Pair(tmp_path_factory.mktemp("pair"))
    yield made
    assert (made.here.end(), made.there.end()) == (0, 0)


def test_a_listing_is_found_at_home_and_bought_abroad(pair: Pair, tmp_path: Path) -> None:
    goods, listing = pair.listing("roads")
    with lading.connect(pair.here.api, pair.load("consumer")) as x:
        found = soon(x.search("roads").first)
        assert (found.id, found.home) == (listing.id, pair.there.id)
        with x.visit(found) as abroad:
            contract = abroad.accept(found, purpose="research")
            assert abroad.session.signs
            with lading.connect(pair.there.api, pair.load("provider")) as provider:
                provider.deliver(provider.contracts(listing).one(), goods)
            got = abroad.receive(abroad.next_delivery(contract, timeout=30), to=tmp_path / "got")
            trust = tmp_path / "trust.policy"
            trust.write_text(abroad.trust_policy())
            with pytest.raises(UsageProblem, match="keys are changed at home"):
                abroad.rotate(next_key=pair.folder / "consumer.next-key.txt", new_next_key=tmp_path / "new")
    assert (tmp_path / "got").read_bytes() == goods.read_bytes()
    got.evidence.save(tmp_path / "evidence")
    assert lading.verify(tmp_path / "evidence", trust).status is lading.Status.VALID


def test_asynchronously(pair: Pair) -> None:
    _, listing = pair.listing("rivers")

    async def buy() -> str:
        async with lading.aconnect(pair.here.api, pair.load("consumer")) as x:
            while (found := await x.search("rivers").first()) is None:  # noqa: ASYNC110 - news of another exchange
                await asyncio.sleep(0.1)
            async with await x.visit(found) as abroad:
                return (await abroad.accept(found, purpose="research")).listing.id

    assert asyncio.run(asyncio.wait_for(buy(), 30)) == listing.id


def test_rotated_keys_are_known_abroad(pair: Pair, tmp_path: Path) -> None:
    _, listing = pair.listing("railways")
    identity = pair.person("rotator")
    with lading.connect(pair.here.api, identity) as x:
        operate.admit(pair.here.directory, x.session.me)
        x.wait_admitted(timeout=30)
        with x.visit(pair.there.id) as abroad:
            abroad.accept(listing, purpose="research", reference="before")
        x.rotate(next_key=pair.folder / "rotator.next-key.txt", new_next_key=tmp_path / "new-next-key.txt")
        head = x.session.head
    with lading.connect(pair.here.api, pair.load("rotator")) as x, x.visit(pair.there.id) as abroad:
        soon(lambda: abroad.state(x.session.me).record["head"] == head or None)
        abroad.accept(listing, purpose="research", reference="after")


def test_a_visited_exchange_is_pinned(pair: Pair) -> None:
    identity = pair.load("consumer")
    with lading.connect(pair.there.api, identity, guest=True):
        pass
    (pinned,) = profile.visited(identity.folder)
    assert (pinned.exchange, pinned.api) == (pair.there.id, pair.there.api)
    other = pinned.model_copy(update={"exchange": pair.here.id})
    path = identity.folder / profile.ABROAD / f"{pair.there.id.removeprefix('sha256:')}.json"
    whole = path.read_bytes()
    try:
        path.write_bytes(profile.dump(other))
        with pytest.raises(Dishonest, match="visited before"):
            lading.connect(pair.there.api, identity, guest=True).__enter__()
        path.write_bytes(profile.dump(pinned.model_copy(update={"vkey": "x+00000000+AAAA"})))
        with pytest.raises(Dishonest, match="no longer lists"):
            lading.connect(pair.there.api, identity, guest=True).__enter__()
        path.write_bytes(b"{}")
        with pytest.raises(UsageProblem, match="damaged"):
            lading.connect(pair.there.api, identity, guest=True).__enter__()
    finally:
        path.write_bytes(whole)


def test_who_visits_says_so(pair: Pair) -> None:
    with pytest.raises(UsageProblem, match="at home at") as raised:
        lading.connect(pair.there.api, pair.load("consumer")).__enter__()
    assert "guest=True" in str(raised.value.hint)


def test_who_accepts_at_the_wrong_exchange_learns_where_to_go(pair: Pair) -> None:
    _, listing = pair.listing("tunnels")
    with lading.connect(pair.here.api, pair.load("consumer")) as x:
        soon(x.search("tunnels").first)
        assert x.peers() == {pair.there.id: pair.there.api}
        for ask in (lambda: x.accept(listing.id, purpose="research"), lambda: x.evidence(listing.id)):
            with pytest.raises(UsageProblem, match="at home at another exchange") as raised:
                ask()
            assert pair.there.api in str(raised.value)
            assert f"--exchange {pair.there.api}" in str(raised.value.hint)
        with pytest.raises(Refused, match="not-found"):
            x.evidence("sha256:" + 64 * "0")


def test_a_search_at_the_command_line_shows_the_address(
    pair: Pair, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _, listing = pair.listing("canals")
    with lading.connect(pair.here.api, pair.load("consumer")) as x:
        soon(x.search("canals").first)
    monkeypatch.setenv("LADING_HOME", str(pair.folder))
    monkeypatch.setenv("LADING_PASSPHRASE", SECRET)
    lading_ = Terminal(capsys)
    assert f"at home at  {pair.there.api}" in lading_("search", "canals", "--identity", "consumer").out
    answered = lading_("search", "canals", "--identity", "consumer", "--json").json["listings"]
    assert isinstance(answered, list)
    (found,) = answered
    assert (found["id"], found["home"], found["home_api"]) == (listing.id, pair.there.id, pair.there.api)
    refused = lading_("accept", listing.id, "--purpose", "research", "--identity", "consumer")
    assert refused.code != 0
    assert f"--exchange {pair.there.api}" in refused.err


def test_an_exchange_that_is_not_followed_is_not_found(pair: Pair) -> None:
    with (
        lading.connect(pair.here.api, pair.load("consumer")) as x,
        pytest.raises(UsageProblem, match="follows no exchange"),
    ):
        x.visit("sha256:" + 64 * "0")


def test_a_listing_of_its_own_is_visited_at_home(pair: Pair) -> None:
    with lading.connect(pair.there.api, pair.load("provider")) as x:
        _, listing = pair.listing("harbours")
        with x.visit(listing) as same:
            assert same.session.guest is None


def test_a_home_that_is_misstated_in_a_search_is_noticed(pair: Pair) -> None:
    pair.listing("bridges")
    with lading.connect(pair.here.api, pair.load("consumer")) as x:
        found = soon(x.search("bridges").first)
        assert found.act.home == found.home
