"""Signed requests: the headers of one, and what it asks for."""

from typing import Final

from lading.http import media
from lading.http.digest import content_digest, format_digest, parse_digest
from lading.http.signature import (
    RequestParts,
    SignatureClaim,
    check_created,
    parse_signature,
    request_parts,
    sign_request,
    signature_base,
    verify_request,
)
from lading.problems import Refused
from lading.statement.words import Id
from sdk.tests.core.outcome import outcome
from tests.fuzz import inputs
from tests.fuzz.mutation import mutate_text
from tests.fuzz.target import Target

_ME: Final = Id("sha256:" + "ab" * 32)
_NOW: Final = 1_800_000_000
_URLS: Final = (
    "https://exchange.example/statements",
    "https://exchange.example:8443/deliveries/sha256:" + "0" * 64 + "/chunks?from=1",
    "http://127.0.0.1/listings?q=road%20sensors&limit=100",
)


def request(data: bytes) -> None:
    """Headers and request, a line each: refused with a code of requests, or signed by somebody who meant just this."""
    lines = data.decode("latin-1").split("\n")
    signature_input, signature, digest, method, authority, path, query = (*lines, *[""] * 7)[:7]
    _read_digest(digest)
    assert media.matches(digest, media.STATEMENT) == (digest.strip(" \t").lower() == media.STATEMENT)
    parts = RequestParts(method, authority, path, query, digest or None)
    claim = outcome(_asked, parts, signature_input, signature)
    if isinstance(claim, Refused):
        assert claim.problem.layer == "request", claim
        return
    assert abs(_NOW - claim.created) <= 60
    assert signature_base(parts, claim.parameters) in _BASES, "a request that nobody signed"


def _asked(parts: RequestParts, signature_input: str, signature: str) -> SignatureClaim:
    """What is claimed by a request that is fresh and signed."""
    with_body = parts.content_digest is not None
    claim = parse_signature(signature_input or None, signature or None, with_body=with_body)
    _check_claim(claim, signature_input)
    check_created(claim, now=_NOW, started=_NOW - 10)
    verify_request(parts, claim, inputs.ACME.public)
    return claim


def _read_digest(value: str) -> None:
    digest = outcome(parse_digest, value)
    if isinstance(digest, Refused):
        assert digest.code == "bad-digest"
    else:
        assert format_digest(digest) == value


def _check_claim(claim: SignatureClaim, signature_input: str) -> None:
    assert signature_input == f"lading={claim.parameters}"
    assert len(claim.signature) == 64
    assert f"created={claim.created};" in signature_input


def _signed(
    method: str, url: str, body: bytes | None, created: int = _NOW
) -> tuple[RequestParts, dict[str, str]]:
    parts = request_parts(method, url, None if body is None else content_digest(body))
    return parts, sign_request(parts, participant=_ME, signer=inputs.ACME, created=created, nonce="A" * 22)


_REQUESTS: Final = [
    _signed(method, url, body) for method, body in (("GET", None), ("POST", b"a statement")) for url in _URLS
]
_STALE: Final = [_signed("GET", _URLS[0], None, _NOW + seconds) for seconds in (-61, -11, 61)]
_BASES: Final = {
    signature_base(parts, headers["Signature-Input"].removeprefix("lading=")) for parts, headers in _REQUESTS
}


def _inputs() -> tuple[bytes, ...]:
    return tuple(
        "\n".join(
            (
                headers["Signature-Input"],
                headers["Signature"],
                parts.content_digest or "",
                parts.method,
                parts.authority,
                parts.path,
                parts.query,
            )
        ).encode("latin-1")
        for parts, headers in (*_REQUESTS, *_STALE)
    )


TARGETS: Final = (Target("request", "request signatures and digests", request, _inputs, mutate_text),)
