"""Two exchanges that follow each other: statements are sent on, guests are taken in, and keys end here as at home."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest

from lading.statement.envelope import decode, statement_id
from lading.statement.words import Id
from lading_server import peering
from reference_server.tests import federated
from reference_server.tests.exchange_process import ExchangeProcess
from reference_server.tests.lying_peer import Lie, LyingPeer, Reply
from reference_server.tests.test_lying_peers import forked
from reference_server.tests.trader import BATCH, STATEMENT, Market, Trader
from reference_server.tests.wire_client import exchange_bytes, head

JSON = "application/json"
PROBLEM = "application/problem+json"


class Two(NamedTuple):
    """Here a provider lists; there the guests are at home."""

    here: ExchangeProcess
    there: ExchangeProcess
    market: Market
    home: Market

    def abroad(self, trader: Trader, act: str, **members: object) -> bytes:
        """A statement of somebody of there that is at home here."""
        own, trader.home = trader.home, self.here.id
        try:
            return trader.sign(act, **members)
        finally:
            trader.home = own

    def acceptance(self, trader: Trader, listing: Id | None = None) -> bytes:
        """An acceptance of the provider's standing terms."""
        listing = listing or self.market.listing()
        reference = f"r{time.time_ns()}"
        return self.abroad(trader, "acceptance", listing=listing, purpose="research", reference=reference)

    def record(self, participant: Id) -> dict[str, Any]:
        """The participant as the log here knows it."""
        answer = federated.get(self.here, f"/state/{participant}")
        return dict(answer.json()["record"]) if answer.status_code == 200 else {}


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Two]:
    folder = tmp_path_factory.mktemp("two")
    here, there = (federated.exchange(folder / name).start() for name in ("here", "there"))
    federated.follow(here, there)
    federated.follow(there, here)
    markets = [Market(each.api, each.id, each.directory) for each in (here, there)]
    federated.wait(lambda: federated.size_of(here, there.id) > 0 and federated.size_of(there, here.id) > 0)
    yield Two(here, there, *markets)
    for market in markets:
        market.close()
    for each in (here, there):
        assert each.end() == 0
        assert "traceback" not in each.log(), each.log()[-4_000:]


def post(exchange: ExchangeProcess, jws: bytes, **headers: str) -> httpx.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.post(
        f"{exchange.api}/statements",
        content=jws,
        headers={"Content-Type": STATEMENT, **named},
        trust_env=False,
        timeout=30,
    )


def entries(exchange: ExchangeProcess) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    after = -1
    while True:
        page = federated.get(exchange, f"/events?after={after}").json()
        if not page["events"]:
            return found
        found += page["events"]
        after = page["next"]


def test_an_acceptance_posted_at_home_is_registered_abroad_with_the_chain_and_an_admission_before_it(
    two: Two,
) -> None:
    guest = two.home.admitted("Guest", ["consumer", "assessor"])
    jws = two.acceptance(guest)
    size = len(entries(two.there))
    answer = post(two.there, jws)
    assert answer.status_code == 201, answer.text
    assert answer.headers["content-type"] == JSON
    assert len(entries(two.there)) == size
    again = post(two.here, jws)
    assert again.status_code == 200
    assert {**again.json(), "proof": 0} == {**answer.json(), "proof": 0}
    log = {entry["id"]: entry for entry in entries(two.here)}
    assert log[guest.id]["index"] < answer.json()["index"]
    assert log[guest.id]["statement"].encode() == guest.first
    record = two.record(guest.id)
    assert (record["state"], record["home"], record["roles"]) == ("admitted", two.there.id, ["consumer"])
    admission = decode(log[record["decided_by"]]["statement"].encode()).members
    (at_home,) = [
        entry["id"]
        for entry in entries(two.there)
        if entry["type"] == "admission"
        and decode(entry["statement"].encode()).members["participant"] == guest.id
    ]
    assert admission["checks"] == [{"kind": "admitted-at-home", "digest": at_home}]
    assert guest.get(f"/state/{answer.json()['id']}").status_code == 404


def test_the_refusal_of_the_home_comes_back_as_it_is(two: Two) -> None:
    jws = two.abroad(two.home.consumer, "withdrawal", statement="sha256:" + "7" * 64)
    answer, direct = post(two.there, jws), post(two.here, jws)
    assert (answer.status_code, answer.content) == (direct.status_code, direct.content)
    assert answer.headers["content-type"] == PROBLEM


def test_what_was_sent_on_is_not_sent_on_again(two: Two) -> None:
    jws = two.acceptance(two.home.consumer)
    assert post(two.there, jws, Lading_Forwarded=two.here.id).json()["code"] == "wrong-home"
    assert post(two.there, jws, Lading_Forwarded="me").json()["code"] == "bad-request"
    assert post(two.there, jws, Lading_Forwarded="").json()["code"] == "bad-request"
    twice = [f"Lading-Forwarded: {two.here.id}"] * 2
    fields = [f"Content-Type: {STATEMENT}", f"Content-Length: {len(jws)}", *twice]
    request = head("POST /statements HTTP/1.1", *fields) + jws
    assert exchange_bytes(two.there, request).code == "bad-request"
    batch = httpx.post(
        f"{two.there.api}/statements/batch", content=jws, headers={"Content-Type": BATCH}, trust_env=False
    ).json()
    assert batch["results"][0]["problem"]["code"] == "wrong-home"
    assert federated.get(two.here, f"/statements/{statement_id(jws)}").status_code == 404


def test_what_fails_the_first_steps_is_refused_here(two: Two) -> None:
    assert post(two.there, b"a.b.c").json()["code"] == "bad-base64url"
    jws = two.abroad(two.home.consumer, "withdrawal")
    assert post(two.there, jws).json()["code"] == "bad-member"


def test_a_guest_in_a_batch_is_taken_in_once_and_answered_in_order(two: Two) -> None:
    guest = two.home.admitted("Guest of a batch", ["consumer"])
    first, second = two.acceptance(guest), two.acceptance(guest)
    body = b"\n".join([first, b"nonsense", second])
    answer = httpx.post(
        f"{two.here.api}/statements/batch",
        content=body,
        headers={"Content-Type": BATCH},
        trust_env=False,
        timeout=30,
    )
    results = answer.json()["results"]
    assert [result["status"] for result in results] == [201, 400, 201], results
    assert [e["id"] for e in entries(two.here)].count(guest.id) == 1


def test_a_key_that_is_not_of_the_chain_takes_nobody_in(two: Two) -> None:
    guest = two.home.admitted("Impersonated", ["consumer"])
    federated.wait(lambda: federated.get(two.here, f"/statements/{guest.id}").status_code == 200)
    honest, guest.signer = guest.signer, two.home.stranger.signer
    assert post(two.here, two.acceptance(guest)).json()["code"] == "unknown-issuer"
    guest.signer = honest
    # The key's name alone, under a signature of something else.
    forged = two.acceptance(guest).rpartition(b".")[0] + b"." + two.acceptance(guest).rpartition(b".")[2]
    assert post(two.here, forged).json()["code"] == "unknown-issuer"
    assert two.record(guest.id) == {}
    assert post(two.here, two.acceptance(guest)).status_code == 201


def test_somebody_whom_nobody_knows_is_unknown_soon(two: Two) -> None:
    nobody = Trader(two.there.api, two.there.id, "Nobody")
    begun = time.monotonic()
    assert post(two.here, two.acceptance(nobody)).json()["code"] == "unknown-issuer"
    assert time.monotonic() - begun < 6
    nobody.http.close()


def test_a_chain_is_only_taken_from_the_log_of_its_home(two: Two, tmp_path: Path) -> None:
    lost = Trader(two.there.api, two.there.id, "Not registered at home")
    assert post(two.here, lost.first).json()["code"] == "not-at-home"
    lost.home = "sha256:" + "5" * 64
    stray = Trader(two.there.api, lost.home, "At home where nobody follows")
    assert post(two.here, stray.first).json()["code"] == "unknown-home"
    rotated = two.home.admitted("Rotates here first", ["consumer"])
    assert post(two.here, two.acceptance(rotated)).status_code == 201
    before = rotated.head, rotated.signer, rotated.next
    successor = rotated.successor()
    assert post(two.here, successor).json()["code"] == "not-at-home"
    rotated.register(successor)
    assert post(two.here, successor).status_code in (200, 201)
    assert before[0] != two.record(rotated.id)["head"] == rotated.head
    for trader in (lost, stray):
        trader.http.close()


def test_a_revoked_key_ends_here_as_soon_as_the_news_arrives(two: Two) -> None:
    guest = two.home.admitted("Revokes", ["consumer"])
    assert post(two.here, two.acceptance(guest)).status_code == 201
    old_head, old_signer = guest.head, guest.signer
    guest.register(guest.successor())
    federated.wait(lambda: two.record(guest.id)["head"] == guest.head)
    new_head, new_signer = guest.head, guest.signer
    guest.head, guest.signer = old_head, old_signer
    refused = post(two.here, two.acceptance(guest)).json()
    assert (refused["code"], refused["winner"]) == ("stale-under", new_head)
    guest.head, guest.signer = new_head, new_signer
    assert post(two.here, two.acceptance(guest)).status_code == 201


def test_who_is_not_admitted_at_home_waits_here_until_it_is(two: Two) -> None:
    guest = Trader(two.there.api, two.there.id, "Waits")
    guest.register(guest.first)
    assert post(two.here, two.acceptance(guest)).json()["code"] == "not-admitted"
    assert two.record(guest.id)["state"] == "pending"
    two.home.exchange.issue("admission", participant=guest.id, status="admitted", roles=["consumer"])
    federated.wait(lambda: two.record(guest.id)["state"] == "admitted")
    assert post(two.here, two.acceptance(guest)).status_code == 201
    # What the home decides later changes nothing here, and what was decided here stays.
    two.home.exchange.issue("admission", participant=guest.id, status="suspended", roles=["consumer"])
    two.market.exchange.issue("admission", participant=guest.id, status="expelled", roles=[])
    two.home.exchange.issue("admission", participant=guest.id, status="admitted", roles=["consumer"])
    time.sleep(1)
    assert post(two.here, two.acceptance(guest)).json()["code"] == "not-admitted"
    guest.http.close()


def test_a_participant_moves_and_comes_home(two: Two) -> None:
    """From there to here: its old home decides, and its later statements are decided here."""
    mover = two.home.admitted("Moves", ["consumer"])
    assert post(two.here, two.acceptance(mover)).status_code == 201
    mover.home = two.here.id
    moving = mover.successor()
    assert post(two.here, moving).json()["code"] == "not-at-home"
    assert post(two.there, moving).status_code == 201
    federated.wait(lambda: two.record(mover.id).get("head") == mover.head)
    assert "home" not in two.record(mover.id)
    later = mover.successor()
    # There it is a guest now: what it says of itself has to stand here first.
    assert post(two.there, later).json()["code"] == "not-at-home"
    assert post(two.here, later).status_code == 201
    federated.wait(
        lambda: federated.get(two.there, f"/state/{mover.id}").json()["record"]["head"] == mover.head
    )


LIES: dict[str, Lie | Reply] = {
    "a page": (200, "text/html", b"<script>"),
    "JSON of something else": (200, JSON, b'{"id": "x"}'),
    "a problem that is none": (422, PROBLEM, b"[]"),
    "another status": (404, PROBLEM, b'{"code": "not-found", "status": 422}'),
    "nothing": (201, JSON, b""),
    "no content": (204, JSON, b""),
    "a redirect": (307, PROBLEM, b'{"code": "busy", "status": 307}'),
    "too large": (422, PROBLEM, b'{"code": "busy", "status": 422}' + b" " * 1_000_000),
    "garbage": (201, JSON, b"\xff\x00"),
    "deep": (201, JSON, b"[" * 100_000),
}


def test_a_home_that_gives_no_answer_is_unreachable(tmp_path: Path) -> None:
    here = federated.exchange(tmp_path / "state").start()
    try:
        with LyingPeer() as peer:
            trader = peer.log.admitted()
            federated.follow(here, peer)
            federated.caught_up(here, peer)
            jws = trader.sign("withdrawal", statement=trader.id)
            for name, lie in LIES.items():
                with peer.lying("/statements", lie):
                    answer = post(here, jws)
                    assert (answer.status_code, answer.json()["code"]) == (502, "home-unreachable"), name
            refusal = {"code": "not-author", "status": 422, "title": "x", "future": [1]}
            body = json.dumps(refusal).encode() + b"\n"
            with peer.lying("/statements", (422, PROBLEM, body)):
                answer = post(here, jws)
                assert (answer.status_code, answer.content) == (422, body)
            path, sent, headers = next(asked for asked in peer.asked if asked[0] == "/statements")
            assert (path, sent) == ("/statements", jws)
            assert (
                headers["lading-forwarded" if "lading-forwarded" in headers else "Lading-Forwarded"]
                == here.id
            )
            peer.stop()
            assert post(here, jws).json()["code"] == "home-unreachable"
    finally:
        assert here.end() == 0


def test_guests_of_a_silent_split_or_removed_home_make_no_deals_and_finish_what_runs(tmp_path: Path) -> None:
    here = federated.exchange(tmp_path / "state", "--peer-silent", "2").start()
    try:
        with LyingPeer() as peer:
            market = Market(here.api, here.id, here.directory)
            guest, listing = peer.log.admitted(), market.listing()
            federated.follow(here, peer)
            federated.caught_up(here, peer)
            guest.home = here.id

            def acceptance() -> bytes:
                reference = f"r{time.time_ns()}"
                return guest.sign("acceptance", listing=listing, purpose="research", reference=reference)

            contract = post(here, acceptance())
            assert contract.status_code == 201, contract.text
            lists = guest.sign("listing", kind="dataset", title="By the guest")
            assert post(here, lists).status_code == 201
            peer.stop()
            federated.wait(lambda: federated.state_of(here, peer.id) == "silent")
            refused = post(here, acceptance())
            assert (refused.status_code, refused.json()["code"]) == (503, "home-silent")
            again = guest.sign("listing", kind="dataset", title="By the guest, silent")
            assert post(here, again).json()["code"] == "home-silent"
            notice = guest.sign("withdrawal", statement=json.loads(post(here, lists).text)["id"])
            assert post(here, notice).status_code == 201
            peer.start()
            federated.wait(lambda: federated.state_of(here, peer.id) == "following")
            assert post(here, acceptance()).status_code == 201
            peer.log = forked(peer, peer.log.size + 1)
            federated.wait(lambda: federated.state_of(here, peer.id) == "split")
            assert post(here, acceptance()).json()["code"] == "home-silent"
            peering.remove_peer(here.directory, peer.id)
            federated.wait(lambda: federated.peers_of(here) == {})
            assert post(here, acceptance()).json()["code"] == "home-silent"
            market.close()
    finally:
        assert here.end() == 0


def test_without_guests_a_chain_is_registered_and_waits_for_the_operator(tmp_path: Path) -> None:
    here = federated.exchange(tmp_path / "state").start()
    try:
        with LyingPeer() as peer:
            market = Market(here.api, here.id, here.directory)
            guest, listing = peer.log.admitted(), market.listing()
            federated.follow(here, peer, guests=False)
            federated.caught_up(here, peer)
            assert federated.peers_of(here)[peer.id]["guests"] is False
            guest.home = here.id
            jws = guest.sign("acceptance", listing=listing, purpose="research", reference="one")
            assert post(here, jws).json()["code"] == "not-admitted"
            market.exchange.issue("admission", participant=guest.id, status="admitted", roles=["consumer"])
            assert post(here, jws).status_code == 201
            market.close()
    finally:
        assert here.end() == 0
