"""Request signatures: one form, checked against an independent RFC 9421 library."""

from base64 import b64encode
from dataclasses import asdict

import http_message_signatures
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from lading.http.digest import content_digest
from lading.http.signature import (
    RequestParts,
    authority_of,
    check_created,
    parse_signature,
    request_parts,
    sign_request,
    signature_base,
    verify_request,
)
from lading.keys.signer import Ed25519Signer
from lading.problems import Refused
from lading.statement.words import Id

SIGNER = Ed25519Signer.from_seed(bytes(range(32)))
ME = Id("sha256:" + "ab" * 32)
NONCE = "A" * 22
URL = "https://exchange.example/statements/" + ME
BODY = b"a statement"


def signed(
    body: bytes | None = None, url: str = URL, method: str = "GET"
) -> tuple[RequestParts, dict[str, str]]:
    parts = request_parts(method, url, None if body is None else content_digest(body))
    return parts, sign_request(parts, participant=ME, signer=SIGNER, created=1_700_000_000, nonce=NONCE)


def check(parts: RequestParts, headers: dict[str, str]) -> None:
    with_body = parts.content_digest is not None
    claim = parse_signature(headers.get("Signature-Input"), headers.get("Signature"), with_body=with_body)
    verify_request(parts, claim, SIGNER.public)


@pytest.mark.parametrize("body", [None, BODY])
def test_a_signed_request_verifies_and_names_its_signer(body: bytes | None) -> None:
    parts, headers = signed(body)
    check(parts, headers)
    claim = parse_signature(headers["Signature-Input"], headers["Signature"], with_body=body is not None)
    assert (claim.participant, claim.kid, claim.created, claim.nonce) == (
        ME,
        SIGNER.thumbprint,
        1_700_000_000,
        NONCE,
    )


def test_the_base_is_the_one_of_rfc_9421() -> None:
    parts, headers = signed(BODY, URL + "?limit=2", "POST")
    assert signature_base(parts, headers["Signature-Input"].removeprefix("lading=")).decode() == (
        '"@method": POST\n'
        '"@authority": exchange.example\n'
        f'"@path": /statements/{ME}\n'
        '"@query": ?limit=2\n'
        f'"content-digest": {content_digest(BODY)}\n'
        '"@signature-params": ("@method" "@authority" "@path" "@query" "content-digest");created=1700000000'
        f';nonce="{NONCE}";keyid="{ME}#{SIGNER.thumbprint}";tag="lading"'
    )


class _Resolver(http_message_signatures.HTTPSignatureKeyResolver):
    def resolve_public_key(self, key_id: str) -> object:
        assert key_id == f"{ME}#{SIGNER.thumbprint}"
        return Ed25519PrivateKey.from_private_bytes(SIGNER.seed).public_key()


class _Request:
    def __init__(self, method: str, url: str, headers: dict[str, str]) -> None:
        self.method, self.url, self.headers = method, url, headers


@pytest.mark.parametrize("body", [None, BODY])
@pytest.mark.parametrize("query", ["", "?q=road%20sensors&limit=1"])
def test_another_implementation_accepts_what_we_sign(body: bytes | None, query: str) -> None:
    _, headers = signed(body, URL + query, "POST")
    if body is not None:
        headers["Content-Digest"] = content_digest(body)
    verifier = http_message_signatures.HTTPMessageVerifier(
        signature_algorithm=http_message_signatures.algorithms.ED25519, key_resolver=_Resolver()
    )
    request = _Request("POST", URL + query, headers)
    results = verifier.verify(request, max_age=None, expect_tag="lading", body=body)
    assert [result.label for result in results] == ["lading"]


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("method", "PUT"),
        ("authority", "other.example"),
        ("path", "/statements/other"),
        ("path", "/\u00e9"),
        ("query", "?x=1"),
        ("content_digest", content_digest(b"other")),
    ],
)
def test_a_changed_request_does_not_verify(part: str, value: str) -> None:
    parts, headers = signed(BODY, method="POST")
    changed = RequestParts(**(asdict(parts) | {part: value}))
    with pytest.raises(Refused) as refused:
        check(changed, headers)
    assert refused.value.code == "bad-request-signature"


def test_another_key_does_not_verify() -> None:
    parts, headers = signed()
    claim = parse_signature(headers["Signature-Input"], headers["Signature"], with_body=False)
    with pytest.raises(Refused) as refused:
        verify_request(parts, claim, Ed25519Signer.from_seed(b"\1" * 32).public)
    assert refused.value.code == "bad-request-signature"


_INPUT = signed()[1]["Signature-Input"]
_SIGNATURE = signed()[1]["Signature"]
_PARAMETERS = _INPUT.removeprefix("lading=")
BAD_FORMS = {
    "no input": (None, _SIGNATURE),
    "no signature": (_INPUT, None),
    "empty": ("", ""),
    "other label": (_INPUT.replace("lading=", "sig1=", 1), _SIGNATURE),
    "two signatures": (f"{_INPUT}, {_INPUT}", f"{_SIGNATURE}, {_SIGNATURE}"),
    "space after": (_INPUT + " ", _SIGNATURE),
    "line feed after": (_INPUT + "\n", _SIGNATURE + "\n"),
    "other tag": (_INPUT.replace('tag="lading"', 'tag="other"'), _SIGNATURE),
    "no tag": (_INPUT.replace(';tag="lading"', ""), _SIGNATURE),
    "alg added": (_INPUT + ';alg="ed25519"', _SIGNATURE),
    "expires added": (_INPUT + ";expires=1800000000", _SIGNATURE),
    "order of parameters": (_INPUT.replace(f';nonce="{NONCE}"', "") + f';nonce="{NONCE}"', _SIGNATURE),
    "query not covered": (_INPUT.replace(' "@query"', ""), _SIGNATURE),
    "body covered that is not there": (_INPUT.replace('"@query"', '"@query" "content-digest"'), _SIGNATURE),
    "component twice": (_INPUT.replace('"@query"', '"@query" "@query"'), _SIGNATURE),
    "component with parameter": (_INPUT.replace('"@query"', '"@query";req'), _SIGNATURE),
    "created with sign": (_INPUT.replace("=1700000000", "=-1700000000"), _SIGNATURE),
    "created with leading zero": (_INPUT.replace("=1700000000", "=01700000000"), _SIGNATURE),
    "created beyond a clock": (_INPUT.replace("=1700000000", "=1" + "0" * 12), _SIGNATURE),
    "created of other digits": (_INPUT.replace("1700000000", "170000000\u0660"), _SIGNATURE),
    "nonce too short": (_INPUT.replace(NONCE, NONCE[1:]), _SIGNATURE),
    "upper-case id": (_INPUT.replace(ME, ME.upper()), _SIGNATURE),
    "kid with other trailing bits": (
        _INPUT.replace(SIGNER.thumbprint, SIGNER.thumbprint[:-1] + "B"),
        _SIGNATURE,
    ),
    "base64url signature": (_INPUT, f"lading=:{'-' * 85}A==:"),
    "signature with trailing bits": (_INPUT, f"lading=:{'A' * 85}B==:"),
    "signature of 63 bytes": (_INPUT, f"lading=:{b64encode(bytes(63)).decode()}:"),
}


@pytest.mark.parametrize(("said", "signature"), BAD_FORMS.values(), ids=BAD_FORMS.keys())
def test_every_other_form_is_refused(said: str | None, signature: str | None) -> None:
    with pytest.raises(Refused) as refused:
        parse_signature(said, signature, with_body=False)
    assert refused.value.code == "bad-request-signature"


def test_a_body_must_be_covered() -> None:
    with pytest.raises(Refused) as refused:
        parse_signature(_INPUT, _SIGNATURE, with_body=True)
    assert refused.value.code == "bad-request-signature"


def test_no_headers_at_all_is_a_missing_signature() -> None:
    with pytest.raises(Refused) as refused:
        parse_signature(None, None, with_body=False)
    assert refused.value.code == "signature-required"


@given(st.text(max_size=300), st.text(max_size=200))
def test_any_text_is_refused_and_nothing_else_happens(said: str, signature: str) -> None:
    with pytest.raises(Refused):
        parse_signature(said, signature, with_body=False)


@pytest.mark.parametrize(
    ("now", "started", "fresh"),
    [
        (1_700_000_060, 0, True),
        (1_699_999_940, 0, True),
        (1_700_000_060.01, 0, False),
        (1_699_999_939.9, 0, False),
        (1_700_000_010, 1_700_000_000, True),
        (1_700_000_010, 1_700_000_000.5, False),
    ],
)
def test_created_lies_within_a_minute_and_after_the_start(now: float, started: float, fresh: bool) -> None:
    claim = parse_signature(_INPUT, _SIGNATURE, with_body=False)
    if fresh:
        check_created(claim, now=now, started=started)
        return
    with pytest.raises(Refused) as refused:
        check_created(claim, now=now, started=started)
    assert refused.value.code == "request-expired"


@pytest.mark.parametrize(
    ("url", "authority"),
    [
        ("https://Exchange.Example/x", "exchange.example"),
        ("https://exchange.example:443/x", "exchange.example"),
        ("http://exchange.example:443/x", "exchange.example:443"),
        ("http://127.0.0.1:8000", "127.0.0.1:8000"),
        ("http://[::1]:80/", "[::1]"),
        ("http://user@h.example/", "h.example"),
    ],
)
def test_authority_is_lower_case_without_a_default_port(url: str, authority: str) -> None:
    assert authority_of(url) == authority


def test_an_empty_query_is_a_question_mark() -> None:
    assert request_parts("GET", "https://e.example").query == "?"
    assert request_parts("GET", "https://e.example").path == "/"
