"""A consumer who accuses an honest provider: the claim is registered, and every judge dismisses it."""

import os
from collections.abc import Callable
from typing import Any

import pytest

from lading.client.terms import Terms
from lading.statement import base64url
from lading.transfer.sealing import Ground
from lading.transfer.shares import Binding, seal_share
from sdk.tests.client.conftest import Trade
from sdk.tests.client.court import Accuser

Change = Callable[[Accuser, dict[str, Any]], None]


def nothing(accuser: Accuser, proof: dict[str, Any]) -> None:
    """The proof as it would be if the fault were one."""


def another_number(accuser: Accuser, proof: dict[str, Any]) -> None:
    proof["index"] = 2


def another_leaf(accuser: Accuser, proof: dict[str, Any]) -> None:
    leaf = bytearray(base64url.decode(proof["leaf"].encode()))
    leaf[40] ^= 1
    proof["leaf"] = base64url.encode(bytes(leaf)).decode()


def another_path(accuser: Accuser, proof: dict[str, Any]) -> None:
    proof["path"] = accuser.keep("path.bin", os.urandom(96))


def no_path(accuser: Accuser, proof: dict[str, Any]) -> None:
    proof["path"] = accuser.keep("path.bin", b"")


def half_a_path(accuser: Accuser, proof: dict[str, Any]) -> None:
    proof["path"] = accuser.keep("path.bin", os.urandom(33))


def another_chunk(accuser: Accuser, proof: dict[str, Any]) -> None:
    proof["chunk"] = accuser.keep("chunk.bin", os.urandom(proof["chunk"]["size"]))


def another_key(accuser: Accuser, proof: dict[str, Any]) -> None:
    proof["key"] = base64url.encode(os.urandom(32)).decode()


def another_share(accuser: Accuser, proof: dict[str, Any]) -> None:
    proof["share"] = accuser.keep("share.bin", box_of(accuser, os.urandom(32), 1))


def a_box_of_another_delivery(accuser: Accuser, proof: dict[str, Any]) -> None:
    proof["share"] = accuser.keep("share.bin", box_of(accuser, os.urandom(32), 2))


def garbage(accuser: Accuser, proof: dict[str, Any]) -> None:
    proof["share"] = accuser.keep("share.bin", os.urandom(1168))


def box_of(accuser: Accuser, share: bytes, sequence: int) -> bytes:
    delivery, arbiter = accuser.delivery, accuser.arbiter.session
    info = Binding(delivery.contract, sequence, delivery.provider).info(arbiter.me, "arbiter")
    return seal_share(share, arbiter.speaker.seal_keys[0].public, info)


@pytest.fixture
def accuser(trade: Trade, terms: Terms) -> Accuser:
    return Accuser(trade, terms)


@pytest.mark.parametrize(
    ("ground", "change", "code"),
    [
        ("bad-chunk", nothing, "opens"),
        ("bad-chunk", another_number, "not-in-manifest"),
        ("bad-chunk", another_leaf, "not-in-manifest"),
        ("bad-chunk", another_path, "not-in-manifest"),
        ("bad-chunk", no_path, "not-in-manifest"),
        ("bad-chunk", half_a_path, "not-in-manifest"),
        ("bad-chunk", another_chunk, "other-chunk"),
        ("bad-chunk", another_key, "other-key"),
        ("wrong-key", nothing, "key-derives"),
        ("wrong-key", another_number, "not-in-manifest"),
        ("wrong-key", another_leaf, "not-in-manifest"),
        ("wrong-key", another_share, "other-share"),
        ("wrong-key", a_box_of_another_delivery, "other-share"),
        ("wrong-key", garbage, "other-share"),
    ],
)
def test_a_forged_claim_is_dismissed(accuser: Accuser, ground: Ground, change: Change, code: str) -> None:
    judgement = accuser.accuse(ground, 1, lambda proof: change(accuser, proof))
    assert (judgement.outcome, judgement.code, judgement.exit_code) == ("dismissed", code, 1)
