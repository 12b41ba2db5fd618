"""What the subject says that it asks for: the policy in its newest statement (`spec/gates.md`, Policy)."""

from __future__ import annotations

from lading_conformance.drivers.answers import object_of, text_of
from lading_conformance.oracle import statement
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
