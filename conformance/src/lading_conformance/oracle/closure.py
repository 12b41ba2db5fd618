"""What a statement names, and what is needed to judge it (the part Closure of the evidence page)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from lading_conformance.oracle.statement import Statement

NAMED: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "participant": (),
        "admission": ("participant",),
        "listing": ("supersedes",),
        "offer": ("listing", "amends", "to", "replies_to"),
        "acceptance": ("offer", "listing"),
        "rejection": ("offer",),
        "withdrawal": ("statement",),
        "delivery": ("contract",),
        "receipt": ("delivery",),
        "release": ("receipt",),
        "lapse": ("delivery", "contract"),
        "notice": ("contract", "ruling"),
        "payment": ("contract", "delivery", "answers"),
        "deletion": ("contract", "recall"),
        "claim": ("statement", "replies_to"),
        "ruling": ("claim",),
        "attestation": ("statement", "grant"),
        "grant": ("contract", "to"),
        "disclosure": ("statement", "reader"),
        "erasure": ("statement",),
        "notarisation": ("reader",),
    }
)
"""The members by which each act names other statements of the log."""


def named(said: Statement) -> Iterator[str]:
    """Yield the ids that a statement names, its issuer and the statement that it was signed under included."""
    act = said.payload.get("type")
    members = NAMED.get(act, ()) if isinstance(act, str) else ()
    for member in (*members, "issuer", "under", "previous"):
        value = said.payload.get(member)
        if isinstance(value, str):
            yield value


def closure(starts: tuple[str, ...], shown: Mapping[str, Statement]) -> set[str]:
    """Return the ids that the statements `shown` lead to from `starts`, themselves included.

    Where the bytes of one are not shown the way ends: what it names is not known.
    """
    waiting, found = list(starts), set[str]()
    while waiting:
        key = waiting.pop()
        if key not in found:
            found.add(key)
            waiting.extend(named(shown[key]) if key in shown else ())
    return found


def is_sealed_receipt(said: Statement) -> bool:
    """Say whether a statement is a receipt that its release has to follow at the next index."""
    wanted = ("receipt", "accepted")
    return (
        said.payload.get("type"),
        said.payload.get("outcome"),
    ) == wanted and "manifest_root" in said.payload
