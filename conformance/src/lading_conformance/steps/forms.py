"""Statements that differ from a good one in one value: the last values that are permitted, and the first that are not.

A row is one statement. What is permitted is registered, or gets as far as the code that comes after all forms; what is
not is refused with `bad-member`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from lading_conformance.drivers.party import Party, listed
from lading_conformance.oracle.canonical import Json
from lading_conformance.oracle.keys import Key
from lading_conformance.oracle.note import VerifierKey
from lading_conformance.steps import expect, policy
from lading_conformance.trial.case import Trial
from lading_conformance.trial.session import Session

BAD: Final = "bad-member"

Build = Callable[[Session], bytes]


@dataclass(frozen=True)
class Row:
    """A statement, the requirement that it is about, and the code of its refusal; None: it is registered."""

    requirement: str
    what: str
    build: Build
    code: str | None = BAD


def judge(trial: Trial, rows: Iterable[Row]) -> None:
    """Send each statement once, and judge the answer."""
    for row in rows:
        with trial.check(row.requirement, f"{row.what}: {row.code or 'registered'}"):
            jws = row.build(trial.session)
            if row.code is None:
                expect.registered(trial.session, jws, trial.session.exchange.register(jws))
            else:
                expect.refused(trial.session, jws, row.code)


def both(
    requirement: str,
    name: str,
    good: Iterable[Json],
    bad: Iterable[Json],
    make: Callable[[Json], Build],
    code: str | None = None,
) -> Iterator[Row]:
    """Yield rows of values that are permitted, which end with `code`, and of values that are not."""
    for found, ends in ((good, code), (bad, BAD)):
        for value in found:
            yield Row(requirement, f"{name} {value!r:.90}", make(value), ends)


def newcomer(change: Callable[[Party], dict[str, Json]]) -> Build:
    """A newcomer's first statement with some members replaced or added."""

    def build(session: Session) -> bytes:
        party = session.newcomer("form")
        return party.sign(party.introduction(**change(party)))

    return build


def member(name: str, value: Json) -> Build:
    """A newcomer's first statement with one member replaced or added."""
    return newcomer(lambda party: {name: value})


def without(name: str) -> Build:
    """A newcomer's first statement that lacks one member."""

    def build(session: Session) -> bytes:
        party = session.newcomer("form")
        return party.sign({key: value for key, value in party.introduction().items() if key != name})

    return build


def key_member(**members: Json) -> Build:
    """A newcomer's first statement in which the signing key has further members."""
    return newcomer(lambda party: {"keys": [listed(party.key.public, **members)]})


def exchange(session: Session, **members: Json) -> dict[str, Json]:
    """Return what would make a newcomer an exchange; `members` replace or add."""
    name = f"suite.example/{session.word()}"
    keys: list[Json] = [{"vkey": VerifierKey(name, Key.generate().public).text, "from_size": 1}]
    limits: dict[str, Json] = {
        "statement_bytes": 65_536,
        "batch_statements": 256,
        "content_bytes": 1,
        "upload_bytes": 1,
    }
    return {
        "api": "https://suite.example",
        "log": {"origin": name, "keys": keys},
        "rules": 1,
        "policy": {"onboarding": "open"},
        "limits": limits,
        **members,
    }


def would_be_exchange(session: Session, described: dict[str, Json], **members: Json) -> bytes:
    """Return the first statement of a newcomer that says it is an exchange: no log takes it but its own."""
    party = session.newcomer("exchange")
    payload = party.introduction(kind="exchange", exchange=described)
    del payload["home"]
    return party.sign({**payload, **members})


def exchange_member(name: str, value: Json) -> Build:
    """The first statement of a would-be exchange with one member of `exchange` replaced or added."""
    return lambda session: would_be_exchange(session, exchange(session, **{name: value}))


def listing(**members: Json) -> Build:
    """A listing of the run's provider that meets the subject's policy; `members` replace or add."""
    return lambda session: bare_listing(**{**policy.declared(session), **members})(session)


def bare_listing(**members: Json) -> Build:
    """A listing of the run's provider that declares nothing but `members`."""

    def build(session: Session) -> bytes:
        named: dict[str, Json] = {"kind": "dataset", "title": f"Form {session.word()}"}
        return session.provider.says("listing", **{**named, **members})

    return build


def by_stranger(name: str, members: dict[str, Json], **more: Json) -> Build:
    """An act of the run's stranger, whom no form concerns; `more` replace or add."""
    return lambda session: session.stranger.says(name, **{**members, **more})


def less(members: dict[str, Json], name: str) -> dict[str, Json]:
    """Return the members but one."""
    return {key: value for key, value in members.items() if key != name}


def each_missing(requirement: str, name: str, members: dict[str, Json]) -> list[Row]:
    """Return rows of the act without each of its members."""
    return [
        Row(requirement, f"a {name} without {one}", by_stranger(name, less(members, one))) for one in members
    ]
