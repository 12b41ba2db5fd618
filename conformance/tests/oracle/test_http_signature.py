"""Request signatures of the oracle, verified by the SDK and by an independent RFC 9421 library."""

import base64
import hashlib
import time

import http_message_signatures as independent
import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from lading.http import signature as sdk
from lading.http.digest import check_digest
from lading.problems import Refused
from lading_conformance.oracle import base64url
from lading_conformance.oracle.http_signature import Signer, Target, new_nonce
from lading_conformance.oracle.keys import Key

KEY = Key.from_seed(bytes(32))
SIGNER = Signer("sha256:" + 64 * "a", KEY)
NONCE = base64url.encode(bytes(16))
BODY = b"a body"


@pytest.mark.parametrize("body", [None, b"", BODY], ids=["no body", "empty", "body"])
def test_the_sdk_accepts_the_signature(body: bytes | None) -> None:
    target = Target("GET", "exchange.example:8443", "/events", "after=7&wait=0")
    headers = SIGNER.headers(target, body, 1_700_000_000, NONCE)
    digest = headers.get("Content-Digest")
    claim = sdk.parse_signature(headers["Signature-Input"], headers["Signature"], with_body=body is not None)
    url = "https://exchange.example:8443/events?after=7&wait=0"
    sdk.verify_request(sdk.request_parts("GET", url, digest), claim, KEY.public)
    assert (claim.participant, claim.created, claim.nonce) == (SIGNER.participant, 1_700_000_000, NONCE)
    if body is not None:
        check_digest(str(digest), hashlib.sha256(body).digest())
    with pytest.raises(Refused):
        sdk.verify_request(sdk.request_parts("PUT", url, digest), claim, KEY.public)


class KnownKey(independent.HTTPSignatureKeyResolver):
    """Resolves the one key of these tests."""

    def resolve_public_key(self, key_id: str) -> Ed25519PublicKey:
        assert key_id == SIGNER.keyid
        return Ed25519PublicKey.from_public_bytes(KEY.public)


@pytest.mark.parametrize("query", ["", "q=roads&limit=5"])
def test_an_independent_library_accepts_the_signature(query: str) -> None:
    target = Target("POST", "exchange.example", "/content", query)
    headers = SIGNER.headers(target, BODY, int(time.time()), new_nonce())
    url = "https://exchange.example/content" + (f"?{query}" if query else "")
    request = httpx.Request("POST", url, content=BODY, headers=headers)
    verifier = independent.HTTPMessageVerifier(
        signature_algorithm=independent.algorithms.ED25519, key_resolver=KnownKey()
    )
    results = verifier.verify(request)
    assert [result.label for result in results] == ["lading"]


def test_nonces_are_new_and_of_the_one_form() -> None:
    nonces = {new_nonce() for _ in range(100)}
    assert len(nonces) == 100
    assert {len(base64url.decode(nonce)) for nonce in nonces} == {16}


def test_the_digest_is_that_of_rfc_9530() -> None:
    headers = SIGNER.headers(Target("PUT", "a", "/b"), b'{"hello": "world"}', 0, NONCE)
    expected = "X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE="
    assert headers["Content-Digest"] == f"sha-256=:{expected}:"
    assert len(base64.b64decode(expected)) == 32
