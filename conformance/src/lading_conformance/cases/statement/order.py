"""A statement or a request with two faults is refused for the first of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from lading_conformance.drivers.answers import Answer
from lading_conformance.drivers.http import Signing
from lading_conformance.drivers.party import Party
from lading_conformance.oracle.http_signature import Signer, Target, content_digest
from lading_conformance.oracle.sealkeys import SealKey
from lading_conformance.oracle.statement import MEDIA_TYPE
from lading_conformance.steps import deals, expect
from lading_conformance.steps.two_faults import NEVER, STATEMENTS, People
from lading_conformance.trial.case import Case, Trial
from lading_conformance.trial.session import Session

UNSIGNED: Final[Mapping[str, str]] = {"Signature": "none", "Signature-Input": "none"}
JSON: Final[Mapping[str, str]] = {"Content-Type": "application/json"}
RIGHT: Final[Mapping[str, str]] = {"Content-Type": MEDIA_TYPE}
OTHER: Final[Mapping[str, str]] = {"Content-Digest": content_digest(b"another body")}
LARGE: Final = b"x" * 70_000
READ: Final = f"/statements/{NEVER}"
WRONG: Final = f"/statements/{NEVER[:-1]}"

REQUESTS: Final[Mapping[str, tuple[str, str, str, Mapping[str, str], bytes | None]]] = {
    "1 before 2: a percent sign, at a path of nobody's": ("bad-request", "GET", "/nothing%20", {}, None),
    "1 before 3: an id of another form, and DELETE": ("bad-request", "DELETE", WRONG, {}, None),
    "1 before 4: an id of another form, and a bad signature": ("bad-request", "GET", WRONG, UNSIGNED, None),
    "2 before 3: a path of nobody's, and DELETE": ("not-found", "DELETE", "/nothing", {}, None),
    "2 before 4: a path of nobody's, and a bad signature": ("not-found", "GET", "/nothing", UNSIGNED, None),
    "3 before 4: DELETE, and a bad signature": ("method-not-allowed", "DELETE", READ, UNSIGNED, None),
    "4 before 5: a bad signature, and JSON": (
        "bad-request-signature",
        "POST",
        "/statements",
        {**UNSIGNED, **JSON},
        b"{}",
    ),
    "4 before 7: a bad signature, and another digest": (
        "bad-request-signature",
        "POST",
        "/statements",
        {**UNSIGNED, **RIGHT, **OTHER},
        b"x",
    ),
    "5 before 6: JSON, and too large": ("wrong-media-type", "POST", "/statements", JSON, LARGE),
    "5 before 7: JSON, and another digest": (
        "wrong-media-type",
        "POST",
        "/statements",
        {**JSON, **OTHER},
        b"{}",
    ),
    "6 before 7: too large, and another digest": (
        "too-large",
        "POST",
        "/statements",
        {**RIGHT, **OTHER},
        LARGE,
    ),
    "7 before the statement: another digest, and no statement": (
        "bad-digest",
        "POST",
        "/statements",
        {**RIGHT, **OTHER},
        b"x",
    ),
}
"""Requests with a fault at two steps of the table in LAD-HTP-023: code, method, path, headers and body."""


def run(trial: Trial) -> None:
    """Send every pair of faults; nothing of it is stored, and what is registered stays so whatever came after."""
    session = trial.session
    with trial.given("two participants, one of which replaces its keys"):
        before, first = _introduced(session)
        owner, jws = before.succeeded(SealKey.generate())
        deals.say(session, jws)
        people = People(before, owner, session.stranger)
    for what, (code, build) in STATEMENTS.items():
        with trial.check("LAD-REG-001", f"{what}: {code}, nothing stored"):
            expect.refused(session, build(people), code)
    with trial.check(
        "LAD-REG-001", "4 before 8: a first statement that has a successor, again: 200, as before"
    ):
        expect.registered(session, first, session.exchange.register(first), 200)
    for what, (code, method, path, headers, body) in REQUESTS.items():
        with trial.check("LAD-HTP-023", f"{what}: {code}"):
            answer = session.exchange.http.request(method, path, body=body, headers=dict(headers))
            expect.problem(answer, code)
    _signatures(trial, owner)
    _nothing_changed(trial, owner)


def _introduced(session: Session) -> tuple[Party, bytes]:
    party = session.newcomer("of two statements")
    jws = party.sign(party.introduction())
    deals.say(session, jws)
    return party.registered(jws), jws


def _signatures(trial: Trial, owner: Party) -> None:
    """Form, authority, time, key and signature, nonce."""
    session = trial.session
    path = f"/statements/{owner.head}"
    stranger = Signer(owner.id, session.stranger.key)
    fresh = Signing(owner.signer)
    with trial.given("a read by the owner"):
        expect.status(session.exchange.http.request("GET", path, signing=fresh), 200)
    pairs = {
        "form before authority": ("bad-request-signature", Signing(owner.signer, nonce="short"), True),
        "authority before time": (
            "wrong-authority",
            Signing(owner.signer, created=fresh.created - 3_600),
            True,
        ),
        "authority before signature": ("wrong-authority", Signing(stranger), True),
        "time before signature": ("request-expired", Signing(stranger, created=fresh.created - 3_600), False),
        "time before nonce": ("request-expired", replace(fresh, created=fresh.created - 3_600), False),
        "signature before nonce": ("bad-request-signature", Signing(stranger, nonce=fresh.nonce), False),
    }
    for what, (code, signing, elsewhere) in pairs.items():
        with trial.check("LAD-HTP-023", f"of a signature, {what}: {code}"):
            expect.problem(_asked(session, path, signing, elsewhere=elsewhere), code)


def _asked(session: Session, path: str, signing: Signing, *, elsewhere: bool) -> Answer:
    """Send a signed read; `elsewhere`, under the name of another host, over which it is signed."""
    http = session.exchange.http
    if not elsewhere:
        return http.request("GET", path, signing=signing)
    target = Target("GET", "other.example", http.base_path + path)
    headers = signing.signer.headers(target, None, signing.created, signing.nonce)
    return http.request("GET", path, headers={"Host": target.authority, **headers})


def _nothing_changed(trial: Trial, owner: Party) -> None:
    with trial.check("LAD-REG-003", "after all of this the owner's state is what its own two statements say"):
        record = {"head": owner.head, "state": "pending", "statements": 2, "roles": []}
        expect.state(trial.session, owner, owner.id, "participant", **record)


CASE = Case(
    name="statement_order",
    profile="statement",
    story="Statements and requests come with two faults each. The code is always that of the earlier step, so that two "
    "exchanges refuse alike, and nobody learns by a fault of its own what a later step would tell.",
    requirements=("LAD-REG-001", "LAD-HTP-023", "LAD-REG-003"),
    run=run,
)
