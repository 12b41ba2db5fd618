"""Request signatures: the one permitted form of RFC 9421 (LAD-HTP-006, LAD-HTP-007)."""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from lading_conformance.oracle import base64url
from lading_conformance.oracle.statement import Signs

COMPONENTS = ("@method", "@authority", "@path", "@query")


def content_digest(body: bytes) -> str:
    """Return the `Content-Digest` of a body (RFC 9530)."""
    return f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode('ascii')}:"


def components(body: bytes | None) -> tuple[str, ...]:
    """Return what the signature of a request has to cover, in order; `body` is None for a request without one."""
    return COMPONENTS if body is None else (*COMPONENTS, "content-digest")


def new_nonce() -> str:
    """Return a nonce that no one has used: 16 random bytes as 22 characters."""
    return base64url.encode(secrets.token_bytes(16))


@dataclass(frozen=True)
class Target:
    """What of a request is signed. `query` is without its question mark; `authority` is lower-case host and
    port.
    """

    method: str
    authority: str
    path: str
    query: str = ""

    def component(self, name: str, digest: str | None) -> str:
        """Return the value of one covered component."""
        values = {
            "@method": self.method,
            "@authority": self.authority,
            "@path": self.path,
            "@query": "?" + self.query,
            "content-digest": digest or "",
        }
        return values[name]


@dataclass(frozen=True)
class Signer:
    """Signs requests as one participant. `keyid` names the participant and the key."""

    participant: str
    key: Signs

    @property
    def keyid(self) -> str:
        """The key id that the signature carries."""
        return f"{self.participant}#{self.key.thumbprint}"

    def headers(self, target: Target, body: bytes | None, created: int, nonce: str) -> dict[str, str]:
        """Return the headers to add; `created` in seconds since 1970. `body` is None for a request without
        one.
        """
        names = components(body)
        return self.listing(names, names, target, body, created, nonce)

    def listing(
        self,
        listed: Sequence[str],
        signed: Sequence[str],
        target: Target,
        body: bytes | None,
        created: int,
        nonce: str,
    ) -> dict[str, str]:
        """Return headers that list some components and are signed over others, which an exchange has to refuse
        unless both are `components(body)`.
        """
        digest = None if body is None else content_digest(body)
        covered = " ".join(f'"{name}"' for name in listed)
        parameters = f'({covered});created={created};nonce="{nonce}";keyid="{self.keyid}";tag="lading"'
        lines = [f'"{name}": {target.component(name, digest)}' for name in signed]
        base = "\n".join([*lines, f'"@signature-params": {parameters}'])
        signature = base64.b64encode(self.key.sign(base.encode("utf-8"))).decode("ascii")
        headers = {"Signature-Input": f"lading={parameters}", "Signature": f"lading=:{signature}:"}
        return headers if digest is None else {**headers, "Content-Digest": digest}
