"""Request signatures whose fields list other components than the ones of LAD-HTP-020."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from lading_conformance.drivers.http import Signing
from lading_conformance.oracle.http_signature import Signer, Target, components
from lading_conformance.trial.session import Session

READ: Final[Mapping[str, tuple[str, ...]]] = {
    "no components": (),
    "no query": ("@method", "@authority", "@path"),
    "no authority": ("@method", "@path", "@query"),
    "no method": ("@authority", "@path", "@query"),
    "the components in another order": ("@authority", "@method", "@path", "@query"),
    "one component twice": ("@method", "@authority", "@path", "@query", "@query"),
}
WRITE: Final[Mapping[str, tuple[str, ...]]] = {
    "no digest of its body": components(None),
    "the digest of its body first": ("content-digest", *components(None)),
    "nothing but the digest of its body": ("content-digest",),
}


def otherwise(
    session: Session, method: str, path: str, body: bytes | None, signer: Signer
) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield what is wrong, and the signature fields of a request that has nothing else wrong.

    Each list comes twice: over all that has to be signed, which verifies where the list is not looked at, and over
    just what it names, which verifies where the list is believed.
    """
    for what, listed in (READ if body is None else WRITE).items():
        for how, signed in (("signed over all", components(body)), ("signed over these", listed)):
            yield f"{what} listed, {how}", _fields(session, method, path, body, signer, listed, signed)


def _fields(
    session: Session,
    method: str,
    path: str,
    body: bytes | None,
    signer: Signer,
    listed: tuple[str, ...],
    signed: tuple[str, ...],
) -> dict[str, str]:
    http, signing = session.exchange.http, Signing(signer)
    plain, _, query = path.partition("?")
    target = Target(method, http.authority, http.base_path + plain, query)
    return signer.listing(listed, signed, target, body, signing.created, signing.nonce)
