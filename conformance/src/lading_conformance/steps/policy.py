"""What the subject says that it asks for: the policy in its newest statement (`spec/gates.md`, Policy)."""

from __future__ import annotations

from typing import Final

from lading_conformance.drivers.answers import object_of, text_of
from lading_conformance.oracle import statement, tree
from lading_conformance.oracle.canonical import Json
from lading_conformance.steps import expect
from lading_conformance.trial.session import Session


def described(session: Session) -> dict[str, Json]:
    """Return `exchange` of the subject's newest statement."""
    members = expect.status(session.exchange.well_known(), 200).members()
    head = statement.parse(text_of(members, "head").encode("utf-8"))
    return object_of(head.payload, "exchange")


def switches(session: Session) -> dict[str, Json]:
    """Return the switches; one that is absent asks for nothing."""
    return object_of(described(session), "policy")


def asked(session: Session, switch: str) -> list[str]:
    """Return the names that a switch lists; none if it is absent."""
    named = switches(session).get(switch, [])
    return [str(name) for name in named] if isinstance(named, list) else []


_CHUNK: Final = b"One line of the data.\n"
_DOCUMENT: Final[dict[str, Json]] = {
    "name": "schema.json",
    "media_type": "application/json",
    "size": 2,
    "digest": "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a",
}
_LEAF: Final = "sha256:" + tree.leaf_hash(_CHUNK).hex()
DECLARATIONS: Final[dict[str, dict[str, Json]]] = {
    "classification": {"classification": {"grade": "general", "graded_by": "The suite"}},
    "jurisdictions": {"jurisdictions": {"storage": ["NL"]}},
    "licence": {"licence": "CC-BY-4.0"},
    "quality": {"quality": [{"name": "completeness", "value": "every line"}]},
    "rights": {"rights": [{"right": "hold", "holder": "The suite", "basis": "contract"}]},
    "sample": {
        "size": len(_CHUNK),
        "chunk_size": 65_536,
        "content_root": _LEAF,
        "sample": {"index": 0, "chunk": {**_DOCUMENT, "name": "sample.csv"}, "leaf": _LEAF, "path": []},
    },
    "schema": {"data_schema": _DOCUMENT},
    "validity": {"validity": {"since": "2026-01-01T00:00:00.000Z"}},
}
"""The members of a listing that answer each declaration that a policy can ask for."""


def declared(session: Session) -> dict[str, Json]:
    """Return the members with which a listing meets the subject's own policy; none where it asks for none."""
    members: dict[str, Json] = {}
    for name in asked(session, "declarations"):
        members |= DECLARATIONS.get(name, {})
    return members
