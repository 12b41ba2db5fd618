"""Who an exchange is: its chain of statements, and the sizes that its log's keys sign."""

from collections.abc import Callable

import pytest

import lading
from lading.client.outbox import Registration
from lading.client.peer import Peer, normal_url, peer_of, verify_chain
from lading.errors import Dishonest, NotUnderstood
from lading.keys.signer import Ed25519Signer
from lading.keys.vkey import LOG_KEY, VerifierKey
from lading.statement import base64url
from lading.statement.envelope import decode, encode, statement_id
from lading.statement.words import format_time
from sdk.tests.client.conftest import QUICK
from sdk.tests.client.stand_in import API, Seam, StandIn
from sdk.tests.client.twists import at, edit, opened

NEXT = Ed25519Signer(bytes([99]) * 32)


def successor(exchange: StandIn, signer: Ed25519Signer = NEXT, **changes: object) -> bytes:
    """The exchange's second statement, which its `next` key signs; with another log key from size 2 on."""
    first = decode(exchange.entry_0).members
    x = base64url.encode(signer.public).decode()
    log_key = VerifierKey(exchange.log.origin, LOG_KEY, Ed25519Signer(bytes([42]) * 32).public)
    old = first["exchange"]["log"]["keys"][0]
    members = {
        **first,
        "previous": exchange.id,
        "issuer": exchange.id,
        "under": exchange.id,
        "issued_at": format_time(exchange.clock()),
        "keys": [{"jwk": {"crv": "Ed25519", "kty": "OKP", "x": x}, "use": "sign"}],
        "next": [Ed25519Signer(bytes([98]) * 32).thumbprint],
        "exchange": {
            **first["exchange"],
            "log": {
                "origin": exchange.log.origin,
                "keys": [{**old, "until_size": 5}, {"vkey": str(log_key), "from_size": 5}],
            },
        },
    }
    return encode(members | changes, signer)


def test_a_successor_changes_the_log_s_keys_and_not_the_id() -> None:
    exchange = StandIn()
    peer = peer_of(verify_chain([exchange.entry_0, successor(exchange)]))
    assert peer.exchange == exchange.id
    assert len(peer.keys) == 2
    assert len(peer.policy.logs) == 2


def test_a_client_follows_the_chain_from_the_latest_to_the_first() -> None:
    exchange = StandIn()
    second = successor(exchange)
    seam = Seam(exchange, at(r"GET /\.well-known/lading", edit(head=second.decode())))
    assert len(opened(lading.connect(API, config=QUICK, transport=seam)).peer.keys) == 2


@pytest.mark.parametrize(
    "chain",
    [
        lambda exchange: [successor(exchange)],
        lambda exchange: [exchange.entry_0, exchange.entry_0],
        lambda exchange: [exchange.entry_0, successor(exchange, Ed25519Signer(bytes([7]) * 32))],
        lambda exchange: [exchange.entry_0, successor(exchange, previous="sha256:" + "0" * 64)],
        lambda exchange: [exchange.entry_0, b"a.b.c"],
        lambda exchange: [broken(exchange.entry_0)],
        lambda exchange: [exchange.entry_0, broken(successor(exchange))],
    ],
    ids=[
        "no first",
        "twice",
        "not the next key",
        "other previous",
        "garbage",
        "forged first",
        "forged second",
    ],
)
def test_what_is_no_chain_is_not_understood(chain: Callable[[StandIn], list[bytes]]) -> None:
    with pytest.raises(NotUnderstood):
        verify_chain(chain(StandIn()))


def broken(jws: bytes) -> bytes:
    """The same words with a signature that does not verify."""
    head, _, signature = jws.rpartition(b".")
    wrong = bytearray(base64url.decode(signature))
    wrong[40] ^= 1
    return head + b"." + base64url.encode(bytes(wrong))


def test_a_description_with_a_forged_signature_is_not_understood() -> None:
    exchange = StandIn()
    forged = broken(exchange.entry_0)
    assert forged != exchange.entry_0
    change = edit(id=statement_id(forged), statement=forged.decode(), head=forged.decode())
    seam = Seam(exchange, at(r"GET /\.well-known/lading", change))
    with pytest.raises(NotUnderstood, match="not sound"):
        opened(lading.connect(API, config=QUICK, transport=seam))


def peer(exchange: StandIn, **range_: int | None) -> Peer:
    """The exchange, with other sizes for its log key."""
    found = peer_of(verify_chain([exchange.entry_0]))
    keys = tuple(key.model_copy(update=range_) for key in found.keys)
    return Peer(found.exchange, found.name, found.api, found.origin, keys, found.gates, found.upload_bytes)


@pytest.mark.parametrize(
    ("range_", "good"),
    [
        ({"from_size": 1}, True),
        ({"from_size": 1, "until_size": 1}, True),
        ({"from_size": 2}, False),
        ({"from_size": 1, "until_size": 0}, False),
    ],
)
def test_a_log_key_signs_only_the_sizes_that_the_exchange_listed(range_: dict[str, int], good: bool) -> None:
    exchange = StandIn()
    proof = exchange.register.proof(exchange.store.sight, 0)
    said = Registration(id=exchange.id, index=0, time=proof.time, proof=proof.text)
    if good:
        peer(exchange, **range_).check_registration(said.id, said)
        return
    with pytest.raises(Dishonest, match="does not sign checkpoints of this size"):
        peer(exchange, **range_).check_registration(said.id, said)


@pytest.mark.parametrize(
    ("url", "normal"),
    [
        ("HTTPS://Exchange.Example:443/", "https://exchange.example"),
        ("https://exchange.example/lading/", "https://exchange.example/lading"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        (" http://localhost:80 ", "http://localhost"),
        ("http://[::1]:8000/", "http://[::1]:8000"),
    ],
)
def test_addresses_are_compared_in_one_form(url: str, normal: str) -> None:
    assert normal_url(url) == normal
