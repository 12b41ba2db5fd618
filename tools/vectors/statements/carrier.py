"""Statements that carry one odd thing: everything else about them is in order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from tools.vectors import scenarios
from tools.vectors.acts import erasure_forms, notice_forms, recourse_forms
from tools.vectors.contents import described as content
from tools.vectors.files import VectorFile, accept, given_bytes, refuse
from tools.vectors.primitives import Key, b64url, canonical, digest, jws, key, moment, seed
from tools.vectors.sealing import seal_key
from tools.vectors.world import ABSENT, START, described

SIGNER: Final = "acme"
NOTES: Final = (
    "steps 1 to 3 of registration only: what a statement says without looking at any log",
    "an accepted case passes these steps, and its signature is right under the key in `seeds`; whether a log takes it"
    " is another question",
)
NAMED: Final = {name: digest(f"lading vectors id {name}".encode()) for name in ("exchange", "acme", "other")}
_CHUNK: Final = {"name": "chunk", "media_type": "application/octet-stream", "size": 1048}
_PATH: Final = {"name": "path", "media_type": "application/octet-stream", "size": 64}
CLAIM: Final[dict[str, Any]] = {
    "statement": NAMED["other"],
    "ground": "bad-chunk",
    "proof": {
        "index": 3,
        "leaf": b64url(digest(b"chunk").encode() + bytes(25)),
        "path": {**_PATH, "digest": digest(b"path")},
        "chunk": {**_CHUNK, "digest": digest(b"chunk")},
        "key": b64url(seed("chunk key")),
    },
}
"""The body of a claim; its pieces are of nothing."""


def _share_of(role: str) -> dict[str, Any]:
    key = {"key": seal_key("buyer-seal").kid}
    return {**key, "commitment": digest(seed(f"{role} share")), "box": digest(f"{role} box".encode())}


SEALED: Final[dict[str, Any]] = {
    "manifest_root": digest(b"lading vectors manifest"),
    "exchange": _share_of("exchange"),
    "consumer": _share_of("consumer"),
}
"""A member `sealed` of the right form."""


def signer() -> Key:
    """The key that signs all statements of these files."""
    return key(SIGNER)


def common(act: str) -> dict[str, Any]:
    """The members that all acts share."""
    return {
        "version": 1,
        "type": act,
        "home": NAMED["exchange"],
        "issuer": NAMED["acme"],
        "under": NAMED["acme"],
        "issued_at": moment(START),
    }


def bodies() -> dict[str, dict[str, Any]]:
    """Every act with the members that it needs, and no others."""
    terms = {**scenarios.TERMS}
    del terms["purposes"]
    other = NAMED["other"]
    handed = {"form": "clear", "custody": "exchange", **content(1000)}
    held = {name: value for name, value in content(1000).items() if name != "chunk_size"}
    return {
        "participant": {
            **described("acme", "acme-next"),
            **dict.fromkeys(("issuer", "under"), ABSENT),
        },
        "admission": {"participant": other, "status": "admitted", "roles": []},
        "listing": {"kind": "dataset", "title": "Road sensors"},
        "offer": {
            "listing": other,
            "to": other,
            "terms": terms,
            "purpose": "research",
            "expires_at": moment(START),
        },
        "acceptance": {"offer": other},
        "rejection": {"offer": other, "reason": "price"},
        "withdrawal": {"statement": other},
        "delivery": {"contract": other, "sequence": 1, **handed},
        "receipt": {"delivery": other, "outcome": "accepted", **held},
        "release": {"receipt": other, "share": b64url(seed("share"))},
        "lapse": {"delivery": other},
        "claim": CLAIM,
        **notice_forms.bodies(),
        **recourse_forms.bodies(),
        **erasure_forms.bodies(),
    }


def members(act: str, **changes: Any) -> dict[str, Any]:
    """The members of an act, some replaced, added or, with `ABSENT`, left out."""
    whole = {**common(act), **bodies()[act], **changes}
    return {name: value for name, value in whole.items() if value is not ABSENT}


def put(value: Any, path: Sequence[str | int], into: Any) -> Any:
    """A copy of `into` with the value at `path` replaced, added, or, with `ABSENT`, left out."""
    if not path:
        return value
    first, *rest = path
    if isinstance(into, list):
        assert isinstance(first, int)
        return [put(value, rest, item) if at == first else item for at, item in enumerate(into)]
    if not rest and value is ABSENT:
        return {name: item for name, item in into.items() if name != first}
    return {**into, first: put(value, rest, into.get(first, {}))}


def pointer(path: Sequence[str | int]) -> str:
    """RFC 6901."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)


class Bytes:
    """Adds cases to a file: a statement, and what steps 1 to 3 say of it."""

    def __init__(self, file: VectorFile) -> None:
        self.file = file

    def accept(
        self,
        name: str,
        situation: str,
        statement: str,
        *,
        about: Sequence[str] = (),
        flags: Sequence[str] = (),
    ) -> None:
        """A statement that passes."""
        expect = accept(id=digest(statement.encode()), kid=signer().kid)
        self.file.add(name, situation, {"statement": statement}, expect, about=about, flags=flags)

    def refuse(
        self,
        name: str,
        situation: str,
        statement: str | bytes,
        code: str,
        *,
        pointer: str | None = None,
        about: Sequence[str] = (),
        flags: Sequence[str] = (),
    ) -> None:
        """Bytes that are refused."""
        data = statement.encode() if isinstance(statement, str) else statement
        expect = refuse(code, pointer=pointer)
        self.file.add(name, situation, given_bytes("statement", data), expect, about=about, flags=flags)


def signed(members: dict[str, Any]) -> str:
    """A statement of these members by the file's key."""
    return jws(canonical(members), signer())
