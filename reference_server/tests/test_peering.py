"""The operator's commands about peers: what is believed of another exchange, and what is said when it is not."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from lading.cli.exchange import app
from lading.keys.signer import Ed25519Signer
from lading.log.checkpoint import CheckpointSigner
from lading_server.mirror import Mirror
from lading_server.peers import PeersFile
from lading_server.state import StateDamaged, StateDirectory
from reference_server.tests import federated
from reference_server.tests.exchange_process import ExchangeProcess
from reference_server.tests.lying_peer import Log, LyingPeer, Reply

JSON = "application/json"
OTHER = "sha256:" + "4" * 64


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> ExchangeProcess:
    """An exchange that is not served."""
    return ExchangeProcess(tmp_path_factory.mktemp("peering") / "state")


@pytest.fixture
def peer(state: ExchangeProcess) -> Iterator[LyingPeer]:
    with LyingPeer() as made:
        yield made
    (state.directory / "peers.json").unlink(missing_ok=True)


def run(state: ExchangeProcess, command: str, *words: str) -> str:
    """A command that works; its output."""
    done = CliRunner().invoke(app, ["peer", command, str(state.directory), *words])
    assert done.exit_code == 0, done.exception or done.output
    return done.stdout


def fails(state: ExchangeProcess, command: str, *words: str) -> str:
    """A command that fails; what it says, with the hint."""
    done = CliRunner().invoke(app, ["peer", command, str(state.directory), *words])
    assert done.exit_code != 0
    return f"{done.exception} {getattr(done.exception, 'hint', '')}"


def test_a_peer_is_added_listed_and_removed(state: ExchangeProcess, peer: LyingPeer) -> None:
    said = json.loads(run(state, "add", peer.api + "/", "--id", peer.id, "--no-guests", "--json"))
    assert said == {
        "id": peer.id,
        "api": peer.api,
        "vkey": peer.vkey,
        "guests": False,
        "origin": "peer.example/log",
    }
    assert "followed already" in fails(state, "add", peer.api, "--id", peer.id)
    (row,) = json.loads(run(state, "list", "--json"))["peers"]
    assert (row["id"], row["size"], row["guests"]) == (peer.id, 0, False)
    assert peer.id in run(state, "list")
    assert peer.id in run(state, "remove", peer.id)
    assert "is not followed" in fails(state, "remove", peer.id)
    assert "No peers" in run(state, "list")


def test_with_its_log_key_a_peer_need_not_be_there(state: ExchangeProcess, peer: LyingPeer) -> None:
    peer.stop()
    assert "cannot be reached" in fails(state, "add", peer.api, "--id", peer.id)
    assert peer.vkey in run(state, "add", peer.api, "--id", peer.id, "--vkey", peer.vkey)


@pytest.mark.parametrize(
    ("url", "key", "said"),
    [
        ("http://peer.example", OTHER, "needs https"),
        ("ftp://peer.example", OTHER, "not an http(s) address"),
        ("http://127.0.0.1:1/a b", OTHER, "api"),
        ("https://user:word@peer.example", OTHER, "api"),
        ("http://127.0.0.1:1", "sha256:4F", "not the id of an exchange"),
    ],
)
def test_what_cannot_be_followed(
    state: ExchangeProcess, peer: LyingPeer, url: str, key: str, said: str
) -> None:
    assert said in fails(state, "add", url, "--id", key, "--vkey", peer.vkey)
    assert PeersFile(StateDirectory(state.directory).peers).read() == ()


def test_an_exchange_does_not_follow_itself(state: ExchangeProcess) -> None:
    assert "does not follow itself" in fails(state, "add", state.api, "--id", state.id)


@pytest.mark.parametrize(
    "key", ["x", "", "peer.example+00000000+AAAA", "peer.example/log+6b72d494+" + "A" * 44]
)
def test_a_log_key_that_is_none(state: ExchangeProcess, peer: LyingPeer, key: str) -> None:
    assert "the log key is" in fails(state, "add", peer.api, "--id", peer.id, f"--vkey={key or ' '}")


def test_another_exchange_at_the_address(state: ExchangeProcess, peer: LyingPeer) -> None:
    said = fails(state, "add", peer.api, "--id", OTHER)
    assert f"is another exchange: {peer.id}" in said


def described(peer: LyingPeer, **members: object) -> Reply:
    usual = {"statement": peer.log.first.decode(), "head": peer.log.first.decode()}
    return 200, JSON, json.dumps({**usual, **members}).encode()


def test_a_description_that_leads_nowhere(state: ExchangeProcess, peer: LyingPeer) -> None:
    trader, other = peer.log.admitted(), Log(peer.api)
    forged = Log(peer.api, peer.log)
    forged.signer = Ed25519Signer.generate()
    lies = {
        "no statement": described(peer, statement=None),
        "garbage": (200, JSON, b"\xff"),
        "a participant's head": described(peer, head=trader.first.decode()),
        "another exchange's head": described(peer, head=other.first.decode()),
        "a head of another act": described(peer, head=peer.log.say("notarisation", digest=OTHER).decode()),
        "a head that nobody signed": described(peer, head=trader.successor().decode()),
    }
    for name, lie in lies.items():
        with peer.lying("/.well-known/lading", lie):
            assert fails(state, "add", peer.api, "--id", peer.id), name
            assert PeersFile(StateDirectory(state.directory).peers).read() == (), name


def test_a_file_of_peers_that_is_damaged(tmp_path: Path) -> None:
    path = tmp_path / "peers.json"
    for data in (b"", b"[]", b"{", b'{"peers": [{}]}', b'{"peers": [], "more": 1}', b" " * 100_000):
        path.write_bytes(data)
        with pytest.raises(StateDamaged, match="cannot be read"):
            PeersFile(path).read()


def test_a_mirror_that_is_damaged(tmp_path: Path) -> None:
    path = tmp_path / "peers.db"
    path.write_bytes(b"no database " * 1_000)
    with pytest.raises(StateDamaged, match="is damaged"):
        Mirror(path)


def test_a_key_with_the_origin_of_another_log_follows_nothing(
    state: ExchangeProcess, peer: LyingPeer
) -> None:
    key = CheckpointSigner("other.example/log", Ed25519Signer.generate()).key
    run(state, "add", peer.api, "--id", peer.id, "--vkey", str(key))
    state.serve_options = ("--peer-poll", "0.1")
    state.start()
    try:
        federated.wait(lambda: "a peer cannot be followed" in state.log())
        assert federated.size_of(state, peer.id) == 0
    finally:
        assert state.end() == 0
