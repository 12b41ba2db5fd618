"""Request signatures: RFC 9421 held to one form, so that one request has one signature base and no choices.

    Signature-Input: lading=("@method" "@authority" "@path" "@query");created=1700000000;nonce="…";
                     keyid="…";tag="lading"                                       (one line, no spaces)
    Signature: lading=:<base64>:

`"content-digest"` is the fifth component if and only if the request has a body. `keyid` is the participant's
id, `#`, and the thumbprint of the key. Anything else that RFC 9421 would allow (other labels, orders,
parameters, algorithms, several signatures) is refused as bad-request-signature.

    headers = sign_request(request, participant=me, signer=signer, created=1_700_000_000, nonce=nonce)

    claim = parse_signature(signature_input, signature, with_body=False)   # who says that they ask
    check_created(claim, now=…, started=…)                                 # fresh
    verify_request(request, claim, public)                                 # they do ask, and this

Not checked here, because it needs state: that a nonce is new, that the authority is the asked one's own,
and that the key is one that the participant's head lists.
"""

import re
from base64 import b64decode, b64encode
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from lading.keys.ed25519 import verify
from lading.keys.signer import Signer, signature_of
from lading.problems import Refused, refuse
from lading.statement.words import Id, Thumbprint

WINDOW_SECONDS: Final = 60
"""How far `created` may lie from the receiver's clock, to either side."""
NONCE_BYTES: Final = 16
TAG: Final = "lading"

_COMPONENTS: Final = '"@method" "@authority" "@path" "@query"'
_COMPONENTS_WITH_BODY: Final = f'{_COMPONENTS} "content-digest"'
_INPUT: Final = re.compile(
    r"lading=(?P<parameters>\((?P<components>[^()]*)\)"
    r";created=(?P<created>0|[1-9][0-9]{0,11})"
    r';nonce="(?P<nonce>[A-Za-z0-9_-]{22})"'
    r';keyid="(?P<participant>sha256:[0-9a-f]{64})#(?P<kid>[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048])"'
    r';tag="lading")',
    re.ASCII,
)
# 64 bytes are 85 full characters, one with four zero bits at its end, and "==".
_SIGNATURE: Final = re.compile(r"lading=:(?P<signature>[A-Za-z0-9+/]{85}[AQgw]==):", re.ASCII)
_DEFAULT_PORTS: Final = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class RequestParts:
    """What a request signature covers, as it stands on the wire.

    `authority` is lower-case with no default port, `path` the percent-encoded path, `query` starts with "?"
    and is "?" alone where there is none, `content_digest` is the header's value, None where there is no body.
    """

    method: str
    authority: str
    path: str
    query: str
    content_digest: str | None


@dataclass(frozen=True, slots=True)
class SignatureClaim:
    """What a request's signature headers say; nothing of it is verified yet.

    `created` is in whole seconds since 1970. `parameters` is the signature parameters' text as it was signed.
    """

    participant: Id
    kid: Thumbprint
    created: int
    nonce: str
    parameters: str
    signature: bytes


def authority_of(url: str) -> str:
    """The `@authority` of a URL: lower-case host, and the port unless it is the default (RFC 9421, 2.2.3)."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2].lower()
    default = f":{_DEFAULT_PORTS.get(parts.scheme, '')}"
    return host.removesuffix(default) if default != ":" else host


def request_parts(method: str, url: str, content_digest: str | None = None) -> RequestParts:
    """The covered parts of a request for an absolute, percent-encoded URL."""
    parts = urlsplit(url)
    return RequestParts(method, authority_of(url), parts.path or "/", f"?{parts.query}", content_digest)


def signature_base(request: RequestParts, parameters: str) -> bytes:
    """The bytes that are signed (RFC 9421, section 2.5)."""
    lines = [
        f'"@method": {request.method}',
        f'"@authority": {request.authority}',
        f'"@path": {request.path}',
        f'"@query": {request.query}',
    ]
    if request.content_digest is not None:
        lines.append(f'"content-digest": {request.content_digest}')
    lines.append(f'"@signature-params": {parameters}')
    return "\n".join(lines).encode("ascii")


def sign_request(
    request: RequestParts, *, participant: Id, signer: Signer, created: int, nonce: str
) -> dict[str, str]:
    """The headers `Signature-Input` and `Signature` for a request.

    `nonce` is 22 base64url characters that this key has not used before: base64url of 16 random bytes.
    The caller sends `Content-Digest` itself. Raises `ApprovalPending` where the signer does not sign at once.
    """
    components = _COMPONENTS if request.content_digest is None else _COMPONENTS_WITH_BODY
    keyid = f"{participant}#{signer.thumbprint}"
    parameters = f'({components});created={created};nonce="{nonce}";keyid="{keyid}";tag="{TAG}"'
    signature = b64encode(signature_of(signer, signature_base(request, parameters))).decode("ascii")
    return {"Signature-Input": f"lading={parameters}", "Signature": f"lading=:{signature}:"}


def parse_signature(signature_input: str | None, signature: str | None, *, with_body: bool) -> SignatureClaim:
    """Reads the two headers.

    Raises `Refused`: signature-required where both are absent, bad-request-signature for every other form
    than the one above, or where the body is not covered.
    """
    # LAD-HTP-006
    if signature_input is None and signature is None:
        raise refuse("signature-required", "the request carries no signature")
    said = _INPUT.fullmatch(signature_input or "")
    signed = _SIGNATURE.fullmatch(signature or "")
    # LAD-HTP-007, LAD-HTP-020
    if said is None or signed is None:
        header = "Signature-Input" if said is None else "Signature"
        raise refuse("bad-request-signature", f"{header} is absent or not in the required form")
    components = _COMPONENTS_WITH_BODY if with_body else _COMPONENTS
    # LAD-HTP-007, LAD-HTP-020
    if said["components"] != components:
        raise refuse("bad-request-signature", f"the signature must cover exactly ({components})")
    return SignatureClaim(
        participant=Id(said["participant"]),
        kid=Thumbprint(said["kid"]),
        created=int(said["created"]),
        nonce=said["nonce"],
        parameters=said["parameters"],
        signature=b64decode(signed["signature"]),
    )


def check_created(claim: SignatureClaim, *, now: float, started: float) -> None:
    """Raises `Refused` (request-expired) unless `created` is fresh. Times are seconds since 1970.

    `started` is when the receiver began to remember nonces: an older request may be a repetition of one
    that it has forgotten.
    """
    # LAD-HTP-008
    if abs(now - claim.created) > WINDOW_SECONDS:
        raise refuse("request-expired", f"created lies more than {WINDOW_SECONDS} s from this clock")
    # LAD-HTP-008
    if claim.created < started:
        raise refuse(
            "request-expired", "created lies before this exchange was started; sign the request again"
        )


def verify_request(request: RequestParts, claim: SignatureClaim, public: bytes) -> None:
    """Raises `Refused` (bad-request-signature) unless `public` (32 bytes) signed exactly this request."""
    try:
        verify(public, signature_base(request, claim.parameters), claim.signature)
    # LAD-HTP-007, LAD-HTP-021
    except (Refused, UnicodeEncodeError):
        raise refuse("bad-request-signature", "the signature does not verify over this request") from None
