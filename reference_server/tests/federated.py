"""Exchanges that follow others, for tests: fast, and each in a process of its own."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

from lading_server import peering
from reference_server.tests.exchange_process import ExchangeProcess
from reference_server.tests.lying_peer import LyingPeer
from reference_server.tests.sealed import wait_until

POLL = "0.1"
SECONDS = 15
"""How long a test waits for news."""


def exchange(folder: Path, *options: str) -> ExchangeProcess:
    """An exchange that reads its peers often, not started yet."""
    made = ExchangeProcess(folder)
    made.serve_options = ("--peer-poll", POLL, *options)
    return made


def follow(follower: ExchangeProcess, peer: ExchangeProcess | LyingPeer, *, guests: bool = True) -> None:
    """Add the peer."""
    log_key = peer.vkey if isinstance(peer, LyingPeer) else None
    peering.add_peer(follower.directory, peer.api, peer.id, log_key=log_key, guests=guests)


def peers_of(follower: ExchangeProcess) -> dict[str, dict[str, Any]]:
    """`GET /peers`, by id."""
    answer = httpx.get(f"{follower.api}/peers", trust_env=False)
    assert answer.status_code == 200, answer.text
    return {peer["id"]: peer for peer in answer.json()["peers"]}


def size_of(follower: ExchangeProcess, peer: str) -> int:
    """How far the peer is mirrored."""
    return int(peers_of(follower).get(peer, {"size": -1})["size"])


def state_of(follower: ExchangeProcess, peer: str) -> str:
    """What the peer is shown as."""
    return str(peers_of(follower).get(peer, {"state": "unknown"})["state"])


def caught_up(follower: ExchangeProcess, peer: LyingPeer) -> None:
    """Wait until everything is mirrored."""
    wait(lambda: size_of(follower, peer.id) == peer.log.size)


def wait(until: Callable[[], bool]) -> None:
    """Wait for news."""
    wait_until(until, seconds=SECONDS)


def titles(follower: ExchangeProcess, query: str = "") -> list[str]:
    """The titles of a search, page by page."""
    found: list[str] = []
    cursor = ""
    while True:
        answer = httpx.get(f"{follower.api}/listings?{query}{cursor}", trust_env=False)
        assert answer.status_code == 200, answer.text
        page = answer.json()
        found += [item["title"] for item in page["listings"]]
        if "cursor" not in page:
            return found
        cursor = f"&cursor={page['cursor']}" if query else f"cursor={page['cursor']}"


def get(follower: ExchangeProcess, path: str) -> httpx.Response:
    """An unsigned read."""
    return httpx.get(f"{follower.api}{path}", trust_env=False)
