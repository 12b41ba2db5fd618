"""Attacks on following, sending on and guests: each of these was tried, and does no harm."""

import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from lading.keys.signer import Ed25519Signer
from lading_server import peering
from reference_server.tests import federated
from reference_server.tests.exchange_process import ExchangeProcess
from reference_server.tests.lying_peer import LyingPeer
from reference_server.tests.trader import BATCH, STATEMENT, Market, Trader


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ExchangeProcess]:
    made = federated.exchange(tmp_path_factory.mktemp("here") / "state").start()
    yield made
    assert made.end() == 0
    assert "traceback" not in made.log(), made.log()[-4_000:]


@pytest.fixture(scope="module")
def market(here: ExchangeProcess) -> Iterator[Market]:
    made = Market(here.api, here.id, here.directory)
    yield made
    made.close()


@pytest.fixture
def peer(here: ExchangeProcess) -> Iterator[LyingPeer]:
    """A peer whose participants are guests here."""
    with LyingPeer() as made:
        federated.follow(here, made)
        federated.caught_up(here, made)
        yield made
        peering.remove_peer(here.directory, made.id)
        federated.wait(lambda: made.id not in federated.peers_of(here))


def post(exchange: ExchangeProcess, jws: bytes, path: str = "/statements") -> httpx.Response:
    media_type = STATEMENT if path == "/statements" else BATCH
    return httpx.post(
        f"{exchange.api}{path}",
        content=jws,
        headers={"Content-Type": media_type},
        trust_env=False,
        timeout=60,
    )


def abroad(exchange: ExchangeProcess, guest: Trader, act: str, **members: object) -> bytes:
    """A statement of a guest that is at home in this exchange."""
    own, guest.home = guest.home, exchange.id
    try:
        return guest.sign(act, **members)
    finally:
        guest.home = own


def rotated(peer: LyingPeer, guest: Trader, times: int) -> None:
    """The guest's chain becomes longer."""
    peer.log.add(*(guest.successor() for _ in range(times)))


def test_a_long_chain_is_taken_in_whole(here: ExchangeProcess, market: Market, peer: LyingPeer) -> None:
    guest = peer.log.admitted()
    rotated(peer, guest, 12)
    federated.caught_up(here, peer)
    answer = post(here, abroad(here, guest, "listing", kind="dataset", title="After many keys"))
    assert answer.status_code == 201, answer.text


def test_nobody_makes_an_exchange_read_long_chains_without_a_key(
    here: ExchangeProcess, peer: LyingPeer
) -> None:
    guest = peer.log.admitted()
    rotated(peer, guest, 400)
    federated.caught_up(here, peer)
    guest.signer = Ed25519Signer.generate()
    forged = [abroad(here, guest, "listing", kind="dataset", title=f"Forged {n}") for n in range(256)]
    begun = time.monotonic()
    answer = post(here, b"\n".join(forged), "/statements/batch")
    assert time.monotonic() - begun < 5
    codes = {result["problem"]["code"] for result in answer.json()["results"]}
    assert codes == {"unknown-issuer"}


def test_a_key_that_ended_while_its_owner_waited_here_is_not_taken_when_it_is_admitted(
    tmp_path: Path,
) -> None:
    """Who waits may register few statements; the rest of its chain comes before the first that it could sign."""
    here = federated.exchange(tmp_path / "state").start()
    market = Market(here.api, here.id, here.directory)
    try:
        with LyingPeer() as peer:
            guest = peer.log.admitted()
            federated.follow(here, peer, guests=False)
            federated.caught_up(here, peer)
            waits = abroad(here, guest, "listing", kind="dataset", title="Waits")
            assert post(here, waits).json()["code"] == "not-admitted"
            rotated(peer, guest, 7)
            old = guest.head, guest.signer
            rotated(peer, guest, 1)
            new = guest.head, guest.signer
            federated.caught_up(here, peer)
            federated.wait(lambda: head_of(here, guest) == old[0])
            market.exchange.issue("admission", participant=guest.id, status="admitted", roles=["provider"])
            guest.head, guest.signer = old
            stolen = abroad(here, guest, "listing", kind="dataset", title="By a thief")
            guest.head, guest.signer = new
            assert post(here, stolen).json()["code"] == "stale-under"
            assert head_of(here, guest) == new[0]
    finally:
        market.close()
        assert here.end() == 0


def head_of(exchange: ExchangeProcess, guest: Trader) -> str:
    """The head of the guest's chain in the exchange's log."""
    return str(federated.get(exchange, f"/state/{guest.id}").json()["record"]["head"])
