"""Every refusal says the same of itself, whichever layer it comes from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from lading_conformance.drivers.answers import Answer
from lading_conformance.drivers.party import now, written_time
from lading_conformance.oracle import statement
from lading_conformance.oracle.canonical import Json
from lading_conformance.requirements import codes
from lading_conformance.steps import expect, forms
from lading_conformance.steps.deals import DAY
from lading_conformance.steps.flaws import EXTENSION
from lading_conformance.steps.forms import Build
from lading_conformance.trial.case import Case, Trial
from lading_conformance.trial.outcome import Failed
from lading_conformance.trial.session import Session

HOUR: Final = 3_600_000


def run(trial: Trial) -> None:
    """Bring about a refusal of each layer, and compare the whole problem with the table of codes."""
    session = trial.session
    with trial.given("an exchange that says who it is, and a registered stranger"):
        _ = session.facts.id, session.stranger.id
    for code, build in STATEMENTS.items():
        with trial.check("LAD-COD-001", _as_in_the_table(code)):
            expect.problem(session.exchange.register(build(session)), code)
    for code, ask in REQUESTS.items():
        with trial.check("LAD-COD-001", _as_in_the_table(code)):
            expect.problem(ask(session), code)
    with trial.check("LAD-COD-001", "in a batch the problem is the same as alone"):
        _in_a_batch(session)


def _as_in_the_table(code: str) -> str:
    row = codes()[code]
    return f"{code}: {row.status}, retry {row.retry}, {row.requirement}, in the answer and in the problem"


def _in_a_batch(session: Session) -> None:
    jws = forms.member("kind", "club")(session)
    alone = session.exchange.register(jws)
    answer = expect.status(session.exchange.register_batch([jws]), 200)
    wanted: Json = [{"status": alone.status, "problem": dict(alone.members())}]
    if answer.members().get("results") != wanted:
        raise Failed(f"the batch answers {answer.members().get('results')!r:.200} instead of {wanted!r:.200}")


def _raw(payload: bytes) -> Build:
    """A statement with any payload, signed by somebody."""

    def build(session: Session) -> bytes:
        key = session.newcomer("code").key
        return statement.assemble(statement.header(key.thumbprint), payload, key)

    return build


def _header(old: bytes, new: bytes) -> Build:
    def build(session: Session) -> bytes:
        key = session.newcomer("code").key
        return statement.assemble(statement.header(key.thumbprint).replace(old, new), b"{}", key)

    return build


def _said(**members: Json) -> Build:
    """A listing of the stranger, which was never admitted; `members` replace or add."""
    named: dict[str, Json] = {"kind": "dataset", "title": "Never to be seen"}
    return lambda session: session.stranger.says("listing", **{**named, **members})


def _never(session: Session) -> str:
    return statement.statement_id(session.random.randbytes(32))


def _unlisted(session: Session) -> bytes:
    return statement.sign(session.newcomer("code").introduction(), session.newcomer("other").key)


def _unsigned(session: Session) -> bytes:
    """A statement with the signature of another one of the same participant."""
    stranger = session.stranger
    one, other = (stranger.says("listing", kind="dataset", title=f"Title {number}") for number in (1, 2))
    return one.rpartition(b".")[0] + b"." + other.rpartition(b".")[2]


STATEMENTS: Final[dict[str, Build]] = {
    "too-large": lambda session: b"A" * (statement.MAXIMUM_BYTES + 1),
    "malformed-envelope": lambda session: b"not.a-statement",
    "bad-base64url": lambda session: b"a.a.a",
    "bad-header": lambda session: b"e30.e30.e30",
    "wrong-alg": _header(b"Ed25519", b"EdDSA"),
    "wrong-typ": _header(b"lading+jws", b"JWT"),
    "bad-json": _raw(b"[]"),
    "bad-number": _raw(b'{"a":1.0}'),
    "bad-name": _raw('{"\u00e4":1}'.encode()),
    "too-deep": _raw(b'{"a":' + b"[" * 32 + b"]" * 32 + b"}"),
    "not-canonical": _raw(b'{"b":1,"a":1}'),
    "unknown-version": forms.member("version", 2),
    "unknown-type": forms.member("type", "barter"),
    "bad-member": forms.member("colour", "blue"),
    "unknown-critical": forms.newcomer(lambda party: {"extensions": {EXTENSION: 1}, "critical": [EXTENSION]}),
    "wrong-home": lambda session: _said(home=_never(session))(session),
    "unknown-issuer": lambda session: _said(issuer=_never(session))(session),
    "stale-under": lambda session: _said(under=session.facts.id)(session),
    "unknown-key": lambda session: replace(session.stranger, key=session.newcomer("code").key).says(
        "listing", kind="dataset", title="Never to be seen"
    ),
    "key-not-allowed": forms.key_member(may=["receipt"]),
    "unlisted-key": _unlisted,
    "bad-signature": _unsigned,
    "issued-too-old": lambda session: _said(issued_at=written_time(now() - DAY - HOUR))(session),
    "issued-in-future": lambda session: _said(issued_at=written_time(now() + HOUR))(session),
    "not-entry-zero": lambda session: forms.would_be_exchange(session, forms.exchange(session)),
    "not-admitted": _said(),
}
"""A statement for each code, in the order of the steps of registration."""

REQUESTS: Final[dict[str, Callable[[Session], Answer]]] = {
    "not-found": lambda session: session.exchange.statement(_never(session)),
    "wrong-media-type": lambda session: session.exchange.register(b"{}", "application/json"),
    "bad-request": lambda session: session.exchange.register_batch([]),
    "method-not-allowed": lambda session: session.exchange.http.request("DELETE", "/statements"),
}
"""A request for each code."""


CASE = Case(
    name="statement_codes",
    profile="statement",
    story="A client is refused in every layer, from the envelope to the rules and the request itself. What it reads is "
    "each time the code, status, retry advice and requirement of the one table, and nothing else.",
    requirements=("LAD-COD-001",),
    run=run,
)
