"""Peers that lie: nothing of it is shown, and what they signed twice convicts them."""

import json
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from lading.keys.signer import Ed25519Signer
from lading.log.checkpoint import CheckpointSigner
from lading.log.proof import parse
from lading.statement.envelope import statement_id
from lading_server import peering
from reference_server.tests import federated
from reference_server.tests.exchange_process import ExchangeProcess
from reference_server.tests.lying_peer import Handler, Lie, Log, LyingPeer, Reply

JSON = "application/json"
TEXT = "text/plain; charset=utf-8"
PAUSE = 1.0
"""How long a lie is told: ten polls, or one and a pause."""


@pytest.fixture(scope="module")
def follower(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ExchangeProcess]:
    made = federated.exchange(tmp_path_factory.mktemp("follower") / "state").start()
    yield made
    assert made.end() == 0
    assert "traceback" not in made.log(), made.log()[-4_000:]


@pytest.fixture
def peer(follower: ExchangeProcess) -> Iterator[LyingPeer]:
    """A peer that is honest so far, and mirrored."""
    with LyingPeer() as made:
        made.log.noise(3)
        federated.follow(follower, made)
        federated.caught_up(follower, made)
        yield made
        peering.remove_peer(follower.directory, made.id)


def endless(handler: Handler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", JSON)
    handler.send_header("Transfer-Encoding", "chunked")
    handler.end_headers()
    piece = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
    for _ in range(10_000):
        handler.wfile.write(piece)


def drip(handler: Handler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "1000000")
    handler.end_headers()
    for _ in range(100):
        handler.wfile.write(b" ")
        handler.wfile.flush()
        time.sleep(0.3)


def to_itself(handler: Handler) -> None:
    target = f"http://127.0.0.1:{handler.server.peer.port}/elsewhere"
    handler.reply(302, TEXT, b"", Location=target)


def zipped(handler: Handler) -> None:
    handler.reply(200, JSON, b"\x1f\x8b\x08\x00", Content_Encoding="gzip")


def hang_up(handler: Handler) -> None:
    handler.close_connection = True


def event(**members: object) -> Reply:
    """A page with one event that is wrong in some member."""
    usual = {"index": 4, "time": 1, "id": "sha256:" + "0" * 64, "type": "notarisation", "statement": "a.b.c"}
    page = {"events": [{**usual, **members}], "next": members.get("index", 4), "as_of": 5}
    return 200, JSON, json.dumps(page).encode()


EVERYWHERE: dict[str, Lie | Reply] = {
    "garbage": (200, JSON, b"\x00\xff garbage"),
    "nothing": (200, JSON, b""),
    "an error": (500, JSON, b"{}"),
    "not found": (404, TEXT, b""),
    "a list": (200, JSON, b"[]"),
    "deep": (200, JSON, b"[" * 100_000),
    "too large": (200, JSON, b" " * 8_000_000),
    "no content": (204, TEXT, b""),
    "endless": endless,
    "a redirect": to_itself,
    "compressed": zipped,
    "hung up": hang_up,
}
FEEDS: dict[str, Lie | Reply] = {
    "not in the log": event(),
    "another time": event(time=0),
    "an index above 2^53": event(index=2**60),
    "a negative index": event(index=-1),
    "an index as text": event(index="4"),
    "a fraction": event(index=4.0),
    "true": event(index=True),
    "a time above 2^53": event(time=2**63),
    "a huge id": event(id="sha256:" + "0" * 100_000),
    "an id that is none": event(id="x"),
    "no statement": event(statement=None),
    "a statement that is none": event(statement="…"),
    "an event that is none": (200, JSON, b'{"events": [1], "next": 4, "as_of": 5}'),
    "no next": (200, JSON, b'{"events": [], "as_of": 5}'),
    "a next that goes back": (200, JSON, b'{"events": [], "next": 0, "as_of": 5}'),
    "a next that stands": (200, JSON, b'{"events": [], "next": 3, "as_of": 5}'),
    "too many events": (200, JSON, json.dumps({"events": [{}] * 101, "next": 4, "as_of": 5}).encode()),
}


@contextmanager
def many(follower: ExchangeProcess, names: Iterable[str]) -> Iterator[dict[str, LyingPeer]]:
    """A mirrored peer for each name."""
    with ExitStack() as stack:
        peers = {name: stack.enter_context(LyingPeer()) for name in names}
        for made in peers.values():
            made.log.noise(3)
            federated.follow(follower, made)
        for made in peers.values():
            federated.caught_up(follower, made)
        yield peers
        for made in peers.values():
            peering.remove_peer(follower.directory, made.id)


def tell(follower: ExchangeProcess, path: str, lies: Mapping[str, Lie | Reply]) -> None:
    """Every lie by a peer of its own, at once, beside one that is honest."""
    with many(follower, [*lies, "honest"]) as peers, ExitStack() as told:
        before = {name: made.log.size for name, made in peers.items()}
        for name, lie in lies.items():
            told.enter_context(peers[name].lying(path, lie))
        for made in peers.values():
            made.log.noise()
        federated.caught_up(follower, peers["honest"])
        time.sleep(PAUSE)
        shown = federated.peers_of(follower)
        for name in lies:
            assert shown[peers[name].id]["size"] == before[name], name
            assert shown[peers[name].id]["state"] == "following", name
        told.close()
        for name, made in peers.items():
            federated.caught_up(follower, made)
            assert "/elsewhere" not in [asked for asked, _, _ in made.asked], name


@pytest.mark.parametrize("path", ["/log/checkpoint", "/log/tile", "/events"])
def test_an_answer_that_is_none_is_not_taken_and_the_peer_is_back_when_it_is_honest(
    follower: ExchangeProcess, path: str
) -> None:
    tell(follower, path, EVERYWHERE)


def test_an_event_that_cannot_be_is_not_mirrored(follower: ExchangeProcess) -> None:
    tell(follower, "/events", FEEDS)


def test_a_listing_that_stands_in_no_log_is_not_shown(follower: ExchangeProcess, peer: LyingPeer) -> None:
    provider = peer.log.admitted()
    jws = provider.sign("listing", kind="dataset", title="Invented roads")
    federated.caught_up(follower, peer)
    size = peer.log.size
    lie = event(
        index=size, time=int(time.time() * 1000), id=statement_id(jws), type="listing", statement=jws.decode()
    )
    with peer.lying("/events", lie):
        peer.log.noise()
        time.sleep(PAUSE)
        assert federated.titles(follower, "q=invented") == []
        assert federated.get(follower, f"/statements/{statement_id(jws)}").status_code == 404


def test_bytes_that_are_not_those_of_the_id_are_not_mirrored(
    follower: ExchangeProcess, peer: LyingPeer
) -> None:
    provider = peer.log.admitted()
    true = peer.log.listing(provider, "True roads")
    federated.wait(lambda: federated.titles(follower, "q=true") == ["True roads"])
    second = peer.log.add(provider.sign("listing", kind="dataset", title="Second roads"))[0]
    page = peer.log.events(-1)
    page["events"] = [e for e in page["events"] if e["id"] != true]
    for e in page["events"]:
        if e["id"] == second:
            e["statement"] = peer.log.store.sight.statements[true].decode()
    # The follower has read all but the last event, and takes this page for what stands above it.
    page["events"] = page["events"][-1:]
    with peer.lying("/events", (200, JSON, json.dumps(page).encode())):
        federated.wait(lambda: federated.size_of(follower, peer.id) == peer.log.size)
    assert federated.titles(follower, "q=roads") == ["True roads"]
    assert federated.get(follower, f"/statements/{second}").status_code == 404


def test_a_log_that_holds_a_statement_whose_signature_is_wrong(
    follower: ExchangeProcess, peer: LyingPeer
) -> None:
    """A peer can write anything into its log; what nobody signed is not shown."""
    provider, thief = peer.log.admitted(), peer.log.admitted()
    provider.signer = thief.signer
    jws = provider.sign("listing", kind="dataset", title="Stolen roads")
    forced = peer.log.register.prepare(thief.sign("listing", kind="dataset", title="Own roads"))
    # The register is made to take what it would refuse.
    wrong = peer.log.register.prepare(jws)
    peer.log.register.would_admit = lambda *_: None  # type: ignore[method-assign]
    assert not [a for a in peer.log.register.admit([wrong, forced]) if not hasattr(a, "index")]
    federated.caught_up(follower, peer)
    assert federated.titles(follower, "q=roads") == ["Own roads"]
    assert federated.get(follower, f"/statements/{statement_id(jws)}").status_code == 404


def test_a_checkpoint_by_another_key_is_not_taken(follower: ExchangeProcess, peer: LyingPeer) -> None:
    before = peer.log.size
    honest = peer.log.register.signer
    peer.log.register.signer = CheckpointSigner("peer.example/log", Ed25519Signer.generate())
    peer.log.noise()
    time.sleep(PAUSE)
    assert federated.size_of(follower, peer.id) == before
    peer.log.register.signer = honest
    peer.log.noise()
    federated.caught_up(follower, peer)


def forked(peer: LyingPeer, entries: int) -> Log:
    """Another log by the same keys, which agrees on entry 0 alone."""
    other = Log(peer.api, peer.log)
    time.sleep(0.002)
    other.noise(entries - 1)
    return other


@pytest.mark.parametrize("difference", [0, 2, -1], ids=["same size", "larger", "smaller"])
def test_two_histories_convict_the_peer_for_ever(
    follower: ExchangeProcess, peer: LyingPeer, difference: int
) -> None:
    provider = peer.log.admitted()
    title = f"Roads before the split {difference}"
    kept = peer.log.listing(provider, title)
    federated.caught_up(follower, peer)
    honest, size = peer.log, peer.log.size
    # The time of entry 0 differs too: the fork is a prefix of nothing.
    peer.log = forked(peer, size + difference)
    federated.wait(lambda: federated.state_of(follower, peer.id) == "split")
    shown = federated.peers_of(follower)[peer.id]
    first, second = shown["split"]["checkpoints"]
    assert (first, second) == (honest.store.sight.note, peer.log.store.sight.note)
    assert (shown["size"], shown["checkpoint"]) == (size, first)
    peer.log = honest
    honest.noise()
    asked = len(peer.asked)
    time.sleep(PAUSE)
    assert federated.size_of(follower, peer.id) == size
    assert len(peer.asked) == asked
    assert federated.titles(follower, "q=split").count(title) == 1
    proof = parse(federated.get(follower, f"/statements/{kept}/proof").text)
    assert proof.verify(kept, honest.log_key.key).size == size


def test_a_second_history_whose_tiles_are_not_its_own_proves_nothing(
    follower: ExchangeProcess, peer: LyingPeer
) -> None:
    """Garbage in tiles is no proof against who signed: only what is under a signed root counts."""
    honest, size = peer.log, peer.log.size
    other = forked(peer, size + 2)
    note = other.store.sight.note
    with peer.lying("/log/checkpoint", (200, TEXT, note.encode())):
        honest.noise(4)
        time.sleep(PAUSE)
        assert federated.state_of(follower, peer.id) == "following"
        assert federated.size_of(follower, peer.id) == size
    federated.caught_up(follower, peer)


def test_an_older_checkpoint_is_no_second_history(follower: ExchangeProcess, peer: LyingPeer) -> None:
    before = peer.log.store.sight.note
    peer.log.noise(2)
    federated.caught_up(follower, peer)
    with peer.lying("/log/checkpoint", (200, TEXT, before.encode())):
        time.sleep(PAUSE)
        assert federated.state_of(follower, peer.id) == "following"
        assert federated.size_of(follower, peer.id) == peer.log.size


def test_slow_drips_end(follower: ExchangeProcess, peer: LyingPeer) -> None:
    peer.log.noise()
    with peer.lying("/events", drip):
        time.sleep(2)
        assert federated.get(follower, "/peers").elapsed.total_seconds() < 1
    federated.caught_up(follower, peer)


def test_the_follower_remembers_a_split_after_a_restart(tmp_path: Path) -> None:
    follower = federated.exchange(tmp_path / "state").start()
    try:
        with LyingPeer() as peer:
            peer.log.noise(2)
            federated.follow(follower, peer)
            federated.caught_up(follower, peer)
            peer.log = forked(peer, peer.log.size)
            federated.wait(lambda: federated.state_of(follower, peer.id) == "split")
            before = federated.peers_of(follower)
            assert follower.end() == 0
            follower.start()
            assert federated.peers_of(follower) == before
    finally:
        follower.end()
