"""Whom an exchange follows, as its operator decides; a running exchange notices.

add_peer(Path("state"), "https://exchange.example", key)       # the log's key is taken from the peer's own chain
list_peers(Path("state"))
remove_peer(Path("state"), key)
"""

import asyncio
from pathlib import Path

from pydantic import ValidationError

from lading.acts.records import SELF, ExchangeRecord
from lading.errors import NotUnderstood, Unreachable, UsageProblem
from lading.keys import vkey
from lading.register.register import system_clock
from lading.statement.words import ID, Id
from lading_server import operate
from lading_server.abroad import Abroad, PeerFailed
from lading_server.following import SILENT_SECONDS, Standing
from lading_server.mirror import Mirror
from lading_server.peerkeys import chain_of
from lading_server.peers import Peer, PeersFile
from lading_server.state import StateDirectory


def add_peer(
    directory: Path, api: str, key: str, *, log_key: str | None = None, guests: bool = True
) -> dict[str, object]:
    """Follow the exchange `key` at `api`, and admit its participants here where `guests`; returns what is said of it.

    Without `log_key` (a vkey) the key is the one that the peer's newest statement gives its log, after its chain was
    verified from entry 0, whose digest is `key`. Raises `UsageProblem` for what is malformed or followed already,
    `Unreachable` where the peer does not answer, and `NotUnderstood` where it is another exchange.
    """
    state = StateDirectory(directory)
    operate.check_api(api)
    api = api.rstrip("/")
    if ID.fullmatch(key) is None:
        raise UsageProblem(f"{key!r:.100} is not the id of an exchange", hint="Write it like sha256:4f0c….")
    if operate.describe(directory)["id"] == key:
        raise UsageProblem(
            "an exchange does not follow itself", hint="Give the id and address of the other one."
        )
    peers = PeersFile(state.peers)
    if any(peer.id == key for peer in peers.read()):
        hint = "To change what is said of it, remove it first: lading exchange peer remove."
        raise UsageProblem(f"{key} is followed already", hint=hint)
    peer = _peer(key, api, log_key or asyncio.run(_key_of(api, Id(key))), guests)
    peers.add(peer)
    return {**peer.model_dump(), "origin": peer.origin}


def remove_peer(directory: Path, key: str) -> dict[str, object]:
    """Follow it no more; returns what was said of it. A running exchange destroys what it mirrored of it."""
    state = StateDirectory(directory)
    state.check()
    return PeersFile(state.peers).remove(Id(key)).model_dump()


def list_peers(directory: Path) -> list[dict[str, object]]:
    """The peers in the order of their ids, each with `state`, `size` and `seen_at` as they were last noted."""
    state = StateDirectory(directory)
    state.check()
    peers = PeersFile(state.peers).read()
    if not state.mirror.exists():
        return [_row(Standing.of(peer, None)) for peer in peers]
    mirror = Mirror(state.mirror)
    try:
        with mirror.read() as glance:
            return [_row(Standing.of(peer, glance.kept(peer.id))) for peer in peers]
    finally:
        mirror.close()


def _row(standing: Standing) -> dict[str, object]:
    peer = standing.peer
    state = standing.state(system_clock(), SILENT_SECONDS)
    row: dict[str, object] = {"id": peer.id, "api": peer.api, "origin": peer.origin, "guests": peer.guests}
    row |= {"state": state, "size": standing.size}
    return row if standing.seen_at is None else row | {"seen_at": standing.seen_at}


def _peer(key: str, api: str, log_key: str, guests: bool) -> Peer:
    try:
        vkey.parse(log_key)
    except ValueError as error:
        hint = "Its operator prints it in the first line of: lading exchange policy."
        raise UsageProblem(f"the log key is {error}", hint=hint) from None
    try:
        return Peer(id=Id(key), api=api, vkey=log_key, guests=guests)
    except ValidationError as error:
        fault = error.errors(include_url=False, include_input=False)[0]
        raise UsageProblem(f"{'/'.join(map(str, fault['loc']))}: {fault['msg'][:200]}") from None


async def _key_of(api: str, key: Id) -> str:
    """The key that signs the log from now on, as the peer's own chain has it."""
    abroad = Abroad()
    try:
        view = await chain_of(abroad, api, key)
    except PeerFailed as failed:
        if "cannot be reached" in str(failed) or "took longer" in str(failed):
            hint = "Try again when it is there, or give its log key with --vkey."
            raise Unreachable(str(failed), hint=hint) from None
        raise NotUnderstood(str(failed), hint="Check id and address with whoever operates it.") from None
    finally:
        await abroad.close()
    exchange = view.get(ExchangeRecord, SELF)
    assert exchange is not None
    lasting = [log_key for log_key in exchange.log_keys if log_key.until_size is None]
    return max(lasting, key=lambda log_key: log_key.from_size).vkey
