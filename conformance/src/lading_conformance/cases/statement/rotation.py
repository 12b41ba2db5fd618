"""Keys are replaced in a line: by a key that was promised, once, and what was revoked does not come back."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from lading_conformance.drivers.party import Party, listed
from lading_conformance.oracle import statement
from lading_conformance.oracle.canonical import Json
from lading_conformance.oracle.keys import Key
from lading_conformance.oracle.sealkeys import SealKey
from lading_conformance.steps import deals, expect
from lading_conformance.trial.case import Case, Trial

BARRED: Final = "not-admitted"
"""How far a listing gets whose key and signature are right: its issuer was never admitted."""


def run(trial: Trial) -> None:
    """Replace the keys of one participant twice, and try every other way; then revoke."""
    first = trial.session.introduced("rotating")
    second = _first_rotation(trial, first)
    third = _second_rotation(trial, first, second)
    _old_keys(trial, first, third)
    _revocations(trial, third)
    _shared_key(trial)


def _speak(party: Party) -> bytes:
    """Return a listing, to see how far it gets."""
    return party.says("listing", kind="dataset", title="Signed by one of several keys")


def _first_rotation(trial: Trial, first: Party) -> Party:
    session = trial.session
    with trial.check("LAD-PAR-003", "a successor signed by the everyday key: not-next-key"):
        stolen = replace(first, successor=first.key).succeeded(next=[Key.generate().thumbprint])[1]
        expect.refused(session, stolen, "not-next-key")
    with trial.check(
        "LAD-PAR-003", "a successor signed by a key that it lists and nobody promised: not-next-key"
    ):
        expect.refused(session, replace(first, successor=Key.generate()).succeeded()[1], "not-next-key")
    with trial.check(
        "LAD-PAR-002", "a successor signed by the promised key that it does not list: unlisted-key"
    ):
        payload = statement.parse(first.succeeded()[1]).payload
        other: dict[str, Json] = {**payload, "keys": [listed(first.key.public)]}
        expect.refused(session, statement.sign(other, first.successor), "unlisted-key")
    with trial.check(
        "LAD-STM-024", "a successor signed by a key that may sign receipts only: key-not-allowed"
    ):
        keys: list[Json] = [listed(first.successor.public, may=["receipt"])]
        expect.refused(session, first.succeeded(keys=keys)[1], "key-not-allowed")
    second, jws = first.succeeded()
    with trial.need("LAD-REG-002", "a successor signed by the promised key is registered"):
        deals.say(session, jws)
    with trial.check(
        "LAD-PAR-006", "the participant keeps its id, and its newest statement is the successor"
    ):
        wanted = {"head": second.head, "statements": 2, "state": "pending"}
        expect.state(session, second, first.id, "participant", **wanted)
    return second


def _second_rotation(trial: Trial, first: Party, second: Party) -> Party:
    session = trial.session
    with trial.check(
        "LAD-PAR-004", "another successor of the same statement: stale-previous, naming the winner"
    ):
        late = first.succeeded(name="Too late")[1]
        expect.refused(session, late, "stale-previous", winner=second.head)
    with trial.check("LAD-PAR-004", "a successor of a statement of another participant: stale-previous"):
        other = session.stranger.head
        expect.refused(session, second.succeeded(previous=other, under=other)[1], "stale-previous")
    with trial.check("LAD-PAR-004", "a successor of a statement that never was: stale-previous"):
        never = statement.statement_id(session.random.randbytes(32))
        expect.refused(session, second.succeeded(previous=never, under=never)[1], "stale-previous")
    third, jws = second.succeeded()
    with trial.need("LAD-REG-002", "a successor of the successor is registered"):
        deals.say(session, jws)
    with trial.check(
        "LAD-REG-013", "again another successor of the first: the winner is the one that took its place"
    ):
        late = first.succeeded(name="Much too late")[1]
        expect.refused(session, late, "stale-previous", winner=second.head)
    return third


def _old_keys(trial: Trial, first: Party, third: Party) -> None:
    """What the keys of the first statement sign now."""
    session = trial.session
    with trial.check("LAD-STM-022", "the old key under the old statement: stale-under"):
        expect.refused(session, _speak(first), "stale-under")
    with trial.check("LAD-STM-023", "the old key under the newest statement: unknown-key"):
        mixed = replace(third, key=first.key)
        expect.refused(session, _speak(mixed), "unknown-key")
    with trial.check(
        "LAD-STM-022", "the new key under the old statement, which does not list it: unknown-key"
    ):
        mixed = replace(third, head=first.head)
        expect.refused(session, _speak(mixed), "unknown-key")
    with trial.check("LAD-STM-023", "the new key under the newest statement: as far as the rules of the act"):
        expect.refused(session, _speak(third), BARRED)
    with trial.check(
        "LAD-STM-022", "the new key under the statement of somebody that does not list it: stale-under"
    ):
        expect.refused(session, _speak(replace(third, head=session.stranger.head)), "stale-under")
    with trial.check("LAD-STM-021", "a successor in the name of nobody: unknown-issuer"):
        never = statement.statement_id(session.random.randbytes(32))
        expect.refused(session, replace(third, id=never).succeeded()[1], "unknown-issuer")
    with trial.check("LAD-STM-021", "the id of a later statement as issuer: unknown-issuer"):
        expect.refused(session, _speak(replace(third, id=third.head)), "unknown-issuer")


def _revocations(trial: Trial, third: Party) -> None:
    session = trial.session
    old = third.key.thumbprint
    seal = SealKey.generate()
    wrong: dict[str, dict[str, Json]] = {
        "lists a key that it revokes": {"revoked": [third.successor.thumbprint]},
        "promises a key that it revokes": {"revoked": [old], "next": [old]},
    }
    for what, members in wrong.items():
        with trial.check("LAD-PAR-007", f"a successor that {what}: revoked-key"):
            expect.refused(session, third.succeeded(None, **members)[1], "revoked-key")
    with trial.check(
        "LAD-STM-050", "a successor that lists a seal key and revokes its thumbprint: revoked-key"
    ):
        expect.refused(session, third.succeeded(seal, revoked=[seal.thumbprint])[1], "revoked-key")
    fourth, jws = third.succeeded(seal, revoked=[old, SealKey.generate().thumbprint])
    with trial.need(
        "LAD-REG-002", "a successor that lists a seal key, and revokes the old key and one of nobody's"
    ):
        deals.say(session, jws)
    back: list[Json] = [listed(fourth.successor.public), listed(third.key.public)]
    again: dict[str, dict[str, Json]] = {
        "lists the key again that was revoked": {"keys": back},
        "promises the key that was revoked": {"next": [old]},
    }
    for what, members in again.items():
        with trial.check("LAD-PAR-007", f"a later successor that {what}: revoked-key"):
            expect.refused(session, fourth.succeeded(None, **members)[1], "revoked-key")
    with trial.check("LAD-PAR-007", "a newcomer that revokes the key that it lists: revoked-key"):
        newcomer = session.newcomer("revoking")
        jws = newcomer.sign(newcomer.introduction(revoked=[newcomer.key.thumbprint]))
        expect.refused(session, jws, "revoked-key")
    with trial.check("LAD-PAR-007", "a newcomer that lists the key that somebody else revoked: registered"):
        newcomer = replace(session.newcomer("heir"), key=third.key)
        deals.say(session, newcomer.sign(newcomer.introduction()))


def _shared_key(trial: Trial) -> None:
    """Two participants that list one key: whose statement it is follows from the issuer."""
    session = trial.session
    shared = Key.generate()
    with trial.given("two participants that list one key, and one that does not"):
        parties = []
        for name in ("left", "right"):
            newcomer = replace(session.newcomer(name), key=shared)
            first = newcomer.sign(newcomer.introduction())
            deals.say(session, first)
            parties.append(newcomer.registered(first))
    with trial.check("LAD-STM-045", "each of them signs for itself with it"):
        for party in parties:
            expect.refused(session, _speak(party), BARRED)
    with trial.check("LAD-STM-045", "under the other's statement it signs for neither: stale-under"):
        left, right = parties
        expect.refused(session, _speak(replace(left, head=right.head)), "stale-under")
    with trial.check("LAD-STM-045", "when one replaces it, the other still signs with it"):
        after, jws = left.succeeded()
        deals.say(session, jws)
        expect.refused(session, _speak(replace(after, key=shared)), "unknown-key")
        expect.refused(session, _speak(right), BARRED)


CASE = Case(
    name="statement_rotation",
    profile="statement",
    story="A company replaces its keys twice and revokes one. A thief with an old key, or one that nobody promised, "
    "cannot take its place; a second successor learns who was first; and two that list one key stay two.",
    requirements=(
        "LAD-PAR-003",
        "LAD-PAR-002",
        "LAD-STM-024",
        "LAD-REG-002",
        "LAD-PAR-006",
        "LAD-PAR-004",
        "LAD-REG-013",
        "LAD-STM-022",
        "LAD-STM-023",
        "LAD-STM-021",
        "LAD-PAR-007",
        "LAD-STM-050",
        "LAD-STM-045",
    ),
    run=run,
)
