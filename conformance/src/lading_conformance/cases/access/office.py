"""What is for the exchange to say: participants who say it in its place are refused before anything else is asked."""

from __future__ import annotations

from typing import Final

from lading_conformance.drivers.answers import object_of
from lading_conformance.drivers.party import Party
from lading_conformance.oracle import base64url
from lading_conformance.oracle.canonical import Json
from lading_conformance.steps import expect, values
from lading_conformance.trial.case import Case, Trial
from lading_conformance.trial.outcome import Failed
from lading_conformance.trial.session import Session

ID: Final = values.IDS[0]

Members = dict[str, Json]


def run(trial: Trial) -> None:
    """Say all of it as an admitted participant and as one that is not, about oneself and about nothing."""
    session = trial.session
    with trial.given("a provider, and a participant that is not admitted"):
        parties = (session.provider, session.stranger)
        before = _record(session)
    for party in parties:
        for requirement, what, act, members in _said(party):
            with trial.check(requirement, f"{what}, by a participant: wrong-issuer"):
                expect.refused(session, party.says(act, **members), "wrong-issuer")
    with trial.check("LAD-REG-003", "so who admitted and expelled itself is what it was"):
        if _record(session) != before:
            raise Failed(f"its record was {before}, and is {_record(session)}")


def _record(session: Session) -> Members:
    answer = expect.status(session.exchange.get(f"/state/{session.stranger.id}"), 200)
    return object_of(answer.members(), "record")


def _said(party: Party) -> tuple[tuple[str, str, str, Members], ...]:
    roles: list[Json] = ["provider", "consumer", "assessor", "arbiter"]
    erasure: Members = {
        "statement": party.id,
        "index": 0,
        "sort": "participant",
        "author": party.id,
        "ground": "unlawful",
        "changes": [],
    }
    own: Members = {"digest": ID, "reader": party.id, "text": "Mine."}
    return (
        ("LAD-ADM-001", "its own admission", "admission", _decided(party.id, "admitted", roles)),
        ("LAD-ADM-001", "its own expulsion", "admission", _decided(party.id, "expelled", [])),
        ("LAD-ADM-001", "the admission of nobody", "admission", _decided(ID, "admitted", roles)),
        ("LAD-RLS-002", "a release", "release", {"receipt": ID, "share": base64url.encode(bytes(32))}),
        ("LAD-LPS-002", "a lapse of a delivery", "lapse", {"delivery": ID}),
        ("LAD-LPS-002", "a lapse of what was not delivered", "lapse", {"contract": ID, "sequence": 1}),
        ("LAD-ERA-005", "an erasure of its own statement", "erasure", erasure),
        ("LAD-ERA-005", "an erasure of nothing", "erasure", {**erasure, "statement": ID}),
        ("LAD-NOT-002", "a notarisation", "notarisation", {"digest": ID}),
        ("LAD-NOT-002", "a notarisation for itself", "notarisation", own),
    )


def _decided(participant: str, status: str, roles: list[Json]) -> Members:
    return {"participant": participant, "status": status, "roles": roles}


CASE = Case(
    name="access_office",
    profile="access",
    story="Participants admit and expel themselves, release, let lapse, erase and notarise. All of that is for the "
    "exchange to say, and is refused before anybody looks at what it is about.",
    requirements=(
        "LAD-ADM-001",
        "LAD-RLS-002",
        "LAD-LPS-002",
        "LAD-ERA-005",
        "LAD-NOT-002",
        "LAD-REG-003",
    ),
    run=run,
)
