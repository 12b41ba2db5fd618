"""Attacks on following, sending on and guests: each of these was tried, and does no harm."""

import asyncio
import base64
import json
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import apsw
import httpx
import pytest

from lading.keys.signer import Ed25519Signer
from lading.statement.envelope import statement_id
from lading.statement.words import Id, format_time
from lading_server import peering
from lading_server.abroad import Abroad
from lading_server.following import Following, Pace
from lading_server.mirror import Mirror, Mirrored
from lading_server.peers import Peer, PeersFile
from lading_server.transcript import Transcript
from reference_server.tests import federated
from reference_server.tests.exchange_process import ExchangeProcess
from reference_server.tests.lying_peer import Handler, LyingPeer, Reply
from reference_server.tests.trader import BATCH, STATEMENT, TERMS, Market, Trader, now_ms


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


def test_peers_that_keep_statements_waiting_keep_nobody_from_being_followed(
    here: ExchangeProcess, peer: LyingPeer
) -> None:
    async def flood() -> None:
        async with httpx.AsyncClient(trust_env=False, timeout=2, limits=httpx.Limits()) as client:
            url, headers = f"{here.api}/statements", {"Content-Type": STATEMENT}
            said = [made.log.say("withdrawal", statement=made.id) for made in silent]
            sends = [client.post(url, content=jws, headers=headers) for jws in said * 60]
            await asyncio.gather(*sends, return_exceptions=True)

    silent = [LyingPeer() for _ in range(3)]
    with ExitStack() as stack:
        for made in silent:
            with made:
                federated.follow(here, made)
                federated.caught_up(here, made)
            # Connections are taken, and nothing is ever answered.
            stack.enter_context(socket.create_server(("127.0.0.1", made.port), backlog=512))
        asyncio.run(flood())
        peer.log.noise()
        begun = time.monotonic()
        federated.caught_up(here, peer)
        with peer.lying("/statements", (422, "application/problem+json", b'{"code":"x","status":422}')):
            answer = post(here, peer.log.say("withdrawal", statement=peer.id))
        assert answer.json()["code"] == "x"
        assert time.monotonic() - begun < 4
        for made in silent:
            peering.remove_peer(here.directory, made.id)


def test_what_a_peer_shows_of_contracts_is_not_shown_here(here: ExchangeProcess, peer: LyingPeer) -> None:
    provider, consumer = peer.log.admitted(), peer.log.admitted()
    listing = peer.log.listing(provider, "Its offers are private")
    members = {"listing": listing, "to": provider.id, "terms": TERMS, "purpose": "research"}
    offer = consumer.sign("offer", **members, expires_at=format_time(now_ms() + 3_600_000))
    everybody = peer.log.say("notarisation", digest="sha256:" + "5" * 64)
    somebody = peer.log.say("notarisation", digest="sha256:" + "6" * 64, reader=provider.id)
    log = peer.log

    def blabs(handler: Handler) -> Reply:
        page = log.events(int(parse_qs(urlsplit(handler.path).query)["after"][0]))
        shown = [entry["id"] for entry in page["events"]]
        for index, entry in enumerate(log.store.sight.entries):
            if entry.id not in shown and index > int(handler.path.split("after=")[1].split("&")[0]):
                jws = {statement_id(s): s for s in (offer, somebody)}[entry.id]
                act = "offer" if jws == offer else "notarisation"
                said = {
                    "index": index,
                    "time": entry.time,
                    "id": entry.id,
                    "type": act,
                    "statement": jws.decode(),
                }
                page["events"].append(said)
        page["events"].sort(key=lambda event: event["index"])
        return 200, "application/json", json.dumps(page).encode()

    with peer.lying("/events", blabs):
        log.add(offer, somebody, everybody)
        federated.caught_up(here, peer)
    answers = [
        federated.get(here, f"/statements/{statement_id(jws)}") for jws in (offer, somebody, everybody)
    ]
    assert [answer.status_code for answer in answers] == [404, 404, 200]


def test_a_checkpoint_with_much_else_on_it_is_not_taken(here: ExchangeProcess, peer: LyingPeer) -> None:
    """It would stand in the proof of each listing, and a page would be more than clients read."""
    size = peer.log.size
    peer.log.noise()
    noted = peer.log.store.sight.note + f"— w {base64.b64encode(b'k' * 6000).decode()}\n" * 2
    with peer.lying("/log/checkpoint", (200, "text/plain; charset=utf-8", noted.encode())):
        time.sleep(1)
        assert federated.size_of(here, peer.id) == size
    federated.caught_up(here, peer)


def test_following_goes_on_where_forgetting_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fails = True
    forget = Transcript.forget

    def failing(self: Transcript, peer: Id) -> None:
        if fails:
            raise apsw.FullError("no room")
        forget(self, peer)

    monkeypatch.setattr(Transcript, "forget", failing)

    async def scenario() -> None:
        nonlocal fails
        mirror, file = Mirror(tmp_path / "mirror"), PeersFile(tmp_path / "peers")
        following, abroad = Following(file, mirror, Pace(poll=0.05)), Abroad(4)

        async def news(said: Sequence[Mirrored]) -> None:
            pass

        running = asyncio.create_task(following.run(abroad, news))
        with LyingPeer() as first, LyingPeer() as second:
            for made in (first, second):
                file.add(Peer(id=made.id, api=made.api, vkey=made.vkey))
            await until(lambda: all(size(following, made) == 1 for made in (first, second)))
            file.remove(first.id)
            await until(lambda: following.standing(first.id) is None)
            second.log.noise()
            await until(lambda: size(following, second) == 2)
            assert not running.done()
            fails = False
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
        await abroad.close()
        following.close()
        mirror.close()

    asyncio.run(scenario())


def size(following: Following, peer: LyingPeer) -> int:
    """How far a peer is followed."""
    standing = following.standing(peer.id)
    return -1 if standing is None else standing.size


async def until(condition: Callable[[], bool]) -> None:
    """Until it is true, beside the event loop."""
    await asyncio.to_thread(federated.wait, condition)
