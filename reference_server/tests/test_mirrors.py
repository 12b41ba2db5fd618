"""What is mirrored of peers: shown with proofs, gone when it is taken back or erased, and there again after a crash."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from lading.keys.signer import Ed25519Signer
from lading.log.checkpoint import CheckpointSigner
from lading.log.proof import parse
from lading.statement.envelope import decode, encode, statement_id
from lading_server import office, peering
from reference_server.tests import federated
from reference_server.tests.exchange_process import ExchangeProcess, kill_9
from reference_server.tests.lying_peer import LyingPeer
from reference_server.tests.trader import Market, jwk


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[ExchangeProcess, Market]]:
    """An exchange that follows another one, and the market of that one."""
    folder = tmp_path_factory.mktemp("pair")
    follower, followed = (federated.exchange(folder / name).start() for name in ("follower", "followed"))
    federated.follow(follower, followed)
    market = Market(followed.api, followed.id, followed.directory)
    yield follower, market
    market.close()
    for each in (follower, followed):
        assert each.end() == 0
        assert "traceback" not in each.log(), each.log()[-4_000:]


def found(follower: ExchangeProcess, query: str) -> list[str]:
    return federated.titles(follower, query)


def test_a_listing_is_found_with_home_and_proof_until_it_is_withdrawn(
    pair: tuple[ExchangeProcess, Market],
) -> None:
    follower, market = pair
    listing = market.listing("Bridges of the north")
    federated.wait(lambda: found(follower, "q=bridges") == ["Bridges of the north"])
    (item,) = federated.get(follower, "/listings?q=bridges").json()["listings"]
    assert (item["id"], item["provider"], item["home"]) == (listing, market.provider.id, market.exchange.id)
    key = peering.list_peers(follower.directory)[0]
    assert (key["id"], key["state"]) == (market.exchange.id, "following")
    bytes_here = federated.get(follower, f"/statements/{listing}")
    assert bytes_here.text == item["statement"]
    assert "immutable" in bytes_here.headers["cache-control"]
    proof = parse(item["proof"])
    shown = federated.peers_of(follower)[market.exchange.id]
    assert proof.note == shown["checkpoint"]
    proof_here = parse(federated.get(follower, f"/statements/{listing}/proof").text)
    assert (proof_here.index, proof_here.time) == (proof.index, proof.time)
    assert federated.get(follower, f"/state/{listing}").status_code == 404
    market.provider.issue("withdrawal", statement=listing)
    federated.wait(lambda: found(follower, "q=bridges") == [])
    assert federated.get(follower, f"/statements/{listing}").status_code == 200


def test_a_listing_that_is_superseded_is_not_found(pair: tuple[ExchangeProcess, Market]) -> None:
    follower, market = pair
    first = market.listing("Tunnels, first version")
    federated.wait(lambda: len(found(follower, "q=tunnels")) == 1)
    market.listing("Tunnels, second version", supersedes=first)
    federated.wait(lambda: found(follower, "q=tunnels") == ["Tunnels, second version"])


def test_facets_choose_among_mirrored_listings(pair: tuple[ExchangeProcess, Market]) -> None:
    follower, market = pair
    market.provider.issue("listing", kind="stream", title="Ferries")
    federated.wait(lambda: found(follower, "q=ferries&kind=stream") == ["Ferries"])
    assert found(follower, "q=ferries&kind=dataset") == []
    assert found(follower, "q=ferries&jurisdiction=DE&collection=sensor") == ["Ferries"]
    assert found(follower, "q=ferries&jurisdiction=FR") == []


def test_what_is_not_public_is_not_mirrored(pair: tuple[ExchangeProcess, Market]) -> None:
    follower, market = pair
    contract = market.contract()
    listing = market.listing("After the contract")
    federated.wait(lambda: federated.get(follower, f"/statements/{listing}").status_code == 200)
    for path in ("", "/proof", "/evidence"):
        assert federated.get(follower, f"/statements/{contract}{path}").status_code == 404


def test_an_erasure_at_the_peer_erases_the_mirror(pair: tuple[ExchangeProcess, Market]) -> None:
    follower, market = pair
    listing = market.listing("Bertha-Marie Zwackelmann")
    federated.wait(lambda: found(follower, "q=zwackelmann") != [])
    before = (follower.directory / "peers.db").read_bytes() + (
        follower.directory / "peers.db-wal"
    ).read_bytes()
    text = market.provider.http.get(f"/statements/{listing}").content
    assert text in before
    office.erase(_directory_of(market, pair), listing, ground="personal-data")
    federated.wait(lambda: federated.get(follower, f"/statements/{listing}").status_code == 410)
    assert federated.get(follower, f"/statements/{listing}").json()["code"] == "gone"
    assert found(follower, "q=zwackelmann") == []

    def is_gone() -> bool:
        files = follower.directory.glob("peers.db*")
        data = b"".join(path.read_bytes() for path in files)
        return text not in data and b"Zwackelmann" not in data and b"zwackelmann" not in data

    federated.wait(is_gone)


def _directory_of(market: Market, pair: tuple[ExchangeProcess, Market]) -> Path:
    return pair[0].directory.with_name("followed")


def test_the_own_listings_come_first_and_the_peers_follow_page_by_page(tmp_path: Path) -> None:
    follower = federated.exchange(tmp_path / "state").start()
    try:
        with ExitStack() as stack:
            market = Market(follower.api, follower.id, follower.directory)
            stack.callback(market.close)
            own = [market.listing(f"Own {n}") and f"Own {n}" for n in range(3)]
            peers = sorted((stack.enter_context(LyingPeer()) for _ in range(3)), key=lambda peer: peer.id)
            wanted = own[::-1]
            for number, peer in enumerate(peers):
                provider = peer.log.admitted()
                names = [f"Peer {number} listing {n}" for n in range(4)]
                for name in names:
                    peer.log.listing(provider, name)
                wanted += names[::-1]
                federated.follow(follower, peer)
            for peer in peers:
                federated.caught_up(follower, peer)
            for limit in (1, 2, 3, 4, 5, 6, 7, 14, 15, 16, 100):
                assert federated.titles(follower, f"limit={limit}") == wanted
            assert federated.titles(follower, "limit=2&q=peer+listing") == wanted[3:]
            page = federated.get(follower, "/listings?limit=5").json()
            assert [("home" in item, "proof" in item) for item in page["listings"]][2:4] == [
                (False, False),
                (True, True),
            ]
            # The peer on which a page ended is removed: the next page goes on with the one behind it.
            peering.remove_peer(follower.directory, page["listings"][-1]["home"])
            federated.wait(lambda: peers[0].id not in federated.peers_of(follower))
            rest = federated.get(follower, f"/listings?cursor={page['cursor']}").json()["listings"]
            assert [item["title"] for item in rest] == wanted[7:]
    finally:
        assert follower.end() == 0


def test_a_peer_that_is_removed_leaves_nothing(tmp_path: Path) -> None:
    follower = federated.exchange(tmp_path / "state").start()
    try:
        with LyingPeer() as peer:
            listing = peer.log.listing(peer.log.admitted(), "Leaves no trace")
            federated.follow(follower, peer)
            federated.wait(lambda: found(follower, "q=trace") != [])
            peering.remove_peer(follower.directory, peer.id)
            federated.wait(lambda: federated.peers_of(follower) == {})
            assert found(follower, "q=trace") == []
            assert federated.get(follower, f"/statements/{listing}").status_code == 404

            def is_gone() -> bool:
                return b"Leaves no trace" not in (follower.directory / "peers.db").read_bytes()

            federated.wait(is_gone)
            # Added again while nobody serves, it is mirrored anew.
            assert follower.end() == 0
            federated.follow(follower, peer)
            follower.start()
            federated.wait(lambda: found(follower, "q=trace") != [])
            assert follower.end() == 0
            peering.remove_peer(follower.directory, peer.id)
            follower.start()
            federated.wait(lambda: _rows(follower) == 0)
    finally:
        follower.end()


def _rows(follower: ExchangeProcess) -> int:
    connection = sqlite3.connect(f"file:{follower.directory / 'peers.db'}?mode=ro", uri=True)
    try:
        return int(connection.execute("SELECT count(*) FROM statements").fetchone()[0])
    finally:
        connection.close()


def test_a_peer_that_is_gone_and_back_is_followed_on(tmp_path: Path) -> None:
    follower = federated.exchange(tmp_path / "state", "--peer-silent", "2").start()
    try:
        with LyingPeer() as peer:
            peer.log.noise(300)
            federated.follow(follower, peer)
            federated.caught_up(follower, peer)
            time.sleep(2.5)
            # A log in which nothing happens is not silent.
            assert federated.state_of(follower, peer.id) == "following"
            peer.stop()
            federated.wait(lambda: federated.state_of(follower, peer.id) == "silent")
            peer.log.noise(300)
            peer.start()
            federated.caught_up(follower, peer)
            assert federated.state_of(follower, peer.id) == "following"
    finally:
        assert follower.end() == 0


def test_a_kill_while_mirroring_loses_and_doubles_nothing(tmp_path: Path) -> None:
    follower = federated.exchange(tmp_path / "state").start()
    try:
        with LyingPeer() as peer:
            provider = peer.log.admitted()
            names = [f"Listing {n:04d}" for n in range(450)]
            peer.log.add(*(provider.sign("listing", kind="dataset", title=name) for name in names))
            federated.follow(follower, peer)
            kills = 0
            while federated.size_of(follower, peer.id) != peer.log.size:
                time.sleep(0.15 + 0.1 * kills)
                kill_9(follower)
                kills += 1
                follower.start()
                if kills >= 4:
                    federated.caught_up(follower, peer)
            assert kills > 0
            assert federated.titles(follower, "limit=100") == names[::-1]
            listing = federated.get(follower, "/listings").json()["listings"][50]
            assert parse(listing["proof"]).verify(listing["id"], peer.log.log_key.key).size == peer.log.size
    finally:
        follower.end()


def test_a_large_log_is_followed_as_it_grows(tmp_path: Path) -> None:
    """Across tiles and levels, each checkpoint consistent with the one before."""
    follower = federated.exchange(tmp_path / "state").start()
    try:
        with LyingPeer() as peer:
            provider = peer.log.admitted()
            federated.follow(follower, peer)
            listings = []
            for growth in (1, 250, 1, 1, 255, 257, 512, 700):
                listings.append(peer.log.listing(provider, f"Grows {growth}"))
                peer.log.noise(growth)
                federated.caught_up(follower, peer)
            for listing in listings:
                proof = parse(federated.get(follower, f"/statements/{listing}/proof").text)
                assert proof.verify(listing, peer.log.log_key.key).size == peer.log.size
    finally:
        assert follower.end() == 0


def test_ten_peers(tmp_path: Path) -> None:
    follower = federated.exchange(tmp_path / "state").start()
    try:
        with ExitStack() as stack:
            peers = [stack.enter_context(LyingPeer()) for _ in range(10)]
            for number, peer in enumerate(peers):
                peer.log.listing(peer.log.admitted(), f"Of peer {number}")
                federated.follow(follower, peer)
            federated.wait(lambda: len(found(follower, "q=peer")) == 10)
            shown = federated.get(follower, "/peers").json()["peers"]
            assert [peer["id"] for peer in shown] == sorted(peer.id for peer in peers)
            peers[3].stop()
            peers[4].log.listing(peers[4].log.admitted(), "Later of peer 4")
            federated.wait(lambda: len(found(follower, "q=peer")) == 11)
    finally:
        assert follower.end() == 0


def test_log_keys_change_only_by_the_peers_own_chain(tmp_path: Path) -> None:
    """The follower was away while the key changed, and finds only checkpoints by the new one."""

    follower = federated.exchange(tmp_path / "state").start()
    try:
        with LyingPeer() as peer:
            log = peer.log
            log.noise(2)
            federated.follow(follower, peer)
            federated.caught_up(follower, peer)
            assert follower.end() == 0
            signer = CheckpointSigner("peer.example/log", Ed25519Signer.generate())
            said = decode(log.first).members
            at = log.size
            keys = [
                {"vkey": str(log.log_key.key), "from_size": 1, "until_size": at + 1},
                {"vkey": str(signer.key), "from_size": at + 2},
            ]
            exchange = {**said["exchange"], "log": {"origin": "peer.example/log", "keys": keys}}
            listed = {"jwk": jwk(log.next), "use": "sign"}
            members = {
                **said,
                "issuer": log.id,
                "previous": log.id,
                "under": log.id,
                "exchange": exchange,
                "keys": [listed],
                "next": [Ed25519Signer.generate().thumbprint],
            }
            later = encode(members, log.next)
            log.add(later)
            log.head, log.signer = statement_id(later), log.next
            log.register.signer = signer
            log.noise(3)
            # The new key is believed when its statement is found in the log, and not before.
            with peer.lying(f"/statements/{log.head}/proof", (404, "text/plain", b"")):
                follower.start()
                time.sleep(1)
                assert federated.size_of(follower, peer.id) == at
            federated.caught_up(follower, peer)
            assert peering.list_peers(follower.directory)[0]["state"] == "following"
    finally:
        follower.end()
