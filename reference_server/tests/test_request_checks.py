"""Signed requests at the exchange: each check with its code, in its order; one 404 for hidden and absent."""

import secrets
import time

import httpx
import pytest

from lading.http.signature import request_parts, sign_request
from lading.keys.signer import Ed25519Signer
from lading.statement.envelope import encode
from lading.statement.words import Id, format_time
from reference_server.tests.exchange_process import ExchangeProcess
from reference_server.tests.trader import Content, Market, Trader, jwk, now_ms

NOWHERE = "sha256:" + "0" * 64


@pytest.fixture(scope="module")
def offer(market: Market) -> str:
    return market.consumer.register(market.offer(market.listing()))


def code(answer: httpx.Response) -> str:
    assert answer.headers["content-type"] == "application/problem+json"
    return str(answer.json()["code"])


def test_the_parties_and_the_exchange_read_an_offer(market: Market, offer: str) -> None:
    for trader in (market.consumer, market.provider, market.exchange):
        for path in (f"/statements/{offer}", f"/statements/{offer}/proof", f"/statements/{offer}/evidence"):
            assert trader.get(path).status_code == 200
    assert market.provider.get(f"/state/{offer}").json()["record"]["state"] == "open"


@pytest.mark.parametrize(
    "resource", ["/statements/{}", "/statements/{}/evidence", "/statements/{}/proof", "/state/{}"]
)
def test_hidden_and_absent_are_the_same_bytes(market: Market, offer: str, resource: str) -> None:
    hidden, absent = resource.format(offer), resource.format(NOWHERE)
    answers = [
        market.provider.http.get(hidden),
        market.provider.http.get(absent),
        market.stranger.get(hidden),
        market.stranger.get(absent),
        market.provider.http.get("/no/such/path"),
    ]
    seen = {
        (a.status_code, a.content, tuple((n, v) for n, v in a.headers.items() if n != "date"))
        for a in answers
    }
    assert len(seen) == 1
    assert answers[0].status_code == 404


def test_hidden_content_is_like_absent_content(market: Market) -> None:
    content = Content(b"x" * 70_000)
    contract = market.contract(market.listing())
    ticket = content.delivery(market.provider, contract)
    market.provider.open_upload(ticket)
    prefix = f"/content/{contract}/1/{content.root}"
    absent = market.stranger.get(f"/content/{NOWHERE}/1/{content.root}/chunks")
    for answer in (
        market.stranger.get(f"{prefix}/chunks"),
        market.stranger.get(f"{prefix}/manifest"),
        market.consumer.get(f"{prefix}/chunks"),
        market.stranger.put(f"{prefix}/manifest", content.manifest),
        market.consumer.put(f"{prefix}/chunks/0", content.data),
    ):
        assert (answer.status_code, answer.content) == (404, absent.content)
    assert market.stranger.head_request(f"{prefix}/chunks").status_code == 404
    assert market.consumer.head_request(f"{prefix}/chunks").status_code == 404
    assert market.provider.head_request(f"{prefix}/chunks").headers["lading-chunks-held"] == "0"


def test_events_show_to_each_what_they_may_see(market: Market, offer: str) -> None:
    def ids(trader: Trader | None) -> set[str]:
        found: set[str] = set()
        after = -1
        while True:
            path = f"/events?after={after}&limit=7"
            page = (trader.get(path) if trader else httpx.get(market.api + path)).json()
            found |= {event["id"] for event in page["events"]}
            if page["next"] == after or not page["events"]:
                return found
            after = page["next"]

    everything = ids(market.exchange)
    assert offer in everything
    assert offer in ids(market.consumer) & ids(market.provider)
    assert offer not in ids(market.stranger) | ids(None)
    assert ids(None) < ids(market.consumer) <= everything


def test_an_unsigned_request_is_nobodys(market: Market, offer: str) -> None:
    assert code(market.consumer.http.get(f"/statements/{offer}")) == "not-found"


def test_a_signature_of_another_form(market: Market, offer: str) -> None:
    path = f"/statements/{offer}"
    headers = market.consumer.headers("GET", path)
    headers["Signature-Input"] = headers["Signature-Input"].replace("lading=", "sig1=", 1)
    assert code(market.consumer.http.get(path, headers=headers)) == "bad-request-signature"


def test_half_a_signature(market: Market, offer: str) -> None:
    path = f"/statements/{offer}"
    for missing in ("Signature", "Signature-Input"):
        headers = market.consumer.headers("GET", path)
        del headers[missing]
        assert code(market.consumer.http.get(path, headers=headers)) == "bad-request-signature"


def test_a_signature_over_another_request(market: Market, offer: str) -> None:
    headers = market.consumer.headers("GET", f"/statements/{NOWHERE}")
    answer = market.consumer.http.get(f"/statements/{offer}", headers=headers)
    assert code(answer) == "bad-request-signature"
    headers = market.consumer.headers("GET", "/events")
    assert code(market.consumer.http.get("/events?limit=1", headers=headers)) == "bad-request-signature"
    headers = market.consumer.headers("HEAD", "/events")
    assert code(market.consumer.http.get("/events", headers=headers)) == "bad-request-signature"


def test_a_signature_is_checked_also_where_none_is_needed(market: Market) -> None:
    headers = market.consumer.headers("GET", "/listings?q=other")
    assert code(market.consumer.http.get("/listings", headers=headers)) == "bad-request-signature"
    assert market.consumer.get("/listings").status_code == 200


def test_a_key_that_is_not_the_participants(market: Market, offer: str) -> None:
    impostor = Trader(market.api, market.exchange.id, "Impostor")
    impostor.id = market.consumer.id
    assert code(impostor.get(f"/statements/{offer}")) == "bad-request-signature"
    impostor.http.close()


def test_a_participant_that_is_not_registered(market: Market) -> None:
    with Trader(market.api, market.exchange.id, "Unregistered") as nobody:
        assert code(nobody.get("/events")) == "bad-request-signature"


@pytest.mark.parametrize("seconds", [-120, -62, 62, 3_600])
def test_a_signature_of_another_time(market: Market, seconds: int) -> None:
    headers = market.consumer.headers("GET", "/events", created=int(time.time()) + seconds)
    assert code(market.consumer.http.get("/events", headers=headers)) == "request-expired"


def test_a_nonce_counts_once(market: Market) -> None:
    headers = market.consumer.headers("GET", "/events")
    assert market.consumer.http.get("/events", headers=headers).status_code == 200
    again = market.consumer.http.get("/events", headers=headers)
    assert (again.status_code, code(again)) == (401, "nonce-used")
    nonce = secrets.token_urlsafe(16)
    for trader in (market.consumer, market.provider):
        headers = trader.headers("GET", "/events", nonce=nonce)
        assert trader.http.get("/events", headers=headers).status_code == 200


def test_a_nonce_of_a_refused_request_is_not_used_up(market: Market) -> None:
    nonce = secrets.token_urlsafe(16)
    spoiled = market.consumer.headers("GET", "/listings", nonce=nonce)
    assert code(market.consumer.http.get("/events", headers=spoiled)) == "bad-request-signature"
    headers = market.consumer.headers("GET", "/events", nonce=nonce)
    assert market.consumer.http.get("/events", headers=headers).status_code == 200


def test_another_authority(market: Market) -> None:
    parts = request_parts("GET", "http://exchange.example/events")
    signed = sign_request(
        parts,
        participant=market.consumer.id,
        signer=market.consumer.signer,
        created=int(time.time()),
        nonce=secrets.token_urlsafe(16),
    )
    answer = market.consumer.http.get("/events", headers=signed | {"Host": "exchange.example"})
    assert (answer.status_code, code(answer)) == (421, "wrong-authority")


def test_a_body_that_the_signature_does_not_cover(market: Market) -> None:
    jws = market.provider.sign("listing", kind="dataset", title="Signed twice")
    headers = market.provider.headers("POST", "/statements") | {"Content-Type": "application/lading+jws"}
    answer = market.provider.http.post("/statements", content=jws, headers=headers)
    assert code(answer) == "bad-request-signature"


def test_a_body_that_was_exchanged(market: Market) -> None:
    jws = market.provider.sign("listing", kind="dataset", title="Exchanged")
    headers = market.provider.headers("POST", "/statements", b"another body")
    headers["Content-Type"] = "application/lading+jws"
    assert code(market.provider.http.post("/statements", content=jws, headers=headers)) == "bad-digest"


def rotated(trader: Trader, *, revoked: bool) -> Trader:
    """The participant's next statement, registered; the trader that holds the new key."""
    successor = Trader(trader.api, trader.home, "Rotated", signer=trader.next)
    members: dict[str, object] = {
        "version": 1,
        "type": "participant",
        "home": trader.home,
        "issuer": trader.id,
        "under": trader.head,
        "previous": trader.head,
        "issued_at": format_time(now_ms()),
        "name": "Rotated",
        "kind": "company",
        "jurisdiction": "DE",
        "keys": [{"jwk": jwk(successor.signer), "use": "sign"}],
        "next": [Ed25519Signer.generate().thumbprint],
    }
    if revoked:
        members["revoked"] = [trader.signer.thumbprint]
    successor.id = trader.id
    successor.head = successor.register(encode(members, successor.signer))
    return successor


@pytest.mark.parametrize("revoked", [False, True])
def test_only_keys_of_the_latest_statement_sign_requests(market: Market, revoked: bool) -> None:
    old = market.admitted("Rotating", ["consumer"])
    new = rotated(old, revoked=revoked)
    assert code(old.get("/events")) == "bad-request-signature"
    assert new.get("/events").status_code == 200
    for trader in (old, new):
        trader.http.close()


def test_checks_come_in_their_order(market: Market, served: ExchangeProcess) -> None:
    """What is wrong in several ways is answered by the first check of the table in the specification."""
    http = market.consumer.http
    bad = {"Signature": "x", "Signature-Input": "y", "Content-Type": "text/plain"}
    assert code(http.post("/statements?x=%ff", content=b"x" * 70_000, headers=bad)) == "bad-request"
    assert code(http.post("/nowhere", content=b"x" * 70_000, headers=bad)) == "not-found"
    assert code(http.delete("/statements", headers=bad)) == "method-not-allowed"
    assert code(http.post("/statements", content=b"x" * 70_000, headers=bad)) == "bad-request-signature"
    unsigned = {"Content-Type": "text/plain", "Content-Digest": "x"}
    assert code(http.post("/statements", content=b"x" * 70_000, headers=unsigned)) == "wrong-media-type"
    unsigned["Content-Type"] = "application/lading+jws"
    assert code(http.post("/statements", content=b"x" * 70_000, headers=unsigned)) == "too-large"
    assert code(http.post("/statements", content=b"x", headers=unsigned)) == "bad-digest"
    del unsigned["Content-Digest"]
    assert code(http.post("/statements", content=b"x", headers=unsigned)) == "malformed-envelope"


def test_problems_have_their_members_and_no_others(market: Market, offer: str) -> None:
    second = market.consumer.sign("withdrawal", statement=offer)
    market.consumer.register(second)
    again = market.consumer.post(market.consumer.sign("withdrawal", statement=Id(offer))).json()
    assert again.pop("winner") == market.provider.get(f"/state/{offer}").json()["record"]["closed_by"]
    assert set(again) <= {"title", "status", "code", "requirement", "retry", "detail", "pointer"}
    assert (again["status"], again["code"], again["retry"]) == (409, "offer-not-open", "never")
